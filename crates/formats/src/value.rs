//! Values that many messages share: dates and times of every written form, numbers, countries.

use jiff::civil::{Date, Time};
use tidewaiter_diagnostics::{Code, codes::api as code};
use tidewaiter_domain::{AirportCode, Country, CountryCode, PartialDate, Text};
use tidewaiter_reference::{airport, country};

/// Longest plausible age in years (deviation 37 of the message sheet).
const AGE_MAX: i16 = 115;

/// What a two-digit year is resolved for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// A birth: the latest year that is not after the message.
    Birth,
    /// An expiry: from 20 years before the message to 79 after it.
    Expiry,
    /// A journey, an issue: the year nearest to the message.
    Near,
}

/// A date as it was understood, and what to say about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DateReading {
    pub(crate) date: Option<PartialDate>,
    pub(crate) time: Option<Time>,
    pub(crate) remark: Option<(&'static Code, &'static str)>,
}

impl DateReading {
    fn nothing(code: &'static Code, text: &'static str) -> Self {
        Self {
            remark: Some((code, text)),
            ..Self::default()
        }
    }
}

/// Reads a date, with a time of day where one is written, in any form seen in messages.
///
/// The form is told by the length: `YYMMDD`, `CCYYMMDD`, `YYMMDDHHMM`, `CCYYMMDDHHMM`, with
/// seconds, `DDMMMYY`, `DDMMMYYYY`, `CCYY`, `CCYYMM`. `format` is the format qualifier (UN/EDIFACT
/// 2379), empty when there is none; where it announces another length the bytes win and it is said
/// so. `today` is the day of the message.
pub(crate) fn read_date(text: &str, format: &str, era: Era, today: Date) -> DateReading {
    let bytes = text.trim_ascii().as_bytes();
    if bytes.iter().any(|b| !b.is_ascii_digit()) {
        return read_written_month(bytes, era, today);
    }
    let two = |at: usize| -> u8 {
        match bytes.get(at..at + 2) {
            Some([a, b]) => (a - b'0') * 10 + (b - b'0'),
            _ => 0,
        }
    };
    let four = |at: usize| i16::from(two(at)) * 100 + i16::from(two(at + 2));
    let (year, two_digits, rest) = match (bytes.len(), format) {
        (6, "610") => (four(0), false, 4),
        (4, _) => (four(0), false, 4),
        (6 | 10, _) => (i16::from(two(0)), true, 2),
        (12, "202") => (i16::from(two(0)), true, 2),
        (8 | 12 | 14, _) => (four(0), false, 4),
        _ => return DateReading::nothing(&code::INVALID_DATE, "no date has this many digits"),
    };
    let has_month = bytes.len() >= rest + 2;
    let has_day = bytes.len() >= rest + 4;
    let month = if has_month { two(rest) } else { 0 };
    let day = if has_day { two(rest + 2) } else { 0 };
    if bytes.iter().all(|b| *b == b'0') {
        return DateReading::nothing(
            &code::PARTIAL_DATE,
            "zeros stand for a date that is not known",
        );
    }
    let time = read_time(bytes, rest + 4);
    let mut reading = resolve(year, two_digits, month, day, era, today);
    reading.time = time;
    let announced = match format {
        "101" => 6,
        "102" => 8,
        "201" => 10,
        "202" | "203" => 12,
        "204" => 14,
        "602" => 4,
        "610" => 6,
        _ => bytes.len(),
    };
    if reading.remark.is_none() && announced != bytes.len() {
        reading.remark = Some((
            &code::DATE_FORMAT,
            "the value is not as long as its format qualifier says",
        ));
    }
    reading
}

