//! Hits as people see them, and what people do about them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tidewaiter_domain::{Text, Traveller};
use tidewaiter_mandate::grant::{Countersigned, HumanActor, ReadGrant};
use tidewaiter_mandate::review::{Event, Hit, Judgement, ReasonCode, State};
use tidewaiter_mandate::{
    Act, ApprovalSubject, Case, DataSet, PurposeSet, RecordTags, Request, Stage, decide,
};
use tidewaiter_screening::flood::FLOOD;
use tidewaiter_screening::{Filled, Finding};
use tidewaiter_store::{
    Decided, HitView, Id, Lane, Record as _, Stepped, StoreError, StoredFlight, Tx,
};

use crate::replay::finding_of;
use crate::{Acting, Once, Result, Service, ServiceError};

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
    /// At most so many of each state, those due first.
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
    /// What was done about it, oldest first; empty in [`Service::hits`].
    pub history: Vec<Decided>,
    /// The case it belongs to; `None` as well in [`Service::hits`].
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

/// What a person does about a hit.
#[derive(Clone, Copy, Debug)]
pub enum ReviewStep<'a> {
    /// Opens the evidence.
    OpenEvidence,
    /// Judges, for a reason; `clear`: the pair stays cleared as long as neither side changes.
    Judge {
        /// What they find.
        judgement: Judgement,
        /// Why.
        reason: ReasonCode,
        /// Whether the pair is cleared, where it is not the same person.
        clear: bool,
    },
    /// Proposes an act.
    Propose {
        /// Which.
        act: Act,
    },
    /// Agrees to the act that another has proposed.
    Approve,
    /// Does not agree.
    Refuse,
    /// Takes the act back.
    Withdraw,
    /// Has the approved act done. `agreed`: everybody who must agree, signed in.
    Execute {
        /// The people who have agreed.
        agreed: &'a [&'a HumanActor],
    },
    /// Wants it looked at again.
    Reopen,
}

impl Service {
    /// The hits of a query, those due first, with all that a reviewer sees; each leaves lines in the
    /// audit log.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`].
    pub fn hits(&self, acting: &Acting, query: &HitQuery) -> Result<Vec<HitDetail>> {
        let now = self.now();
        let grants = self.grants(acting, now)?;
        let mut details = self.store.write(now, |tx| {
            let mut views = Vec::new();
            for state in &query.states {
                views.extend(tx.hits(&self.tenant, &grants.hits, *state, query.most)?);
            }
            views.retain(|view| {
                view.lane == query.lane && (query.flight.is_none() || view.flight == query.flight)
            });
            views
                .into_iter()
                .map(|view| self.detail(tx, &grants, view))
                .collect::<Result<Vec<_>, StoreError>>()
        })?;
        let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
        for detail in &details {
            *counts
                .entry((detail.list.clone(), detail.entry.clone()))
                .or_default() += 1;
        }
        for detail in &mut details {
            let count = counts[&(detail.list.clone(), detail.entry.clone())];
            detail.flood = (count as usize >= FLOOD).then_some(count);
        }
        details.sort_by_key(|detail| (detail.due_at.unwrap_or(Timestamp::MAX), detail.id));
        Ok(details)
    }

    /// One hit, with all that a reviewer sees.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`], [`ServiceError::NotGranted`].
    pub fn hit(&self, acting: &Acting, id: &Id) -> Result<HitDetail> {
        let now = self.now();
        let grants = self.grants(acting, now)?;
        let detail = self.store.write(now, |tx| {
            let view = tx.hit(&self.tenant, &grants.hits, id)?;
            let history = tx.history(&self.tenant, &grants.hits, id)?;
            let case = tx.reading().case_of_hit(&self.tenant, id)?;
            Ok(HitDetail {
                history,
                case,
                ..self.detail(tx, &grants, view)?
            })
        })?;
        Ok(detail)
    }

