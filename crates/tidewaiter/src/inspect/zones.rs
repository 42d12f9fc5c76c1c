//! Machine-readable zones among lines of text.
//!
//! Readers at a counter write one zone after the other, on two or three lines or on one. What
//! stands between zones belongs to none, and is said.

use std::ops::Range;

use jiff::civil::Date;
use tidewaiter_diagnostics::codes::syntax::{MRZ_LAYOUT, STRAY_BYTES};
use tidewaiter_diagnostics::{Diagnostic, Reading, SegmentPath, Severity, Span};
use tidewaiter_domain::{Country, CountryCode, PartialDate};
use tidewaiter_formats::Status;
use tidewaiter_reference::country;
use tidewaiter_syntax::mrz::{self, Mrz, MrzDate};

/// Shortest line a zone can begin with: code, issuer and a name or number, all fillers lost.
const FIRST_LINE_MIN: usize = 10;

/// Shortest line of numbers and dates; a first line that is shorter still needs one behind it.
const DATA_LINE_MIN: usize = 28;

/// Shortest further line: the names of a card, their fillers lost.
const FURTHER_LINE_MIN: usize = 3;

/// Longest line of a zone that has several, with some characters too many.
const LINE_MAX: usize = 48;

/// Longest line that holds a whole zone, with spaces.
const ALL_IN_ONE_MAX: usize = 120;

/// A zone and where it stands.
#[derive(Debug)]
pub(super) struct Zone {
    /// Its bytes in the source, with the text before it, and behind the last one.
    pub(super) place: Range<usize>,
    /// What it says; `None` when it cannot be read.
    pub(super) mrz: Option<Mrz>,
    /// What was noticed, in the order of the bytes; spans count from the start of `place`.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Zone {
    /// How much was understood.
    pub(super) fn status(&self) -> Status {
        let errors = self
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error);
        match (&self.mrz, errors) {
            (None, _) => Status::Rejected,
            (Some(_), true) => Status::Partial,
            (Some(_), false) => Status::Accepted,
        }
    }
}

/// Whether a zone begins among the lines of `head`.
pub(super) fn detect(head: &[u8]) -> bool {
    find(head)
        .first()
        .is_some_and(|zone| zone.whole && mrz::read(&head[zone.lines.clone()]).value.is_some())
}

/// The zones of `bytes`, in their order.
pub(super) fn read(bytes: &[u8]) -> impl Iterator<Item = Zone> {
    let found = find(bytes);
    let count = found.len();
    let mut last_end = 0;
    found.into_iter().enumerate().map(move |(number, found)| {
        let zone = found.lines;
        let end = if number + 1 == count {
            bytes.len()
        } else {
            zone.end
        };
        let place = last_end..end;
        last_end = end;
        let shift = zone.start - place.start;
        let reading = if found.whole {
            mrz::read(&bytes[zone.clone()])
        } else {
            line_missing(zone.len())
        };
        let mut diagnostics: Vec<Diagnostic> = reading
            .diagnostics
            .into_iter()
            .map(|diagnostic| moved(diagnostic, shift))
            .collect();
        let around = [place.start..zone.start, zone.end..place.end];
        diagnostics.extend(around.into_iter().filter_map(|text| {
            let stray = trimmed(bytes, text)?;
            let span = Span::from_range(stray.start - place.start..stray.end - place.start);
            let message = "these bytes belong to no machine-readable zone";
            Some(Diagnostic::new(
                &STRAY_BYTES,
                span,
                SegmentPath::default(),
                message,
            ))
        }));
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        Zone {
            place,
            mrz: reading.value,
            diagnostics,
        }
    })
}

/// The birth date, its century settled: nobody is born after the zone was `received`.
pub(super) fn born(date: MrzDate, received: Date) -> Option<PartialDate> {
    let year = date.birth_year(u16::try_from(received.year()).ok()?)?;
    let of = |year: u16| PartialDate::new(i16::try_from(year).ok()?, date.month(), date.day());
    match of(year) {
        Some(born) if born.earliest() <= received => Some(born),
        _ => of(year.checked_sub(100)?),
    }
}

/// The last day of validity, its century settled as the nearest to the day of receipt.
pub(super) fn expires(date: MrzDate, received: Date) -> Option<PartialDate> {
    let year = date.expiry_year(u16::try_from(received.year()).ok()?)?;
    PartialDate::new(i16::try_from(year).ok()?, date.month(), date.day())
}

