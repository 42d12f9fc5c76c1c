//! Flights of a PAXLST: TDT, LOC and DTM of segment groups 2 and 3.

use smallvec::SmallVec;
use tidewaiter_diagnostics::{SegmentPath, codes::api as code};
use tidewaiter_domain::{
    AirportCode, CarrierCode, Flight, FlightDesignator, Leg, LegTime, SectorKind, Sourced, Text,
};
use tidewaiter_reference::airport;
use tidewaiter_syntax::edifact::Segment;

use crate::notes::Notes;

/// The flights of a message while it is read.
#[derive(Default)]
pub(super) struct Flights {
    flights: Vec<Flight>,
    stops: SmallVec<[Stop; 4]>,
}

/// A LOC with the DTMs that follow it.
struct Stop {
    airport: Sourced<AirportCode>,
    kind: StopKind,
    departs: Option<Sourced<LegTime>>,
    arrives: Option<Sourced<LegTime>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StopKind {
    /// 125: last airport before the border.
    BorderDeparture,
    /// 87: first airport behind the border.
    BorderArrival,
    /// 92: another airport of the flight, departure and arrival by turns.
    Other,
    /// 130: where the aircraft goes in the end.
    FinalDestination,
    /// PT of the older US form: a landing on the way, from which the next leg starts.
    OnTheWay,
}

impl Flights {
    /// TDT: begins a flight.
    pub(super) fn begin(&mut self, segment: &Segment<'_>, notes: &mut Notes) {
        self.close_flight();
        let stage = segment.component(1, 1);
        let kind = match stage.bytes().as_ref() {
            b"34" => SectorKind::Overflight,
            b"20" | b"" => SectorKind::Main,
            _ => {
                notes.note_at(
                    &code::UNKNOWN_QUALIFIER,
                    segment,
                    &stage,
                    "this stage of transport is not known; it was read as the main carriage",
                );
                SectorKind::Main
            }
        };
        let number = segment.component(2, 1);
        // The older US form has the carrier in element 4.
        let carrier = match segment.component(5, 1) {
            empty if empty.is_empty() => segment.component(4, 1),
            carrier => carrier,
        };
        let written = notes.text(segment, &number);
        let carrier_text = notes.text(segment, &carrier);
        let designator = designator(&carrier_text, &written);
        if designator.number.is_empty()
            || !designator.number.starts_with(|c: char| c.is_ascii_digit())
        {
            notes.note_at(
                &code::FLIGHT_NUMBER,
                segment,
                &number,
                "this is not a carrier and a number; it was kept whole",
            );
        }
        let span = if number.is_empty() {
            segment.span()
        } else {
            number.span()
        };
        self.flights.push(Flight {
            designator: Sourced::new(designator, span),
            kind,
            legs: Vec::new(),
        });
    }

    /// LOC before the people; false when it is no place of a flight.
    pub(super) fn place(&mut self, segment: &Segment<'_>, notes: &mut Notes) -> bool {
        let qualifier = segment.component(1, 1);
        let kind = match qualifier.bytes().as_ref() {
            b"125" => StopKind::BorderDeparture,
            b"87" => StopKind::BorderArrival,
            // The older US form: first departure, arrival, and stops on the way.
            b"5" | b"005" => StopKind::BorderDeparture,
            b"8" | b"008" => StopKind::BorderArrival,
            b"PT" => StopKind::OnTheWay,
            b"92" => StopKind::Other,
            b"130" => StopKind::FinalDestination,
            // Where it was filed, whence it is reported, where a gate pass is asked for: known,
            // and no place of the flight.
            b"188" | b"172" | b"91" => return false,
            _ => {
                notes.note_at(
                    &code::UNKNOWN_QUALIFIER,
                    segment,
                    &qualifier,
                    "this kind of place is not known for a flight",
                );
                return false;
            }
        };
        if self.flights.is_empty() {
            return false;
        }
        let place = segment.component(2, 1);
        let airport = match locode(&place.text()) {
            Some(code) => AirportCode::new(code).map(|code| Sourced::new(code, place.span())),
            None => notes.airport(segment, &place),
        };
        let Some(airport) = airport else { return false };
        self.stops.push(Stop {
            airport,
            kind,
            departs: None,
            arrives: None,
        });
        true
    }