/// The time of day `HHMM` at `at`; `2400` is the end of the day and is kept as 23:59.
fn read_time(bytes: &[u8], at: usize) -> Option<Time> {
    let [a, b, c, d] = bytes.get(at..at + 4)? else {
        return None;
    };
    let hour = (a - b'0') * 10 + (b - b'0');
    let minute = (c - b'0') * 10 + (d - b'0');
    if (hour, minute) == (24, 0) {
        return Time::new(23, 59, 0, 0).ok();
    }
    Time::new(hour as i8, minute as i8, 0, 0).ok()
}

/// Reads `DDMMMYY` and `DDMMMYYYY`, as free texts of bookings have them.
fn read_written_month(bytes: &[u8], era: Era, today: Date) -> DateReading {
    const MONTHS: [&[u8; 3]; 12] = [
        b"JAN", b"FEB", b"MAR", b"APR", b"MAY", b"JUN", b"JUL", b"AUG", b"SEP", b"OCT", b"NOV",
        b"DEC",
    ];
    let invalid = DateReading::nothing(&code::INVALID_DATE, "this is no date in any form known");
    let digits_of = |range: std::ops::Range<usize>| -> Option<i16> {
        std::str::from_utf8(bytes.get(range)?).ok()?.parse().ok()
    };
    let (Some(day), Some(name)) = (digits_of(0..2), bytes.get(2..5)) else {
        return invalid;
    };
    let Some(month) = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(name)) else {
        return invalid;
    };
    let (year, two_digits) = match bytes.len() {
        7 => (digits_of(5..7), true),
        9 => (digits_of(5..9), false),
        _ => return invalid,
    };
    match year {
        Some(year) => resolve(year, two_digits, month as u8 + 1, day as u8, era, today),
        None => invalid,
    }
}

/// Puts a year into its century and checks the calendar.
fn resolve(year: i16, two_digits: bool, month: u8, day: u8, era: Era, today: Date) -> DateReading {
    let part = |n: u8| (n != 0).then_some(n);
    let make = |year: i16| PartialDate::new(year, part(month), part(day).filter(|_| month != 0));
    let mut remark = (month == 0 || day == 0).then_some((
        &code::PARTIAL_DATE,
        "day or month is not given; the rest is kept",
    ));
    let date = if !two_digits {
        make(year)
    } else {
        let (late, early) = (make(2000 + year), make(1900 + year));
        match era {
            Era::Birth => {
                let late = late.filter(|d| d.earliest() <= today);
                let plausible =
                    |d: PartialDate| today.year() - d.year() <= AGE_MAX && d.earliest() <= today;
                if late.is_some() && early.is_some_and(plausible) {
                    remark = remark.or(Some((
                        &code::AMBIGUOUS_CENTURY,
                        "a child and a person over a hundred are both possible; the child was \
                         taken",
                    )));
                }
                late.or(early)
            }
            Era::Expiry => {
                let from = today.year() - 20;
                [early, late, make(2100 + year)]
                    .into_iter()
                    .flatten()
                    .find(|d| d.year() >= from)
            }
            Era::Near => [late, early, make(2100 + year)]
                .into_iter()
                .flatten()
                .min_by_key(|d| (d.year() - today.year()).abs()),
        }
    };
    let Some(date) = date else {
        return DateReading::nothing(&code::INVALID_DATE, "the calendar has no such date");
    };
    if era == Era::Birth && (date.earliest() > today || today.year() - date.year() > AGE_MAX) {
        remark = Some((
            &code::IMPLAUSIBLE_BIRTH_DATE,
            "the birth date lies in the future or too far back",
        ));
    }
    DateReading {
        date: Some(date),
        time: None,
        remark,
    }
}

