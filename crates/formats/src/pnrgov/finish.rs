//! The end of a booking: what its parts mean together.

use tidewaiter_diagnostics::{SegmentPath, codes::pnr as code};
use tidewaiter_domain::{
    BookedSeat, Booking, Flight, Index, ItinerarySegment, Seat, SegmentStatus, Text, TravelStatus,
};

use super::resolve::{Resolver, is_infant, letters_begin_alike};
use super::{Draft, baggage};
use crate::notes::Notes;

/// Finishes a booking that was read from segments.
pub(super) fn finish(draft: &mut Draft, flight: Option<&Flight>, notes: &mut Notes) {
    let pending = std::mem::take(&mut draft.pending);
    let checks = std::mem::take(&mut draft.checks);
    let booking = &mut draft.booking;
    Resolver {
        booking,
        notes,
        path: SegmentPath::default(),
        of_infant: false,
    }
    .services(pending);
    baggage::gather(&mut draft.booking, checks);
    let booking = &mut draft.booking;
    booking.withdrawn = booking.travellers.is_empty()
        && booking.groups.is_empty()
        && draft.empty_originator
        && booking.agency.is_none();
    complete(booking, flight, notes);
}

/// What every booking gets, whatever it was read from.
pub(super) fn complete(booking: &mut Booking, flight: Option<&Flight>, notes: &mut Notes) {
    let path = SegmentPath {
        tag: *b"SRC",
        ..SegmentPath::default()
    };
    if booking.locators.is_empty() {
        notes.note(
            &code::MISSING_LOCATOR,
            booking.span,
            path,
            "the booking has no locator",
        );
    }
    let nobody = booking.travellers.is_empty() && booking.lap_infants.is_empty();
    if nobody && booking.groups.is_empty() && !booking.withdrawn {
        notes.note(
            &code::NO_TRAVELLER,
            booking.span,
            path,
            "the booking names nobody",
        );
    }
    drop_named_infants(booking);
    for infant in &booking.lap_infants {
        let text = "an infant is known only from its adult";
        notes.note(&code::LAP_INFANT, infant.traveller.span, path, text);
    }
    mark_pushed(booking, flight);
    seats(booking);
    statuses(booking);
    let locator = booking.locators.first().map(|l| l.locator.clone());
    for person in booking
        .travellers
        .iter_mut()
        .map(|t| &mut t.traveller)
        .chain(booking.lap_infants.iter_mut().map(|l| &mut l.traveller))
    {
        person.locator.clone_from(&locator);
    }
}

impl Resolver<'_, '_> {
    /// Gives each infant without an adult the likeliest one: of the number that its own is made
    /// from, the one marked as accompanied, of the same surname, the only one.
    pub(super) fn pair_infants(&mut self) {
        let travellers = &self.booking.travellers;
        let infants: Vec<usize> = (0..travellers.len())
            .filter(|i| is_infant(&travellers[*i].traveller) && travellers[*i].companion.is_none())
            .collect();
        for infant in infants {
            let travellers = &self.booking.travellers;
            let own = &travellers[infant];
            let free = |i: usize| {
                let other = &travellers[i];
                i != infant && !is_infant(&other.traveller) && other.companion.is_none()
            };
            let best = (0..travellers.len()).filter(|i| free(*i)).max_by_key(|i| {
                let other = &travellers[*i];
                let numbered = !other.number.is_empty()
                    && own.number.len() > other.number.len()
                    && own.number.starts_with(other.number.as_str());
                let family = match (&own.traveller.name.surname, &other.traveller.name.surname) {
                    (Some(a), Some(b)) => a == b,
                    _ => false,
                };
                // Of equals the nearest one before the infant.
                let before = *i < infant;
                (
                    numbered,
                    family,
                    before,
                    if before { *i } else { usize::MAX - *i },
                )
            });
            if let (Some(adult), Some(index)) = (best.and_then(super::index), super::index(infant))
            {
                self.booking.travellers[infant].companion = Some(adult);
                self.booking.travellers[usize::from(adult)].companion = Some(index);
            }
        }
    }
}

/// Drops an infant read from the element of its adult when it has an element of its own.
fn drop_named_infants(booking: &mut Booking) {
    let travellers = &mut booking.travellers;
    booking.lap_infants.retain(|lap| {
        let given = lap.traveller.name.given.first().map_or("", |g| g);
        let own = travellers.iter_mut().find(|t| {
            let named = t
                .traveller
                .name
                .given
                .first()
                .is_some_and(|g| !g.is_empty());
            is_infant(&t.traveller)
                && named
                && letters_begin_alike(t.traveller.name.given.first().map_or("", |g| g), given)
        });
        if let Some(own) = own {
            own.traveller.born = own.traveller.born.or(lap.traveller.born);
            false
        } else {
            true
        }
    });
}

