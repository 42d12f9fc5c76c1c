//! Bookings in JSON: one line a booking.

use serde::Serialize;
use tidewaiter_domain::{
    Address, BookedBags, BookedSeat, BookedTraveller, Booking, BookingPush, Division,
    FlightDesignator, HistoryEntry, ItinerarySegment, Locator, Moment, Originator, OtherService,
    Payment, Remark, RemarkKind, SegmentKind, ServiceRequest, Ticket, WrittenAmount,
};

use super::person::{ContactLine, TravellerLine};
use super::{FlightLine, Local, PartLine, UnreadLine, Utc, designator, unread};

#[derive(Serialize)]
pub(super) struct BookingLine<'a> {
    /// Number of the booking in its message, from 0; a push without bookings has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<usize>,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<PartLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<FlightLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locator: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locators: Vec<LocatorLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    booked_at: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_at: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticketed_at: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agency: Option<OriginatorLine<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    withdrawn: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<&'a str>,
    travellers: Vec<BookedLine<'a>>,
    /// Infants without an element of their own, known from their adult.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lap_infants: Vec<LapInfantLine<'a>>,
    itinerary: Vec<SegmentLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_services: Vec<OtherServiceLine<'a>>,
    contacts: Vec<ContactOrAddress<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    services: Vec<ServiceLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tickets: Vec<TicketLine<'a>>,
    payments: Vec<PaymentLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bags: Option<BagsLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    excess_baggage: Vec<&'a str>,
    seats: Vec<SeatLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    divisions: Vec<DivisionLine<'a>>,
    remarks: Vec<RemarkLine<'a>>,
    history: Vec<HistoryLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadLine<'a>>,
}

impl<'a> BookingLine<'a> {
    /// The line of booking number `number`; of the push alone when it has none.
    pub(super) fn of(push: &'a BookingPush, number: Option<usize>, offset: u64) -> Self {
        // A push without bookings is written as a booking with nothing in it.
        static NOTHING: std::sync::LazyLock<Booking> = std::sync::LazyLock::new(Booking::default);
        let found = number.and_then(|n| push.bookings.get(n));
        let booking: &'a Booking = found.unwrap_or(&NOTHING);
        let segment = |index: Option<u16>| booking.itinerary.get(usize::from(index?));
        let name = |index: Option<u16>| {
            segment(index)
                .and_then(|s| s.designator.as_ref())
                .map(|d| designator(&d.value))
        };
        let flight = push.flight.as_ref().map(|f| designator(&f.designator));
        let own_unread = match number.unwrap_or_default() {
            0 => unread(&push.unread, offset),
            _ => Vec::new(),
        };
        Self {
            booking: number,
            effect: push.function.as_str(),
            part: push.part.map(|p| PartLine {
                number: p.number,
                last: p.last,
            }),
            declared_count: push.declared_count.map(|count| count.value),
            flight: push.flight.as_ref().map(FlightLine::of),
            locator: booking.locator().map(|l| l.locator.as_str()),
            locators: booking.locators.iter().map(LocatorLine::of).collect(),
            booked_at: booking.booked_at.map(|at| local(&at)),
            changed_at: booking.changed_at.map(|at| local(&at)),
            ticketed_at: booking.ticketed_at.map(|at| local(&at)),
            agency: booking.agency.as_deref().map(OriginatorLine::of),
            withdrawn: booking.withdrawn,
            groups: booking
                .groups
                .iter()
                .map(|group| group.value.as_str())
                .collect(),
            travellers: booking
                .travellers
                .iter()
                .map(|booked| BookedLine::of(booked, flight.as_deref(), offset))
                .collect(),
            lap_infants: booking
                .lap_infants
                .iter()
                .map(|infant| LapInfantLine {
                    adult: infant.adult,
                    traveller: TravellerLine::of(&infant.traveller, flight.as_deref(), offset),
                })
                .collect(),
            itinerary: booking.itinerary.iter().map(SegmentLine::of).collect(),
            other_services: booking
                .other_services
                .iter()
                .map(OtherServiceLine::of)
                .collect(),
            contacts: booking
                .contacts
                .iter()
                .map(|contact| ContactOrAddress::Contact(ContactLine::of(contact)))
                .chain(booking.addresses.iter().map(ContactOrAddress::of_address))
                .collect(),
            services: booking
                .services
                .iter()
                .map(|service| ServiceLine::of(service, name(service.segment)))
                .collect(),
            tickets: booking.tickets.iter().map(TicketLine::of).collect(),
            payments: booking.payments.iter().map(PaymentLine::of).collect(),
            bags: (!booking.bags.is_empty()).then(|| BagsLine::of(&booking.bags)),
            excess_baggage: booking
                .excess_baggage
                .iter()
                .map(|text| text.as_str())
                .collect(),
            seats: booking
                .seats
                .iter()
                .map(|seat| SeatLine::of(seat, name(seat.segment)))
                .collect(),
            divisions: booking.divisions.iter().map(DivisionLine::of).collect(),
            remarks: booking.remarks.iter().map(RemarkLine::of).collect(),
            history: booking.history.iter().map(HistoryLine::of).collect(),
            unread: unread(&booking.unread, offset)
                .into_iter()
                .chain(own_unread)
                .collect(),
        }
    }
}

