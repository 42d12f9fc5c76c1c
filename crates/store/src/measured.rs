//! What protection costs: the time spent on seals, keys and the audit log, for benches.
//!
//! Only the feature `measured`, which no release is built with, reads a clock here; without it a span is
//! nothing. Nothing can be left out to measure the rest: the store has no way to write without them.

/// Counts the time until it is dropped, unless a span around it does.
pub(crate) struct Span;

#[cfg(feature = "measured")]
mod clock {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    static SPENT: AtomicU64 = AtomicU64::new(0);

    thread_local! {
        static OUTER: Cell<(u32, Option<Instant>)> = const { Cell::new((0, None)) };
    }

    impl super::Span {
        pub(crate) fn begin() -> Self {
            OUTER.with(|outer| match outer.get() {
                (0, _) => outer.set((1, Some(Instant::now()))),
                (depth, began) => outer.set((depth + 1, began)),
            });
            Self
        }
    }

    impl Drop for super::Span {
        fn drop(&mut self) {
            OUTER.with(|outer| {
                let (depth, began) = outer.get();
                outer.set((depth - 1, began));
                if let (1, Some(began)) = (depth, began) {
                    let nanoseconds = u64::try_from(began.elapsed().as_nanos());
                    SPENT.fetch_add(nanoseconds.unwrap_or(u64::MAX), Ordering::Relaxed);
                }
            });
        }
    }

    /// The time spent on seals, keys and the audit log since the process began, by all threads.
    pub fn protection_cost() -> Duration {
        Duration::from_nanos(SPENT.load(Ordering::Relaxed))
    }
}

#[cfg(feature = "measured")]
pub use clock::protection_cost;

#[cfg(not(feature = "measured"))]
impl Span {
    pub(crate) const fn begin() -> Self {
        Self
    }
}