    /// DTM before the people; false when it is no time of a flight.
    pub(super) fn time(&mut self, segment: &Segment<'_>, notes: &mut Notes) -> bool {
        let qualifier = segment.component(1, 1);
        let departure = match qualifier.bytes().as_ref() {
            b"189" | b"133" | b"136" => true,
            b"232" | b"132" | b"178" => false,
            // Date of a master crew list's filing.
            b"554" => return false,
            _ => {
                notes.note_at(
                    &code::UNKNOWN_QUALIFIER,
                    segment,
                    &qualifier,
                    "this kind of time is not known for a flight",
                );
                return false;
            }
        };
        let Some(time) = notes.leg_time(segment) else {
            return false;
        };
        let Some(stop) = self.stops.last_mut() else {
            return false;
        };
        if departure {
            stop.departs = Some(time);
        } else {
            stop.arrives = Some(time);
        }
        true
    }

    /// Pairs the stops of the open flight into legs.
    fn close_flight(&mut self) {
        let Some(flight) = self.flights.last_mut() else {
            return self.stops.clear();
        };
        for stop in self.stops.drain(..) {
            let waiting = flight.legs.last().is_some_and(|leg| leg.to.is_none());
            let arrives = match stop.kind {
                StopKind::BorderDeparture => false,
                StopKind::BorderArrival | StopKind::FinalDestination | StopKind::OnTheWay => true,
                StopKind::Other => match (&stop.departs, &stop.arrives) {
                    (Some(_), None) => false,
                    (None, Some(_)) => true,
                    _ => waiting,
                },
            };
            let border = matches!(
                stop.kind,
                StopKind::BorderDeparture | StopKind::BorderArrival
            );
            if !arrives {
                let (from, departs) = (Some(stop.airport), stop.departs);
                flight.legs.push(Leg {
                    from,
                    departs,
                    border,
                    ..Leg::default()
                });
                continue;
            }
            if !waiting {
                // An arrival without its departure: on from where the last leg landed, if any.
                let from = flight.legs.last().and_then(|leg| leg.to.clone());
                if stop.kind == StopKind::FinalDestination
                    && from.as_ref().is_some_and(|f| f.value == stop.airport.value)
                {
                    continue;
                }
                flight.legs.push(Leg {
                    from,
                    ..Leg::default()
                });
            }
            let onward = (stop.kind == StopKind::OnTheWay).then(|| stop.airport.clone());
            if let Some(leg) = flight.legs.last_mut() {
                leg.to = Some(stop.airport);
                leg.arrives = stop.arrives;
                leg.border |= border;
            }
            if let Some(from) = onward {
                flight.legs.push(Leg {
                    from: Some(from),
                    departs: stop.departs,
                    ..Leg::default()
                });
            }
        }
    }

