//! GOVREQ and ACKRES: a government asks for bookings, and acknowledges a push (IATA PADIS).
//!
//! Both are bilateral: the codes are those of the guide, whatever else comes is kept.

use smallvec::SmallVec;
use tidewaiter_diagnostics::codes::{api, syntax};
use tidewaiter_domain::{
    BookingRequest, ItinerarySegment, Originator, PushAcknowledgement, PushOutcome, RequestKind,
    Text,
};
use tidewaiter_syntax::edifact::{InterchangeWriter, Message, Segment};

use super::Pnrgov;
use crate::name::read_name;
use crate::notes::Notes;
use crate::report::Content;
use crate::transmission::Transmission;

/// The function of an acknowledgement (MSG 1225).
const ACKNOWLEDGEMENT: &str = "23";

/// Version of the PADIS directory that a message is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the versions")]
pub enum PadisVersion {
    V11_1,
    V12_1,
    V13_1,
    V14_1,
    V15_1,
    V16_1,
    V17_1,
    V18_1,
}

impl PadisVersion {
    const ALL: [Self; 8] = [
        Self::V11_1,
        Self::V12_1,
        Self::V13_1,
        Self::V14_1,
        Self::V15_1,
        Self::V16_1,
        Self::V17_1,
        Self::V18_1,
    ];

    /// The version of a message that was read (`13:1`), so that its answer is written in the same.
    pub fn of(written: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| {
            let (number, release) = version.parts();
            written.split_once(':') == Some((number, release))
        })
    }

    /// Version and release as UNH has them: `13`, `1`.
    const fn parts(self) -> (&'static str, &'static str) {
        let version = match self {
            Self::V11_1 => "11",
            Self::V12_1 => "12",
            Self::V13_1 => "13",
            Self::V14_1 => "14",
            Self::V15_1 => "15",
            Self::V16_1 => "16",
            Self::V17_1 => "17",
            Self::V18_1 => "18",
        };
        (version, "1")
    }
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
pub fn write_request(
    request: &BookingRequest,
    transmission: &Transmission,
    version: PadisVersion,
) -> Vec<u8> {
    write(transmission, version, "GOVREQ", |writer| {
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
    transmission: &Transmission,
    version: PadisVersion,
) -> Vec<u8> {
    write(transmission, version, "ACKRES", |writer| {
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
    transmission: &Transmission,
    version: PadisVersion,
    kind: &'static str,
    body: impl FnOnce(&mut InterchangeWriter),
) -> Vec<u8> {
    let (version, release) = version.parts();
    let mut writer = transmission.open(&[kind, version, release, "IA", ""]);
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
