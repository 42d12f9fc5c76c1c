//! PAXLST: advance passenger information (UN/EDIFACT D.96A to D.23A, WCO/IATA/ICAO API guide).
//!
//! One grammar reads every directory version: the versions differ in which segments exist and how
//! often, and senders keep to neither. Segments are taken by what they trigger: `TDT` begins a
//! flight, `NAD` a person, `DOC` a document; everything else belongs to the last of these it can
//! belong to, in whatever order it comes.

pub(crate) mod flight;
mod person;
mod us;

use tidewaiter_diagnostics::{SegmentPath, Span, codes::api as code};
use tidewaiter_domain::{
    Contact, ContactKind, ListEffect, Manifest, ManifestFunction, Part, ReportingParty, Role,
    Sourced, Text, TransactionReference, TravelStatus, Traveller,
};
use tidewaiter_syntax::edifact::{Message, Segment};

use crate::notes::{Notes, unread};
use crate::report::Content;
use flight::Flights;
pub(crate) use flight::designator;

/// Reads one PAXLST message. `None` when nothing in it is usable.
pub(crate) fn read(message: &Message<'_>, notes: &mut Notes) -> Option<Content> {
    let mut reader = Paxlst {
        notes,
        function: None,
        transaction: None,
        party: None,
        flights: Flights::default(),
        // A person takes about 220 bytes; growing a list of large records costs more.
        travellers: Vec::with_capacity(message.bytes().len() / 250 + 1),
        counts: Vec::new(),
        unread: Vec::new(),
        within: Within::Header,
    };
    for segment in message.segments() {
        if segment.tag() == *b"UNS" || segment.tag() == *b"PDT" {
            us::segment(&mut reader, &segment);
        } else {
            reader.segment(&segment);
        }
    }
    reader.finish(message)
}

/// What the segments that come next belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Header,
    Party,
    Flight,
    Person,
    Document,
}

/// A CNT: what it counts, how many, and where it stands.
struct Count {
    qualifier: Text,
    number: Sourced<u32>,
    path: SegmentPath,
}

struct Paxlst<'n> {
    notes: &'n mut Notes,
    function: Option<(ManifestFunction, ListEffect, Text)>,
    transaction: Option<Sourced<TransactionReference>>,
    party: Option<Box<ReportingParty>>,
    flights: Flights,
    travellers: Vec<Traveller>,
    counts: Vec<Count>,
    unread: Vec<tidewaiter_domain::Unread>,
    within: Within,
}

