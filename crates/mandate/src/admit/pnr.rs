//! Admission of bookings.
//!
//! Most of a booking are flat lists whose items name a traveller by index. An item of a child is
//! judged by what the profile keeps of children. Text that may carry any element is kept only
//! where the mandate keeps every element it may carry.

use smallvec::SmallVec;
use tidewaiter_domain::{
    BookedBags, BookedSeat, BookedTraveller, Booking, BookingPush, CarrierCode, CheckIn, CheckedIn,
    Contact, ContactKind, HistoryEntry, Index, ItinerarySegment, LapInfant, Originator,
    OtherService, Payment, PaymentForm, Remark, RemarkKind, ServiceRequest, Text, Ticket,
};

use super::booking::{Carriers, FreeText, ServiceOutcome};
use super::text::redact;
use super::traveller::flight_elements;
use super::{Admissible, Filter, ssr};
use crate::element::{Element as E, ElementSet};
use crate::vocabulary::DataSet;

impl Admissible for BookingPush {
    const DATA_SETS: &'static [DataSet] = &[DataSet::Pnr];

    fn retain(&mut self, filter: &mut Filter<'_>) {
        let Self {
            // What the message is and does says nothing of a person.
            function: _,
            function_written: _,
            declared_count: _,
            part: _,
            // The carrier's desk, not a traveller's agent.
            sender: _,
            flight,
            bookings,
            unread,
        } = self;
        // The flight of a push is part of each itinerary in it.
        if !filter.keeps(E::ItineraryRoute) {
            if let Some(flight) = flight {
                flight_elements(flight, filter);
            }
            filter.option(E::FlightNumber, flight);
        }
        for booking in bookings {
            booking.retain(filter);
        }
        filter.unread(unread);
    }
}

impl Admissible for Booking {
    const DATA_SETS: &'static [DataSet] = &[DataSet::Pnr];

    fn retain(&mut self, filter: &mut Filter<'_>) {
        let Self {
            // The shape of the record.
            withdrawn: _,
            span: _,
            locators,
            booked_at,
            changed_at,
            ticketed_at,
            agency,
            groups,
            travellers,
            lap_infants,
            itinerary,
            other_services,
            contacts,
            addresses,
            services,
            remarks,
            tickets,
            payments,
            seats,
            bags,
            excess_baggage,
            divisions,
            history,
            unread,
        } = self;
        let people = People { first: filter.seen };
        for BookedTraveller {
            traveller,
            // Which of the booking's travellers, and the kind of fare.
            number: _,
            type_written: _,
            companion,
        } in travellers
        {
            traveller.retain(filter);
            filter.option(E::CoTravellers, companion);
        }
        for LapInfant { traveller, adult } in lap_infants {
            traveller.retain(filter);
            filter.option(E::CoTravellers, adult);
        }
        if !filter.keeps(E::BookingLocator) {
            filter.dropped.count(E::BookingLocator, locators.len());
            locators.clear();
        }
        filter.option(E::BookingDates, booked_at);
        filter.option(E::BookingDates, changed_at);
        filter.option(E::BookingDates, ticketed_at);
        originator(agency, filter);
        // A group's name is free text: it may say what the group believes.
        groups.retain_mut(|group| filter.keeps_text(FreeText::Remarks, &mut group.value));
        let carriers = FlightCarriers::of(itinerary);
        for segment in itinerary {
            segment_elements(segment, people, filter);
        }
        other_services.retain_mut(|other| other_service(other, filter));
        contacts.retain(|contact| filter.keeps_counted(contact_element(contact)));
        filter.vec(E::ContactAddress, addresses);
        services.retain_mut(|request| service(request, people, &carriers, filter));
        remarks.retain_mut(|remark| remark_text(remark, filter));
        tickets.retain_mut(|ticket| ticket_elements(ticket, people, filter));
        payments.retain_mut(|payment| payment_elements(payment, people, filter));
        seats.retain(|seat| {
            let BookedSeat {
                seat: _,
                traveller,
                segment: _,
                checked_in: _,
            } = seat;
            people.of(*traveller, filter, |f| f.keeps_counted(E::Seat))
        });
        bags.retain_mut(|bags| bag_elements(bags, people, filter));
        filter.vec(E::BaggageCount, excess_baggage);
        filter.vec(E::BookingSplit, divisions);
        filter.vec(E::BookingHistory, history);
        for entry in history {
            history_text(entry, filter);
        }
        filter.unread(unread);
    }
}

/// Where the people of one booking stand among all that were seen.
#[derive(Clone, Copy)]
struct People {
    first: u32,
}

