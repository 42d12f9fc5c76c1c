//! A flight in JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use tidewaiter_domain::{Role, Sex};
use tidewaiter_picture::{Document, FlightPicture, Load, Person};

use super::{MessagePlace, designator};

/// One line of `--flights --json`.
#[derive(Serialize)]
pub(super) struct FlightLine<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    flight: KeyLine<'a>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    test: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cancelled: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    closed: bool,
    loads: LoadsLine,
    links: Vec<LinkLine<'a>>,
    only_api: Vec<PersonLine<'a>>,
    only_pnr: Vec<PersonLine<'a>>,
}

#[derive(Serialize)]
struct KeyLine<'a> {
    carrier: &'a str,
    number: &'a str,
    date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<String>,
}

#[derive(Serialize)]
struct LoadsLine {
    api: LoadLine,
    crew: LoadLine,
    pnr: LoadLine,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared: Option<u32>,
}

#[derive(Serialize)]
struct LoadLine {
    live: usize,
    cancelled: usize,
    by_status: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct LinkLine<'a> {
    because: Vec<&'static str>,
    api: PersonLine<'a>,
    pnr: PersonLine<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceLine<'a>>,
}

#[derive(Serialize)]
struct DifferenceLine<'a> {
    field: &'static str,
    how: &'static str,
    api: &'a str,
    pnr: &'a str,
}

#[derive(Serialize)]
struct PersonLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    surname: Option<&'a str>,
    given: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    born: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nationalities: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    documents: Vec<DocumentLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locators: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    in_transit: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    source: &'a str,
    index: u64,
}

#[derive(Serialize)]
struct DocumentLine<'a> {
    number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
}

impl<'a> FlightLine<'a> {
    pub(super) fn of(flight: &'a FlightPicture, messages: &'a [MessagePlace]) -> Self {
        let person = |person: &'a Person| PersonLine::of(person, messages);
        let links = flight.links.iter().map(|link| LinkLine {
            because: link.reasons.iter().map(|reason| reason.as_str()).collect(),
            api: person(&flight.api[link.api]),
            pnr: person(&flight.pnr[link.pnr]),
            differences: link
                .differences
                .iter()
                .map(|difference| DifferenceLine {
                    field: difference.subject.field(),
                    how: difference.subject.way(),
                    api: &difference.api,
                    pnr: &difference.pnr,
                })
                .collect(),
        });
        Self {
            kind: "FLIGHT",
            flight: KeyLine {
                carrier: &flight.key.carrier,
                number: &flight.key.number,
                date: flight.key.date.to_string(),
                from: flight.from.as_ref().map(|code| code.as_str()),
                to: flight.to.as_ref().map(|code| code.as_str()),
                also: flight.also.iter().map(designator).collect(),
            },
            test: flight.test,
            cancelled: flight.cancelled,
            closed: flight.closed,
            loads: LoadsLine {
                api: LoadLine::of(&flight.api_load()),
                crew: LoadLine::of(&flight.crew_load()),
                pnr: LoadLine::of(&flight.pnr_load()),
                declared: flight.declared,
            },
            links: links.collect(),
            only_api: flight.only_api().map(person).collect(),
            only_pnr: flight.only_pnr().map(person).collect(),
        }
    }
}

impl LoadLine {
    fn of(load: &Load) -> Self {
        let by_status = load.by_status.iter();
        Self {
            live: load.live(),
            cancelled: load.cancelled(),
            by_status: by_status
                .map(|(status, count)| (status.map_or("unknown", |s| s.as_str()), *count))
                .collect(),
        }
    }
}

impl<'a> PersonLine<'a> {
    fn of(person: &'a Person, messages: &'a [MessagePlace]) -> Self {
        let place = messages.get(person.message as usize);
        let document = |document: &'a Document| DocumentLine {
            number: &document.number,
            issuer: document.issuer.as_ref().map(|issuer| issuer.as_str()),
        };
        Self {
            surname: person.name.surname.as_deref(),
            given: person.name.given.iter().map(|g| g.as_str()).collect(),
            sex: person.sex.map(Sex::as_str),
            born: person.born.map(|born| born.to_string()),
            nationalities: person.nationalities.iter().map(|c| c.as_str()).collect(),
            documents: person.documents.iter().map(document).collect(),
            locators: person.locators.iter().map(|l| l.as_str()).collect(),
            reference: person.reference.as_ref().map(|r| r.as_str()),
            in_transit: matches!(person.role, Role::TransitPassenger | Role::TransitCrew),
            status: person.status.map(|status| status.as_str()),
            source: place.map_or("", |place| &place.source),
            index: place.map_or(0, |place| place.index),
        }
    }
}
