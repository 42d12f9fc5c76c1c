//! One flight with everybody who booked, came or stayed away.

use std::collections::BTreeSet;

use compact_str::{CompactString, format_compact};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::booking::{Booking, locator};
use crate::dice::{Dice, mix};
use crate::parameters::{Mix, Rate};
use crate::person::{Age, Household, Person, age_on};
use crate::record::{ApiRecord, PnrRecord};
use crate::tally::{Draw, Tally};
use crate::truth::Planted;
use crate::world::{Carrier, Departure, Route, World};

/// What a traveller is to the booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 12 or older.
    Adult,
    /// From 2 to 11.
    Child,
    /// Below 2.
    Infant,
}

impl Kind {
    /// `adult`, `child` or `infant`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Adult => "adult",
            Self::Child => "child",
            Self::Infant => "infant",
        }
    }

    /// The code of a booking.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Adult => "A",
            Self::Child => "C",
            Self::Infant => "IN",
        }
    }
}

/// What became of a traveller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// On board.
    Boarded,
    /// Did not come.
    NoShow,
    /// The booking was cancelled.
    Cancelled,
    /// The flight was cancelled.
    FlightCancelled,
}

impl Fate {
    /// The word in the truth.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Boarded => "boarded",
            Self::NoShow => "no-show",
            Self::Cancelled => "cancelled",
            Self::FlightCancelled => "flight-cancelled",
        }
    }
}

/// A visa.
#[derive(Clone, Debug)]
pub(crate) struct Visa {
    /// Number.
    pub number: CompactString,
    /// Index of the issuing country.
    pub issuer: usize,
    /// Last day.
    pub expires: Date,
}

/// One traveller on a flight.
#[derive(Clone, Debug)]
pub(crate) struct Traveller {
    /// The person.
    pub person: Person,
    /// Adult, child, infant.
    pub kind: Kind,
    /// Index of the booking; none of those who came without one.
    pub booking: Option<usize>,
    /// Number in the booking, from 1.
    pub number: usize,
    /// What became of the traveller.
    pub fate: Fate,
    /// Seat at departure; infants have none.
    pub seat: Option<CompactString>,
    /// Seat known before check-in.
    pub seat_ahead: Option<CompactString>,
    /// Checked bags.
    pub bags: u32,
    /// Their weight in kilograms.
    pub weight: u32,
    /// Serial number of the first tag, six digits.
    pub tag: u32,
    /// Boarding sequence number.
    pub sequence: u32,
    /// Ticket number of 13 digits.
    pub ticket: u64,
    /// Frequent flyer number.
    pub frequent: Option<u32>,
    /// Meal SSR.
    pub meal: Option<&'static str>,
    /// Wheelchair asked for.
    pub wheelchair: bool,
    /// A visa.
    pub visa: Option<Visa>,
    /// Whether noise in the name is wanted for sure.
    pub noisy: bool,
    /// Surname and given names of an alias that is travelled under.
    pub alias: Option<(CompactString, CompactString)>,
    /// What passenger lists write.
    pub api: ApiRecord,
    /// What bookings write.
    pub pnr: PnrRecord,
}

/// How a flight's messages are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Part of [`Mix::PaxlstVersion`].
    pub paxlst: usize,
    /// Part of [`Mix::PnrgovVersion`].
    pub pnrgov: usize,
    /// Part of [`Mix::Envelope`].
    pub envelope: usize,
    /// Part of [`Mix::Charset`].
    pub charset: usize,
    /// Part of [`Mix::Separators`], when not the standard ones.
    pub separators: Option<usize>,
    /// Whether there is a service string advice.
    pub advice: bool,
    /// Each segment on a line.
    pub lines: bool,
    /// Birth dates of eight digits.
    pub long_dates: bool,
    /// Asks at check-in.
    pub interactive: bool,
    /// Marked as a test.
    pub test: bool,
}

/// One flight.
#[derive(Debug)]
pub(crate) struct Flight<'w> {
    /// The world.
    pub world: &'w World,
    /// When.
    pub departure: Departure,
    /// Where.
    pub route: &'w Route,
    /// Flight number.
    pub number: u16,
    /// Marketing partner and its number.
    pub partner: Option<(usize, u16)>,
    /// Whether the flight was cancelled.
    pub cancelled: bool,
    /// How its messages are written.
    pub style: Style,
    /// Bookings.
    pub bookings: Vec<Booking>,
    /// Travellers; those of a booking stand together.
    pub travellers: Vec<Traveller>,
    /// Crew.
    pub crew: Vec<Person>,
    /// What was planted.
    pub planted: Vec<Planted>,
}

