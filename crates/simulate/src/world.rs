//! The invented world: carriers and routes between real airports, and the countries people are of.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use tidewaiter_reference::airport::{self, Airport};
use tidewaiter_reference::country;

use crate::dice::{Dice, mix};
use crate::list::List;
use crate::names::Names;
use crate::parameters::{Mix, Parameters, Rate};
use crate::tables::{AIRPORTS, CARRIERS, COUNTRIES};

/// A country in whose administration's place the world is seen.
#[derive(Clone, Copy, Debug)]
pub struct Home {
    /// ISO 3166 alpha-3.
    pub country: &'static str,
    /// Its airports with weights.
    pub airports: &'static [(&'static str, f64)],
    /// International routes of carriers to it, after sheet 3.1.
    pub routes: u32,
}

impl Home {
    /// Every home there is.
    pub const ALL: &'static [Self] = &[
        Self {
            country: "GEO",
            airports: &[("TBS", 8.0), ("BUS", 2.0), ("KUT", 2.0)],
            routes: 40,
        },
        Self {
            country: "KEN",
            airports: &[("NBO", 9.0), ("MBA", 2.0)],
            routes: 91,
        },
        Self {
            country: "JOR",
            airports: &[("AMM", 9.0), ("AQJ", 1.0)],
            routes: 96,
        },
        Self {
            country: "BEL",
            airports: &[("BRU", 8.0), ("CRL", 4.0)],
            routes: 311,
        },
        Self {
            country: "CHE",
            airports: &[("ZRH", 7.0), ("GVA", 5.0), ("BSL", 2.0)],
            routes: 322,
        },
        Self {
            country: "ARE",
            airports: &[("DXB", 8.0), ("AUH", 4.0), ("SHJ", 2.0)],
            routes: 611,
        },
        Self {
            country: "TUR",
            airports: &[("IST", 8.0), ("SAW", 4.0), ("AYT", 4.0)],
            routes: 656,
        },
        Self {
            country: "GBR",
            airports: &[("LHR", 7.0), ("LGW", 4.0), ("MAN", 3.0)],
            routes: 1967,
        },
    ];
}

/// A country of the world.
#[derive(Clone, Debug)]
pub struct Land {
    /// ISO 3166 alpha-3.
    pub alpha3: &'static str,
    /// ISO 3166 alpha-2.
    pub alpha2: &'static str,
    /// Telephone prefix, digits only.
    pub dial: String,
    /// Currency, ISO 4217.
    pub currency: &'static str,
    /// Culture of its people's names.
    pub culture: u8,
    /// How many travel, in proportion.
    pub weight: f64,
}

/// An invented carrier.
#[derive(Clone, Copy, Debug)]
pub struct Carrier {
    /// Its two characters. They may be assigned to a real carrier, which is not meant.
    pub code: &'static str,
    /// Three digits of its tickets.
    pub numeric: u16,
    /// Its name.
    pub name: &'static str,
}

/// A carrier's service between an airport of the home country and one abroad.
#[derive(Clone, Debug)]
pub struct Route {
    /// Index of the carrier.
    pub carrier: usize,
    /// Airport at home.
    pub home: &'static Airport,
    /// Airport abroad.
    pub abroad: &'static Airport,
    /// Stop abroad on the way.
    pub via: Option<&'static Airport>,
    /// Great circle in kilometres.
    pub distance: f64,
    /// Departures a day, each way.
    pub frequency: f64,
    /// Number of the first flight; each rotation takes two, there and back.
    pub number: u16,
    /// Seats.
    pub seats: u32,
    /// Aircraft type, IATA.
    pub aircraft: &'static str,
    /// Size as in [`Mix::Aircraft`].
    pub size: usize,
    /// Departure of the first rotation in minutes after midnight.
    pub minute: i32,
}

