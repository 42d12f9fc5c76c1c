//! What is true of the messages: lines that the system under test never reads.

use serde::Serialize;

use crate::booking::Booking;
use crate::flight::{Fate, Flight, Traveller};
use crate::parameters::{Mix, Rate};
use crate::world::World;

/// A planted fact.
#[derive(Clone, Debug)]
pub(crate) struct Planted {
    /// What kind of fact.
    pub kind: &'static str,
    /// In which way.
    pub how: &'static str,
    /// Index of the traveller.
    pub traveller: usize,
    /// Entry of the list.
    pub entry: Option<String>,
    /// Number in the pool of people that the pattern comes back to.
    pub pool: Option<u32>,
}

impl Planted {
    pub(crate) fn new(kind: &'static str, how: &'static str, traveller: usize) -> Self {
        Self {
            kind,
            how,
            traveller,
            entry: None,
            pool: None,
        }
    }
}

/// One line of `truth.jsonl`.
#[derive(Debug, Serialize)]
pub(crate) struct Fact<'a> {
    pub kind: &'a str,
    pub how: &'a str,
    pub traveller: &'a str,
    pub flight: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    pub messages: Vec<&'a str>,
}

/// One line of `messages.jsonl`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct MessageLine {
    /// File below the output folder.
    pub file: String,
    /// Number of the message in the file, from 0.
    pub index: usize,
    /// `PAXLST`, `PNRGOV`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// `D:05B`, `13:1`.
    pub version: String,
    /// What it is for: `passengers`, `crew`, `request`, `change`, `close-out`, `cancel`, `push`,
    /// `change-push`.
    pub function: &'static str,
    /// The flight.
    pub flight: String,
    /// Reference of the message.
    pub reference: String,
    /// Part and number of parts, of a report in several messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<(usize, usize)>,
    /// Whether the interchange is marked as a test.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// Indices of the travellers in the flight, in the order of the message.
    pub travellers: Vec<usize>,
    /// Locators, in the order of the message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bookings: Vec<String>,
    /// What went wrong with the message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub noise: Vec<&'static str>,
}

impl MessageLine {
    /// File and number, as `truth.jsonl` refers to it.
    pub(crate) fn name(&self) -> String {
        format!("{}#{}", self.file, self.index)
    }
}

/// One line of `flights.jsonl`.
#[derive(Debug, Serialize)]
struct FlightLine<'a> {
    flight: &'a str,
    carrier: &'a str,
    number: u16,
    from: &'a str,
    to: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<&'a str>,
    departs: String,
    arrives: String,
    direction: &'a str,
    aircraft: &'a str,
    seats: u32,
    bookings: usize,
    travellers: usize,
    boarded: usize,
    crew: usize,
    cancelled: bool,
    interactive: bool,
    test: bool,
    envelope: &'a str,
    charset: &'a str,
}

/// The line of a flight.
pub(crate) fn flight_line(flight: &Flight<'_>, name: &str) -> serde_json::Result<Vec<u8>> {
    let (from, to) = flight.border();
    let route = flight.route;
    let far = route.via.and_then(|_| route.abroad.iata());
    let inbound = flight.departure.inbound;
    serde_json::to_vec(&FlightLine {
        flight: name,
        carrier: flight.carrier().code,
        number: flight.number,
        from,
        to,
        origin: far.filter(|_| inbound),
        destination: far.filter(|_| !inbound),
        departs: flight
            .departure
            .departs
            .strftime("%Y-%m-%dT%H:%M")
            .to_string(),
        arrives: flight
            .departure
            .arrives
            .strftime("%Y-%m-%dT%H:%M")
            .to_string(),
        direction: if inbound { "inbound" } else { "outbound" },
        aircraft: route.aircraft,
        seats: route.seats,
        bookings: flight.bookings.len(),
        travellers: flight.travellers.len(),
        boarded: flight
            .travellers
            .iter()
            .filter(|t| t.fate == Fate::Boarded)
            .count(),
        crew: flight.crew.len(),
        cancelled: flight.cancelled,
        interactive: flight.style.interactive,
        test: flight.style.test,
        envelope: Mix::Envelope.parts()[flight.style.envelope].0,
        charset: Mix::Charset.parts()[flight.style.charset].0,
    })
}

#[derive(Serialize)]
struct PersonLine<'a> {
    traveller: &'a str,
    flight: &'a str,
    index: usize,
    person: String,
    surname: Vec<&'a str>,
    given: Vec<&'a str>,
    sex: &'a str,
    born: jiff::civil::Date,
    nationality: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_nationality: Option<&'a str>,
    document: DocumentLine<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    visa: Option<DocumentLine<'a>>,
    #[serde(rename = "type")]
    kind: &'a str,
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    locator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat_ahead: Option<&'a str>,
    bags: u32,
    bag_kg: u32,
    ticket: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<BookingLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<ApiLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pnr: Option<PnrLine<'a>>,
}

