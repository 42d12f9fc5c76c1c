//! CUSRES: the answer to advance passenger information (UN/EDIFACT, WCO/IATA/ICAO API guide).
//!
//! `962` answers a request, `132` is a message of the government's own, `312` its acknowledgement
//! by the carrier. `ERP` begins what is said of the message (1) or of a person (2); everything up
//! to the next one belongs to it, in whatever order it comes.
//!
//! A code that is not known is no directive, never leave to board.

use jiff::civil::DateTime;
use tidewaiter_diagnostics::{SegmentPath, Span, codes::api as code, codes::syntax};
use tidewaiter_domain::{
    BoardingStatus, Clearance, ClearanceResponse, FlightDesignator, LegTime, MessageOutcome,
    RecordLocator, ResponseKind, Sourced, StatusCode, Text, TransactionReference, UniqueReference,
};
use tidewaiter_syntax::edifact::{Component, InterchangeWriter, Message, Segment};

use crate::notes::{Notes, unread};
use crate::paxlst::designator;
use crate::report::Content;
use crate::transmission::{Identifier, Transmission};

/// The directory version that is written; every version reads the same.
const IDENTIFIER: Identifier = ["CUSRES", "D", "05B", "UN", "IATA"];

/// Longest text of one FTX component (4440), and how many components an FTX has (C108).
const TEXT_CHARACTERS_MAX: usize = 512;
const TEXTS_MAX: usize = 5;

/// Reads one CUSRES message. `None` when nothing in it is usable.
pub(crate) fn read(message: &Message<'_>, notes: &mut Notes) -> Option<Content> {
    let mut reader = Cusres {
        notes,
        response: ClearanceResponse::new(ResponseKind::Other(Text::default())),
        begun: false,
        within: Within::Header,
    };
    for segment in message.segments() {
        reader.segment(&segment);
    }
    reader.finish(message)
}

/// What the segments that come next speak of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Header,
    /// ERP 1.
    Message,
    /// ERP 2: of whom, and where it begins.
    Person(Span, SegmentPath),
    /// An ERP that is not known.
    Unknown,
}

struct Cusres<'n> {
    notes: &'n mut Notes,
    response: ClearanceResponse,
    /// Whether there was a BGM.
    begun: bool,
    within: Within,
}

