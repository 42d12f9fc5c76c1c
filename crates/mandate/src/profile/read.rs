//! Reading the text of a profile.

use tidewaiter_diagnostics::{Diagnostic, Reading, SegmentPath, Span, codes};

use super::Profile;

/// A place in a text file, for people: both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Place {
    /// Where `span` starts in `text`.
    pub fn of(span: Span, text: &str) -> Self {
        let mut at = (span.start as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
        Self {
            line: count(before.matches('\n').count()),
            column: count(before[line_start..].chars().count()),
        }
    }
}

/// Reads the text of a profile.
///
/// There is no half-understood mandate: the value is there only without diagnostics. What the
/// profile says is not yet checked; that is [`crate::lint`].
pub fn read(text: &str) -> Reading<Profile> {
    match toml::from_str(text) {
        Ok(profile) => Reading {
            value: Some(profile),
            diagnostics: Vec::new(),
        },
        Err(error) => {
            let span = error.span().map_or_else(Span::default, Span::from_range);
            let message = error.message().to_owned();
            let unknown =
                message.starts_with("unknown field") || message.starts_with("unknown variant");
            let code = if unknown {
                &codes::mandate::UNKNOWN_KEY
            } else {
                &codes::mandate::SYNTAX
            };
            Reading {
                value: None,
                diagnostics: vec![Diagnostic::new(code, span, SegmentPath::default(), message)],
            }
        }
    }
}
