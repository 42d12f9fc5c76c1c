//! GOVREQ and ACKRES: a government asks for bookings, and acknowledges a push (IATA PADIS).
//!
//! Both are bilateral: the codes are those of the guide, whatever else comes is kept.

use jiff::civil::DateTime;
use smallvec::SmallVec;
use tidewaiter_diagnostics::codes::{api, syntax};
use tidewaiter_domain::{
    BookingRequest, ItinerarySegment, Originator, PushAcknowledgement, PushOutcome, RequestKind,
    Text,
};
use tidewaiter_syntax::edifact::{Charset, InterchangeWriter, Message, Segment, Separators};

use super::Pnrgov;
use crate::name::read_name;
use crate::notes::Notes;
use crate::report::Content;

/// The function of an acknowledgement (MSG 1225).
const ACKNOWLEDGEMENT: &str = "23";

/// From whom to whom an interchange goes, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressing {
    /// Who sends (UNB 0004).
    pub sender: String,
    /// Whom it is for (UNB 0010).
    pub recipient: String,
    /// When it is written; UTC.
    pub prepared: DateTime,
    /// Control reference of the interchange (0020), at most 14 characters.
    pub reference: String,
    /// Version and release of the message: `13`, `1`.
    pub version: (String, String),
    /// Whether it is a test. Test traffic is never live.
    pub test: bool,
}

/// Reads one GOVREQ message.
pub(crate) fn read_request(message: &Message<'_>, notes: &mut Notes) -> Option<Content> {
    let mut reader = Pnrgov::new(message, notes, None);
    let mut request = BookingRequest {
        kind: RequestKind::Other(Text::default()),
        originator: None,
        flight: None,
        locators: SmallVec::new(),
        travellers: Vec::new(),
        unread: Vec::new(),
    };
    for segment in message.segments() {
        match &segment.tag() {
            b"MSG" => {
                request.kind = RequestKind::from_code(&segment.text(1, 2));
                if let RequestKind::Other(_) = request.kind {
                    reader.unknown_function(&segment, "this kind of request is not known");
                }
            }
            b"ORG" => request.originator = reader.originator(&segment),
            b"TVL" => request.flight = Some(Box::new(reader.itinerary_segment(&segment))),
            b"RCI" => reader.locators(&segment, &mut request.locators, &mut None),
            b"TIF" => {
                let surname = reader.plain(&segment, &segment.component(1, 1));
                let given = reader.known(&segment, 2, 1).into_iter().collect();
                let span = segment.span();
                request
                    .travellers
                    .push(read_name(surname, given, span, |_| {}));
            }
            _ => request.unread.push(reader.keep_unknown(&segment)),
        }
    }
    Some(Content::BookingRequest(Box::new(request)))
}

/// Reads one ACKRES message.
pub(crate) fn read_acknowledgement(message: &Message<'_>, notes: &mut Notes) -> Option<Content> {
    let mut reader = Pnrgov::new(message, notes, None);
    let mut acknowledgement = PushAcknowledgement {
        outcome: PushOutcome::Unknown(Text::default()),
        errors: SmallVec::new(),
        originator: None,
        flight: None,
        unread: Vec::new(),
    };
    for segment in message.segments() {
        match &segment.tag() {
            b"MSG" => {
                acknowledgement.outcome = PushOutcome::from_code(&segment.text(2, 1));
                if segment.text(1, 2) != ACKNOWLEDGEMENT {
                    reader.unknown_function(&segment, "the function is not that of an answer (23)");
                }
            }
            b"ERC" => acknowledgement.errors.extend(reader.known(&segment, 1, 1)),
            b"ORG" => acknowledgement.originator = reader.originator(&segment),
            b"TVL" => acknowledgement.flight = Some(Box::new(reader.itinerary_segment(&segment))),
            _ => acknowledgement.unread.push(reader.keep_unknown(&segment)),
        }
    }
    Some(Content::PushAcknowledgement(Box::new(acknowledgement)))
}

impl Pnrgov<'_> {
    fn unknown_function(&mut self, segment: &Segment<'_>, text: &'static str) {
        let place = segment.component(1, 2);
        self.notes
            .note_at(&api::UNKNOWN_FUNCTION, segment, &place, text);
    }

    fn keep_unknown(&mut self, segment: &Segment<'_>) -> tidewaiter_domain::Unread {
        let text = "this segment has no meaning here; it was kept";
        self.notes.note(
            &syntax::UNKNOWN_SEGMENT,
            segment.span(),
            segment.path(),
            text,
        );
        self.keep(segment)
    }
}

