//! Bytes to what they say, as far as the mandate lets us know it. Pure: everything that comes from
//! outside is an argument.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};
use tidewaiter_diagnostics::{Severity, codes};
use tidewaiter_domain::{
    Booking, BookingPush, CarrierCode, Flight, FlightKey, ListEffect, Manifest, ManifestFunction,
    Part, Text, Traveller,
};
use tidewaiter_formats::manifest_csv::{self, ColumnMapping};
use tidewaiter_formats::{CardKey, Content, Report, Series, Status, is_xml, read_xml};
use tidewaiter_mandate::admit::{Admitted, Dropped, Intake, NotAdmitted, admit};
use tidewaiter_mandate::{Mandate, MessageKind};
use tidewaiter_picture::Designators;
use tidewaiter_store::{CarrierState, Id, Lane, LookbackKey, Reading, ReportPart};
use tidewaiter_syntax::edifact::{Interchange, Reader};

use crate::acknowledge::{Acknowledge, Receipts};
use crate::carriers::Agreed;
use crate::quality::Quality;

/// How much of the beginning tells what the bytes are.
const HEAD_BYTES: usize = 64 << 10;

/// What one message of a receipt comes to.
pub(crate) struct Message {
    /// Its number in the receipt, from 0.
    pub(crate) number: u32,
    /// `PAXLST`, `PNRGOV` …
    pub(crate) kind: Text,
    /// How reading it went; pending while it waits in quarantine.
    pub(crate) status: Reading,
    /// Why it waits, or its first error, or why it is not received: a code.
    pub(crate) fault: Option<&'static str>,
    /// Live or test.
    pub(crate) lane: Lane,
    /// When it was prepared, in the sender's time.
    pub(crate) sent: Option<DateTime>,
    /// Which part of a report it is, when the report has several.
    pub(crate) part: Option<ReportPart>,
    /// What it says.
    pub(crate) said: Said,
    /// What was not admitted, by carrier and code: counted, never kept.
    pub(crate) dropped: BTreeMap<(Text, String), u32>,
    /// How many people it names.
    pub(crate) people: u32,
    /// How good its data are.
    pub(crate) quality: Quality,
}

/// What a message says.
pub(crate) enum Said {
    /// Nothing about travellers: an answer, an acknowledgement, something unread.
    Nothing,
    /// A list of people on a flight.
    List(Box<List>),
    /// Bookings on flights.
    Bookings(Vec<Booked>),
}

/// A list of people on a flight.
pub(crate) struct List {
    pub(crate) flight: FlightFacts,
    pub(crate) effect: ListEffect,
    pub(crate) declared: Option<u32>,
    pub(crate) people: Vec<Keyed<Traveller>>,
}

/// One booking on a flight.
pub(crate) struct Booked {
    pub(crate) flight: FlightFacts,
    pub(crate) booking: Keyed<Booking>,
    pub(crate) people: Vec<Keyed<Traveller>>,
}

/// What was admitted, and by what it is found when a list changes.
pub(crate) struct Keyed<T> {
    pub(crate) admitted: Admitted<T>,
    pub(crate) keys: Vec<LookbackKey>,
}

/// Makes the look-back keys of something admitted.
pub(crate) type Keys<'a, T> = &'a dyn Fn(&Admitted<T>) -> Vec<LookbackKey>;

/// What a message says of a flight itself.
#[derive(Clone, Debug)]
pub(crate) struct FlightFacts {
    pub(crate) key: FlightKey,
    pub(crate) sold_as: Vec<FlightKey>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) departs: Option<Timestamp>,
    pub(crate) arrives: Option<Timestamp>,
}

impl FlightFacts {
    fn of(flight: Option<&Flight>, designators: Designators) -> Self {
        let legs = flight.map_or(&[][..], |flight| &flight.legs);
        let border = legs.iter().find(|leg| leg.border);
        let (first, last) = match border {
            Some(leg) => (Some(leg), Some(leg)),
            None => (legs.first(), legs.last()),
        };
        let code = |place: Option<&tidewaiter_domain::Sourced<tidewaiter_domain::AirportCode>>| {
            place.map(|code| code.value.as_str().to_owned())
        };
        Self {
            key: designators.flown,
            sold_as: designators.sold,
            from: first.and_then(|leg| code(leg.from.as_ref())),
            to: last.and_then(|leg| code(leg.to.as_ref())),
            departs: first.and_then(|leg| leg.departs.as_ref()?.value.instant),
            arrives: last.and_then(|leg| leg.arrives.as_ref()?.value.instant),
        }
    }
}

