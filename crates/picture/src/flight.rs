//! Statements about flights, gathered and folded.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use tidewaiter_domain::{
    AirportCode, Booking, BookingPush, Flight, FlightDesignator, FlightKey, ItinerarySegment,
    LegTime, ListEffect, Manifest, ManifestFunction, Text, TravelStatus,
};

use crate::fold::{self, BookingStatement, ListStatement};
use crate::link::{self, Link};
use crate::person::Person;

/// Where a statement comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// When its interchange was prepared, in the sender's time; statements without it count as the
    /// oldest, in the order in which they came.
    pub sent: Option<DateTime>,
    /// Whether it is marked as a test. Test traffic makes flights of its own.
    pub test: bool,
    /// The caller's number of the message.
    pub message: u32,
}

/// What messages say of flights, in whatever order they come.
///
/// Holds the people of every flight until [`Picture::flights`].
#[derive(Debug, Default)]
pub struct Picture {
    flights: BTreeMap<Key, Gathered>,
    /// Designators under which a flight is sold, and the one it is flown under.
    sold_as: BTreeMap<FlightKey, FlightKey>,
    without_flight: u64,
}

/// A flight of the live or of the test lane.
type Key = (FlightKey, bool);

/// What was said of one flight.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) lists: Vec<ListStatement>,
    pub(crate) bookings: Vec<BookingStatement>,
    from: Option<AirportCode>,
    to: Option<AirportCode>,
    departs: Option<LegTime>,
    declared: Option<u32>,
    also: BTreeSet<FlightKey>,
}

/// One flight as its messages draw it.
#[derive(Clone, Debug)]
pub struct FlightPicture {
    /// Operating carrier, number, local date of the first departure.
    pub key: FlightKey,
    /// Designators it is sold under as well.
    pub also: Vec<FlightKey>,
    /// Whether this is test traffic.
    pub test: bool,
    /// Where its leg over the border starts.
    pub from: Option<AirportCode>,
    /// Where that leg lands.
    pub to: Option<AirportCode>,
    /// When the flight first departs.
    pub departs: Option<LegTime>,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Whether it was closed.
    pub closed: bool,
    /// How many people a passenger list said the flight has.
    pub declared: Option<u32>,
    /// The people of the passenger and crew lists.
    pub api: Vec<Person>,
    /// The people of the bookings.
    pub pnr: Vec<Person>,
    /// Who of the API is who of the bookings, in the order of the API.
    pub links: Vec<Link>,
}

/// How many people one source has on a flight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// People, by where they stand; `None` where no message says it.
    pub by_status: BTreeMap<Option<TravelStatus>, usize>,
}

impl Load {
    fn of<'p>(people: impl Iterator<Item = &'p Person>) -> Self {
        let mut load = Self::default();
        for person in people {
            *load.by_status.entry(person.status).or_default() += 1;
        }
        load
    }

    /// Everybody but the cancelled.
    pub fn live(&self) -> usize {
        self.total() - self.cancelled()
    }

    /// Those who do not travel any more.
    pub fn cancelled(&self) -> usize {
        let cancelled = self.by_status.get(&Some(TravelStatus::Cancelled));
        cancelled.copied().unwrap_or_default()
    }

    /// Everybody.
    pub fn total(&self) -> usize {
        self.by_status.values().sum()
    }
}

impl FlightPicture {
    /// Travellers of the API, those in transit included.
    pub fn api_load(&self) -> Load {
        Load::of(self.api.iter().filter(|person| !person.is_crew()))
    }

    /// Crew of the API, those in transit included.
    pub fn crew_load(&self) -> Load {
        Load::of(self.api.iter().filter(|person| person.is_crew()))
    }

    /// Travellers of the bookings.
    pub fn pnr_load(&self) -> Load {
        Load::of(self.pnr.iter())
    }

    /// Travellers of the API whom no booking knows.
    pub fn only_api(&self) -> impl Iterator<Item = &Person> {
        let linked: BTreeSet<usize> = self.links.iter().map(|link| link.api).collect();
        let people = self.api.iter().enumerate();
        people
            .filter(move |(at, person)| !linked.contains(at) && !person.is_crew())
            .map(|(_, person)| person)
    }

    /// Travellers with a live booking whom no passenger list knows.
    pub fn only_pnr(&self) -> impl Iterator<Item = &Person> {
        let linked: BTreeSet<usize> = self.links.iter().map(|link| link.pnr).collect();
        let people = self.pnr.iter().enumerate();
        people
            .filter(move |(at, person)| !linked.contains(at) && !person.is_cancelled())
            .map(|(_, person)| person)
    }
}

