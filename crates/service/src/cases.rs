//! Deciding about hits: what stands between somebody who is signed in and a step of a hit's life.
//!
//! The mandate and the life of the hit say what is possible ([`Service::review`]). Here is the rest:
//! whoever has declared a conflict of interest does not decide; an act against a traveller takes a
//! password given a short time ago; and whoever has proposed or approved counts as having agreed by
//! what the store has of it.

use jiff::Timestamp;
use tidewaiter_mandate::grant::{HumanActor, PersonId, SignIn};
use tidewaiter_mandate::review::{Judgement, ReasonCode, State};
use tidewaiter_mandate::{Act, ApprovalSubject, Case, DataSet, Request, decide};
use tidewaiter_store::{Id, Record as _, Stepped, StoreError, Tenant, Tx};

use crate::{Acting, DoorError, HitDetail, ReviewStep, Service, ServiceError, SignedIn};

/// What somebody decides about a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// They open the evidence.
    Open,
    /// They judge, for a reason; `clear`: the pair stays cleared as long as neither side changes.
    Judge {
        /// What they find.
        judgement: Judgement,
        /// Why.
        reason: ReasonCode,
        /// Whether the pair is cleared.
        clear: bool,
    },
    /// They propose an act.
    Propose(Act),
    /// They agree to the act that another has proposed.
    Approve,
    /// They do not agree.
    Refuse,
    /// They take the act back.
    Withdraw,
    /// They have the act done.
    Execute,
    /// They want it looked at again.
    Reopen,
}

/// In whose name something is decided about a hit, and how it is said.
#[derive(Clone, Copy)]
pub struct By<'a> {
    /// Who is signed in.
    pub signed_in: &'a SignedIn,
    /// For what and why they act.
    pub acting: &'a Acting,
    /// What they write beside it; sealed with the decision.
    pub note: Option<&'a str>,
    /// So that the same request again does nothing again.
    pub once: Option<&'a Once<'a>>,
}

/// A request with an idempotency key. What it is answered is kept in the transaction of what it does.
pub struct Once<'a> {
    /// The key, of 1 to 128 characters.
    pub key: &'a str,
    /// The hash of the request.
    pub request: [u8; 32],
    /// What is answered: after a step, and, where an approved act could not be done, why not.
    pub answer: &'a dyn Fn(&Stepped, Option<&DoorError>) -> String,
}

impl Once<'_> {
    /// Keeps the answer; in the place of the one that was kept before where `is_further`.
    pub(crate) fn keep(
        &self,
        tx: &mut Tx<'_, '_>,
        tenant: &Tenant,
        person: &str,
        (stepped, fault): (&Stepped, Option<&DoorError>),
        is_further: bool,
    ) -> Result<(), StoreError> {
        let (asked, body) = ((self.key, &self.request), (self.answer)(stepped, fault));
        if is_further {
            tx.amend_answer(tenant, person, asked, (200, &body))
        } else {
            tx.keep_answer(tenant, person, asked, (200, &body))
        }
    }
}

impl Service {
    /// The acts that somebody may propose about a hit as it stands.
    pub fn offered(&self, acting: &Acting, hit: &HitDetail) -> Vec<Act> {
        let may = |act: &Act| self.permits(acting, hit, *act, Request::Propose);
        Act::ALL.iter().copied().filter(may).collect()
    }

    fn permits(
        &self,
        acting: &Acting,
        hit: &HitDetail,
        act: Act,
        request: fn(Case) -> Request,
    ) -> bool {
        let case = hit.finding.case(self.mandate(), act, hit.hit.stage());
        let tags = self.tags(DataSet::Hits, acting);
        let role = acting.actor.role();
        decide(self.mandate(), role, acting.purpose, request(case), tags).is_ok()
    }

    /// Takes a step of a hit's life for somebody who is signed in. `version` is the one they saw.
    /// While somebody works on a hit, nobody else judges it or proposes anything about it.
    ///
    /// # Errors
    ///
    /// [`DoorError::Conflict`], [`DoorError::ProveAgain`]; as [`Service::review`].
    pub fn decide(
        &self,
        by: By<'_>,
        id: &Id,
        version: u64,
        decision: Decision,
    ) -> Result<Stepped, DoorError> {
        self.decide_further(by, id, version, decision, false)
    }

    fn decide_further(
        &self,
        by: By<'_>,
        id: &Id,
        version: u64,
        decision: Decision,
        is_further: bool,
    ) -> Result<Stepped, DoorError> {
        let acting = by.acting;
        let hit = self.decidable(acting, id, version)?;
        let is_work = matches!(decision, Decision::Judge { .. } | Decision::Propose(_));
        if let Some((person, _)) = &hit.claim
            && is_work
            && person != acting.actor.person().as_str()
        {
            return Err(ServiceError::NotPossible("somebody else works on this hit").into());
        }
        let act = match decision {
            Decision::Propose(act) => Some(act),
            Decision::Approve | Decision::Execute | Decision::Withdraw => {
                hit.hit.proposal().map(|proposal| proposal.act)
            }
            _ => None,
        };
        if act.is_some_and(Act::is_adverse) {
            self.proven(by.signed_in)?;
        }
        let witnesses;
        let mut agreed = Vec::new();
        let step = match decision {
            Decision::Open => ReviewStep::OpenEvidence,
            Decision::Judge {
                judgement,
                reason,
                clear,
            } => ReviewStep::Judge {
                judgement,
                reason,
                clear,
            },
            Decision::Propose(act) => ReviewStep::Propose { act },
            Decision::Approve => ReviewStep::Approve,
            Decision::Refuse => {
                self.may_refuse(acting, &hit)?;
                ReviewStep::Refuse
            }
            Decision::Withdraw => {
                self.may_withdraw(acting, &hit)?;
                ReviewStep::Withdraw
            }
            Decision::Reopen => ReviewStep::Reopen,
            Decision::Execute => {
                witnesses = self.witnesses(acting, &hit)?;
                if hit.hit.state() == State::Approved {
                    agreed.push(&acting.actor);
                    agreed.extend(&witnesses);
                }
                ReviewStep::Execute { agreed: &agreed }
            }
        };
        let once = by.once.map(|once| (once, is_further));
        Ok(self.review_once(acting, id, version, step, by.note, once)?)
    }

