//! Dates as lists write them.
//!
//! A list's date of birth is rarely one day: a year, "circa 1937", "1971 to 1973", "a) 1958 b) 1960",
//! `dd/mm/1945` with the letters standing there. Each becomes an interval of days with the text kept
//! beside it; what is in no known form is left to the caller to keep unread.

use jiff::civil::Date;
use tidewaiter_domain::{BirthDate, Calendar, PartialDate, Text};

use super::calendar::{from_hijri, from_solar_hijri};
use super::node::squeezed;

/// In which order a list writes the day and the month when both are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// Gregorian years a date may have; ships and companies are listed with theirs too.
const YEARS: std::ops::RangeInclusive<i64> = 1700..=2199;

/// Every date of birth that `text` gives, in its order; empty when it is not understood.
pub(super) fn birth_dates(text: &str, order: Order) -> Vec<BirthDate> {
    let raw = squeezed(text);
    if raw.len() > 300 {
        return Vec::new();
    }
    let mut dates = Vec::new();
    for choice in choices(&raw) {
        match one(choice, order) {
            Some(mut date) => {
                date.raw = raw.clone();
                dates.push(date);
            }
            // One part that is not understood leaves the whole in doubt.
            None => return Vec::new(),
        }
    }
    dates
}

/// The interval of one known date.
pub(super) fn birth_of(date: PartialDate, circa: bool, raw: Text) -> BirthDate {
    BirthDate {
        from: date.earliest(),
        to: date.latest(),
        date: Some(date),
        circa,
        calendar: Calendar::Gregorian,
        raw,
    }
}

/// The interval from the first day of `first` to the last day of `last`, whichever way round they
/// are written.
pub(super) fn birth_between(
    first: PartialDate,
    last: PartialDate,
    circa: bool,
    raw: Text,
) -> BirthDate {
    let (a, b) = if first.earliest() <= last.earliest() {
        (first, last)
    } else {
        (last, first)
    };
    BirthDate {
        from: a.earliest(),
        to: a.latest().max(b.latest()),
        date: None,
        circa,
        calendar: Calendar::Gregorian,
        raw,
    }
}

/// The interval of a date of another calendar, converted by arithmetic (see [`super::calendar`]).
///
/// Lunar dates are widened by a day on both sides, because months begin with the sighted moon.
pub(super) fn birth_in(
    calendar: Calendar,
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    circa: bool,
    raw: Text,
) -> Option<BirthDate> {
    let convert: fn(i64, i64, i64) -> Option<Date> = match calendar {
        Calendar::Gregorian => return None,
        Calendar::Hijri => from_hijri,
        Calendar::SolarHijri => from_solar_hijri,
    };
    let first = convert(year, month.unwrap_or(1), day.unwrap_or(1))?;
    let last = match (month, day) {
        (Some(_), Some(_)) => first,
        (Some(12), None) | (None, _) => convert(year + 1, 1, 1)?.yesterday().ok()?,
        (Some(month), None) => convert(year, month + 1, 1)?.yesterday().ok()?,
    };
    let widen = calendar == Calendar::Hijri;
    Some(BirthDate {
        from: if widen {
            first.yesterday().ok()?
        } else {
            first
        },
        to: if widen { last.tomorrow().ok()? } else { last },
        date: (first == last).then(|| PartialDate::from(first)),
        circa,
        calendar,
        raw,
    })
}

/// The date that `text` is, as far as it is known: `17 Jul 1970`, `Jan 1964`, `1937`, `1970-07-17`,
/// `00/00/1980`, `dd/mm/1945`. Nothing else may stand in it.
pub(super) fn point(text: &str, order: Order) -> Option<PartialDate> {
    gregorian(&numbers(text, order)?)
}

/// The day that `text` is; also the day at the head of a time stamp (`2026-02-27T00:00:09Z`).
pub(super) fn day(text: &str, order: Order) -> Option<Date> {
    let text = text.trim();
    let head = match text.split_once('T') {
        Some((head, _)) if head.len() == 10 => head,
        _ => text.split_once(' ').map_or(
            text,
            |(head, tail)| {
                if tail.contains(':') { head } else { text }
            },
        ),
    };
    let date = point(head, order)?;
    date.is_complete().then(|| date.earliest())
}

