//! Reading: the job that turns received bytes into observations, travellers and hits, all in one
//! transaction with the end of the job.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use tidewaiter_domain::{Booking, FlightKey, ListEffect, Traveller};
use tidewaiter_formats::CardKey;
use tidewaiter_mandate::RawForm;
use tidewaiter_mandate::{DataSet, PurposeSet};
use tidewaiter_picture::People;
use tidewaiter_store::{
    FlightStatement, Id, Job, Kept, Lane, NewJob, Raw, Reading, Received, Record as _,
    StatementEffect, StoreError, StoredFlight, StoredMessage, Tx,
};
use zeroize::Zeroizing;

use crate::acknowledge::{self, Acknowledge};
use crate::expected::MANIFEST_MISSING;
use crate::message::{self, FlightFacts, Keyed, Message, Read, Said, Terms};
use crate::quality::QualityCounts;
use crate::screen::{Screening, lookback_keys, lookback_keys_of_booking};
use crate::service::READER;
use crate::travellers::{FlightWork, Seen, SeenBooking, ties_of};
use crate::work::Worked;
use crate::{Envelope, Result, Service, Watch, receive};

/// So often a receipt is tried before it waits in quarantine.
const ATTEMPTS_MOST: u32 = 5;

/// How long after one part of a report its last one is missed.
const PARTS_WITHIN: SignedDuration = SignedDuration::from_hours(2);

/// A job that looks whether all parts of a report came.
pub(crate) const PARTS: &str = "parts";
/// A job of an earlier release that looks whether a flight has a passenger list; what is expected of a
/// flight stands beside it now.
pub(crate) const MANIFEST: &str = "manifest";

const MANIFEST_LATE: &str = "manifest-late";
const PART_MISSING: &str = "part-missing";

/// A claimed receipt with what its bytes say.
struct Opened {
    job: Job,
    raw: Raw,
    messages: Vec<Message>,
    /// What is to be said about them.
    acknowledgements: Vec<Acknowledge>,
    /// Messages that an earlier attempt has read.
    done: BTreeSet<u32>,
    /// Messages that an earlier attempt has seen: those, and what waited in quarantine.
    known: BTreeSet<u32>,
}

/// Counts of one transaction, written at its end: few rows however many travellers.
#[derive(Default)]
pub(crate) struct Counts(BTreeMap<(String, String, String), u32>);

impl Counts {
    pub(crate) fn add(&mut self, name: &str, list: &str, carrier: &str, times: u32) {
        let key = (name.to_owned(), list.to_owned(), carrier.to_owned());
        *self.0.entry(key).or_default() += times;
    }

    pub(crate) fn write(&self, service: &Service, tx: &mut Tx<'_, '_>) -> Result<(), StoreError> {
        for ((name, list, carrier), times) in &self.0 {
            tx.count(&service.tenant, name, list, carrier, *times)?;
        }
        Ok(())
    }
}

/// Reads claimed receipts, several in one transaction; when that fails, each by itself.
pub(crate) fn read(service: &Service, jobs: Vec<Job>) -> Result<Worked> {
    let mut opened = open(service, jobs)?;
    match store(service, &mut opened)? {
        Ok(worked) => return Ok(worked),
        Err(error) if opened.len() == 1 || error.is_transient() => {
            return give_back(service, opened, error);
        }
        Err(_) => {}
    }
    let mut worked = Worked::default();
    for one in opened {
        // What was admitted went into the batch that failed: read it again.
        let mut one = vec![again(service, one)?];
        match store(service, &mut one)? {
            Ok(done) => worked.add(done),
            Err(error) => worked.add(give_back(service, one, error)?),
        }
    }
    Ok(worked)
}

