//! The people of a message as a table.

use tidewaiter_domain::{
    CrewFunction, DocumentKind, Manifest, NationalityKind, PersonName, Role, Traveller,
};
use tidewaiter_formats::{Content, Report};

use super::Layout;
use super::put;
use super::style::{STRONG, paint};
use super::table::Table;
use crate::inspect::{escape, json};

/// Counts, then one row a person.
pub(super) fn people(out: &mut String, layout: &Layout, report: &Report) {
    match &report.content {
        Some(Content::Manifest(manifest)) => {
            put!(out, "   {}\n", paint(STRONG, &counts(manifest)));
            if !manifest.travellers.is_empty() {
                travellers(&manifest.travellers).set(out, 3, layout.width);
            }
        }
        Some(Content::Response(response)) if !response.clearances.is_empty() => {
            let mut table = Table::new(&["#", "reference", "locator", "code", "directive", "text"]);
            for (number, clearance) in response.clearances.iter().enumerate() {
                table.row(vec![
                    (number + 1).to_string(),
                    escaped(clearance.reference.as_ref().map(|r| r.as_str())),
                    escaped(clearance.locator.as_ref().map(|l| l.as_str())),
                    escaped(Some(&json::codes(clearance))),
                    json::directive(response.directive_for(clearance)).to_owned(),
                    escaped(json::joined(&clearance.texts).as_deref()),
                ]);
            }
            table.set(out, 3, layout.width);
        }
        Some(Content::Bookings(push)) => {
            let everybody: Vec<Traveller> = push
                .bookings
                .iter()
                .flat_map(|booking| booking.people())
                .cloned()
                .collect();
            let number = |n: usize, noun| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
            let counts = format!(
                "{}, {}",
                number(push.bookings.len(), "booking"),
                number(everybody.len(), "traveller")
            );
            put!(out, "   {}\n", paint(STRONG, &counts));
            if !everybody.is_empty() {
                travellers(&everybody).set(out, 3, layout.width);
            }
        }
        Some(_) | None => {}
    }
}

/// `136 travellers (130 passengers, 6 crew); the message declares 136`.
fn counts(manifest: &Manifest) -> String {
    let count = |role| {
        manifest
            .travellers
            .iter()
            .filter(|t| t.role == role)
            .count()
    };
    let kinds = [
        (count(Role::Passenger), "passenger", "passengers"),
        (count(Role::TransitPassenger), "in transit", "in transit"),
        (count(Role::Crew), "crew", "crew"),
        (
            count(Role::TransitCrew),
            "crew in transit",
            "crew in transit",
        ),
    ];
    let kinds: Vec<String> = kinds
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    let mut text = match manifest.travellers.len() {
        0 => "nobody".to_owned(),
        1 => "1 traveller".to_owned(),
        n => format!("{n} travellers"),
    };
    if !kinds.is_empty() {
        put!(text, " ({})", kinds.join(", "));
    }
    if let Some(status) = common(&manifest.travellers, status).filter(|status| !status.is_empty()) {
        put!(text, ", all {status}");
    }
    match common(&manifest.travellers, route) {
        Some((from, to)) if !from.is_empty() && !to.is_empty() => {
            put!(text, ", all from {from} to {to}");
        }
        _ => {}
    }
    match manifest.declared_count {
        Some(declared) => put!(text, "; the message declares {}", declared.value),
        None => text.push_str("; the message declares no number"),
    }
    text
}

fn travellers(travellers: &[Traveller]) -> Table {
    let route = common(travellers, route).is_none();
    let status = common(travellers, status).is_none();
    let mut table = Table::new(&[
        "#", "role", "name", "sex", "born", "nat", "document", "expires", "status", "seat",
        "locator", "from", "to", "bags",
    ]);
    for (number, traveller) in travellers.iter().enumerate() {
        let documents = documents(traveller);
        let lines = |line: fn(&(String, String)) -> &String| {
            documents
                .iter()
                .map(|document| line(document).as_str())
                .collect::<Vec<_>>()
                .join("\n")
        };
        let (from, to) = if route {
            self::route(traveller)
        } else {
            Default::default()
        };
        table.row(vec![
            (number + 1).to_string(),
            role(traveller),
            name(&traveller.name),
            traveller
                .sex
                .map_or_else(String::new, |sex| sex.as_str().to_owned()),
            traveller
                .born
                .map_or_else(String::new, |born| born.to_string()),
            nationalities(traveller),
            lines(|(document, _)| document),
            lines(|(_, expires)| expires),
            if status {
                self::status(traveller)
            } else {
                String::new()
            },
            seats(traveller),
            escaped(traveller.locator.as_ref().map(|locator| locator.as_str())),
            from,
            to,
            bags(traveller),
        ]);
    }
    table
}