impl Picture {
    /// Takes in what a passenger or crew list says. A carrier's master crew list is about no flight
    /// and is left out.
    pub fn manifest(&mut self, origin: Origin, manifest: &Manifest) {
        if manifest.function == ManifestFunction::MasterCrew {
            return;
        }
        let people = (0..).zip(&manifest.travellers);
        let people: Vec<Person> = people
            .map(|(place, t)| Person::of(t, origin.message, place))
            .collect();
        let Some((flight, key)) = manifest.flight().and_then(|f| Some((f, f.key()?))) else {
            self.without_flight += people.len() as u64;
            return;
        };
        let gathered = self.flights.entry((key, origin.test)).or_default();
        gathered.route(flight);
        // The state of a flight may count nobody and still mean the whole flight.
        if manifest.effect == ListEffect::Report
            && manifest.function == ManifestFunction::Passengers
        {
            let declared = manifest.declared_count.as_ref().map(|count| count.value);
            gathered.declared = gathered.declared.max(declared);
        }
        gathered.lists.push(ListStatement {
            sent: origin.sent,
            effect: manifest.effect,
            people,
        });
    }

    /// Takes in what a push says of its bookings.
    pub fn bookings(&mut self, origin: Origin, push: &BookingPush) {
        let mut next = 0;
        for booking in &push.bookings {
            let first = next;
            next += u32::try_from(booking.people().count()).unwrap_or(u32::MAX);
            let pushed = booking.itinerary.iter().find(|segment| segment.pushed);
            let key = push.flight.as_ref().and_then(Flight::key);
            let Some(key) = key.or_else(|| pushed.and_then(flown_as)) else {
                self.without_flight += booking.people().count() as u64;
                continue;
            };
            if let Some(segment) = pushed {
                self.codeshare(&key, segment);
            }
            let gathered = self.flights.entry((key, origin.test)).or_default();
            if let Some(flight) = &push.flight {
                gathered.route(flight);
            }
            let people = (first..).zip(booking.people());
            let locators = booking.locators.iter().map(|l| &l.locator.value);
            gathered.bookings.push(BookingStatement::of(
                origin,
                &locators.collect::<Vec<_>>(),
                booking.withdrawn,
                people,
            ));
        }
    }

    /// Notes under which designators a flight is sold. `pushed_as` is the one of the push.
    fn codeshare(&mut self, pushed_as: &FlightKey, segment: &ItinerarySegment) {
        let (flown, sold) = Designators::of(pushed_as, segment);
        for name in sold {
            self.sold_as.insert(name, flown.clone());
        }
    }

    /// How many people stand in messages that name no flight with its carrier and date. They are
    /// in no picture.
    pub const fn without_flight(&self) -> u64 {
        self.without_flight
    }

    /// The flights, by departure date, carrier and number; live ones before tests.
    pub fn flights(self) -> Vec<FlightPicture> {
        let mut flown: BTreeMap<Key, Gathered> = BTreeMap::new();
        for ((key, test), gathered) in self.flights {
            let name = flown_under(&self.sold_as, &key);
            let into = flown.entry((name.clone(), test)).or_default();
            if name != key {
                into.also.insert(key);
            }
            into.join(gathered);
        }
        for sold in self.sold_as.keys() {
            let name = flown_under(&self.sold_as, sold);
            for test in [false, true] {
                if name != *sold
                    && let Some(gathered) = flown.get_mut(&(name.clone(), test))
                {
                    gathered.also.insert(sold.clone());
                }
            }
        }
        let mut flights: Vec<FlightPicture> = flown
            .into_iter()
            .map(|((key, test), gathered)| gathered.fold(key, test))
            .collect();
        flights.sort_by_cached_key(|flight| {
            let time = flight.departs.and_then(|departs| departs.time);
            (flight.test, flight.key.date, time, flight.key.clone())
        });
        flights
    }
}

impl Gathered {
    fn route(&mut self, flight: &Flight) {
        let border = flight.legs.iter().find(|leg| leg.border);
        let (first, last) = match border {
            Some(leg) => (Some(leg), Some(leg)),
            None => (flight.legs.first(), flight.legs.last()),
        };
        let code = |place: Option<&tidewaiter_domain::Sourced<AirportCode>>| {
            place.map(|code| code.value.clone())
        };
        self.from = self.from.take().or_else(|| code(first?.from.as_ref()));
        self.to = self.to.take().or_else(|| code(last?.to.as_ref()));
        let departs = flight.legs.iter().find_map(|leg| leg.departs.as_ref());
        self.departs = self.departs.or(departs.map(|time| time.value));
    }

