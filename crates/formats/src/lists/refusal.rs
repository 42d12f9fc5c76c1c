//! Why a file was not read as a list.

use std::fmt;

use tidewaiter_diagnostics::{Code, Diagnostic, SegmentPath, Span};

/// A file that must not become a list: what is wrong, where, and what to do.
///
/// A list that is read by half would clear the people of its other half, so a broken file is
/// refused as a whole and the version in force stays in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, and where.
    pub diagnostic: Diagnostic,
}

impl Refusal {
    /// A refusal because of `code` at `span`.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self::within(code, span, SegmentPath::default(), message)
    }

    /// A refusal that also names the row or entry.
    pub(super) fn within(
        code: &'static Code,
        span: Span,
        path: SegmentPath,
        message: impl Into<String>,
    ) -> Self {
        Self {
            diagnostic: Diagnostic::new(code, span, path, message.into()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at byte {}: {}",
            self.diagnostic.code.slug, self.diagnostic.span.start, self.diagnostic.message
        )
    }
}

impl std::error::Error for Refusal {}

/// The path of row number `number` (1-based) of a table.
pub(super) const fn row(number: u32) -> SegmentPath {
    SegmentPath::segment(number, *b"row")
}

/// The path of entry number `number` (1-based) of a list.
pub(super) const fn entry(number: u32) -> SegmentPath {
    SegmentPath::segment(number, *b"ent")
}
