//! Whom of a flight a message reaches, found without opening anybody's record.
//!
//! A question about one traveller must not cost what the whole flight costs. What ties a record to
//! others of its flight ([`tidewaiter_picture::ties_of_person`]) never changes, since observations and
//! bookings do not: it is remembered here from when the record was written or read, as hashes under a
//! key that this process has drawn and nobody else knows. Whether a record still counts, and whom it
//! belongs to, is read from the store each time; a record of which nothing is remembered here, written
//! by another process or before this one began, has the whole flight read. A hash that two different
//! things share makes a message reach more records than it need, never fewer.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tidewaiter_store::{Id, Level, Standing};

/// Records remembered at most; then everything is forgotten and read again as it is asked for. About
/// 100 bytes each.
const RECORDS_MOST: usize = 200_000;

/// What ties records to others of their flights, by the record.
#[derive(Default)]
pub(crate) struct Ties {
    key: RandomState,
    known: Mutex<HashMap<Id, Box<[u64]>>>,
}

impl Ties {
    /// Hashes of what ties a record to others.
    pub(crate) fn hashed(&self, ties: &[String]) -> Vec<u64> {
        let mut hashes: Vec<u64> = ties.iter().map(|tie| self.key.hash_one(tie)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }

    /// Remembers what ties a record to others. Nothing is wrong with a record that never comes to be:
    /// its identifier is not used again.
    pub(crate) fn remember(&self, record: Id, ties: &[u64]) {
        let mut known = self.lock();
        if known.len() >= RECORDS_MOST {
            known.clear();
        }
        known.insert(record, ties.into());
    }

    /// Which of a flight's observations and bookings hang together with one of `seeds`, directly or by
    /// way of others or of a traveller; `None` when that cannot be told of one of them.
    pub(crate) fn reach(&self, standings: &[Standing], seeds: &[u64]) -> Option<Vec<Id>> {
        let known = self.lock();
        let mut nodes = Vec::with_capacity(standings.len());
        let mut tied: HashMap<u64, Vec<usize>> = HashMap::new();
        for one in standings.iter().filter(|one| is_told(one)) {
            let owner = one.owner.map(|owner| self.key.hash_one(owner));
            let mut ties = known.get(&one.id)?.to_vec();
            ties.extend(owner);
            for tie in &ties {
                tied.entry(*tie).or_default().push(nodes.len());
            }
            nodes.push((one.id, ties));
        }
        drop(known);
        let mut reached = vec![false; nodes.len()];
        let mut open = seeds.to_vec();
        while let Some(tie) = open.pop() {
            // Each tie leads on once.
            for at in tied.remove(&tie).into_iter().flatten() {
                if !std::mem::replace(&mut reached[at], true) {
                    open.extend_from_slice(&nodes[at].1);
                }
            }
        }
        let all = nodes.into_iter().zip(reached);
        Some(
            all.filter(|(_, is_in)| *is_in)
                .map(|((id, _), _)| id)
                .collect(),
        )
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Box<[u64]>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a record is one that travellers are drawn from, and open.
pub(crate) fn is_told(one: &Standing) -> bool {
    matches!(one.level, Level::Observation | Level::Booking) && !one.is_masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(n: u8, owner: Option<u8>) -> Standing {
        Standing {
            id: Id([n; 16]),
            level: Level::Observation,
            owner: owner.map(|n| Id([n; 16])),
            status: String::new(),
            is_masked: false,
        }
    }

    fn remember(ties: &Ties, n: u8, of: &[&str]) {
        let of: Vec<String> = of.iter().map(|&tie| tie.to_owned()).collect();
        ties.remember(Id([n; 16]), &ties.hashed(&of));
    }

    fn reached(ties: &Ties, standings: &[Standing], seed: &str) -> Option<Vec<u8>> {
        let seeds = ties.hashed(&[seed.to_owned()]);
        let reached = ties.reach(standings, &seeds)?;
        Some(reached.iter().map(|id| id.0[0]).collect())
    }

    #[test]
    fn who_hangs_together_by_way_of_others_or_of_one_traveller_is_reached() {
        let ties = Ties::default();
        remember(&ties, 1, &["a"]);
        remember(&ties, 2, &["a", "b"]);
        remember(&ties, 3, &["b"]);
        remember(&ties, 4, &["c"]);
        remember(&ties, 5, &["d"]);
        let mut all: Vec<Standing> = (1..=5).map(|n| standing(n, None)).collect();
        assert_eq!(reached(&ties, &all, "a"), Some(vec![1, 2, 3]));
        assert_eq!(reached(&ties, &all, "e"), Some(vec![]));
        // Whoever was drawn into one traveller may be drawn apart again.
        all[2].owner = Some(Id([9; 16]));
        all[3].owner = Some(Id([9; 16]));
        assert_eq!(reached(&ties, &all, "a"), Some(vec![1, 2, 3, 4]));
    }

    #[test]
    fn a_record_of_which_nothing_is_known_counts_until_it_is_masked() {
        let ties = Ties::default();
        remember(&ties, 1, &["a"]);
        let mut all = vec![standing(1, None), standing(2, None)];
        assert_eq!(reached(&ties, &all, "a"), None);
        all[1].is_masked = true;
        assert_eq!(reached(&ties, &all, "a"), Some(vec![1]));
        all[1] = Standing {
            level: Level::Traveller,
            ..standing(2, None)
        };
        assert_eq!(reached(&ties, &all, "a"), Some(vec![1]));
    }
}
