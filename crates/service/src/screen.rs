//! Screening: whoever changed is compared with everything that is watched for, for each purpose,
//! and what is found becomes a hit.

use std::collections::BTreeSet;

use tidewaiter_domain::{Booking, Traveller};
use tidewaiter_mandate::PurposeId;
use tidewaiter_mandate::admit::Admitted;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::review::{EntryState, Event, State, step};
use tidewaiter_screening::{
    BookingStatement, Cause, CauseKind, Finding, Screener, Statement, keys,
};
use tidewaiter_store::{
    EntryHit, HitKey, Id, Lane, LookbackKey, NewFinding, Raised, StoreError, StoredFlight, Tx,
};

use crate::held::{Said, journey_of};
use crate::kept::{InputsKept, keep};
use crate::lookback::store_key;
use crate::read::Counts;
use crate::service::SCREENER;
use crate::travellers::{Drawn, FlightWork};
use crate::{Service, Watch};

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

    /// Screens the travellers of a flight that changed, by what is said of them now, their
    /// bookings too. How many hits are new or changed.
    pub(crate) fn flight(
        &mut self,
        tx: &mut Tx<'_, '_>,
        work: &FlightWork,
        drawn: &[Drawn],
        counts: &mut Counts,
    ) -> Result<u64, StoreError> {
        let carrier = &work.flight.key.carrier;
        if !self.service.is_screened(tx, work.lane(), carrier)? {
            return Ok(0);
        }
        let mandate = self.service.mandate();
        let journey = journey_of(mandate, Some(&work.flight));
        let mut raised = 0;
        for one in drawn.iter().filter(|one| one.has_changed) {
            // What was said before and corrected since does not count any more.
            let told_by = one.told_by.iter().flatten();
            let observations: Vec<_> = told_by
                .filter_map(|place| work.seen.get(place))
                .map(|seen| (seen.id, seen.admitted.clone()))
                .collect();
            if observations.is_empty() {
                continue;
            }
            let booking = one
                .booking
                .and_then(|id| Some((id, work.bookings.get(&id)?.admitted.clone())));
            let said = Said::new(journey.clone(), observations, booking);
            self.service.line_up_questions(tx, &one.id)?;
            // Of somebody new there is no hit that could have lost its ground.
            let known = match one.is_new {
                true => Vec::new(),
                false => tx.reading().hits_about(&self.service.tenant, &one.id)?,
            };
            let mut met = BTreeSet::new();
            let mut gone = Vec::new();
            for (purpose, screener) in &mut self.screeners {
                let Some(statements) = said.for_purpose(mandate, *purpose) else {
                    continue;
                };
                // Everything was admitted under the mandate in force; anything else must not look
                // like "nothing was found".
                let found = statements
                    .screen(screener, &said.journey, tx.now())
                    .map_err(|_| StoreError::NotGranted)?;
                for finding in &found {
                    let evidence = keep(finding, &InputsKept::of(&said));
                    let about = About {
                        traveller: one.id,
                        lane: work.lane(),
                        flight: Some(&work.flight),
                    };
                    let new = raise(
                        self.service,
                        tx,
                        &SCREENER,
                        *purpose,
                        &about,
                        finding,
                        &evidence,
                    )?;
                    met.insert(new.hit());
                    let name = match new {
                        Raised::New(_) => "matches",
                        Raised::AutoCleared(_) => "auto-cleared",
                        Raised::Changed(_) => "matches-changed",
                        Raised::Same(_) => continue,
                    };
                    raised += 1;
                    if work.lane() == Lane::Live {
                        counts.add(name, &finding.cause.list, &work.flight.key.carrier, 1);
                    }
                }
                let own = known.iter().filter(|hit| hit.purpose == Some(*purpose));
                gone.extend(own.filter(|hit| {
                    !met.contains(&hit.id)
                        && cause_of(hit).is_some_and(|cause| {
                            screener.is_told_by_data(&cause, &statements.traveller)
                        })
                }));
            }
            for hit in gone {
                let lost = lose_ground(self.service, tx, &SCREENER, hit)?;
                if lost == Some(State::Lapsed) && work.lane() == Lane::Live {
                    counts.add("lapsed", &hit.list, &work.flight.key.carrier, 1);
                }
            }
        }
        Ok(raised)
    }
}

/// The cause of a hit, if it is one that is screened for.
pub(crate) fn cause_of(hit: &EntryHit) -> Option<Cause> {
    Some(Cause {
        kind: CauseKind::from_word(&hit.cause_kind)?,
        list: hit.list.as_str().into(),
        entry: hit.entry.as_str().into(),
    })
}

/// Takes back a hit that is not found any more, as far as its life allows: what nobody has looked at
/// lapses, what somebody has seen is shown again. Where it stands then; `None` where it
/// stays as it was.
pub(crate) fn lose_ground(
    service: &Service,
    tx: &mut Tx<'_, '_>,
    by: &MachineActor,
    hit: &EntryHit,
) -> Result<Option<State>, StoreError> {
    let tenant = &service.tenant;
    let stands = hit.hit.entry() == EntryState::InForce;
    if !stands || step(&hit.hit, Event::NoLongerFound).is_err() {
        return Ok(None);
    }
    let (view, _) = tx.decided(tenant, &hit.id)?;
    let stepped = tx.step(tenant, by, &hit.id, hit.version, Event::NoLongerFound, None)?;
    if let Some(purpose) = hit.purpose {
        service.follow(tx, &view, purpose, &stepped.effects)?;
    }
    Ok(Some(stepped.hit.state()))
}

/// Whom a finding is about.
pub(crate) struct About<'f> {
    pub(crate) traveller: Id,
    pub(crate) lane: Lane,
    /// On which flight.
    pub(crate) flight: Option<&'f StoredFlight>,
}

/// What the hit of a finding is about, and why.
pub(crate) fn hit_key<'f>(about: &About<'_>, finding: &'f Finding) -> HitKey<'f> {
    HitKey {
        lane: about.lane,
        subject_kind: "traveller",
        subject: about.traveller,
        flight: about.flight.map(|flight| flight.id),
        cause_kind: finding.cause.kind.as_str(),
        list: &finding.cause.list,
        entry: &finding.cause.entry,
    }
}

/// Raises the hit of a finding, or updates the one that is there; with `evidence` as [`keep`] makes it.
pub(crate) fn raise(
    service: &Service,
    tx: &mut Tx<'_, '_>,
    by: &MachineActor,
    purpose: PurposeId,
    about: &About<'_>,
    finding: &Finding,
    evidence: &[u8],
) -> Result<Raised, StoreError> {
    let flight = about.flight;
    let key = hit_key(about, finding);
    let context = finding.context.encode();
    let new = NewFinding {
        // Before departure, or arrival where that alone is known.
        due_at: flight.and_then(|flight| flight.departs_at.or(flight.arrives_at)),
        ..new_finding(service, finding, &context, evidence)
    };
    tx.raise(&service.tenant, by, purpose, service.fresh(), &key, &new)
}

/// A finding on its way into the store, with its context as it encodes.
pub(crate) fn new_finding<'f>(
    service: &Service,
    finding: &'f Finding,
    context: &'f [u8],
    evidence: &'f [u8],
) -> NewFinding<'f> {
    NewFinding {
        id: service.fresh(),
        engine: &finding.context.engine,
        band: finding.band.as_str(),
        millibits: finding.millibits(),
        context,
        pair: finding.pair.bytes(),
        evidence,
        due_at: None,
        source_confirms: finding.source_confirms,
    }
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
        .map(|key| store_key(&service.store, key))
        .collect()
}
