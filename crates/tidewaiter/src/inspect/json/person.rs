//! Travellers in JSON.

use std::borrow::Cow;

use serde::Serialize;
use tidewaiter_domain::{
    Address, Baggage, Contact, ContactKind, CrewFunction, DocumentKind, NameHypothesis,
    NationalityKind, PartialDate, PersonName, Place, Role, Text, TravelDocument, Traveller,
    TravellerCategory, WrittenName,
};

use super::{UnreadLine, absolute, display, unread};

#[derive(Serialize)]
pub(super) struct TravellerLine<'a> {
    role: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    in_transit: bool,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    category: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    surname: Option<&'a str>,
    given: &'a [Text],
    title: Option<&'a str>,
    /// The name as it came, where the reading changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<WrittenLine<'a>>,
    /// What else the name may mean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    may_mean: Vec<HypothesisLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    born: Option<DateLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nationality: Option<&'a str>,
    nationalities: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    former_nationalities: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    residence: Option<&'a str>,
    /// Place of birth in one line.
    born_in: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birthplace: Option<PlaceLine<'a>>,
    documents: Vec<DocumentLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locator: Option<&'a str>,
    /// The carrier's unique passenger reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    seats: Vec<SeatLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embark: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    debark: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cleared_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bags: Option<BagsLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<AddressLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<ContactLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crew_function: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tickets: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    loyalty: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    government_references: Vec<&'a str>,
    /// Whether the carrier compared the data with the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadLine<'a>>,
    offset: u64,
    length: u32,
}

impl<'a> TravellerLine<'a> {
    /// `flight` is the one flight of the message, for seats that name none.
    pub(super) fn of(traveller: &'a Traveller, flight: Option<&str>, offset: u64) -> Self {
        let nationalities = |current: bool| -> Vec<&'a str> {
            traveller
                .nationalities
                .iter()
                .filter(|n| (n.kind == NationalityKind::Current) == current)
                .map(|n| n.country.as_str())
                .collect()
        };
        let current = nationalities(true);
        Self {
            role: role(traveller.role),
            in_transit: traveller.role == Role::TransitCrew,
            category: traveller.category.map(category),
            surname: traveller.name.surname.as_deref(),
            given: &traveller.name.given,
            title: traveller.name.title.as_deref(),
            written: traveller.name.written.as_deref().map(WrittenLine::of),
            may_mean: traveller
                .name
                .hypotheses
                .iter()
                .map(HypothesisLine::of)
                .collect(),
            sex: traveller.sex.map(|sex| sex.as_str()),
            born: traveller.born.map(|born| DateLine(born.value)),
            nationality: current.first().copied(),
            nationalities: current,
            former_nationalities: nationalities(false),
            residence: traveller.residence.as_ref().map(|country| country.as_str()),
            born_in: traveller.birthplace.as_deref().and_then(in_one_line),
            birthplace: traveller.birthplace.as_deref().map(PlaceLine::of),
            documents: traveller
                .documents
                .iter()
                .map(|document| DocumentLine::of(document, offset))
                .collect(),
            locator: traveller.locator.as_ref().map(|locator| locator.as_str()),
            reference: traveller
                .reference
                .as_ref()
                .map(|reference| reference.as_str()),
            seat: traveller.seats.first().map(|seat| seat.seat.as_str()),
            seats: traveller
                .seats
                .iter()
                .map(|seat| SeatLine {
                    seat: seat.seat.as_str(),
                    flight: match &seat.flight {
                        Some(written) => Some(Cow::Borrowed(written.as_str())),
                        None => flight.map(|flight| Cow::Owned(flight.to_owned())),
                    },
                })
                .collect(),
            embark: traveller.embark.as_ref().map(|airport| airport.as_str()),
            debark: traveller.debark.as_ref().map(|airport| airport.as_str()),
            cleared_at: traveller
                .cleared_at
                .as_ref()
                .map(|airport| airport.as_str()),
            bags: traveller.bags.as_deref().map(BagsLine::of),
            addresses: traveller.addresses.iter().map(AddressLine::of).collect(),
            contacts: traveller.contacts.iter().map(ContactLine::of).collect(),
            crew_function: traveller
                .crew_function
                .as_ref()
                .map(|f| crew_function(&f.value)),
            tickets: traveller
                .tickets
                .iter()
                .map(|ticket| ticket.as_str())
                .collect(),
            loyalty: traveller
                .loyalty
                .iter()
                .map(|number| number.as_str())
                .collect(),
            government_references: traveller
                .government_references
                .iter()
                .map(|reference| reference.as_str())
                .collect(),
            verified: traveller.verified,
            status: traveller.status.map(|status| status.as_str()),
            unread: unread(&traveller.unread, offset),
            offset: absolute(offset, traveller.span),
            length: traveller.span.len(),
        }
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Passenger => "passenger",
        Role::TransitPassenger => "transit",
        Role::Crew | Role::TransitCrew => "crew",
    }
}

fn category(category: TravellerCategory) -> &'static str {
    match category {
        TravellerCategory::Adult => "adult",
        TravellerCategory::Child => "child",
        TravellerCategory::Infant => "infant",
    }
}

