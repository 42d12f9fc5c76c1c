//! What the law calls each field of each shape: the table that [`super::whole`] is held against.
//!
//! The table says of each field which elements must be kept for it to stay; it is written from the
//! catalogue of elements, not from the admission code. Every shape is taken apart by name, so a
//! field that is new in `domain` does not compile here until somebody says what it is.

use tidewaiter_domain::*;
use tidewaiter_mandate::{DataSet, Element as E, ElementSet};

use super::whole;

/// A field, whether it is there, and what it is: of each group one element at least must be kept.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) there: bool,
    pub(crate) wants: Vec<&'static [E]>,
}

impl Field {
    /// Whether the law lets it stay where `keep` is kept.
    pub(crate) fn stays(&self, keep: ElementSet) -> bool {
        self.wants
            .iter()
            .all(|any| any.iter().any(|&e| keep.has(e)))
    }
}

/// The fields of a value.
#[derive(Default)]
pub(crate) struct Fields {
    prefix: String,
    outer: Vec<&'static [E]>,
    pub(crate) all: Vec<Field>,
}

impl Fields {
    pub(crate) fn add(&mut self, name: &str, there: bool, wants: &[&'static [E]]) {
        self.all.push(Field {
            name: format!("{}{name}", self.prefix),
            there,
            wants: self.outer.iter().chain(wants).copied().collect(),
        });
    }

    /// What stands inside something that is itself kept only under `wants`.
    pub(crate) fn within(
        &mut self,
        name: &str,
        wants: &[&'static [E]],
        inner: impl FnOnce(&mut Self),
    ) {
        let (prefix, outer) = (self.prefix.clone(), self.outer.len());
        self.prefix.push_str(name);
        self.prefix.push('.');
        self.outer.extend(wants);
        inner(self);
        self.prefix = prefix;
        self.outer.truncate(outer);
    }
}

/// What no element covers: never kept.
pub(crate) const NEVER: &[E] = &[];
/// A person's own way, which both bodies of data know.
pub(crate) const WAY: &[E] = &[E::ItineraryRoute, E::FlightRoute];

pub(crate) fn unread(list: &[Unread], to: &mut Fields) {
    assert_eq!(list.len(), 1, "what was not understood keeps its tag");
    to.add("unread.text", !list[0].text.is_empty(), &[NEVER]);
}

pub(crate) fn document(one: Option<&TravelDocument>, to: &mut Fields) {
    let blank = TravelDocument::new("".into(), Span::default());
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
    } = one.unwrap_or(&blank);
    let typed = *kind != DocumentKind::Unknown || !code.is_empty();
    to.add("type", typed, &[&[E::DocumentType]]);
    to.add("number", number.is_some(), &[&[E::DocumentNumber]]);
    let written = number_written.is_some();
    to.add("number_written", written, &[&[E::DocumentNumber]]);
    to.add("issuer", issuer.is_some(), &[&[E::DocumentIssuer]]);
    to.add("issued_at", issued_at.is_some(), &[&[E::DocumentIssuer]]);
    to.add("issued", issued.is_some(), &[&[E::DocumentDates]]);
    to.add("expires", expires.is_some(), &[&[E::DocumentDates]]);
    to.add("holder", holder.is_some(), &[&[E::DocumentHolder]]);
}

pub(crate) fn contacts(list: &[Contact], to: &mut Fields) {
    let has = |kind| list.iter().any(|c| c.kind == kind);
    to.add("phone", has(ContactKind::Phone), &[&[E::ContactPhone]]);
    to.add("email", has(ContactKind::Email), &[&[E::ContactEmail]]);
}

pub(crate) fn traveller(one: &Traveller, to: &mut Fields) {
    let Traveller {
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
        contacts: ways,
        crew_function,
        tickets,
        loyalty,
        government_references,
        verified,
        status,
        unread: rest,
    } = one;
    let named = *name != PersonName::default();
    to.add("name", named, &[&[E::Names]]);
    to.add("sex", sex.is_some(), &[&[E::Sex]]);
    to.add("born", born.is_some(), &[&[E::BirthDate]]);
    to.add("birthplace", birthplace.is_some(), &[&[E::BirthPlace]]);
    to.add("residence", residence.is_some(), &[&[E::Residence]]);
    let national = !nationalities.is_empty();
    to.add("nationalities", national, &[&[E::Nationality]]);
    to.within("document", &[], |to| document(documents.first(), to));
    to.add("locator", locator.is_some(), &[&[E::BookingLocator]]);
    to.add("reference", reference.is_some(), &[&[E::BookingLocator]]);
    to.add("seats", !seats.is_empty(), &[&[E::Seat]]);
    to.add("embark", embark.is_some(), &[WAY]);
    to.add("debark", debark.is_some(), &[WAY]);
    to.add("cleared_at", cleared_at.is_some(), &[WAY]);
    let none = Box::default();
    let Baggage {
        count,
        weight_g,
        tags,
    } = &**bags.as_ref().unwrap_or(&none);
    to.add("bags.count", count.is_some(), &[&[E::BaggageCount]]);
    to.add("bags.weight", weight_g.is_some(), &[&[E::BaggageCount]]);
    to.add("bags.tags", !tags.is_empty(), &[&[E::BaggageTags]]);
    to.add("addresses", !addresses.is_empty(), &[&[E::ContactAddress]]);
    contacts(ways, to);
    let crew = crew_function.is_some();
    to.add("crew_function", crew, &[&[E::CrewFunction]]);
    to.add("tickets", !tickets.is_empty(), &[&[E::BookingTicket]]);
    to.add("loyalty", !loyalty.is_empty(), &[&[E::FrequentFlyer]]);
    let references = !government_references.is_empty();
    to.add("references", references, &[&[E::GovernmentReference]]);
    to.add("verified", verified.is_some(), &[&[E::DocumentType]]);
    let state: &[E] = &[E::ItineraryStatus, E::FlightNumber];
    to.add("status", status.is_some(), &[state]);
    unread(rest, to);
}

pub(crate) fn leg(one: Option<&Leg>, to: &mut Fields, route: &'static [E], dates: &'static [E]) {
    let none = Leg::default();
    let Leg {
        from,
        to: towards,
        departs,
        arrives,
        border: _,
    } = one.unwrap_or(&none);
    to.add("from", from.is_some(), &[route]);
    to.add("to", towards.is_some(), &[route]);
    to.add("departs", departs.is_some(), &[dates]);
    to.add("arrives", arrives.is_some(), &[dates]);
}

pub(crate) fn manifest(one: &Manifest, to: &mut Fields) {
    let Manifest {
        function: _,
        effect: _,
        function_written: _,
        transaction: _,
        reporting_party: _,
        declared_count: _,
        part: _,
        flights,
        travellers,
        unread: rest,
    } = one;
    to.add("flights", !flights.is_empty(), &[&[E::FlightNumber]]);
    to.within("flights.leg", &[&[E::FlightNumber]], |to| {
        let flown = flights.first().map(|f| &f.legs[0]);
        leg(flown, to, &[E::FlightRoute], &[E::FlightDate]);
    });
    to.within("traveller", &[], |to| traveller(&travellers[0], to));
    unread(rest, to);
}

pub(crate) const AGENCY: &[E] = &[E::Agency, E::AgencyOffice];

pub(crate) fn originator(one: Option<&Originator>, to: &mut Fields) {
    to.add("there", one.is_some(), &[AGENCY]);
    let none = Originator::default();
    let Originator {
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
    } = one.unwrap_or(&none);
    to.add("agency", agency.is_some(), &[&[E::Agency]]);
    to.add("office", office.is_some(), &[&[E::AgencyOffice]]);
    to.add("city", city.is_some(), &[&[E::Agency]]);
    to.add("company", company.is_some(), &[&[E::Agency]]);
    to.add("country", country.is_some(), &[&[E::Agency]]);
    to.add("agent", agent.is_some(), &[&[E::Agency]]);
}

pub(crate) fn segment(one: &ItinerarySegment, to: &mut Fields) {
    let ItinerarySegment {
        kind: _,
        pushed: _,
        span: _,
        designator,
        operating,
        class,
        from,
        to: towards,
        departs,
        arrives,
        party,
        status,
        aircraft,
        checkins,
    } = one;
    const ROUTE: &[&[E]] = &[&[E::ItineraryRoute]];
    to.add("designator", designator.is_some(), ROUTE);
    to.add(
        "operating",
        operating.is_some(),
        &[&[E::ItineraryCodeShare]],
    );
    to.add("class", class.is_some(), ROUTE);
    to.add("from", from.is_some(), ROUTE);
    to.add("to", towards.is_some(), ROUTE);
    to.add("departs", departs.is_some(), ROUTE);
    to.add("arrives", arrives.is_some(), ROUTE);
    to.add("party", party.is_some(), &[&[E::PartySize]]);
    to.add("status", status.is_some(), &[&[E::ItineraryStatus]]);
    to.add("aircraft", aircraft.is_some(), ROUTE);
    to.within("checkin", &[&[E::ItineraryStatus]], |to| {
        to.add("there", !checkins.is_empty(), &[]);
        let none = CheckIn::default();
        let CheckIn {
            at: _,
            agent,
            travellers,
        } = checkins.first().unwrap_or(&none);
        to.within("agent", &[], |to| originator(agent.as_deref(), to));
        let none = CheckedIn::default();
        let CheckedIn {
            traveller: _,
            sequence: _,
            cabin: _,
            seat,
        } = travellers.first().unwrap_or(&none);
        to.add("seat", seat.is_some(), &[&[E::Seat]]);
    });
}

/// One element each: all of them must be kept.
macro_rules! every {
    ($($element:ident)*) => { &[$(&[E::$element]),*] };
}

/// Of each code what it takes to stay, and what besides for its text to stay.
pub(crate) fn of_service(code: &str) -> (&'static [E], &'static [&'static [E]]) {
    match code {
        "DOCS" => (
            &[E::Ssr],
            every!(DocumentType DocumentNumber DocumentIssuer DocumentDates DocumentHolder Names
                BirthDate Sex Nationality),
        ),
        "DOCA" => (&[E::Ssr], every!(Residence ContactAddress)),
        "CTCM" => (&[E::Ssr], every!(ContactPhone ContactEmail)),
        "FQTV" => (&[E::Ssr], every!(Names FrequentFlyer FrequentFlyerMiles)),
        "SEAT" => (&[E::Ssr], every!(Names Seat)),
        "INAD" => (&[E::SsrStatus], &[NEVER]),
        "UMNR" => (&[E::Minor, E::Ssr], &[NEVER]),
        other => panic!("{other}"),
    }
}

pub(crate) fn booking(one: &Booking, to: &mut Fields) {
    let Booking {
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
        contacts: ways,
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
        unread: rest,
    } = one;
    to.add("locators", !locators.is_empty(), every!(BookingLocator));
    to.add("booked_at", booked_at.is_some(), every!(BookingDates));
    to.add("changed_at", changed_at.is_some(), every!(BookingDates));
    to.add("ticketed_at", ticketed_at.is_some(), every!(BookingDates));
    to.within("agency", &[], |to| originator(agency.as_deref(), to));
    to.add("groups", !groups.is_empty(), every!(Remarks));
    let BookedTraveller {
        number: _,
        type_written: _,
        traveller: person,
        companion,
    } = &travellers[0];
    to.within("traveller", &[], |to| traveller(person, to));
    to.add("companion", companion.is_some(), every!(CoTravellers));
    let LapInfant {
        traveller: infant,
        adult,
    } = &lap_infants[0];
    to.within("infant", &[], |to| traveller(infant, to));
    to.add("infant.adult", adult.is_some(), every!(CoTravellers));
    to.within("segment", &[], |to| segment(&itinerary[0], to));
    to.add(
        "other_services",
        !other_services.is_empty(),
        every!(Remarks),
    );
    to.within("contact", &[], |to| contacts(ways, to));
    to.add("addresses", !addresses.is_empty(), every!(ContactAddress));
    for code in whole::SERVICES {
        let found = services.iter().find(|s| s.code == code);
        let (stays, text) = of_service(code);
        to.add(code, found.is_some(), &[stays]);
        to.within(code, &[stays], |to| {
            to.add("text", found.is_some_and(|s| s.text.is_some()), text);
        });
    }
    let has = |kind| remarks.iter().any(|r| r.kind == kind);
    to.add("osi", has(RemarkKind::OtherService), every!(Osi));
    for kind in [
        RemarkKind::Other,
        RemarkKind::FareCalculation,
        RemarkKind::Sponsor,
    ] {
        to.add(&format!("{kind:?}"), has(kind), every!(Remarks));
    }
    to.within("ticket", &[&[E::BookingTicket, E::PaymentTicket]], |to| {
        to.add("there", !tickets.is_empty(), &[]);
        let none = Ticket::default();
        let Ticket {
            kind: _,
            booklets: _,
            validating_carrier: _,
            traveller: _,
            span: _,
            number,
            base,
            total,
            issued_at,
            fare,
            restrictions,
            taxes,
        } = tickets.first().unwrap_or(&none);
        to.add("number", number.is_some(), every!(BookingTicket));
        to.add("issued_at", issued_at.is_some(), every!(BookingTicket));
        to.add("base", base.is_some(), every!(PaymentTicket));
        to.add("total", total.is_some(), every!(PaymentTicket));
        to.add("fare", fare.is_some(), every!(PaymentTicket));
        to.add("taxes", taxes.is_some(), every!(PaymentTicket));
        to.add("restrictions", restrictions.is_some(), every!(Remarks));
    });
    let payment = payments.first();
    let paid: &[E] = &[E::PaymentForm, E::PaymentTicket, E::PaymentBilling];
    to.add("payment", payment.is_some(), &[paid]);
    if let Some(Payment {
        old: _,
        traveller: _,
        span: _,
        form,
        form_written,
        amount,
        card,
        account,
        payer,
    }) = payment
    {
        let form = *form != PaymentForm::Other || !form_written.is_empty();
        to.add("payment.form", form, every!(PaymentForm));
        to.add("payment.amount", amount.is_some(), every!(PaymentTicket));
        to.add("payment.card", card.is_some(), every!(PaymentTicket));
        to.add("payment.account", account.is_some(), every!(PaymentTicket));
        to.add("payment.payer", payer.is_some(), every!(PaymentBilling));
    }
    to.add("seats", !seats.is_empty(), every!(Seat));
    to.within("bags", &[&[E::BaggageCount, E::BaggageTags]], |to| {
        to.add("there", !bags.is_empty(), &[]);
        let none = BookedBags::default();
        let BookedBags {
            traveller: _,
            count,
            weight_g,
            tags,
            destination,
            pool,
            members,
        } = bags.first().unwrap_or(&none);
        to.add("count", count.is_some(), every!(BaggageCount));
        to.add("weight", weight_g.is_some(), every!(BaggageCount));
        to.add("destination", destination.is_some(), every!(BaggageCount));
        to.add("tags", !tags.is_empty(), every!(BaggageTags));
        to.add("pool", pool.is_some(), every!(BaggageTags));
        to.add("members", !members.is_empty(), every!(CoTravellers));
    });
    to.add("excess", !excess_baggage.is_empty(), every!(BaggageCount));
    to.add("divisions", !divisions.is_empty(), every!(BookingSplit));
    to.within("history", every!(BookingHistory), |to| {
        let line = history.first();
        to.add("there", line.is_some(), &[]);
        to.add("by", line.is_some_and(|l| l.by.is_some()), every!(Agency));
        // Its text repeats any field of the booking.
        let everything: Vec<&'static [E]> = E::ALL
            .iter()
            .filter(|&&e| ElementSet::of_data_set(DataSet::Pnr).has(e))
            .map(std::slice::from_ref)
            .collect();
        to.add(
            "text",
            line.is_some_and(|l| !l.text.is_empty()),
            &everything,
        );
    });
    unread(rest, to);
}

pub(crate) fn push(one: &BookingPush, to: &mut Fields) {
    let BookingPush {
        function: _,
        function_written: _,
        declared_count: _,
        part: _,
        sender: _,
        flight,
        bookings,
        unread: rest,
    } = one;
    let known: &[E] = &[E::ItineraryRoute, E::FlightNumber];
    to.add("flight", flight.is_some(), &[known]);
    to.within("flight.leg", &[known], |to| {
        let flown = flight.as_ref().map(|f| &f.legs[0]);
        leg(flown, to, WAY, &[E::ItineraryRoute, E::FlightDate]);
    });
    to.within("booking", &[], |to| booking(&bookings[0], to));
    unread(rest, to);
}

pub(crate) fn consignment(one: &Consignment, to: &mut Fields) {
    let Consignment {
        level: _,
        mode: _,
        filed_at: _,
        version: _,
        span: _,
        transport_document,
        ucr,
        links,
        parties,
        itinerary,
        containers,
        goods,
        freight,
        documents,
        remarks,
        unread: rest,
    } = one;
    let document = transport_document.is_some();
    to.add("transport_document", document, every!(CargoDocuments));
    to.add("ucr", ucr.is_some(), every!(CargoDocuments));
    to.add("links", !links.is_empty(), every!(CargoDocuments));
    to.add("documents", !documents.is_empty(), every!(CargoDocuments));
    to.add("parties", !parties.is_empty(), every!(CargoParties));
    to.add("itinerary", !itinerary.is_empty(), every!(CargoRouting));
    to.add("containers", !containers.is_empty(), every!(CargoEquipment));
    to.add("goods", !goods.is_empty(), every!(CargoGoods));
    let value = goods.first().is_some_and(|g| g.value.is_some());
    to.add("goods.value", value, every!(CargoGoods CargoValue));
    to.add("freight", freight.is_some(), every!(CargoValue));
    to.add("remarks", !remarks.is_empty(), every!(CargoRemarks));
    unread(rest, to);
}

pub(crate) fn cash(one: &CashDeclaration, to: &mut Fields) {
    let CashDeclaration {
        accompanied: _,
        span: _,
        reference,
        declarant,
        owner,
        recipient,
        items,
        provenance,
        intended_use,
        from,
        to: towards,
        declared_on,
        remarks,
        unread: rest,
    } = one;
    let declared = *declarant != CashParty::default();
    to.add("declarant", declared, every!(CashParties));
    to.add("owner", owner.is_some(), every!(CashParties));
    to.add("recipient", recipient.is_some(), every!(CashParties));
    to.add("items", !items.is_empty(), every!(CashAmount));
    to.add("provenance", provenance.is_some(), every!(CashProvenance));
    to.add("use", intended_use.is_some(), every!(CashProvenance));
    to.add("reference", reference.is_some(), every!(CashJourney));
    to.add("from", from.is_some(), every!(CashJourney));
    to.add("to", towards.is_some(), every!(CashJourney));
    to.add("declared_on", declared_on.is_some(), every!(CashJourney));
    to.add("remarks", !remarks.is_empty(), every!(CashRemarks));
    unread(rest, to);
}

pub(crate) fn response(one: &ClearanceResponse, to: &mut Fields) {
    let ClearanceResponse {
        kind: _,
        number: _,
        transaction: _,
        flight,
        leg: flown,
        outcomes,
        clearances,
        unread: rest,
    } = one;
    to.add("flight", flight.is_some(), every!(FlightNumber));
    leg(Some(flown), to, &[E::FlightRoute], &[E::FlightDate]);
    let texts = outcomes.iter().any(|o| !o.texts.is_empty());
    to.add("outcome.texts", texts, &[NEVER]);
    let Clearance {
        codes: _,
        reference,
        locator,
        texts,
    } = &clearances[0];
    to.add("reference", reference.is_some(), every!(BookingLocator));
    to.add("locator", locator.is_some(), every!(BookingLocator));
    to.add("texts", !texts.is_empty(), &[NEVER]);
    unread(rest, to);
}
