//! Screening: whoever changed is compared with everything that is watched for, for each purpose,
//! and what is found becomes a hit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tidewaiter_domain::{AirportCode, Booking, FlightKey, LegTime, Traveller};
use tidewaiter_mandate::admit::Admitted;
use tidewaiter_mandate::{Mandate, PurposeId};
use tidewaiter_screening::{
    BookingStatement, Finding, Inputs, Journey, Screener, Statement, Who, keys,
};
use tidewaiter_store::{
    HitKey, Id, KeyKind, LookbackKey, NewFinding, Raised, StoreError, StoredFlight, Tx,
};

use crate::read::Counts;
use crate::service::SCREENER;
use crate::travellers::{Drawn, FlightWork};
use crate::{Service, ServiceError, Watch};

/// A finding as the store seals it: with all that is needed to find it again.
#[derive(Clone, Debug, PartialEq)]
pub struct SealedFinding {
    /// What was found.
    pub finding: Finding,
    /// Whether a booking was screened, rather than a traveller.
    pub of_booking: bool,
    /// The records that were screened together, in their order: observations, or the booking.
    pub records: Vec<Id>,
    /// The booking whose itinerary went with each of them.
    pub itineraries: Vec<Option<Id>>,
    /// The journey as it was then.
    pub journey: Journey,
}

/// The head of the sealed form; the finding's own canonical form follows.
#[derive(Serialize, Deserialize)]
struct Head {
    of_booking: bool,
    records: Vec<[u8; 16]>,
    itineraries: Vec<Option<[u8; 16]>>,
    carrier: String,
    number: String,
    date: jiff::civil::Date,
    from: Option<String>,
    to: Option<String>,
}

impl SealedFinding {
    /// The bytes that are sealed.
    pub fn encode(&self) -> Vec<u8> {
        let flight = self.journey.flight.as_ref();
        let text = |code: &Option<AirportCode>| code.as_ref().map(|code| code.as_str().to_owned());
        let head = Head {
            of_booking: self.of_booking,
            records: self.records.iter().map(|id| id.0).collect(),
            itineraries: self
                .itineraries
                .iter()
                .map(|id| id.map(|id| id.0))
                .collect(),
            carrier: flight.map_or(String::new(), |key| key.carrier.to_string()),
            number: flight.map_or(String::new(), |key| key.number.to_string()),
            date: flight.map_or(jiff::civil::Date::MIN, |key| key.date),
            from: text(&self.journey.from),
            to: text(&self.journey.to),
        };
        // A structure of texts and numbers is always JSON.
        let head = serde_json::to_vec(&head).unwrap_or_default();
        let length = u32::try_from(head.len()).unwrap_or(u32::MAX);
        [&length.to_be_bytes()[..], &head, &self.finding.encode()].concat()
    }

    /// Reads the bytes; the journey is seen from the home country of `mandate`.
    ///
    /// # Errors
    ///
    /// When they are none, or of a release that is not understood.
    pub fn decode(bytes: &[u8], mandate: &Mandate) -> Result<Self, ServiceError> {
        let unreadable = ServiceError::Unreadable("finding");
        let split = || {
            let (length, rest) = bytes.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let (head, finding) = rest.split_at_checked(length)?;
            let head: Head = serde_json::from_slice(head).ok()?;
            Some((head, Finding::decode(finding).ok()?))
        };
        let Some((head, finding)) = split() else {
            return Err(unreadable);
        };
        let key = FlightKey {
            carrier: head.carrier.into(),
            number: head.number.into(),
            date: head.date,
        };
        Ok(Self {
            finding,
            of_booking: head.of_booking,
            records: head.records.into_iter().map(Id).collect(),
            itineraries: head.itineraries.into_iter().map(|id| id.map(Id)).collect(),
            journey: journey_of(mandate, key, None, head.from.as_deref(), head.to.as_deref()),
        })
    }
}

fn journey_of(
    mandate: &Mandate,
    key: FlightKey,
    departs: Option<Timestamp>,
    from: Option<&str>,
    to: Option<&str>,
) -> Journey {
    let departs = LegTime {
        date: key.date,
        time: None,
        instant: departs,
    };
    let code = |place: Option<&str>| place.and_then(AirportCode::new);
    Journey::new(mandate, Some(key), code(from), code(to), Some(departs))
}

/// The journey that a stored flight is.
pub(crate) fn journey(mandate: &Mandate, flight: &StoredFlight) -> Journey {
    journey_of(
        mandate,
        flight.key.clone(),
        flight.departs_at,
        flight.origin.as_deref(),
        flight.destination.as_deref(),
    )
}

/// What one traveller is screened by, for one purpose: the API before the bookings.
struct Subject {
    statements: Vec<Statement>,
    records: Vec<Id>,
    itineraries: Vec<Option<Id>>,
}