#[derive(Serialize)]
struct DocumentLine<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    number: &'a str,
    issuer: &'a str,
    expires: jiff::civil::Date,
}

#[derive(Serialize)]
struct ApiLine<'a> {
    surname: &'a str,
    given: &'a [compact_str::CompactString],
    sex: Option<&'a str>,
    born: Option<jiff::civil::Date>,
    nationality: Option<&'a str>,
    number: Option<&'a str>,
    issuer: Option<&'a str>,
    expires: Option<jiff::civil::Date>,
    noise: Vec<&'static str>,
}

#[derive(Serialize)]
struct PnrLine<'a> {
    surname: &'a str,
    given: &'a str,
    title: &'a str,
    written: &'a str,
    docs: bool,
    noise: Vec<&'static str>,
}

#[derive(Serialize)]
struct BookingLine<'a> {
    booked: String,
    travellers: usize,
    purpose: &'a str,
    journey: &'a str,
    payment: &'a str,
    channel: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    card_last4: &'a str,
    cents: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    divided: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled_from_push: Option<usize>,
    codeshare: bool,
    connection: bool,
    pooled: bool,
}

impl<'a> BookingLine<'a> {
    fn of(booking: &'a Booking) -> Self {
        let part = |mix: Mix, part: usize| mix.parts()[part].0;
        Self {
            booked: booking.booked.strftime("%Y-%m-%dT%H:%M").to_string(),
            travellers: booking.count,
            purpose: part(Mix::Purpose, booking.purpose),
            journey: part(Mix::Journey, booking.journey),
            payment: part(Mix::Payment, booking.payment),
            channel: part(Mix::Channel, booking.channel),
            card_last4: &booking.last4,
            cents: booking.cents,
            phone: booking.phone.as_deref(),
            mail: booking.mail.as_deref(),
            group: booking.group.as_deref(),
            divided: booking.divided.as_deref(),
            cancelled_from_push: booking.cancelled,
            codeshare: booking.codeshare,
            connection: booking.connection.is_some(),
            pooled: booking.pooled,
        }
    }
}

fn words(noise: &[Rate]) -> Vec<&'static str> {
    noise.iter().map(|rate| rate.name()).collect()
}

/// The line of a traveller in `people.jsonl`; the booking stands with its first traveller.
pub(crate) fn person_line(
    world: &World,
    flight: &Flight<'_>,
    flight_name: &str,
    index: usize,
    traveller: &Traveller,
    out: &mut Vec<u8>,
) -> serde_json::Result<()> {
    let person = &traveller.person;
    let kept = |ids: &[u32]| ids.iter().map(|id| &*world.names.get(*id).kept).collect();
    let code = |land: usize| world.lands[land].alpha3;
    let booking = traveller.booking.map(|at| &flight.bookings[at]);
    let (api, pnr) = (&traveller.api, &traveller.pnr);
    serde_json::to_writer(
        out,
        &PersonLine {
            traveller: &flight.traveller_name(index),
            flight: flight_name,
            index,
            person: format!("{:016x}", person.id),
            surname: kept(&person.called.surnames),
            given: kept(&person.called.given),
            sex: person.sex.letter(),
            born: person.born,
            nationality: code(person.land),
            second_nationality: person.second.map(code),
            document: DocumentLine {
                kind: person.document.kind,
                number: &person.document.number,
                issuer: code(person.document.issuer),
                expires: person.document.expires,
            },
            visa: traveller.visa.as_ref().map(|visa| DocumentLine {
                kind: "V",
                number: &visa.number,
                issuer: code(visa.issuer),
                expires: visa.expires,
            }),
            kind: traveller.kind.name(),
            status: traveller.fate.name(),
            locator: booking.map(|booking| &*booking.locator),
            seat: traveller.seat.as_deref(),
            seat_ahead: traveller.seat_ahead.as_deref(),
            bags: traveller.bags,
            bag_kg: traveller.weight,
            ticket: traveller.ticket,
            booking: booking
                .filter(|_| traveller.number == 1)
                .map(BookingLine::of),
            api: (traveller.fate == Fate::Boarded).then(|| ApiLine {
                surname: &api.surname,
                given: &api.given,
                sex: api.sex,
                born: api.born,
                nationality: api.nationality.map(code),
                number: api.number.as_deref(),
                issuer: api.issuer.map(code),
                expires: api.expires,
                noise: words(&api.noise),
            }),
            pnr: booking.map(|_| PnrLine {
                surname: &pnr.surname,
                given: &pnr.given,
                title: pnr.title,
                written: &pnr.given_written,
                docs: pnr.docs.is_some(),
                noise: words(&pnr.noise),
            }),
        },
    )
}