impl Paxlst<'_> {
    fn segment(&mut self, segment: &Segment<'_>) {
        match (&segment.tag(), self.within) {
            (b"NAD", _) => self.name_and_address(segment),
            (b"TDT", _) => {
                self.flights.begin(segment, self.notes);
                self.within = Within::Flight;
            }
            (b"BGM", _) => self.begin(segment),
            (b"CNT", _) => self.count(segment),
            (_, Within::Person | Within::Document) => self.person_segment(segment),
            (b"LOC", _) => {
                if !self.flights.place(segment, self.notes) {
                    self.unread.push(unread(segment));
                }
            }
            (b"DTM", _) => {
                if !self.flights.time(segment, self.notes) {
                    self.unread.push(unread(segment));
                }
            }
            (b"RFF", _) => self.header_reference(segment),
            (b"COM", _) => self.party_contact(segment),
            (b"CTA", _) => self.party_name(segment),
            (b"AUT" | b"FTX" | b"GEI" | b"GIS" | b"GID", _) => self.unread.push(unread(segment)),
            _ => self.unknown_segment(segment),
        }
    }

    fn unknown_segment(&mut self, segment: &Segment<'_>) {
        let span = segment.span();
        self.notes.note(
            &tidewaiter_diagnostics::codes::syntax::UNKNOWN_SEGMENT,
            span,
            segment.path(),
            "this segment has no meaning here; it was kept",
        );
        match self
            .travellers
            .last_mut()
            .filter(|_| self.within >= Within::Person)
        {
            Some(person) => person.unread.push(unread(segment)),
            None => self.unread.push(unread(segment)),
        }
    }

    /// BGM: what kind of list it is and what it does.
    fn begin(&mut self, segment: &Segment<'_>) {
        let (document, identifier) = (segment.component(1, 1), segment.component(2, 1));
        let (document_text, id) = (document.text(), identifier.text());
        let id = id.to_ascii_uppercase();
        let function = match document_text.as_ref() {
            "745" => ManifestFunction::Passengers,
            "250" => ManifestFunction::Crew,
            "266" => ManifestFunction::FlightStatus,
            "336" => ManifestFunction::MasterCrew,
            "655" => ManifestFunction::GatePass,
            _ => {
                self.notes.note_at(
                    &code::UNKNOWN_FUNCTION,
                    segment,
                    &document,
                    "this document code is not known in passenger lists",
                );
                ManifestFunction::Unknown
            }
        };
        let effect = effect_of(function, &id);
        if effect == ListEffect::Unknown {
            self.notes.note_at(
                &code::UNKNOWN_FUNCTION,
                segment,
                &identifier,
                "this identifier is not known with this document code",
            );
        }
        let written = match id.is_empty() {
            true => Text::from(document_text),
            false => Text::from(format!("{document_text}+{id}")),
        };
        self.function = Some((function, effect, written));
    }

    /// NAD: a person, or who reports.
    fn name_and_address(&mut self, segment: &Segment<'_>) {
        let qualifier = segment.component(1, 1);
        let crew_list = matches!(
            self.function,
            Some((ManifestFunction::Crew | ManifestFunction::MasterCrew, ..))
        );
        let role = match qualifier.bytes().as_ref() {
            b"FL" => Role::Passenger,
            b"FM" => Role::Crew,
            b"DDU" => Role::TransitPassenger,
            b"DDT" => Role::TransitCrew,
            b"MS" => return self.reporting_party(segment),
            _ => {
                let named = segment.components().skip(1).any(|c| !c.is_empty());
                if !named {
                    // `NAD+ZZZ`: some systems say so that nobody is on the list.
                    self.unread.push(unread(segment));
                    self.within = Within::Header;
                    return;
                }
                let known = [&b"fl"[..], b"fm", b"ddu", b"ddt"]
                    .iter()
                    .any(|q| q.eq_ignore_ascii_case(qualifier.bytes().as_ref()));
                if !known {
                    self.notes.note_at(
                        &code::UNKNOWN_QUALIFIER,
                        segment,
                        &qualifier,
                        "this party qualifier is not known; the person was kept",
                    );
                }
                if crew_list {
                    Role::Crew
                } else {
                    Role::Passenger
                }
            }
        };
        let mut person = Traveller::new(role, segment.span());
        self.name(segment, &mut person);
        self.address(segment, &mut person);
        self.travellers.push(person);
        self.within = Within::Person;
    }

    fn reporting_party(&mut self, segment: &Segment<'_>) {
        let mut words = Vec::new();
        for component in segment.components().skip(1).filter(|c| !c.is_empty()) {
            words.push(self.notes.text(segment, &component));
        }
        let name = (!words.is_empty()).then(|| Text::from(words.join(" ")));
        self.party = Some(Box::new(ReportingParty {
            name,
            contacts: Vec::new(),
        }));
        self.within = Within::Party;
    }

    /// CTA: the person to ask for; the older US form has the contacts behind the name.
    fn party_name(&mut self, segment: &Segment<'_>) {
        let name = self.notes.text(segment, &segment.component(2, 2));
        let contacts = self.contacts_from(segment, 3);
        let party = self.party.get_or_insert_default();
        party.name = party.name.take().or(text_of(name));
        party.contacts.extend(contacts);
    }

    fn party_contact(&mut self, segment: &Segment<'_>) {
        let contacts = self.contacts(segment);
        self.party.get_or_insert_default().contacts.extend(contacts);
    }

    /// COM: each element is a value and its kind.
    fn contacts(&mut self, segment: &Segment<'_>) -> Vec<Contact> {
        self.contacts_from(segment, 1)
    }

    fn contacts_from(&mut self, segment: &Segment<'_>, first: u8) -> Vec<Contact> {
        let mut contacts = Vec::new();
        for element in first..=segment.element_count() as u8 {
            let parts: Vec<_> = segment.element(element).filter(|c| !c.is_empty()).collect();
            let Some((last, before)) = parts.split_last() else {
                continue;
            };
            let kind = match last.bytes().as_ref() {
                b"TE" | b"te" => Some(ContactKind::Phone),
                b"AL" | b"al" => Some(ContactKind::Mobile),
                b"FX" | b"fx" => Some(ContactKind::Fax),
                b"EM" | b"em" => Some(ContactKind::Email),
                _ => None,
            };
            // A colon that was not released belongs to the value; an unknown kind does too when
            // nothing stands before it.
            let values = if kind.is_some() || !before.is_empty() {
                before
            } else {
                &parts[..]
            };
            let mut written = Text::default();
            for value in values {
                if !written.is_empty() {
                    written.push(':');
                }
                written.push_str(&self.notes.text(segment, value));
            }
            if kind.is_none() && !before.is_empty() {
                self.notes.note_at(
                    &code::UNKNOWN_QUALIFIER,
                    segment,
                    last,
                    "this kind of contact is not known",
                );
            }
            let Some(first) = values.first() else {
                continue;
            };
            let kind = kind.unwrap_or(ContactKind::Other);
            let value = match kind {
                ContactKind::Email => email(&written),
                _ => written.clone(),
            };
            contacts.push(Contact {
                kind,
                written: (value != written).then_some(written),
                value,
                span: first.span().to(last.span()),
            });
        }
        contacts
    }

    fn header_reference(&mut self, segment: &Segment<'_>) {
        let (qualifier, value) = (segment.component(1, 1), segment.component(1, 2));
        if qualifier.bytes().as_ref() == b"TN" {
            let reference = TransactionReference::new(self.notes.text(segment, &value));
            self.transaction = reference.map(|r| Sourced::new(r, value.span()));
            return;
        }
        self.notes.note_at(
            &code::UNKNOWN_QUALIFIER,
            segment,
            &qualifier,
            "this reference is not known in the header",
        );
        self.unread.push(unread(segment));
    }

    fn count(&mut self, segment: &Segment<'_>) {
        self.within = Within::Header;
        let (qualifier, value) = (segment.component(1, 1), segment.component(1, 2));
        match value.text().parse::<u32>() {
            Ok(n) => {
                let qualifier = Text::from(qualifier.text());
                let number = Sourced::new(n, value.span());
                self.counts.push(Count {
                    qualifier,
                    number,
                    path: segment.path().at(1, 2),
                });
            }
            Err(_) => {
                self.notes.note_at(
                    &code::UNUSABLE_QUANTITY,
                    segment,
                    &value,
                    "this count is not a number",
                );
                self.unread.push(unread(segment));
            }
        }
    }

    /// Puts together what was read.
    fn finish(mut self, message: &Message<'_>) -> Option<Content> {
        let flights = self.flights.finish(self.notes);
        let body = message.body();
        let start = Span::new(body.start, body.start + 3.min(body.len()));
        let unh = SegmentPath::segment(1, *b"UNH");
        if self.function.is_none() {
            let usable = !self.travellers.is_empty();
            self.notes.note(
                &code::MISSING_BGM,
                start,
                unh,
                if usable {
                    "the message does not say what it is"
                } else {
                    "no BGM and nobody in it"
                },
            );
            if !usable {
                return None;
            }
        }
        let (function, effect, function_written) = self.function.unwrap_or((
            ManifestFunction::Passengers,
            ListEffect::Report,
            Text::default(),
        ));
        if flights.is_empty() && function != ManifestFunction::MasterCrew {
            self.notes.note(
                &code::MISSING_FLIGHT,
                start,
                unh,
                "the message names no flight",
            );
        }
        let part = message.header().and_then(|h| h.sequence).map(|s| Part {
            number: s.number,
            last: s.last,
        });
        let declared = check_counts(
            self.notes,
            &self.counts,
            function,
            self.travellers.len(),
            part,
            (start, unh),
        );
        for traveller in &mut self.travellers {
            traveller.status = status_of(function, effect, traveller.role);
        }
        Some(Content::Manifest(Box::new(Manifest {
            function,
            effect,
            function_written,
            transaction: self.transaction,
            reporting_party: self.party,
            flights,
            travellers: self.travellers,
            declared_count: declared,
            part,
            unread: self.unread,
        })))
    }
}

