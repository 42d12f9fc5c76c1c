//! How every floor points into the bytes it read.
//!
//! A [`Span`] is a place in one message. A [`Diagnostic`] is one thing that was noticed there:
//! *what* ([`Code`]), *how bad* ([`Severity`]), *where* ([`Span`] and [`SegmentPath`]) and *what to
//! do* (the help of the code). Reading never returns only an error: it returns a value and its
//! diagnostics, together a [`Reading`].
//!
//! Every code has a page in `docs/errors/`; a test proves that each code has one and that no page
//! is left over.
//!
//! # What this crate never does
//!
//! It knows no message type, no traveller, no file. A diagnostic's message never quotes a personal
//! value (a name, a document number, a birth date): it may travel to logs and statistics. Whoever
//! is entitled to see the value sees it through the span.

mod code;
mod diagnostic;
mod span;

pub mod codes;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Reading, SegmentPath};
pub use span::{Sourced, Span};