fn local(moment: &Moment) -> Local {
    Local {
        date: moment.date,
        time: moment.time,
    }
}

#[derive(Serialize)]
struct LocatorLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier: Option<&'a str>,
    locator: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    departure_control: bool,
}

impl<'a> LocatorLine<'a> {
    fn of(locator: &'a Locator) -> Self {
        Self {
            carrier: locator.carrier.as_ref().map(|carrier| carrier.as_str()),
            locator: locator.locator.as_str(),
            departure_control: locator.departure_control,
        }
    }
}

#[derive(Serialize)]
struct OriginatorLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a str>,
}

impl<'a> OriginatorLine<'a> {
    fn of(originator: &'a Originator) -> Self {
        Self {
            system: originator.system.as_ref().map(|system| system.as_str()),
            number: originator.agency.as_deref(),
            office: originator.office.as_deref(),
            city: originator.city.as_deref(),
            company: originator.company.as_deref(),
            kind: originator.kind.as_deref(),
            country: originator.country.as_ref().map(|country| country.as_str()),
            currency: originator
                .currency
                .as_ref()
                .map(|currency| currency.as_str()),
            agent: originator.agent.as_deref(),
        }
    }
}

/// A traveller with what only bookings say.
#[derive(Serialize)]
struct BookedLine<'a> {
    #[serde(flatten)]
    traveller: TravellerLine<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<&'a str>,
    /// Of an adult the infant, of an infant the adult, by their index.
    #[serde(skip_serializing_if = "Option::is_none")]
    travels_with: Option<u16>,
}

impl<'a> BookedLine<'a> {
    fn of(booked: &'a BookedTraveller, flight: Option<&str>, offset: u64) -> Self {
        Self {
            traveller: TravellerLine::of(&booked.traveller, flight, offset),
            number: &booked.number,
            ticket: booked
                .traveller
                .tickets
                .first()
                .map(|ticket| ticket.as_str()),
            travels_with: booked.companion,
        }
    }
}

#[derive(Serialize)]
struct LapInfantLine<'a> {
    #[serde(flatten)]
    traveller: TravellerLine<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adult: Option<u16>,
}

#[derive(Serialize)]
struct SegmentLine<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    departs: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    departs_utc: Option<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrives: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrives_utc: Option<Utc>,
    /// The code as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    /// What it means: confirmed, requested, waitlisted, cancelled or unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    /// The carrier that flies, with its number where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    operating: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aircraft: Option<&'a str>,
    /// Whether it is the flight the push is about.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pushed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checked_in: Vec<CheckedInLine<'a>>,
}