/// One departure.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Number in the run, from 0.
    pub index: u64,
    /// Index of the route.
    pub route: usize,
    /// Whether it flies to the home country.
    pub inbound: bool,
    /// Flight number: even to the home country, odd from it.
    pub number: u16,
    /// Local time of departure from the last airport before the border (or from home).
    pub departs: DateTime,
    /// Local time of arrival.
    pub arrives: DateTime,
    /// Key of everything about it.
    pub key: u64,
}

/// The world: everything that a seed and parameters decide before the first flight.
#[derive(Debug)]
pub struct World {
    /// The seed.
    pub seed: u64,
    /// The parameters.
    pub parameters: Parameters,
    /// Names.
    pub(crate) names: Names,
    /// Countries.
    pub lands: Vec<Land>,
    /// Index of the home country.
    pub home: usize,
    /// Routes.
    pub routes: Vec<Route>,
    /// The invented list.
    pub(crate) list: List,
}

/// The world cannot be made as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// The home country has no preset.
    #[error(
        "there is no preset for the home country {0}; there are GEO, KEN, JOR, BEL, CHE, ARE, TUR and GBR"
    )]
    UnknownHome(String),
    /// A table of this crate names something that the reference tables do not have.
    #[error("the tables of the simulation name {0}, which is unknown")]
    UnknownCode(String),
}

impl World {
    /// Makes the world of a seed.
    ///
    /// # Errors
    ///
    /// [`WorldError::UnknownHome`] for a home country without preset.
    pub fn new(seed: u64, parameters: Parameters) -> Result<Self, WorldError> {
        let unknown = |code: &str| WorldError::UnknownCode(code.to_owned());
        let names = Names::new();
        let mut lands = Vec::with_capacity(COUNTRIES.len());
        for &(alpha3, culture, weight) in COUNTRIES {
            let mut letters = [0; 3];
            letters.copy_from_slice(alpha3.as_bytes());
            let known = country::by_alpha3(letters).ok_or_else(|| unknown(alpha3))?;
            lands.push(Land {
                alpha3,
                alpha2: known.alpha2().ok_or_else(|| unknown(alpha3))?,
                dial: known
                    .dial_code()
                    .unwrap_or("99")
                    .chars()
                    .filter(char::is_ascii_digit)
                    .collect(),
                currency: known.currency().unwrap_or("USD"),
                culture: names.culture(culture).ok_or_else(|| unknown(culture))?,
                weight,
            });
        }
        let preset = Home::ALL
            .iter()
            .find(|home| home.country.eq_ignore_ascii_case(&parameters.home))
            .ok_or_else(|| WorldError::UnknownHome(parameters.home.clone()))?;
        let home = lands
            .iter()
            .position(|land| land.alpha3 == preset.country)
            .ok_or_else(|| unknown(preset.country))?;
        let mut world = Self {
            seed,
            parameters,
            names,
            lands,
            home,
            routes: Vec::new(),
            list: List::default(),
        };
        world.routes = world.lay_routes(preset)?;
        world.list = List::invent(&world);
        Ok(world)
    }

