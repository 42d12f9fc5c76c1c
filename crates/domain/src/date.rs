//! Dates of which a part may be unknown.

use std::fmt;

use jiff::civil::Date;

/// A date of the Gregorian calendar, of which the day, or month and day, may be unknown.
///
/// Travel documents know such dates (ICAO Doc 9303 part 3 section 4.8), and so do lists. A year is
/// always known; a date without one is no date.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i16,
    /// 1–12, or 0 when unknown.
    month: u8,
    /// 1–31, or 0 when unknown.
    day: u8,
}

impl PartialDate {
    /// The date of `year` (1–9999), `month` and `day`; `None` when the calendar has no such date or
    /// a day is given without its month.
    #[inline]
    pub const fn new(year: i16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        if year < 1 || year > 9999 {
            return None;
        }
        match (month, day) {
            (None, None) => Some(Self {
                year,
                month: 0,
                day: 0,
            }),
            (None, Some(_)) => None,
            (Some(month), day) => {
                if month < 1 || month > 12 {
                    return None;
                }
                match day {
                    None => Some(Self {
                        year,
                        month,
                        day: 0,
                    }),
                    Some(day) if day >= 1 && day <= days_in(year, month) => {
                        Some(Self { year, month, day })
                    }
                    Some(_) => None,
                }
            }
        }
    }

    /// The year, 1–9999.
    pub const fn year(self) -> i16 {
        self.year
    }

    /// The month, 1–12.
    pub const fn month(self) -> Option<u8> {
        if self.month == 0 {
            None
        } else {
            Some(self.month)
        }
    }

    /// The day, 1–31.
    pub const fn day(self) -> Option<u8> {
        if self.day == 0 { None } else { Some(self.day) }
    }

    /// Whether day and month are known.
    pub const fn is_complete(self) -> bool {
        self.day != 0
    }

    /// The first day this date can mean.
    pub fn earliest(self) -> Date {
        Date::constant(self.year, self.month.max(1) as i8, self.day.max(1) as i8)
    }

    /// The last day this date can mean.
    pub fn latest(self) -> Date {
        let month = if self.month == 0 { 12 } else { self.month };
        let day = if self.day == 0 {
            days_in(self.year, month)
        } else {
            self.day
        };
        Date::constant(self.year, month as i8, day as i8)
    }
}

/// Days of a month of the Gregorian calendar.
const fn days_in(year: i16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self {
            year: date.year().max(1),
            month: date.month() as u8,
            day: date.day() as u8,
        }
    }
}

impl fmt::Display for PartialDate {
    /// ISO 8601 as far as known: `1970`, `1970-05`, `1970-05-17`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.month != 0 {
            write!(f, "-{:02}", self.month)?;
        }
        if self.day != 0 {
            write!(f, "-{:02}", self.day)?;
        }
        Ok(())
    }
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_date_is_written_as_far_as_known() {
        assert_eq!(
            PartialDate::new(1970, None, None).unwrap().to_string(),
            "1970"
        );
        assert_eq!(
            PartialDate::new(1970, Some(5), None).unwrap().to_string(),
            "1970-05"
        );
        assert_eq!(
            PartialDate::new(1970, Some(5), Some(17))
                .unwrap()
                .to_string(),
            "1970-05-17"
        );
    }

    #[test]
    fn impossible_dates_do_not_exist() {
        assert_eq!(PartialDate::new(1970, None, Some(1)), None);
        assert_eq!(PartialDate::new(1971, Some(2), Some(29)), None);
        assert_eq!(PartialDate::new(1900, Some(2), Some(29)), None);
        assert!(PartialDate::new(2000, Some(2), Some(29)).is_some());
        assert_eq!(PartialDate::new(0, None, None), None);
    }

    proptest! {
        #[test]
        fn the_range_holds_the_date(year in 1i16..=9999, month in 0u8..=13, day in 0u8..=32) {
            let some = |n: u8| (n != 0).then_some(n);
            if let Some(date) = PartialDate::new(year, some(month), some(day)) {
                prop_assert!(date.earliest() <= date.latest());
                if date.is_complete() {
                    prop_assert_eq!(date.earliest(), date.latest());
                    prop_assert_eq!(PartialDate::from(date.earliest()), date);
                }
            } else if (1..=12).contains(&month) {
                prop_assert!(jiff::civil::Date::new(year, month as i8, day as i8).is_err());
            }
        }
    }
}
