//! One value of every shape that is admitted, with every field there is.

use std::iter::repeat_with;

use jiff::civil::date;
use tidewaiter_domain::*;

pub(crate) fn at<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Span::default())
}

pub(crate) fn country(letters: &str) -> Country {
    Country::Known(CountryCode::new(letters.as_bytes().try_into().unwrap()).unwrap())
}

fn airport(code: &str) -> AirportCode {
    AirportCode::new(code).unwrap()
}

pub(crate) fn carrier(code: &str) -> CarrierCode {
    CarrierCode::new(code).unwrap()
}

pub(crate) fn born(year: i16) -> PartialDate {
    PartialDate::new(year, Some(5), Some(17)).unwrap()
}

fn moment() -> Moment {
    Moment {
        date: date(2026, 11, 1),
        time: None,
    }
}

fn leg_time() -> LegTime {
    LegTime {
        date: date(2026, 11, 24),
        time: None,
        instant: None,
    }
}

pub(crate) fn name() -> PersonName {
    PersonName {
        surname: Some("EXEMPLAR".into()),
        given: ["ADA".into()].into_iter().collect(),
        title: Some("MRS".into()),
        ..PersonName::default()
    }
}

pub(crate) fn document() -> TravelDocument {
    let mut one = TravelDocument::new("P".into(), Span::default());
    one.number = DocumentNumber::new("X0000001").map(at);
    one.number_written = Some("x0000001".into());
    one.issuer = Some(at(country("UTO")));
    one.issued_at = Some("UTOPOLIS".into());
    one.issued = Some(at(born(2020)));
    one.expires = Some(at(born(2030)));
    one.holder = Some(Box::new(name()));
    one
}

pub(crate) fn address() -> Address {
    Address {
        street: Some("1 EXAMPLE STREET".into()),
        city: Some("UTOPOLIS".into()),
        region: Some("UT".into()),
        postcode: Some("00001".into()),
        country: Some(country("UTO")),
        span: Span::default(),
    }
}

fn contact(kind: ContactKind, value: &str) -> Contact {
    Contact {
        kind,
        value: value.into(),
        written: Some(value.into()),
        span: Span::default(),
    }
}

fn contacts() -> Vec<Contact> {
    vec![
        contact(ContactKind::Phone, "+000000001"),
        contact(ContactKind::Email, "ada@example.invalid"),
    ]
}

fn unread() -> Vec<Unread> {
    vec![Unread {
        tag: "ZZZ".into(),
        text: "WHO KNOWS".into(),
        span: Span::default(),
    }]
}

pub(crate) fn traveller() -> Traveller {
    let mut one = Traveller::new(Role::Passenger, Span::default());
    one.category = Some(TravellerCategory::Adult);
    one.name = name();
    one.sex = Some(at(Sex::Female));
    one.born = Some(at(born(1980)));
    one.birthplace = Some(Box::new(Place {
        country: Some(country("UTO")),
        ..Place::default()
    }));
    one.residence = Some(at(country("UTO")));
    one.nationalities.push(Nationality {
        country: at(country("UTO")),
        kind: NationalityKind::Current,
    });
    one.documents.push(document());
    one.locator = RecordLocator::new("K7Q2LM").map(at);
    one.reference = UniqueReference::new("REF0001").map(at);
    one.seats.push(Seat {
        seat: at(SeatNumber::new("14C").unwrap()),
        flight: Some("QX100".into()),
    });
    one.embark = Some(at(airport("ORD")));
    one.debark = Some(at(airport("JFK")));
    one.cleared_at = Some(at(airport("JFK")));
    one.bags = Some(Box::new(Baggage {
        count: Some(at(1)),
        weight_g: Some(at(20_000)),
        tags: [at(BagTag::new("QX000001").unwrap())].into_iter().collect(),
    }));
    one.addresses.push(address());
    one.contacts = contacts();
    one.crew_function = Some(at(CrewFunction::Cabin));
    one.tickets
        .extend(TicketNumber::new("0000000000001").map(at));
    one.loyalty.extend(LoyaltyNumber::new("QX0001").map(at));
    one.government_references.push(at("R0001".into()));
    one.verified = Some(true);
    one.status = Some(TravelStatus::CheckedIn);
    one.unread = unread();
    one
}

fn designator() -> FlightDesignator {
    FlightDesignator {
        carrier: Some(carrier("QX")),
        number: "100".into(),
        written: "QX100".into(),
    }
}

pub(crate) fn leg() -> Leg {
    Leg {
        from: Some(at(airport("ORD"))),
        to: Some(at(airport("JFK"))),
        departs: Some(at(leg_time())),
        arrives: Some(at(leg_time())),
        border: true,
    }
}

pub(crate) fn flight() -> Flight {
    Flight {
        designator: at(designator()),
        kind: SectorKind::Main,
        legs: vec![leg()],
    }
}