impl<'a> SegmentLine<'a> {
    fn of(segment: &'a ItinerarySegment) -> Self {
        let sold: Option<&FlightDesignator> = segment.designator.as_ref().map(|d| &d.value);
        Self {
            kind: match segment.kind {
                SegmentKind::Flight => "flight",
                SegmentKind::Open => "open",
                SegmentKind::Surface => "surface",
            },
            carrier: sold
                .and_then(|d| d.carrier.as_ref())
                .map(|carrier| carrier.as_str()),
            number: sold
                .map(|d| d.number.as_str())
                .filter(|number| !number.is_empty()),
            from: segment.from.as_ref().map(|airport| airport.as_str()),
            to: segment.to.as_ref().map(|airport| airport.as_str()),
            departs: segment.departs.as_deref().map(Local::of),
            departs_utc: segment.departs.and_then(|time| time.instant).map(Utc),
            arrives: segment.arrives.as_deref().map(Local::of),
            arrives_utc: segment.arrives.and_then(|time| time.instant).map(Utc),
            status: segment.status.as_ref().map(|status| status.value.code()),
            standing: segment.status.as_ref().map(|status| status.value.as_str()),
            operating: segment.operating.as_ref().map(|flight| designator(flight)),
            class: segment.class.as_deref(),
            party: segment.party,
            aircraft: segment.aircraft.as_deref(),
            pushed: segment.pushed,
            checked_in: segment
                .checkins
                .iter()
                .flat_map(|check_in| {
                    check_in.travellers.iter().map(|checked| CheckedInLine {
                        traveller: checked.traveller,
                        at: check_in.at.map(|at| local(&at)),
                        sequence: checked.sequence.as_deref(),
                        seat: checked.seat.as_ref().map(|seat| seat.as_str()),
                        cabin: checked.cabin.as_deref(),
                    })
                })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct CheckedInLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    traveller: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cabin: Option<&'a str>,
}

#[derive(Serialize)]
struct OtherServiceLine<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Local>,
    places: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vendor: Option<&'a str>,
    text: &'a str,
}

impl<'a> OtherServiceLine<'a> {
    fn of(service: &'a OtherService) -> Self {
        Self {
            kind: &service.kind,
            from: service.from.as_ref().map(local),
            until: service.until.as_ref().map(local),
            places: service.places.iter().map(|place| place.as_str()).collect(),
            vendor: service.vendor.as_deref(),
            text: &service.text,
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum ContactOrAddress<'a> {
    Contact(ContactLine<'a>),
    Address { kind: &'static str, value: String },
}

impl ContactOrAddress<'_> {
    fn of_address(address: &Address) -> Self {
        let parts = [
            address.street.as_deref(),
            address.city.as_deref(),
            address.region.as_deref(),
            address.postcode.as_deref(),
            address.country.as_ref().map(|country| country.as_str()),
        ];
        let value = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        Self::Address {
            kind: "address",
            value,
        }
    }
}

#[derive(Serialize)]
struct ServiceLine<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "<[u16]>::is_empty")]
    travellers: &'a [u16],
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<String>,
}

impl<'a> ServiceLine<'a> {
    fn of(service: &'a ServiceRequest, flight: Option<String>) -> Self {
        Self {
            code: &service.code,
            status: service.status.as_deref(),
            text: service.text.as_deref(),
            travellers: &service.travellers,
            flight,
        }
    }
}

#[derive(Serialize)]
struct TicketLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traveller: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_at: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
}

impl<'a> TicketLine<'a> {
    fn of(ticket: &'a Ticket) -> Self {
        let money: Option<&WrittenAmount> = ticket.total.as_ref().or(ticket.base.as_ref());
        Self {
            number: ticket.number.as_ref().map(|number| number.as_str()),
            traveller: ticket.traveller,
            issued_at: ticket.issued_at.as_ref().map(local),
            total: money.map(|money| money.amount.as_str()),
            currency: money
                .and_then(|m| m.currency.as_ref())
                .map(|currency| currency.as_str()),
        }
    }
}

#[derive(Serialize)]
struct PaymentLine<'a> {
    form: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_vendor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_last4: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traveller: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer: Option<&'a str>,
}

impl<'a> PaymentLine<'a> {
    fn of(payment: &'a Payment) -> Self {
        let card = payment.card.as_ref();
        let money = payment.amount.as_ref();
        Self {
            form: payment.form.as_str(),
            card_vendor: card.and_then(|card| card.vendor.as_deref()),
            card_last4: card.and_then(|card| card.last4.as_deref()),
            card_token: card
                .and_then(|card| card.token)
                .map(|token| token.to_string()),
            account: payment.account.as_deref(),
            amount: money.map(|money| money.amount.as_str()),
            currency: money
                .and_then(|m| m.currency.as_ref())
                .map(|currency| currency.as_str()),
            traveller: payment.traveller,
            payer: payment
                .payer
                .as_ref()
                .and_then(|payer| payer.name.as_deref()),
        }
    }
}

/// All baggage of a booking, each piece once, and whose it is.
#[derive(Serialize)]
struct BagsLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_kg: Option<f64>,
    tags: Vec<&'a str>,
    by_traveller: Vec<OwnBagsLine<'a>>,
}