impl PartialOrd for Within {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some((*self as u8).cmp(&(*other as u8)))
    }
}

/// What BGM 1004 does, by document code (API guide; US codes as GTAS documents them).
fn effect_of(function: ManifestFunction, id: &str) -> ListEffect {
    use ListEffect as E;
    use ManifestFunction as F;
    match (function, id) {
        (_, "") => E::Report,
        (F::Passengers, "CP") => E::Change,
        (F::Passengers, "XR") => E::Cancel,
        (F::Passengers, "RP") => E::Reduction,
        (F::Crew, "C" | "B" | "A" | "D" | "E" | "F") => E::Report,
        (F::Crew, "CC" | "BC" | "EC" | "FC") => E::Change,
        (F::FlightStatus, "CL") => E::Closed,
        (F::FlightStatus, "CLNB") => E::ClosedNotOnBoard,
        (F::FlightStatus, "CLOB") => E::ClosedOnBoard,
        (F::FlightStatus, "XF") => E::CancelFlight,
        (F::FlightStatus, "CF") => E::ChangeFlight,
        (F::MasterCrew, "G") => E::Add,
        (F::MasterCrew, "H") => E::Delete,
        (F::MasterCrew, "I") => E::Change,
        (F::GatePass, _) => E::Report,
        _ => E::Unknown,
    }
}