impl<'w> Flight<'w> {
    /// Fills a departure with people.
    pub(crate) fn new(world: &'w World, departure: Departure, tally: &mut Tally) -> Self {
        let mut draw = Draw {
            dice: Dice::new(departure.key),
            parameters: &world.parameters,
            tally,
        };
        let route = &world.routes[departure.route];
        let style = Style::draw(&mut draw);
        let number = departure.number;
        let partner = (route.carrier + 3) % world.carriers().len();
        let mut flight = Self {
            world,
            route,
            number,
            partner: Some((partner, 4000 + number % 1900)),
            cancelled: draw.chance(Rate::FlightCancelled),
            style,
            bookings: Vec::new(),
            travellers: Vec::new(),
            crew: Vec::new(),
            planted: Vec::new(),
            departure,
        };
        flight.book(&mut draw);
        flight.go_shows(&mut draw);
        flight.plant(&mut draw);
        flight.check_in(&mut draw);
        flight.write_records(&mut draw);
        flight.staff(&mut draw);
        flight
    }

    /// The operating carrier.
    pub(crate) fn carrier(&self) -> &'static Carrier {
        &self.world.carriers()[self.route.carrier]
    }

    /// The day of departure.
    pub(crate) fn day(&self) -> Date {
        self.departure.departs.date()
    }

    /// Last airport before and first after the border.
    pub(crate) fn border(&self) -> (&'static str, &'static str) {
        let (from, to) = self.world.border(self.route, self.departure.inbound);
        (from.iata().unwrap_or(""), to.iata().unwrap_or(""))
    }

    /// Key of the flight in the truth: `QZ417/2026-11-24/NBO`.
    pub(crate) fn name(&self) -> String {
        format!(
            "{}{}/{}/{}",
            self.carrier().code,
            self.number,
            self.day(),
            self.border().0
        )
    }

    /// The truth's name of a traveller.
    pub(crate) fn traveller_name(&self, index: usize) -> CompactString {
        format_compact!("F{:06}-{:03}", self.departure.index, index)
    }

    fn lands(&self) -> (usize, usize) {
        let (from, to) = self.world.border(self.route, self.departure.inbound);
        (self.world.land_of(from), self.world.land_of(to))
    }

    fn book(&mut self, draw: &mut Draw<'_>) {
        let seats = f64::from(self.route.seats);
        let wanted = (seats * draw.dice.beta(0.832, 0.09)
            / (1.0 - draw.parameters.rate(Rate::NoShow))) as usize;
        let (mut live, mut regulars) = (0, BTreeSet::new());
        while live < wanted {
            let size = match draw.part(Mix::BookingSize) {
                size @ 0..=4 => size + 1,
                5 => 6 + draw.dice.below(4) as usize,
                _ => 10 + draw.dice.below(29) as usize,
            };
            let household = self.household(&mut regulars, draw);
            let mut booking = Booking::new(self.world, &self.departure, household.land, draw);
            booking.first = self.travellers.len();
            booking.count = size;
            booking.codeshare = draw.chance(Rate::Codeshare);
            let rest = draw.dice.bits();
            if size > 1 {
                booking.divided = draw.chance(Rate::BookingDivided).then(|| locator(rest));
                booking.pooled = draw.dice.chance(0.4);
            }
            if size >= 10 {
                booking.group = Some(format_compact!(
                    "{} TOUR {}",
                    self.carrier().name,
                    rest % 90 + 10
                ));
            }
            self.seat_party(&booking, &household, draw);
            live += if booking.cancelled.is_none() { size } else { 0 };
            self.bookings.push(booking);
        }
    }

    fn household(&self, regulars: &mut BTreeSet<u64>, draw: &mut Draw<'_>) -> Household {
        let (origin, destination) = self.lands();
        let land = match draw.part(Mix::NationalOf) {
            0 => origin,
            1 => destination,
            _ => self.world.any_land(&mut draw.dice),
        };
        let mut key = draw.dice.bits();
        if draw.chance(Rate::Regular) {
            let pool = 1.0e5 * (1.0 + self.world.lands[land].weight);
            let u = draw.dice.unit();
            let rank = (pool * u * u.sqrt()) as u64;
            let known = mix(mix(self.world.seed, 0x5265_6775), rank * 256 + land as u64);
            // Nobody sits on a flight twice.
            if regulars.insert(known) {
                key = known;
            }
        }
        Household::new(self.world, key, land, draw)
    }

    fn seat_party(&mut self, booking: &Booking, household: &Household, draw: &mut Draw<'_>) {
        let day = self.day();
        for number in 0..booking.count {
            let age = if number == 0 { Age::Adult } else { Age::Any };
            // A group is of many households, four at a time.
            let of;
            let household = if booking.group.is_some() && number > 0 {
                of = Household::new(
                    self.world,
                    mix(household.key, number as u64 / 4),
                    household.land,
                    draw,
                );
                &of
            } else {
                household
            };
            let person = household.member(self.world, number as u32, age, day, draw);
            self.push(person, Some(self.bookings.len()), number + 1, draw);
            if let (Some(_), Some(last)) = (booking.cancelled, self.travellers.last_mut()) {
                last.fate = Fate::Cancelled;
            }
        }
    }

    pub(crate) fn push(
        &mut self,
        person: Person,
        booking: Option<usize>,
        number: usize,
        draw: &mut Draw<'_>,
    ) {
        let age = age_on(person.born, self.day());
        let kind = match age {
            ..2 => Kind::Infant,
            2..12 => Kind::Child,
            _ => Kind::Adult,
        };
        let carrier = u64::from(self.carrier().numeric);
        let (_, destination) = self.lands();
        self.travellers.push(Traveller {
            kind,
            booking,
            number,
            fate: Fate::Boarded,
            seat: None,
            seat_ahead: None,
            bags: 0,
            weight: 0,
            tag: 0,
            sequence: 0,
            ticket: carrier * 10_000_000_000 + u64::from(draw.dice.below(1_000_000_000)),
            frequent: (kind != Kind::Infant && draw.chance(Rate::FrequentFlyer))
                .then(|| draw.dice.below(99_999_999)),
            meal: draw
                .chance(Rate::Meal)
                .then(|| *draw.dice.pick(&["VGML", "MOML", "KSML", "DBML", "CHML"])),
            wheelchair: draw.chance(Rate::Wheelchair),
            visa: draw.chance(Rate::Visa).then(|| Visa {
                number: format_compact!("V{:08}", draw.dice.below(100_000_000)),
                issuer: destination,
                expires: self
                    .day()
                    .saturating_add(i64::from(draw.dice.between(30, 900)).days()),
            }),
            noisy: false,
            alias: None,
            api: ApiRecord::default(),
            pnr: PnrRecord::default(),
            person,
        });
    }

    /// Those who come without a booking of the flight.
    fn go_shows(&mut self, draw: &mut Draw<'_>) {
        let (origin, _) = self.lands();
        for _ in 0..self.travellers.len() {
            if draw.chance(Rate::GoShow) {
                let key = draw.dice.bits();
                let person = Household::new(self.world, key, origin, draw).member(
                    self.world,
                    0,
                    Age::Adult,
                    self.day(),
                    draw,
                );
                self.push(person, None, 1, draw);
            }
        }
    }

    fn check_in(&mut self, draw: &mut Draw<'_>) {
        let across = if self.route.size == 2 {
            b"ACDEFGHJK".as_slice()
        } else {
            b"ABCDEF".as_slice()
        };
        let mut places: Vec<u32> = (0..self.route.seats + 60).collect();
        let (mut next, mut sequence) = (0, 0);
        // Neighbours sit together; the blocks of bookings lie about the cabin.
        let turn = draw.dice.below(self.route.seats);
        places.rotate_left(turn as usize);
        for traveller in &mut self.travellers {
            let place = |step: usize| -> CompactString {
                let at = places[(next + step) % places.len()] as usize;
                format_compact!(
                    "{}{}",
                    1 + at / across.len(),
                    char::from(across[at % across.len()])
                )
            };
            if traveller.fate != Fate::Cancelled {
                if self.cancelled {
                    traveller.fate = Fate::FlightCancelled;
                } else if traveller.booking.is_some()
                    && traveller.number == 1
                    && draw.chance(Rate::NoShow)
                {
                    traveller.fate = Fate::NoShow;
                }
            }
            if traveller.kind != Kind::Infant && traveller.fate != Fate::Cancelled {
                let seat = place(0);
                if draw.chance(Rate::SeatAhead) {
                    let ahead = if draw.chance(Rate::SeatChanged) {
                        place(7)
                    } else {
                        seat.clone()
                    };
                    traveller.seat_ahead = Some(ahead);
                }
                traveller.seat = Some(seat);
                next += 1;
            }
            if traveller.fate == Fate::Boarded {
                sequence += 1;
                traveller.sequence = sequence;
                if traveller.kind != Kind::Infant {
                    traveller.bags = draw.part(Mix::Bags) as u32;
                    traveller.weight = (0..traveller.bags)
                        .map(|_| (17.0 + 5.0 * draw.dice.normal()).clamp(3.0, 32.0) as u32)
                        .sum();
                    traveller.tag = 100_000 + draw.dice.below(890_000);
                }
            }
        }
        self.keep_parties_together();
    }

    /// When the first of a booking stays away, so do the others; pooled bags go to the first.
    fn keep_parties_together(&mut self) {
        for booking in &self.bookings {
            let party = &mut self.travellers[booking.first..booking.first + booking.count];
            let Some((head, rest)) = party.split_first_mut() else {
                continue;
            };
            for other in rest {
                if head.fate == Fate::NoShow {
                    other.fate = Fate::NoShow;
                    (other.bags, other.weight, other.sequence) = (0, 0, 0);
                }
                if booking.pooled && head.fate == Fate::Boarded && head.bags > 0 {
                    head.bags += other.bags;
                    head.weight += other.weight;
                    (other.bags, other.weight) = (0, 0);
                }
            }
        }
    }

    fn write_records(&mut self, draw: &mut Draw<'_>) {
        let (world, day, style) = (self.world, self.day(), self.style);
        for traveller in &mut self.travellers {
            let alias = traveller.alias.take();
            if traveller.fate == Fate::Boarded {
                traveller.api =
                    ApiRecord::of(world, &traveller.person, day, style, traveller.noisy, draw);
            }
            if traveller.booking.is_some() {
                let (person, kind) = (&traveller.person, traveller.kind);
                traveller.pnr = PnrRecord::of(world, person, kind, day, traveller.noisy, draw);
            }
            if let Some((surname, given)) = alias {
                traveller.api.called(&surname, &given);
                traveller.pnr.called(&surname, &given);
            }
        }
    }

    fn staff(&mut self, draw: &mut Draw<'_>) {
        let number = [4, 6, 12][self.route.size];
        let key = mix(self.world.seed, mix(0x4372_6577, self.route.carrier as u64));
        for place in 0..number {
            // Each carrier has 400 people for each place of a crew.
            let who = mix(key, place * 1000 + u64::from(draw.dice.below(400)));
            let land = (who % 40) as usize;
            let household = Household::new(self.world, who, land, draw);
            let mut person = household.member(
                self.world,
                0,
                Age::Adult,
                self.world.parameters.first_day,
                draw,
            );
            let years = 21.0 + (who % 38) as f64;
            person.born = self
                .world
                .parameters
                .first_day
                .saturating_sub(((years * 365.25) as i64).days());
            self.crew.push(person);
        }
    }
}

impl Style {
    fn draw(draw: &mut Draw<'_>) -> Self {
        let separators = draw
            .chance(Rate::OtherSeparators)
            .then(|| draw.part(Mix::Separators));
        Self {
            paxlst: draw.part(Mix::PaxlstVersion),
            pnrgov: draw.part(Mix::PnrgovVersion),
            envelope: draw.part(Mix::Envelope),
            charset: draw.part(Mix::Charset),
            separators,
            advice: separators.is_some() || !draw.chance(Rate::NoAdvice),
            lines: draw.chance(Rate::Lines),
            long_dates: draw.chance(Rate::LongDates),
            interactive: draw.chance(Rate::Interactive),
            test: draw.chance(Rate::TestFlight),
        }
    }
}