pub(crate) fn manifest() -> Manifest {
    Manifest {
        function: ManifestFunction::Passengers,
        effect: ListEffect::Report,
        function_written: "745".into(),
        transaction: TransactionReference::new("T1").map(at),
        reporting_party: None,
        flights: vec![flight()],
        travellers: vec![traveller()],
        declared_count: Some(at(1)),
        part: None,
        unread: unread(),
    }
}

fn locator() -> Locator {
    Locator {
        carrier: Some(carrier("QX")),
        locator: at(RecordLocator::new("K7Q2LM").unwrap()),
        departure_control: false,
    }
}

fn originator() -> Box<Originator> {
    Box::new(Originator {
        system: Some(carrier("QX")),
        system_city: Some("ORD".into()),
        agency: Some("EXAMPLE TRAVEL".into()),
        office: Some("00000001".into()),
        city: Some("UTP".into()),
        company: Some("EXAMPLE".into()),
        kind: Some("T".into()),
        country: Some(country("UTO")),
        currency: CurrencyCode::new("XXX"),
        agent: Some("AGENT1".into()),
        span: Span::default(),
    })
}

fn amount() -> Option<WrittenAmount> {
    Some(WrittenAmount {
        amount: "100.00".into(),
        currency: CurrencyCode::new("XXX"),
    })
}

pub(crate) fn service(code: &str, text: &str) -> ServiceRequest {
    ServiceRequest {
        code: code.into(),
        status: Some("HK".into()),
        count: Some(1),
        carrier: Some(carrier("QX")),
        from: Some(airport("ORD")),
        to: Some(airport("JFK")),
        text: Some(text.into()),
        travellers: [0].into_iter().collect(),
        segment: Some(0),
        span: Span::default(),
    }
}

/// Services in this order, one for each way a service is kept.
pub(crate) const SERVICES: [&str; 7] = ["DOCS", "DOCA", "CTCM", "FQTV", "SEAT", "INAD", "UMNR"];

fn remark(kind: RemarkKind) -> Remark {
    Remark {
        kind,
        carrier: Some(carrier("QX")),
        text: "CALL BACK".into(),
        traveller: Some(0),
        span: Span::default(),
    }
}

pub(crate) fn booking() -> Booking {
    let segment = ItinerarySegment {
        kind: SegmentKind::Flight,
        designator: Some(at(designator())),
        operating: Some(at(FlightDesignator {
            carrier: Some(carrier("ZZ")),
            ..designator()
        })),
        class: Some("Y".into()),
        from: Some(at(airport("ORD"))),
        to: Some(at(airport("JFK"))),
        departs: Some(at(leg_time())),
        arrives: Some(at(leg_time())),
        party: Some(1),
        status: Some(at(SegmentStatus::from_code("HK"))),
        aircraft: Some("320".into()),
        pushed: true,
        checkins: vec![CheckIn {
            at: Some(at(moment())),
            agent: Some(originator()),
            travellers: vec![CheckedIn {
                traveller: Some(0),
                sequence: Some("17".into()),
                seat: SeatNumber::new("14C").map(at),
                cabin: Some("Y".into()),
            }],
        }],
        span: Span::default(),
    };
    Booking {
        locators: repeat_with(locator).take(1).collect(),
        booked_at: Some(at(moment())),
        changed_at: Some(at(moment())),
        ticketed_at: Some(at(moment())),
        agency: Some(originator()),
        groups: vec![at("EXAMPLE GROUP".into())],
        travellers: vec![BookedTraveller {
            traveller: traveller(),
            number: "1".into(),
            type_written: "A".into(),
            companion: Some(0),
        }],
        lap_infants: vec![LapInfant {
            traveller: traveller(),
            adult: Some(0),
        }],
        itinerary: vec![segment],
        other_services: vec![OtherService {
            kind: "HTL".into(),
            from: Some(moment()),
            until: Some(moment()),
            places: ["UTOPOLIS".into()].into_iter().collect(),
            vendor: Some("EXAMPLE HOTEL".into()),
            text: "ROOM".into(),
            span: Span::default(),
        }],
        contacts: contacts(),
        addresses: vec![address()],
        services: SERVICES.map(|code| service(code, "TEXT")).into(),
        remarks: [
            RemarkKind::OtherService,
            RemarkKind::Other,
            RemarkKind::FareCalculation,
            RemarkKind::Sponsor,
        ]
        .map(remark)
        .into(),
        tickets: vec![Ticket {
            number: TicketNumber::new("0000000000001").map(at),
            kind: "T".into(),
            booklets: Some(1),
            traveller: Some(0),
            base: amount(),
            total: amount(),
            issued_at: Some(moment()),
            fare: Some("100.00".into()),
            restrictions: Some("NON REF".into()),
            taxes: Some("1.00".into()),
            validating_carrier: Some(carrier("QX")),
            span: Span::default(),
        }],
        payments: vec![Payment {
            form: PaymentForm::Card,
            form_written: "CC".into(),
            old: false,
            amount: amount(),
            card: Some(PaymentCard {
                last4: Some("0001".into()),
                ..PaymentCard::default()
            }),
            account: Some("0001".into()),
            traveller: Some(0),
            payer: Some(Box::new(Payer {
                name: Some("EXEMPLAR".into()),
                ..Payer::default()
            })),
            span: Span::default(),
        }],
        seats: vec![BookedSeat {
            seat: at(SeatNumber::new("14C").unwrap()),
            traveller: Some(0),
            segment: Some(0),
            checked_in: true,
        }],
        bags: vec![BookedBags {
            traveller: Some(0),
            count: Some(1),
            weight_g: Some(20_000),
            tags: [at(BagTag::new("QX000001").unwrap())].into_iter().collect(),
            destination: Some(airport("JFK")),
            pool: Some("P1".into()),
            members: [0].into_iter().collect(),
        }],
        excess_baggage: vec!["1 PC".into()],
        divisions: vec![Division {
            count: Some(1),
            locators: repeat_with(locator).take(1).collect(),
        }],
        history: vec![HistoryEntry {
            at: Some(moment()),
            by: Some("AGENT1".into()),
            action: HistoryAction::Added,
            what: "SSR".into(),
            text: "CALL BACK".into(),
            span: Span::default(),
        }],
        withdrawn: false,
        unread: unread(),
        span: Span::default(),
    }
}