/// Writes a request as one interchange. It reads back the same.
pub fn write_request(request: &BookingRequest, addressing: &Addressing) -> Vec<u8> {
    write(addressing, "GOVREQ", |writer| {
        writer.segment("MSG", &[&["", request.kind.code()]]);
        originator(writer, request.originator.as_deref());
        flight(writer, request.flight.as_deref());
        for locator in &request.locators {
            let carrier = locator.carrier.as_ref().map_or("", |c| c.as_str());
            let kind = if locator.departure_control { "C" } else { "" };
            writer.segment("RCI", &[&[carrier, locator.locator.as_str(), kind]]);
        }
        for name in &request.travellers {
            let surname = name.surname.as_deref().unwrap_or_default();
            let given = name.given.join(" ");
            writer.segment("TIF", &[&[surname], &[&given]]);
        }
    })
}

/// Writes an acknowledgement as one interchange. It reads back the same.
pub fn write_acknowledgement(
    acknowledgement: &PushAcknowledgement,
    addressing: &Addressing,
) -> Vec<u8> {
    write(addressing, "ACKRES", |writer| {
        writer.segment(
            "MSG",
            &[&["", ACKNOWLEDGEMENT], &[acknowledgement.outcome.code()]],
        );
        for error in &acknowledgement.errors {
            writer.segment("ERC", &[&[error]]);
        }
        originator(writer, acknowledgement.originator.as_deref());
        flight(writer, acknowledgement.flight.as_deref());
    })
}

fn write(
    addressing: &Addressing,
    kind: &str,
    body: impl FnOnce(&mut InterchangeWriter),
) -> Vec<u8> {
    let day = addressing.prepared.strftime("%y%m%d").to_string();
    let time = addressing.prepared.strftime("%H%M").to_string();
    let test = if addressing.test { "1" } else { "" };
    let unb: [&[&str]; 11] = [
        &["IATA", "1"],
        &[&addressing.sender],
        &[&addressing.recipient],
        &[&day, &time],
        &[&addressing.reference],
        &[],
        &[],
        &[],
        &[],
        &[],
        &[test],
    ];
    let mut writer = InterchangeWriter::new(Separators::DEFAULT, Charset::Utf8, &unb);
    let (version, release) = &addressing.version;
    writer.begin_message(&[&["1"], &[kind, version, release, "IA"]]);
    body(&mut writer);
    writer.end_message();
    writer.finish()
}

fn originator(writer: &mut InterchangeWriter, originator: Option<&Originator>) {
    let Some(o) = originator else { return };
    let text = |t: &Option<Text>| t.as_deref().unwrap_or_default().to_owned();
    let system = o.system.as_ref().map_or("", |s| s.as_str());
    let country = o.country.as_ref().map_or("", |c| c.as_str());
    let currency = o.currency.as_ref().map_or("", |c| c.as_str());
    writer.segment(
        "ORG",
        &[
            &[system, &text(&o.system_city)],
            &[&text(&o.agency), &text(&o.office)],
            &[&text(&o.city)],
            &[&text(&o.company)],
            &[&text(&o.kind)],
            &[country, currency],
            &[&text(&o.agent)],
        ],
    );
}

fn flight(writer: &mut InterchangeWriter, flight: Option<&ItinerarySegment>) {
    let Some(flight) = flight else { return };
    let date = |t: &Option<tidewaiter_domain::Sourced<tidewaiter_domain::LegTime>>| {
        t.as_ref()
            .map_or(String::new(), |t| t.date.strftime("%d%m%y").to_string())
    };
    let time = |t: &Option<tidewaiter_domain::Sourced<tidewaiter_domain::LegTime>>| {
        let time = t.as_ref().and_then(|t| t.time);
        time.map_or(String::new(), |t| t.strftime("%H%M").to_string())
    };
    let carrier = |d: &Option<tidewaiter_domain::Sourced<tidewaiter_domain::FlightDesignator>>| {
        let carrier = d.as_ref().and_then(|d| d.carrier.as_ref());
        carrier.map_or(String::new(), |c| c.as_str().to_owned())
    };
    let number = flight.designator.as_ref().map_or("", |d| d.number.as_str());
    writer.segment(
        "TVL",
        &[
            &[
                &date(&flight.departs),
                &time(&flight.departs),
                &date(&flight.arrives),
                &time(&flight.arrives),
            ],
            &[flight.from.as_ref().map_or("", |a| a.as_str())],
            &[flight.to.as_ref().map_or("", |a| a.as_str())],
            &[&carrier(&flight.designator), &carrier(&flight.operating)],
            &[number, flight.class.as_deref().unwrap_or_default()],
        ],
    );
}