    fn detail(
        &self,
        tx: &mut Tx<'_, '_>,
        grants: &Grants,
        view: HitView,
    ) -> Result<HitDetail, StoreError> {
        let finding = finding_of(&view.evidence)
            .map_err(|_| StoreError::Corrupt("a finding that is none".into()))?;
        let mut shown = None;
        for grant in &grants.people {
            match tx.view(&self.tenant, grant, &view.subject) {
                Ok(record) => {
                    shown = Some(record);
                    break;
                }
                // Of the other body of data.
                Err(StoreError::NotGranted) => {}
                Err(error) => return Err(error),
            }
        }
        let flight = match &view.flight {
            Some(flight) => Some(tx.reading().flight(&self.tenant, flight)?),
            None => None,
        };
        let filled = match finding.reasons.filled.as_slice() {
            [] => Vec::new(),
            filled => {
                let said = tx.observations_of(&self.tenant, &view.subject)?;
                let by = |filled: &Filled| {
                    let mut said = said.iter();
                    said.find(|said| said.id.to_string() == filled.reference.as_str())
                        .map(|said| said.sha256)
                };
                filled
                    .iter()
                    .map(|one| FilledBy {
                        field: one.field.to_string(),
                        source: one.source,
                        message: by(one),
                    })
                    .collect()
            }
        };
        Ok(HitDetail {
            filled,
            messages: tx.messages_of(&self.tenant, &view.subject)?,
            traveller: shown
                .as_ref()
                .map(|record| Traveller::from_parts(&record.parts)),
            status: shown.map_or(String::new(), |record| record.status),
            flight,
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

    /// Takes a step of a hit's life. `version` is the one that was seen; `note` is sealed with the
    /// decision. What is to leave is put into the outbox, and what our own staff must do on the
    /// list of tasks, in the same transaction.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Stale`] when somebody else was first; [`ServiceError::NotGranted`] when the
    /// mandate or the life of the hit does not allow it.
    pub fn review(
        &self,
        acting: &Acting,
        id: &Id,
        version: u64,
        step: ReviewStep<'_>,
        note: Option<&str>,
    ) -> Result<Stepped> {
        self.review_once(acting, id, version, step, note, None)
    }

    /// As [`Service::review`], with what the request is answered; whether it is a further step of
    /// a request that was answered already.
    pub(crate) fn review_once(
        &self,
        acting: &Acting,
        id: &Id,
        version: u64,
        step: ReviewStep<'_>,
        note: Option<&str>,
        once: Option<(&Once<'_>, bool)>,
    ) -> Result<Stepped> {
        let now = self.now();
        let grants = self.grants(acting, now)?;
        let seen = self
            .store
            .write(now, |tx| tx.hit(&self.tenant, &grants.hits, id))?;
        self.may(acting, &seen, step)?;
        let by = &acting.actor;
        let note = note.map(str::as_bytes);
        let event = match step {
            ReviewStep::OpenEvidence => Event::OpenEvidence { by },
            ReviewStep::Judge {
                judgement, reason, ..
            } => Event::Judge {
                by,
                judgement,
                reason,
            },
            ReviewStep::Propose { act } => Event::Propose { by, act },
            ReviewStep::Approve => Event::Approve { by },
            ReviewStep::Refuse => Event::Refuse { by },
            ReviewStep::Withdraw => Event::Withdraw { by },
            ReviewStep::Execute { .. } => Event::Execute { by },
            ReviewStep::Reopen => Event::Reopen { by },
        };
        let decided = match step {
            ReviewStep::Execute { agreed } => Some(self.decided(acting, &seen, agreed, now)?),
            _ => None,
        };
        let stepped = self.store.write(now, |tx| {
            let stepped = match decided {
                Some(grant) => tx.execute(&self.tenant, grant, by, id, version, note)?,
                None => {
                    let reviewer = &crate::service::SCREENER;
                    tx.step(&self.tenant, reviewer, id, version, event, note)?
                }
            };
            if let ReviewStep::Judge {
                judgement, clear, ..
            } = step
            {
                if clear && judgement == Judgement::NotSame {
                    tx.clear_pair(&self.tenant, by, id)?;
                }
                let name = format!("judged:{}", judgement.as_str());
                let carrier = self.carrier_of(tx, &seen)?;
                tx.count(&self.tenant, &name, &seen.list, &carrier, 1)?;
            }
            self.follow(tx, &seen, acting.purpose, &stepped.effects)?;
            if let Some((once, is_further)) = once {
                let person = by.person().as_str();
                once.keep(tx, &self.tenant, person, (&stepped, None), is_further)?;
            }
            Ok(stepped)
        })?;
        Ok(stepped)
    }

    /// The carrier of the flight of a hit; empty where it is on none.
    pub(crate) fn carrier_of(
        &self,
        tx: &mut Tx<'_, '_>,
        hit: &HitView,
    ) -> Result<Text, StoreError> {
        match &hit.flight {
            Some(flight) => Ok(tx.reading().flight(&self.tenant, flight)?.key.carrier),
            None => Ok("".into()),
        }
    }

    /// Whether the mandate lets this person do this.
    fn may(&self, acting: &Acting, hit: &HitView, step: ReviewStep<'_>) -> Result<()> {
        let stage = hit.hit.stage();
        let proposed = hit.hit.proposal().map(|proposal| proposal.act);
        let request = match (step, proposed) {
            (ReviewStep::OpenEvidence | ReviewStep::Judge { .. } | ReviewStep::Reopen, _) => {
                Request::Review(stage)
            }
            (ReviewStep::Propose { act }, _) => Request::Propose(self.case_for(hit, act)?),
            (ReviewStep::Approve, Some(act)) => Request::Approve(self.case_for(hit, act)?),
            // Nobody needs more than reviewing for what keeps an act from being done; the grant says
            // whether one may be done.
            (
                ReviewStep::Refuse
                | ReviewStep::Withdraw
                | ReviewStep::Execute { .. }
                | ReviewStep::Approve,
                _,
            ) => return Ok(()),
        };
        let tags = self.tags(DataSet::Hits, acting);
        decide(
            self.mandate(),
            acting.actor.role(),
            acting.purpose,
            request,
            tags,
        )
        .map(|_| ())
        .map_err(|refusal| ServiceError::NotGranted(refusal.to_string()))
    }

    /// Whether the mandate lets this person review hits that stand so.
    pub(crate) fn may_review(&self, acting: &Acting, stage: Stage) -> Result<()> {
        let role = acting.actor.role();
        let tags = self.tags(DataSet::Hits, acting);
        decide(
            self.mandate(),
            role,
            acting.purpose,
            Request::Review(stage),
            tags,
        )
        .map(|_| ())
        .map_err(|refusal| ServiceError::NotGranted(refusal.to_string()))
    }

    /// What the mandate is asked about an act against whom the hit is about.
    fn case_for(&self, hit: &HitView, act: Act) -> Result<Case> {
        let finding = finding_of(&hit.evidence)?;
        Ok(finding.case(self.mandate(), act, hit.hit.stage()))
    }

    fn decided(
        &self,
        acting: &Acting,
        hit: &HitView,
        agreed: &[&HumanActor],
        now: Timestamp,
    ) -> Result<tidewaiter_mandate::grant::DecideGrant> {
        let proposal = hit.hit.proposal();
        let act = proposal.map(|proposal| proposal.act);
        let act = act.ok_or_else(|| ServiceError::NotGranted("nothing is proposed".into()))?;
        let case = self.case_for(hit, act)?;
        let subject = ApprovalSubject::Act(act);
        let approval = match agreed {
            [] => None,
            people => Some(
                Countersigned::collect(self.mandate(), subject, people, now)
                    .map_err(|fault| ServiceError::NotGranted(fault.to_string()))?,
            ),
        };
        Ok(self.mandate().grant_decide(
            &acting.actor,
            acting.purpose,
            self.tags(DataSet::Hits, acting),
            case,
            acting.reason.clone(),
            approval.as_ref(),
            now,
        )?)
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

/// By which a person sees hits and whom they are about.
pub(crate) struct Grants {
    pub(crate) hits: ReadGrant,
    pub(crate) people: Vec<ReadGrant>,
}
