//! Shifts and time: who has what, taking over from those who go home, and what is said again and louder
//! because a flight leaves soon.

use jiff::{SignedDuration, Timestamp};
use tidewaiter_store::{Claimed, Id, StoreError, Task};

use crate::{Acting, By, DoorError, Result, Service, ServiceError, SignedIn};

/// How long before departure an open hit is said again, and what the task is called: to those who
/// supervise first, then to the duty authority.
const ESCALATIONS: [(SignedDuration, &str); 3] = [
    (SignedDuration::from_hours(3), "departs-in-3-hours"),
    (SignedDuration::from_hours(1), "departs-in-1-hour"),
    (SignedDuration::from_mins(30), "departs-in-30-minutes"),
];
/// So many are escalated in one transaction.
const AT_A_TIME: u32 = 200;
/// So many hits a hand-over shows.
const SHOWN: u32 = 500;

/// What a shift leaves to the next.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// Every open hit, those due first.
    pub open: Vec<Claimed>,
    /// What is to be done by our own people, oldest first.
    pub tasks: Vec<Task>,
    /// How many cases are open.
    pub cases: usize,
    /// When it was looked at.
    pub at: Timestamp,
}

impl Service {
    /// What is open, who works on it, when it is due.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`].
    pub fn hand_over(&self, acting: &Acting) -> Result<HandOver> {
        let tasks = self.tasks(acting, SHOWN)?;
        let cases = self.cases(acting, false, SHOWN)?.len();
        let open = self
            .store
            .read(|tx| tx.claims(&self.tenant, acting.purpose, SHOWN))?;
        Ok(HandOver {
            open,
            tasks,
            cases,
            at: self.now(),
        })
    }

    /// Takes over every open hit that somebody else works on. Each is recorded as taken over in its
    /// history; those about whom one must not decide stay where they are. Which were taken.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`DoorError::Invalid`] for taking over from oneself.
    pub fn take_over(
        &self,
        signed_in: &SignedIn,
        acting: &Acting,
        from: &str,
    ) -> Result<Vec<Id>, DoorError> {
        if from == acting.actor.person().as_str() {
            return Err(DoorError::Invalid("this is your own work already"));
        }
        self.may_see_hits(acting)?;
        let by = By {
            signed_in,
            acting,
            note: None,
            once: None,
        };
        let open = self
            .store
            .read(|tx| tx.claims(&self.tenant, acting.purpose, u32::MAX))
            .map_err(ServiceError::from)?;
        let mut taken = Vec::new();
        for hit in open
            .iter()
            .filter(|hit| hit.person.as_deref() == Some(from))
        {
            match self.claim_hit(by, &hit.hit, hit.version, true) {
                Ok(_) => taken.push(hit.hit),
                // Somebody was first, or must not be decided about by whoever takes over.
                Err(DoorError::Conflict | DoorError::Service(ServiceError::Stale)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    /// Says again and louder what is open about a flight that leaves soon: a task for each step of
    /// three hours, one hour and thirty minutes before departure, once each. Nothing is decided by it.
    /// How many tasks there were.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn escalate(&self) -> Result<u64> {
        let now = self.now();
        let mut tasks = 0;
        // The last step first: whoever comes in late is not told thrice.
        for (level, (before, kind)) in (1..).zip(ESCALATIONS).collect::<Vec<_>>().into_iter().rev()
        {
            let until = now.checked_add(before).unwrap_or(Timestamp::MAX);
            tasks += self.store.write(now, |tx| {
                let due = tx.escalate_due(&self.tenant, until, level, AT_A_TIME)?;
                let mut made = 0;
                for (hit, purpose) in &due {
                    if let Some(purpose) = purpose {
                        self.task(tx, hit, *purpose, kind)?;
                        made += 1;
                    }
                }
                Ok::<u64, StoreError>(made)
            })?;
        }
        Ok(tasks)
    }
}
