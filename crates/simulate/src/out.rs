//! Writing segments fast.
//!
//! On purpose not the writer of `tidewaiter-syntax`: what reads these messages back ought not to
//! share code with what wrote them, and the deviations need a writer that can be made to err.

use compact_str::CompactString;
use jiff::civil::{Date, DateTime};

/// The six characters of a service string advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signs {
    pub component: u8,
    pub element: u8,
    pub release: u8,
    pub terminator: u8,
}

/// The standard separators and the four others, in the order of [`crate::Mix::Separators`].
pub(crate) const STANDARD: Signs = Signs {
    component: b':',
    element: b'+',
    release: b'?',
    terminator: b'\'',
};
pub(crate) const OTHERS: [Signs; 4] = [
    Signs {
        component: b':',
        element: b'(',
        release: b')',
        terminator: b'-',
    },
    Signs {
        component: b':',
        element: b'*',
        release: b'?',
        terminator: b'#',
    },
    Signs {
        component: b':',
        element: b'*',
        release: b'?',
        terminator: b'$',
    },
    Signs {
        component: b':',
        element: b'-',
        release: b'?',
        terminator: b'\'',
    },
];

/// What a character needs.
const PLAIN: u8 = 0;
const RELEASE: u8 = 1;
const BEYOND: u8 = 2;

/// Segments as bytes. Empty elements and components at the end of a segment are left out.
#[derive(Clone, Debug)]
pub(crate) struct Out {
    pub bytes: Vec<u8>,
    pub segments: u32,
    pub signs: Signs,
    needs: [u8; 256],
    elements: u32,
    components: u32,
    lines: bool,
    latin1: bool,
}

impl Out {
    pub(crate) fn new(signs: Signs, lines: bool, latin1: bool) -> Self {
        let mut needs = [PLAIN; 256];
        needs[0x80..].fill(BEYOND);
        for sign in [
            signs.component,
            signs.element,
            signs.release,
            signs.terminator,
        ] {
            needs[usize::from(sign)] = RELEASE;
        }
        Self {
            bytes: Vec::new(),
            segments: 0,
            signs,
            needs,
            elements: 0,
            components: 0,
            lines,
            latin1,
        }
    }

    /// An empty one that writes the same way.
    pub(crate) fn sibling(&self) -> Self {
        Self {
            bytes: Vec::new(),
            segments: 0,
            ..self.clone()
        }
    }

    /// Appends what another has written.
    pub(crate) fn append(&mut self, other: &Self) {
        self.bytes.extend_from_slice(&other.bytes);
        self.segments += other.segments;
    }

    /// Begins a segment.
    pub(crate) fn seg(&mut self, tag: &str) -> &mut Self {
        self.bytes.extend_from_slice(tag.as_bytes());
        (self.elements, self.components) = (0, 0);
        self
    }

    /// The next element's first component.
    pub(crate) fn e(&mut self, text: &str) -> &mut Self {
        self.elements += 1;
        self.components = 0;
        self.put(text)
    }

    /// The next component.
    pub(crate) fn c(&mut self, text: &str) -> &mut Self {
        self.components += 1;
        self.put(text)
    }

    /// Ends the segment.
    pub(crate) fn end(&mut self) {
        self.bytes.push(self.signs.terminator);
        if self.lines {
            self.bytes.extend_from_slice(b"\r\n");
        }
        self.segments += 1;
    }

