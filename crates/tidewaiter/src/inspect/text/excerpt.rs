//! The faulty bytes among their neighbours, underlined.

use crate::inspect::escape;
use tidewaiter_diagnostics::Span;

use super::table::width;

/// Bytes shown before and after the faulty ones.
const CONTEXT_BYTES: usize = 24;

/// Two lines: the bytes, and a line of carets under the faulty ones.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) bytes: String,
    pub(super) carets: String,
}

/// The bytes of `message` around `span`, at most `limit` columns wide; `None` where there are none.
///
/// An empty span is shown by one caret at its place. Faulty bytes that do not fit are cut off and
/// their number is said.
pub(super) fn excerpt(message: &[u8], span: Span, limit: usize) -> Option<Excerpt> {
    let start = (span.start as usize).min(message.len());
    let end = (span.end as usize).min(message.len());
    let from = boundary(message, start.saturating_sub(CONTEXT_BYTES));
    let to = boundary(
        message,
        end.saturating_add(CONTEXT_BYTES).min(message.len()),
    );
    // One character takes at most twelve bytes' room; a long span is not rendered whole.
    let to = to
        .min(boundary(message, start.saturating_add(limit)).max(start))
        .max(from);
    let shown = escape::bytes(message.get(from..to)?);
    if shown.is_empty() {
        return None;
    }
    let mut bytes = String::from(if from > 0 { "…" } else { "" });
    let mut column = width(&bytes);
    let (mut first, mut last) = (None, 0);
    let mut cut = to < end;
    let mut reached = from;
    for part in &shown {
        let part_width = width(&part.text);
        if column + part_width + 1 > limit {
            cut = reached < end;
            break;
        }
        if from + part.end > start && from + part.start < end.max(start + 1) {
            first.get_or_insert(column);
            last = column + part_width.max(1);
        }
        bytes.push_str(&part.text);
        column += part_width;
        reached = from + part.end;
    }
    if reached < message.len() {
        bytes.push('…');
    }
    let first = first.unwrap_or(column);
    let last = if start == end {
        first + 1
    } else {
        last.max(first + 1)
    };
    let mut carets = " ".repeat(first) + &"^".repeat(last - first);
    if cut {
        carets.push_str(&format!(" and {} bytes more", end - reached));
    }
    Some(Excerpt { bytes, carets })
}

/// `at`, moved back to where a UTF-8 character begins.
fn boundary(message: &[u8], at: usize) -> usize {
    let mut at = at;
    for _ in 0..3 {
        match message.get(at) {
            Some(byte) if byte & 0xc0 == 0x80 && at > 0 => at -= 1,
            _ => break,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(message: &[u8], span: Span, limit: usize) -> (String, String) {
        let excerpt = excerpt(message, span, limit).unwrap();
        (excerpt.bytes, excerpt.carets)
    }

    #[test]
    fn the_faulty_bytes_are_underlined() {
        let message = b"BGM+745'CNT+42:136'UNT+4+1'";
        let (bytes, carets) = shown(message, Span::new(8, 18), 100);
        assert_eq!(bytes, "BGM+745'CNT+42:136'UNT+4+1'");
        assert_eq!(carets, "        ^^^^^^^^^^");
    }

    #[test]
    fn far_neighbours_are_left_out() {
        let message = [&b"A".repeat(50)[..], b"X", &b"B".repeat(50)].concat();
        let (bytes, carets) = shown(&message, Span::new(50, 51), 100);
        assert_eq!(bytes, format!("…{}X{}…", "A".repeat(24), "B".repeat(24)));
        assert_eq!(carets, format!("{}^", " ".repeat(25)));
    }

    #[test]
    fn escapes_and_wide_letters_keep_the_carets_in_place() {
        let message = "a\x01山b".as_bytes();
        let (bytes, carets) = shown(message, Span::new(5, 6), 100);
        assert_eq!(bytes, "a\\x01山b");
        assert_eq!(carets, "       ^");
    }

    #[test]
    fn an_empty_span_has_one_caret() {
        assert_eq!(
            shown(b"abc", Span::empty(1), 100),
            ("abc".into(), " ^".into())
        );
        assert_eq!(
            shown(b"abc", Span::empty(3), 100),
            ("abc".into(), "   ^".into())
        );
        assert_eq!(excerpt(b"", Span::empty(0), 100), None);
    }

    #[test]
    fn a_long_span_says_what_it_leaves_out() {
        let (bytes, carets) = shown(&b"x".repeat(1000), Span::new(0, 1000), 41);
        assert_eq!(bytes, format!("{}…", "x".repeat(40)));
        assert_eq!(carets, format!("{} and 960 bytes more", "^".repeat(40)));
    }
}