/// What reading is given beside the bytes.
pub(crate) struct Terms<'a> {
    pub(crate) mandate: &'a Mandate,
    pub(crate) received: Timestamp,
    pub(crate) lane: Lane,
    /// For whom the sender may speak; empty: for everybody.
    pub(crate) carriers: &'a str,
    pub(crate) card_key: &'a CardKey,
    /// What is agreed with carriers.
    pub(crate) agreed: &'a Agreed,
    pub(crate) keys_of_traveller: Keys<'a, Traveller>,
    pub(crate) keys_of_booking: Keys<'a, Booking>,
}

impl Terms<'_> {
    fn day(&self) -> Date {
        TimeZone::UTC.to_datetime(self.received).date()
    }

    /// The only carrier that the sender speaks for, whose message this must be, whatever it says.
    fn sole_carrier(&self) -> Option<Text> {
        let mut bound = self.carriers.split_ascii_whitespace();
        match (bound.next(), bound.next()) {
            (Some(one), None) => Some(one.into()),
            _ => None,
        }
    }

    /// Whether a message about a flight is read now; where not, it waits. One about a flight of a
    /// carrier that is being brought on board is a test.
    fn is_received(&self, message: &mut Message, facts: &FlightFacts) -> bool {
        let carrier = facts.key.carrier.as_str();
        if !self.may_speak_for(facts) {
            message.wait(codes::api::SENDER_NOT_CARRIER.slug);
            return false;
        }
        message.quality.carrier = Some(carrier.into());
        match self.agreed.state(carrier) {
            CarrierState::Suspended => {
                message.wait(codes::api::CARRIER_SUSPENDED.slug);
                return false;
            }
            CarrierState::Onboarding => message.lane = Lane::Test,
            CarrierState::Live => {}
        }
        true
    }

    fn may_speak_for(&self, flight: &FlightFacts) -> bool {
        let mut bound = self.carriers.split_ascii_whitespace().peekable();
        let names = || std::iter::once(&flight.key).chain(&flight.sold_as);
        bound.peek().is_none() || bound.any(|code| names().any(|name| name.carrier == code))
    }
}

/// Whether `head` begins as EDIFACT does, so that nobody need look for a table in it.
fn is_interchange(head: &[u8]) -> bool {
    [b"UNA:", b"UNB+"].iter().any(|tag| head.starts_with(*tag))
}

/// What bytes say, and what is to be said about them.
pub(crate) struct Read {
    pub(crate) messages: Vec<Message>,
    pub(crate) acknowledgements: Vec<Acknowledge>,
}

/// Everything that `bytes` say, message by message. Never fails, and never leaves one out.
pub(crate) fn read(bytes: &[u8], terms: &Terms<'_>) -> Read {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    let mut messages = Vec::new();
    let mut receipts = Receipts::new(terms.agreed);
    if is_xml(head) {
        let report = read_xml(bytes, terms.day(), Some(terms.card_key));
        messages.push(terms.message(0, MessageKind::PnrgovXml, None, None, report));
    } else if !is_interchange(head) && manifest_csv::detect(head) {
        let reports = manifest_csv::reports(bytes, &ColumnMapping::default(), terms.day());
        for (number, report) in (0..).zip(reports) {
            messages.push(terms.message(number, MessageKind::Paxlst, None, None, report));
        }
    } else {
        let mut reader = Reader::of_slice(bytes);
        let mut series = Series::default();
        // Reading from memory does not fail.
        while let Ok(Some(message)) = reader.next() {
            let key = Some(terms.card_key);
            let mut report = tidewaiter_formats::read_with_key(&message, terms.day(), key);
            series.note(&message, &mut report);
            let said = receipts.take(&message, &report);
            let kind = match report.content {
                Some(Content::Bookings(_)) => MessageKind::Pnrgov,
                _ => MessageKind::Paxlst,
            };
            let interchange = message.interchange().map(|of| &**of);
            let access = message
                .header()
                .map(|header| header.access_reference.into_owned());
            let number = u32::try_from(messages.len()).unwrap_or(u32::MAX);
            messages.push(terms.message(number, kind, interchange, access, report));
            if let Some(read) = messages.last() {
                receipts.read(read, said);
            }
        }
    }
    if messages.is_empty() {
        messages.push(Message::waiting(
            0,
            Text::default(),
            codes::syntax::NOT_A_MESSAGE.slug,
            terms.lane,
        ));
    }
    Read {
        acknowledgements: receipts.finish(),
        messages,
    }
}

impl Message {
    /// A message that waits in quarantine.
    fn waiting(number: u32, kind: Text, fault: &'static str, lane: Lane) -> Self {
        Self {
            number,
            kind,
            status: Reading::Pending,
            fault: Some(fault),
            lane,
            sent: None,
            part: None,
            said: Said::Nothing,
            dropped: BTreeMap::new(),
            people: 0,
            quality: Quality::default(),
        }
    }

