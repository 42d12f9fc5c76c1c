//! Dates of the Islamic and the Persian calendar in the Gregorian one, by arithmetic alone.
//!
//! - Hijri (lunar): the tabular Islamic calendar, civil epoch Friday 16 July 622 (Julian), leap years
//!   2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29 of each cycle of 30 (R. van Gent, "The Arithmetical
//!   Islamic Calendar"; formula of the *Explanatory Supplement to the Astronomical Almanac* § 12.93).
//!   Months in use begin with the sighted moon, so a day may differ by one either way: intervals
//!   made from it are widened by a day.
//! - Solar Hijri: the arithmetical 33-year cycle, exact for 1178–1633 AP (1800–2255 CE).

use jiff::civil::Date;

/// Julian day number of 1 January of year 1 of the Gregorian calendar.
const GREGORIAN_EPOCH: i64 = 1_721_426;

/// The Gregorian date of a day of the tabular Islamic calendar.
///
/// `year` 1–1500, `month` 1–12, `day` 1–30; `None` outside.
pub(super) fn from_hijri(year: i64, month: i64, day: i64) -> Option<Date> {
    if !(1..=1500).contains(&year) || !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    from_julian_day(
        (11 * year + 3) / 30 + 354 * year + 30 * month - (month - 1) / 2 + day + 1_948_440 - 385,
    )
}

/// The Gregorian date of a day of the solar Hijri calendar.
///
/// `year` 1178–1633, `month` 1–12, `day` 1–31; `None` outside.
pub(super) fn from_solar_hijri(year: i64, month: i64, day: i64) -> Option<Date> {
    if !(1178..=1633).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let before = if month <= 7 {
        31 * (month - 1)
    } else {
        30 * (month - 1) + 6
    };
    from_julian_day(1_948_319 + 365 * (year - 1) + (8 * year + 21) / 33 + before + day)
}

fn from_julian_day(day: i64) -> Option<Date> {
    let days = i32::try_from(day - GREGORIAN_EPOCH).ok()?;
    Date::constant(1, 1, 1)
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn known_days_agree() {
        // New years of the tabular calendar as published.
        assert_eq!(from_hijri(1400, 1, 1), Some(date(1979, 11, 21)));
        assert_eq!(from_hijri(1420, 1, 1), Some(date(1999, 4, 17)));
        assert_eq!(from_hijri(1445, 1, 1), Some(date(2023, 7, 19)));
        assert_eq!(from_hijri(1402, 6, 24), Some(date(1982, 4, 19)));
        // Nowruz.
        assert_eq!(from_solar_hijri(1343, 1, 1), Some(date(1964, 3, 21)));
        assert_eq!(from_solar_hijri(1357, 11, 22), Some(date(1979, 2, 11)));
        assert_eq!(from_solar_hijri(1400, 1, 1), Some(date(2021, 3, 21)));
        assert_eq!(from_solar_hijri(1403, 12, 30), Some(date(2025, 3, 20)));
        assert_eq!(from_solar_hijri(1404, 1, 1), Some(date(2025, 3, 21)));
    }

    #[test]
    fn years_follow_each_other() {
        for year in 1200..1499 {
            let (this, next) = (from_hijri(year, 1, 1), from_hijri(year + 1, 1, 1));
            let days = this.unwrap().until(next.unwrap()).unwrap().get_days();
            assert!(days == 354 || days == 355, "{year}: {days}");
        }
        for year in 1178..1633 {
            let (this, next) = (
                from_solar_hijri(year, 1, 1),
                from_solar_hijri(year + 1, 1, 1),
            );
            let days = this.unwrap().until(next.unwrap()).unwrap().get_days();
            assert!(days == 365 || days == 366, "{year}: {days}");
        }
    }
}
