//! A hit as the state machine sees it.

use crate::grant::PersonId;
use crate::review::Judgement;
use crate::vocabulary::{Act, vocabulary};

vocabulary! {
    /// Where a hit stands.
    State {
        /// The data are here and nothing has been compared.
        Received = "received",
        /// Something was found; nobody has looked.
        Matched = "matched",
        /// The list's source must confirm first.
        AwaitingSource = "awaiting-source",
        /// A person looks at it.
        InReview = "in-review",
        /// A person says: the same.
        Same = "same",
        /// A person says: not the same.
        NotSame = "not-the-same",
        /// A person cannot tell.
        CannotTell = "cannot-tell",
        /// An act is proposed.
        Proposed = "proposed",
        /// Everybody who must agree has.
        Approved = "approved",
        /// Somebody who must agree has not.
        Refused = "refused",
        /// The act is taken back.
        Withdrawn = "withdrawn",
        /// The act is done.
        Done = "done",
        /// Time ran out. No decision of any kind.
        Expired = "expired",
        /// To be looked at again.
        Reopened = "re-opened",
        /// The pair had been cleared before, by a person.
        AutoCleared = "auto-cleared",
        /// Nobody had looked yet, and what the traveller's data say by now no longer makes it.
        Lapsed = "lapsed",
    }
}

/// How the list entry stands that the hit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryState {
    /// As it was when the hit arose.
    InForce,
    /// No longer on the list.
    Removed,
}

/// An act proposed by a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Proposal {
    /// Which act.
    pub act: Act,
    /// Who proposes.
    pub by: PersonId,
    /// Who else has agreed.
    pub approved_by: Option<PersonId>,
}

/// A hit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hit {
    pub(super) state: State,
    pub(super) entry: EntryState,
    /// Whether the source must confirm before anything follows.
    pub(super) source_confirms: bool,
    /// Whether the source has.
    pub(super) source_confirmed: bool,
    /// Who judged last, and what.
    pub(super) judged: Option<(PersonId, Judgement)>,
    pub(super) proposal: Option<Proposal>,
    /// Who has opened the evidence since the hit last changed, in order.
    pub(super) opened: Vec<PersonId>,
}

impl Hit {
    /// A hit at its beginning. `source_confirms`: its list's source must confirm it before anything
    /// follows (INTERPOL-type lists).
    pub const fn new(source_confirms: bool) -> Self {
        Self {
            state: State::Received,
            entry: EntryState::InForce,
            source_confirms,
            source_confirmed: false,
            judged: None,
            proposal: None,
            opened: Vec::new(),
        }
    }

    /// Where it stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// How its list entry stands.
    pub const fn entry(&self) -> EntryState {
        self.entry
    }

    /// Who judged it last, and what they found.
    pub fn judged(&self) -> Option<(&PersonId, Judgement)> {
        self.judged
            .as_ref()
            .map(|(person, judgement)| (person, *judgement))
    }

    /// The act proposed.
    pub const fn proposal(&self) -> Option<&Proposal> {
        self.proposal.as_ref()
    }

    /// Whether `person` has opened the evidence as it is now.
    pub fn has_opened(&self, person: &PersonId) -> bool {
        self.opened.contains(person)
    }

    /// What it is for the decision function.
    pub const fn stage(&self) -> crate::decide::Stage {
        use crate::decide::Stage;
        if self.source_confirms && !self.source_confirmed {
            return Stage::AwaitingSource;
        }
        match &self.judged {
            Some((_, Judgement::Same)) => Stage::Same,
            Some((_, Judgement::NotSame)) => Stage::NotSame,
            Some((_, Judgement::CannotTell)) => Stage::CannotTell,
            None => Stage::Unreviewed,
        }
    }
}
