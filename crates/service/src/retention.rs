//! The retention run: personal data die on time.

use tidewaiter_mandate::grant::MachineActor;

use crate::{Result, Service};

/// The machine's part that masks and erases, as audit lines name it.
const RETAINER: MachineActor = MachineActor::new("retainer");
/// Masked, erased or dropped in one transaction, so that intake does not wait long for its turn.
const BATCH: u32 = 200;

/// What a retention run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retained {
    /// Records whose masked elements left for the vault.
    pub masked: u64,
    /// Records that were erased, their keys destroyed.
    pub erased: u64,
    /// Messages whose sealed bytes were dropped.
    pub dropped: u64,
}

impl Retained {
    /// Whether nothing was due.
    pub const fn is_nothing(&self) -> bool {
        self.masked == 0 && self.erased == 0 && self.dropped == 0
    }
}

impl Service {
    /// Masks, erases and drops everything whose time is over, and does what a new day brings: selectors
    /// end, and what begins today looks back. Interrupted, it goes on where it was.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn retain(&self) -> Result<Retained> {
        let (store, tenant) = (&self.store, &self.tenant);
        let now = self.now();
        self.begin_day()?;
        // What is to be erased is erased without being masked first.
        let erased = all(|| store.write(now, |tx| tx.erase_due(tenant, &RETAINER, BATCH)))?;
        let masked = all(|| store.write(now, |tx| tx.mask_due(tenant, &RETAINER, BATCH)))?;
        let dropped = all(|| store.write(now, |tx| tx.drop_raw_due(tenant, &RETAINER, BATCH)))?;
        Ok(Retained {
            masked,
            erased,
            dropped,
        })
    }
}

/// Repeats `batch` until it has nothing left to do.
fn all(batch: impl Fn() -> tidewaiter_store::Result<u64>) -> Result<u64> {
    let mut sum = 0;
    loop {
        let count = batch()?;
        if count == 0 {
            return Ok(sum);
        }
        sum += count;
    }
}
