//! The lines of `inspect --json`.
//!
//! The keys are a contract with other programs: none is renamed or taken away. What is unknown is
//! left out, but for `title` and `born_in`, which are null. Domain types are not serialised
//! themselves, so they can change without changing a line.

mod booking;
mod listed;
mod person;
mod receipt;
mod response;
mod zone;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Serialize, Serializer};
use tidewaiter_diagnostics::{Diagnostic, SegmentPath, Span};
use tidewaiter_domain::{Flight, Leg, LegTime, Manifest, SectorKind, Unread};
use tidewaiter_formats::{Content, Report};

use super::Item;
use booking::{AcknowledgementLine, BookingLine, RequestLine};
use person::{ContactLine, TravellerLine};
use receipt::ReceiptLine;
use response::ResponseLine;

pub(super) use listed::{ReportedLine, list_lines};
pub(crate) use person::document_kind;
pub(super) use response::{codes, directive, joined};
pub(super) use zone::ZoneLine;

/// One message.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    source: &'a str,
    index: u64,
    offset: u64,
    length: usize,
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    kind: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<&'static str>,
    status: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interchange: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    test: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    envelope: Option<EnvelopeLine<'a>>,
    #[serde(flatten)]
    content: ContentLine<'a>,
    diagnostics: Vec<DiagnosticLine<'a>>,
}

impl<'a> Line<'a> {
    /// The lines of a message: one, or of bookings one each.
    pub(super) fn all(item: &Item<'a>) -> Vec<Self> {
        match &item.report.content {
            Some(Content::Bookings(push)) if !push.bookings.is_empty() => (0..push.bookings.len())
                .map(|n| Self::of(item, Some(n)))
                .collect(),
            _ => vec![Self::of(item, None)],
        }
    }

    fn of(item: &Item<'a>, booking: Option<usize>) -> Self {
        let report = item.report;
        let interchange = item.message.and_then(|message| message.interchange());
        let known = |text: &'a str| (!text.is_empty()).then_some(text);
        Self {
            source: item.place.source,
            index: item.place.index,
            offset: item.place.offset,
            length: item.place.bytes.len(),
            kind: &report.kind,
            version: &report.version,
            function: report.content.as_ref().map(function),
            status: report.status().as_str(),
            reference: &report.reference,
            sender: interchange.and_then(|i| known(&i.sender.id)),
            recipient: interchange.and_then(|i| known(&i.recipient.id)),
            interchange: interchange.and_then(|i| known(&i.reference)),
            test: interchange.is_some_and(|i| i.test),
            envelope: item
                .message
                .and_then(|message| message.envelope())
                .map(|envelope| EnvelopeLine {
                    origin: envelope.origin.as_deref(),
                    sent: envelope.sent.as_deref(),
                    mail_from: envelope.mail_from.as_deref(),
                }),
            content: match &report.content {
                None => ContentLine::Nothing {},
                Some(Content::Manifest(manifest)) => {
                    ContentLine::Manifest(ManifestLine::of(manifest, item.place.offset))
                }
                Some(Content::Response(response)) => {
                    ContentLine::Response(ResponseLine::of(response, item.place.offset))
                }
                Some(Content::Receipt(receipt)) => {
                    ContentLine::Receipt(ReceiptLine::of(receipt, item.place.offset))
                }
                Some(Content::Bookings(push)) => {
                    let line = BookingLine::of(push, booking, item.place.offset);
                    ContentLine::Booking(Box::new(line))
                }
                Some(Content::BookingRequest(request)) => {
                    ContentLine::BookingRequest(RequestLine::of(request, item.place.offset))
                }
                Some(Content::PushAcknowledgement(answer)) => {
                    ContentLine::Acknowledgement(AcknowledgementLine::of(answer, item.place.offset))
                }
            },
            diagnostics: report
                .diagnostics
                .iter()
                .filter(|diagnostic| belongs(report, booking, diagnostic.span))
                .map(|diagnostic| DiagnosticLine::of(diagnostic, item.place.offset))
                .collect(),
        }
    }
}

/// Whether a diagnostic at `span` is told with booking number `booking`: with the booking it points
/// into, or else with the first.
fn belongs(report: &Report, booking: Option<usize>, span: Span) -> bool {
    let (Some(Content::Bookings(push)), Some(number)) = (&report.content, booking) else {
        return true;
    };
    let within = |span: Span, outer: Span| outer.start <= span.start && span.start < outer.end;
    // Bookings stand one behind the other, so the last that begins before it is the only candidate.
    let candidate = push
        .bookings
        .partition_point(|b| b.span.start <= span.start)
        .checked_sub(1);
    let owner = candidate.filter(|n| within(span, push.bookings[*n].span));
    owner.unwrap_or(0) == number
}

