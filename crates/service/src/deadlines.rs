//! Deadlines: an act that nobody has approved in time is not done, and is not refused either.

use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::review::Event;
use tidewaiter_store::StoreError;

use crate::{Result, Service};

const CLOCK: MachineActor = MachineActor::new("clock");

impl Service {
    /// Steps every hit whose proposed act was not approved within the time that the mandate gives,
    /// by what the mandate says then: no directive, and perhaps that our own people meet the
    /// flight. How many there were.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn step_deadlines(&self) -> Result<u64> {
        let now = self.now();
        Ok(self.store.write(now, |tx| {
            let mut stepped = 0;
            for (hit, purposes, proposed) in tx.proposals(&self.tenant)? {
                let act = hit.hit.proposal().map(|proposal| proposal.act);
                let deadline = act.and_then(|act| self.mandate().deadline(act));
                let Some((term, on_timeout)) = deadline else {
                    continue;
                };
                if now < term.after(proposed) {
                    continue;
                }
                let event = Event::Deadline { on_timeout };
                let step = tx.step(&self.tenant, &CLOCK, &hit.id, hit.version, event, None)?;
                if let Some(purpose) = purposes.iter().next() {
                    self.follow(tx, &hit, purpose, &step.effects)?;
                }
                stepped += 1;
            }
            Ok::<u64, StoreError>(stepped)
        })?)
    }
}
