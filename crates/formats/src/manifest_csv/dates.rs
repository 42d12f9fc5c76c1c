//! Dates and times as people write them in tables.

use jiff::civil::Time;

/// Which comes first in dates such as `03/04/1988`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DayMonth {
    /// The column shows no date that tells.
    #[default]
    Open,
    DayFirst,
    MonthFirst,
    /// The column holds dates that can only be read one way, and others only the other way.
    Mixed,
}

impl DayMonth {
    /// What is known of a column after one more of its values.
    pub(super) fn after(self, text: &str) -> Self {
        let (date, _) = divide(text);
        let seen = match numbers(date) {
            Some(([first, second, _], _)) if first > 12 && second <= 12 => Self::DayFirst,
            Some(([first, second, _], _)) if second > 12 && first <= 12 => Self::MonthFirst,
            _ => return self,
        };
        if self == Self::Open || self == seen {
            seen
        } else {
            Self::Mixed
        }
    }
}

/// A date as `value::read_date` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plain<'t> {
    /// `YYYYMMDD`, `YYMMDD`, `DDMMMYY` ..., or what was written where it has no form known here.
    pub(super) date: String,
    /// Format qualifier (2379); empty where the length tells enough.
    pub(super) format: &'static str,
    /// Whether day and month could as well stand the other way round.
    pub(super) ambiguous: bool,
    /// The time of day behind it, as written; empty when there is none.
    pub(super) time: &'t str,
}

/// Brings a date into the order of messages.
pub(super) fn plain(text: &str, column: DayMonth) -> Plain<'_> {
    let (date, time) = divide(text);
    let mut plain = Plain {
        date: date.to_owned(),
        format: "",
        ambiguous: false,
        time,
    };
    let parts: Vec<&str> = date.split(is_separator).collect();
    let all_digits = parts
        .iter()
        .all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit()));
    match parts.as_slice() {
        [year, month, day] if all_digits && year.len() == 4 => {
            plain.date = format!("{year}{month:0>2}{day:0>2}");
        }
        [year, month] if all_digits && year.len() == 4 => {
            plain.date = format!("{year}{month:0>2}");
            plain.format = "610";
        }
        [month, year] if all_digits && year.len() == 4 => {
            plain.date = format!("{year}{month:0>2}");
            plain.format = "610";
        }
        [day, month, year]
            if month.len() >= 3 && month.bytes().all(|b| b.is_ascii_alphabetic()) =>
        {
            let month = month.get(..3).unwrap_or(month);
            plain.date = format!("{day:0>2}{month}{year}");
        }
        [_, _, year] => {
            let Some(([first, second, _], separator)) = numbers(date) else {
                return plain;
            };
            let month_first = second > 12 && first <= 12
                || column == DayMonth::MonthFirst && first <= 12 && separator != '.';
            let (day, month) = if month_first {
                (second, first)
            } else {
                (first, second)
            };
            plain.ambiguous = separator != '.'
                && first != second
                && (1..=12).contains(&first)
                && (1..=12).contains(&second)
                && matches!(column, DayMonth::Open | DayMonth::Mixed);
            plain.date = format!("{year}{month:02}{day:02}");
        }
        _ => {}
    }
    plain
}

/// Reads `9:15`, `0915`, `09:15:00`, `9:15 PM`; `None` for anything else.
pub(super) fn time_of_day(text: &str) -> Option<Time> {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    let (digits, half) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(rest), _) => (rest.trim(), Some(0)),
        (_, Some(rest)) => (rest.trim(), Some(12)),
        _ => (upper.as_str(), None),
    };
    let (hour, minute) = match digits.split_once([':', '.', 'H']) {
        Some((hour, rest)) => (hour, rest.split([':', '.']).next().unwrap_or(rest)),
        None if (3..=4).contains(&digits.len()) && digits.is_ascii() => {
            digits.split_at(digits.len() - 2)
        }
        None => return None,
    };
    let number = |t: &str| -> Option<i8> {
        let plain = !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| t.parse().ok()).flatten()
    };
    let (mut hour, minute) = (number(hour)?, number(minute)?);
    if let Some(half) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + half;
    }
    if (hour, minute) == (24, 0) {
        // The end of the day; kept as its last minute, as in messages.
        return Time::new(23, 59, 0, 0).ok();
    }
    Time::new(hour, minute, 0, 0).ok()
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '/' | '.' | ' ')
}

