//! Hits as people see them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tidewaiter_domain::Traveller;
use tidewaiter_mandate::grant::ReadGrant;
use tidewaiter_mandate::review::{Hit, State};
use tidewaiter_mandate::{DataSet, PurposeSet, RecordTags};
use tidewaiter_screening::Finding;
use tidewaiter_screening::flood::FLOOD;
use tidewaiter_store::{
    Decided, HitPlace, HitView, Id, Lane, ObservationPlace, Record as _, StoreError, StoredFlight,
    Tx, View,
};

use crate::replay::finding_of;
use crate::{Acting, Result, Service, ServiceError};

/// At most so many hits of a state are looked at unless the query says otherwise.
const MOST: u32 = 10_000;

/// Which hits.
#[derive(Clone, Debug)]
pub struct HitQuery {
    /// In which states.
    pub states: Vec<State>,
    /// Live or test.
    pub lane: Lane,
    /// Of which flight; `None` for all.
    pub flight: Option<Id>,
    /// At most so many, those due first.
    pub most: u32,
}

impl HitQuery {
    /// What still needs somebody.
    pub const OPEN: &[State] = &[
        State::Matched,
        State::AwaitingSource,
        State::InReview,
        State::CannotTell,
        State::Same,
        State::Proposed,
        State::Approved,
        State::Reopened,
        State::Expired,
    ];
}

impl Default for HitQuery {
    /// The open hits of live traffic.
    fn default() -> Self {
        Self {
            states: Self::OPEN.to_vec(),
            lane: Lane::Live,
            flight: None,
            most: MOST,
        }
    }
}

/// A hit with everything that whoever reviews it sees.
#[derive(Clone, Debug)]
pub struct HitDetail {
    /// Its identifier.
    pub id: Id,
    /// Live or test.
    pub lane: Lane,
    /// `traveller`, `consignment` or `declaration`.
    pub subject_kind: String,
    /// Who or what.
    pub subject: Id,
    /// `list`, `document` …
    pub cause_kind: String,
    /// The list.
    pub list: String,
    /// Its entry.
    pub entry: String,
    /// `alert` or `review`.
    pub band: String,
    /// Where it stands.
    pub hit: Hit,
    /// Grows with every change: whoever changes it says what they have seen.
    pub version: u64,
    /// When somebody must have looked.
    pub due_at: Option<Timestamp>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// The latest finding's identifier.
    pub finding_id: Id,
    /// The latest finding, with its evidence.
    pub finding: Finding,
    /// The traveller as the grant shows them; `None` when it shows nobody.
    pub traveller: Option<Traveller>,
    /// `booked`, `checked-in`, `boarded`, `not-boarded`, `cancelled`.
    pub status: String,
    /// The flight.
    pub flight: Option<StoredFlight>,
    /// SHA-256 of the messages that speak of the traveller, oldest first.
    pub messages: Vec<[u8; 32]>,
    /// Which fields the compared statement does not give itself, and which message does.
    pub filled: Vec<FilledBy>,
    /// How many open hits rest on the same entry, when they are so many that they are shown as one.
    pub flood: Option<u32>,
    /// Who works on it, and since when.
    pub claim: Option<(String, Timestamp)>,
    /// What was done about it, oldest first.
    pub history: Vec<Decided>,
    /// The case it belongs to.
    pub case: Option<Id>,
}

/// A field that was compared as another message of the same traveller states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledBy {
    /// Which, as in the evidence: `born`, `sex` …
    pub field: String,
    /// The body of data that states it.
    pub source: DataSet,
    /// SHA-256 of the message; `None` when it is no longer held.
    pub message: Option<[u8; 32]>,
}

/// Some hits of a queue.
#[derive(Debug)]
pub struct HitPage {
    /// The hits, those due first.
    pub hits: Vec<HitDetail>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<HitPlace>,
}

impl Service {
    /// Some hits of the queue of a purpose, from behind a place on. Each leaves a line in the audit
    /// log.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; what the store meets.
    pub fn hit_page(
        &self,
        acting: &Acting,
        states: &[State],
        lane: Lane,
        flight: Option<&Id>,
        behind: Option<HitPlace>,
        most: u32,
    ) -> Result<HitPage> {
        let mut places = self.store.read_once(|tx| {
            let purpose = acting.purpose;
            tx.hit_places(
                &self.tenant,
                purpose,
                states,
                lane,
                flight,
                behind,
                most.saturating_add(1),
            )
        })?;
        let is_last = places.len() <= most as usize;
        places.truncate(most as usize);
        let ids: Vec<Id> = places.iter().map(|place| place.id).collect();
        // Whoever sees no hit must not learn that there is none: the right is asked for anyway.
        let mut hits = self.hits_of(acting, &ids)?;
        self.count_floods(acting, lane, &mut hits)?;
        Ok(HitPage {
            hits,
            next: (!is_last).then(|| places.last().copied()).flatten(),
        })
    }

    /// The hits of a query, those due first, with all that a reviewer sees; each leaves lines in the
    /// audit log, and no other.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`].
    pub fn hits(&self, acting: &Acting, query: &HitQuery) -> Result<Vec<HitDetail>> {
        let flight = query.flight.as_ref();
        let page = self.hit_page(acting, &query.states, query.lane, flight, None, query.most)?;
        Ok(page.hits)
    }

    /// One hit, with all that a reviewer sees.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`], [`ServiceError::NotGranted`].
    pub fn hit(&self, acting: &Acting, id: &Id) -> Result<HitDetail> {
        let found = self.hits_of(acting, &[*id])?.into_iter().next();
        found.ok_or(ServiceError::NotFound("hit"))
    }

