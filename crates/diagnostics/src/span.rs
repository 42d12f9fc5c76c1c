//! A place in a message, and a value that remembers its place.

use std::ops::Range;

/// A half-open range of bytes, counted from the first byte of the message it belongs to.
///
/// A message is at most 64 MiB (see `tidewaiter_syntax::limits`), so 32 bits are enough. The
/// message's own offset in its file or stream is 64 bits wide and is added at the edge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset of the byte after the last one; never below `start`.
    pub end: u32,
}

impl Span {
    /// The span `start..end`. An `end` before `start` gives the empty span at `start`.
    #[inline]
    pub const fn new(start: u32, end: u32) -> Self {
        Self {
            start,
            end: if end < start { start } else { end },
        }
    }

    /// The empty span at `at`.
    pub const fn empty(at: u32) -> Self {
        Self { start: at, end: at }
    }

    /// The span of a `usize` range; offsets beyond 32 bits are clamped.
    pub fn from_range(range: Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self::new(clamp(range.start), clamp(range.end))
    }

    /// Length in bytes.
    #[inline]
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The bytes of `message` this span points at; empty when it points outside.
    #[inline]
    pub fn of(self, message: &[u8]) -> &[u8] {
        message
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A value together with the bytes it was read from.
///
/// Two are equal when their values are: where a value stood does not change what it says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sourced<T> {
    /// What was understood.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Sourced<T> {
    /// `value` as read from `span`.
    #[inline]
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with a value made from this one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced {
            value: f(self.value),
            span: self.span,
        }
    }
}

impl<T: PartialEq> PartialEq for Sourced<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Sourced<T> {}

impl<T> std::ops::Deref for Sourced<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_outside_the_message_points_at_nothing() {
        assert_eq!(Span::new(2, 9).of(b"abc"), b"");
        assert_eq!(Span::new(1, 3).of(b"abc"), b"bc");
    }

    #[test]
    fn an_end_before_the_start_is_empty() {
        assert!(Span::new(5, 2).is_empty());
        assert_eq!(Span::new(5, 2).len(), 0);
    }

    #[test]
    fn spans_join() {
        assert_eq!(Span::new(4, 6).to(Span::new(1, 2)), Span::new(1, 6));
    }
}
