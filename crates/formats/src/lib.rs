//! The outside world to the domain, and back.
//!
//! [`read`] takes one message of [`tidewaiter_syntax::edifact`] and gives a [`Report`]: what it
//! says in the nouns of [`tidewaiter_domain`], and everything that was noticed. It reads by
//! *trigger segments* (NAD, TDT, DOC ...), never by a fixed order, and keeps what it does not
//! understand.
//!
//! # What this crate never does
//!
//! It drops nothing silently and decides nothing: whether a field may be kept is for
//! `tidewaiter-mandate`. It reads no clock; the day on which a message was received is an argument.

mod report;

pub use report::{Content, Report, Status};
