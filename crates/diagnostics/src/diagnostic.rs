//! One thing that was noticed, and what reading returns.

use std::borrow::Cow;
use std::fmt;

use crate::{Code, Severity, Span};

/// Where in the structure of a message a diagnostic points: segment, element, component.
///
/// Numbers are 1-based as in the standards; 0 means "the whole of it".
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct SegmentPath {
    /// Number of the segment in its message, the UNH being 1; 0 for one outside every message.
    pub segment: u32,
    /// Its tag, upper case; zero bytes when it has none.
    pub tag: [u8; 3],
    /// Element (the tag is not counted).
    pub element: u8,
    /// Component within the element.
    pub component: u8,
}

impl SegmentPath {
    /// The whole segment number `segment` with `tag`.
    pub const fn segment(segment: u32, tag: [u8; 3]) -> Self {
        Self {
            segment,
            tag,
            element: 0,
            component: 0,
        }
    }

    /// A component of the same segment.
    pub const fn at(self, element: u8, component: u8) -> Self {
        Self {
            element,
            component,
            ..self
        }
    }
}

impl fmt::Display for SegmentPath {
    /// `NAD #12, element 4, component 1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segment == 0 {
            return f.write_str("message");
        }
        let tag = self
            .tag
            .iter()
            .map(|&b| if b.is_ascii_graphic() { b as char } else { '?' });
        write!(f, "{} #{}", tag.collect::<String>(), self.segment)?;
        if self.element > 0 {
            write!(f, ", element {}", self.element)?;
        }
        if self.component > 0 {
            write!(f, ", component {}", self.component)?;
        }
        Ok(())
    }
}

impl fmt::Debug for SegmentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One thing that was noticed at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind.
    pub code: &'static Code,
    /// How bad it is here; usually the code's own severity.
    pub severity: Severity,
    /// The bytes it is about.
    pub span: Span,
    /// The same place in the structure of the message.
    pub path: SegmentPath,
    /// What is wrong here, in plain words. Never quotes a personal value.
    pub message: Cow<'static, str>,
}

impl Diagnostic {
    /// A diagnostic of `code`'s own severity.
    pub fn new(
        code: &'static Code,
        span: Span,
        path: SegmentPath,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code,
            severity: code.severity,
            span,
            path,
            message: message.into(),
        }
    }
}

/// What reading returns: as much as could be understood, and everything that was noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<T> {
    /// What was understood; `None` only when nothing was usable.
    pub value: Option<T>,
    /// What was noticed, in the order of the bytes.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Reading<T> {
    /// Whether a diagnostic of severity error left something unread or repaired.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_like_the_standard() {
        let path = SegmentPath::segment(12, *b"NAD");
        assert_eq!(path.to_string(), "NAD #12");
        assert_eq!(path.at(4, 1).to_string(), "NAD #12, element 4, component 1");
        assert_eq!(SegmentPath::default().to_string(), "message");
    }
}
