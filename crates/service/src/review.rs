//! What people do about hits.

use jiff::Timestamp;
use tidewaiter_domain::Text;
use tidewaiter_mandate::grant::{Countersigned, HumanActor};
use tidewaiter_mandate::review::{Event, Judgement, ReasonCode};
use tidewaiter_mandate::{Act, ApprovalSubject, Case, DataSet, Request, Stage, decide};
use tidewaiter_store::{HitView, Id, Stepped, StoreError, Tx};

use crate::replay::finding_of;
use crate::{Acting, Once, Result, Service, ServiceError};

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
}
