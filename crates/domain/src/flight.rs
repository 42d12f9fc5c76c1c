//! Flights, their legs and their times.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::{AirportCode, CarrierCode, Sourced, Span, Text};

/// Carrier and number of a flight.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FlightDesignator {
    /// The carrier, when the message names one.
    pub carrier: Option<CarrierCode>,
    /// Number without leading zeros, with its operational suffix: `124`, `7A`. What could not be
    /// read as a number stands here as written.
    pub number: Text,
    /// The designator as written: `AA0124`.
    pub written: Text,
}

/// One flight: a designator and the legs flown under it, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Carrier and number.
    pub designator: Sourced<FlightDesignator>,
    /// Main carriage or overflight.
    pub kind: SectorKind,
    /// The legs in the order of the message; never empty unless the message gave none.
    pub legs: Vec<Leg>,
}

/// What a sector is for the border (TDT 8051).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectorKind {
    /// It starts or lands in the country.
    Main,
    /// It only passes through the air space.
    Overflight,
}

/// One take-off and one landing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leg {
    /// Where it starts.
    pub from: Option<Sourced<AirportCode>>,
    /// Where it lands.
    pub to: Option<Sourced<AirportCode>>,
    /// Scheduled departure, local to `from`.
    pub departs: Option<Sourced<LegTime>>,
    /// Scheduled arrival, local to `to`.
    pub arrives: Option<Sourced<LegTime>>,
    /// Whether the message marks this as the leg over the border (LOC 125 and 87).
    pub border: bool,
}

/// A scheduled time: local as sent, and the instant where the airport is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegTime {
    /// Local date.
    pub date: Date,
    /// Local time of day, to the minute, when it was given.
    pub time: Option<Time>,
    /// The instant; `None` when the time of day or the airport's time zone is unknown.
    pub instant: Option<Timestamp>,
}

/// What identifies a flight: operating carrier, number and local departure date.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlightKey {
    /// Carrier as written.
    pub carrier: Text,
    /// Normalised number.
    pub number: Text,
    /// Local date of the first departure.
    pub date: Date,
}

impl FlightKey {
    /// Carrier and number, as they are written together.
    pub fn designator(&self) -> FlightDesignator {
        FlightDesignator {
            carrier: CarrierCode::new(&*self.carrier),
            number: self.number.clone(),
            written: format!("{}{}", self.carrier, self.number).into(),
        }
    }
}

impl Flight {
    /// The flight's key, when carrier and departure date are known.
    pub fn key(&self) -> Option<FlightKey> {
        let departs = self.legs.iter().find_map(|leg| leg.departs.as_ref())?;
        Some(FlightKey {
            carrier: Text::new(self.designator.carrier.as_ref()?.as_str()),
            number: self.designator.number.clone(),
            date: departs.date,
        })
    }

    /// The bytes that name the flight.
    pub fn span(&self) -> Span {
        self.designator.span
    }
}