    /// Hits with all that a reviewer sees, in the order asked for; those that are not there, or whose
    /// person was erased, are left out.
    pub(crate) fn hits_of(&self, acting: &Acting, ids: &[Id]) -> Result<Vec<HitDetail>> {
        let now = self.now();
        let grants = self.grants(acting, now)?;
        let details = self.store.write(now, |tx| {
            let views = tx.hits_of(&self.tenant, &grants.hits, ids)?;
            let mut details = self.details(tx, &grants, views)?;
            let ids: Vec<Id> = details.iter().map(|detail| detail.id).collect();
            let mut histories = tx.histories(&self.tenant, &grants.hits, &ids)?;
            let mut cases = tx.reading().cases_of_hits(&self.tenant, &ids)?;
            for detail in &mut details {
                detail.history = histories.remove(&detail.id).unwrap_or_default();
                detail.case = cases.remove(&detail.id);
            }
            Ok(details)
        })?;
        Ok(details)
    }

    /// What a reviewer sees of hits, in their order; whatever is read of many is read at once.
    fn details(
        &self,
        tx: &mut Tx<'_, '_>,
        grants: &Grants,
        views: Vec<HitView>,
    ) -> Result<Vec<HitDetail>, StoreError> {
        let subjects: BTreeSet<Id> = views.iter().map(|view| view.subject).collect();
        let subjects: Vec<Id> = subjects.into_iter().collect();
        let said = tx.observations_of(&self.tenant, &subjects)?;
        let people = tx.view_some(&self.tenant, &grants.people, &subjects)?;
        let people: BTreeMap<Id, View> = people.into_iter().map(|one| (one.id, one)).collect();
        let flights: BTreeSet<Id> = views.iter().filter_map(|view| view.flight).collect();
        let flights: Vec<Id> = flights.into_iter().collect();
        let flights = tx.reading().flights_of(&self.tenant, &flights)?;
        let details = views.into_iter().map(|view| {
            let said = said.get(&view.subject).map_or(&[][..], Vec::as_slice);
            let person = people.get(&view.subject);
            let flight = view.flight.and_then(|flight| flights.get(&flight));
            detail(view, person, flight, said)
        });
        details.collect()
    }

    /// Says of each hit how many open ones rest on the same entry, when they are a flood.
    fn count_floods(&self, acting: &Acting, lane: Lane, hits: &mut [HitDetail]) -> Result<()> {
        let cause = |hit: &HitDetail| {
            let cause = [&hit.cause_kind, &hit.list, &hit.entry];
            let [kind, list, entry] = cause.map(Clone::clone);
            (kind, list, entry)
        };
        let causes: BTreeSet<_> = hits.iter().map(cause).collect();
        if causes.is_empty() {
            return Ok(());
        }
        let counts = self.store.read(|tx| {
            let (purpose, open) = (acting.purpose, HitQuery::OPEN);
            tx.hits_by_cause(&self.tenant, purpose, open, lane, &causes)
        })?;
        for hit in hits {
            let count = counts.get(&cause(hit)).copied();
            hit.flood = count.filter(|count| *count as usize >= FLOOD);
        }
        Ok(())
    }

    /// The tags of the records of this agency that somebody asks for.
    pub(crate) fn tags(&self, data_set: DataSet, acting: &Acting) -> RecordTags {
        RecordTags {
            data_set,
            purposes: PurposeSet::EMPTY.with(acting.purpose),
            own_agency: true,
            masked: false,
        }
    }

    /// The grants by which hits and their people are seen.
    pub(crate) fn grants(&self, acting: &Acting, now: Timestamp) -> Result<Grants> {
        let grant = |data_set| {
            self.mandate().grant_read(
                &acting.actor,
                acting.purpose,
                self.tags(data_set, acting),
                acting.reason.clone(),
                now,
            )
        };
        Ok(Grants {
            hits: grant(DataSet::Hits)?,
            // A purpose that sees no PNR still sees the hits on API, and one that sees neither, why.
            people: self.person_grants(acting, now).unwrap_or_default(),
        })
    }
}

/// What a reviewer sees of a hit on `person`, of whom messages `said` something.
fn detail(
    view: HitView,
    person: Option<&View>,
    flight: Option<&StoredFlight>,
    said: &[ObservationPlace],
) -> Result<HitDetail, StoreError> {
    let finding = finding_of(&view.evidence)
        .map_err(|_| StoreError::Corrupt("a finding that is none".into()))?;
    let message = |reference: &str| {
        let by = said.iter().find(|said| said.id.to_string() == reference);
        by.map(|said| said.sha256)
    };
    let filled = finding.reasons.filled.iter().map(|one| FilledBy {
        field: one.field.to_string(),
        source: one.source,
        message: message(one.reference.as_str()),
    });
    let mut messages: Vec<[u8; 32]> = said.iter().map(|said| said.sha256).collect();
    messages.dedup();
    Ok(HitDetail {
        filled: filled.collect(),
        messages,
        traveller: person.map(|person| Traveller::from_parts(&person.parts)),
        status: person.map_or_else(String::new, |person| person.status.clone()),
        flight: flight.cloned(),
        id: view.id,
        lane: view.lane,
        subject_kind: view.subject_kind,
        subject: view.subject,
        cause_kind: view.cause_kind,
        list: view.list,
        entry: view.entry,
        band: view.band,
        hit: view.hit,
        version: view.version,
        due_at: view.due_at,
        raised_at: view.raised_at,
        finding_id: view.finding,
        finding,
        flood: None,
        claim: view.claim,
        history: Vec::new(),
        case: None,
    })
}

/// By which a person sees hits and whom they are about.
pub(crate) struct Grants {
    pub(crate) hits: ReadGrant,
    pub(crate) people: Vec<ReadGrant>,
}