/// Finds the flight that the push is about in the itinerary.
fn mark_pushed(booking: &mut Booking, flight: Option<&Flight>) {
    let Some((flight, leg)) = flight.and_then(|f| Some((f, f.legs.first()?))) else {
        return;
    };
    let pushed = &flight.designator.value;
    let fits = |s: &ItinerarySegment| {
        let same = |d: &Option<_>| {
            d.as_ref()
                .is_some_and(|d: &tidewaiter_diagnostics::Sourced<_>| {
                    let d: &tidewaiter_domain::FlightDesignator = &d.value;
                    d.carrier == pushed.carrier && d.number == pushed.number
                })
        };
        let places = s
            .from
            .as_ref()
            .zip(leg.from.as_ref())
            .is_some_and(|(a, b)| a == b)
            && s.to
                .as_ref()
                .zip(leg.to.as_ref())
                .is_some_and(|(a, b)| a == b);
        let day = s
            .departs
            .zip(leg.departs)
            .is_some_and(|(a, b)| a.date == b.date);
        let named = same(&s.designator) || same(&s.operating);
        (places && named, places && day, day && named)
    };
    let itinerary = &mut booking.itinerary;
    // The right day counts most: the same flight is in some itineraries twice.
    let best = (0..itinerary.len())
        .map(|i| (i, fits(&itinerary[i])))
        .filter(|(_, fit)| fit.0 || fit.1)
        .max_by_key(|(i, fit)| (fit.0 && fit.1, fit.0, std::cmp::Reverse(*i)));
    if let Some((index, _)) = best {
        itinerary[index].pushed = true;
    }
}

/// Adds the seats of check-in, and gives travellers theirs: one a segment, the one of check-in
/// before one that was asked for.
fn seats(booking: &mut Booking) {
    let mut taken: Vec<BookedSeat> = Vec::new();
    for (segment, flight) in booking.itinerary.iter().enumerate() {
        for checked in flight.checkins.iter().flat_map(|c| &c.travellers) {
            let Some(seat) = &checked.seat else { continue };
            taken.push(BookedSeat {
                seat: seat.clone(),
                traveller: checked.traveller,
                segment: super::index(segment),
                checked_in: true,
            });
        }
    }
    for seat in taken {
        let same = booking.seats.iter_mut().find(|s| {
            s.segment == seat.segment
                && s.seat == seat.seat
                && (s.traveller == seat.traveller || s.traveller.is_none())
        });
        match same {
            Some(known) => {
                known.checked_in = true;
                known.traveller = known.traveller.or(seat.traveller);
            }
            None => booking.seats.push(seat),
        }
    }
    let names: Vec<Option<Text>> = booking.itinerary.iter().map(flight_name).collect();
    let mut best: Vec<(Index, usize, bool, usize)> = Vec::with_capacity(booking.seats.len());
    for (at, seat) in booking.seats.iter().enumerate() {
        // Seats on no known flight come last.
        let segment = seat.segment.map_or(usize::MAX, usize::from);
        best.extend(seat.traveller.map(|t| (t, segment, seat.checked_in, at)));
    }
    best.sort_unstable();
    for (i, (traveller, segment, _, at)) in best.iter().enumerate() {
        // Of each traveller's seats on a flight the last counts: check-in sorts behind wishes.
        if best
            .get(i + 1)
            .is_some_and(|next| (next.0, next.1) == (*traveller, *segment))
        {
            continue;
        }
        let seat = booking.seats[*at].seat.clone();
        let flight = names.get(*segment).cloned().flatten();
        if let Some(booked) = booking.travellers.get_mut(usize::from(*traveller)) {
            booked.traveller.seats.push(Seat { seat, flight });
        }
    }
}

/// Carrier and number of a segment as one word.
fn flight_name(segment: &ItinerarySegment) -> Option<Text> {
    let designator = &segment.designator.as_ref()?.value;
    let mut name = Text::new(designator.carrier.as_ref().map_or("", |c| c.as_str()));
    name.push_str(&designator.number);
    Some(name)
}

/// Where each traveller stands on the flight of the push.
fn statuses(booking: &mut Booking) {
    let pushed = booking.itinerary.iter().find(|s| s.pushed);
    let cancelled = booking.withdrawn
        || pushed.is_some_and(|s| !s.is_live())
        || pushed.is_none()
            && !booking.itinerary.is_empty()
            && booking.itinerary.iter().all(|s| !s.is_live());
    let at_check_in: Vec<Index> = pushed
        .iter()
        .flat_map(|s| s.checkins.iter().flat_map(|c| &c.travellers))
        .filter_map(|t| t.traveller)
        .collect();
    let listed = pushed.and_then(|s| s.status.as_ref());
    let known = !matches!(listed.map(|s| &s.value), Some(SegmentStatus::Unknown(_)));
    for (index, booked) in booking.travellers.iter_mut().enumerate() {
        let checked_in = at_check_in.iter().any(|t| usize::from(*t) == index);
        booked.traveller.status = booked.traveller.status.or(if cancelled {
            Some(TravelStatus::Cancelled)
        } else if checked_in {
            Some(TravelStatus::CheckedIn)
        } else {
            known.then_some(TravelStatus::Booked)
        });
    }
    for infant in &mut booking.lap_infants {
        let adult = infant
            .adult
            .and_then(|a| booking.travellers.get(usize::from(a)));
        infant.traveller.status =
            adult.map_or(Some(TravelStatus::Booked), |adult| adult.traveller.status);
    }
}
