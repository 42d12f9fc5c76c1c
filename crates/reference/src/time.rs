//! Local times of airports as instants.
//!
//! The rules are the IANA time zone database that is compiled in with `jiff`: never the machine's
//! own files, never its `TZ`. The same bytes give the same instants everywhere.

use std::fmt;
use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

include!(concat!(env!("OUT_DIR"), "/zones.rs"));

/// Every zone, resolved when it is first asked for.
static RESOLVED: [OnceLock<Option<TimeZone>>; ZONES.len()] =
    [const { OnceLock::new() }; ZONES.len()];

/// The time zone of at least one airport.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(pub(crate) u16);

impl Zone {
    /// The zone of this name (`Europe/Stockholm`), case as in the database; `None` when no airport
    /// of the table has it.
    pub fn by_name(name: &str) -> Option<Self> {
        let index = ZONES.binary_search(&name).ok()?;
        u16::try_from(index).ok().map(Self)
    }

    /// Every zone, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).take(ZONES.len()).map(Self)
    }

    /// Its name in the IANA database.
    pub fn name(self) -> &'static str {
        ZONES.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// Its rules. A test resolves every zone, so that `None` does not occur with the database that
    /// this was tested with.
    pub fn rules(self) -> Option<&'static TimeZone> {
        RESOLVED
            .get(usize::from(self.0))?
            .get_or_init(|| TimeZoneDatabase::bundled().get(self.name()).ok())
            .as_ref()
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a local time stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instant {
    /// One instant.
    Exact(Timestamp),
    /// No clock showed it: it lies in the hour that was skipped.
    InGap {
        /// What a clock that was not put forward means by it: as long after the change as the
        /// local time lies behind the start of the gap. 02:30 becomes 03:30.
        after: Timestamp,
    },
    /// The clocks showed it twice, before and after they were put back.
    Twice {
        /// Before they were put back.
        first: Timestamp,
        /// After.
        second: Timestamp,
    },
}

impl Instant {
    /// One instant for all cases: the first of two, and in a gap the one after it.
    ///
    /// It is the reading of RFC 5545 and of `java.time`, hence of most who send.
    pub const fn earliest(self) -> Timestamp {
        match self {
            Self::Exact(only) => only,
            Self::InGap { after } => after,
            Self::Twice { first, .. } => first,
        }
    }

    /// Whether the local time stands for exactly one instant.
    pub const fn is_exact(self) -> bool {
        matches!(self, Self::Exact(_))
    }
}