    /// The carriers.
    pub fn carriers(&self) -> &'static [Carrier] {
        CARRIERS
    }

    /// Index of a country by its three letters.
    pub fn land_of(&self, airport: &Airport) -> usize {
        let code = airport.country();
        self.lands
            .iter()
            .position(|land| land.alpha3.as_bytes() == code)
            .unwrap_or(self.home)
    }

    /// A country by weight.
    pub(crate) fn any_land(&self, dice: &mut Dice) -> usize {
        dice.weighted(self.lands.iter().map(|land| land.weight))
    }

    fn lay_routes(&self, preset: &Home) -> Result<Vec<Route>, WorldError> {
        let known = |code: &str| {
            airport::by_iata(code).ok_or_else(|| WorldError::UnknownCode(code.to_owned()))
        };
        let mut dice = Dice::new(mix(self.seed, 0x0052_6F75_7465));
        let mut abroad = Vec::new();
        for &(code, weight) in AIRPORTS {
            let found = known(code)?;
            if found.country() != preset.country.as_bytes() {
                abroad.push((found, weight));
            }
        }
        let mut routes = Vec::with_capacity(preset.routes as usize);
        let mut flown = vec![0; CARRIERS.len()];
        for _ in 0..preset.routes {
            let (home, _) = preset.airports[dice.weighted(preset.airports.iter().map(|a| a.1))];
            let home = known(home)?;
            // Distances log-normal about 1 833 km with tenth and ninetieth at 650 and 6 189 km.
            let near = |to: &Airport| {
                let off = (libm::log(distance(home, to).max(100.0) / 1833.0)) / 0.88;
                libm::exp(-0.5 * off * off)
            };
            let (to, _) = abroad[dice.weighted(abroad.iter().map(|(a, w)| w * near(a)))];
            let length = distance(home, to);
            let via = dice.chance(self.parameters.rate(Rate::FlightVia)).then(|| {
                abroad[dice.weighted(abroad.iter().map(|(a, w)| {
                    let detour = distance(home, a) + distance(a, to) - length;
                    let fits = a.country() != to.country() && detour < 0.5 * length + 300.0;
                    if fits && *a != to { *w } else { 0.0 }
                }))]
                .0
            });
            let via = via.filter(|via| *via != to);
            let size = self.size(length, &mut dice);
            let (seats, aircraft) = [(90, "E90"), (172, "320"), (300, "333")][size];
            let carrier = dice.ranked(CARRIERS.len());
            // Seven rotations, each there and back.
            let number = 20 + 14 * flown[carrier];
            flown[carrier] += 1;
            let median = if length > 6000.0 { 0.6 } else { 0.8 };
            routes.push(Route {
                carrier,
                home,
                abroad: to,
                via,
                distance: length,
                frequency: dice.log_normal(median, 0.798).clamp(1.0 / 7.0, 6.0),
                number,
                seats,
                aircraft,
                size,
                minute: *dice.pick(&[
                    330, 400, 470, 555, 640, 770, 860, 960, 1080, 1190, 1290, 1400,
                ]) + dice.between(0, 11) * 5,
            });
        }
        Ok(routes)
    }

    /// Sizes by the mixture, but short routes get the small and long ones the large.
    fn size(&self, length: f64, dice: &mut Dice) -> usize {
        if length > 5200.0 {
            return 2;
        }
        let parts = Mix::Aircraft.parts();
        let near = if length < 900.0 { 2.2 } else { 0.5 };
        let far = if length > 3000.0 { 1.0 } else { 0.25 };
        dice.weighted([parts[0].1 * near, parts[1].1, parts[2].1 * far].into_iter())
    }

    /// The departures of a day, in the order of their times. `first` numbers them.
    pub fn departures(&self, day: Date, first: u64) -> Vec<Departure> {
        let weekday = f64::from(day.weekday().to_monday_zero_offset());
        let factor = 0.85 + 0.05 * weekday;
        let day_key = mix(
            self.seed,
            mix(
                0x0044_6179,
                day.to_datetime(jiff::civil::Time::midnight()).date().year() as u64 * 400
                    + day.day_of_year() as u64,
            ),
        );
        let mut departures = Vec::new();
        for (index, route) in self.routes.iter().enumerate() {
            for inbound in [true, false] {
                let key = mix(day_key, index as u64 * 2 + u64::from(inbound));
                let mut dice = Dice::new(key);
                let wanted = route.frequency * factor;
                let flights = wanted as i32 + i32::from(dice.chance(wanted.fract()));
                for rotation in 0..flights {
                    let minute =
                        (route.minute + rotation * 260 + if inbound { 0 } else { 75 }) % 1440;
                    let departs = day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
                    let (from, to) = self.border(route, inbound);
                    let minutes = flying_minutes(from, to);
                    departures.push(Departure {
                        index: 0,
                        route: index,
                        inbound,
                        number: route.number + 2 * rotation as u16 + u16::from(!inbound),
                        departs,
                        arrives: arrival(from, to, departs, minutes),
                        key: mix(key, 1 + rotation as u64),
                    });
                }
            }
        }
        departures.sort_by_key(|d| (d.departs, d.route, d.inbound));
        for (number, departure) in departures.iter_mut().enumerate() {
            departure.index = first + number as u64;
        }
        departures
    }

    /// Last airport before and first after the border.
    pub fn border(&self, route: &Route, inbound: bool) -> (&'static Airport, &'static Airport) {
        let abroad = route.via.unwrap_or(route.abroad);
        if inbound {
            (abroad, route.home)
        } else {
            (route.home, abroad)
        }
    }
}