/// The first date that stands behind one of `words` in a remark: `expires on 10 March 2019`.
pub(super) fn date_behind(text: &str, words: &[&str], order: Order) -> Option<PartialDate> {
    let lower = text.to_lowercase();
    let at = words
        .iter()
        .filter_map(|word| lower.find(word).map(|at| at + word.len()))
        .min()?;
    let behind: String = lower
        .get(at..)?
        .chars()
        .skip_while(|c| c.is_alphabetic())
        .take(60)
        .collect();
    let tokens: Vec<&str> = behind
        .split(|c: char| !c.is_alphanumeric())
        .filter(|t| !t.is_empty() && !matches!(*t, "on" | "date" | "in" | "of" | "until" | "the"))
        .take(3)
        .collect();
    (1..=tokens.len())
        .rev()
        .find_map(|n| point(&tokens[..n].join(" "), order))
}

/// The alternatives a text gives: by enumeration marks, `;`, or the word "or".
fn choices(text: &str) -> Vec<&str> {
    let marks = enumeration(text);
    if marks.len() >= 2 {
        let ends = marks.iter().skip(1).map(|m| m.0).chain([text.len()]);
        return marks
            .iter()
            .zip(ends)
            .filter_map(|(&(_, from), to)| text.get(from..to))
            .map(|part| part.trim_matches(|c: char| c == ',' || c == ';' || c.is_whitespace()))
            .filter(|part| !part.is_empty() && *part != "-")
            .collect();
    }
    text.split(';')
        .flat_map(|part| part.split(" or "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

/// Start and end of every mark `a)`, `(1)`, `b.)` in `text`, as long as they count up.
fn enumeration(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut marks = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte != b')' || at == 0 {
            continue;
        }
        let label = bytes[at - 1];
        let expected = marks.len() as u8;
        if label != b'a' + expected && label != b'1' + expected {
            continue;
        }
        let open = at.checked_sub(2).map(|before| bytes[before]);
        let start = match open {
            Some(b'(') => at - 2,
            None => at - 1,
            Some(b) if b.is_ascii_whitespace() || b == b',' || b == b';' => at - 1,
            Some(_) => continue,
        };
        marks.push((start, at + 1));
    }
    marks
}

fn one(text: &str, order: Order) -> Option<BirthDate> {
    let lower = text.to_lowercase();
    let (calendar, lower) = named_calendar(&lower);
    let (circa, lower) = approximate(&lower);
    let lower = lower
        .trim_matches(|c: char| c.is_whitespace() || c == '.' || c == ',')
        .to_owned();
    if calendar != Calendar::Gregorian {
        let (year, month, day) = numbers(&lower, order)?;
        return birth_in(calendar, year, month, day, circa, Text::default());
    }
    if let Some(date) = point(&lower, order) {
        return Some(birth_of(date, circa, Text::default()));
    }
    if let Some(range) = decade(&lower) {
        return Some(range);
    }
    let (first, last) = range(&lower)?;
    let last = point(last, order)?;
    let first = point(first, order)
        // "between Aug. and Sep. 1977": the year stands behind the second only.
        .or_else(|| point(&format!("{first} {}", last.year()), order))?;
    Some(birth_between(first, last, circa, Text::default()))
}

/// The two ends of a range.
fn range(text: &str) -> Option<(&str, &str)> {
    let inner = text
        .strip_prefix("between ")
        .or_else(|| text.strip_prefix("from "))
        .unwrap_or(text);
    for mark in [" to ", " and ", " – ", " - ", "–", "/", "-"] {
        if let Some((first, last)) = inner.split_once(mark)
            && (mark.len() > 2 || (is_year(first) && is_year(last)))
        {
            return Some((first.trim(), last.trim()));
        }
    }
    None
}

fn is_year(text: &str) -> bool {
    let text = text.trim();
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// `1970s`, `early 1970s`, `the mid-1960s`: a decade, its years 0–3, 4–6 or 7–9.
fn decade(text: &str) -> Option<BirthDate> {
    let text = text.trim().trim_start_matches("the ");
    let (part, rest) = ["early", "mid", "late"]
        .into_iter()
        .find_map(|part| text.strip_prefix(part).map(|rest| (part, rest)))
        .unwrap_or(("", text));
    let year = rest
        .trim_start_matches([' ', '-'])
        .trim_start_matches("the ")
        .strip_suffix('s')?
        .trim_end_matches('\'');
    if !is_year(year) {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    if year % 10 != 0 || !YEARS.contains(&i64::from(year)) {
        return None;
    }
    let (first, last) = match part {
        "early" => (0, 3),
        "mid" => (4, 6),
        "late" => (7, 9),
        _ => (0, 9),
    };
    Some(birth_between(
        PartialDate::new(year + first, None, None)?,
        PartialDate::new(year + last, None, None)?,
        true,
        Text::default(),
    ))
}

/// The calendar a text names, and the text without the name.
fn named_calendar(lower: &str) -> (Calendar, String) {
    const SOLAR: &[&str] = &[
        "solar hijri",
        "shamsi",
        "persian",
        "jalali",
        "iranian",
        "solar",
    ];
    const LUNAR: &[&str] = &["hijri", "hijra", "islamic", "lunar", "a.h."];
    let calendar = if SOLAR.iter().any(|word| lower.contains(word)) {
        Calendar::SolarHijri
    } else if LUNAR.iter().any(|word| lower.contains(word)) {
        Calendar::Hijri
    } else {
        return (Calendar::Gregorian, lower.to_owned());
    };
    let mut rest = lower.to_owned();
    for word in SOLAR
        .iter()
        .chain(LUNAR)
        .chain(&["calendar", "date", "(", ")"])
    {
        rest = rest.replace(word, " ");
    }
    (calendar, squeezed(&rest).into())
}

/// Whether a text calls itself approximate, and the text without saying so.
fn approximate(lower: &str) -> (bool, String) {
    const WORDS: &[&str] = &[
        "approximately",
        "approximate",
        "approx.",
        "approx",
        "circa",
        "around",
        "about",
        "ca.",
        "c.",
        "possibly",
        "probably",
        "estimated",
    ];
    let mut rest = lower.trim();
    let mut circa = false;
    loop {
        let before = rest;
        for lead in ["born on", "born in", "born", "in", "on", "year"] {
            if let Some(tail) = rest.strip_prefix(lead)
                && tail.starts_with([' ', ':'])
            {
                rest = tail.trim_start_matches([' ', ':']);
            }
        }
        for word in WORDS {
            if let Some(tail) = rest.strip_prefix(word)
                && tail.starts_with(|c: char| !c.is_alphabetic())
            {
                rest = tail.trim_start_matches([' ', ':', '.']);
                circa = true;
            }
            let bare = rest.trim_end_matches([')', '.']);
            if let Some(head) = bare.strip_suffix(word.trim_end_matches('.'))
                && head.ends_with([' ', '('])
            {
                rest = head.trim_end_matches([' ', '(', ',']);
                circa = true;
            }
        }
        if rest == before {
            return (circa, rest.to_owned());
        }
    }
}

type Numbers = (i64, Option<i64>, Option<i64>);

/// Year, month and day that a text consists of, in any calendar; zeros and the letters `dd`, `mm`
/// mean unknown.
fn numbers(text: &str, order: Order) -> Option<Numbers> {
    #[derive(Clone, Copy)]
    enum Part {
        Number(i64, usize),
        Month(i64),
    }
    let lower = text.to_lowercase();
    let mut parts = [Part::Number(0, 0); 3];
    let mut count = 0;
    for token in lower.split(|c: char| !c.is_alphanumeric()) {
        if token.is_empty() {
            continue;
        }
        let token = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|end| token.strip_suffix(end))
            .filter(|stem| !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit()))
            .unwrap_or(token);
        let part = if token.bytes().all(|b| b.is_ascii_digit()) && token.len() <= 4 {
            Part::Number(token.parse().ok()?, token.len())
        } else if matches!(token, "dd" | "mm" | "00" | "xx") {
            Part::Number(0, 2)
        } else {
            Part::Month(month_named(token)?)
        };
        *parts.get_mut(count)? = part;
        count += 1;
    }
    let known = |n: i64| (n != 0).then_some(n);
    let (year, month, day) = match parts[..count] {
        [Part::Number(y, 4)] => (y, None, None),
        [Part::Month(m), Part::Number(y, 4)] | [Part::Number(y, 4), Part::Month(m)] => {
            (y, Some(m), None)
        }
        // "Sep-99": only a month and two digits of a year of the last century.
        [Part::Month(m), Part::Number(y, 2)] if y >= 30 => (1900 + y, Some(m), None),
        [Part::Number(y, 4), Part::Number(m, 1 | 2)] => (y, known(m), None),
        [Part::Number(m, 1 | 2), Part::Number(y, 4)] => (y, known(m), None),
        [Part::Number(d, 1 | 2), Part::Month(m), Part::Number(y, 4)]
        | [Part::Month(m), Part::Number(d, 1 | 2), Part::Number(y, 4)]
        | [Part::Number(y, 4), Part::Month(m), Part::Number(d, 1 | 2)] => (y, Some(m), known(d)),
        [
            Part::Number(y, 4),
            Part::Number(m, 1 | 2),
            Part::Number(d, 1 | 2),
        ] => (y, known(m), known(d)),
        [
            Part::Number(a, 1 | 2),
            Part::Number(b, 1 | 2),
            Part::Number(y, 4),
        ] => match order {
            Order::DayFirst => (y, known(b), known(a)),
            Order::MonthFirst => (y, known(a), known(b)),
        },
        _ => return None,
    };
    // A day without its month ("10/00/1983") leaves the year.
    Some((year, month, month.and(day)))
}

fn gregorian(&(year, month, day): &Numbers) -> Option<PartialDate> {
    if !YEARS.contains(&year) {
        return None;
    }
    let small = |n: Option<i64>| match n {
        None => Some(None),
        Some(n) => u8::try_from(n).ok().map(Some),
    };
    PartialDate::new(i16::try_from(year).ok()?, small(month)?, small(day)?)
}

/// The month that a word names in English, French or Spanish, by its first letters.
fn month_named(word: &str) -> Option<i64> {
    const NAMES: [(&str, i64); 34] = [
        ("january", 1),
        ("february", 2),
        ("march", 3),
        ("april", 4),
        ("may", 5),
        ("june", 6),
        ("july", 7),
        ("august", 8),
        ("september", 9),
        ("sept", 9),
        ("october", 10),
        ("november", 11),
        ("december", 12),
        ("janvier", 1),
        ("février", 2),
        ("mars", 3),
        ("avril", 4),
        ("mai", 5),
        ("juin", 6),
        ("juillet", 7),
        ("août", 8),
        ("septembre", 9),
        ("octobre", 10),
        ("novembre", 11),
        ("décembre", 12),
        ("enero", 1),
        ("febrero", 2),
        ("marzo", 3),
        ("abril", 4),
        ("mayo", 5),
        ("junio", 6),
        ("julio", 7),
        ("agosto", 8),
        ("diciembre", 12),
    ];
    if word.chars().count() < 3 {
        return None;
    }
    NAMES
        .iter()
        .find(|(name, _)| name.starts_with(word))
        .map(|&(_, month)| month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<String> {
        birth_dates(text, Order::DayFirst)
            .into_iter()
            .map(|d| {
                format!(
                    "{}..{}{}{}",
                    d.from,
                    d.to,
                    if d.circa { " circa" } else { "" },
                    d.date.map(|d| format!(" = {d}")).unwrap_or_default()
                )
            })
            .collect()
    }

    #[test]
    fn every_form_seen_in_lists_is_an_interval() {
        for (text, expected) in [
            ("17 Jul 1970", "1970-07-17..1970-07-17 = 1970-07-17"),
            ("1970-07-17", "1970-07-17..1970-07-17 = 1970-07-17"),
            ("1984/02/29", "1984-02-29..1984-02-29 = 1984-02-29"),
            ("17/07/1970", "1970-07-17..1970-07-17 = 1970-07-17"),
            ("July 17, 1970", "1970-07-17..1970-07-17 = 1970-07-17"),
            ("17th July 1970", "1970-07-17..1970-07-17 = 1970-07-17"),
            ("1937", "1937-01-01..1937-12-31 = 1937"),
            ("Jan 1964", "1964-01-01..1964-01-31 = 1964-01"),
            ("Nov. 1973 ", "1973-11-01..1973-11-30 = 1973-11"),
            ("1964-03", "1964-03-01..1964-03-31 = 1964-03"),
            ("00/00/1980", "1980-01-01..1980-12-31 = 1980"),
            ("00/04/1984", "1984-04-01..1984-04-30 = 1984-04"),
            ("10/00/1983", "1983-01-01..1983-12-31 = 1983"),
            ("dd/mm/1945", "1945-01-01..1945-12-31 = 1945"),
            ("dd/05/1945", "1945-05-01..1945-05-31 = 1945-05"),
            ("circa 1937", "1937-01-01..1937-12-31 circa = 1937"),
            ("c. 1937", "1937-01-01..1937-12-31 circa = 1937"),
            ("Approximately 1971", "1971-01-01..1971-12-31 circa = 1971"),
            (
                "1971 (approximately)",
                "1971-01-01..1971-12-31 circa = 1971",
            ),
            ("1971 to 1973", "1971-01-01..1973-12-31"),
            ("1971-1973", "1971-01-01..1973-12-31"),
            ("1973 to 1971", "1971-01-01..1973-12-31"),
            ("01 Jan 1955 to 31 Dec 1956", "1955-01-01..1956-12-31"),
            ("circa 1951 to 1955", "1951-01-01..1955-12-31 circa"),
            ("Between Aug. and Sep. 1977", "1977-08-01..1977-09-30"),
            ("between 1950 and 1953", "1950-01-01..1953-12-31"),
            ("born in the early 1970s", "1970-01-01..1973-12-31 circa"),
            ("late 1960s", "1967-01-01..1969-12-31 circa"),
            ("Sep-99", "1999-09-01..1999-09-30 = 1999-09"),
            (
                "24/06/1402 (Hijri Calendar)",
                "1982-04-18..1982-04-20 = 1982-04-19",
            ),
            ("1343 (solar hijri)", "1964-03-21..1965-03-20"),
        ] {
            assert_eq!(shown(text), [expected], "{text}");
        }
    }

    #[test]
    fn alternatives_are_several_dates() {
        for text in [
            "1972-08-10 or 1972-08-11",
            "10 Aug 1972; 11 Aug 1972",
            "a) 10 August 1972 b) 11 August 1972",
            "(1) 10/08/1972 (2) 11/08/1972",
        ] {
            assert_eq!(
                shown(text),
                [
                    "1972-08-10..1972-08-10 = 1972-08-10",
                    "1972-08-11..1972-08-11 = 1972-08-11"
                ],
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_not_made_one() {
        for text in [
            "",
            "30-35 years old",
            "31/02/1970",
            "unknown",
            "24/06/1402",
            "1970 in Basra",
            "0",
            "99999",
        ] {
            assert_eq!(shown(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn months_are_first_where_a_list_says_so() {
        let date = point("04/06/2018", Order::MonthFirst).unwrap();
        assert_eq!(date.to_string(), "2018-04-06");
    }

    #[test]
    fn dates_stand_behind_words() {
        let at = |text| {
            date_behind(text, &["expir", "valid until"], Order::DayFirst).map(|d| d.to_string())
        };
        assert_eq!(
            at("Expiration date: 2026-12-11.").as_deref(),
            Some("2026-12-11")
        );
        assert_eq!(at("expired on 21 Feb. 2012").as_deref(), Some("2012-02-21"));
        assert_eq!(
            at("expires on October 19, 2020").as_deref(),
            Some("2020-10-19")
        );
        assert_eq!(
            at("valid until 10 April 2018").as_deref(),
            Some("2018-04-10")
        );
        assert_eq!(at("issued in Bahri"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}") {
            for date in birth_dates(&text, Order::DayFirst) {
                prop_assert!(date.from <= date.to);
            }
        }

        #[test]
        fn dates_made_of_date_words_have_an_order(
            text in "(circa |between |from |)(1[2-9][0-9]{2}|[0-9]{1,2} (Jan|Sep|mars) 19[0-9]{2}|[0-9]{2}/[0-9]{2}/19[0-9]{2})( to | and | or |-|; |)(1[2-9][0-9]{2}|)( \\(hijri\\)| solar|)"
        ) {
            for date in birth_dates(&text, Order::MonthFirst) {
                prop_assert!(date.from <= date.to);
            }
        }
    }
}