/// What `of` says of everybody, when it is the same for several people.
fn common<T: PartialEq>(travellers: &[Traveller], of: fn(&Traveller) -> T) -> Option<T> {
    let (first, others) = travellers.split_first()?;
    let first = of(first);
    (!others.is_empty() && others.iter().all(|other| of(other) == first)).then_some(first)
}

fn status(traveller: &Traveller) -> String {
    traveller
        .status
        .map_or_else(String::new, |status| status.as_str().to_owned())
}

fn route(traveller: &Traveller) -> (String, String) {
    (
        escaped(traveller.embark.as_ref().map(|airport| airport.as_str())),
        escaped(traveller.debark.as_ref().map(|airport| airport.as_str())),
    )
}

fn role(traveller: &Traveller) -> String {
    let role = match traveller.role {
        Role::Passenger => "passenger",
        Role::TransitPassenger => "transit",
        Role::Crew => "crew",
        Role::TransitCrew => "crew, transit",
    };
    match traveller
        .crew_function
        .as_ref()
        .map(|function| &function.value)
    {
        None => role.to_owned(),
        Some(CrewFunction::Cockpit) => format!("{role}, cockpit"),
        Some(CrewFunction::Cabin) => format!("{role}, cabin"),
        Some(CrewFunction::Operations) => format!("{role}, operations"),
        Some(CrewFunction::Cargo) => format!("{role}, cargo"),
        Some(CrewFunction::Positioning) => format!("{role}, positioning"),
        Some(CrewFunction::Other(written)) => format!("{role}, {}", escape::text(written)),
    }
}

/// `O'MARREN, TOVA LINNEA (MS)`.
fn name(name: &PersonName) -> String {
    if name.is_empty() {
        return "(no name)".to_owned();
    }
    let mut text = escaped(name.surname.as_deref());
    if !name.given.is_empty() {
        if !text.is_empty() {
            text.push_str(", ");
        }
        let given: Vec<_> = name.given.iter().map(|given| escape::text(given)).collect();
        text.push_str(&given.join(" "));
    }
    if let Some(title) = &name.title {
        put!(text, " ({})", escape::text(title));
    }
    text
}

fn nationalities(traveller: &Traveller) -> String {
    let current: Vec<_> = traveller
        .nationalities
        .iter()
        .filter(|nationality| nationality.kind == NationalityKind::Current)
        .map(|nationality| escape::text(nationality.country.as_str()))
        .collect();
    current.join(" ")
}

/// Type, number and issuer of each document, and when it expires.
fn documents(traveller: &Traveller) -> Vec<(String, String)> {
    traveller
        .documents
        .iter()
        .map(|document| {
            let code = match document.kind {
                DocumentKind::Unknown if document.code.is_empty() => "?".into(),
                _ => escape::text(&document.code),
            };
            let parts = [
                code.into_owned(),
                escaped(document.number.as_ref().map(|number| number.as_str())),
                escaped(document.issuer.as_ref().map(|country| country.as_str())),
            ];
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let expires = document
                .expires
                .map_or_else(String::new, |date| date.to_string());
            (parts.join(" "), expires)
        })
        .collect()
}

fn seats(traveller: &Traveller) -> String {
    let seats: Vec<_> = traveller
        .seats
        .iter()
        .map(|seat| escape::text(seat.seat.as_str()))
        .collect();
    seats.join(" ")
}

/// Number, weight and tags: `2, 31 kg, QZ123456 QZ123457`.
fn bags(traveller: &Traveller) -> String {
    let Some(bags) = traveller.bags.as_deref() else {
        return String::new();
    };
    let mut parts = Vec::new();
    parts.extend(bags.count.map(|count| count.value.to_string()));
    parts.extend(
        bags.weight_g
            .map(|grams| format!("{} kg", f64::from(grams.value) / 1000.0)),
    );
    let tags: Vec<_> = bags
        .tags
        .iter()
        .map(|tag| escape::text(tag.as_str()))
        .collect();
    parts.extend((!tags.is_empty()).then(|| tags.join(" ")));
    parts.join(", ")
}

fn escaped(text: Option<&str>) -> String {
    escape::text(text.unwrap_or_default()).into_owned()
}
