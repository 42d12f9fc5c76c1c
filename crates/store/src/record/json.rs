//! Values as JSON and back: what travellers and bookings have in common.

use serde_json::{Value as Json, json};
use tidewaiter_domain::{
    Address, Contact, ContactKind, Country, CountryCode, NameHypothesis, PartialDate, PersonName,
    Sourced, Span, Text, WrittenName,
};
use tidewaiter_mandate::Element as E;

use super::Parts;

/// A value that is sourced, or null.
pub(super) fn option<T>(value: Option<&Sourced<T>>, json: impl FnOnce(&T) -> Json) -> Json {
    value.map_or(Json::Null, |sourced| json(sourced))
}

/// A value that stands nowhere any more.
pub(super) const fn sourced<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Span::empty(0))
}

/// The items of a list; none when it is no list.
pub(super) fn items(list: Option<&Json>) -> impl Iterator<Item = &Json> {
    list.and_then(Json::as_array).into_iter().flatten()
}

pub(super) fn texts(texts: &[Text]) -> Json {
    texts.iter().map(|t| json!(t.as_str())).collect()
}

pub(super) fn texts_of(list: &Json) -> impl Iterator<Item = Text> {
    items(Some(list)).filter_map(Json::as_str).map(Text::from)
}

pub(super) fn text_of(value: &Json) -> Option<Text> {
    value.as_str().map(Text::from)
}

/// A whole number of its type.
pub(super) fn whole<T: TryFrom<u64>>(value: &Json) -> Option<T> {
    T::try_from(value.as_u64()?).ok()
}

pub(super) fn date(date: &PartialDate) -> Json {
    json!(date.to_string())
}

/// `1970`, `1970-05` or `1970-05-02`.
pub(super) fn date_of(value: &Json) -> Option<PartialDate> {
    let mut parts = value.as_str()?.split('-');
    let year = parts.next()?.parse().ok()?;
    let mut next = || parts.next().map(str::parse).transpose();
    PartialDate::new(year, next().ok()?, next().ok()?)
}

/// A code as it is; what is no code apart, since it may look like one.
pub(super) fn country(country: &Country) -> Json {
    match country {
        Country::Known(code) => json!(code.as_str()),
        Country::Unknown(written) => json!({"written": written.as_str()}),
    }
}

pub(super) fn country_of(value: &Json) -> Option<Country> {
    match value {
        Json::String(code) => {
            CountryCode::new(code.as_bytes().try_into().ok()?).map(Country::Known)
        }
        other => text_of(&other["written"]).map(Country::Unknown),
    }
}

pub(super) fn names(name: &PersonName) -> Json {
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
                .map(|h| json!({
                    "surname": h.surname.as_deref(),
                    "given": texts(&h.given),
                    "because": h.because,
                }))
                .collect::<Json>()
        }),
    })
}

pub(super) fn names_of(value: &Json) -> PersonName {
    let written = &value["written"];
    PersonName {
        surname: text_of(&value["surname"]),
        given: texts_of(&value["given"]).collect(),
        title: text_of(&value["title"]),
        written: written.is_object().then(|| {
            Box::new(WrittenName {
                surname: text_of(&written["surname"]).unwrap_or_default(),
                given: texts_of(&written["given"]).collect(),
            })
        }),
        hypotheses: items(value.get("hypotheses"))
            .map(|hypothesis| NameHypothesis {
                surname: text_of(&hypothesis["surname"]),
                given: texts_of(&hypothesis["given"]).collect(),
                because: because(hypothesis["because"].as_str().unwrap_or_default()),
            })
            .collect(),
        span: Span::empty(0),
    }
}

/// Why readers hold another reading of a name for possible.
const BECAUSE: [&str; 4] = [
    "the letters of the title may belong to the name",
    "the name in the travel document",
    "the whole name stands in both fields",
    "the surname is repeated before the given names",
];

fn because(written: &str) -> &'static str {
    let known = BECAUSE.into_iter().find(|known| *known == written);
    known.unwrap_or("another reading of what was written")
}

pub(super) fn address(address: &Address) -> Json {
    json!({
        "street": address.street.as_deref(),
        "city": address.city.as_deref(),
        "region": address.region.as_deref(),
        "postcode": address.postcode.as_deref(),
        "country": address.country.as_ref().map(country),
    })
}

pub(super) fn addresses(list: Option<&Json>) -> Vec<Address> {
    items(list)
        .map(|value| Address {
            street: text_of(&value["street"]),
            city: text_of(&value["city"]),
            region: text_of(&value["region"]),
            postcode: text_of(&value["postcode"]),
            country: country_of(&value["country"]),
            span: Span::empty(0),
        })
        .collect()
}

/// Telephone numbers and e-mail addresses are two elements; each keeps its place among all.
pub(super) fn ways_to_reach(contacts: &[Contact], parts: &mut Parts) {
    let of = |email: bool| {
        contacts
            .iter()
            .enumerate()
            .filter(|(_, contact)| (contact.kind == ContactKind::Email) == email)
            .map(|(at, contact)| {
                let mut value = contact_json(contact);
                value["at"] = json!(at);
                value
            })
            .collect()
    };
    parts.add(E::ContactEmail, of(true));
    parts.add(E::ContactPhone, of(false));
}

pub(super) fn ways_of(parts: &Parts) -> Vec<Contact> {
    let both = items(parts.get(E::ContactEmail)).chain(items(parts.get(E::ContactPhone)));
    let mut found: Vec<(u64, Contact)> = both
        .filter_map(|value| {
            let at = value["at"].as_u64().unwrap_or(u64::MAX);
            Some((at, contact_of(value)?))
        })
        .collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, contact)| contact).collect()
}

const CONTACT_KINDS: [(ContactKind, &str); 5] = [
    (ContactKind::Phone, "phone"),
    (ContactKind::Mobile, "mobile"),
    (ContactKind::Fax, "fax"),
    (ContactKind::Email, "email"),
    (ContactKind::Other, "other"),
];

pub(super) fn contact_json(contact: &Contact) -> Json {
    json!({
        "kind": word(&CONTACT_KINDS, contact.kind),
        "value": contact.value.as_str(),
        "written": contact.written.as_deref(),
    })
}

pub(super) fn contact_of(value: &Json) -> Option<Contact> {
    let kind = meaning(&CONTACT_KINDS, value["kind"].as_str()?);
    Some(Contact {
        kind: kind.unwrap_or(ContactKind::Other),
        value: text_of(&value["value"])?,
        written: text_of(&value["written"]),
        span: Span::empty(0),
    })
}

/// The word of a value in a table of words.
pub(super) fn word<T: Copy + PartialEq>(table: &[(T, &'static str)], value: T) -> &'static str {
    let found = table.iter().find(|(known, _)| *known == value);
    found.map_or("", |(_, word)| word)
}

/// The value of a word in a table of words.
pub(super) fn meaning<T: Copy>(table: &[(T, &'static str)], word: &str) -> Option<T> {
    let found = table.iter().find(|(_, known)| *known == word);
    found.map(|(value, _)| *value)
}