pub(crate) fn push() -> BookingPush {
    BookingPush {
        function: PushFunction::Full,
        function_written: "22".into(),
        sender: None,
        flight: Some(flight()),
        declared_count: Some(at(1)),
        part: None,
        bookings: vec![booking()],
        unread: unread(),
    }
}

pub(crate) fn consignment() -> Consignment {
    let mut one = Consignment::new(ConsignmentLevel::House, TransportMode::Air, Span::default());
    one.transport_document = Some(at("000-00000001".into()));
    one.ucr = Some(at("UCR1".into()));
    one.links.push(at("000-00000000".into()));
    one.version = Some(at("1".into()));
    one.parties.push(Party {
        role: PartyRole::Consignee,
        name: Some(at("EXEMPLAR TRADING".into())),
        identifiers: vec![at("ID1".into())],
        address: Some(address()),
        contacts: contacts(),
        span: Span::default(),
    });
    one.itinerary.push(Call {
        kind: CallKind::Loading,
        place: Some(at(airport("ORD"))),
        country: Some(country("UTO")),
        date: Some(at(date(2026, 11, 24))),
        conveyance: Some(at("QX100".into())),
    });
    one.containers.push(Container {
        number: Some(at("AKE00001QX".into())),
        size_type: None,
        seals: vec![at("S1".into())],
        empty: Some(false),
        span: Span::default(),
    });
    let money = || Money {
        cents: 10_000,
        currency: CurrencyCode::new("XXX"),
        span: Span::default(),
    };
    let mut goods = GoodsItem::new(Span::default());
    goods.description = Some(at("SPARE PARTS".into()));
    goods.value = Some(money());
    one.goods.push(goods);
    one.freight = Some(money());
    one.documents.push(CargoDocument {
        code: "N380".into(),
        number: Some(at("INV1".into())),
    });
    one.remarks.push(at("KEEP DRY".into()));
    one.unread = unread();
    one
}

pub(crate) fn cash() -> CashDeclaration {
    let party = || CashParty {
        name: name(),
        born: Some(at(born(1980))),
        nationality: Some(at(country("UTO"))),
        documents: vec![document()],
        address: Some(address()),
        ..CashParty::default()
    };
    CashDeclaration {
        reference: Some(at("C1".into())),
        declarant: party(),
        owner: Some(party()),
        recipient: Some(party()),
        items: vec![CashItem {
            kind: CashKind::Currency,
            amount: None,
        }],
        provenance: Some(at("SALE".into())),
        intended_use: Some(at("PURCHASE".into())),
        from: Some(at(airport("ORD"))),
        to: Some(at(airport("JFK"))),
        declared_on: Some(at(date(2026, 11, 24))),
        accompanied: Some(true),
        remarks: vec![at("NONE".into())],
        unread: unread(),
        span: Span::default(),
    }
}

pub(crate) fn response() -> ClearanceResponse {
    let mut one = ClearanceResponse::new(ResponseKind::Acknowledgement);
    one.transaction = TransactionReference::new("T1").map(at);
    one.flight = Some(at(designator()));
    one.leg = leg();
    one.outcomes.push(MessageOutcome {
        code: Some(at("0".into())),
        texts: vec!["FINE".into()],
    });
    one.clearances.push(Clearance {
        reference: UniqueReference::new("REF0001").map(at),
        locator: RecordLocator::new("K7Q2LM").map(at),
        codes: [at(StatusCode::new("0Z").unwrap())].into_iter().collect(),
        texts: vec!["EXEMPLAR".into()],
    });
    one.unread = unread();
    one
}
