//! A traveller as a record: which value belongs to which data element, as admission has it.

use serde_json::{Value as Json, json};
use tidewaiter_domain::{
    BagTag, Baggage, CrewFunction, DocumentNumber, LoyaltyNumber, Nationality, NationalityKind,
    Place, RecordLocator, Role, Seat, SeatNumber, Sex, Span, TicketNumber, TravelDocument,
    TravelStatus, Traveller, TravellerCategory, UniqueReference,
};
use tidewaiter_mandate::Element as E;

use super::json::{
    address, addresses, country, country_of, date, date_of, items, meaning, names, names_of,
    option, sourced, text_of, texts, texts_of, ways_of, ways_to_reach, whole, word,
};
use super::{Parts, Record};

impl Record for Traveller {
    fn parts(&self) -> Parts {
        let Self {
            role,
            category,
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
            // What was not understood keeps its tag only, and that is counted at admission; where
            // something stands is in the message, not in the person.
            unread: _,
            span: _,
        } = self;
        let mut parts = Parts::default();
        parts.add(E::Names, names(name));
        parts.add(E::Sex, option(sex.as_ref(), |sex| json!(sex.as_str())));
        parts.add(E::BirthDate, option(born.as_ref(), date));
        parts.add(
            E::BirthPlace,
            birthplace.as_ref().map_or(Json::Null, |place| {
                json!({"country": place.country.as_ref().map(country), "names": texts(&place.names)})
            }),
        );
        parts.add(E::Residence, option(residence.as_ref(), country));
        parts.add(
            E::Nationality,
            nationalities
                .iter()
                .map(|n| {
                    json!({
                        "country": country(&n.country),
                        "kind": word(&NATIONALITY_KINDS, n.kind),
                    })
                })
                .collect(),
        );
        papers(documents, *verified, &mut parts);
        parts.add(
            E::BookingLocator,
            json!({
                "locator": locator.as_ref().map(|l| l.as_str()),
                "reference": reference.as_ref().map(|r| r.as_str()),
            }),
        );
        parts.add(
            E::Seat,
            seats
                .iter()
                .map(|s| json!({"seat": s.seat.as_str(), "flight": s.flight.as_deref()}))
                .collect(),
        );
        let airport = |code: &Option<
            tidewaiter_domain::Sourced<tidewaiter_domain::AirportCode>,
        >| { code.as_ref().map(|c| c.as_str().to_owned()) };
        parts.add(
            E::ItineraryRoute,
            json!({
                "embark": airport(embark),
                "debark": airport(debark),
                "cleared_at": airport(cleared_at),
            }),
        );
        if let Some(bags) = bags {
            parts.add(
                E::BaggageCount,
                json!({
                    "count": bags.count.as_ref().map(|n| **n),
                    "weight_g": bags.weight_g.as_ref().map(|g| **g),
                }),
            );
            parts.add(
                E::BaggageTags,
                bags.tags.iter().map(|t| json!(t.as_str())).collect(),
            );
        }
        parts.add(E::ContactAddress, addresses.iter().map(address).collect());
        ways_to_reach(contacts, &mut parts);
        parts.add(
            E::CrewFunction,
            json!({
                "role": word(&ROLES, *role),
                "category": category.map(|c| word(&CATEGORIES, c)),
                "function": option(crew_function.as_ref(), function),
            }),
        );
        parts.add(
            E::BookingTicket,
            tickets.iter().map(|t| json!(t.as_str())).collect(),
        );
        parts.add(
            E::FrequentFlyer,
            loyalty.iter().map(|l| json!(l.as_str())).collect(),
        );
        parts.add(
            E::GovernmentReference,
            government_references
                .iter()
                .map(|r| json!(r.as_str()))
                .collect(),
        );
        parts.add(
            E::ItineraryStatus,
            status.map_or(Json::Null, |s| json!(s.as_str())),
        );
        parts
    }

