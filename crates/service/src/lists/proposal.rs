//! What is proposed of a list, and how it ends: somebody proposes, everybody sees what it would do, and
//! others agree or do not. This is the way over the network; at the machine itself `add_list` and its
//! sisters need nobody to have seen an impact.
//!
//! Proposed are a version that is to come into force, new or an earlier one, or that the list goes out
//! of force (`None` in the place of a version). Nothing is screened by what is only proposed.

use sha2::{Digest as _, Sha256};
use tidewaiter_store::{Agreement, ImpactState, ListState, ListVersion, ReadTx, StoreError, Tx};

use super::change::{Beside, Manner};
use super::impact::is_proposed;
use super::{Consent, Impact, ListAdded, NamedFile, stored_receipt};
use crate::lookback::PREVIEW;
use crate::{Acting, DoorError, Result, Service, ServiceError, SignedIn};

/// How a proposal stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The version; `None`: the list is to go out of force.
    pub version: Option<ListVersion>,
    /// The version in force.
    pub in_force: Option<ListVersion>,
    /// Whether it waits for others. A version may also be in force, or not any more.
    pub is_open: bool,
    /// Who agreed, first whoever proposed it.
    pub agreed: Vec<Agreement>,
    /// The roles that must still agree.
    pub waits_for: Vec<String>,
    /// What it would do, as it was worked out last.
    pub impact: Option<Impact>,
    /// All this in one word: whoever agrees says what they have seen.
    pub tag: String,
}

/// In whose name something is done about a proposal.
#[derive(Clone, Copy)]
pub struct ListBy<'a> {
    /// Who is signed in.
    pub signed_in: &'a SignedIn,
    /// For what and why they act.
    pub acting: &'a Acting,
    /// What they have seen: [`Proposal::tag`].
    pub tag: &'a str,
    /// So that the same request again does nothing again.
    pub once: Option<&'a ListOnce<'a>>,
}

/// A request with an idempotency key. What it is answered is kept in the transaction of what it does.
pub struct ListOnce<'a> {
    /// The key, of 1 to 128 characters.
    pub key: &'a str,
    /// The hash of the request.
    pub request: [u8; 32],
    /// What is answered.
    pub answer: &'a dyn Fn(&ListAdded) -> String,
}

/// What somebody has seen, held against what is there when it is done.
struct AsSeen<'a> {
    service: &'a Service,
    list: &'a str,
    version: Option<u32>,
    by: ListBy<'a>,
}

impl Beside for AsSeen<'_> {
    fn before(&mut self, tx: &mut Tx<'_, '_>) -> Result<(), StoreError> {
        let now = self
            .service
            .proposal_in(&mut tx.reading(), self.list, self.version)?;
        if now.tag == self.by.tag {
            Ok(())
        } else {
            Err(StoreError::Stale)
        }
    }

    fn after(&mut self, tx: &mut Tx<'_, '_>, done: &ListAdded) -> Result<(), StoreError> {
        let Some(once) = self.by.once else {
            return Ok(());
        };
        let person = self.by.acting.actor.person().as_str();
        let (asked, body) = ((once.key, &once.request), (once.answer)(done));
        tx.keep_answer(&self.service.tenant, person, asked, (200, &body))
    }
}