/// Reads a country; the remark says when it was written in another form or is unknown.
pub(crate) fn read_country(text: &str) -> (Country, Option<(&'static Code, &'static str)>) {
    let Some(found) = country::resolve(text) else {
        return (
            Country::Unknown(Text::new(text)),
            Some((&code::UNKNOWN_COUNTRY, "this is no country code")),
        );
    };
    let Some(known) = CountryCode::new(found.alpha3) else {
        return (
            Country::Unknown(Text::new(text)),
            Some((&code::UNKNOWN_COUNTRY, "not a code")),
        );
    };
    let remark = match (found.country.kind(), found.form) {
        (country::Kind::Specimen, _) => Some((
            &code::SPECIMEN_COUNTRY,
            "this is the country of specimen documents",
        )),
        (_, country::Form::Alpha3 | country::Form::IcaoSpecial) => None,
        _ => Some((
            &code::COUNTRY_MAPPED,
            "the country was written in another form than alpha-3",
        )),
    };
    (Country::Known(known), remark)
}

/// Reads an airport; the remark says when it is a city or unknown. `None` when nothing is written.
pub(crate) fn read_airport(
    text: &str,
) -> Option<(AirportCode, Option<(&'static Code, &'static str)>)> {
    let airport = AirportCode::new(text.to_ascii_uppercase())?;
    let letters = airport.as_str();
    let remark = if airport::by_iata(letters).is_some() {
        None
    } else if airport::city(letters).is_some() {
        Some((&code::CITY_CODE, "this is a city, no airport"))
    } else if airport::by_icao(letters).is_some() {
        None
    } else {
        Some((&code::UNKNOWN_AIRPORT, "no airport of this code is known"))
    };
    Some((airport, remark))
}

/// Reads a decimal number and gives it in thousandths; both `.` and `,` are decimal marks.
pub(crate) fn read_thousandths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if whole.is_empty() && part.is_empty() || part.bytes().any(|b| !b.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let part: u32 = part
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(3)
        .fold(0, |n, b| n * 10 + u32::from(b - b'0'));
    whole.checked_mul(1000)?.checked_add(part)
}