    fn from_parts(parts: &Parts) -> Self {
        let value = |element| parts.get(element).unwrap_or(&Json::Null);
        let roles = value(E::CrewFunction);
        let role = roles["role"]
            .as_str()
            .and_then(|role| meaning(&ROLES, role));
        let mut traveller = Self::new(role.unwrap_or(Role::Passenger), Span::empty(0));
        traveller.category = roles["category"]
            .as_str()
            .and_then(|category| meaning(&CATEGORIES, category));
        traveller.crew_function = function_of(&roles["function"]).map(sourced);
        traveller.name = names_of(value(E::Names));
        traveller.sex = value(E::Sex).as_str().and_then(sex_of).map(sourced);
        traveller.born = date_of(value(E::BirthDate)).map(sourced);
        let place = value(E::BirthPlace);
        traveller.birthplace = place.is_object().then(|| {
            Box::new(Place {
                country: country_of(&place["country"]),
                names: texts_of(&place["names"]).collect(),
                span: Span::empty(0),
            })
        });
        traveller.residence = country_of(value(E::Residence)).map(sourced);
        traveller.nationalities = items(parts.get(E::Nationality))
            .filter_map(|held| {
                Some(Nationality {
                    country: sourced(country_of(&held["country"])?),
                    kind: meaning(&NATIONALITY_KINDS, held["kind"].as_str()?)?,
                })
            })
            .collect();
        (traveller.documents, traveller.verified) = papers_of(parts);
        let booking = value(E::BookingLocator);
        let code = |value: &Json| text_of(value);
        traveller.locator = code(&booking["locator"])
            .and_then(RecordLocator::new)
            .map(sourced);
        traveller.reference = code(&booking["reference"])
            .and_then(UniqueReference::new)
            .map(sourced);
        traveller.seats = items(parts.get(E::Seat))
            .filter_map(|seat| {
                Some(Seat {
                    seat: sourced(SeatNumber::new(seat["seat"].as_str()?)?),
                    flight: text_of(&seat["flight"]),
                })
            })
            .collect();
        let route = value(E::ItineraryRoute);
        let airport = |key: &str| {
            let code = tidewaiter_domain::AirportCode::new(route[key].as_str()?);
            code.map(sourced)
        };
        traveller.embark = airport("embark");
        traveller.debark = airport("debark");
        traveller.cleared_at = airport("cleared_at");
        traveller.bags = bags_of(value(E::BaggageCount), parts.get(E::BaggageTags));
        traveller.addresses = addresses(parts.get(E::ContactAddress));
        traveller.contacts = ways_of(parts);
        let list = |element| items(parts.get(element)).filter_map(text_of);
        traveller.tickets = list(E::BookingTicket)
            .filter_map(TicketNumber::new)
            .map(sourced)
            .collect();
        traveller.loyalty = list(E::FrequentFlyer)
            .filter_map(LoyaltyNumber::new)
            .map(sourced)
            .collect();
        traveller.government_references = list(E::GovernmentReference).map(sourced).collect();
        traveller.status = value(E::ItineraryStatus).as_str().and_then(status_of);
        traveller
    }
}

const ROLES: [(Role, &str); 4] = [
    (Role::Passenger, "passenger"),
    (Role::TransitPassenger, "transit"),
    (Role::Crew, "crew"),
    (Role::TransitCrew, "transit-crew"),
];

const CATEGORIES: [(TravellerCategory, &str); 3] = [
    (TravellerCategory::Adult, "adult"),
    (TravellerCategory::Child, "child"),
    (TravellerCategory::Infant, "infant"),
];

const NATIONALITY_KINDS: [(NationalityKind, &str); 3] = [
    (NationalityKind::Current, "current"),
    (NationalityKind::AtBirth, "at-birth"),
    (NationalityKind::Former, "former"),
];

const CREW_FUNCTIONS: [(&CrewFunction, &str); 5] = [
    (&CrewFunction::Cockpit, "cockpit"),
    (&CrewFunction::Cabin, "cabin"),
    (&CrewFunction::Operations, "operations"),
    (&CrewFunction::Cargo, "cargo"),
    (&CrewFunction::Positioning, "positioning"),
];

fn function(function: &CrewFunction) -> Json {
    match function {
        CrewFunction::Other(written) => json!({"written": written.as_str()}),
        known => json!(word(&CREW_FUNCTIONS, known)),
    }
}