impl<'a> BagsLine<'a> {
    fn of(bags: &'a [BookedBags]) -> Self {
        let counts = bags.iter().filter_map(|b| b.count.map(u32::from));
        let grams = bags.iter().filter_map(|b| b.weight_g.map(u64::from));
        Self {
            count: counts.clone().next().map(|_| counts.sum()),
            weight_kg: grams
                .clone()
                .next()
                .map(|_| grams.sum::<u64>() as f64 / 1000.0),
            tags: bags
                .iter()
                .flat_map(|b| &b.tags)
                .map(|tag| tag.as_str())
                .collect(),
            by_traveller: bags.iter().map(OwnBagsLine::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct OwnBagsLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    traveller: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_kg: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<&'a str>,
    #[serde(skip_serializing_if = "<[u16]>::is_empty")]
    members: &'a [u16],
}

impl<'a> OwnBagsLine<'a> {
    fn of(bags: &'a BookedBags) -> Self {
        Self {
            traveller: bags.traveller,
            count: bags.count,
            weight_kg: bags.weight_g.map(|grams| f64::from(grams) / 1000.0),
            to: bags.destination.as_ref().map(|airport| airport.as_str()),
            pool: bags.pool.as_deref(),
            members: &bags.members,
        }
    }
}

#[derive(Serialize)]
struct SeatLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    traveller: Option<u16>,
    seat: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    checked_in: bool,
}

impl<'a> SeatLine<'a> {
    fn of(seat: &'a BookedSeat, flight: Option<String>) -> Self {
        Self {
            traveller: seat.traveller,
            seat: seat.seat.as_str(),
            flight,
            checked_in: seat.checked_in,
        }
    }
}

#[derive(Serialize)]
struct DivisionLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u16>,
    locators: Vec<LocatorLine<'a>>,
}

impl<'a> DivisionLine<'a> {
    fn of(division: &'a Division) -> Self {
        Self {
            count: division.count,
            locators: division.locators.iter().map(LocatorLine::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct RemarkLine<'a> {
    kind: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traveller: Option<u16>,
}

impl<'a> RemarkLine<'a> {
    fn of(remark: &'a Remark) -> Self {
        Self {
            kind: match remark.kind {
                RemarkKind::FareCalculation => "fare-calculation",
                RemarkKind::OtherService => "osi",
                RemarkKind::Sponsor => "sponsor",
                RemarkKind::Other => "other",
            },
            text: &remark.text,
            carrier: remark.carrier.as_ref().map(|carrier| carrier.as_str()),
            traveller: remark.traveller,
        }
    }
}

#[derive(Serialize)]
struct HistoryLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Local>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    action: &'static str,
    segment: &'a str,
    text: &'a str,
}

impl<'a> HistoryLine<'a> {
    fn of(entry: &'a HistoryEntry) -> Self {
        Self {
            at: entry.at.as_ref().map(local),
            by: entry.by.as_deref(),
            action: entry.action.as_str(),
            segment: &entry.what,
            text: &entry.text,
        }
    }
}

/// A request for bookings.
#[derive(Serialize)]
pub(super) struct RequestLine<'a> {
    request: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    originator: Option<OriginatorLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<SegmentLine<'a>>,
    locators: Vec<LocatorLine<'a>>,
    names: Vec<NameLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadLine<'a>>,
}

#[derive(Serialize)]
struct NameLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    surname: Option<&'a str>,
    given: Vec<&'a str>,
}

impl<'a> RequestLine<'a> {
    pub(super) fn of(request: &'a tidewaiter_domain::BookingRequest, offset: u64) -> Self {
        Self {
            request: request.kind.code(),
            originator: request.originator.as_deref().map(OriginatorLine::of),
            flight: request.flight.as_deref().map(SegmentLine::of),
            locators: request.locators.iter().map(LocatorLine::of).collect(),
            names: request
                .travellers
                .iter()
                .map(|name| NameLine {
                    surname: name.surname.as_deref(),
                    given: name.given.iter().map(|given| given.as_str()).collect(),
                })
                .collect(),
            unread: unread(&request.unread, offset),
        }
    }
}

/// The acknowledgement of a push.
#[derive(Serialize)]
pub(super) struct AcknowledgementLine<'a> {
    outcome: &'static str,
    outcome_written: &'a str,
    errors: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    originator: Option<OriginatorLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<SegmentLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadLine<'a>>,
}

impl<'a> AcknowledgementLine<'a> {
    pub(super) fn of(answer: &'a tidewaiter_domain::PushAcknowledgement, offset: u64) -> Self {
        use tidewaiter_domain::PushOutcome;
        Self {
            outcome: match &answer.outcome {
                PushOutcome::Processed => "processed",
                PushOutcome::NotProcessed => "not-processed",
                PushOutcome::Unknown(_) => "unknown",
            },
            outcome_written: answer.outcome.code(),
            errors: answer.errors.iter().map(|error| error.as_str()).collect(),
            originator: answer.originator.as_deref().map(OriginatorLine::of),
            flight: answer.flight.as_deref().map(SegmentLine::of),
            unread: unread(&answer.unread, offset),
        }
    }
}
