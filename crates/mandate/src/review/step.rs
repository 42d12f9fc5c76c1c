//! The transitions.

use smallvec::{SmallVec, smallvec};

use super::{Effect, EntryState, Event, Hit, Judgement, Proposal, State};
use crate::grant::HumanActor;
use crate::vocabulary::OnTimeout;

/// Why an event is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPossible {
    /// Not in this state.
    #[error("a hit that is {0} does not allow this")]
    InState(State),
    /// The evidence has not been opened as it is now.
    #[error("open the evidence first")]
    EvidenceNotOpened,
    /// The same person would stand for two.
    #[error("a different person must agree")]
    SamePerson,
    /// The list's source has not confirmed.
    #[error("the source of the list has not confirmed")]
    AwaitingSource,
    /// The entry is off the list: judge the hit again before an act is done on it.
    #[error("the entry is no longer on the list")]
    EntryRemoved,
}

type Effects = SmallVec<[Effect; 2]>;

/// What becomes of `hit` when `event` happens, and what follows.
///
/// # Errors
///
/// When the event is not possible; the hit stays as it is.
pub fn step(hit: &Hit, event: Event<'_>) -> Result<(Hit, Effects), NotPossible> {
    let mut next = hit.clone();
    let effects = match event {
        Event::Match => next.matched(),
        Event::MatchClearedPair => next.matched_cleared_pair(),
        Event::SourceConfirms => next.source(true),
        Event::SourceDenies => next.source(false),
        Event::OpenEvidence { by } => next.open(by),
        Event::Judge {
            by,
            judgement,
            reason: _,
        } => next.judge(by, judgement),
        Event::Propose { by, act } => next.propose(by, act),
        Event::Approve { by } => next.approve(by),
        Event::Refuse { by } => next.refuse(by),
        Event::Withdraw { by: _ } => next.withdraw(),
        Event::Execute { by } => next.execute(by),
        Event::Deadline { on_timeout } => next.deadline(on_timeout),
        Event::DataChanged => next.data_changed(),
        Event::NoLongerFound => next.no_longer_found(),
        Event::EntryRemoved => next.entry_removed(),
        Event::EntryRestored => next.entry_restored(),
        Event::Sample => next.sample(),
        Event::Reopen { by: _ } => next.reopen(),
    }?;
    Ok((next, effects))
}

/// Nothing follows.
fn nothing() -> Effects {
    Effects::new()
}

impl Hit {
    fn no(&self) -> Result<Effects, NotPossible> {
        Err(NotPossible::InState(self.state))
    }

    fn go(&mut self, state: State) -> Result<Effects, NotPossible> {
        self.state = state;
        Ok(nothing())
    }

    fn matched(&mut self) -> Result<Effects, NotPossible> {
        match self.state {
            State::Received if self.source_confirms => self.go(State::AwaitingSource),
            State::Received => self.go(State::Matched),
            _ => self.no(),
        }
    }

    fn matched_cleared_pair(&mut self) -> Result<Effects, NotPossible> {
        match self.state {
            State::Received => {
                self.state = State::AutoCleared;
                Ok(smallvec![Effect::CountAutoCleared])
            }
            _ => self.no(),
        }
    }

    fn source(&mut self, confirms: bool) -> Result<Effects, NotPossible> {
        match self.state {
            State::AwaitingSource => {
                // A denial is for a person to close: nothing closes itself.
                self.source_confirmed = confirms;
                self.state = State::Matched;
                Ok(if confirms {
                    nothing()
                } else {
                    smallvec![Effect::Escalate]
                })
            }
            _ => self.no(),
        }
    }

    fn open(&mut self, by: &HumanActor) -> Result<Effects, NotPossible> {
        match self.state {
            State::Received | State::AutoCleared | State::Lapsed => return self.no(),
            State::Matched | State::Reopened | State::Expired => self.state = State::InReview,
            _ => {}
        }
        if !self.opened.contains(by.person()) {
            self.opened.push(by.person().clone());
            self.opened.sort();
        }
        Ok(nothing())
    }

    fn judge(&mut self, by: &HumanActor, judgement: Judgement) -> Result<Effects, NotPossible> {
        match self.state {
            State::InReview | State::CannotTell => {}
            _ => return self.no(),
        }
        if !self.opened.contains(by.person()) {
            return Err(NotPossible::EvidenceNotOpened);
        }
        self.judged = Some((by.person().clone(), judgement));
        match judgement {
            Judgement::Same => self.go(State::Same),
            Judgement::CannotTell => self.go(State::CannotTell),
            Judgement::NotSame => {
                self.state = State::NotSame;
                Ok(smallvec![Effect::OfferClearance])
            }
        }
    }

    fn propose(
        &mut self,
        by: &HumanActor,
        act: crate::vocabulary::Act,
    ) -> Result<Effects, NotPossible> {
        match self.state {
            State::Same | State::Refused | State::Withdrawn => {}
            _ => return self.no(),
        }
        self.ground()?;
        if !self.opened.contains(by.person()) {
            return Err(NotPossible::EvidenceNotOpened);
        }
        self.proposal = Some(Proposal {
            act,
            by: by.person().clone(),
            approved_by: None,
        });
        self.go(State::Proposed)
    }

    /// An act rests on a person's judgement, on the source, and on an entry in force.
    fn ground(&self) -> Result<(), NotPossible> {
        if self.source_confirms && !self.source_confirmed {
            return Err(NotPossible::AwaitingSource);
        }
        if self.entry == EntryState::Removed {
            return Err(NotPossible::EntryRemoved);
        }
        match self.judged {
            Some((_, Judgement::Same)) => Ok(()),
            _ => Err(NotPossible::InState(self.state)),
        }
    }