fn function_of(value: &Json) -> Option<CrewFunction> {
    match value {
        Json::String(known) => meaning(&CREW_FUNCTIONS, known).cloned(),
        other => text_of(&other["written"]).map(CrewFunction::Other),
    }
}

fn sex_of(word: &str) -> Option<Sex> {
    [Sex::Male, Sex::Female, Sex::Unspecified]
        .into_iter()
        .find(|sex| sex.as_str() == word)
}

fn status_of(word: &str) -> Option<TravelStatus> {
    use TravelStatus as S;
    [
        S::Booked,
        S::CheckedIn,
        S::Boarded,
        S::NotBoarded,
        S::Cancelled,
    ]
    .into_iter()
    .find(|status| status.as_str() == word)
}

fn bags_of(count: &Json, tags: Option<&Json>) -> Option<Box<Baggage>> {
    let bags = Baggage {
        count: whole(&count["count"]).map(sourced),
        weight_g: whole(&count["weight_g"]).map(sourced),
        tags: items(tags)
            .filter_map(text_of)
            .filter_map(BagTag::new)
            .map(sourced)
            .collect(),
    };
    (bags != Baggage::default()).then(|| Box::new(bags))
}

/// What [`papers`] has taken apart.
fn papers_of(parts: &Parts) -> (smallvec::SmallVec<[TravelDocument; 1]>, Option<bool>) {
    let types = parts.get(E::DocumentType).unwrap_or(&Json::Null);
    let lists = [
        types.get("codes"),
        parts.get(E::DocumentNumber),
        parts.get(E::DocumentIssuer),
        parts.get(E::DocumentDates),
        parts.get(E::DocumentHolder),
    ];
    let count = lists.iter().map(|list| items(*list).count()).max();
    let documents = (0..count.unwrap_or(0)).map(|at| {
        let [code, number, issuer, dates, holder] =
            lists.map(|list| list.map_or(&Json::Null, |list| &list[at]));
        let mut document = TravelDocument::new(text_of(code).unwrap_or_default(), Span::empty(0));
        document.number = text_of(&number["number"])
            .and_then(DocumentNumber::new)
            .map(sourced);
        document.number_written = text_of(&number["written"]);
        document.issuer = country_of(&issuer["country"]).map(sourced);
        document.issued_at = text_of(&issuer["place"]);
        document.issued = date_of(&dates["issued"]).map(sourced);
        document.expires = date_of(&dates["expires"]).map(sourced);
        document.holder = holder.is_object().then(|| Box::new(names_of(holder)));
        document
    });
    (documents.collect(), types["verified"].as_bool())
}

/// Documents, each of their elements apart, in the same order: `null` where a document has none.
fn papers(documents: &[TravelDocument], verified: Option<bool>, parts: &mut Parts) {
    let each = |of: &dyn Fn(&TravelDocument) -> Json| documents.iter().map(of).collect::<Json>();
    if !documents.is_empty() || verified.is_some() {
        let codes = each(&|d| json!(d.code.as_str()));
        parts.add(
            E::DocumentType,
            json!({"codes": codes, "verified": verified}),
        );
    }
    parts.add(
        E::DocumentNumber,
        each(&|d| match &d.number {
            Some(number) => {
                json!({"number": number.as_str(), "written": d.number_written.as_deref()})
            }
            None => Json::Null,
        }),
    );
    parts.add(
        E::DocumentIssuer,
        each(&|d| match (&d.issuer, &d.issued_at) {
            (None, None) => Json::Null,
            (issuer, at) => json!({
                "country": issuer.as_ref().map(|c| country(c)),
                "place": at.as_deref(),
            }),
        }),
    );
    parts.add(
        E::DocumentDates,
        each(&|d| match (&d.issued, &d.expires) {
            (None, None) => Json::Null,
            (issued, expires) => json!({
                "issued": issued.as_ref().map(|i| date(i)),
                "expires": expires.as_ref().map(|e| date(e)),
            }),
        }),
    );
    parts.add(
        E::DocumentHolder,
        each(&|d| d.holder.as_deref().map_or(Json::Null, names)),
    );
}