/// Kilometres along the great circle.
pub(crate) fn distance(a: &Airport, b: &Airport) -> f64 {
    let rad = core::f64::consts::PI / 180.0;
    let (p, q) = (a.latitude() * rad, b.latitude() * rad);
    let half = |x: f64| libm::sin(x / 2.0);
    let (dp, dl) = (half(q - p), half((b.longitude() - a.longitude()) * rad));
    let h = dp * dp + libm::cos(p) * libm::cos(q) * dl * dl;
    2.0 * 6371.0 * libm::asin(h.sqrt().min(1.0))
}

/// Minutes from gate to gate.
pub(crate) fn flying_minutes(from: &Airport, to: &Airport) -> i64 {
    40 + (distance(from, to) / 830.0 * 60.0) as i64 / 5 * 5
}

/// Local time at `to`, `minutes` after (or before) a local time at `from`.
pub(crate) fn arrival(from: &Airport, to: &Airport, departs: DateTime, minutes: i64) -> DateTime {
    let flown = SignedDuration::from_mins(minutes);
    let local = || {
        let start = from.zone().rules()?.to_timestamp(departs).ok()?;
        Some(
            to.zone()
                .rules()?
                .to_datetime(start.checked_add(flown).ok()?),
        )
    };
    local().unwrap_or_else(|| departs.saturating_add(flown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_home_makes_a_world_and_unknown_homes_say_so() {
        for home in Home::ALL {
            let parameters = Parameters {
                home: home.country.to_owned(),
                ..Parameters::default()
            };
            let world = World::new(1, parameters).unwrap();
            assert_eq!(world.routes.len(), home.routes as usize);
        }
        let nowhere = Parameters {
            home: "UTO".to_owned(),
            ..Parameters::default()
        };
        assert_eq!(
            World::new(1, nowhere).unwrap_err(),
            WorldError::UnknownHome("UTO".to_owned())
        );
    }

    #[test]
    fn every_airport_abroad_lies_in_a_country_with_people() {
        let world = World::new(1, Parameters::default()).unwrap();
        for (code, _) in AIRPORTS {
            let airport = airport::by_iata(code).unwrap_or_else(|| panic!("{code}"));
            let known = world
                .lands
                .iter()
                .any(|land| land.alpha3.as_bytes() == airport.country());
            assert!(
                known,
                "{code} lies in {:?}",
                std::str::from_utf8(&airport.country())
            );
        }
    }

    #[test]
    fn flights_arrive_after_they_leave_and_come_in_order() {
        let world = World::new(1, Parameters::default()).unwrap();
        let day = world.departures(world.parameters.first_day, 7);
        assert!(day.len() > 100, "{}", day.len());
        assert_eq!(day[0].index, 7);
        assert!(
            day.windows(2)
                .all(|pair| pair[0].departs <= pair[1].departs)
        );
        for departure in &day {
            let route = &world.routes[departure.route];
            let (from, to) = world.border(route, departure.inbound);
            assert_ne!(from.country(), to.country());
            let instant = |airport: &Airport, local| {
                airport.zone().rules().unwrap().to_timestamp(local).unwrap()
            };
            assert!(instant(to, departure.arrives) > instant(from, departure.departs));
        }
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let at = |code| airport::by_iata(code).unwrap();
        assert!((distance(at("LHR"), at("JFK")) - 5540.0).abs() < 20.0);
    }
}
