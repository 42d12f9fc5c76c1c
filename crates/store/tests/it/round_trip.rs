//! What was admitted is what comes back.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use tidewaiter_domain::{
    Address, AirportCode, BagTag, Baggage, Contact, ContactKind, Country, CountryCode,
    CrewFunction, DocumentNumber, LoyaltyNumber, NameHypothesis, Nationality, NationalityKind,
    PartialDate, PersonName, Place, RecordLocator, Role, Seat, SeatNumber, Sex, Sourced, Span,
    Text, TicketNumber, TravelDocument, TravelStatus, Traveller, TravellerCategory,
    UniqueReference, WrittenName,
};
use tidewaiter_store::Record as _;

fn sourced<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Span::empty(0))
}

fn text() -> impl Strategy<Value = Text> {
    "[A-ZÅÄÖ0-9 '-]{1,12}".prop_map(Text::from)
}

fn code<T>(make: fn(Text) -> Option<T>) -> impl Strategy<Value = T>
where
    T: std::fmt::Debug + 'static,
{
    "[A-Z0-9]{2,9}".prop_map(move |code| make(code.into()).unwrap())
}

fn country() -> impl Strategy<Value = Country> {
    prop_oneof![
        "[A-Z]{3}".prop_map(|c| Country::Known(
            CountryCode::new(c.as_bytes().try_into().unwrap()).unwrap()
        )),
        text().prop_map(Country::Unknown),
    ]
}

fn date() -> impl Strategy<Value = PartialDate> {
    (1900i16..2100, of((1u8..13, of(1u8..29)))).prop_map(|(year, rest)| {
        let (month, day) = rest.map_or((None, None), |(month, day)| (Some(month), day));
        PartialDate::new(year, month, day).unwrap()
    })
}

fn name() -> impl Strategy<Value = PersonName> {
    let hypothesis = (of(text()), vec(text(), 0..3)).prop_map(|(surname, given)| NameHypothesis {
        surname,
        given: given.into(),
        because: "the whole name stands in both fields",
    });
    let written = (text(), vec(text(), 0..3)).prop_map(|(surname, given)| {
        Box::new(WrittenName {
            surname,
            given: given.into(),
        })
    });
    (
        of(text()),
        vec(text(), 0..3),
        of(text()),
        of(written),
        vec(hypothesis, 0..2),
    )
        .prop_map(|(surname, given, title, written, hypotheses)| PersonName {
            surname,
            given: given.into(),
            title,
            written,
            hypotheses,
            span: Span::empty(0),
        })
}

fn document() -> impl Strategy<Value = TravelDocument> {
    (
        prop_oneof![Just("P"), Just("V"), Just("AC"), Just(""), Just("9")],
        of(code(DocumentNumber::new)),
        of(text()),
        of(country()),
        of(text()),
        (of(date()), of(date())),
        of(name().prop_map(Box::new)),
    )
        .prop_map(|(code, number, written, issuer, place, dates, holder)| {
            let mut document = TravelDocument::new(code.into(), Span::empty(0));
            document.number_written = number.is_some().then_some(written).flatten();
            document.number = number.map(sourced);
            document.issuer = issuer.map(sourced);
            document.issued_at = place;
            document.issued = dates.0.map(sourced);
            document.expires = dates.1.map(sourced);
            document.holder = holder.filter(|holder| **holder != PersonName::default());
            document
        })
}

fn contact() -> impl Strategy<Value = Contact> {
    let kind = prop_oneof![
        Just(ContactKind::Phone),
        Just(ContactKind::Mobile),
        Just(ContactKind::Fax),
        Just(ContactKind::Email),
        Just(ContactKind::Other),
    ];
    (kind, text(), of(text())).prop_map(|(kind, value, written)| Contact {
        kind,
        value,
        written,
        span: Span::empty(0),
    })
}

fn address() -> impl Strategy<Value = Address> {
    (text(), of(text()), of(text()), of(text()), of(country())).prop_map(
        |(street, city, region, postcode, country)| Address {
            street: Some(street),
            city,
            region,
            postcode,
            country,
            span: Span::empty(0),
        },
    )
}