impl Cusres<'_> {
    fn segment(&mut self, segment: &Segment<'_>) {
        match (&segment.tag(), self.within) {
            (b"BGM", _) => self.begin(segment),
            (b"ERP", _) => self.error_point(segment),
            (b"RFF", Within::Header) => self.header_reference(segment),
            (b"DTM", Within::Header) => self.time(segment),
            (b"LOC", Within::Header) => self.place(segment),
            (b"RFF", Within::Person(..)) => self.person_reference(segment),
            (b"ERC", Within::Person(..)) => self.person_code(segment),
            (b"ERC", Within::Message) => self.message_code(segment),
            (b"FTX", Within::Message | Within::Person(..)) => self.text(segment),
            (_, Within::Unknown) => self.keep(segment),
            _ => {
                self.notes.note(
                    &syntax::UNKNOWN_SEGMENT,
                    segment.span(),
                    segment.path(),
                    "this segment has no meaning here; it was kept",
                );
                self.keep(segment);
            }
        }
    }

    fn keep(&mut self, segment: &Segment<'_>) {
        self.response.unread.push(unread(segment));
    }

    /// BGM: what kind of response it is.
    fn begin(&mut self, segment: &Segment<'_>) {
        if self.begun {
            return self.keep(segment);
        }
        self.begun = true;
        let document = segment.component(1, 1);
        self.response.kind = ResponseKind::of_code(&document.text());
        if matches!(self.response.kind, ResponseKind::Other(_)) {
            let text = "this document code is not known in responses";
            self.notes
                .note_at(&code::UNKNOWN_FUNCTION, segment, &document, text);
        }
        let number = self.notes.text(segment, &segment.component(2, 1));
        self.response.number = (!number.is_empty()).then_some(number);
    }

    /// ERP: begins what is said of the message or of a person.
    fn error_point(&mut self, segment: &Segment<'_>) {
        self.check_person();
        let section = segment.component(1, 1);
        self.within = match section.bytes().as_ref() {
            b"1" => {
                self.response.outcomes.push(MessageOutcome {
                    code: None,
                    texts: Vec::new(),
                });
                Within::Message
            }
            b"2" => {
                self.response.clearances.push(Clearance {
                    reference: None,
                    locator: None,
                    codes: Default::default(),
                    texts: Vec::new(),
                });
                Within::Person(segment.span(), segment.path())
            }
            _ => {
                let text =
                    "this is neither the message (1) nor a person (2); what follows was kept";
                self.notes
                    .note_at(&code::UNKNOWN_QUALIFIER, segment, &section, text);
                self.keep(segment);
                Within::Unknown
            }
        };
    }

    /// Says what is missing of the person that ends here.
    fn check_person(&mut self) {
        let (Within::Person(span, path), Some(person)) =
            (self.within, self.response.clearances.last())
        else {
            return;
        };
        if person.reference.is_none() && person.locator.is_none() {
            let text = "neither RFF+ABO nor RFF+AVF says whom this is about";
            self.notes
                .note(&code::RESPONSE_WITHOUT_PERSON, span, path, text);
        }
        if person.codes.is_empty() {
            let text = "there is no code for this person, so there is no directive";
            self.notes.note(&code::UNKNOWN_RESPONSE, span, path, text);
        }
    }

    fn header_reference(&mut self, segment: &Segment<'_>) {
        let (qualifier, value) = (segment.component(1, 1), segment.component(1, 2));
        let span = value.span();
        match qualifier.bytes().as_ref() {
            b"TN" if self.response.transaction.is_none() => {
                let reference = TransactionReference::new(self.notes.text(segment, &value));
                self.response.transaction = reference.map(|r| Sourced::new(r, span));
            }
            b"AF" if self.response.flight.is_none() => {
                let flight = designator("", &self.notes.text(segment, &value));
                if !flight.number.starts_with(|c: char| c.is_ascii_digit()) {
                    let text = "this is not a carrier and a number; it was kept whole";
                    self.notes
                        .note_at(&code::FLIGHT_NUMBER, segment, &value, text);
                }
                if !flight.written.is_empty() {
                    self.response.flight = Some(Sourced::new(flight, span));
                }
            }
            b"TN" | b"AF" => self.keep(segment),
            _ => self.unknown_qualifier(segment, &qualifier),
        }
    }

    fn time(&mut self, segment: &Segment<'_>) {
        let qualifier = segment.component(1, 1);
        let slot = match qualifier.bytes().as_ref() {
            b"189" => &mut self.response.leg.departs,
            b"232" => &mut self.response.leg.arrives,
            _ => return self.unknown_qualifier(segment, &qualifier),
        };
        match self.notes.leg_time(segment).filter(|_| slot.is_none()) {
            Some(time) => *slot = Some(time),
            None => self.keep(segment),
        }
    }

    fn place(&mut self, segment: &Segment<'_>) {
        let qualifier = segment.component(1, 1);
        let slot = match qualifier.bytes().as_ref() {
            b"125" => &mut self.response.leg.from,
            b"87" => &mut self.response.leg.to,
            _ => return self.unknown_qualifier(segment, &qualifier),
        };
        let airport = self.notes.airport(segment, &segment.component(2, 1));
        match airport.filter(|_| slot.is_none()) {
            Some(airport) => *slot = Some(airport),
            None => self.keep(segment),
        }
    }

    fn person_reference(&mut self, segment: &Segment<'_>) {
        let (qualifier, value) = (segment.component(1, 1), segment.component(1, 2));
        let Some(person) = self.response.clearances.last_mut() else {
            return;
        };
        let (text, span) = (self.notes.text(segment, &value), value.span());
        match qualifier.bytes().as_ref() {
            b"AVF" if person.locator.is_none() => {
                person.locator = RecordLocator::new(text).map(|l| Sourced::new(l, span));
            }
            b"ABO" if person.reference.is_none() => {
                person.reference = UniqueReference::new(text).map(|r| Sourced::new(r, span));
            }
            b"AVF" | b"ABO" => self.keep(segment),
            _ => self.unknown_qualifier(segment, &qualifier),
        }
    }

    /// ERC of a person: what to do.
    fn person_code(&mut self, segment: &Segment<'_>) {
        let value = segment.component(1, 1);
        let text = self.notes.text(segment, &value);
        let (Some(status), Some(person)) =
            (StatusCode::new(text), self.response.clearances.last_mut())
        else {
            return self.keep(segment);
        };
        if status.status() == BoardingStatus::NoDirective {
            let text = "this code is not known, so there is no directive";
            self.notes
                .note_at(&code::UNKNOWN_RESPONSE, segment, &value, text);
        }
        person.codes.push(Sourced::new(status, value.span()));
    }

    /// ERC of the message: whether it was accepted.
    fn message_code(&mut self, segment: &Segment<'_>) {
        let value = segment.component(1, 1);
        let text = self.notes.text(segment, &value);
        let Some(outcome) = self
            .response
            .outcomes
            .last_mut()
            .filter(|_| !text.is_empty())
        else {
            return self.keep(segment);
        };
        // PADIS 9321 has more numbers than are worth knowing here; letters are none of them.
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            let text = "this is no application error code; the message counts as not accepted";
            self.notes
                .note_at(&code::UNKNOWN_RESPONSE, segment, &value, text);
        }
        let said = Sourced::new(text, value.span());
        if outcome.code.is_none() {
            outcome.code = Some(said);
        } else {
            // A second code for the same point is an outcome of its own: the first cannot outvote it.
            self.response.outcomes.push(MessageOutcome {
                code: Some(said),
                texts: Vec::new(),
            });
        }
    }

    /// FTX+AAP: texts for the agent.
    fn text(&mut self, segment: &Segment<'_>) {
        let subject = segment.component(1, 1);
        if subject.bytes().as_ref() != b"AAP" {
            return self.unknown_qualifier(segment, &subject);
        }
        for part in segment.element(4).filter(|c| !c.is_empty()) {
            let line = self.notes.text(segment, &part);
            let texts = match self.within {
                Within::Person(..) => self.response.clearances.last_mut().map(|c| &mut c.texts),
                _ => self.response.outcomes.last_mut().map(|o| &mut o.texts),
            };
            if let Some(texts) = texts {
                texts.push(line);
            }
        }
    }

    fn unknown_qualifier(&mut self, segment: &Segment<'_>, qualifier: &Component<'_>) {
        let text = "this qualifier is not known in responses; the segment was kept";
        self.notes
            .note_at(&code::UNKNOWN_QUALIFIER, segment, qualifier, text);
        self.keep(segment);
    }

    fn finish(mut self, message: &Message<'_>) -> Option<Content> {
        self.check_person();
        let response = &mut self.response;
        if !self.begun {
            let body = message.body();
            let usable = !response.clearances.is_empty() || !response.outcomes.is_empty();
            self.notes.note(
                &code::MISSING_BGM,
                Span::new(body.start, body.start + 3.min(body.len())),
                SegmentPath::segment(1, *b"UNH"),
                if usable {
                    "the message does not say what kind of response it is"
                } else {
                    "no BGM and no ERP in it"
                },
            );
            if !usable {
                return None;
            }
        }
        for (time, airport) in [
            (&mut response.leg.departs, &response.leg.from),
            (&mut response.leg.arrives, &response.leg.to),
        ] {
            if let (Some(time), Some(airport)) = (time, airport) {
                self.notes.place_in_time(time, airport);
            }
        }
        Some(Content::Response(Box::new(self.response)))
    }
}

