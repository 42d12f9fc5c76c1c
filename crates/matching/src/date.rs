//! Dates of birth held against each other.

use jiff::civil::Date;
use tidewaiter_domain::{BirthDate, PartialDate};

/// What two dates of birth are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DateRelation {
    /// The same day.
    SameDay,
    /// Day and month changed places.
    Swapped,
    /// One or two days apart.
    NearDay,
    /// The same year and month, another day.
    SameMonth,
    /// One side knows a year or range only, and the other lies in it.
    Within,
    /// The same year, another day and month.
    SameYear,
    /// The same day and month, one to three years apart.
    YearOff,
    /// One year apart at most, or within two of an approximate year.
    NearYear,
    /// Two or three years apart.
    FewYears,
    /// Four to ten years apart.
    OtherYears,
    /// More than ten years apart.
    OtherAge,
}

impl DateRelation {
    /// Number of relations.
    pub(crate) const COUNT: usize = 11;

    /// All relations in the order of their declaration.
    pub const ALL: [Self; Self::COUNT] = [
        Self::SameDay,
        Self::Swapped,
        Self::NearDay,
        Self::SameMonth,
        Self::Within,
        Self::SameYear,
        Self::YearOff,
        Self::NearYear,
        Self::FewYears,
        Self::OtherYears,
        Self::OtherAge,
    ];

    /// The name in results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameDay => "same-day",
            Self::Swapped => "day-month-swapped",
            Self::NearDay => "one-or-two-days-apart",
            Self::SameMonth => "same-month",
            Self::Within => "within",
            Self::SameYear => "same-year",
            Self::YearOff => "year-off",
            Self::NearYear => "one-year-apart",
            Self::FewYears => "two-or-three-years-apart",
            Self::OtherYears => "four-to-ten-years-apart",
            Self::OtherAge => "another-age",
        }
    }
}

/// A date of birth as far as it is known: an interval of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Born {
    /// First day it can mean.
    pub from: Date,
    /// Last day it can mean.
    pub to: Date,
    /// Whether it is said to be approximate.
    pub circa: bool,
}

impl From<PartialDate> for Born {
    fn from(date: PartialDate) -> Self {
        Self {
            from: date.earliest(),
            to: date.latest(),
            circa: false,
        }
    }
}

impl From<&BirthDate> for Born {
    fn from(date: &BirthDate) -> Self {
        Self {
            from: date.from,
            to: date.to,
            circa: date.circa,
        }
    }
}

impl Born {
    /// Whether it is one day. 1 January of a date that is called approximate is a year.
    pub(crate) fn is_day(&self) -> bool {
        self.from == self.to && !(self.circa && self.from.day_of_year() == 1)
    }

    /// As far as known: `1970`, `1970-05`, `1970-05-17`, `1970 to 1973`, with `about` before it.
    pub fn describe(&self) -> String {
        let (from, to) = (self.from, self.to);
        let whole_years = from.day_of_year() == 1 && to.month() == 12 && to.day() == 31;
        let text = if from == to {
            from.to_string()
        } else if whole_years && from.year() == to.year() {
            format!("{:04}", from.year())
        } else if whole_years {
            format!("{:04} to {:04}", from.year(), to.year())
        } else if from.day() == 1 && from.year() == to.year() && from.month() == to.month() {
            format!("{:04}-{:02}", from.year(), from.month())
        } else {
            format!("{from} to {to}")
        };
        if self.circa {
            format!("about {text}")
        } else {
            text
        }
    }
}

/// What two dates are to each other.
pub fn relate(left: &Born, right: &Born) -> DateRelation {
    let circa = i16::from(left.circa || right.circa);
    let apart = if left.to < right.from {
        years(left.to, right.from)
    } else if right.to < left.from {
        years(right.to, left.from)
    } else if left.is_day() && right.is_day() {
        return DateRelation::SameDay;
    } else {
        return DateRelation::Within;
    };
    if left.is_day() && right.is_day() {
        let (a, b) = (left.from, right.from);
        if a.year() == b.year() {
            if a.month() == b.day() && a.day() == b.month() {
                return DateRelation::Swapped;
            }
            if (i32::from(a.day_of_year()) - i32::from(b.day_of_year())).abs() <= 2 {
                return DateRelation::NearDay;
            }
            return if a.month() == b.month() {
                DateRelation::SameMonth
            } else {
                DateRelation::SameYear
            };
        }
        if apart <= 3 && a.month() == b.month() && a.day() == b.day() {
            return DateRelation::YearOff;
        }
    } else if left.from.year() == right.from.year() && left.to.year() == right.to.year() {
        return DateRelation::SameYear;
    }
    match apart - circa {
        i16::MIN..=1 => DateRelation::NearYear,
        2..=3 => DateRelation::FewYears,
        4..=10 => DateRelation::OtherYears,
        _ => DateRelation::OtherAge,
    }
}

fn years(before: Date, after: Date) -> i16 {
    after.year() - before.year()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(a: &str, b: &str) -> DateRelation {
        let read = |text: &str| {
            let parts: Vec<i16> = text.split('-').map(|part| part.parse().unwrap()).collect();
            let part = |at: usize| parts.get(at).map(|part| *part as u8);
            Born::from(PartialDate::new(parts[0], part(1), part(2)).unwrap())
        };
        relate(&read(a), &read(b))
    }

    #[test]
    fn dates_have_relations() {
        assert_eq!(relation("1970-05-17", "1970-05-17"), DateRelation::SameDay);
        assert_eq!(relation("1970-05-07", "1970-07-05"), DateRelation::Swapped);
        assert_eq!(relation("1970-05-17", "1970"), DateRelation::Within);
        assert_eq!(relation("1970-05-17", "1970-05-18"), DateRelation::NearDay);
        assert_eq!(relation("1970-05-17", "1972-05-17"), DateRelation::YearOff);
        assert_eq!(relation("1970-05-17", "1971"), DateRelation::NearYear);
        assert_eq!(relation("1970-05-17", "1972-09-01"), DateRelation::FewYears);
        assert_eq!(relation("1970-05-17", "1999"), DateRelation::OtherAge);
        assert_eq!(relation("1970", "1970"), DateRelation::Within);
    }
}
