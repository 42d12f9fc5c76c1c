//! Airports by IATA and ICAO code, and the metropolitan areas of IATA.
//!
//! A city code (`LON`, `NYC`) names no airport. What all airports of the city have in common, its
//! country and mostly its time zone, is known; anything else would be a guess.

use crate::letters;
use crate::time::Zone;

include!(concat!(env!("OUT_DIR"), "/airports.rs"));

/// The names of airports and cities, one after the other.
static TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/airports.txt"));

/// One airport.
#[derive(Debug, PartialEq, Eq)]
pub struct Airport {
    iata: [u8; 3],
    icao: [u8; 4],
    country: [u8; 3],
    zone: Zone,
    /// Micro-degrees.
    north: i32,
    /// Micro-degrees.
    east: i32,
    name: u32,
    city: u32,
}

// Half the compiled size of this crate hangs on it.
const _: () = assert!(size_of::<Airport>() == 28);

/// A text by its place (upper 25 bits) and length in bytes (lower 7 bits).
fn text(place: u32) -> &'static str {
    let start = (place >> 7) as usize;
    TEXTS
        .get(start..start + (place & 0x7f) as usize)
        .unwrap_or_default()
}

impl Airport {
    /// The three letters of IATA, where it has a code.
    pub fn iata(&'static self) -> Option<&'static str> {
        Some(letters::as_text(&self.iata)).filter(|code| !code.is_empty())
    }

    /// The four letters of ICAO, where it has a location indicator.
    pub fn icao(&'static self) -> Option<&'static str> {
        Some(letters::as_text(&self.icao)).filter(|code| !code.is_empty())
    }

    /// Its English name.
    pub fn name(&self) -> &'static str {
        text(self.name)
    }

    /// The city or place it serves.
    pub fn city(&self) -> &'static str {
        text(self.city)
    }

    /// The three letters of its country, as [`crate::country`] knows it.
    pub const fn country(&self) -> [u8; 3] {
        self.country
    }

    /// Its time zone.
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// Degrees north, −90 to 90.
    pub fn latitude(&self) -> f64 {
        f64::from(self.north) / 1e6
    }

    /// Degrees east, −180 to 180.
    pub fn longitude(&self) -> f64 {
        f64::from(self.east) / 1e6
    }
}

/// The airport number `number`, counted from 1.
fn numbered(number: u16) -> Option<&'static Airport> {
    AIRPORTS.get(usize::from(number).checked_sub(1)?)
}

/// The airport of an IATA code, in either case, spaces around it aside; `None` when it is unknown.
pub fn by_iata(code: &str) -> Option<&'static Airport> {
    numbered(BY_IATA[letters::three(letters::three_bytes(code)?)?])
}

/// The airport of an ICAO location indicator, in either case, spaces around it aside; `None` when
/// it is unknown.
pub fn by_icao(code: &str) -> Option<&'static Airport> {
    let code: [u8; 4] = code.trim_ascii().as_bytes().try_into().ok()?;
    let code = code.map(|letter| letter.to_ascii_uppercase());
    let region = letters::two(code[0], code[1])?;
    let (start, end) = (BY_ICAO[region].into(), BY_ICAO[region + 1].into());
    let region = AIRPORTS.get(start..end)?;
    region.get(
        region
            .binary_search_by_key(&code, |airport| airport.icao)
            .ok()?,
    )
}

/// Every airport of the table: those without an ICAO code first, then by ICAO code.
pub fn all() -> &'static [Airport] {
    &AIRPORTS
}

/// A metropolitan area with a code of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct City {
    iata: [u8; 3],
    name: &'static str,
    members: &'static [u16],
}

impl City {
    /// The three letters of IATA; an airport of the city may carry the same.
    pub fn iata(&'static self) -> &'static str {
        letters::as_text(&self.iata)
    }

    /// Its English name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its airports by IATA code; at least one.
    pub fn airports(&self) -> impl Iterator<Item = &'static Airport> {
        self.members.iter().filter_map(|number| numbered(*number))
    }

    /// The country, when all its airports lie in it.
    pub fn country(&self) -> Option<[u8; 3]> {
        self.common(Airport::country)
    }

    /// The time zone, when all its airports share it.
    pub fn zone(&self) -> Option<Zone> {
        self.common(Airport::zone)
    }

    fn common<T: PartialEq>(&self, of: impl Fn(&Airport) -> T) -> Option<T> {
        let mut airports = self.airports();
        let first = of(airports.next()?);
        airports
            .all(|airport| of(airport) == first)
            .then_some(first)
    }
}

/// The metropolitan area of a code, in either case, spaces around it aside; `None` when there is
/// none.
pub fn city(code: &str) -> Option<&'static City> {
    let code = letters::three_bytes(code)?.map(|letter| letter.to_ascii_uppercase());
    CITIES.get(CITIES.binary_search_by_key(&code, |city| city.iata).ok()?)
}

