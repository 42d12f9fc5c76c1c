//! What happens to a hit, and what follows.

use crate::grant::HumanActor;
use crate::vocabulary::{Act, OnTimeout, vocabulary};

vocabulary! {
    /// What a person finds.
    Judgement {
        /// The same person or thing.
        Same = "same",
        /// Another one.
        NotSame = "not-the-same",
        /// The data do not suffice.
        CannotTell = "cannot-tell",
    }
}

vocabulary! {
    /// Why a person finds so. There is no default.
    ReasonCode {
        /// Name, birth date and document agree.
        IdentityDataAgree = "identity-data-agree",
        /// The document is the listed one.
        DocumentAgrees = "document-agrees",
        /// The source has confirmed.
        SourceConfirmed = "source-confirmed",
        /// Another birth date.
        BirthDateDiffers = "birth-date-differs",
        /// Another sex or nationality.
        PersonDiffers = "person-differs",
        /// Another document.
        DocumentDiffers = "document-differs",
        /// Known from an earlier review.
        KnownNamesake = "known-namesake",
        /// Too little is known.
        DataInsufficient = "data-insufficient",
    }
}

/// What happens to a hit. Whatever only a person may do takes a [`HumanActor`].
///
/// ```compile_fail,E0308
/// # use tidewaiter_mandate::grant::MachineActor;
/// # use tidewaiter_mandate::review::{Event, Judgement, ReasonCode};
/// let matcher = MachineActor::new("matcher");
/// let event = Event::Judge {
///     by: &matcher,
///     judgement: Judgement::Same,
///     reason: ReasonCode::IdentityDataAgree,
/// };
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The machine found something.
    Match,
    /// The machine found a pair that a person had cleared, both sides unchanged.
    MatchClearedPair,
    /// The source of the list confirms.
    SourceConfirms,
    /// The source of the list denies: a person still closes the hit.
    SourceDenies,
    /// A person opens the evidence.
    OpenEvidence {
        /// Who.
        by: &'a HumanActor,
    },
    /// A person judges.
    Judge {
        /// Who.
        by: &'a HumanActor,
        /// What they find.
        judgement: Judgement,
        /// Why.
        reason: ReasonCode,
    },
    /// A person proposes an act; the mandate has permitted it.
    Propose {
        /// Who.
        by: &'a HumanActor,
        /// Which act.
        act: Act,
    },
    /// Another person agrees; the mandate has permitted it.
    Approve {
        /// Who.
        by: &'a HumanActor,
    },
    /// A person who would have to agree does not.
    Refuse {
        /// Who.
        by: &'a HumanActor,
    },
    /// A person takes the act back: before it is done, or, where it stands, after.
    Withdraw {
        /// Who.
        by: &'a HumanActor,
    },
    /// A person has the approved act done.
    Execute {
        /// Who.
        by: &'a HumanActor,
    },
    /// Time is up.
    Deadline {
        /// What the profile says then.
        on_timeout: OnTimeout,
    },
    /// The data of the traveller, or the entry, have changed in substance.
    DataChanged,
    /// By what the traveller's data, or the entry, say now, it is not found any more.
    NoLongerFound,
    /// The entry is off the list.
    EntryRemoved,
    /// The entry is on the list again.
    EntryRestored,
    /// Sampled for a second look.
    Sample,
    /// A person wants it looked at again.
    Reopen {
        /// Who.
        by: &'a HumanActor,
    },
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The act is to be done: the only effect that reaches the outside.
    Act(Act),
    /// The act that stood is to be revoked.
    Revoke(Act),
    /// Our own staff are to meet the flight.
    MeetFlight,
    /// Somebody must look: a deadline passed, or what was reviewed has lost its ground.
    Escalate,
    /// A person's finding clears the pair as long as nothing changes.
    OfferClearance,
    /// Counted as cleared by an earlier finding.
    CountAutoCleared,
}
