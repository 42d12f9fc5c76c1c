//! The separators of an interchange: the service string advice (UNA), or what stands in for it.

use memchr::memmem;
use tidewaiter_diagnostics::{Code, codes::syntax as code};

use crate::limits::ADVICE_BYTES_MAX;

/// The characters that separate the parts of an interchange (ISO 9735 UNA).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Separators {
    /// Between components; `:` unless told otherwise.
    pub component: u8,
    /// Between elements; `+`.
    pub element: u8,
    /// Decimal mark; `.`.
    pub decimal: u8,
    /// Makes the next character literal; `?`. `None` when the sender uses none.
    pub release: Option<u8>,
    /// Between repetitions of an element; only from syntax version 4 on, and never in IATA
    /// practice, where `*` stands in free text.
    pub repetition: Option<u8>,
    /// Ends a segment; `'`.
    pub terminator: u8,
}

impl Separators {
    /// What holds without a UNA.
    pub const DEFAULT: Self = Self {
        component: b':',
        element: b'+',
        decimal: b'.',
        release: Some(b'?'),
        repetition: None,
        terminator: b'\'',
    };

    /// Whether no two of the working characters are the same and none is a letter, digit or space.
    fn are_usable(&self) -> bool {
        let Self {
            component,
            element,
            release,
            terminator,
            ..
        } = *self;
        let release = release.unwrap_or(0);
        let all = [component, element, terminator, release];
        let distinct = all
            .iter()
            .enumerate()
            .all(|(i, a)| all.iter().skip(i + 1).all(|b| a != b));
        distinct && all.iter().all(|&b| b == 0 || b.is_ascii_punctuation())
    }
}

/// Where an interchange begins, and with which separators.
pub(super) struct Opening {
    /// The separators. Repetition is what UNA says; whether it holds depends on UNB.
    pub(super) separators: Separators,
    /// Offset of the first byte after UNA and the white space that follows it: of UNB or UNH.
    pub(super) first_segment: usize,
    /// What was odd about the advice: code and words.
    pub(super) remark: Option<(&'static Code, &'static str)>,
}

/// Reads the advice at `start`, where UNA, UNB or UNH begins. `None` when `bytes` end too early to
/// tell.
pub(super) fn open(bytes: &[u8], start: usize) -> Option<Opening> {
    let rest = bytes.get(start..)?;
    if !rest.starts_with(b"UNA") {
        let element = *rest.get(3)?;
        let separators = infer(rest, None, element)?;
        let remark = (separators != Separators::DEFAULT).then_some((
            &code::UNA_REPAIRED,
            "without a UNA the standard separators hold, but the message uses others; they were \
             inferred",
        ));
        return Some(Opening {
            separators,
            first_segment: start,
            remark,
        });
    }
    let advice = rest.get(3..9)?;
    let after = skip_space(rest, 9);
    let next = rest.get(after..after + 4);
    let exact = Separators {
        component: advice[0],
        element: advice[1],
        decimal: advice[2],
        release: (advice[3] != b' ').then_some(advice[3]),
        repetition: (advice[4] != b' ').then_some(advice[4]),
        terminator: advice[5],
    };
    if exact.are_usable() && next.is_some_and(|n| is_header(n, exact.element)) {
        return Some(Opening {
            separators: exact,
            first_segment: start + after,
            remark: None,
        });
    }
    // Not nine bytes, or not usable: find UNB and see what really separates.
    let near = rest.get(..ADVICE_BYTES_MAX.min(rest.len()))?;
    let found = memmem::find_iter(near, b"UN").find(|&i| {
        i >= 5
            && near
                .get(i..i + 4)
                .is_some_and(|n| matches!(n[2], b'B' | b'H') && !n[3].is_ascii_alphanumeric())
    });
    let Some(header) = found else {
        if rest.len() < ADVICE_BYTES_MAX {
            return None;
        }
        return Some(Opening {
            separators: Separators::DEFAULT,
            first_segment: start + after,
            remark: Some((
                &code::INVALID_UNA,
                "the service string advice is not followed by UNB; the standard separators were \
                 used",
            )),
        });
    };
    let written = near.get(3..header)?;
    let element = *near.get(header + 3)?;
    let separators = infer(&rest[header..], Some(written), element)?;
    Some(Opening {
        separators,
        first_segment: start + header,
        remark: Some((
            &code::UNA_REPAIRED,
            "the service string advice is not six usable bytes; its characters were taken from \
             the message",
        )),
    })
}

