//! Versions of a list: what makes two the same, how they differ, and whether a new one may replace
//! the one in force without asking.
//!
//! Everything here is pure; the folder of versions, the roll-back and the clock belong to the store.
//! A version is addressed by its content ([`address`]): the same statements in another order, with
//! other white space or other update stamps have the same address.

mod canonical;
mod diff;
mod guard;

pub use canonical::{ContentHash, address, canonical, subject_address};
pub use diff::{Change, ListDiff, diff};
pub use guard::{ChangeLimits, Concern, SourceReceipt, concerns};
