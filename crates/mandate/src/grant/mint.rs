//! The mint.

use std::sync::Arc;

use jiff::Timestamp;

use super::{HumanActor, PersonId, Reason};
use crate::calendar::Term;
use crate::compile::{Mandate, MandateRef, PartnerId, PurposeId, RoleId};
use crate::decide::{Case, Disclosure, Permit, RecordTags, Refusal, Request, decide};
use crate::element::ElementSet;
use crate::vocabulary::ApprovalSubject;

/// A grant lasts no longer than this, nor than the session.
const READ_SECONDS: u32 = 15 * 60;

/// The right has lapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the grant has lapsed")]
pub struct Expired;

/// Why no grant was minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MintError {
    /// The mandate refuses.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The session has ended.
    #[error("the session has ended")]
    SessionEnded,
    /// Those who must agree have not, or agreed to something else.
    #[error("the approval is of something else")]
    WrongApproval,
}

impl From<Refusal> for MintError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What every grant says.
#[derive(Debug)]
pub struct GrantCore {
    person: PersonId,
    role: RoleId,
    purpose: PurposeId,
    reason: Reason,
    record: RecordTags,
    permit: Permit,
    mandate: Arc<MandateRef>,
    from: Timestamp,
    until: Timestamp,
}

macro_rules! grants {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $field:ident: $type:ty),* })*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        #[must_use = "a grant is a right that is in the audit log: use it"]
        pub struct $name { core: GrantCore, $($(#[$of])* $field: $type),* }

        impl $name {
            /// What it allows, at `now`.
            ///
            /// # Errors
            ///
            /// When it has lapsed, or the clock stands before it was minted.
            pub fn at(&self, now: Timestamp) -> Result<&GrantCore, Expired> {
                self.core.at(now)
            }
        }
    )*};
}

grants! {
    /// The right to read records of one kind.
    ReadGrant {}
    /// The right to see what is masked, of one case.
    UnmaskGrant {}
    /// The right to do an act; used up by it.
    DecideGrant { case: Case }
    /// The right to send data to a partner; used up by it.
    ShareGrant { partner: PartnerId }
}

impl GrantCore {
    fn at(&self, now: Timestamp) -> Result<&Self, Expired> {
        if self.from <= now && now < self.until {
            Ok(self)
        } else {
            Err(Expired)
        }
    }

    /// Who holds it.
    pub const fn person(&self) -> &PersonId {
        &self.person
    }

    /// In which role.
    pub const fn role(&self) -> RoleId {
        self.role
    }

    /// For which purpose.
    pub const fn purpose(&self) -> PurposeId {
        self.purpose
    }

    /// Why.
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }

    /// What it allows to see or send.
    pub const fn elements(&self) -> ElementSet {
        self.permit.elements
    }

    /// Under which mandate.
    pub fn mandate(&self) -> &MandateRef {
        &self.mandate
    }

    /// Until when.
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// Whether it covers a record: the same body of data, for its purpose, masked only if the
    /// grant was minted for masked ones.
    pub fn covers(&self, record: RecordTags) -> bool {
        record.data_set == self.record.data_set
            && record.own_agency
            && record.purposes.has(self.purpose)
            && (!record.masked || self.record.masked)
    }
}

impl DecideGrant {
    /// The act and its case.
    pub const fn case(&self) -> Case {
        self.case
    }
}

impl ShareGrant {
    /// To whom.
    pub const fn partner(&self) -> PartnerId {
        self.partner
    }
}

/// Why an approval is not complete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountersignFault {
    /// One person stands for two.
    #[error("one person has signed twice")]
    SamePerson,
    /// A role that must agree has not.
    #[error("nobody has agreed as {0}")]
    Missing(String),
    /// The profile knows no such approval.
    #[error("the mandate knows no such approval")]
    NoApprovalPath,
    /// A session has ended.
    #[error("a session has ended")]
    SessionEnded,
}

/// The proof that everybody who must agree to something has, each a different person.
#[derive(Debug)]
pub struct Countersigned {
    subject: ApprovalSubject,
    people: Vec<PersonId>,
    ttl: Option<Term>,
}

impl Countersigned {
    /// Collects the agreement of `people` to `subject`.
    ///
    /// # Errors
    ///
    /// When a person stands twice, a role is missing, or a session has ended.
    pub fn collect(
        mandate: &Mandate,
        subject: ApprovalSubject,
        people: &[&HumanActor],
        now: Timestamp,
    ) -> Result<Self, CountersignFault> {
        let approval = mandate
            .approval(subject)
            .ok_or(CountersignFault::NoApprovalPath)?;
        if people.iter().any(|p| p.until() <= now) {
            return Err(CountersignFault::SessionEnded);
        }
        for (i, person) in people.iter().enumerate() {
            if people[..i].iter().any(|p| p.person() == person.person()) {
                return Err(CountersignFault::SamePerson);
            }
        }
        for name in &approval.names {
            let role = mandate.role(name);
            if !people.iter().any(|p| Some(p.role()) == role) {
                return Err(CountersignFault::Missing(name.clone()));
            }
        }
        Ok(Self {
            subject,
            people: people.iter().map(|p| p.person().clone()).collect(),
            ttl: approval.ttl,
        })
    }