/// The word for what a message does.
pub(super) fn function(content: &Content) -> &'static str {
    match content {
        Content::Manifest(manifest) => manifest.function.as_str(),
        Content::Response(response) => response::function(&response.kind),
        Content::Receipt(_) => "syntax-receipt",
        Content::Bookings(push) if push.bookings.is_empty() => "empty",
        Content::Bookings(_) => "booking",
        Content::BookingRequest(_) => "booking-request",
        Content::PushAcknowledgement(_) => "push-acknowledgement",
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum ContentLine<'a> {
    Manifest(ManifestLine<'a>),
    Response(ResponseLine<'a>),
    Receipt(ReceiptLine<'a>),
    Booking(Box<BookingLine<'a>>),
    BookingRequest(RequestLine<'a>),
    Acknowledgement(AcknowledgementLine<'a>),
    Nothing {},
}

/// Telex or mail lines around the interchange.
#[derive(Serialize)]
struct EnvelopeLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail_from: Option<&'a str>,
}

#[derive(Serialize)]
struct ManifestLine<'a> {
    effect: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    function_written: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<PartLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reporting_party: Option<PartyLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<FlightLine<'a>>,
    /// All of them, when the message names several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flights: Vec<FlightLine<'a>>,
    travellers: Vec<TravellerLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_count: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadLine<'a>>,
}

impl<'a> ManifestLine<'a> {
    fn of(manifest: &'a Manifest, offset: u64) -> Self {
        let designator = manifest
            .flight()
            .map(|flight| designator(&flight.designator));
        Self {
            effect: manifest.effect.as_str(),
            function_written: &manifest.function_written,
            transaction: manifest.transaction.as_ref().map(|t| t.as_str()),
            part: manifest.part.map(|part| PartLine {
                number: part.number,
                last: part.last,
            }),
            reporting_party: manifest.reporting_party.as_ref().map(|party| PartyLine {
                name: party.name.as_deref(),
                contacts: party.contacts.iter().map(ContactLine::of).collect(),
            }),
            flight: manifest.flight().map(FlightLine::of),
            flights: match manifest.flights.as_slice() {
                [] | [_] => Vec::new(),
                flights => flights.iter().map(FlightLine::of).collect(),
            },
            travellers: manifest
                .travellers
                .iter()
                .map(|traveller| TravellerLine::of(traveller, designator.as_deref(), offset))
                .collect(),
            declared_count: manifest.declared_count.map(|count| count.value),
            unread: unread(&manifest.unread, offset),
        }
    }
}

#[derive(Serialize)]
struct PartLine {
    number: u32,
    last: bool,
}

#[derive(Serialize)]
struct PartyLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<ContactLine<'a>>,
}

#[derive(Serialize)]
struct FlightLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier: Option<&'a str>,
    number: &'a str,
    written: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    overflight: bool,
    legs: Vec<LegLine<'a>>,
}

impl<'a> FlightLine<'a> {
    fn of(flight: &'a Flight) -> Self {
        let designator = &flight.designator.value;
        Self {
            carrier: designator.carrier.as_ref().map(|carrier| carrier.as_str()),
            number: &designator.number,
            written: &designator.written,
            overflight: flight.kind == SectorKind::Overflight,
            legs: flight.legs.iter().map(LegLine::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct LegLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    departs: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    departs_utc: Option<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrives: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrives_utc: Option<Utc>,
    /// The leg over the border (LOC 125 and 87).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    border: bool,
}

impl<'a> LegLine<'a> {
    fn of(leg: &'a Leg) -> Self {
        let utc = |time: &LegTime| time.instant.map(Utc);
        Self {
            from: leg.from.as_ref().map(|airport| airport.as_str()),
            to: leg.to.as_ref().map(|airport| airport.as_str()),
            departs: leg.departs.as_deref().map(Local::of),
            departs_utc: leg.departs.as_deref().and_then(utc),
            arrives: leg.arrives.as_deref().map(Local::of),
            arrives_utc: leg.arrives.as_deref().and_then(utc),
            border: leg.border,
        }
    }
}

/// A segment that was kept but not understood.
#[derive(Serialize)]
struct UnreadLine<'a> {
    segment: &'a str,
    text: &'a str,
    offset: u64,
    length: u32,
}

fn unread(unread: &[Unread], offset: u64) -> Vec<UnreadLine<'_>> {
    unread
        .iter()
        .map(|unread| UnreadLine {
            segment: &unread.tag,
            text: &unread.text,
            offset: absolute(offset, unread.span),
            length: unread.span.len(),
        })
        .collect()
}

#[derive(Serialize)]
struct DiagnosticLine<'a> {
    severity: &'static str,
    code: &'static str,
    /// Counted from the first byte of the source.
    offset: u64,
    length: u32,
    #[serde(serialize_with = "display")]
    path: SegmentPath,
    message: &'a str,
    help: &'static str,
}

impl<'a> DiagnosticLine<'a> {
    fn of(diagnostic: &'a Diagnostic, offset: u64) -> Self {
        Self {
            severity: diagnostic.severity.as_str(),
            code: diagnostic.code.slug,
            offset: absolute(offset, diagnostic.span),
            length: diagnostic.span.len(),
            path: diagnostic.path,
            message: &diagnostic.message,
            help: diagnostic.code.help,
        }
    }
}

/// Where a span of a message begins in its source.
pub(super) fn absolute(message: u64, span: Span) -> u64 {
    message + u64::from(span.start)
}

/// Carrier and number as one word: `AA124`.
pub(super) fn designator(flight: &tidewaiter_domain::FlightDesignator) -> String {
    let carrier = flight
        .carrier
        .as_ref()
        .map_or("", |carrier| carrier.as_str());
    format!("{carrier}{}", flight.number)
}

/// A local time as sent: `2007-02-19T18:40`, or the date alone.
pub(super) struct Local {
    date: Date,
    time: Option<Time>,
}

impl Local {
    pub(super) fn of(time: &LegTime) -> Self {
        Self {
            date: time.date,
            time: time.time,
        }
    }
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        match self.time {
            Some(time) => write!(f, "T{:02}:{:02}", time.hour(), time.minute()),
            None => Ok(()),
        }
    }
}

impl Serialize for Local {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An instant to the minute: `2007-02-20T00:40Z`.
pub(super) struct Utc(pub(super) Timestamp);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = jiff::tz::Offset::UTC.to_datetime(self.0);
        write!(f, "{}T{:02}:{:02}Z", at.date(), at.hour(), at.minute())
    }
}

impl Serialize for Utc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn display<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