/// Screens, in one transaction, for every purpose of the mandate.
pub(crate) struct Screening<'w> {
    service: &'w Service,
    screeners: Vec<(PurposeId, Screener<'w>)>,
}

impl<'w> Screening<'w> {
    /// Against `watch`.
    pub(crate) fn new(service: &'w Service, watch: &'w Watch) -> Result<Self, StoreError> {
        let mandate = service.mandate();
        let screeners = mandate
            .purposes()
            .map(|(purpose, _)| {
                let screener = Screener::new(watch.watchlist(), mandate, purpose);
                screener.map(|screener| (purpose, screener))
            })
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::NotGranted)?;
        Ok(Self { service, screeners })
    }

    /// Screens the travellers of a flight that changed, and its new bookings. How many hits are new
    /// or changed.
    pub(crate) fn flight(
        &mut self,
        tx: &mut Tx<'_, '_>,
        work: &FlightWork,
        drawn: &[Drawn],
        counts: &mut Counts,
    ) -> Result<u64, StoreError> {
        let mandate = self.service.mandate();
        let journey = journey(mandate, &work.flight);
        let mut raised = 0;
        for (purpose, screener) in &mut self.screeners {
            let purpose = *purpose;
            let mut raise = Raise {
                service: self.service,
                work,
                journey: &journey,
                purpose,
                raised: &mut raised,
            };
            for one in drawn.iter().filter(|one| one.has_changed) {
                let subject = subject(mandate, purpose, work, one);
                if subject.statements.is_empty() {
                    continue;
                }
                let inputs = Inputs {
                    who: Who::Traveller(&subject.statements),
                    journey: &journey,
                    answers: &[],
                    at: tx.now(),
                };
                for finding in screen(screener, &inputs)? {
                    let sealed = SealedFinding {
                        finding,
                        of_booking: false,
                        records: subject.records.clone(),
                        itineraries: subject.itineraries.clone(),
                        journey: journey.clone(),
                    };
                    raise.raise(tx, one.id, &sealed, counts)?;
                }
            }
            for statement in &work.statements {
                let booking = statement
                    .booking
                    .and_then(|id| Some((id, work.bookings.get(&id)?)));
                let Some((id, booking)) = booking.filter(|(_, b)| b.is_new || work.has_moved)
                else {
                    continue;
                };
                let name = id.to_string();
                let Some(said) = BookingStatement::of(&booking.admitted, mandate, purpose, name)
                else {
                    continue;
                };
                let inputs = Inputs {
                    who: Who::Booking(&said),
                    journey: &journey,
                    answers: &[],
                    at: tx.now(),
                };
                for finding in screen(screener, &inputs)? {
                    let place = finding.origin.place;
                    let sealed = SealedFinding {
                        finding,
                        of_booking: true,
                        records: vec![id],
                        itineraries: vec![None],
                        journey: journey.clone(),
                    };
                    for at in 0..statement.people {
                        let is_meant = place.is_none_or(|place| u32::from(place) == at);
                        let seen = work
                            .seen
                            .get(&(statement.receipt, statement.first_place + at));
                        if let Some(owner) = seen.and_then(|seen| seen.owner)
                            && is_meant
                        {
                            raise.raise(tx, owner, &sealed, counts)?;
                        }
                    }
                }
            }
        }
        Ok(raised)
    }
}

fn screen(screener: &mut Screener<'_>, inputs: &Inputs<'_>) -> Result<Vec<Finding>, StoreError> {
    // Everything was admitted under the mandate in force; anything else must not look like "nothing
    // was found".
    screener.screen(inputs).map_err(|_| StoreError::NotGranted)
}

fn subject(mandate: &Mandate, purpose: PurposeId, work: &FlightWork, one: &Drawn) -> Subject {
    let mut subject = Subject {
        statements: Vec::new(),
        records: Vec::new(),
        itineraries: Vec::new(),
    };
    for told in one.told_by.iter().flatten() {
        let Some(seen) = work.seen.get(&told.place) else {
            continue;
        };
        let name = seen.id.to_string();
        let Some(mut statement) = Statement::of(&seen.admitted, mandate, purpose, name) else {
            continue;
        };
        let booking = work.statements[told.statement].booking;
        let mut itinerary = None;
        if let Some(id) = booking
            && let Some(booking) = work.bookings.get(&id)
            && let Some(said) =
                BookingStatement::of(&booking.admitted, mandate, purpose, id.to_string())
        {
            statement = statement.with_itinerary(&said);
            itinerary = Some(id);
        }
        subject.statements.push(statement);
        subject.records.push(seen.id);
        subject.itineraries.push(itinerary);
    }
    subject
}

