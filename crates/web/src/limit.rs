//! Rates: so much at once, so much a second, for each of many.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Above so many, those that are full again are forgotten.
const KNOWN_MOST: usize = 10_000;

/// A bucket for each key: `burst` at once, refilled by `per_second`.
#[derive(Debug)]
pub(crate) struct Rate<K> {
    burst: f64,
    per_second: f64,
    buckets: Mutex<HashMap<K, (f64, Instant)>>,
}

impl<K: Eq + Hash> Rate<K> {
    pub(crate) fn new(burst: f64, per_second: f64) -> Self {
        Self {
            burst,
            per_second,
            buckets: Mutex::default(),
        }
    }

    /// Takes one; otherwise after how many seconds there is one again.
    pub(crate) fn take(&self, key: K, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |(level, at): (f64, Instant)| {
            let seconds = now.saturating_duration_since(at).as_secs_f64();
            (level + seconds * self.per_second).min(self.burst)
        };
        if buckets.len() >= KNOWN_MOST {
            buckets.retain(|_, bucket| filled(*bucket) < self.burst);
        }
        let bucket = buckets.entry(key).or_insert((self.burst, now));
        let level = filled(*bucket);
        let enough = level >= 1.0;
        *bucket = (if enough { level - 1.0 } else { level }, now);
        if enough {
            Ok(())
        } else {
            Err(((1.0 - level) / self.per_second).ceil().max(1.0) as u64)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let rate = Rate::new(3.0, 0.5);
        let begin = Instant::now();
        let take =
            |key: &'static str, seconds| rate.take(key, begin + Duration::from_secs(seconds));
        for _ in 0..3 {
            assert_eq!(take("a", 0), Ok(()));
        }
        assert_eq!(take("a", 0), Err(2));
        assert_eq!(take("b", 0), Ok(()));
        assert_eq!(take("a", 1), Err(1));
        assert_eq!(take("a", 2), Ok(()));
        assert_eq!(take("a", 2), Err(2));
    }

    #[test]
    fn what_is_full_again_is_forgotten() {
        let rate = Rate::new(1.0, 1.0);
        let begin = Instant::now();
        for key in 0..KNOWN_MOST {
            rate.take(key, begin).unwrap();
        }
        rate.take(KNOWN_MOST, begin + Duration::from_secs(5))
            .unwrap();
        assert_eq!(rate.buckets.lock().unwrap().len(), 1);
    }
}
