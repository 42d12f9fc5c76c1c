//! Time and fresh identifiers: all that the service takes from its surroundings.

use jiff::Timestamp;
use tidewaiter_store::Id;
use uuid::Uuid;

/// The only things the service takes from its surroundings. The deterministic world of `simulate`
/// gives its own.
pub trait Surroundings: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
    /// An identifier that was never given before.
    fn fresh(&self) -> Id;
}

/// The machine: its clock, and UUIDs of version 7, which grow within a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine;

impl Surroundings for Machine {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn fresh(&self) -> Id {
        Id(Uuid::now_v7().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_a_process_grow() {
        let ids: Vec<Id> = (0..1000).map(|_| Machine.fresh()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
    }
}