prop_compose! {
    fn papers()(
        documents in vec(document(), 0..4),
        verified in of(any::<bool>()),
        nationalities in vec((country(), 0usize..3), 0..3),
        residence in of(country()),
        birthplace in of((of(country()), vec(text(), 1..3))),
        born in of(date()),
        sex in of(0usize..3),
    ) -> Traveller {
        let mut traveller = Traveller::new(Role::Passenger, Span::empty(0));
        traveller.documents = documents.into();
        traveller.verified = verified;
        let kinds = [NationalityKind::Current, NationalityKind::AtBirth, NationalityKind::Former];
        traveller.nationalities = nationalities
            .into_iter()
            .map(|(country, kind)| Nationality { country: sourced(country), kind: kinds[kind] })
            .collect();
        traveller.residence = residence.map(sourced);
        traveller.birthplace = birthplace.map(|(country, names)| {
            Box::new(Place { country, names: names.into(), span: Span::empty(0) })
        });
        traveller.born = born.map(sourced);
        traveller.sex = sex.map(|at| sourced([Sex::Male, Sex::Female, Sex::Unspecified][at]));
        traveller
    }
}

prop_compose! {
    fn journey()(
        name in name(),
        role in 0usize..4,
        category in of(0usize..3),
        function in of(prop_oneof![
            Just(CrewFunction::Cockpit), Just(CrewFunction::Positioning),
            text().prop_map(CrewFunction::Other),
            Just(CrewFunction::Other("cabin".into())),
        ]),
        status in of(0usize..5),
        places in (of(code(AirportCode::new)), of(code(AirportCode::new))),
        locator in of(code(RecordLocator::new)),
        reference in of(code(UniqueReference::new)),
        seats in vec((code(SeatNumber::new), of(text())), 0..3),
        tickets in vec(code(TicketNumber::new), 0..3),
    ) -> Traveller {
        let roles = [Role::Passenger, Role::TransitPassenger, Role::Crew, Role::TransitCrew];
        let mut traveller = Traveller::new(roles[role], Span::empty(0));
        traveller.name = name;
        traveller.category = category.map(|at| [
            TravellerCategory::Adult, TravellerCategory::Child, TravellerCategory::Infant,
        ][at]);
        traveller.crew_function = function.map(sourced);
        traveller.status = status.map(|at| [
            TravelStatus::Booked, TravelStatus::CheckedIn, TravelStatus::Boarded,
            TravelStatus::NotBoarded, TravelStatus::Cancelled,
        ][at]);
        (traveller.embark, traveller.cleared_at) =
            (places.0.map(sourced), places.1.map(sourced));
        traveller.locator = locator.map(sourced);
        traveller.reference = reference.map(sourced);
        traveller.seats = seats
            .into_iter()
            .map(|(seat, flight)| Seat { seat: sourced(seat), flight })
            .collect();
        traveller.tickets = tickets.into_iter().map(sourced).collect();
        traveller
    }
}

prop_compose! {
    fn travellers()(
        papers in papers(),
        journey in journey(),
        contacts in vec(contact(), 0..4),
        addresses in vec(address(), 0..3),
        loyalty in vec(code(LoyaltyNumber::new), 0..2),
        government in vec(text(), 0..2),
        bags in of((of(any::<u16>()), of(any::<u32>()), vec(code(BagTag::new), 0..3))),
    ) -> Traveller {
        Traveller {
            contacts,
            addresses,
            loyalty: loyalty.into_iter().map(sourced).collect(),
            government_references: government.into_iter().map(sourced).collect(),
            bags: bags
                .map(|(count, weight, tags)| Box::new(Baggage {
                    count: count.map(sourced),
                    weight_g: weight.map(sourced),
                    tags: tags.into_iter().map(sourced).collect(),
                }))
                .filter(|bags| **bags != Baggage::default()),
            documents: papers.documents,
            verified: papers.verified,
            nationalities: papers.nationalities,
            residence: papers.residence,
            birthplace: papers.birthplace,
            born: papers.born,
            sex: papers.sex,
            ..journey
        }
    }
}

proptest! {
    #[test]
    fn a_traveller_comes_back(traveller in travellers()) {
        prop_assert_eq!(&Traveller::from_parts(&traveller.parts()), &traveller);
    }
}