    /// The flights: legs of one designator together, times as instants.
    pub(super) fn finish(mut self, notes: &mut Notes) -> Vec<Flight> {
        self.close_flight();
        let mut joined: Vec<Flight> = Vec::with_capacity(self.flights.len());
        for flight in self.flights {
            let same = joined.iter_mut().find(|f| {
                f.kind == flight.kind
                    && f.designator.carrier == flight.designator.carrier
                    && f.designator.number == flight.designator.number
            });
            match same {
                Some(first) => first.legs.extend(flight.legs),
                None => joined.push(flight),
            }
        }
        for leg in joined.iter_mut().flat_map(|f| &mut f.legs) {
            for (time, airport) in [(&mut leg.departs, &leg.from), (&mut leg.arrives, &leg.to)] {
                if let (Some(time), Some(airport)) = (time, airport) {
                    notes.place_in_time(time, airport);
                }
            }
            check_order(leg, notes);
        }
        joined
    }
}

/// The airport in a UN/LOCODE as the older US form writes it: country and airport (`NZAKL`).
pub(super) fn locode(text: &str) -> Option<&str> {
    let last = text.get(2..).filter(|_| text.len() == 5)?;
    airport::by_iata(last).map(|_| last)
}

/// Warns of a leg that lands before it starts: by instants where both are known, else by dates.
fn check_order(leg: &Leg, notes: &mut Notes) {
    let (Some(departs), Some(arrives)) = (&leg.departs, &leg.arrives) else {
        return;
    };
    let backwards = match (departs.instant, arrives.instant) {
        (Some(departs), Some(arrives)) => arrives < departs,
        // Without time zones a landing may be up to a day "before" its start.
        _ => arrives.date < departs.date.yesterday().unwrap_or(departs.date),
    };
    if backwards {
        notes.note(
            &code::IMPLAUSIBLE_TIMES,
            arrives.span,
            SegmentPath {
                tag: *b"DTM",
                ..SegmentPath::default()
            },
            "the flight arrives before it departs",
        );
    }
}

/// Divides a flight identification into carrier and number (`AA0124`, carrier `AA`: 124).
pub(crate) fn designator(carrier: &str, written: &str) -> FlightDesignator {
    let compact: Text = written
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect();
    let carrier: Text = carrier.trim().to_ascii_uppercase().into();
    let (carrier, rest) = if carrier.is_empty() {
        let length = carrier_length(compact.as_bytes());
        let (carrier, rest) = compact.split_at(length);
        (Text::new(carrier), Text::new(rest))
    } else {
        let rest = compact.strip_prefix(carrier.as_str()).unwrap_or(&compact);
        let rest = Text::new(rest);
        (carrier, rest)
    };
    FlightDesignator {
        carrier: CarrierCode::new(carrier),
        number: number(&rest).unwrap_or(rest),
        written: Text::new(written),
    }
}

/// How many characters of a flight identification are the carrier: three letters (ICAO) before a
/// digit, else two characters of which one is a letter (IATA); 0 when neither fits.
fn carrier_length(compact: &[u8]) -> usize {
    match compact {
        [a, b, c, d, ..]
            if [a, b, c].iter().all(|x| x.is_ascii_uppercase()) && d.is_ascii_digit() =>
        {
            3
        }
        [a, b, c, ..]
            if a.is_ascii_alphanumeric()
                && b.is_ascii_alphanumeric()
                && (a.is_ascii_uppercase() || b.is_ascii_uppercase())
                && c.is_ascii_digit() =>
        {
            2
        }
        _ => 0,
    }
}

/// A number of one to four digits with at most one letter behind, without leading zeros.
fn number(rest: &str) -> Option<Text> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, suffix) = rest.split_at(digits);
    let one_letter = suffix.len() <= 1 && suffix.bytes().all(|b| b.is_ascii_uppercase());
    if !(1..=6).contains(&digits) || !one_letter {
        return None;
    }
    let number = number.trim_start_matches('0');
    let number = if number.is_empty() { "0" } else { number };
    Some(Text::from(format!("{number}{suffix}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d40_flight_numbers_are_carrier_and_number() {
        for (carrier, written, expected_carrier, expected_number) in [
            ("QZ", "QZ417", "QZ", "417"),
            ("QZ", "QZ0417", "QZ", "417"),
            ("QZ", "QZ 417", "QZ", "417"),
            ("", "LA532", "LA", "532"),
            ("", "QZA417", "QZA", "417"),
            ("", "U21234", "U2", "1234"),
            ("QZ", "0417A", "QZ", "417A"),
            ("QZ", "QZMCL", "QZ", "MCL"),
            ("QZ", "QZ000", "QZ", "0"),
            ("", "417", "", "417"),
            ("", "", "", ""),
        ] {
            let found = designator(carrier, written);
            let carrier = found.carrier.as_ref().map_or("", CarrierCode::as_str);
            assert_eq!(
                (carrier, found.number.as_str()),
                (expected_carrier, expected_number)
            );
        }
    }
}