/// What a list says of where each of its people stands.
fn status_of(function: ManifestFunction, effect: ListEffect, role: Role) -> Option<TravelStatus> {
    match effect {
        ListEffect::ClosedOnBoard => Some(TravelStatus::Boarded),
        ListEffect::ClosedNotOnBoard => Some(TravelStatus::NotBoarded),
        ListEffect::Cancel | ListEffect::Reduction | ListEffect::CancelFlight => {
            Some(TravelStatus::Cancelled)
        }
        ListEffect::Report | ListEffect::Change
            if function == ManifestFunction::Passengers
                && matches!(role, Role::Passenger | Role::TransitPassenger) =>
        {
            Some(TravelStatus::CheckedIn)
        }
        _ => None,
    }
}

/// Compares CNT with the people listed. Totals refer to the whole flight, so parts before the last
/// one are not compared.
fn check_counts(
    notes: &mut Notes,
    counts: &[Count],
    function: ManifestFunction,
    listed: usize,
    part: Option<Part>,
    start: (Span, SegmentPath),
) -> Option<Sourced<u32>> {
    let crew = matches!(
        function,
        ManifestFunction::Crew | ManifestFunction::MasterCrew
    );
    let expected = if crew { "41" } else { "42" };
    let own = counts.iter().find(|count| count.qualifier == expected);
    let declared = own.or_else(|| counts.first());
    if let Some(part) = part.filter(|p| !p.is_whole()) {
        let text = match part.last {
            true => format!(
                "this is part {}, the last, of a report in several messages",
                part.number
            ),
            false => format!(
                "this is part {} of a report in several messages",
                part.number
            ),
        };
        notes.note(&code::PART_OF_REPORT, start.0, start.1, text);
    }
    let Some(Count {
        qualifier,
        number: count,
        path,
    }) = declared
    else {
        let may_be_missing = function == ManifestFunction::FlightStatus;
        if listed == 0 && function == ManifestFunction::Passengers {
            notes.note(
                &code::EMPTY_MANIFEST,
                start.0,
                start.1,
                "the message lists nobody",
            );
        } else if !may_be_missing && part.is_none_or(|p| p.last) {
            notes.note(
                &code::MISSING_COUNT,
                start.0,
                start.1,
                "the message has no CNT",
            );
        }
        return None;
    };
    if own.is_none() {
        let text = format!("CNT+{qualifier} counts the other kind of people");
        notes.note(&code::COUNT_SWAPPED, count.span, *path, text);
    }
    // The totals of a report in parts are compared by `Series`, when all of them are there.
    let complete = part.is_none_or(Part::is_whole);
    if listed == 0 && count.value > 0 && function == ManifestFunction::Passengers {
        let text = format!(
            "CNT+{qualifier} says {} travellers, the message lists nobody",
            count.value
        );
        notes.note(&code::EMPTY_MANIFEST, count.span, *path, text);
    } else if complete && count.value as usize != listed {
        let text = format!(
            "CNT+{qualifier} says {} travellers, the message lists {listed}",
            count.value
        );
        notes.note(&code::COUNT_MISMATCH, count.span, *path, text);
    }
    Some(*count)
}

/// An e-mail address with the stand-ins for `@` that UNOA forces on senders.
fn email(written: &Text) -> Text {
    if written.contains('@') {
        return written.clone();
    }
    let upper = written.to_ascii_uppercase();
    let found = [".AT.", "(AT)", " AT ", "//"]
        .into_iter()
        .find_map(|s| Some((upper.find(s)?, s.len())));
    match found {
        Some((at, len)) => Text::from(format!("{}@{}", &written[..at], &written[at + len..])),
        None => written.clone(),
    }
}

fn text_of(text: Text) -> Option<Text> {
    (!text.is_empty()).then_some(text)
}