/// Stores what receipts say, in one transaction. The inner error is one of the transaction, of which
/// nothing was kept.
fn store(
    service: &Service,
    opened: &mut [Opened],
) -> Result<std::result::Result<Worked, StoreError>> {
    loop {
        let watch = service.current_watch()?;
        let done = service.store.write_long(service.now(), |tx| {
            // Nobody changes it while this transaction writes.
            if !service.is_watched_now(tx, &watch)? {
                return Ok(None);
            }
            let mut batch = Batch::new(service);
            for one in &mut *opened {
                batch.take(tx, one)?;
            }
            batch.finish(tx, &watch, opened).map(Some)
        });
        match done {
            Ok(Some(worked)) => return Ok(Ok(worked)),
            Ok(None) => {}
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// Receives bytes and reads them in the same transaction, so that whoever asks waits for one commit:
/// bytes, what they say and what is found are durable together, or nothing is. A job that is left has
/// to be done yet: what is watched for has changed meanwhile.
pub(crate) fn receive_and_read(
    service: &Service,
    envelope: &Envelope<'_>,
    bytes: &[u8],
) -> Result<(Received, Option<Job>)> {
    let now = service.now();
    let carriers = receive::joined(envelope.carriers);
    // Read before there is a transaction, in which others wait.
    let Read {
        messages,
        acknowledgements,
    } = said(service, bytes, (now, envelope.lane), &carriers)?;
    let watch = service.current_watch()?;
    service.receive_with(now, envelope, bytes, |tx, received| {
        let (Received::New(receipt) | Received::Again(receipt)) = received;
        // Claimed as it is received: no other worker is faster.
        let job = service.claim_now(tx, "iapi", "read", &receipt.id)?;
        let is_new = matches!(received, Received::New(_));
        match job {
            Some(job) if is_new && service.is_watched_now(tx, &watch)? => {
                let mut opened = Opened {
                    job,
                    raw: Raw {
                        receipt: receipt.clone(),
                        carriers,
                        bytes: Zeroizing::default(),
                    },
                    messages,
                    acknowledgements,
                    done: BTreeSet::new(),
                    known: BTreeSet::new(),
                };
                let mut batch = Batch::new(service);
                batch.take(tx, &mut opened)?;
                batch.finish(tx, &watch, std::slice::from_ref(&opened))?;
                Ok(None)
            }
            job => Ok(job),
        }
    })
}

/// What cannot be stored is due again, or waits in quarantine after too many attempts.
fn give_back(service: &Service, opened: Vec<Opened>, error: StoreError) -> Result<Worked> {
    let ours = matches!(
        error,
        StoreError::Constraint(_)
            | StoreError::Value(_)
            | StoreError::NotFound(_)
            | StoreError::KeyDestroyed
            | StoreError::Tampered(_)
            | StoreError::Engine(_)
            | StoreError::NotPossible(_)
            | StoreError::NotGranted
    );
    if !ours {
        return Err(error.into());
    }
    let mut worked = Worked::default();
    let now = service.now();
    let fault = tidewaiter_diagnostics::codes::api::READING_FAILED.slug;
    for one in opened {
        service.store.write(now, |tx| {
            if one.job.attempt >= ATTEMPTS_MOST {
                worked.quarantined += 1;
                tx.quarantine(&one.job, fault, quarantined_until(service, &one))
            } else {
                worked.retried += 1;
                tx.retry(&one.job, fault)
            }
        })?;
    }
    Ok(worked)
}

/// How long a message that cannot be read waits, sealed, for a person or a newer release: as long as
/// the mandate lets it, from when it came, however often it is read again.
fn quarantined_until(service: &Service, opened: &Opened) -> Timestamp {
    let term = &service.mandate().profile().intake.quarantine;
    term.after(opened.raw.receipt.received_at)
}

pub(crate) fn after(now: Timestamp, time: SignedDuration) -> Timestamp {
    now.checked_add(time).unwrap_or(Timestamp::MAX)
}

/// Opens the bytes in one transaction and reads them outside of it.
fn open(service: &Service, jobs: Vec<Job>) -> Result<Vec<Opened>> {
    let now = service.now();
    let raws = service.store.write(now, |tx| {
        let mut raws = Vec::with_capacity(jobs.len());
        for job in jobs {
            match tx.raw(&service.tenant, &READER, &job.subject) {
                Ok(raw) => raws.push((job, raw)),
                // The bytes went with their time: there is nothing left to read.
                Err(StoreError::NotFound(_) | StoreError::KeyDestroyed) => tx.finish(&job)?,
                Err(error) => return Err(error),
            }
        }
        Ok(raws)
    })?;
    raws.into_iter()
        .map(|(job, raw)| opened(service, job, raw))
        .collect()
}

/// What bytes say that were received then, from a sender who may speak for `carriers`.
fn said(
    service: &Service,
    bytes: &[u8],
    (received, lane): (Timestamp, Lane),
    carriers: &str,
) -> Result<Read> {
    let agreed = service.agreed()?;
    let card_key = CardKey::new(*service.card_key);
    let terms = Terms {
        mandate: service.mandate(),
        received,
        lane,
        carriers,
        card_key: &card_key,
        agreed: &agreed,
        keys_of_traveller: &|admitted| lookback_keys(service, admitted),
        keys_of_booking: &|admitted| lookback_keys_of_booking(service, admitted),
    };
    Ok(message::read(bytes, &terms))
}

fn opened(service: &Service, job: Job, raw: Raw) -> Result<Opened> {
    let known = service
        .store
        .read(|tx| tx.messages(&service.tenant, &raw.receipt.id))?;
    let (received, lane) = (raw.receipt.received_at, raw.receipt.lane);
    let Read {
        messages,
        acknowledgements,
    } = said(service, &raw.bytes, (received, lane), &raw.carriers)?;
    Ok(Opened {
        messages,
        acknowledgements,
        known: known.iter().map(|message| message.number).collect(),
        done: known
            .iter()
            .filter(|message| message.status != Reading::Pending)
            .map(|message| message.number)
            .collect(),
        job,
        raw,
    })
}

fn again(service: &Service, one: Opened) -> Result<Opened> {
    opened(service, one.job, one.raw)
}

/// Where a flight stands by everything that was said of it.
pub(crate) fn flight_status(people: &People, statements: &[FlightStatement]) -> &'static str {
    let has_list = || {
        statements.iter().any(|statement| {
            matches!(statement.effect, StatementEffect::List(_)) && statement.people > 0
        })
    };
    if people.cancelled {
        "cancelled"
    } else if people.closed {
        "closed"
    } else if has_list() {
        "reported"
    } else {
        "expected"
    }
}

/// Receipts that are stored together.
struct Batch<'s> {
    service: &'s Service,
    purposes: PurposeSet,
    flights: BTreeMap<Id, FlightWork>,
    named: BTreeMap<(Lane, FlightKey), Id>,
    counts: Counts,
    quality: QualityCounts,
    worked: Worked,
}

impl<'s> Batch<'s> {
    fn new(service: &'s Service) -> Self {
        Self {
            service,
            purposes: service.mandate().all_purposes(),
            flights: BTreeMap::new(),
            named: BTreeMap::new(),
            counts: Counts::default(),
            quality: QualityCounts::default(),
            worked: Worked::default(),
        }
    }

    /// Takes what a receipt says to the flights it is said of.
    fn take(&mut self, tx: &mut Tx<'_, '_>, opened: &mut Opened) -> Result<(), StoreError> {
        let receipt = opened.raw.receipt.id;
        let received = opened.raw.receipt.received_at;
        // Messages that are read later, out of quarantine, go on where the others ended.
        let (mut place, mut number) = match opened.done.is_empty() {
            true => (0, 0),
            false => tx.reading().extent(&receipt)?,
        };
        for message in &mut opened.messages {
            if opened.done.contains(&message.number) {
                continue;
            }
            let is_known = opened.known.contains(&message.number);
            self.quality.message(message, is_known);
            let said = std::mem::replace(&mut message.said, Said::Nothing);
            self.worked.messages += 1;
            self.worked.travellers += u64::from(message.people);
            for ((carrier, code), times) in &message.dropped {
                self.counts.add(code, "", carrier, *times);
            }
            let mut statement = FlightStatement {
                receipt,
                number,
                flight: receipt,
                message: message.number,
                sent: message.sent,
                effect: StatementEffect::Booking,
                declared: None,
                first_place: place,
                people: 0,
                booking: None,
                part: message.part,
                received_at: received,
            };
            match said {
                Said::Nothing => {}
                Said::List(list) => {
                    self.counts.add("messages", "", &list.flight.key.carrier, 1);
                    statement.effect = StatementEffect::List(list.effect);
                    statement.declared = list.declared;
                    place += u32::try_from(list.people.len()).unwrap_or(u32::MAX);
                    number += 1;
                    self.say(tx, message.lane, &list.flight, statement, list.people, None)?;
                }
                Said::Bookings(bookings) => {
                    if let Some(first) = bookings.first() {
                        self.counts
                            .add("messages", "", &first.flight.key.carrier, 1);
                    }
                    for booked in bookings {
                        let people = u32::try_from(booked.people.len()).unwrap_or(u32::MAX);
                        let mut of_booking = statement.clone();
                        of_booking.effect = if booked.booking.admitted.value().withdrawn {
                            StatementEffect::Withdrawn
                        } else {
                            StatementEffect::Booking
                        };
                        let booking = Some(booked.booking);
                        self.say(
                            tx,
                            message.lane,
                            &booked.flight,
                            of_booking,
                            booked.people,
                            booking,
                        )?;
                        statement.number += 1;
                        statement.first_place += people;
                    }
                    (place, number) = (statement.first_place, statement.number);
                }
            }
            if let Some(part) = message.part {
                self.expect_parts(tx, part.report, received)?;
            }
        }
        Ok(())
    }

    /// Says something of a flight.
    fn say(
        &mut self,
        tx: &mut Tx<'_, '_>,
        lane: Lane,
        facts: &FlightFacts,
        mut statement: FlightStatement,
        people: Vec<Keyed<Traveller>>,
        booking: Option<Keyed<Booking>>,
    ) -> Result<(), StoreError> {
        let service = self.service;
        let flight = self.flight(tx, lane, facts)?;
        let Some(work) = self.flights.get_mut(&flight) else {
            return Ok(());
        };
        statement.flight = flight;
        statement.people = u32::try_from(people.len()).unwrap_or(u32::MAX);
        let (of_booking, of_people) = ties_of(
            service,
            booking.as_ref().map(|booking| booking.admitted.value()),
            people.iter().map(|one| one.admitted.value()),
        );
        let mut ties = of_people.concat();
        ties.extend(of_booking);
        work.reach(service, tx, &ties)?;
        if let Some(Keyed { admitted, keys }) = booking {
            let parts = admitted.value().parts();
            let id = match work.same_booking(&admitted, &parts) {
                Some(known) => known,
                None => {
                    let id = service.fresh();
                    let new = SeenBooking {
                        is_new: true,
                        admitted,
                        parts,
                        keys,
                    };
                    work.bookings.insert(id, new);
                    id
                }
            };
            statement.booking = Some(id);
        }
        for (place, Keyed { admitted, keys }) in (statement.first_place..).zip(people) {
            let seen = Seen {
                id: service.fresh(),
                owner: None,
                is_new: true,
                admitted,
                keys,
            };
            work.seen.insert((statement.receipt, place), seen);
        }
        work.remember(service, &statement);
        work.statements.push(statement);
        Ok(())
    }

    /// The flight of a designator, loaded once a transaction.
    fn flight(
        &mut self,
        tx: &mut Tx<'_, '_>,
        lane: Lane,
        facts: &FlightFacts,
    ) -> Result<Id, StoreError> {
        let service = self.service;
        let tenant = &service.tenant;
        let name = (lane, facts.key.clone());
        let id = match self.named.get(&name) {
            Some(id) => *id,
            None => {
                let known = tx.flight_named(tenant, lane, &facts.key)?;
                let (id, flight) = match known {
                    Some(id) => (id, tx.reading().flight(tenant, &id)?),
                    None => {
                        let flight = StoredFlight {
                            id: service.fresh(),
                            lane,
                            key: facts.key.clone(),
                            origin: facts.from.clone(),
                            destination: facts.to.clone(),
                            departs_at: facts.departs,
                            arrives_at: facts.arrives,
                            status: "expected".to_owned(),
                        };
                        tx.put_flight(tenant, self.purposes, &flight)?;
                        (flight.id, flight)
                    }
                };
                if let Entry::Vacant(vacant) = self.flights.entry(id) {
                    vacant.insert(FlightWork::load(service, tx, flight, known.is_none())?);
                }
                self.named.insert(name, id);
                id
            }
        };
        for sold in &facts.sold_as {
            let name = (lane, sold.clone());
            if self.named.get(&name) == Some(&id) {
                continue;
            }
            let other = tx.flight_named(tenant, lane, sold)?;
            tx.sold_as(tenant, lane, sold, &id)?;
            self.named.insert(name, id);
            if let Some(other) = other.filter(|other| *other != id) {
                self.join(tx, &other, id)?;
            }
        }
        if let Some(work) = self.flights.get_mut(&id) {
            work.learn(facts);
        }
        Ok(id)
    }

    /// What was said of one flight turns out to be said of another: in the store it is already.
    fn join(&mut self, tx: &mut Tx<'_, '_>, other: &Id, into: Id) -> Result<(), StoreError> {
        tx.expect_no_more(&self.service.tenant, other)?;
        let flight = tx.reading().flight(&self.service.tenant, &into)?;
        let mut joined = FlightWork::load_whole(self.service, tx, flight)?;
        joined.has_moved = true;
        for id in [into, *other] {
            if let Some(waiting) = self.flights.remove(&id) {
                joined.absorb(waiting);
            }
        }
        for id in self.named.values_mut() {
            if id == other {
                *id = into;
            }
        }
        self.flights.insert(into, joined);
        Ok(())
    }

    /// A report in parts: one day its last part must have come.
    fn expect_parts(
        &self,
        tx: &mut Tx<'_, '_>,
        report: Id,
        received: Timestamp,
    ) -> Result<(), StoreError> {
        let job = NewJob {
            id: self.service.fresh(),
            kind: PARTS,
            subject: report,
            priority: 5,
            due_at: after(received.max(tx.now()), PARTS_WITHIN),
        };
        tx.add_job_once(&self.service.tenant, DataSet::Api, self.purposes, &job)
    }

    /// Draws, writes and screens every flight that something was said of, and ends the jobs.
    fn finish(
        mut self,
        tx: &mut Tx<'_, '_>,
        watch: &Watch,
        opened: &[Opened],
    ) -> Result<Worked, StoreError> {
        let service = self.service;
        let mut screening = Screening::new(service, watch)?;
        let mut flights = std::mem::take(&mut self.flights);
        let mut sanitised = Sanitised::new(service);
        for work in flights.values_mut() {
            let (drawn, people) = work.draw(service, tx)?;
            work.flight.status = flight_status(&people, &work.statements).to_owned();
            tx.put_flight(&service.tenant, self.purposes, &work.flight)?;
            work.write(service, tx, &drawn)?;
            sanitised.take(work);
            let carrier = &work.flight.key.carrier;
            if work.lane() == Lane::Live {
                let new = drawn.iter().filter(|one| one.is_new).count();
                let new = u32::try_from(new).unwrap_or(u32::MAX);
                if new > 0 {
                    self.counts.add("travellers", "", carrier, new);
                }
            }
            let quality = &mut self.quality;
            let new = work.new_statements();
            let due = service.expect_of(tx, &work.flight, new, quality)?;
            self.notice_lists(tx, work, due)?;
            let raised = screening.flight(tx, work, &drawn, &mut self.counts)?;
            self.worked.hits += raised;
        }
        for one in opened {
            self.end(tx, one, &sanitised)?;
        }
        self.counts.write(service, tx)?;
        self.quality.write(service, tx)?;
        Ok(self.worked)
    }

    fn notice_lists(
        &mut self,
        tx: &mut Tx<'_, '_>,
        work: &FlightWork,
        due: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let lists = work.new_statements().iter();
        let list = lists
            .filter(|statement| statement.people > 0)
            .find(|statement| {
                matches!(statement.effect, StatementEffect::List(ListEffect::Report))
            });
        let Some(list) = list else { return Ok(()) };
        tx.end_notice(&work.flight.id, MANIFEST_MISSING)?;
        let is_late = due.is_some_and(|due| list.received_at > due);
        let had_one = work.statements[..work.statements.len() - work.new_statements().len()]
            .iter()
            .any(|s| matches!(s.effect, StatementEffect::List(_)) && s.people > 0);
        if is_late && !had_one && tx.notice(&self.service.tenant, &work.flight.id, MANIFEST_LATE)? {
            let carrier = &work.flight.key.carrier;
            self.counts.add(MANIFEST_LATE, "", carrier, 1);
        }
        Ok(())
    }

    /// How reading a receipt went, what stays of its bytes, and the end of its job.
    fn end(
        &mut self,
        tx: &mut Tx<'_, '_>,
        opened: &Opened,
        sanitised: &Sanitised,
    ) -> Result<(), StoreError> {
        let tenant = &self.service.tenant;
        let receipt = opened.raw.receipt.id;
        let messages: Vec<StoredMessage> = opened
            .messages
            .iter()
            .filter(|message| !opened.done.contains(&message.number))
            .map(|message| StoredMessage {
                number: message.number,
                kind: message.kind.to_string(),
                status: message.status,
                fault: message.fault.map(str::to_owned),
                travellers: message.people,
            })
            .collect();
        tx.put_messages(&receipt, &messages)?;
        let waiting = opened.messages.iter().find(|message| message.is_waiting());
        let count = u32::try_from(opened.messages.len()).unwrap_or(u32::MAX);
        let people = opened.messages.iter().map(|message| message.people).sum();
        let status = status_of(&opened.messages);
        let keep = self.service.mandate().profile().intake.raw_message.clone();
        let until = keep.keep.after(opened.raw.receipt.received_at);
        let kept = match keep.form {
            // What waits in quarantine waits whole.
            _ if waiting.is_some() => Kept::Original(quarantined_until(self.service, opened)),
            RawForm::SealedOriginal => Kept::Original(until),
            RawForm::Nothing => Kept::Nothing,
            RawForm::Sanitised => Kept::Sanitised(sanitised.of(&receipt), until),
        };
        for said in &opened.acknowledgements {
            acknowledge::acknowledge(self.service, tx, &opened.raw.receipt, said)?;
        }
        tx.receipt_read(tenant, &receipt, status, (count, people), kept)?;
        match waiting {
            Some(message) => {
                self.worked.quarantined += 1;
                let fault = message.fault.unwrap_or("");
                tx.quarantine(&opened.job, fault, quarantined_until(self.service, opened))
            }
            None => {
                self.worked.jobs += 1;
                tx.finish(&opened.job)
            }
        }
    }
}

/// What was admitted of receipts, where the mandate keeps that in place of the bytes: one JSON
/// object a line, a person or a booking each.
struct Sanitised {
    is_wanted: bool,
    lines: BTreeMap<Id, Vec<u8>>,
}

impl Sanitised {
    fn new(service: &Service) -> Self {
        let form = service.mandate().profile().intake.raw_message.form;
        Self {
            is_wanted: form == RawForm::Sanitised,
            lines: BTreeMap::new(),
        }
    }

    fn take(&mut self, work: &FlightWork) {
        if !self.is_wanted {
            return;
        }
        for ((receipt, place), seen) in work.seen.iter().filter(|(_, seen)| seen.is_new) {
            self.line(*receipt, "person", *place, &seen.admitted.value().parts());
        }
        for statement in work.new_statements() {
            if let Some(booking) = statement.booking.and_then(|id| work.bookings.get(&id)) {
                let parts = booking.admitted.value().parts();
                self.line(statement.receipt, "booking", statement.first_place, &parts);
            }
        }
    }

    fn line(&mut self, receipt: Id, what: &str, place: u32, parts: &tidewaiter_store::Parts) {
        let elements: BTreeMap<&str, _> = parts
            .0
            .iter()
            .map(|(element, value)| (element.as_str(), value))
            .collect();
        let line = serde_json::json!({"what": what, "place": place, "elements": elements});
        let lines = self.lines.entry(receipt).or_default();
        lines.extend_from_slice(line.to_string().as_bytes());
        lines.push(b'\n');
    }

    fn of(&self, receipt: &Id) -> &[u8] {
        self.lines.get(receipt).map_or(&[], Vec::as_slice)
    }
}

/// How the messages of a receipt went together.
fn status_of(messages: &[Message]) -> Reading {
    let count = |status| {
        messages
            .iter()
            .filter(|message| message.status == status)
            .count()
    };
    let (rejected, waiting) = (count(Reading::Rejected), count(Reading::Pending));
    if rejected + waiting == messages.len() {
        Reading::Rejected
    } else if rejected + waiting + count(Reading::Partial) > 0 {
        Reading::Partial
    } else {
        Reading::Accepted
    }
}

/// Looks whether all parts of reports came that began some time ago.
pub(crate) fn miss_parts(service: &Service, jobs: Vec<Job>) -> Result<Worked> {
    let mut worked = Worked::default();
    service.store.write(service.now(), |tx| {
        for job in &jobs {
            let (flight, numbers, last) = tx.parts(&job.subject)?;
            let whole = last.is_some_and(|last| (1..=last).all(|n| numbers.contains(&n)));
            if let (Some(flight), false) = (flight, whole)
                && tx.notice(&service.tenant, &flight, PART_MISSING)?
            {
                let carrier = tx.reading().flight(&service.tenant, &flight)?.key.carrier;
                tx.count(&service.tenant, PART_MISSING, "", &carrier, 1)?;
            }
            tx.finish(job)?;
        }
        Ok(())
    })?;
    worked.jobs = jobs.len() as u64;
    Ok(worked)
}

/// Looks whether flights that depart have a passenger list.
pub(crate) fn miss_lists(service: &Service, jobs: Vec<Job>) -> Result<Worked> {
    let mut worked = Worked::default();
    service.store.write(service.now(), |tx| {
        for job in &jobs {
            let flight = tx.reading().flight(&service.tenant, &job.subject)?;
            let expected = flight.status == "expected";
            if expected && tx.notice(&service.tenant, &flight.id, MANIFEST_MISSING)? {
                let carrier = &flight.key.carrier;
                tx.count(&service.tenant, MANIFEST_MISSING, "", carrier, 1)?;
            }
            tx.finish(job)?;
        }
        Ok(())
    })?;
    worked.jobs = jobs.len() as u64;
    Ok(worked)
}