impl Service {
    /// Reads a list and proposes it, whoever could put it into force: what it would do is worked out,
    /// and others agree. What is in force or proposed already is left as it is.
    ///
    /// # Errors
    ///
    /// As [`Service::add_list`].
    pub fn propose_list(
        &self,
        acting: &Acting,
        files: &[NamedFile<'_>],
        consent: &Consent<'_>,
    ) -> Result<ListAdded> {
        self.may_import(acting)?;
        let candidate = self.read_list(files, consent)?;
        let (current, known) = self.store.read(|tx| {
            Ok((
                tx.list_in_force(&self.tenant, &candidate.list)?,
                tx.list_of_content(&self.tenant, &candidate.list, &candidate.address)?,
            ))
        })?;
        let current = current.as_ref();
        if let Some(current) = current
            && current.address == candidate.address
        {
            return self.seen_again(acting, current, &candidate);
        }
        if let Some(known) = known.filter(|known| still_proposed(known, current)) {
            return Ok(self.as_it_stands(&known, current));
        }
        let concerns = self.concerns(current, &candidate);
        consented(&concerns, consent)?;
        self.propose(acting, &candidate, current, concerns, Manner::Proposed)
    }

    /// Proposes a version that is stored: an earlier one, to which the list is rolled back, or one that
    /// was rejected or overtaken.
    ///
    /// # Errors
    ///
    /// As [`Service::add_list`]; [`ServiceError::NotPossible`] when it is in force.
    pub fn propose_version(
        &self,
        acting: &Acting,
        list: &str,
        version: u32,
        consent: &Consent<'_>,
    ) -> Result<ListAdded> {
        self.may_import(acting)?;
        let (wanted, current) = self.store.read(|tx| {
            Ok((
                tx.list_version(&self.tenant, list, version)?,
                tx.list_in_force(&self.tenant, list)?,
            ))
        })?;
        let current = current.as_ref();
        if wanted.state == ListState::InForce {
            return Err(ServiceError::NotPossible(
                "this version is in force already",
            ));
        }
        if still_proposed(&wanted, current) {
            return Ok(self.as_it_stands(&wanted, current));
        }
        let mut concerns = self.concerns_about(current, &stored_receipt(&wanted), list);
        if let Some(newer) = current.filter(|current| current.version > version) {
            concerns.insert(
                0,
                format!("goes back from version {} to {version}", newer.version),
            );
        }
        consented(&concerns, consent)?;
        self.propose_again(acting, &wanted, current, concerns, Manner::Proposed)
    }

    /// Proposes that a list goes out of force.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::NotFound`] when nothing of it is in force.
    pub fn propose_removal(&self, acting: &Acting, list: &str) -> Result<ListAdded> {
        self.may_import(acting)?;
        let proposal = self.store.read(|tx| self.proposal_in(tx, list, None))?;
        let in_force = proposal
            .in_force
            .ok_or(ServiceError::NotFound("list in force"))?;
        if proposal.is_open {
            return Ok(ListAdded {
                before: Some(in_force.version),
                unchanged: true,
                waits_for: proposal.waits_for,
                ..ListAdded::of(&in_force)
            });
        }
        self.retire(acting, list, Manner::Proposed, &mut ())
    }

    /// How a version stands, or with no version the proposal that the list goes out of force, and what
    /// it would do.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::NotFound`] when there is no such version, or no
    /// such list.
    pub fn proposal(&self, acting: &Acting, list: &str, version: Option<u32>) -> Result<Proposal> {
        self.may_import(acting)?;
        Ok(self.store.read(|tx| self.proposal_in(tx, list, version))?)
    }

    fn proposal_in(
        &self,
        tx: &mut ReadTx<'_, '_>,
        list: &str,
        version: Option<u32>,
    ) -> Result<Proposal, StoreError> {
        let in_force = tx.list_in_force(&self.tenant, list)?;
        let (stored, is_open, agreed) = match version {
            Some(version) => {
                let stored = tx.list_version(&self.tenant, list, version)?;
                let agreed = stored.agreed.clone();
                (Some(stored.clone()), is_proposed(&stored), agreed)
            }
            None => {
                if tx
                    .list_versions_below(&self.tenant, list, None, 1)?
                    .is_empty()
                {
                    return Err(StoreError::NotFound("list"));
                }
                let agreed = tx.list_removal(&self.tenant, list)?;
                (None, in_force.is_some() && !agreed.is_empty(), agreed)
            }
        };
        let number = in_force.as_ref().map(|in_force| in_force.version);
        let impact = match tx.latest_impact(&self.tenant, list, version)? {
            Some(impact) => Some(self.impact_of(tx, impact, number)?),
            None => None,
        };
        let waits_for = match is_open {
            true => self.missing(&agreed, Manner::Agreed),
            false => Vec::new(),
        };
        let mut proposal = Proposal {
            version: stored,
            in_force,
            is_open,
            agreed,
            waits_for,
            impact,
            tag: String::new(),
        };
        proposal.tag = tag_of(&proposal);
        Ok(proposal)
    }

    /// Agrees to what somebody else has proposed, having seen what it would do. It is done once
    /// everybody has agreed whom the mandate names, under the evaluation profile too.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Stale`] when it does not stand any more as it was seen;
    /// [`ServiceError::ImpactMissing`] when nobody has worked out what it would do now;
    /// [`ServiceError::ConsentNeeded`] when that wants consent which is not `given`;
    /// [`DoorError::ProveAgain`]; as [`Service::approve_list`].
    pub fn approve_proposal(
        &self,
        by: ListBy<'_>,
        list: &str,
        version: Option<u32>,
        given: bool,
    ) -> Result<ListAdded, DoorError> {
        let acting = by.acting;
        let seen = self.proposal(acting, list, version)?;
        if seen.tag != by.tag {
            return Err(ServiceError::Stale.into());
        }
        if !seen.is_open {
            return Err(ServiceError::NotPossible("this is not proposed").into());
        }
        self.may_agree(acting, &seen)?;
        let impact = seen.impact.as_ref();
        let impact = impact
            .filter(|impact| impact.is_current || impact.counted.state == ImpactState::Computing);
        let against = seen.in_force.as_ref().map_or(0, |now| now.version);
        match impact {
            Some(impact) if impact.is_current => {
                let consent = Consent { given, list: None };
                consented(&impact.concerns, &consent)?;
            }
            Some(_) => {
                return Err(ServiceError::ImpactMissing {
                    against,
                    is_coming: true,
                }
                .into());
            }
            None => {
                return Err(ServiceError::ImpactMissing {
                    against,
                    is_coming: false,
                }
                .into());
            }
        }
        self.proven(by.signed_in)?;
        let mut as_seen = AsSeen {
            service: self,
            list,
            version,
            by,
        };
        let done = match &seen.version {
            Some(proposed) => {
                let current = seen.in_force.as_ref();
                self.agree(acting, proposed, current, Manner::Agreed, &mut as_seen)
            }
            None => self.retire(acting, list, Manner::Agreed, &mut as_seen),
        };
        Ok(done?)
    }

    /// Whether somebody may agree: another person than those who have, in a role that is waited for;
    /// and those who have agreed beside whoever proposed it had the same version to replace.
    fn may_agree(&self, acting: &Acting, seen: &Proposal) -> Result<()> {
        let refused = |why: String| Err(ServiceError::NotGranted(why));
        let person = acting.actor.person().as_str();
        if seen.agreed.iter().any(|agreed| agreed.person == person) {
            return refused("a different person must agree".into());
        }
        let (own, role) = (acting.actor.role(), |id| {
            let mut roles = self.mandate().roles();
            roles.find(|(role, _)| *role == id).map(|(_, name)| name)
        });
        let own = role(own).unwrap_or_default();
        if !seen.waits_for.iter().any(|role| role == own) {
            return refused(format!("this waits for {}", seen.waits_for.join(", ")));
        }
        let since = seen.in_force.as_ref().and_then(|now| now.in_force_at);
        let is_overtaken = |agreed: &Agreement| Some(agreed.at) < since;
        if seen.agreed.iter().skip(1).any(is_overtaken) {
            return Err(ServiceError::NotPossible(
                "somebody agreed before another version came into force: propose it again",
            ));
        }
        Ok(())
    }

    /// Ends a proposal without its being done: whoever proposed it withdraws it, anybody else who could
    /// have agreed rejects it.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Stale`]; [`ServiceError::NotPossible`] when it is not proposed; as
    /// [`Service::proposal`].
    pub fn reject_proposal(
        &self,
        by: ListBy<'_>,
        list: &str,
        version: Option<u32>,
    ) -> Result<ListAdded> {
        let acting = by.acting;
        let seen = self.proposal(acting, list, version)?;
        if seen.tag != by.tag {
            return Err(ServiceError::Stale);
        }
        if !seen.is_open {
            return Err(ServiceError::NotPossible("this is not proposed"));
        }
        let person = acting.actor.person().as_str();
        let word = match seen.agreed.first() {
            Some(first) if first.person == person => "withdrawn",
            _ => "rejected",
        };
        let before = seen.in_force.as_ref().map(|in_force| in_force.version);
        let done = match (&seen.version, &seen.in_force) {
            (Some(version), _) => ListAdded {
                before,
                state: ListState::Retired,
                ..ListAdded::of(version)
            },
            (None, Some(in_force)) => ListAdded {
                before,
                ..ListAdded::of(in_force)
            },
            (None, None) => return Err(ServiceError::NotFound("list in force")),
        };
        let mut as_seen = AsSeen {
            service: self,
            list,
            version,
            by,
        };
        self.store.write(self.now(), |tx| {
            as_seen.before(tx)?;
            tx.drop_proposal(&self.tenant, &acting.actor, list, version, word)?;
            if let Some(impact) = &seen.impact
                && impact.counted.state == ImpactState::Computing
            {
                let run = &impact.counted.run;
                tx.give_up_lookback(run)?;
                tx.end_impact(&self.tenant, &PREVIEW, run, ImpactState::Overtaken)?;
            }
            as_seen.after(tx, &done)
        })?;
        Ok(done)
    }

    /// What is proposed already, and left as it is.
    fn as_it_stands(&self, proposed: &ListVersion, current: Option<&ListVersion>) -> ListAdded {
        ListAdded {
            before: current.map(|current| current.version),
            unchanged: true,
            concerns: serde_json::from_str(&proposed.consented).unwrap_or_default(),
            waits_for: self.missing(&proposed.agreed, Manner::Proposed),
            ..ListAdded::of(proposed)
        }
    }
}

/// Whether a version is proposed, and no other has come into force since.
fn still_proposed(version: &ListVersion, current: Option<&ListVersion>) -> bool {
    let since = current.and_then(|current| current.in_force_at);
    let proposed = version.agreed.first().map(|agreed| agreed.at);
    is_proposed(version) && since <= proposed
}

fn consented(concerns: &[String], consent: &Consent<'_>) -> Result<()> {
    if concerns.is_empty() || consent.given {
        Ok(())
    } else {
        Err(ServiceError::ConsentNeeded(concerns.to_vec()))
    }
}

/// A hash of all that somebody who agrees must have seen.
fn tag_of(proposal: &Proposal) -> String {
    let mut hash = Sha256::new();
    let mut say = |part: &str| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    let version = proposal.version.as_ref();
    say(&version.map_or(0, |version| version.version).to_string());
    say(version.map_or("", |version| version.state.as_str()));
    let in_force = proposal.in_force.as_ref();
    say(&in_force.map_or(0, |in_force| in_force.version).to_string());
    for agreed in &proposal.agreed {
        say(&agreed.person);
        say(&agreed.at.to_string());
    }
    if let Some(impact) = &proposal.impact {
        say(&impact.counted.run.to_string());
        say(impact.counted.state.as_str());
        say(&impact.is_current.to_string());
    }
    let hash = hash.finalize();
    hash.iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