/// Divides a date from the time of day behind it.
fn divide(text: &str) -> (&str, &str) {
    let text = text.trim();
    let Some(colon) = text.find(':') else {
        return (text, "");
    };
    let before = text.get(..colon).unwrap_or_default();
    match before.rfind(['T', 't', ' ']) {
        Some(at) => (
            text.get(..at).unwrap_or_default().trim(),
            text.get(at + 1..).unwrap_or_default().trim(),
        ),
        None => (text, ""),
    }
}

/// The three numbers of a date with the year at its end, and what divides them.
fn numbers(date: &str) -> Option<([u16; 3], char)> {
    let separator = date.chars().find(|c| is_separator(*c))?;
    let mut parts = date.split(is_separator);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || first.len() > 2 || second.len() > 2 {
        return None;
    }
    if !matches!(year.len(), 2 | 4) {
        return None;
    }
    let number = |t: &str| t.parse::<u16>().ok();
    Some(([number(first)?, number(second)?, number(year)?], separator))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_of_every_usual_form_become_plain() {
        for (text, date, time) in [
            ("1988-02-09", "19880209", ""),
            ("1988-2-9", "19880209", ""),
            ("1988-02-09T09:15:00", "19880209", "09:15:00"),
            ("29/02/1988 9:15", "19880229", "9:15"),
            ("02/29/1988", "19880229", ""),
            ("29.02.1988", "19880229", ""),
            ("9.2.88", "880209", ""),
            ("19880229", "19880229", ""),
            ("29FEB88", "29FEB88", ""),
            ("9-February-1988", "09Feb1988", ""),
            ("9 feb 88", "09feb88", ""),
            ("1988", "1988", ""),
            ("1988-02", "198802", ""),
            ("02/1988", "198802", ""),
            ("00/02/1988", "19880200", ""),
            ("next week", "next week", ""),
        ] {
            let plain = plain(text, DayMonth::Open);
            assert_eq!((plain.date.as_str(), plain.time), (date, time), "{text}");
            assert!(!plain.ambiguous, "{text}");
        }
    }

    #[test]
    fn day_and_month_are_told_by_the_column_or_said_to_be_open() {
        let seen = |values: &[&str]| {
            values
                .iter()
                .fold(DayMonth::Open, |order, v| order.after(v))
        };
        assert_eq!(seen(&["03/04/1988"]), DayMonth::Open);
        assert_eq!(seen(&["03/04/1988", "13/04/1988"]), DayMonth::DayFirst);
        assert_eq!(seen(&["04/13/1988", "03/04/1988"]), DayMonth::MonthFirst);
        assert_eq!(seen(&["04/13/1988", "13/04/1988"]), DayMonth::Mixed);
        for (order, date, ambiguous) in [
            (DayMonth::Open, "19880403", true),
            (DayMonth::Mixed, "19880403", true),
            (DayMonth::DayFirst, "19880403", false),
            (DayMonth::MonthFirst, "19880304", false),
        ] {
            let found = plain("03/04/1988", order);
            assert_eq!((found.date.as_str(), found.ambiguous), (date, ambiguous));
        }
        assert!(!plain("04/04/1988", DayMonth::Open).ambiguous);
        assert!(!plain("03.04.1988", DayMonth::Open).ambiguous);
        assert_eq!(plain("13/04/1988", DayMonth::MonthFirst).date, "19880413");
    }

    #[test]
    fn times_of_day_are_read() {
        for (text, expected) in [
            ("9:15", Some("09:15")),
            ("0915", Some("09:15")),
            ("915", Some("09:15")),
            ("21:15:30", Some("21:15")),
            ("9:15 PM", Some("21:15")),
            ("12:05am", Some("00:05")),
            ("24:00", Some("23:59")),
            ("25:00", None),
            ("09:15Z", None),
            ("09:15+02:00", None),
            ("", None),
        ] {
            let found = time_of_day(text).map(|t| t.strftime("%H:%M").to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,24}", digits in "[0-9/.: TAPM-]{0,24}") {
            for text in [text, digits] {
                for order in [DayMonth::Open, DayMonth::DayFirst, DayMonth::MonthFirst] {
                    plain(&text, order.after(&text));
                }
                time_of_day(&text);
            }
        }
    }
}