fn crew_function(function: &CrewFunction) -> &str {
    match function {
        CrewFunction::Cockpit => "cockpit",
        CrewFunction::Cabin => "cabin",
        CrewFunction::Operations => "operations",
        CrewFunction::Cargo => "cargo",
        CrewFunction::Positioning => "positioning",
        CrewFunction::Other(written) => written,
    }
}

/// The names of a place, then its country: `ORREFORS, SWE`.
fn in_one_line(place: &Place) -> Option<String> {
    let names = place.names.iter().map(|name| name.as_str());
    let parts: Vec<&str> = names
        .chain(place.country.as_ref().map(|c| c.as_str()))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A date as far as it is known.
struct DateLine(PartialDate);

impl Serialize for DateLine {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        display(&self.0, serializer)
    }
}

#[derive(Serialize)]
struct WrittenLine<'a> {
    surname: &'a str,
    given: &'a [Text],
}

impl<'a> WrittenLine<'a> {
    fn of(written: &'a WrittenName) -> Self {
        Self {
            surname: &written.surname,
            given: &written.given,
        }
    }
}

#[derive(Serialize)]
struct HypothesisLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    surname: Option<&'a str>,
    given: &'a [Text],
    because: &'static str,
}

impl<'a> HypothesisLine<'a> {
    fn of(hypothesis: &'a NameHypothesis) -> Self {
        Self {
            surname: hypothesis.surname.as_deref(),
            given: &hypothesis.given,
            because: hypothesis.because,
        }
    }
}

#[derive(Serialize)]
struct PlaceLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Text]>::is_empty")]
    names: &'a [Text],
}

impl<'a> PlaceLine<'a> {
    fn of(place: &'a Place) -> Self {
        Self {
            country: place.country.as_ref().map(|c| c.as_str()),
            names: &place.names,
        }
    }
}

#[derive(Serialize)]
struct DocumentLine<'a> {
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    code: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_written: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<DateLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<DateLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<HolderLine<'a>>,
    offset: u64,
    length: u32,
}

impl<'a> DocumentLine<'a> {
    fn of(document: &'a TravelDocument, offset: u64) -> Self {
        Self {
            code: &document.code,
            kind: document_kind(document.kind),
            number: document.number.as_ref().map(|number| number.as_str()),
            number_written: document.number_written.as_deref(),
            issuer: document.issuer.as_ref().map(|country| country.as_str()),
            issued_at: document.issued_at.as_deref(),
            issued: document.issued.map(|date| DateLine(date.value)),
            expires: document.expires.map(|date| DateLine(date.value)),
            holder: document.holder.as_deref().map(HolderLine::of),
            offset: absolute(offset, document.span),
            length: document.span.len(),
        }
    }
}

pub(crate) fn document_kind(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Passport => "passport",
        DocumentKind::Visa => "visa",
        DocumentKind::IdentityCard => "identity-card",
        DocumentKind::CrewCertificate => "crew-certificate",
        DocumentKind::PassportCard => "passport-card",
        DocumentKind::CrewLicence => "crew-licence",
        DocumentKind::Military => "military",
        DocumentKind::Refugee => "refugee",
        DocumentKind::TravelPermit => "travel-permit",
        DocumentKind::Other => "other",
        DocumentKind::Unknown => "unknown",
    }
}

#[derive(Serialize)]
struct HolderLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    surname: Option<&'a str>,
    given: &'a [Text],
}

impl<'a> HolderLine<'a> {
    fn of(name: &'a PersonName) -> Self {
        Self {
            surname: name.surname.as_deref(),
            given: &name.given,
        }
    }
}

#[derive(Serialize)]
struct SeatLine<'a> {
    seat: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct BagsLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_kg: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
}

impl<'a> BagsLine<'a> {
    fn of(bags: &'a Baggage) -> Self {
        Self {
            count: bags.count.map(|count| count.value),
            weight_kg: bags.weight_g.map(|grams| f64::from(grams.value) / 1000.0),
            tags: bags.tags.iter().map(|tag| tag.as_str()).collect(),
        }
    }
}

#[derive(Serialize)]
struct AddressLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    street: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postcode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
}

impl<'a> AddressLine<'a> {
    fn of(address: &'a Address) -> Self {
        Self {
            street: address.street.as_deref(),
            city: address.city.as_deref(),
            region: address.region.as_deref(),
            postcode: address.postcode.as_deref(),
            country: address.country.as_ref().map(|country| country.as_str()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct ContactLine<'a> {
    kind: &'static str,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a str>,
}

impl<'a> ContactLine<'a> {
    pub(super) fn of(contact: &'a Contact) -> Self {
        Self {
            kind: match contact.kind {
                ContactKind::Phone => "phone",
                ContactKind::Mobile => "mobile",
                ContactKind::Fax => "fax",
                ContactKind::Email => "email",
                ContactKind::Other => "other",
            },
            value: &contact.value,
            written: contact.written.as_deref(),
        }
    }
}