/// The instant that `local` stands for in a zone.
///
/// `None` only for times within a day of the years −9999 and 9999, whose instants cannot be told.
pub fn to_instant(zone: Zone, local: DateTime) -> Option<Instant> {
    let ambiguous = zone.rules()?.to_ambiguous_timestamp(local);
    Some(match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => Instant::Exact(offset.to_timestamp(local).ok()?),
        AmbiguousOffset::Gap { before, .. } => Instant::InGap {
            after: before.to_timestamp(local).ok()?,
        },
        AmbiguousOffset::Fold { before, after } => Instant::Twice {
            first: before.to_timestamp(local).ok()?,
            second: after.to_timestamp(local).ok()?,
        },
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::airport;

    fn at(airport: &str, local: &str) -> Instant {
        let zone = airport::by_iata(airport).unwrap().zone();
        to_instant(zone, local.parse().unwrap()).unwrap()
    }

    fn utc(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_ordinary_time_is_one_instant() {
        assert_eq!(
            at("ORD", "2007-02-19T18:40"),
            Instant::Exact(utc("2007-02-20T00:40Z"))
        );
        assert_eq!(
            at("CDG", "2026-07-14T12:00"),
            Instant::Exact(utc("2026-07-14T10:00Z"))
        );
        assert_eq!(
            at("SIN", "2026-01-01T00:30"),
            Instant::Exact(utc("2025-12-31T16:30Z"))
        );
    }

    #[test]
    fn half_hour_and_quarter_hour_zones() {
        assert_eq!(
            at("DEL", "2026-11-24T05:30"),
            Instant::Exact(utc("2026-11-24T00:00Z"))
        );
        assert_eq!(
            at("KTM", "2026-11-24T05:45"),
            Instant::Exact(utc("2026-11-24T00:00Z"))
        );
        assert_eq!(
            at("YYT", "2026-01-10T12:00"),
            Instant::Exact(utc("2026-01-10T15:30Z"))
        );
        // Chatham Islands in summer: 13:45 ahead.
        assert_eq!(
            at("CHT", "2026-01-10T13:45"),
            Instant::Exact(utc("2026-01-10T00:00Z"))
        );
    }

    #[test]
    fn the_skipped_hour_is_a_gap() {
        let gap = |text| Instant::InGap { after: utc(text) };
        assert_eq!(at("JFK", "2026-03-08T02:30"), gap("2026-03-08T07:30Z"));
        assert_eq!(at("CDG", "2026-03-29T02:00"), gap("2026-03-29T01:00Z"));
        assert_eq!(
            at("CDG", "2026-03-29T03:00"),
            Instant::Exact(utc("2026-03-29T01:00Z"))
        );
        assert_eq!(at("SYD", "2026-10-04T02:59"), gap("2026-10-03T16:59Z"));
        // Lord Howe Island skips half an hour.
        assert_eq!(at("LDH", "2026-10-04T02:15"), gap("2026-10-03T15:45Z"));
        assert_eq!(
            at("LDH", "2026-10-04T02:30"),
            Instant::Exact(utc("2026-10-03T15:30Z"))
        );
    }

    #[test]
    fn the_repeated_hour_is_two_instants() {
        let twice = |first, second| Instant::Twice {
            first: utc(first),
            second: utc(second),
        };
        assert_eq!(
            at("JFK", "2026-11-01T01:30"),
            twice("2026-11-01T05:30Z", "2026-11-01T06:30Z")
        );
        assert_eq!(
            at("JFK", "2026-11-01T02:00"),
            Instant::Exact(utc("2026-11-01T07:00Z"))
        );
        assert_eq!(
            at("CDG", "2026-10-25T02:30"),
            twice("2026-10-25T00:30Z", "2026-10-25T01:30Z")
        );
        assert_eq!(
            at("SYD", "2026-04-05T02:30"),
            twice("2026-04-04T15:30Z", "2026-04-04T16:30Z")
        );
    }

    #[test]
    fn a_day_that_was_skipped_whole_is_a_gap() {
        // Samoa crossed the date line.
        assert_eq!(
            at("APW", "2011-12-30T12:00"),
            Instant::InGap {
                after: utc("2011-12-30T22:00Z")
            }
        );
    }

    #[test]
    fn one_instant_for_all_cases() {
        assert_eq!(
            at("JFK", "2026-03-08T02:30").earliest(),
            utc("2026-03-08T07:30Z")
        );
        assert_eq!(
            at("JFK", "2026-11-01T01:30").earliest(),
            utc("2026-11-01T05:30Z")
        );
        assert!(at("JFK", "2026-11-02T01:30").is_exact());
        assert!(!at("JFK", "2026-11-01T01:30").is_exact());
    }

    #[test]
    fn the_ends_of_time_are_unknown_not_wrong() {
        let zone = Zone::by_name("America/Los_Angeles").unwrap();
        assert_eq!(to_instant(zone, DateTime::MAX), None);
        let zone = Zone::by_name("Asia/Tokyo").unwrap();
        assert_eq!(to_instant(zone, DateTime::MIN), None);
    }

    #[test]
    fn every_zone_has_rules_and_its_name_finds_it() {
        assert_eq!(Zone::all().count(), 372);
        for zone in Zone::all() {
            assert_eq!(Zone::by_name(zone.name()), Some(zone));
            assert!(zone.rules().is_some(), "{zone:?}");
            assert!(
                to_instant(zone, date(2026, 11, 24).at(12, 0, 0, 0)).is_some(),
                "{zone:?}"
            );
        }
        assert_eq!(Zone::by_name("Europe/Atlantis"), None);
        assert_eq!(Zone::by_name(""), None);
    }

    proptest! {
        #[test]
        fn an_instant_shows_the_local_time_it_came_from(
            zone in 0..ZONES.len() as u16,
            days in -20_000..40_000_i64,
            minute in 0..1440_i64,
        ) {
            let zone = Zone(zone);
            let day = date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let local = day.at(0, 0, 0, 0).checked_add(jiff::Span::new().minutes(minute)).unwrap();
            let shows = |instant: Timestamp| zone.rules().unwrap().to_datetime(instant);
            match to_instant(zone, local).unwrap() {
                Instant::Exact(only) => prop_assert_eq!(shows(only), local),
                Instant::InGap { after } => prop_assert!(shows(after) > local),
                Instant::Twice { first, second } => {
                    prop_assert!(first < second);
                    prop_assert_eq!(shows(first), local);
                    prop_assert_eq!(shows(second), local);
                }
            }
        }
    }
}