/// The country that a code of a zone means; `None` when the field is empty.
pub(super) fn country(written: &str) -> Option<Country> {
    let known = country::resolve(written).and_then(|found| CountryCode::new(found.alpha3));
    match known {
        Some(code) => Some(Country::Known(code)),
        None => (!written.is_empty()).then(|| Country::Unknown(written.into())),
    }
}

fn moved(diagnostic: Diagnostic, by: usize) -> Diagnostic {
    let span = diagnostic.span;
    let by = u32::try_from(by).unwrap_or(u32::MAX);
    Diagnostic {
        span: Span::new(span.start.saturating_add(by), span.end.saturating_add(by)),
        ..diagnostic
    }
}

/// The range without white space at its ends; `None` when nothing else is in it.
fn trimmed(bytes: &[u8], range: Range<usize>) -> Option<Range<usize>> {
    let text = &bytes[range.clone()];
    // What some programs put before and behind a text.
    let blank = |c: &u8| c.is_ascii_whitespace() || b"\xef\xbb\xbf\0\x1a".contains(c);
    let from = text.iter().position(|c| !blank(c))?;
    let to = text.iter().rposition(|c| !blank(c))?;
    Some(range.start + from..range.start + to + 1)
}

/// The lines of a zone.
struct Found {
    lines: Range<usize>,
    /// Whether all of them are there. Two lines of a card would else be read as another layout.
    whole: bool,
}

fn line_missing(length: usize) -> Reading<Mrz> {
    Reading {
        value: None,
        diagnostics: vec![Diagnostic::new(
            &MRZ_LAYOUT,
            Span::from_range(0..length),
            SegmentPath::default(),
            "a line of this machine-readable zone is missing",
        )],
    }
}

/// Where the zones of `bytes` stand.
fn find(bytes: &[u8]) -> Vec<Found> {
    let lines: Vec<Range<usize>> = lines(bytes).collect();
    let text = |at: usize| lines.get(at).map(|line| &bytes[line.clone()]);
    let mut zones = Vec::new();
    let mut at = 0;
    while let Some(first) = text(at) {
        let begins = begins_zone(first)
            && (first.len() >= DATA_LINE_MIN || text(at + 1).is_some_and(holds_data));
        if !begins {
            at += 1;
            continue;
        }
        let count = line_count(first, text(at + 1));
        let mut taken = 1;
        while taken < count && text(at + taken).is_some_and(|line| continues(line, taken, count)) {
            taken += 1;
        }
        zones.push(Found {
            lines: lines[at].start..lines[at + taken - 1].end,
            whole: taken == count,
        });
        at += taken;
    }
    zones
}

/// The lines of `bytes` that hold something, without the white space around them.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    bytes
        .split(|c| matches!(c, b'\r' | b'\n'))
        .filter_map(move |line| {
            let range = start..start + line.len();
            start = range.end + 1;
            trimmed(bytes, range)
        })
}

/// Whether `line` may be the first of a zone: the code of a document, an issuer, and fillers.
fn begins_zone(line: &[u8]) -> bool {
    let [code, kind, issuer @ ..] = line else {
        return false;
    };
    let letter_or_filler = |c: &u8| c.is_ascii_alphabetic() || *c == b'<';
    b"PVACI".contains(&code.to_ascii_uppercase())
        && letter_or_filler(kind)
        && issuer.iter().take(3).all(letter_or_filler)
        && (FIRST_LINE_MIN..=ALL_IN_ONE_MAX).contains(&line.len())
        && line.contains(&b'<')
        && line
            .iter()
            .all(|c| c.is_ascii_alphanumeric() || b"< ".contains(c))
}

/// Whether `line` may hold the numbers and dates of a zone.
fn holds_data(line: &[u8]) -> bool {
    (DATA_LINE_MIN..=LINE_MAX).contains(&line.len())
        && line.iter().any(u8::is_ascii_digit)
        && line
            .iter()
            .all(|c| c.is_ascii_alphanumeric() || b"< ".contains(c))
}

/// How many lines the zone has that begins with `first`.
fn line_count(first: &[u8], second: Option<&[u8]>) -> usize {
    let longest = first.len().max(second.map_or(0, <[u8]>::len));
    if first.len() > LINE_MAX {
        1
    } else if b"PV".contains(&first[0].to_ascii_uppercase()) || longest > 32 {
        2
    } else {
        3
    }
}