    fn approve(&mut self, by: &HumanActor) -> Result<Effects, NotPossible> {
        if self.state != State::Proposed {
            return self.no();
        }
        self.ground()?;
        if !self.opened.contains(by.person()) {
            return Err(NotPossible::EvidenceNotOpened);
        }
        match &mut self.proposal {
            Some(proposal) if proposal.by == *by.person() => Err(NotPossible::SamePerson),
            Some(proposal) => {
                proposal.approved_by = Some(by.person().clone());
                self.go(State::Approved)
            }
            None => self.no(),
        }
    }

    fn refuse(&mut self, by: &HumanActor) -> Result<Effects, NotPossible> {
        match (&self.state, &self.proposal) {
            (State::Proposed, Some(proposal)) if proposal.by == *by.person() => {
                Err(NotPossible::SamePerson)
            }
            (State::Proposed, Some(_)) => {
                self.proposal = None;
                self.go(State::Refused)
            }
            _ => self.no(),
        }
    }

    fn withdraw(&mut self) -> Result<Effects, NotPossible> {
        match (self.state, self.proposal.take()) {
            (State::Proposed | State::Approved, Some(_)) => self.go(State::Withdrawn),
            // What was done stands outside: it is revoked there.
            (State::Done, Some(proposal)) => {
                self.state = State::Withdrawn;
                Ok(smallvec![Effect::Revoke(proposal.act)])
            }
            (_, proposal) => {
                self.proposal = proposal;
                self.no()
            }
        }
    }

    fn execute(&mut self, by: &HumanActor) -> Result<Effects, NotPossible> {
        let Some(proposal) = &self.proposal else {
            return self.no();
        };
        let act = proposal.act;
        let ready = match self.state {
            State::Approved => true,
            // One person suffices for what is against nobody.
            State::Proposed => !act.is_adverse() && proposal.by == *by.person(),
            _ => false,
        };
        if !ready {
            return self.no();
        }
        self.ground()?;
        self.state = State::Done;
        Ok(smallvec![Effect::Act(act)])
    }

    fn deadline(&mut self, on_timeout: OnTimeout) -> Result<Effects, NotPossible> {
        match self.state {
            State::Matched
            | State::AwaitingSource
            | State::InReview
            | State::Reopened
            | State::Same
            | State::CannotTell
            | State::Proposed
            | State::Approved
            | State::Refused
            | State::Withdrawn => {}
            State::Received
            | State::NotSame
            | State::Done
            | State::Expired
            | State::AutoCleared
            | State::Lapsed => return self.no(),
        }
        self.state = State::Expired;
        self.proposal = None;
        Ok(match on_timeout {
            OnTimeout::Nothing => smallvec![Effect::Escalate],
            OnTimeout::MeetFlight => smallvec![Effect::Escalate, Effect::MeetFlight],
        })
    }

    /// Whatever was judged was judged on other data: judge again. What is done stays done, and
    /// somebody looks whether it must be revoked.
    fn data_changed(&mut self) -> Result<Effects, NotPossible> {
        self.opened.clear();
        match self.state {
            State::Received | State::Matched | State::AwaitingSource => Ok(nothing()),
            State::Done => Ok(smallvec![Effect::Escalate]),
            _ => {
                self.judged = None;
                self.proposal = None;
                self.state = self.back_to_review();
                Ok(smallvec![Effect::Escalate])
            }
        }
    }

    /// The machine takes back what nobody has looked at: it says only that it would not raise it
    /// today. Whoever has looked is told, and judges again on what is known now.
    fn no_longer_found(&mut self) -> Result<Effects, NotPossible> {
        match self.state {
            State::Matched | State::AwaitingSource => self.go(State::Lapsed),
            // Open, or already what the data say.
            State::Received
            | State::NotSame
            | State::Reopened
            | State::Expired
            | State::AutoCleared
            | State::Lapsed => self.no(),
            _ => self.data_changed(),
        }
    }

    /// Where a hit goes to be looked at again: never past its source.
    const fn back_to_review(&self) -> State {
        if self.source_confirms && !self.source_confirmed {
            State::AwaitingSource
        } else {
            State::Reopened
        }
    }

    /// The removal of an entry closes nothing: whoever has reviewed is told, and decides.
    fn entry_removed(&mut self) -> Result<Effects, NotPossible> {
        if self.entry == EntryState::Removed {
            return self.no();
        }
        self.entry = EntryState::Removed;
        Ok(match self.state {
            State::Received => nothing(),
            _ => smallvec![Effect::Escalate],
        })
    }

    fn entry_restored(&mut self) -> Result<Effects, NotPossible> {
        if self.entry == EntryState::InForce {
            return self.no();
        }
        self.entry = EntryState::InForce;
        Ok(smallvec![Effect::Escalate])
    }

    fn sample(&mut self) -> Result<Effects, NotPossible> {
        match self.state {
            State::AutoCleared | State::Lapsed => {
                self.state = self.back_to_review();
                Ok(nothing())
            }
            _ => self.no(),
        }
    }

    fn reopen(&mut self) -> Result<Effects, NotPossible> {
        match self.state {
            State::NotSame
            | State::CannotTell
            | State::Same
            | State::Refused
            | State::Withdrawn
            | State::Expired
            | State::AutoCleared
            | State::Lapsed => {
                self.judged = None;
                self.proposal = None;
                self.opened.clear();
                self.state = self.back_to_review();
                Ok(nothing())
            }
            _ => self.no(),
        }
    }
}
