//! Bytes and texts made safe to look at.
//!
//! A message is foreign input. A terminal obeys control characters, and bidirectional overrides
//! make a text read otherwise than it is written; both are shown as escapes.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// `text` with every character escaped that does not show itself.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    if text.chars().all(shows_itself) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        push(&mut out, c);
    }
    Cow::Owned(out)
}

/// The characters of `bytes`, each with the range of bytes it was written with: UTF-8 where it is
/// that, other bytes as `\x` escapes.
pub(crate) fn bytes(bytes: &[u8]) -> Vec<Shown> {
    let mut shown = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let mut text = String::new();
            push(&mut text, c);
            shown.push(Shown {
                start: at,
                end: at + c.len_utf8(),
                text,
            });
            at += c.len_utf8();
        }
        for byte in chunk.invalid() {
            shown.push(Shown {
                start: at,
                end: at + 1,
                text: format!("\\x{byte:02x}"),
            });
            at += 1;
        }
    }
    shown
}

/// One character as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Offset of its first byte.
    pub(crate) start: usize,
    /// Offset behind its last byte.
    pub(crate) end: usize,
    /// How it looks.
    pub(crate) text: String,
}

fn push(out: &mut String, c: char) {
    match c {
        '\r' => out.push_str("\\r"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        c if shows_itself(c) => out.push(c),
        c if (c as u32) < 0x100 => {
            // Writing into a String cannot fail.
            let _ = write!(out, "\\x{:02x}", c as u32);
        }
        c => {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
    }
}

/// Whether `c` takes up room by itself and changes nothing around it. Control characters have no
/// width; format characters (bidirectional marks, joiners, tags) have none or are listed here.
fn shows_itself(c: char) -> bool {
    let steers = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    // Combining marks have no width of their own and belong to the letter before them.
    !steers && !c.is_control() && c.width().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_left_alone() {
        assert!(matches!(text("O'MARREN Åsa 山田"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_steers_a_terminal_or_the_reading_order_is_shown() {
        assert_eq!(text("A\x1b[31mB"), "A\\x1b[31mB");
        assert_eq!(text("A\u{202e}B\u{2066}"), "A\\u{202e}B\\u{2066}");
        assert_eq!(text("A\u{9b}B\u{7f}\r\n"), "A\\x9bB\\x7f\\r\\n");
    }

    #[test]
    fn every_byte_is_shown_once() {
        let input = b"A\xe9\xc3\xa9\x01'";
        let shown = bytes(input);
        assert_eq!(
            shown.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(),
            ["A", "\\xe9", "é", "\\x01", "'"]
        );
        assert_eq!(shown.first().map(|s| s.start), Some(0));
        assert!(shown.windows(2).all(|w| w[0].end == w[1].start));
        assert_eq!(shown.last().map(|s| s.end), Some(input.len()));
    }
}