/// Writes a response as an interchange of its own.
///
/// What is written is what the response holds; the reason of a directive is not in it, and no text
/// goes to the agent but those given. `unread` is left out: it was not understood. Years are
/// written with two digits, so times must lie within 49 years of [`Transmission::prepared`].
///
/// Texts of more than 512 characters are divided (4440). Codes of other characters than capital
/// letters and digits are left out. Characters that UNOA does not have are
/// written as the nearest it has: letters in capitals, others as spaces.
pub fn write(response: &ClearanceResponse, transmission: &Transmission) -> Vec<u8> {
    let mut writer = transmission.open(&IDENTIFIER);
    let number = response.number.as_deref().unwrap_or_default();
    writer.segment("BGM", &[&[response.kind.code()], &[number]]);
    if let Some(reference) = &response.transaction {
        writer.segment("RFF", &[&["TN", reference.as_str()]]);
    }
    if let Some(flight) = &response.flight {
        writer.segment("RFF", &[&["AF", &flight_text(flight)]]);
    }
    for (qualifier, time) in [
        ("189", &response.leg.departs),
        ("232", &response.leg.arrives),
    ] {
        if let Some(time) = time {
            let (value, format) = time_text(time);
            writer.segment("DTM", &[&[qualifier, &value, format]]);
        }
    }
    for (qualifier, airport) in [("125", &response.leg.from), ("87", &response.leg.to)] {
        if let Some(airport) = airport {
            writer.segment("LOC", &[&[qualifier], &[airport.as_str()]]);
        }
    }
    for outcome in &response.outcomes {
        writer.segment("ERP", &[&["1"]]);
        if let Some(code) = outcome.code.as_ref().filter(|c| survives(c)) {
            writer.segment("ERC", &[&[code]]);
        }
        write_texts(&mut writer, &outcome.texts);
    }
    for clearance in &response.clearances {
        writer.segment("ERP", &[&["2"]]);
        if let Some(locator) = &clearance.locator {
            writer.segment("RFF", &[&["AVF", locator.as_str()]]);
        }
        if let Some(reference) = &clearance.reference {
            writer.segment("RFF", &[&["ABO", reference.as_str()]]);
        }
        // Leave stands only beside the codes it came with: one that cannot be written may have
        // taken it away, so then the leave is not written either.
        let whole = clearance.codes.iter().all(|c| survives(c.as_str()));
        let kept = |c: &StatusCode| whole || c.status() != BoardingStatus::NoObjection;
        for code in clearance
            .codes
            .iter()
            .filter(|c| survives(c.as_str()) && kept(c))
        {
            writer.segment("ERC", &[&[code.as_str()]]);
        }
        write_texts(&mut writer, &clearance.texts);
    }
    writer.end_message();
    writer.finish()
}

