//! Durations of law and the clocks they set.
//!
//! Law counts in months: six months from 31 August end on the last day of February. So durations
//! are kept as calendar units (ISO 8601) and added to a date of the calendar, in UTC; only a
//! duration of hours is a fixed length.

use std::fmt;

use jiff::tz::Offset;
use jiff::{Span, Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A duration in units of the calendar: `P6M`, `P5Y`, `PT72H`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, JsonSchema)]
#[schemars(transparent)]
pub struct Term(#[schemars(with = "String", regex(pattern = "^P"))] Parts);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Parts {
    months: i32,
    days: i32,
    seconds: i64,
}

/// At most a century: no clock of law runs longer, and none overflows.
const LONGEST_MONTHS: i32 = 1200;
const LONGEST_DAYS: i32 = 36_525;
const LONGEST_SECONDS: i64 = 36_525 * 86_400;

impl Term {
    /// Reads ISO 8601: `P`, then years, months, weeks, days, then `T` with hours, minutes, seconds;
    /// whole, positive, at most a century.
    pub fn parse(text: &str) -> Option<Self> {
        let span: Span = text.starts_with('P').then(|| text.parse().ok()).flatten()?;
        let months = i32::from(span.get_years())
            .checked_mul(12)?
            .checked_add(span.get_months())?;
        let days = span
            .get_weeks()
            .checked_mul(7)?
            .checked_add(span.get_days())?;
        let seconds = i64::from(span.get_hours())
            .checked_mul(3600)?
            .checked_add(span.get_minutes().checked_mul(60)?)?
            .checked_add(span.get_seconds())?;
        let whole = span.get_milliseconds() == 0
            && span.get_microseconds() == 0
            && span.get_nanoseconds() == 0;
        let in_range = (0..=LONGEST_MONTHS).contains(&months)
            && (0..=LONGEST_DAYS).contains(&days)
            && (0..=LONGEST_SECONDS).contains(&seconds)
            && (months, days, seconds) != (0, 0, 0);
        (whole && in_range).then_some(Self(Parts {
            months,
            days,
            seconds,
        }))
    }

    /// A number of seconds.
    pub const fn seconds(seconds: u32) -> Self {
        Self(Parts {
            months: 0,
            days: 0,
            seconds: seconds as i64,
        })
    }

    /// The instant this long after `start`, counted on the calendar of UTC: a day that the month
    /// does not have becomes its last one.
    ///
    /// An instant beyond the calendar (year 9999) is its last one.
    pub fn after(self, start: Timestamp) -> Timestamp {
        let Parts {
            months,
            days,
            seconds,
        } = self.0;
        if months == 0 && days == 0 {
            return start
                .checked_add(seconds.seconds())
                .unwrap_or(Timestamp::MAX);
        }
        let span = months.months().days(days).seconds(seconds);
        Offset::UTC
            .to_datetime(start)
            .checked_add(span)
            .and_then(|end| Offset::UTC.to_timestamp(end))
            .unwrap_or(Timestamp::MAX)
    }

    /// Whether this never ends later than `other`, whatever the day it starts on.
    ///
    /// Every day of eight years around a skipped leap year is tried, so that months of 28 to 31
    /// days are compared with days fairly.
    pub fn never_exceeds(self, other: Self) -> bool {
        if self.0.days == 0 && other.0.days == 0 && self.0.seconds == 0 && other.0.seconds == 0 {
            return self.0.months <= other.0.months;
        }
        // In UTC a day is a day.
        if self.0.months == 0 && other.0.months == 0 {
            let seconds = |parts: Parts| i64::from(parts.days) * 86_400 + parts.seconds;
            return seconds(self.0) <= seconds(other.0);
        }
        let first = jiff::civil::date(2096, 1, 1);
        (0..2922).all(|day| {
            let Ok(start) = first.checked_add(day.days()) else {
                return false;
            };
            let Ok(start) = Offset::UTC.to_timestamp(start.at(0, 0, 0, 0)) else {
                return false;
            };
            self.after(start) <= other.after(start)
        })
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts {
            months,
            days,
            seconds,
        } = self.0;
        f.write_str("P")?;
        for (n, unit) in [(months / 12, 'Y'), (months % 12, 'M'), (days, 'D')] {
            if n != 0 {
                write!(f, "{n}{unit}")?;
            }
        }
        if seconds != 0 {
            f.write_str("T")?;
            let clock = [
                (seconds / 3600, 'H'),
                (seconds / 60 % 60, 'M'),
                (seconds % 60, 'S'),
            ];
            for (n, unit) in clock {
                if n != 0 {
                    write!(f, "{n}{unit}")?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(
                "no duration: write ISO 8601, whole and positive, at most a century (P6M, P5Y, PT72H)",
            )
        })
    }
}

/// The day of the calendar of UTC on which `instant` falls.
pub(crate) fn day(instant: Timestamp) -> jiff::civil::Date {
    Offset::UTC.to_datetime(instant).date()
}

/// When a record must be masked and deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// From this instant on, what is masked is out of the operational store.
    pub mask_at: Option<Timestamp>,
    /// From this instant on, the record's key is destroyed.
    pub delete_at: Deletion,
}