    /// Who has agreed.
    pub fn people(&self) -> &[PersonId] {
        &self.people
    }

    fn is_for(&self, subject: ApprovalSubject, actor: &HumanActor) -> bool {
        self.subject == subject && self.people.contains(actor.person())
    }
}

impl Mandate {
    /// Mints the right to read records tagged like `record`.
    ///
    /// # Errors
    ///
    /// When the mandate refuses or the session has ended.
    pub fn grant_read(
        &self,
        actor: &HumanActor,
        purpose: PurposeId,
        record: RecordTags,
        reason: Reason,
        now: Timestamp,
    ) -> Result<ReadGrant, MintError> {
        let permit = decide(self, actor.role(), purpose, Request::Read, record)?;
        let term = Term::seconds(READ_SECONDS);
        let core = self.core(actor, purpose, record, reason, permit, now, term)?;
        Ok(ReadGrant { core })
    }

    /// Mints the right to see what is masked, which `approval` has agreed to.
    ///
    /// # Errors
    ///
    /// When the mandate refuses, the approval is of something else or of others, or the session
    /// has ended.
    pub fn grant_unmask(
        &self,
        actor: &HumanActor,
        purpose: PurposeId,
        record: RecordTags,
        reason: Reason,
        approval: &Countersigned,
        now: Timestamp,
    ) -> Result<UnmaskGrant, MintError> {
        let permit = decide(self, actor.role(), purpose, Request::Unmask, record)?;
        if !approval.is_for(ApprovalSubject::Unmask, actor) {
            return Err(MintError::WrongApproval);
        }
        let term = approval.ttl.unwrap_or(Term::seconds(READ_SECONDS));
        let core = self.core(actor, purpose, record, reason, permit, now, term)?;
        Ok(UnmaskGrant { core })
    }

    /// Mints the right to do an act; one that several must agree to wants their approval.
    ///
    /// # Errors
    ///
    /// As [`Mandate::grant_unmask`].
    #[allow(
        clippy::too_many_arguments,
        reason = "who, what for, what, why, with whom, when"
    )]
    pub fn grant_decide(
        &self,
        actor: &HumanActor,
        purpose: PurposeId,
        record: RecordTags,
        case: Case,
        reason: Reason,
        approval: Option<&Countersigned>,
        now: Timestamp,
    ) -> Result<DecideGrant, MintError> {
        let permit = decide(self, actor.role(), purpose, Request::Propose(case), record)?;
        let subject = ApprovalSubject::Act(case.act);
        let agreed = approval.is_some_and(|a| a.is_for(subject, actor));
        if permit.obligations.second_person && !agreed {
            return Err(MintError::WrongApproval);
        }
        let term = Term::seconds(READ_SECONDS);
        let core = self.core(actor, purpose, record, reason, permit, now, term)?;
        Ok(DecideGrant { core, case })
    }

    /// Mints the right to send data to a partner; sending by hand wants the approval of others.
    ///
    /// # Errors
    ///
    /// As [`Mandate::grant_unmask`].
    #[allow(
        clippy::too_many_arguments,
        reason = "who, what for, what, why, with whom, when"
    )]
    pub fn grant_share(
        &self,
        actor: &HumanActor,
        purpose: PurposeId,
        record: RecordTags,
        disclosure: Disclosure,
        reason: Reason,
        approval: Option<&Countersigned>,
        now: Timestamp,
    ) -> Result<ShareGrant, MintError> {
        let permit = decide(
            self,
            actor.role(),
            purpose,
            Request::Share(disclosure),
            record,
        )?;
        let agreed = approval.is_some_and(|a| a.is_for(ApprovalSubject::ShareAdHoc, actor));
        if permit.obligations.second_person && !agreed {
            return Err(MintError::WrongApproval);
        }
        let term = Term::seconds(READ_SECONDS);
        let core = self.core(actor, purpose, record, reason, permit, now, term)?;
        Ok(ShareGrant {
            core,
            partner: disclosure.partner,
        })
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the one place where a grant is put together"
    )]
    fn core(
        &self,
        actor: &HumanActor,
        purpose: PurposeId,
        record: RecordTags,
        reason: Reason,
        permit: Permit,
        now: Timestamp,
        term: Term,
    ) -> Result<GrantCore, MintError> {
        if actor.until() <= now {
            return Err(MintError::SessionEnded);
        }
        Ok(GrantCore {
            person: actor.person().clone(),
            role: actor.role(),
            purpose,
            reason,
            record,
            permit,
            mandate: Arc::clone(&self.reference),
            from: now,
            until: term.after(now).min(actor.until()),
        })
    }
}
