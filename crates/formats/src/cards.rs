//! Payment card numbers: found, reduced, and gone.
//!
//! A number is reduced to its last four digits and a keyed token the moment it is read; nothing
//! behind this module sees it. In free text a number is told by its length and its check digit
//! (ISO/IEC 7812-1: 13 to 19 digits, Luhn), and masked.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tidewaiter_domain::{CardToken, Text};

/// Digits of a card number (ISO/IEC 7812-1), from and to.
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Longest number a ticket has: 13 digits and a check digit.
pub(crate) const TICKET_DIGITS_MAX: usize = 14;

/// The secret under which card numbers become tokens.
#[derive(Clone)]
pub struct CardKey([u8; 32]);

impl CardKey {
    /// A key of 32 secret bytes.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The token of a number given as its digits.
    pub(crate) fn token(&self, digits: &[u8]) -> Option<CardToken> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(digits);
        let digest = mac.finalize().into_bytes();
        let mut token = [0; 16];
        token.copy_from_slice(digest.get(..16)?);
        Some(CardToken(token))
    }
}

impl fmt::Debug for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardKey(secret)")
    }
}

/// An account field reduced.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reduced {
    /// The last digits, at most four.
    pub(crate) last4: Option<Text>,
    /// The token, when the whole number was there and a key was given.
    pub(crate) token: Option<CardToken>,
    /// Whether the whole number was there.
    pub(crate) clear: bool,
}

/// Reduces the account of a payment by card, masked by the sender (`XXXXXXXXXXXX4242`) or not.
///
/// In an account field every run of enough digits is a card number, whatever its check digit.
pub(crate) fn reduce(account: &str, key: Option<&CardKey>) -> Reduced {
    let digits: Vec<u8> = account.bytes().filter(u8::is_ascii_digit).collect();
    let masked = account
        .bytes()
        .any(|b| matches!(b, b'X' | b'x' | b'*' | b'#'));
    let clear = !masked && digits.len() > 11;
    // What follows the last masking character is all that may be known of a masked number.
    let tail: String = account
        .bytes()
        .rev()
        .filter(|b| !matches!(b, b' ' | b'-'))
        .take_while(u8::is_ascii_digit)
        .take(4)
        .map(char::from)
        .collect();
    let last4: Text = tail.chars().rev().collect();
    Reduced {
        last4: (!last4.is_empty()).then_some(last4),
        token: key.filter(|_| clear).and_then(|key| key.token(&digits)),
        clear,
    }
}

/// `text` with every card number masked but for its last four digits.
///
/// Whoever shows bytes of a booking (an excerpt beside a diagnostic, a raw view) passes them
/// through here first.
pub fn mask(text: &str) -> Cow<'_, str> {
    mask_longer_than(text, 0)
}

/// Like [`mask`], for a text in which numbers of up to `digits` digits are something else.
pub(crate) fn mask_longer_than(text: &str, digits: usize) -> Cow<'_, str> {
    let mut masked: Option<Vec<u8>> = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(region) = next_region(bytes, at) {
        at = region.end;
        for number in numbers(bytes, region) {
            let length = bytes[number.clone()]
                .iter()
                .filter(|b| b.is_ascii_digit())
                .count();
            if length <= digits {
                continue;
            }
            let copy = masked.get_or_insert_with(|| bytes.to_vec());
            let hidden = copy[number]
                .iter_mut()
                .filter(|b| b.is_ascii_digit() || **b == b'X');
            for byte in hidden.take(length - 4) {
                *byte = b'X';
            }
        }
    }
    // Only ASCII digits were replaced, by another ASCII character.
    match masked.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(masked) => Cow::Owned(masked),
        None => Cow::Borrowed(text),
    }
}

/// The next stretch of digits with single separators between them that is long enough to hold a
/// number.
fn next_region(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    const STRIDE: usize = 11;
    let part = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    // A number spans 13 bytes or more and has a digit in every two of them, so one of the bytes
    // looked at here, or its neighbour, is a digit of it.
    let mut probe = from;
    while probe < bytes.len() {
        if !part(probe) && !part(probe + 1) {
            probe += STRIDE;
            continue;
        }
        let mut start = if part(probe) { probe } else { probe + 1 };
        let mut end = start + 1;
        loop {
            if start > from && part(start - 1) {
                start -= 1;
            } else if start > from + 1 && is_separator(bytes[start - 1]) && part(start - 2) {
                start -= 2;
            } else {
                break;
            }
        }
        loop {
            if part(end) {
                end += 1;
            } else if bytes.get(end).is_some_and(|b| is_separator(*b)) && part(end + 1) {
                end += 2;
            } else {
                break;
            }
        }
        if end - start >= *DIGITS.start() {
            return Some(start..end);
        }
        probe = end.max(probe + 1);
    }
    None
}

const fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'/')
}

/// The card numbers in a stretch of digits and separators.
fn numbers(bytes: &[u8], region: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut at = region.start;
    while at < region.end {
        let end = (at..region.end)
            .find(|i| !bytes[*i].is_ascii_digit())
            .unwrap_or(region.end);
        groups.push(at..end);
        at = end + 1;
    }
    let mut first = 0;
    while first < groups.len() {
        let group = groups[first].clone();
        if let Some(number) = number_in_run(&bytes[group.clone()]) {
            found.push(group.start + number.start..group.start + number.end);
            first += 1;
            continue;
        }
        // Groups as they are printed on a card: each short, together as long as their issuer's.
        let mut digits: Vec<u8> = Vec::new();
        let mut whole = None;
        for (i, next) in groups.iter().enumerate().skip(first) {
            digits.extend_from_slice(&bytes[next.clone()]);
            if digits.len() > *DIGITS.end() || next.len() < 2 {
                break;
            }
            if i > first && issuer_length(&digits) == Some(digits.len()) && luhn(&digits) {
                whole = Some(i);
                break;
            }
        }
        match whole {
            Some(last) => {
                found.push(group.start..groups[last].end);
                first = last + 1;
            }
            None => first += 1,
        }
    }
    found
}