impl People {
    /// Judges what belongs to `traveller`: of a child less may be kept.
    fn of<T>(
        self,
        traveller: Option<Index>,
        filter: &mut Filter<'_>,
        judge: impl FnOnce(&mut Filter<'_>) -> T,
    ) -> T {
        let keep = filter.keep;
        let is_child = |i| filter.children.binary_search(&(self.first + u32::from(i)));
        if traveller.is_some_and(|i| is_child(i).is_ok()) {
            filter.keep = keep.minus(filter.children_drop);
        }
        let judged = judge(filter);
        filter.keep = keep;
        judged
    }
}

impl Filter<'_> {
    /// Whether `element` is kept; counted when it is not.
    fn keeps_counted(&mut self, element: E) -> bool {
        let keeps = self.keeps(element);
        if !keeps {
            self.dropped.count(element, 1);
        }
        keeps
    }

    /// Treats free text in place; whether any of it stays.
    fn keeps_text(&mut self, kind: FreeText, text: &mut Text) -> bool {
        let mut field = Some(std::mem::take(text)).filter(|text| !text.is_empty());
        self.free_text(kind, &mut field);
        *text = field.unwrap_or_default();
        !text.is_empty()
    }

    /// Empties text in which anything may stand unless everything is kept, and blots it out.
    fn any_text(&mut self, field: &mut Option<Text>) {
        if !ElementSet::of_data_set(DataSet::Pnr).is_within(self.keep) && field.take().is_some() {
            self.dropped.count(E::Remarks, 1);
        }
        self.free_text(FreeText::Remarks, field);
    }
}

fn contact_element(contact: &Contact) -> E {
    match contact.kind {
        ContactKind::Email => E::ContactEmail,
        ContactKind::Phone | ContactKind::Mobile | ContactKind::Fax | ContactKind::Other => {
            E::ContactPhone
        }
    }
}

fn originator(field: &mut Option<Box<Originator>>, filter: &mut Filter<'_>) {
    if !filter.keeps(E::AgencyOffice) {
        filter.option(E::Agency, field);
    }
    if let Some(one) = field {
        let Originator {
            // Which system: a carrier's, or a distribution system's.
            system: _,
            system_city: _,
            kind: _,
            currency: _,
            span: _,
            agency,
            office,
            city,
            company,
            country,
            agent,
        } = one.as_mut();
        filter.option(E::Agency, agency);
        filter.option(E::AgencyOffice, office);
        filter.option(E::Agency, city);
        filter.option(E::Agency, company);
        filter.option(E::Agency, country);
        filter.option(E::Agency, agent);
    }
}

/// A segment stays in its place, however little of it is kept: others name it by its index.
fn segment_elements(segment: &mut ItinerarySegment, people: People, filter: &mut Filter<'_>) {
    let ItinerarySegment {
        kind: _,
        pushed: _,
        span: _,
        designator,
        operating,
        class,
        from,
        to,
        departs,
        arrives,
        party,
        status,
        aircraft,
        checkins,
    } = segment;
    filter.option(E::ItineraryRoute, designator);
    filter.option(E::ItineraryCodeShare, operating);
    filter.option(E::ItineraryRoute, class);
    filter.option(E::ItineraryRoute, from);
    filter.option(E::ItineraryRoute, to);
    filter.option(E::ItineraryRoute, departs);
    filter.option(E::ItineraryRoute, arrives);
    filter.option(E::PartySize, party);
    filter.option(E::ItineraryStatus, status);
    filter.option(E::ItineraryRoute, aircraft);
    filter.vec(E::ItineraryStatus, checkins);
    for CheckIn {
        at: _,
        agent,
        travellers,
    } in checkins
    {
        originator(agent, filter);
        for CheckedIn {
            traveller,
            sequence: _,
            seat,
            cabin: _,
        } in travellers
        {
            people.of(*traveller, filter, |f| f.option(E::Seat, seat));
        }
    }
}

/// Hotels, cars and trains are no flight: text of whoever wrote them.
fn other_service(other: &mut OtherService, filter: &mut Filter<'_>) -> bool {
    let OtherService {
        kind: _,
        from: _,
        until: _,
        span: _,
        places,
        vendor,
        text,
    } = other;
    for place in places.iter_mut() {
        filter.keeps_text(FreeText::Remarks, place);
    }
    places.retain(|place| !place.is_empty());
    filter.free_text(FreeText::Remarks, vendor);
    filter.keeps_text(FreeText::Remarks, text)
}

/// Whose flights the segments of a booking are, taken down before the filter takes them away: a
/// count of codes names carriers whatever is kept of the journey.
struct FlightCarriers {
    segments: SmallVec<[Carriers; 4]>,
    pushed: Option<usize>,
}

impl FlightCarriers {
    fn of(itinerary: &[ItinerarySegment]) -> Self {
        Self {
            segments: itinerary.iter().map(Carriers::of).collect(),
            pushed: itinerary.iter().position(|segment| segment.pushed),
        }
    }

    /// The carriers of the flight that `request` is about: its segment, or the flight whose data
    /// were pushed; where neither says, the carrier it is addressed to.
    fn about(&self, segment: Option<Index>, addressed: Option<&CarrierCode>) -> Carriers {
        let place = segment.map(usize::from).or(self.pushed);
        let found = place.and_then(|place| self.segments.get(place)).cloned();
        let Carriers {
            marketing,
            operating,
        } = found.unwrap_or_default();
        Carriers {
            marketing: marketing.or_else(|| addressed.cloned()),
            operating: operating.or_else(|| addressed.cloned()),
        }
    }
}

