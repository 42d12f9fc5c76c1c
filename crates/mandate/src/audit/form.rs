//! Reads a line in its canonical form, and no other.
//!
//! The form has one way to write each entry, so a reader that accepts exactly that needs neither a
//! JSON parser nor memory: ten million lines are checked in the time of hashing them.

use std::fmt::{self, Write as _};

use jiff::Timestamp;

use super::event::{AuditEvent, AuditResult};
use super::merkle::Hash;

/// Where a line says that it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its number.
    pub(super) seq: u64,
    /// Hash of the line before.
    pub(super) prev: Hash,
}

/// The place of `line`; `None` when it is not an entry in canonical form.
pub(super) fn read(line: &str) -> Option<Place> {
    let mut rest = Rest(line);
    rest.literal("{\"seq\":")?;
    let seq = rest.number()?;
    rest.literal(",\"prev\":\"")?;
    let prev = Hash(rest.digest()?);
    rest.literal(",\"time\":\"")?;
    rest.time()?;
    rest.literal(",\"event\":\"")?;
    AuditEvent::from_word(rest.text()?)?;
    rest.literal(",\"result\":\"")?;
    AuditResult::from_word(rest.text()?)?;
    rest.literal(",\"actor\":\"")?;
    rest.text()?;
    rest.literal(",\"human\":")?;
    rest.literal("true").or_else(|| rest.literal("false"))?;
    for key in [",\"role\":\"", ",\"agency\":\"", ",\"purpose\":\""] {
        rest.literal(key)?;
        rest.text()?;
    }
    for key in [",\"object\":\"", ",\"reason\":\"", ",\"detail\":\""] {
        if rest.literal(key).is_some() {
            rest.digest()?;
        }
    }
    rest.literal(",\"fields\":[")?;
    if rest.literal("]").is_none() {
        loop {
            rest.literal("\"")?;
            rest.text()?;
            if rest.literal(",").is_none() {
                break;
            }
        }
        rest.literal("]")?;
    }
    rest.literal(",\"mandate\":\"")?;
    rest.text()?;
    rest.literal(",\"mandate_hash\":\"")?;
    rest.digest()?;
    rest.literal("}")?;
    rest.0.is_empty().then_some(Place { seq, prev })
}

/// What has not been read yet. A method that fails takes nothing.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn literal(&mut self, literal: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// A number without leading zeros.
    fn number(&mut self) -> Option<u64> {
        let end = self.0.bytes().position(|b| !b.is_ascii_digit())?;
        let (digits, rest) = self.0.split_at(end);
        if digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        self.0 = rest;
        digits.parse().ok()
    }

    /// 64 hexadecimal digits in small letters, and the quotation mark after them.
    fn digest(&mut self) -> Option<[u8; 32]> {
        let (hex, rest) = self.0.split_at_checked(64)?;
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        self.0 = rest.strip_prefix('"')?;
        Some(digest)
    }

    /// An instant as [`Timestamp`] writes it.
    fn time(&mut self) -> Option<()> {
        let (written, rest) = self.0.split_once('"')?;
        let time: Timestamp = written.parse().ok()?;
        let mut same = Same(written);
        write!(same, "{time}").ok()?;
        self.0 = rest;
        same.0.is_empty().then_some(())
    }

    /// A text up to its quotation mark, as it is written: with the escapes JSON needs and no other.
    fn text(&mut self) -> Option<&'a str> {
        let bytes = self.0.as_bytes();
        let mut at = 0;
        loop {
            at += bytes[at..]
                .iter()
                .position(|&b| b < 0x20 || b == b'"' || b == b'\\')?;
            at += match bytes[at..] {
                [b'"', ..] => break,
                [b'\\', b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
                // Control characters that have no letter of their own.
                [b'\\', b'u', b'0', b'0', high @ b'0'..=b'1', low, ..] => {
                    let code = (high - b'0') << 4 | digit(low)?;
                    if matches!(code, 8 | 9 | 10 | 12 | 13) {
                        return None;
                    }
                    6
                }
                _ => return None,
            };
        }
        let (text, rest) = self.0.split_at(at);
        self.0 = rest.strip_prefix('"')?;
        Some(text)
    }
}

const fn digit(hex: u8) -> Option<u8> {
    match hex {
        b'0'..=b'9' => Some(hex - b'0'),
        b'a'..=b'f' => Some(hex - b'a' + 10),
        _ => None,
    }
}

/// Compares what is written to it with a text, and fails at the first difference.
struct Same<'a>(&'a str);

impl fmt::Write for Same<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}
