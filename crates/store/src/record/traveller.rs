//! A traveller as a record: which value belongs to which data element, as admission has it.

use serde_json::{Value as Json, json};
use tidewaiter_domain::{
    Address, Contact, ContactKind, Country, CrewFunction, NationalityKind, PartialDate, PersonName,
    Role, Sourced, Text, TravelDocument, Traveller, TravellerCategory,
};
use tidewaiter_mandate::Element as E;

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
                        "kind": match n.kind {
                            NationalityKind::Current => "current",
                            NationalityKind::AtBirth => "at-birth",
                            NationalityKind::Former => "former",
                        },
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
        let airport = |code: &Option<Sourced<tidewaiter_domain::AirportCode>>| {
            code.as_ref().map(|c| c.as_str().to_owned())
        };
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
        let (emails, phones): (Vec<&Contact>, Vec<&Contact>) =
            contacts.iter().partition(|c| c.kind == ContactKind::Email);
        parts.add(E::ContactEmail, emails.into_iter().map(contact).collect());
        parts.add(E::ContactPhone, phones.into_iter().map(contact).collect());
        parts.add(
            E::CrewFunction,
            json!({
                "role": match role {
                    Role::Passenger => "passenger",
                    Role::TransitPassenger => "transit",
                    Role::Crew => "crew",
                    Role::TransitCrew => "transit-crew",
                },
                "category": category.map(|c| match c {
                    TravellerCategory::Adult => "adult",
                    TravellerCategory::Child => "child",
                    TravellerCategory::Infant => "infant",
                }),
                "function": crew_function.as_ref().map(|f| function(f)),
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
}

/// Documents, each of their elements apart, in the same order: `null` where a document has none.
fn papers(documents: &[TravelDocument], verified: Option<bool>, parts: &mut Parts) {
    let each = |of: &dyn Fn(&TravelDocument) -> Json| documents.iter().map(of).collect::<Json>();
    let known = documents.iter().any(|d| !d.code.is_empty()) || verified.is_some();
    if known {
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

fn names(name: &PersonName) -> Json {
    json!({
        "surname": name.surname.as_deref(),
        "given": (!name.given.is_empty()).then(|| texts(&name.given)),
        "title": name.title.as_deref(),
        "written": name.written.as_ref().map(|w| {
            json!({"surname": w.surname.as_str(), "given": texts(&w.given)})
        }),
        "hypotheses": (!name.hypotheses.is_empty()).then(|| {
            name.hypotheses
                .iter()
                .map(|h| json!({"surname": h.surname.as_deref(), "given": texts(&h.given)}))
                .collect::<Json>()
        }),
    })
}

fn texts(texts: &[Text]) -> Json {
    texts.iter().map(|t| json!(t.as_str())).collect()
}

fn option<T>(value: Option<&Sourced<T>>, json: impl FnOnce(&T) -> Json) -> Json {
    value.map_or(Json::Null, |sourced| json(sourced))
}

fn date(date: &PartialDate) -> Json {
    json!(date.to_string())
}

fn country(country: &Country) -> Json {
    json!(country.as_str())
}

fn address(address: &Address) -> Json {
    json!({
        "street": address.street.as_deref(),
        "city": address.city.as_deref(),
        "region": address.region.as_deref(),
        "postcode": address.postcode.as_deref(),
        "country": address.country.as_ref().map(country),
    })
}

fn contact(contact: &Contact) -> Json {
    json!({
        "kind": match contact.kind {
            ContactKind::Phone => "phone",
            ContactKind::Mobile => "mobile",
            ContactKind::Fax => "fax",
            ContactKind::Email => "email",
            ContactKind::Other => "other",
        },
        "value": contact.value.as_str(),
        "written": contact.written.as_deref(),
    })
}

fn function(function: &CrewFunction) -> String {
    match function {
        CrewFunction::Cockpit => "cockpit".to_owned(),
        CrewFunction::Cabin => "cabin".to_owned(),
        CrewFunction::Operations => "operations".to_owned(),
        CrewFunction::Cargo => "cargo".to_owned(),
        CrewFunction::Positioning => "positioning".to_owned(),
        CrewFunction::Other(text) => text.to_string(),
    }
}
