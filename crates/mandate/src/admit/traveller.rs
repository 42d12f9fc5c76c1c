//! Admission of manifests and travellers.

use jiff::ToSpan;
use tidewaiter_domain::{
    Baggage, ContactKind, DocumentKind, Flight, Leg, Manifest, PersonName, Text, TravelDocument,
    Traveller, TravellerCategory,
};

use super::{Admissible, Filter};
use crate::element::Element as E;
use crate::vocabulary::DataSet;

impl Admissible for Manifest {
    const DATA_SETS: &'static [DataSet] = &[DataSet::Api];

    fn retain(&mut self, filter: &mut Filter<'_>) {
        let Self {
            // What the list is and does says nothing of a person.
            function: _,
            effect: _,
            function_written: _,
            transaction: _,
            // The carrier's desk, not a passenger.
            reporting_party: _,
            flights,
            travellers,
            declared_count: _,
            part: _,
            unread,
        } = self;
        for flight in flights.iter_mut() {
            flight_elements(flight, filter);
        }
        filter.vec(E::FlightNumber, flights);
        for traveller in travellers {
            traveller.retain(filter);
        }
        filter.unread(unread);
    }
}

/// What of a flight is kept; the designator goes with the whole flight.
pub(super) fn flight_elements(flight: &mut Flight, filter: &mut Filter<'_>) {
    let Flight {
        designator: _,
        kind: _,
        legs,
    } = flight;
    for leg in legs {
        leg_elements(leg, filter);
    }
}

pub(super) fn leg_elements(leg: &mut Leg, filter: &mut Filter<'_>) {
    let Leg {
        from,
        to,
        departs,
        arrives,
        border: _,
    } = leg;
    filter.option(E::FlightRoute, from);
    filter.option(E::FlightRoute, to);
    filter.option(E::FlightDate, departs);
    filter.option(E::FlightDate, arrives);
}

impl Admissible for Traveller {
    const DATA_SETS: &'static [DataSet] = &[DataSet::Api, DataSet::Pnr];

    fn retain(&mut self, filter: &mut Filter<'_>) {
        let place = filter.seen;
        filter.seen += 1;
        let keep = filter.keep;
        if is_child(self, filter) {
            filter.children.push(place);
            filter.keep = keep.minus(filter.children_drop);
        }
        fields(self, filter);
        filter.keep = keep;
    }
}

/// Younger than the profile's age on the day of receipt, or booked as a child; a birth date known
/// in part is read for the child.
fn is_child(traveller: &Traveller, filter: &Filter<'_>) -> bool {
    let (under, today) = filter.child;
    if let Some(TravellerCategory::Child | TravellerCategory::Infant) = traveller.category {
        return true;
    }
    traveller.born.as_ref().is_some_and(|born| {
        let grown = born.latest().checked_add(i32::from(under).years());
        grown.is_ok_and(|grown| grown > today)
    })
}

fn fields(traveller: &mut Traveller, filter: &mut Filter<'_>) {
    let Traveller {
        // The shape of the record, and the place it stands at.
        role: _,
        category: _,
        span: _,
        name,
        sex,
        born,
        birthplace,
        residence,
        nationalities,
        documents,
        locator,
        reference,
        seats,
        embark,
        debark,
        cleared_at,
        bags,
        addresses,
        contacts,
        crew_function,
        tickets,
        loyalty,
        government_references,
        verified,
        status,
        unread,
    } = traveller;
    if !filter.keeps(E::Names) && !name.is_empty() {
        *name = PersonName::default();
        filter.dropped.count(E::Names, 1);
    }
    filter.option(E::Sex, sex);
    filter.option(E::BirthDate, born);
    filter.option(E::BirthPlace, birthplace);
    filter.option(E::Residence, residence);
    if !filter.keeps(E::Nationality) && !nationalities.is_empty() {
        filter.dropped.count(E::Nationality, nationalities.len());
        nationalities.clear();
    }
    documents.retain(|document| document_elements(document, filter));
    filter.option(E::BookingLocator, locator);
    filter.option(E::BookingLocator, reference);
    if !filter.keeps(E::Seat) && !seats.is_empty() {
        filter.dropped.count(E::Seat, seats.len());
        seats.clear();
    }
    // A person's own way on the flight is part of the flight in API and of the itinerary in PNR.
    let route = if filter.keeps(E::ItineraryRoute) {
        E::ItineraryRoute
    } else {
        E::FlightRoute
    };
    filter.option(route, embark);
    filter.option(route, debark);
    filter.option(route, cleared_at);
    baggage(bags, filter);
    filter.vec(E::ContactAddress, addresses);
    contacts.retain(|contact| {
        let element = match contact.kind {
            ContactKind::Email => E::ContactEmail,
            ContactKind::Phone | ContactKind::Mobile | ContactKind::Fax | ContactKind::Other => {
                E::ContactPhone
            }
        };
        let keep = filter.keeps(element);
        if !keep {
            filter.dropped.count(element, 1);
        }
        keep
    });
    filter.option(E::CrewFunction, crew_function);
    filter.vec(E::BookingTicket, tickets);
    filter.vec(E::FrequentFlyer, loyalty);
    filter.vec(E::GovernmentReference, government_references);
    filter.option(E::DocumentType, verified);
    let state = if filter.keeps(E::ItineraryStatus) {
        E::ItineraryStatus
    } else {
        E::FlightNumber
    };
    filter.option(state, status);
    filter.unread(unread);
}

fn baggage(bags: &mut Option<Box<Baggage>>, filter: &mut Filter<'_>) {
    if let Some(bag) = bags {
        let Baggage {
            count,
            weight_g,
            tags,
        } = bag.as_mut();
        filter.option(E::BaggageCount, count);
        filter.option(E::BaggageCount, weight_g);
        if !filter.keeps(E::BaggageTags) && !tags.is_empty() {
            filter.dropped.count(E::BaggageTags, tags.len());
            tags.clear();
        }
        if **bag == Baggage::default() {
            *bags = None;
        }
    }
}

/// Whether anything of a document is kept.
pub(super) fn document_elements(document: &mut TravelDocument, filter: &mut Filter<'_>) -> bool {
    let TravelDocument {
        kind,
        code,
        number,
        number_written,
        issuer,
        issued_at,
        issued,
        expires,
        holder,
        span: _,
    } = document;
    if !filter.keeps(E::DocumentType) && (*kind != DocumentKind::Unknown || !code.is_empty()) {
        *kind = DocumentKind::Unknown;
        *code = Text::default();
        filter.dropped.count(E::DocumentType, 1);
    }
    filter.option(E::DocumentNumber, number);
    filter.option(E::DocumentNumber, number_written);
    filter.option(E::DocumentIssuer, issuer);
    filter.option(E::DocumentIssuer, issued_at);
    filter.option(E::DocumentDates, issued);
    filter.option(E::DocumentDates, expires);
    filter.option(E::DocumentHolder, holder);
    filter.keeps(E::DocumentType)
        || number.is_some()
        || issuer.is_some()
        || issued_at.is_some()
        || issued.is_some()
        || expires.is_some()
        || holder.is_some()
}