    /// A hit that somebody is about to do something about: as they have seen it, and none that they
    /// must not deal with.
    pub(crate) fn decidable(
        &self,
        acting: &Acting,
        id: &Id,
        version: u64,
    ) -> Result<HitDetail, DoorError> {
        let hit = self.hit(acting, id)?;
        if hit.version != version {
            return Err(ServiceError::Stale.into());
        }
        if let Some(traveller) = &hit.traveller
            && self.has_conflict(acting, &traveller.parts())?
        {
            return Err(DoorError::Conflict);
        }
        Ok(hit)
    }

    /// Approves, and has the act done at once: whoever agrees last does not leave it lying. When it
    /// cannot be done, the approval stands, and why it was not done is said beside it.
    ///
    /// # Errors
    ///
    /// As [`Service::decide`] says of the approval.
    pub fn approve(
        &self,
        by: By<'_>,
        id: &Id,
        version: u64,
    ) -> Result<(Stepped, Option<DoorError>), DoorError> {
        let approved = self.decide(by, id, version, Decision::Approve)?;
        let version = approved.version;
        let further = By { note: None, ..by };
        match self.decide_further(further, id, version, Decision::Execute, true) {
            Ok(done) => Ok((done, None)),
            Err(error) => {
                if let Some(once) = by.once {
                    let person = by.acting.actor.person().as_str();
                    self.store.write(self.now(), |tx| {
                        once.keep(tx, &self.tenant, person, (&approved, Some(&error)), true)
                    })?;
                }
                Ok((approved, Some(error)))
            }
        }
    }

    /// Only somebody who could have agreed can refuse.
    fn may_refuse(&self, acting: &Acting, hit: &HitDetail) -> Result<(), DoorError> {
        let act = hit.hit.proposal().map(|proposal| proposal.act);
        match act {
            Some(act) if !self.permits(acting, hit, act, Request::Approve) => {
                let why = "only those who could approve can refuse".to_owned();
                Err(ServiceError::NotGranted(why).into())
            }
            _ => Ok(()),
        }
    }

    /// Only somebody who could have proposed or approved takes an act back.
    fn may_withdraw(&self, acting: &Acting, hit: &HitDetail) -> Result<(), DoorError> {
        let Some(proposal) = hit.hit.proposal() else {
            return Ok(());
        };
        let person = acting.actor.person();
        let is_theirs = proposal.by == *person || proposal.approved_by.as_ref() == Some(person);
        let could = self.mandate().profile().roles.iter().any(|(name, role)| {
            use tidewaiter_mandate::Capability as C;
            self.mandate().role(name) == Some(acting.actor.role())
                && (role.can.contains(&C::Propose) || role.can.contains(&C::Approve))
        });
        if is_theirs || could {
            Ok(())
        } else {
            let why = "this role neither proposes nor approves".to_owned();
            Err(ServiceError::NotGranted(why).into())
        }
    }

    /// The others who have proposed or approved what stands in a hit, as the store has it, each in
    /// a role that must agree and that they hold now.
    fn witnesses(&self, acting: &Acting, hit: &HitDetail) -> Result<Vec<HumanActor>, DoorError> {
        let Some(proposal) = hit.hit.proposal() else {
            return Ok(Vec::new());
        };
        let accounts = self.store.read(|tx| tx.accounts(&self.tenant))?;
        let approvers = self.mandate().approvers(ApprovalSubject::Act(proposal.act));
        let mut people: Vec<&PersonId> = vec![&proposal.by];
        people.extend(&proposal.approved_by);
        people.retain(|person| *person != acting.actor.person());
        let own = self
            .mandate()
            .roles()
            .find(|(id, _)| *id == acting.actor.role())
            .map_or("", |(_, name)| name);
        let mut witnesses = Vec::new();
        for person in people {
            // Of their roles the one that the person who acts does not fill already.
            let mut held: Vec<&str> = accounts
                .iter()
                .filter(|account| account.closed_at.is_none() && account.person == person.as_str())
                .map(|account| account.role.as_str())
                .filter(|role| approvers.iter().any(|name| name == role))
                .collect();
            held.sort_by_key(|role| *role == own);
            let session = held.first().map(|role| SignIn {
                person: person.clone(),
                role: (*role).into(),
                until: Timestamp::MAX,
            });
            let witness =
                session.and_then(|s| HumanActor::signed_in(self.mandate(), s, self.now()));
            witnesses.extend(witness);
        }
        Ok(witnesses)
    }
}