/// The separators that the segments at the start of `bytes` really use. `None` when `bytes` end
/// before the second segment shows its terminator.
fn infer(bytes: &[u8], written: Option<&[u8]>, element: u8) -> Option<Separators> {
    let mut separators = Separators {
        element,
        ..Separators::DEFAULT
    };
    if let Some(written) = written {
        if let Some(&component) = written.first().filter(|b| b.is_ascii_punctuation()) {
            separators.component = component;
        }
        // A short advice leaves out the decimal mark; the release character is the one of the
        // usual two that is there.
        separators.release = written.iter().copied().find(|b| matches!(b, b'?' | b'\\'));
    }
    if element == separators.component {
        separators.component = if element == b'+' { b':' } else { b'+' };
    }
    // The terminator stands before the tag of the second segment.
    let second = memmem::find_iter(bytes.get(3..)?, b"UN")
        .map(|i| i + 3)
        .find(|&i| {
            bytes
                .get(i..i + 4)
                .is_some_and(|n| matches!(n[2], b'H' | b'G' | b'T' | b'Z') && n[3] == element)
        });
    let second = match second {
        Some(second) => second,
        None if bytes.starts_with(b"UNH") => {
            // A message alone: its own end is far, so the standard terminator is tried.
            return Some(separators);
        }
        None if bytes.len() < 512 => return None,
        None => return Some(separators),
    };
    let before = bytes.get(..second)?.trim_ascii_end().last().copied()?;
    if before.is_ascii_punctuation() && before != element && before != separators.component {
        separators.terminator = before;
    }
    Some(separators)
}

/// Whether `four` begins a header segment with `element` as its separator.
fn is_header(four: &[u8], element: u8) -> bool {
    matches!(four, [b'U', b'N', b'B' | b'H', next] if *next == element)
}

/// Offset of the first byte from `at` on that is no white space.
pub(super) fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|b| b.is_ascii_whitespace() || **b == 0)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separators(text: &str) -> (Separators, bool) {
        let opening = open(text.as_bytes(), 0).expect("enough bytes");
        assert_eq!(&text.as_bytes()[opening.first_segment..][..3], b"UNB");
        (opening.separators, opening.remark.is_some())
    }

    #[test]
    fn every_advice_seen_in_the_field_is_understood() {
        let body = |e: char, t: char| format!("UNB{e}UNOA:4{e}A{e}B{t}UNH{e}1{t}");
        for (advice, element, release, terminator) in [
            ("UNA:+.? '", '+', Some(b'?'), '\''),
            ("UNA:+.?*'", '+', Some(b'?'), '\''),
            ("UNA:*.? #", '*', Some(b'?'), '#'),
            ("UNA:*.? $\r\n", '*', Some(b'?'), '$'),
            ("UNA:-.? '", '-', Some(b'?'), '\''),
            ("UNA:-.? *", '-', Some(b'?'), '*'),
            ("UNA:(.) -", '(', Some(b')'), '-'),
            ("UNA:+.\\*'", '+', Some(b'\\'), '\''),
            ("UNA:+.  '", '+', None, '\''),
        ] {
            let (found, odd) = separators(&format!("{advice}{}", body(element, terminator)));
            assert_eq!(found.element, element as u8, "{advice}");
            assert_eq!(found.release, release, "{advice}");
            assert_eq!(found.terminator, terminator as u8, "{advice}");
            assert!(!odd, "{advice}");
        }
    }

    #[test]
    fn a_short_advice_is_repaired_from_the_message() {
        let (found, odd) = separators("UNA:+\\*'\nUNB+IATA:1+A+B'\nUNH+1'");
        assert_eq!((found.element, found.terminator), (b'+', b'\''));
        assert_eq!(found.release, Some(b'\\'));
        assert!(odd);
    }

    #[test]
    fn a_typographic_terminator_in_the_advice_gives_way_to_the_real_one() {
        let (found, odd) = separators("UNA:+.?*\u{2019}\nUNB+IATA:1+A+B'\nUNH+1'");
        assert_eq!(found.terminator, b'\'');
        assert_eq!(found.release, Some(b'?'));
        assert!(odd);
    }

    #[test]
    fn unusable_separators_fall_back() {
        let (found, odd) = separators("UNA++.? 'UNB+UNOA:4+A+B'UNH+1'");
        assert_eq!((found.component, found.element), (b':', b'+'));
        assert!(odd);
    }
}