/// Letters and digits of a document number in capitals; `None` when nothing is left of it or it is
/// a placeholder (`NULL`, zeros, `NA` ...).
pub(crate) fn canonical_number(text: &str) -> Option<Text> {
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let number: Text = if plain {
        Text::new(text)
    } else {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect()
    };
    let placeholder = number.is_empty()
        || number.bytes().all(|b| b == b'0')
        || number.len() > 1 && number.bytes().all(|b| b == b'X')
        || matches!(
            number.as_str(),
            "NULL" | "NA" | "NONE" | "NIL" | "UNKNOWN" | "TBA" | "NOTAPPLICABLE"
        );
    (!placeholder).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TODAY: Date = Date::constant(2026, 3, 14);

    fn date(text: &str, format: &str, era: Era) -> String {
        let reading = read_date(text, format, era, TODAY);
        let time = reading
            .time
            .map(|t| t.strftime(" %H:%M").to_string())
            .unwrap_or_default();
        let date = reading.date.map_or("-".to_owned(), |d| d.to_string());
        let code = reading
            .remark
            .map(|(c, _)| format!(" {}", c.slug))
            .unwrap_or_default();
        format!("{date}{time}{code}")
    }

    #[test]
    fn d34_dates_of_every_form_are_read_by_their_length() {
        for (text, format, expected) in [
            ("880229", "", "1988-02-29"),
            ("880229", "101", "1988-02-29"),
            ("19720907", "102", "1972-09-07"),
            ("19720907", "", "1972-09-07"),
            ("19720907", "101", "1972-09-07 date-format-mismatch"),
            ("198802", "610", "1988-02 partial-date"),
            ("1988", "602", "1988 partial-date"),
            ("29FEB88", "", "1988-02-29"),
            ("29feb1988", "", "1988-02-29"),
            ("19880200", "", "1988-02 partial-date"),
            ("880000", "", "1988 partial-date"),
            ("000000", "", "- partial-date"),
            ("010100", "", "2001-01 partial-date"),
            ("880230", "", "- invalid-date"),
            ("8802", "", "8802 implausible-birth-date"),
            ("88", "", "- invalid-date"),
            ("UNKNOWN", "", "- invalid-date"),
            ("", "", "- invalid-date"),
        ] {
            assert_eq!(date(text, format, Era::Birth), expected, "{text}");
        }
        assert_eq!(date("2603140915", "201", Era::Near), "2026-03-14 09:15");
        assert_eq!(date("202603140915", "203", Era::Near), "2026-03-14 09:15");
        assert_eq!(date("20260314091530", "204", Era::Near), "2026-03-14 09:15");
        assert_eq!(date("2603142400", "201", Era::Near), "2026-03-14 23:59");
        assert_eq!(
            date("260314", "201", Era::Near),
            "2026-03-14 date-format-mismatch"
        );
    }

    #[test]
    fn d35_a_two_digit_birth_year_is_the_latest_not_after_the_message() {
        assert_eq!(
            date("260313", "", Era::Birth),
            "2026-03-13 ambiguous-century"
        );
        assert_eq!(date("260315", "", Era::Birth), "1926-03-15");
        assert_eq!(date("510803", "", Era::Birth), "1951-08-03");
        assert_eq!(
            date("150803", "", Era::Birth),
            "2015-08-03 ambiguous-century"
        );
        assert_eq!(date("090803", "", Era::Birth), "2009-08-03");
    }

    #[test]
    fn d36_a_two_digit_expiry_year_lies_around_the_message() {
        assert_eq!(date("310704", "", Era::Expiry), "2031-07-04");
        assert_eq!(date("610218", "", Era::Expiry), "2061-02-18");
        assert_eq!(date("060101", "", Era::Expiry), "2006-01-01");
        assert_eq!(date("050101", "", Era::Expiry), "2105-01-01");
    }

    #[test]
    fn d37_implausible_birth_dates_are_kept_and_warned_of() {
        assert_eq!(
            date("20270101", "", Era::Birth),
            "2027-01-01 implausible-birth-date"
        );
        assert_eq!(
            date("19100101", "", Era::Birth),
            "1910-01-01 implausible-birth-date"
        );
    }

    #[test]
    fn d42_document_numbers_are_letters_and_digits() {
        assert_eq!(
            canonical_number("t 0988-1230<").as_deref(),
            Some("T09881230")
        );
        assert_eq!(canonical_number("NULL"), None);
        assert_eq!(canonical_number("0000000"), None);
        assert_eq!(canonical_number("--"), None);
    }

    #[test]
    fn d43_countries_of_every_form_are_understood() {
        for (text, expected) in [
            ("SWE", "SWE"),
            ("se", "SWE"),
            ("D", "DEU"),
            ("UK", "GBR"),
            ("RKS", "RKS"),
            ("ROM", "ROU"),
        ] {
            assert_eq!(read_country(text).0.as_str(), expected);
        }
        let (unknown, remark) = read_country("QQQ");
        assert_eq!(unknown, Country::Unknown("QQQ".into()));
        assert_eq!(remark.map(|(c, _)| c.slug), Some("unknown-country"));
    }

    #[test]
    fn weights_have_either_decimal_mark() {
        assert_eq!(read_thousandths("31"), Some(31_000));
        assert_eq!(read_thousandths("31.5"), Some(31_500));
        assert_eq!(read_thousandths("31,25"), Some(31_250));
        assert_eq!(read_thousandths("NIL"), None);
        assert_eq!(read_thousandths("99999999"), None);
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,20}", format in "[0-9]{0,3}") {
            for era in [Era::Birth, Era::Expiry, Era::Near] {
                read_date(&text, &format, era, TODAY);
            }
            read_country(&text);
            read_thousandths(&text);
            canonical_number(&text);
        }

        #[test]
        fn eight_digits_are_read_as_written(
            year in 1912i16..2026, month in 1u8..=12, day in 1u8..=28
        ) {
            let text = format!("{year:04}{month:02}{day:02}");
            let found = read_date(&text, "102", Era::Birth, TODAY);
            prop_assert_eq!(found.date, PartialDate::new(year, Some(month), Some(day)));
        }
    }
}