    /// Whether it waits in quarantine.
    pub(crate) fn is_waiting(&self) -> bool {
        self.status == Reading::Pending
    }

    fn wait(&mut self, fault: &'static str) {
        self.status = Reading::Pending;
        self.fault = Some(fault);
        self.said = Said::Nothing;
        self.dropped.clear();
        self.people = 0;
    }

    /// The mandate does not receive it: it is counted, and nothing of it is kept.
    fn refuse(&mut self, why: NotAdmitted) {
        let word = match why {
            NotAdmitted::KindNotAccepted(_) => "kind-not-accepted",
            NotAdmitted::WrongContent(_) => "wrong-content",
            NotAdmitted::NoPurpose(_) => "no-purpose",
            NotAdmitted::TooLate => "too-late",
        };
        self.status = Reading::Rejected;
        self.fault = Some(word);
        self.said = Said::Nothing;
        self.people = 0;
        self.dropped = BTreeMap::from([((Text::default(), format!("refused:{word}")), 1)]);
    }

    fn count_dropped(&mut self, dropped: &Dropped) {
        let sender = dropped.carrier.as_ref().map_or("", CarrierCode::as_str);
        let mut add = |carrier: &str, code: String, times: u32| {
            *self.dropped.entry((carrier.into(), code)).or_default() += times;
        };
        for (element, times) in dropped.elements() {
            add(sender, format!("dropped:{}", element.as_str()), times);
        }
        for (dropped, times) in &dropped.codes {
            // Who flies is asked to stop sending it, before who sold and who only passed it on.
            let carrier = dropped.operating.as_ref().or(dropped.marketing.as_ref());
            let carrier = carrier.map_or(sender, CarrierCode::as_str);
            add(carrier, format!("dropped:ssr.{}", dropped.code), *times);
        }
        for (tag, times) in &dropped.unread {
            add(sender, format!("unread:{tag}"), *times);
        }
        if dropped.words > 0 {
            add(sender, "dropped:words".to_owned(), dropped.words);
        }
    }
}