fn service(
    request: &mut ServiceRequest,
    people: People,
    carriers: &FlightCarriers,
    filter: &mut Filter<'_>,
) -> bool {
    let ServiceRequest {
        status: _,
        count: _,
        carrier,
        from: _,
        to: _,
        segment,
        span: _,
        code,
        text,
        travellers,
    } = request;
    let outcome = filter.service(code, &carriers.about(*segment, carrier.as_ref()));
    // What the text says of one child may not be kept, whoever else it is about.
    let mut every = travellers.iter().copied().map(Some).chain([None]);
    let keeps_text = outcome == ServiceOutcome::Keep
        && ssr::text_elements(code).is_some_and(|elements| {
            every.all(|traveller| people.of(traveller, filter, |f| elements.is_within(f.keep)))
        });
    if !keeps_text && text.take().is_some() && outcome == ServiceOutcome::Keep {
        filter.dropped.count(E::Ssr, 1);
    }
    // Its form is the code's, but anybody may have typed into it.
    if let Some(written) = text.take() {
        let (kept, blots) = redact(&written);
        filter.dropped.words += blots;
        *text = kept;
    }
    outcome != ServiceOutcome::Drop
}

fn remark_text(remark: &mut Remark, filter: &mut Filter<'_>) -> bool {
    let Remark {
        kind,
        carrier: _,
        traveller: _,
        span: _,
        text,
    } = remark;
    let kind = match kind {
        RemarkKind::OtherService => FreeText::Osi,
        RemarkKind::FareCalculation | RemarkKind::Sponsor | RemarkKind::Other => FreeText::Remarks,
    };
    filter.keeps_text(kind, text)
}

fn ticket_elements(ticket: &mut Ticket, people: People, filter: &mut Filter<'_>) -> bool {
    let Ticket {
        kind: _,
        booklets: _,
        validating_carrier: _,
        span: _,
        number,
        traveller,
        base,
        total,
        issued_at,
        fare,
        restrictions,
        taxes,
    } = ticket;
    people.of(*traveller, filter, |filter| {
        filter.option(E::BookingTicket, number);
        filter.option(E::BookingTicket, issued_at);
        filter.option(E::PaymentTicket, base);
        filter.option(E::PaymentTicket, total);
        filter.option(E::PaymentTicket, fare);
        filter.option(E::PaymentTicket, taxes);
        filter.free_text(FreeText::Remarks, restrictions);
        filter.keeps(E::BookingTicket) || filter.keeps(E::PaymentTicket)
    })
}

fn payment_elements(payment: &mut Payment, people: People, filter: &mut Filter<'_>) -> bool {
    let Payment {
        old: _,
        span: _,
        form,
        form_written,
        amount,
        card,
        account,
        traveller,
        payer,
    } = payment;
    people.of(*traveller, filter, |filter| {
        if !filter.keeps_counted(E::PaymentForm) {
            *form = PaymentForm::Other;
            *form_written = Text::default();
        }
        filter.option(E::PaymentTicket, amount);
        filter.option(E::PaymentTicket, card);
        filter.option(E::PaymentTicket, account);
        filter.option(E::PaymentBilling, payer);
        filter.keeps(E::PaymentForm) || filter.keeps(E::PaymentTicket) || payer.is_some()
    })
}

fn bag_elements(bags: &mut BookedBags, people: People, filter: &mut Filter<'_>) -> bool {
    let BookedBags {
        traveller,
        count,
        weight_g,
        tags,
        destination,
        pool,
        members,
    } = bags;
    if !filter.keeps(E::CoTravellers) && !members.is_empty() {
        filter.dropped.count(E::CoTravellers, members.len());
        members.clear();
    }
    people.of(*traveller, filter, |filter| {
        filter.option(E::BaggageCount, count);
        filter.option(E::BaggageCount, weight_g);
        filter.option(E::BaggageCount, destination);
        filter.option(E::BaggageTags, pool);
        if !filter.keeps(E::BaggageTags) && !tags.is_empty() {
            filter.dropped.count(E::BaggageTags, tags.len());
            tags.clear();
        }
        filter.keeps(E::BaggageCount) || filter.keeps(E::BaggageTags)
    })
}

/// A line of the history repeats any field of the booking as it was.
fn history_text(entry: &mut HistoryEntry, filter: &mut Filter<'_>) {
    let HistoryEntry {
        at: _,
        action: _,
        what: _,
        span: _,
        by,
        text,
    } = entry;
    filter.option(E::Agency, by);
    let mut field = Some(std::mem::take(text)).filter(|text| !text.is_empty());
    filter.any_text(&mut field);
    *text = field.unwrap_or_default();
}