    fn put(&mut self, text: &str) -> &mut Self {
        if text.is_empty() {
            return self;
        }
        for _ in 0..self.elements {
            self.bytes.push(self.signs.element);
        }
        for _ in 0..self.components {
            self.bytes.push(self.signs.component);
        }
        (self.elements, self.components) = (0, 0);
        if text.bytes().all(|b| self.needs[usize::from(b)] == PLAIN) {
            self.bytes.extend_from_slice(text.as_bytes());
            return self;
        }
        for c in text.chars() {
            match u8::try_from(c) {
                Ok(b) if b < 0x80 => {
                    if self.needs[usize::from(b)] == RELEASE {
                        self.bytes.push(self.signs.release);
                    }
                    self.bytes.push(b);
                }
                Ok(b) if self.latin1 => self.bytes.push(b),
                // ISO 8859-1 lacks the letter.
                Err(_) if self.latin1 => self.bytes.push(b' '),
                _ => self
                    .bytes
                    .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        self
    }
}

fn two(out: &mut CompactString, value: i8) {
    let value = value.unsigned_abs();
    out.push(char::from(b'0' + value / 10 % 10));
    out.push(char::from(b'0' + value % 10));
}

fn year(date: Date) -> i8 {
    (date.year() % 100) as i8
}

/// `YYMMDD`.
pub(crate) fn yymmdd(date: Date) -> CompactString {
    let mut out = CompactString::default();
    [year(date), date.month(), date.day()]
        .into_iter()
        .for_each(|part| two(&mut out, part));
    out
}

/// `CCYYMMDD`.
pub(crate) fn ccyymmdd(date: Date) -> CompactString {
    let mut out = CompactString::default();
    two(&mut out, (date.year() / 100) as i8);
    out.push_str(&yymmdd(date));
    out
}

/// `DDMMYY`.
pub(crate) fn ddmmyy(date: Date) -> CompactString {
    let mut out = CompactString::default();
    [date.day(), date.month(), year(date)]
        .into_iter()
        .for_each(|part| two(&mut out, part));
    out
}

/// `DDMMMYY`.
pub(crate) fn ddmmmyy(date: Date) -> CompactString {
    const MONTHS: [&str; 12] = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    let mut out = CompactString::default();
    two(&mut out, date.day());
    out.push_str(MONTHS[usize::from(date.month().unsigned_abs()).clamp(1, 12) - 1]);
    two(&mut out, year(date));
    out
}

/// `HHMM`.
pub(crate) fn hhmm(at: DateTime) -> CompactString {
    let mut out = CompactString::default();
    two(&mut out, at.hour());
    two(&mut out, at.minute());
    out
}

/// `YYMMDDHHMM`.
pub(crate) fn yymmddhhmm(at: DateTime) -> CompactString {
    let mut out = yymmdd(at.date());
    out.push_str(&hhmm(at));
    out
}

/// A whole number in decimal.
pub(crate) fn number(value: u64) -> CompactString {
    padded(value, 1)
}

/// A whole number in decimal with zeros in front up to `width`.
pub(crate) fn padded(value: u64, width: usize) -> CompactString {
    let mut digits = [b'0'; 20];
    let (mut at, mut left) = (20, value);
    while left > 0 || 20 - at < width {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    digits[at..]
        .iter()
        .map(|digit| char::from(*digit))
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn separators_in_data_are_released_and_empty_ends_left_out() {
        let mut out = Out::new(STANDARD, false, false);
        out.seg("NAD")
            .e("FL")
            .e("")
            .e("")
            .e("O'BRIEN")
            .c("ANN")
            .c("")
            .e("")
            .e("")
            .end();
        assert_eq!(out.bytes, b"NAD+FL+++O?'BRIEN:ANN'");
        out.seg("SRC").end();
        assert_eq!(out.segments, 2);
    }

    #[test]
    fn letters_follow_the_character_set() {
        let mut latin = Out::new(STANDARD, true, true);
        latin.seg("NAD").e("MÜŁX").end();
        assert_eq!(latin.bytes, b"NAD+M\xDC X'\r\n");
        let mut utf8 = Out::new(STANDARD, false, false);
        utf8.seg("NAD").e("Ü").end();
        assert_eq!(utf8.bytes, "NAD+Ü'".as_bytes());
    }

    #[test]
    fn dates_and_numbers_are_written_as_the_segments_want_them() {
        let day = date(2026, 3, 14);
        assert_eq!(yymmdd(day), "260314");
        assert_eq!(ccyymmdd(day), "20260314");
        assert_eq!(ddmmyy(day), "140326");
        assert_eq!(ddmmmyy(day), "14MAR26");
        assert_eq!(yymmddhhmm(day.at(9, 5, 0, 0)), "2603140905");
        assert_eq!(
            (number(0), number(1204), padded(7, 3)),
            ("0".into(), "1204".into(), "007".into())
        );
    }
}
