//! One leg, as far as screening asks for it: where it goes, seen from the home country.

use tidewaiter_domain::{AirportCode, CountryCode, Flight, FlightKey, ItinerarySegment, LegTime};
use tidewaiter_mandate::Mandate;
use tidewaiter_reference::airport;

use crate::canon::{Digest, Writer};

/// Where a leg goes, seen from the home country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From abroad to the home country.
    Inbound,
    /// From the home country abroad.
    Outbound,
    /// Within the home country.
    Domestic,
    /// Neither end lies in the home country.
    Elsewhere,
    /// An end is not known, or the mandate names no home country.
    Unknown,
}

impl Direction {
    /// Every direction.
    pub const ALL: &[Self] = &[
        Self::Inbound,
        Self::Outbound,
        Self::Domestic,
        Self::Elsewhere,
        Self::Unknown,
    ];

    /// `inbound`, `outbound`, `domestic`, `elsewhere` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::Domestic => "domestic",
            Self::Elsewhere => "elsewhere",
            Self::Unknown => "unknown",
        }
    }

    fn between(
        from: Option<CountryCode>,
        to: Option<CountryCode>,
        home: Option<CountryCode>,
    ) -> Self {
        let (Some(from), Some(to), Some(home)) = (from, to, home) else {
            return Self::Unknown;
        };
        match (from == home, to == home) {
            (false, true) => Self::Inbound,
            (true, false) => Self::Outbound,
            (true, true) => Self::Domestic,
            (false, false) => Self::Elsewhere,
        }
    }
}

/// One leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Operating carrier, number and local date of departure, as far as they are known.
    pub flight: Option<FlightKey>,
    /// Where the leg over the border starts.
    pub from: Option<AirportCode>,
    /// Where it lands.
    pub to: Option<AirportCode>,
    /// When it departs.
    pub departs: Option<LegTime>,
    /// The home country of the mandate; `None` under the evaluation profile.
    pub home: Option<CountryCode>,
    /// Where the leg goes, seen from there.
    pub direction: Direction,
}

impl Journey {
    /// The leg between two places, under this mandate.
    pub fn new(
        mandate: &Mandate,
        flight: Option<FlightKey>,
        from: Option<AirportCode>,
        to: Option<AirportCode>,
        departs: Option<LegTime>,
    ) -> Self {
        let home = home(mandate);
        let direction = Direction::between(
            from.as_ref().and_then(country_of),
            to.as_ref().and_then(country_of),
            home,
        );
        Self {
            flight,
            from,
            to,
            departs,
            home,
            direction,
        }
    }

    /// The leg of `flight` over the border of this mandate's home country: the one that the message
    /// marks, else the one between home and abroad, else from the first place to the last.
    pub fn of_flight(mandate: &Mandate, flight: &Flight) -> Self {
        let home = home(mandate);
        let crosses = |leg: &&tidewaiter_domain::Leg| {
            let place = |code: &Option<tidewaiter_domain::Sourced<AirportCode>>| {
                code.as_ref().and_then(|code| country_of(&code.value))
            };
            matches!(
                Direction::between(place(&leg.from), place(&leg.to), home),
                Direction::Inbound | Direction::Outbound
            )
        };
        let marked = flight.legs.iter().find(|leg| leg.border);
        let leg = marked.or_else(|| flight.legs.iter().find(crosses));
        let (first, last) = match leg {
            Some(leg) => (Some(leg), Some(leg)),
            None => (flight.legs.first(), flight.legs.last()),
        };
        Self::new(
            mandate,
            flight.key(),
            first.and_then(|leg| leg.from.as_ref().map(|code| code.value.clone())),
            last.and_then(|leg| leg.to.as_ref().map(|code| code.value.clone())),
            first.and_then(|leg| leg.departs.as_ref().map(|time| time.value)),
        )
    }

    /// The flight segment of a booking, under this mandate.
    pub fn of_segment(mandate: &Mandate, segment: &ItinerarySegment) -> Self {
        let departs = segment.departs.as_ref().map(|time| time.value);
        let flight = segment
            .flown_by()
            .zip(departs)
            .and_then(|(flown, departs)| {
                Some(FlightKey {
                    carrier: flown.carrier.as_ref()?.as_str().into(),
                    number: flown.number.clone(),
                    date: departs.date,
                })
            });
        let place = |code: &Option<tidewaiter_domain::Sourced<AirportCode>>| {
            code.as_ref().map(|code| code.value.clone())
        };
        Self::new(
            mandate,
            flight,
            place(&segment.from),
            place(&segment.to),
            departs,
        )
    }

    /// The hash of all that screening reads of it.
    pub fn digest(&self) -> Digest {
        let mut out = Writer::default();
        self.write(&mut out);
        out.digest()
    }

    fn write(&self, out: &mut Writer) {
        let Self {
            flight,
            from,
            to,
            departs,
            home,
            direction,
        } = self;
        out.option(flight.as_ref(), |out, flight| {
            out.text(&flight.carrier);
            out.text(&flight.number);
            out.date(flight.date);
        });
        for place in [from, to] {
            out.option(place.as_ref(), |out, code| out.text(code.as_str()));
        }
        // Findings depend on the day alone; the hour moves often and changes nothing.
        out.option(departs.map(|time| time.date), Writer::date);
        out.option(*home, Writer::country);
        out.text(direction.as_str());
    }
}

/// The home country of a mandate; the evaluation profile has none (`XXX`).
fn home(mandate: &Mandate) -> Option<CountryCode> {
    let code = mandate.profile().profile.country.get().as_bytes();
    CountryCode::new(code.try_into().ok()?).filter(|code| code.as_str() != "XXX")
}

/// The country in which a place lies: an IATA or ICAO airport, a metropolitan area, or a UN/LOCODE.
pub(crate) fn country_of(place: &AirportCode) -> Option<CountryCode> {
    let code = place.as_str();
    let country = match code.len() {
        3 => airport::by_iata(code)
            .map(airport::Airport::country)
            .or_else(|| airport::city(code)?.country()),
        4 => airport::by_icao(code).map(airport::Airport::country),
        5 => tidewaiter_reference::country::resolve(code.get(..2)?).map(|found| found.alpha3),
        _ => None,
    };
    CountryCode::new(country?)
}