/// Whether a code is read back as it was. One that is not is left out: a code that is not known
/// (`0z`) must not become one that gives leave on its way through a small character set.
fn survives(code: &str) -> bool {
    code.bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn write_texts(writer: &mut InterchangeWriter, texts: &[Text]) {
    let mut lines: Vec<String> = Vec::new();
    for text in texts {
        let characters: Vec<char> = text.chars().collect();
        lines.extend(
            characters
                .chunks(TEXT_CHARACTERS_MAX)
                .map(|line| line.iter().collect()),
        );
    }
    for group in lines.chunks(TEXTS_MAX) {
        let components: Vec<&str> = group.iter().map(String::as_str).collect();
        writer.segment("FTX", &[&["AAP"], &[], &[], &components]);
    }
}

/// A flight as it was written, or carrier and number.
fn flight_text(flight: &FlightDesignator) -> String {
    if !flight.written.is_empty() {
        return flight.written.to_string();
    }
    let carrier = flight.carrier.as_ref().map_or("", |c| c.as_str());
    format!("{carrier}{}", flight.number)
}

/// A local time and its format qualifier (2379).
fn time_text(time: &LegTime) -> (String, &'static str) {
    match time.time {
        Some(of_day) => {
            let local = DateTime::from_parts(time.date, of_day);
            (local.strftime("%y%m%d%H%M").to_string(), "201")
        }
        None => (time.date.strftime("%y%m%d").to_string(), "101"),
    }
}