/// Every metropolitan area of the table, by its code.
pub fn cities() -> &'static [City] {
    &CITIES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::country;

    #[test]
    fn an_airport_has_its_particulars() {
        let kennedy = by_iata("JFK").unwrap();
        assert_eq!(
            (kennedy.iata(), kennedy.icao()),
            (Some("JFK"), Some("KJFK"))
        );
        assert_eq!(kennedy.city(), "New York");
        assert!(kennedy.name().contains("Kennedy"), "{}", kennedy.name());
        assert_eq!(kennedy.country(), *b"USA");
        assert_eq!(kennedy.zone().name(), "America/New_York");
        assert!((kennedy.latitude() - 40.639).abs() < 0.01);
        assert!((kennedy.longitude() + 73.779).abs() < 0.01);
        assert_eq!(by_iata("PRN").unwrap().country(), *b"RKS");
    }

    #[test]
    fn either_case_and_both_codes_find_the_same() {
        assert_eq!(by_iata(" cdg ").unwrap().icao(), Some("LFPG"));
        assert_eq!(by_icao("lfpg"), by_iata("CDG"));
        assert_eq!(by_icao("KJFK"), by_iata("JFK"));
    }

    #[test]
    fn an_unknown_airport_is_unknown() {
        for code in [
            "", "ZZZ", "QQQ", "LON", "NYC", "J FK", "JF", "JFKX", "JF1", "ÄÖ", "€",
        ] {
            assert_eq!(by_iata(code), None, "{code:?}");
        }
        for code in ["", "JFK", "QQQQ", "ZZZZ", "07FA", "A1", "ÄÖ"] {
            assert_eq!(by_icao(code), None, "{code:?}");
        }
    }

    #[test]
    fn every_row_resolves_to_itself() {
        assert_eq!(all().len(), 17_340);
        assert_eq!(
            all()
                .iter()
                .filter(|airport| airport.iata().is_some())
                .count(),
            7_884
        );
        for airport in all() {
            assert!(airport.iata().is_some() || airport.icao().is_some());
            if let Some(iata) = airport.iata() {
                assert_eq!(by_iata(iata), Some(airport));
            }
            if let Some(icao) = airport.icao() {
                assert_eq!(by_icao(icao), Some(airport));
            }
            assert!(country::by_alpha3(airport.country()).is_some());
            assert!(!airport.name().is_empty());
            assert!(airport.latitude().abs() <= 90.0 && airport.longitude().abs() <= 180.0);
        }
    }

    #[test]
    fn texts_are_those_of_the_table() {
        let table = include_str!("../data/airports.tsv");
        for (line, airport) in table.lines().skip(1).zip(all()) {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(
                columns[..2],
                [airport.icao().unwrap_or(""), airport.iata().unwrap_or("")]
            );
            assert_eq!(columns[3], airport.zone().name());
            assert_eq!(columns[6..], [airport.name(), airport.city()]);
        }
    }

    #[test]
    fn a_city_knows_what_its_airports_share() {
        let london = city("lon").unwrap();
        assert_eq!((london.iata(), london.name()), ("LON", "London"));
        assert!(
            london
                .airports()
                .any(|airport| airport.iata() == Some("LHR"))
        );
        assert_eq!(london.country(), Some(*b"GBR"));
        assert_eq!(london.zone().unwrap().name(), "Europe/London");
        let york: Vec<_> = city("NYC")
            .unwrap()
            .airports()
            .filter_map(Airport::iata)
            .collect();
        assert_eq!(york, ["EWR", "JFK", "LGA"]);
        let beijing = city("BJS").unwrap();
        assert_eq!(beijing.zone().unwrap().name(), "Asia/Shanghai");
        assert_eq!(city("JFK"), None);
        assert_eq!(city(""), None);
    }

    #[test]
    fn a_city_whose_airports_differ_has_nothing_in_common() {
        static MIXED: [u16; 2] = [1, 17_340];
        let apart = City {
            iata: *b"AAA",
            name: "",
            members: &MIXED,
        };
        assert_eq!((apart.country(), apart.zone()), (None, None));
    }

    #[test]
    fn every_city_has_airports_and_is_found() {
        assert_eq!(cities().len(), 41);
        for metropolis in cities() {
            assert_eq!(city(metropolis.iata()), Some(metropolis));
            assert!(metropolis.airports().count() > 0);
            assert_eq!(metropolis.airports().count(), metropolis.members.len());
            assert!(metropolis.country().is_some(), "{}", metropolis.iata());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_looked_up_without_panic(text in any::<String>()) {
            let trimmed = text.trim().to_ascii_uppercase();
            if let Some(airport) = by_iata(&text) {
                prop_assert_eq!(airport.iata(), Some(trimmed.as_str()));
            }
            if let Some(airport) = by_icao(&text) {
                prop_assert_eq!(airport.icao(), Some(trimmed.as_str()));
            }
            if let Some(metropolis) = city(&text) {
                prop_assert_eq!(metropolis.iata(), trimmed);
            }
        }
    }
}
