//! A clock and a source of identifiers that a seed decides, and that may fail.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tidewaiter_service::{Id, Surroundings};

/// The process dies here: what a panic carries when a crash was planned.
pub(crate) struct Crash;

/// Something that another does while the service is at work.
type Meanwhile = Box<dyn FnOnce() + Send>;

/// A clock that stands still unless it is moved, identifiers that are counted, a crash that strikes at
/// a chosen call, and something that another does at one. It outlives the service, as the world
/// outlives a process.
pub(crate) struct Virtual(Mutex<Inside>);

struct Inside {
    now: Timestamp,
    minted: u64,
    /// Calls until the process dies.
    crash_in: Option<u32>,
    /// Questions for the time until it happens, and what.
    meanwhile: Option<(u32, Meanwhile)>,
}

impl Virtual {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self(Mutex::new(Inside {
            now,
            minted: 0,
            crash_in: None,
            meanwhile: None,
        }))
    }

    /// Lets the process die at the call after `calls` more.
    pub(crate) fn crash_after(&self, calls: u32) {
        self.with(|inside| inside.crash_in = Some(calls));
    }

    /// Lets `work` happen when the time is asked for after so many times more. The service asks for the
    /// time outside of transactions, after it has taken up what it works with.
    pub(crate) fn meanwhile(&self, times: u32, work: impl FnOnce() + Send + 'static) {
        self.with(|inside| inside.meanwhile = Some((times, Box::new(work))));
    }

    /// Nothing happens any more.
    pub(crate) fn calm(&self) {
        self.with(|inside| {
            inside.crash_in = None;
            inside.meanwhile = None;
        });
    }

    /// Moves the clock, backwards too.
    pub(crate) fn step(&self, by: SignedDuration) {
        self.with(|inside| inside.now += by);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inside) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a call; the planned one does not return.
    fn call<T>(&self, work: impl FnOnce(&mut Inside) -> T) -> T {
        let value = self.with(|inside| match &mut inside.crash_in {
            Some(0) => {
                inside.crash_in = None;
                None
            }
            Some(calls) => {
                *calls -= 1;
                Some(work(inside))
            }
            None => Some(work(inside)),
        });
        // Without the hook of panics: this one is planned.
        value.unwrap_or_else(|| std::panic::resume_unwind(Box::new(Crash)))
    }
}

impl Surroundings for Virtual {
    fn now(&self) -> Timestamp {
        let due = self.with(|inside| match &mut inside.meanwhile {
            Some((0, _)) => inside.meanwhile.take(),
            Some((times, _)) => {
                *times -= 1;
                None
            }
            None => None,
        });
        if let Some((_, work)) = due {
            work();
        }
        self.call(|inside| inside.now)
    }

    fn fresh(&self) -> Id {
        self.call(|inside| {
            inside.minted += 1;
            let mut bytes = [0; 16];
            bytes[..6].copy_from_slice(&inside.now.as_millisecond().to_be_bytes()[2..]);
            bytes[6] = 0x70;
            bytes[8..].copy_from_slice(&inside.minted.to_be_bytes());
            bytes[8] |= 0x80;
            Id(bytes)
        })
    }
}