/// Whether `line` goes on a zone of `count` lines, `taken` of which are there. When a line was lost
/// the next zone must not be taken for it.
fn continues(line: &[u8], taken: usize, count: usize) -> bool {
    if !(FURTHER_LINE_MIN..=LINE_MAX).contains(&line.len()) {
        return false;
    }
    let digits = line.iter().any(u8::is_ascii_digit);
    let lost = match (count, taken) {
        // Names come next, or the next card's number.
        (3, 2) => digits,
        // A birth date comes next, or a letter.
        (3, _) => true,
        // Numbers and dates come next, or the next holder's names.
        _ => !digits,
    };
    !(begins_zone(line) && lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPORT: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n";
    const CARD: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<\n";

    fn numbers(text: &str) -> Vec<Option<String>> {
        read(text.as_bytes())
            .map(|zone| zone.mrz.map(|mrz| mrz.number.value))
            .collect()
    }

    #[test]
    fn zones_follow_one_another() {
        let passport = Some("L898902C3".to_owned());
        let card = Some("D23145890".to_owned());
        let text = [PASSPORT, CARD, PASSPORT, "\r\n\r\n", CARD, CARD].concat();
        assert_eq!(
            numbers(&text),
            [&passport, &card, &passport, &card, &card].map(Clone::clone)
        );
        let one_line = PASSPORT.replacen('\n', " ", 1);
        assert_eq!(numbers(&one_line.repeat(3)), vec![passport; 3]);
    }

    #[test]
    fn a_lost_line_costs_its_own_zone_alone() {
        let (names, data) = PASSPORT.split_once('\n').unwrap();
        let card: Vec<&str> = CARD.lines().collect();
        for broken in [
            format!("{names}\n{PASSPORT}"),
            format!("{}\n{CARD}", card[0]),
            format!("{}\n{}\n{CARD}", card[0], card[1]),
        ] {
            let found = numbers(&broken);
            assert_eq!(found.len(), 2, "{broken}");
            assert!(found[0].is_none() && found[1].is_some(), "{broken}");
        }
        // Without its first line nothing says that a zone begins.
        assert_eq!(numbers(&format!("{data}{PASSPORT}")).len(), 1);
    }

    #[test]
    fn every_byte_belongs_to_a_zone_and_text_between_is_said() {
        let text = format!("Counter 5\n{PASSPORT}next:\n{CARD}-- end\n");
        let zones: Vec<Zone> = read(text.as_bytes()).collect();
        assert_eq!(zones.len(), 2);
        assert_eq!((zones[0].place.start, zones[1].place.end), (0, text.len()));
        assert_eq!(zones[0].place.end, zones[1].place.start);
        let said: Vec<&str> = zones
            .iter()
            .flat_map(|zone| zone.diagnostics.iter().map(move |d| (zone, d)))
            .map(|(zone, d)| std::str::from_utf8(d.span.of(&text.as_bytes()[zone.place.clone()])))
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(said, ["Counter 5", "next:", "-- end"]);
        assert!(zones.iter().all(|zone| zone.status() == Status::Accepted));
    }

    #[test]
    fn lines_that_lost_their_fillers_are_still_a_zone() {
        let lost = |text: &str| {
            let lines = text.lines().map(|line| line.trim_end_matches('<'));
            lines.collect::<Vec<_>>().join("\n") + "\n"
        };
        let text = [lost(CARD), lost(PASSPORT), lost(CARD)].concat();
        assert!(detect(text.as_bytes()));
        let found: Vec<_> = numbers(&text).into_iter().flatten().collect();
        assert_eq!(found, ["D23145890", "L898902C3", "D23145890"]);
    }

    #[test]
    fn texts_and_tables_are_no_zones() {
        for text in [
            &b"Passengers arriving at counter five today"[..],
            b"<html><body>P<UTOERIKSSON</body></html>",
            b"P<UTO",
            b"",
        ] {
            assert!(!detect(text), "{text:?}");
        }
        assert!(detect(PASSPORT.to_lowercase().as_bytes()));
    }

    #[test]
    fn nobody_is_born_in_the_future() {
        let received = jiff::civil::date(2026, 3, 1);
        let of = |year, month| MrzDate::new(Some(year), Some(month), Some(1)).unwrap();
        let year = |date| born(date, received).unwrap().year();
        assert_eq!((year(of(26, 2)), year(of(26, 4))), (2026, 1926));
        assert_eq!((year(of(74, 8)), year(of(27, 1))), (1974, 1927));
        assert_eq!(expires(of(31, 5), received).unwrap().year(), 2031);
    }
}