/// When a record goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// At this instant.
    At(Timestamp),
    /// Together with the record it was made from.
    WithUnderlyingData,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(term: &str, start: &str) -> String {
        Term::parse(term)
            .unwrap()
            .after(start.parse().unwrap())
            .to_string()
    }

    // proves: RET-08
    // proves part of: RET-12
    #[test]
    fn months_end_where_the_calendar_ends_them() {
        // By hand: a day the month does not have becomes its last.
        for (term, start, end) in [
            ("P6M", "2026-08-31T12:00:00Z", "2027-02-28T12:00:00Z"),
            ("P6M", "2027-08-31T12:00:00Z", "2028-02-29T12:00:00Z"),
            ("P6M", "2026-08-28T00:00:00Z", "2027-02-28T00:00:00Z"),
            ("P1Y", "2028-02-29T23:59:59Z", "2029-02-28T23:59:59Z"),
            ("P5Y", "2028-02-29T00:00:00Z", "2033-02-28T00:00:00Z"),
            ("P1M", "2027-01-31T00:00:00Z", "2027-02-28T00:00:00Z"),
            // The clocks of Europe go forward on 28 March 2027: UTC does not care.
            ("P1D", "2027-03-27T12:00:00Z", "2027-03-28T12:00:00Z"),
            ("PT48H", "2027-03-27T12:00:00Z", "2027-03-29T12:00:00Z"),
            ("PT90S", "2026-12-31T23:59:00Z", "2027-01-01T00:00:30Z"),
            ("P2W", "2026-12-20T00:00:00Z", "2027-01-03T00:00:00Z"),
        ] {
            assert_eq!(after(term, start), end, "{term} after {start}");
        }
    }

    #[test]
    fn durations_are_whole_positive_and_bounded() {
        for text in [
            "", "6M", "P0D", "-P6M", "P200Y", "PT0.5S", "P6", "P6M ", "NO",
        ] {
            assert_eq!(Term::parse(text), None, "{text}");
        }
        for text in ["P6M", "P5Y", "PT72H", "P1Y6M2DT3H4M5S", "PT90S"] {
            let term = Term::parse(text).unwrap();
            assert_eq!(Term::parse(&term.to_string()), Some(term), "{text}");
        }
    }

    #[test]
    fn months_and_days_are_compared_on_every_day() {
        let exceeds = |a, b| {
            !Term::parse(a)
                .unwrap()
                .never_exceeds(Term::parse(b).unwrap())
        };
        assert!(!exceeds("P6M", "P6M"));
        assert!(!exceeds("P181D", "P6M"));
        assert!(exceeds("P182D", "P6M"));
        assert!(!exceeds("P6M", "P184D"));
        assert!(exceeds("P6M", "P183D"));
        assert!(exceeds("PT73H", "P3D"));
        assert!(!exceeds("P365D", "P1Y"));
    }

    proptest! {
        #[test]
        fn clocks_never_run_backwards(
            start in 0i64..4_000_000_000, months in 0i32..1200, days in 0i32..400, secs in 1i64..90_000,
        ) {
            let term = Term(Parts { months, days, seconds: secs });
            let start = Timestamp::from_second(start).unwrap();
            prop_assert!(term.after(start) > start);
            prop_assert_eq!(Term::parse(&term.to_string()), Some(term));
        }
    }
}