/// Makes hits of findings.
struct Raise<'a> {
    service: &'a Service,
    work: &'a FlightWork,
    journey: &'a Journey,
    purpose: PurposeId,
    raised: &'a mut u64,
}

impl Raise<'_> {
    fn raise(
        &mut self,
        tx: &mut Tx<'_, '_>,
        traveller: Id,
        sealed: &SealedFinding,
        counts: &mut Counts,
    ) -> Result<(), StoreError> {
        debug_assert_eq!(sealed.journey, *self.journey);
        let finding = &sealed.finding;
        let flight = &self.work.flight;
        let key = HitKey {
            lane: flight.lane,
            subject_kind: "traveller",
            subject: traveller,
            flight: Some(flight.id),
            cause_kind: finding.cause.kind.as_str(),
            list: &finding.cause.list,
            entry: &finding.cause.entry,
        };
        let evidence = sealed.encode();
        let new = NewFinding {
            id: self.service.fresh(),
            engine: &finding.context.engine,
            band: finding.band.as_str(),
            millibits: finding.millibits(),
            context: &finding.context.encode(),
            pair: finding.pair.bytes(),
            evidence: &evidence,
            due_at: flight.departs_at,
            source_confirms: finding.source_confirms,
        };
        let id = self.service.fresh();
        let tenant = &self.service.tenant;
        let raised = tx.raise(tenant, &SCREENER, self.purpose, id, &key, &new)?;
        let name = match raised {
            Raised::New(_) => "matches",
            Raised::AutoCleared(_) => "auto-cleared",
            Raised::Changed(_) => "changed",
            Raised::Same(_) => return Ok(()),
        };
        *self.raised += 1;
        if flight.lane == tidewaiter_store::Lane::Live {
            counts.add(name, &finding.cause.list, &flight.key.carrier, 1);
        }
        Ok(())
    }
}

/// Screens travellers of a flight again: those that `wanted` picks, by everything that is held of
/// them. How many hits are new or changed.
pub(crate) fn screen_again(
    service: &Service,
    tx: &mut Tx<'_, '_>,
    watch: &Watch,
    flight: &Id,
    wanted: &dyn Fn(&Id) -> bool,
) -> Result<u64, StoreError> {
    let stored = tx.reads().flight(&service.tenant, flight)?;
    let mut work = FlightWork::load(service, tx, stored, false)?;
    let (mut drawn, _) = work.draw(&mut || service.fresh());
    for one in &mut drawn {
        one.has_changed = !one.is_new && wanted(&one.id);
    }
    let mut counts = Counts::default();
    // Bookings are screened as if they were new.
    work.bookings
        .values_mut()
        .for_each(|booking| booking.is_new = true);
    let raised = Screening::new(service, watch)?.flight(tx, &work, &drawn, &mut counts)?;
    counts.write(service, tx)?;
    Ok(raised)
}

/// The look-back keys of what is said of a traveller, for every purpose it was admitted for.
pub(crate) fn lookback_keys(service: &Service, admitted: &Admitted<Traveller>) -> Vec<LookbackKey> {
    let mandate = service.mandate();
    let mut all: Vec<keys::Key> = Vec::new();
    for purpose in admitted.purposes().iter() {
        if let Some(statement) = Statement::of(admitted, mandate, purpose, "") {
            all.extend(keys::of_statement(&statement));
        }
    }
    hashed(service, all)
}

/// The look-back keys of a booking.
pub(crate) fn lookback_keys_of_booking(
    service: &Service,
    admitted: &Admitted<Booking>,
) -> Vec<LookbackKey> {
    let mandate = service.mandate();
    let mut all: Vec<keys::Key> = Vec::new();
    for purpose in admitted.purposes().iter() {
        if let Some(statement) = BookingStatement::of(admitted, mandate, purpose, "") {
            all.extend(keys::of_booking(&statement));
        }
    }
    hashed(service, all)
}

fn hashed(service: &Service, mut all: Vec<keys::Key>) -> Vec<LookbackKey> {
    all.sort_unstable();
    all.dedup();
    all.iter()
        .map(|key| service.store.lookback_key(kind(key.kind), &key.text))
        .collect()
}

/// The store's kind of a key.
pub(crate) const fn kind(kind: keys::KeyKind) -> KeyKind {
    match kind {
        keys::KeyKind::Name => KeyKind::Name,
        keys::KeyKind::Document => KeyKind::Document,
        keys::KeyKind::Phone => KeyKind::Phone,
        keys::KeyKind::Email => KeyKind::Email,
        keys::KeyKind::Card => KeyKind::Card,
        keys::KeyKind::Address => KeyKind::Address,
        keys::KeyKind::Agency => KeyKind::Agency,
    }
}