    fn join(&mut self, other: Self) {
        self.lists.extend(other.lists);
        self.bookings.extend(other.bookings);
        self.from = self.from.take().or(other.from);
        self.to = self.to.take().or(other.to);
        self.departs = self.departs.or(other.departs);
        self.declared = self.declared.max(other.declared);
        self.also.extend(other.also);
    }

    fn fold(self, key: FlightKey, test: bool) -> FlightPicture {
        let lists = fold::lists(self.lists);
        let pnr = fold::bookings(self.bookings);
        FlightPicture {
            key,
            also: self.also.into_iter().collect(),
            test,
            from: self.from,
            to: self.to,
            departs: self.departs,
            cancelled: lists.cancelled,
            closed: lists.closed,
            declared: self.declared,
            links: link::link(&lists.people, &pnr),
            api: lists.people,
            pnr,
        }
    }
}

/// Under which designators one flight goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Designators {
    /// The one it is flown under.
    pub flown: FlightKey,
    /// Others, of the same day, under which it is sold.
    pub sold: Vec<FlightKey>,
}

impl Designators {
    /// What a booking of a push says of the flight that the push is about: `None` when neither
    /// names it with its carrier and date.
    pub fn of_booking(push: &BookingPush, booking: &Booking) -> Option<Self> {
        let pushed = booking.itinerary.iter().find(|segment| segment.pushed);
        let key = push.flight.as_ref().and_then(Flight::key);
        let key = key.or_else(|| pushed.and_then(flown_as))?;
        let (flown, sold) = match pushed {
            Some(segment) => Self::of(&key, segment),
            None => (key, Vec::new()),
        };
        Some(Self { flown, sold })
    }

    fn of(pushed_as: &FlightKey, segment: &ItinerarySegment) -> (FlightKey, Vec<FlightKey>) {
        let named = |designator: &Option<tidewaiter_domain::Sourced<FlightDesignator>>| {
            designator.as_ref().and_then(|d| key(&d.value, segment))
        };
        let flown = named(&segment.operating).unwrap_or_else(|| pushed_as.clone());
        let sold = named(&segment.designator).into_iter();
        let sold = sold
            .chain([pushed_as.clone()])
            .filter(|name| *name != flown && name.date == flown.date)
            .collect();
        (flown, sold)
    }
}

fn flown_as(segment: &ItinerarySegment) -> Option<FlightKey> {
    let operating = segment
        .operating
        .as_ref()
        .and_then(|d| key(&d.value, segment));
    operating.or_else(|| key(&segment.designator.as_ref()?.value, segment))
}

/// The key of a segment under one of its designators; `None` when a part of it is unknown.
fn key(designator: &FlightDesignator, segment: &ItinerarySegment) -> Option<FlightKey> {
    if designator.number.is_empty() {
        return None;
    }
    Some(FlightKey {
        carrier: Text::new(designator.carrier.as_ref()?.as_str()),
        number: designator.number.clone(),
        date: segment.departs.as_ref()?.value.date,
    })
}

/// The designator a flight is flown under. Messages that contradict one another may send it in a
/// circle; then the first of the circle stands for all of it.
fn flown_under(sold_as: &BTreeMap<FlightKey, FlightKey>, key: &FlightKey) -> FlightKey {
    let mut way = vec![key];
    while let Some(next) = sold_as.get(way[way.len() - 1]) {
        if let Some(again) = way.iter().position(|seen| *seen == next) {
            let circle = way[again..].iter().min();
            return circle.map_or_else(|| next.clone(), |&first| first.clone());
        }
        way.push(next);
    }
    way[way.len() - 1].clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn key(carrier: &str, number: &str) -> FlightKey {
        FlightKey {
            carrier: carrier.into(),
            number: number.into(),
            date: date(2026, 11, 24),
        }
    }

    #[test]
    fn a_codeshare_leads_to_the_flight_that_flies_and_a_circle_to_one_of_it() {
        let (a, b, c) = (key("QZ", "1"), key("XT", "2"), key("ZQ", "3"));
        let chain = BTreeMap::from([(a.clone(), b.clone()), (b.clone(), c.clone())]);
        assert_eq!(flown_under(&chain, &a), c);
        assert_eq!(flown_under(&chain, &c), c);
        let circle = BTreeMap::from([(a.clone(), b.clone()), (b.clone(), a.clone())]);
        assert_eq!(flown_under(&circle, &a), a);
        assert_eq!(flown_under(&circle, &b), a);
    }
}