impl Terms<'_> {
    fn message(
        &self,
        number: u32,
        kind: MessageKind,
        interchange: Option<&Interchange>,
        access: Option<String>,
        report: Report,
    ) -> Message {
        let status = report.status();
        let quality = Quality::of(&report, self.sole_carrier());
        let first_error = report
            .diagnostics
            .iter()
            .find(|diagnostic| diagnostic.severity == Severity::Error)
            .map(|diagnostic| diagnostic.code.slug);
        let is_test = interchange.is_some_and(|interchange| interchange.test);
        let lane = if is_test { Lane::Test } else { self.lane };
        let Some(content) = report.content else {
            let fault = first_error.unwrap_or(codes::syntax::NOT_A_MESSAGE.slug);
            let waiting = Message::waiting(number, report.kind, fault, lane);
            return Message { quality, ..waiting };
        };
        let mut message = Message {
            number,
            kind: report.kind,
            status: match status {
                Status::Accepted => Reading::Accepted,
                Status::Partial => Reading::Partial,
                Status::Rejected => Reading::Rejected,
            },
            fault: first_error,
            lane,
            sent: interchange.and_then(|i| prepared(&i.date, &i.time)),
            part: None,
            said: Said::Nothing,
            dropped: BTreeMap::new(),
            people: 0,
            quality,
        };
        let repeat = codes::api::DUPLICATE_MESSAGE.slug;
        if report.diagnostics.iter().any(|d| d.code.slug == repeat) {
            // It came before in this receipt, byte for byte: there is nothing more to say.
            message.fault = Some(repeat);
            return message;
        }
        let mut intake = Intake {
            kind,
            received: self.received,
            departs: None,
            carrier: None,
        };
        let report_of = |part: Option<Part>, crew: bool| {
            let part = part.filter(|part| !part.is_whole())?;
            let interchange = interchange?;
            let report = report_id(interchange, access.as_deref().unwrap_or_default(), crew);
            Some(ReportPart {
                report,
                number: part.number,
                is_last: part.last,
            })
        };
        match content {
            Content::Manifest(manifest) => {
                let crew = manifest.function == ManifestFunction::Crew;
                message.part = report_of(manifest.part, crew);
                self.list(&mut message, &mut intake, *manifest);
            }
            Content::Bookings(push) => {
                message.part = report_of(push.part, false);
                self.bookings(&mut message, &mut intake, *push);
            }
            Content::BookingRequest(_)
            | Content::PushAcknowledgement(_)
            | Content::Response(_)
            | Content::Receipt(_) => {}
        }
        message
    }

    fn list(&self, message: &mut Message, intake: &mut Intake, mut manifest: Manifest) {
        if manifest.function == ManifestFunction::MasterCrew {
            // About no flight; noted.
            return;
        }
        let people = std::mem::take(&mut manifest.travellers);
        let flight = manifest
            .flight()
            .and_then(|flight| Some((flight, flight.key()?)));
        let Some(facts) = flight.map(|(flight, key)| {
            let designators = Designators {
                flown: key,
                sold: Vec::new(),
            };
            FlightFacts::of(Some(flight), designators)
        }) else {
            message.wait(codes::api::WITHOUT_FLIGHT.slug);
            return;
        };
        if !self.is_received(message, &facts) {
            return;
        }
        intake.departs = facts.departs;
        intake.carrier = CarrierCode::new(facts.key.carrier.clone());
        let effect = manifest.effect;
        let counts_all =
            effect == ListEffect::Report && manifest.function == ManifestFunction::Passengers;
        let declared = manifest.declared_count.as_ref().map(|count| count.value);
        match admit(self.mandate, intake, manifest) {
            Ok((_, dropped)) => message.count_dropped(&dropped),
            Err(why) => return message.refuse(why),
        }
        if effect == ListEffect::Report {
            message.quality.check(self.mandate, &people);
        }
        let people = self.people(message, intake, people);
        message.said = Said::List(Box::new(List {
            flight: facts,
            effect,
            declared: declared.filter(|_| counts_all),
            people,
        }));
    }

    fn bookings(&self, message: &mut Message, intake: &mut Intake, mut push: BookingPush) {
        let bookings = std::mem::take(&mut push.bookings);
        let flight = push.flight.clone();
        intake.departs = flight.as_ref().and_then(|flight| {
            let leg = flight.legs.first()?;
            leg.departs.as_ref()?.value.instant
        });
        let carrier = flight.as_ref().and_then(|f| f.designator.carrier.clone());
        intake.carrier = carrier;
        let push = match admit(self.mandate, intake, push) {
            Ok((push, dropped)) => {
                message.count_dropped(&dropped);
                push
            }
            Err(why) => return message.refuse(why),
        };
        let mut said = Vec::with_capacity(bookings.len());
        for booking in bookings {
            let (booking, dropped) = match admit(self.mandate, intake, booking) {
                Ok(admitted) => admitted,
                Err(why) => return message.refuse(why),
            };
            message.count_dropped(&dropped);
            let Some(designators) = Designators::of_booking(push.value(), booking.value()) else {
                message.wait(codes::api::WITHOUT_FLIGHT.slug);
                return;
            };
            let facts = FlightFacts::of(push.value().flight.as_ref(), designators);
            if !self.is_received(message, &facts) {
                return;
            }
            let people = booking.value().people().cloned().collect();
            let people = self.people(message, intake, people);
            said.push(Booked {
                flight: facts,
                booking: Keyed {
                    keys: (self.keys_of_booking)(&booking),
                    admitted: booking,
                },
                people,
            });
        }
        message.said = Said::Bookings(said);
    }

    /// Each person admitted by themselves: a bad one costs nobody else.
    fn people(
        &self,
        message: &mut Message,
        intake: &Intake,
        people: Vec<Traveller>,
    ) -> Vec<Keyed<Traveller>> {
        let mut admitted = Vec::with_capacity(people.len());
        for traveller in people {
            // What holds for the message holds for each of its people.
            if let Ok((traveller, dropped)) = admit(self.mandate, intake, traveller) {
                message.count_dropped(&dropped);
                admitted.push(Keyed {
                    keys: (self.keys_of_traveller)(&traveller),
                    admitted: traveller,
                });
            }
        }
        let count = u32::try_from(admitted.len()).unwrap_or(u32::MAX);
        message.people = message.people.saturating_add(count);
        admitted
    }
}

/// What all parts of one report have in common: who sends it to whom, the access reference, and
/// whether it is of the crew.
fn report_id(interchange: &Interchange, access: &str, crew: bool) -> Id {
    let mut hash = Sha256::new();
    let texts = [
        interchange.sender.id.as_str(),
        interchange.recipient.id.as_str(),
        access,
        if crew { "crew" } else { "" },
    ];
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    Id(id)
}

/// Date and time of preparation (UNB S004): `YYMMDD` or `CCYYMMDD`, and `HHMM`.
fn prepared(date: &str, time: &str) -> Option<DateTime> {
    let (year, rest) = match date.len() {
        6 if date.is_ascii() => (2000 + date[..2].parse::<i16>().ok()?, &date[2..]),
        8 if date.is_ascii() => (date[..4].parse().ok()?, &date[4..]),
        _ => return None,
    };
    let day = Date::new(year, rest[..2].parse().ok()?, rest[2..].parse().ok()?).ok()?;
    let (hour, minute) = time.split_at_checked(2)?;
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    Some(day.to_datetime(time))
}
