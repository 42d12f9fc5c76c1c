//! Admitted travellers, bookings and consignments against what an administration watches for.
//!
//! A [`Watchlist`] is everything somebody is screened against, immutable and content-addressed. A
//! [`Screener`] holds one statement after the other against it, for one purpose of one mandate, and
//! gives [`Finding`]s: which entry, how much the evidence weighs and why, what the entry orders, and
//! what that means on this journey ([`Effect`]). Every finding carries its [`Context`]: the hashes of
//! all that it depends on, so that [`replay`] can show that it would be found again, bit for bit.
//! [`keys`] makes the look-back keys by which a new entry finds who is already held; [`flood`] shows
//! one entry that meets hundreds as one thing, without dropping any.
//!
//! # What this crate never does
//!
//! It does no I/O, reads no clock and draws no random number: the time of a screening is an argument.
//! It decides nothing: a finding is for a person to review. It sees nothing that was not admitted for
//! the purpose, and no list that does not serve it.

mod canon;
mod context;
mod effect;
mod evidence;
mod exemption;
mod finding;
pub mod flood;
mod journey;
pub mod keys;
mod linked;
mod manual;
mod policy;
mod query_only;
mod replay;
mod screen;
mod selector;
mod statement;
mod watchlist;

pub use canon::{Digest, Malformed};
pub use context::{BY_HAND, Context, ENGINE};
pub use effect::{Ban, Effect};
pub use evidence::{Evidence, Reasons, Without};
pub use exemption::Exemption;
pub use finding::{Cause, CauseKind, Finding, Origin};
pub use journey::{Direction, Journey};
pub use linked::Filled;
pub use manual::Raised;
pub use query_only::{Answer, answers_digest};
pub use replay::{Difference, NotReplayed, Replay, replay};
pub use screen::{Inputs, NotScreened, Screener, Who};
pub use selector::{Selector, SelectorKind};
pub use statement::{BookingStatement, ConsignmentStatement, People, Statement};
pub use watchlist::{Documents, ListVersion, Watchlist, WatchlistId};