/// The number in an unbroken run of digits: the run itself, or one that something else is glued to.
fn number_in_run(run: &[u8]) -> Option<Range<usize>> {
    if run.len() < *DIGITS.start() {
        return None;
    }
    if DIGITS.contains(&run.len()) && run[0] != b'0' && luhn(run) {
        return Some(0..run.len());
    }
    (0..=run.len() - *DIGITS.start()).find_map(|start| {
        let length = issuer_length(&run[start..])?;
        let number = run.get(start..start + length)?;
        luhn(number).then_some(start..start + length)
    })
}

/// How many digits a number that begins like this has; `None` for issuers that do not say.
fn issuer_length(digits: &[u8]) -> Option<usize> {
    match digits {
        [b'4', ..] | [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] | [b'6', ..] => Some(16),
        [b'3', b'5', ..] => Some(16),
        [b'3', b'4' | b'7', ..] => Some(15),
        [b'3', b'0' | b'6' | b'8' | b'9', ..] => Some(14),
        _ => None,
    }
}

/// Whether the check digit is right (ISO/IEC 7812-1 annex B).
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| {
            let n = u32::from(digit - b'0');
            match i % 2 {
                0 => n,
                _ if n > 4 => n * 2 - 9,
                _ => n * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn d45_numbers_in_texts_are_masked_and_other_digits_stay() {
        for (text, masked) in [
            ("CCVI4111111111111111/D1225", "CCVIXXXXXXXXXXXX1111/D1225"),
            ("FP CC 4111 1111 1111 1111 X", "FP CC XXXX XXXX XXXX 1111 X"),
            ("5500-0000-0000-0004", "XXXX-XXXX-XXXX-0004"),
            ("AX378282246310005", "AXXXXXXXXXXXX0005"),
            ("3782 822463 10005", "XXXX XXXXXX X0005"),
            ("41111111111111111225", "XXXXXXXXXXXX11111225"),
            ("AM 045 81 8396 0000/NAME", "AM 045 81 8396 0000/NAME"),
            ("XXXXXXXXXXXX4242", "XXXXXXXXXXXX4242"),
            (
                "27MAY 1 SINICN LK1 1430 2205",
                "27MAY 1 SINICN LK1 1430 2205",
            ),
            ("0000000000000", "0000000000000"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn a_ticket_number_is_not_masked_where_tickets_stand() {
        // Thirteen digits with a right check digit by chance.
        assert_eq!(
            mask_longer_than("4222222222222C2", TICKET_DIGITS_MAX),
            "4222222222222C2"
        );
        assert_eq!(mask("4222222222222C2"), "XXXXXXXXX2222C2");
    }

    #[test]
    fn d45_accounts_are_reduced_masked_or_not() {
        let key = CardKey::new([7; 32]);
        let clear = reduce("4111111111111111", Some(&key));
        assert_eq!(clear.last4.as_deref(), Some("1111"));
        assert!(clear.clear && clear.token.is_some());
        assert_eq!(clear, reduce("4111 1111 1111 1111", Some(&key)));
        assert_ne!(
            clear.token,
            reduce("4111111111111111", Some(&CardKey::new([8; 32]))).token
        );
        for (masked, last4) in [
            ("XXXXXXXXXXXX7236", "7236"),
            ("372395XXXXX9581", "9581"),
            ("XXXXXXXX118", "118"),
        ] {
            let reduced = reduce(masked, Some(&key));
            assert_eq!(reduced.last4.as_deref(), Some(last4));
            assert_eq!((reduced.token, reduced.clear), (None, false));
        }
        assert_eq!(reduce("", Some(&key)), Reduced::default());
    }

    #[test]
    fn a_key_does_not_print_itself() {
        assert_eq!(format!("{:?}", CardKey::new([7; 32])), "CardKey(secret)");
    }

    /// Numbers with a right check digit.
    fn numbers_of(length: Range<usize>) -> impl Strategy<Value = String> {
        prop::collection::vec(0u8..10, length).prop_map(|mut digits| {
            digits[0] = digits[0].max(1);
            let last = digits.len();
            digits.push(0);
            let text = |digits: &[u8]| digits.iter().map(|d| d + b'0').collect::<Vec<_>>();
            while !luhn(&text(&digits)) {
                digits[last] += 1;
            }
            String::from_utf8(text(&digits)).unwrap()
        })
    }

    proptest! {
        #[test]
        fn no_number_survives_in_any_text(
            number in numbers_of(12..19), before in "[A-Z /]{0,40}", after in "[A-Z /]{0,40}"
        ) {
            let text = format!("{before}{number}{after}");
            let masked = mask(&text);
            prop_assert!(!masked.contains(&number));
            prop_assert_eq!(masked.len(), text.len());
            prop_assert!(masked.contains(&number[number.len() - 4..]));
        }

        #[test]
        fn masking_never_panics_and_is_done_once(text in "\\PC{0,80}", digits in "[0-9 -]{0,60}") {
            for text in [&text, &digits] {
                let once = mask(text).into_owned();
                prop_assert_eq!(mask(&once).chars().count(), text.chars().count());
                reduce(text, None);
            }
        }
    }
}
