//! Flights as an officer reads them.

use std::collections::BTreeMap;

use tidewaiter_diagnostics::Severity;
use tidewaiter_picture::{FlightPicture, Link, Load, NameDifference, Person, Subject};

use super::{Carrier, designator, differences};
use crate::inspect::summary::Summary;
use crate::inspect::text::Layout;
use crate::terminal::escape;
use crate::terminal::put;
use crate::terminal::style::{self, FAINT, HEADING, STRONG, paint};
use crate::terminal::table::Table;

/// How many people of a kind stand in a flight's block unless all are asked for.
const PEOPLE_SHOWN: usize = 10;

/// How many codes stand beside a carrier.
const CODES_SHOWN: usize = 2;

/// How many carriers stand in the table of diagnostics.
const CARRIERS_SHOWN: usize = 12;

/// One flight: loads, who is linked and why, what differs, who is in one source only.
pub(super) fn flight(out: &mut String, layout: &Layout, flight: &FlightPicture) {
    let mut title = format!("{}  {}", name(flight), departs(flight));
    let route = route(flight);
    if !route.is_empty() {
        put!(title, "  {route}");
    }
    for (holds, word) in [
        (flight.test, "test traffic"),
        (flight.cancelled, "cancelled"),
        (flight.closed, "closed"),
    ] {
        if holds {
            put!(title, "  {word}");
        }
    }
    put!(out, "{}\n", paint(HEADING, &format!("── {title}")));
    if !flight.also.is_empty() {
        let also: Vec<String> = flight.also.iter().map(designator).collect();
        put!(out, "   sold as {}\n", escape::text(&also.join(", ")));
    }
    let crew = flight.crew_load();
    put!(out, "   API   {}", load(&flight.api_load()));
    if crew.total() > 0 {
        put!(out, "; {} crew", crew.live());
    }
    if let Some(declared) = flight.declared {
        put!(out, "; the lists declare {declared}");
    }
    put!(out, "\n   PNR   {}\n", load(&flight.pnr_load()));
    put!(out, "   both  {}\n", linked(&flight.links));
    differing(out, layout, flight);
    let people: Vec<&Person> = flight.only_api().collect();
    alone(out, layout, "only in the API", &people);
    let people: Vec<&Person> = flight.only_pnr().collect();
    alone(out, layout, "only in bookings", &people);
    out.push('\n');
}

/// `66: 40 by unique-reference, 26 by locator+name`, by the strongest reason of each.
fn linked(links: &[Link]) -> String {
    let mut by_reason: BTreeMap<_, usize> = BTreeMap::new();
    for reason in links.iter().filter_map(|link| link.reasons.first()) {
        *by_reason.entry(*reason).or_default() += 1;
    }
    let reasons: Vec<String> = by_reason
        .iter()
        .map(|(reason, count)| format!("{count} by {}", reason.as_str()))
        .collect();
    match reasons.as_slice() {
        [] => "nobody".to_owned(),
        reasons => format!("{}: {}", links.len(), reasons.join(", ")),
    }
}

/// What the sources say differently, a row a difference.
fn differing(out: &mut String, layout: &Layout, flight: &FlightPicture) {
    let count = differences(flight);
    if count == 0 {
        return;
    }
    let mut table = Table::new(&[
        "person",
        "what",
        "in the API",
        "in the booking",
        "linked by",
    ]);
    let rows = flight.links.iter().flat_map(|link| {
        let differences = link.differences.iter();
        differences.map(move |difference| (link, difference))
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(_, difference)| telling(difference.subject));
    let shown = if layout.all { count } else { PEOPLE_SHOWN };
    for (link, difference) in rows.into_iter().take(shown) {
        let because: Vec<&str> = link.reasons.iter().map(|r| r.as_str()).collect();
        // The person stands under the name of the API already.
        let api = match difference.subject {
            Subject::Name(_) => String::new(),
            _ => escape::text(&difference.api).into_owned(),
        };
        table.row(vec![
            person_name(&flight.api[link.api]),
            kind(difference.subject),
            api,
            escape::text(&difference.pnr).into_owned(),
            because.join(", "),
        ]);
    }
    put!(out, "   {}\n", paint(STRONG, &format!("differ: {count}")));
    table.set(out, 6, layout.width);
    more(out, count, shown);
}

/// Smaller stands first: what a clerk or a field's length explains comes last.
const fn telling(subject: Subject) -> u8 {
    match subject {
        Subject::Status => 0,
        Subject::Document(_) => 1,
        Subject::Born(_) => 2,
        Subject::Sex | Subject::Nationality => 3,
        Subject::Name(NameDifference::Other) => 4,
        Subject::Name(NameDifference::Spelling) => 5,
        Subject::Name(NameDifference::OneLetter) => 6,
        Subject::Name(_) => 7,
    }
}

/// `born day-month-swapped`.
fn kind(subject: Subject) -> String {
    format!("{} {}", subject.field(), subject.way())
}

/// People of one source whom the other does not know.
fn alone(out: &mut String, layout: &Layout, what: &str, people: &[&Person]) {
    if people.is_empty() {
        return;
    }
    let mut table = Table::new(&[
        "name", "sex", "born", "nat", "document", "locator", "status",
    ]);
    let shown = if layout.all {
        people.len()
    } else {
        PEOPLE_SHOWN
    };
    for person in people.iter().take(shown) {
        let nationalities: Vec<&str> = person.nationalities.iter().map(|c| c.as_str()).collect();
        let numbers: Vec<&str> = person.documents.iter().map(|d| d.number.as_str()).collect();
        let locators: Vec<&str> = person.locators.iter().map(|l| l.as_str()).collect();
        table.row(vec![
            person_name(person),
            person.sex.map_or("", |sex| sex.as_str()).to_owned(),
            person
                .born
                .map_or_else(String::new, |born| born.to_string()),
            escape::text(&nationalities.join(" ")).into_owned(),
            escape::text(&numbers.join(" ")).into_owned(),
            escape::text(&locators.join(" ")).into_owned(),
            person
                .status
                .map_or("", |status| status.as_str())
                .to_owned(),
        ]);
    }
    let heading = format!("{what}: {}", people.len());
    put!(out, "   {}\n", paint(STRONG, &heading));
    table.set(out, 6, layout.width);
    more(out, people.len(), shown);
}

fn more(out: &mut String, all: usize, shown: usize) {
    if all > shown {
        let text = format!("and {} more (--all shows them)", all - shown);
        put!(out, "      {}\n", paint(FAINT, &text));
    }
}

/// A line a flight, then the differences of all flights by kind.
pub(super) fn overview(
    out: &mut String,
    layout: &Layout,
    flights: &[FlightPicture],
    without_flight: u64,
) {
    rule(out, layout, "flights");
    let mut table = Table::new(&[
        "flight",
        "departs",
        "route",
        "API",
        "crew",
        "PNR",
        "cancelled",
        "both",
        "only API",
        "only PNR",
        "differ",
        "",
    ]);
    let mut kinds: BTreeMap<_, usize> = BTreeMap::new();
    for flight in flights {
        let link = flight.links.iter();
        for difference in link.flat_map(|link| &link.differences) {
            *kinds.entry(difference.subject).or_default() += 1;
        }
        let states = [
            (flight.test, "test"),
            (flight.cancelled, "cancelled"),
            (flight.closed, "closed"),
        ];
        let states: Vec<&str> = states.iter().filter(|s| s.0).map(|s| s.1).collect();
        let pnr = flight.pnr_load();
        table.row(vec![
            name(flight),
            departs(flight),
            route(flight),
            number(flight.api_load().live()),
            number(flight.crew_load().live()),
            number(pnr.live()),
            number(pnr.cancelled()),
            number(flight.links.len()),
            number(flight.only_api().count()),
            number(flight.only_pnr().count()),
            number(differences(flight)),
            states.join(", "),
        ]);
    }
    table.set(out, 3, layout.width);
    if without_flight > 0 {
        put!(
            out,
            "   {without_flight} people stand in messages that name no flight with carrier and date\n"
        );
    }
    if !kinds.is_empty() {
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by_key(|&(subject, count)| (std::cmp::Reverse(count), subject));
        rule(out, layout, "what API and bookings say differently");
        let texts: Vec<String> = kinds
            .iter()
            .map(|&(subject, count)| format!("{count} {}", kind(subject)))
            .collect();
        wrapped(out, layout, 3, &texts);
    }
    out.push('\n');
}

/// Diagnostics by severity and code, as many in a line as fit.
pub(super) fn codes(out: &mut String, layout: &Layout, summary: &Summary) {
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let codes = summary
            .codes()
            .into_iter()
            .filter(|code| code.0 == severity);
        let texts: Vec<String> = codes
            .map(|(_, slug, count)| format!("{count} {slug}"))
            .collect();
        if !texts.is_empty() {
            let word = paint(style::severity(severity), severity.as_str());
            put!(out, "   {word}\n");
            wrapped(out, layout, 6, &texts);
        }
    }
}

/// Messages and diagnostics of each carrier, most errors and warnings first.
pub(super) fn carriers(out: &mut String, layout: &Layout, carriers: &BTreeMap<String, Carrier>) {
    let count = |carrier: &Carrier, severity| -> u64 {
        let codes = carrier.codes.iter().filter(|(code, _)| code.0 == severity);
        codes.map(|(_, count)| count).sum()
    };
    let weight =
        |carrier: &Carrier| count(carrier, Severity::Error) + count(carrier, Severity::Warning);
    let mut noted: Vec<_> = carriers.iter().filter(|(_, c)| weight(c) > 0).collect();
    if noted.is_empty() {
        return;
    }
    noted.sort_by_key(|(_, carrier)| std::cmp::Reverse(weight(carrier)));
    rule(out, layout, "diagnostics by carrier");
    let mut table = Table::new(&[
        "carrier",
        "messages",
        "errors",
        "warnings",
        "info",
        "most frequent errors and warnings",
    ]);
    let all = noted.len();
    for (name, carrier) in noted.into_iter().take(CARRIERS_SHOWN) {
        let codes = carrier.codes.iter();
        let mut codes: Vec<_> = codes.filter(|(code, _)| code.0 > Severity::Info).collect();
        codes.sort_by_key(|&(code, count)| (std::cmp::Reverse(*count), code.1));
        let mut shown: Vec<String> = codes
            .iter()
            .take(CODES_SHOWN)
            .map(|((_, slug), count)| format!("{count} {slug}"))
            .collect();
        if codes.len() > CODES_SHOWN {
            shown.push(format!("{} more codes", codes.len() - CODES_SHOWN));
        }
        let name = if name.is_empty() { "not said" } else { name };
        table.row(vec![
            escape::text(name).into_owned(),
            carrier.messages.to_string(),
            number(count(carrier, Severity::Error) as usize),
            number(count(carrier, Severity::Warning) as usize),
            number(count(carrier, Severity::Info) as usize),
            shown.join(", "),
        ]);
    }
    table.set(out, 3, layout.width);
    if all > CARRIERS_SHOWN {
        put!(out, "   and {} more carriers\n", all - CARRIERS_SHOWN);
    }
}

fn rule(out: &mut String, layout: &Layout, title: &str) {
    let used = title.chars().count() + 4;
    let rule = "─".repeat(layout.width.saturating_sub(used));
    put!(out, "\n{}\n", paint(HEADING, &format!("── {title} {rule}")));
}

/// Texts one after the other, as many in a line as fit.
fn wrapped(out: &mut String, layout: &Layout, indent: usize, texts: &[String]) {
    let mut taken = 0;
    for text in texts {
        if taken > 0 && taken + 3 + text.len() <= layout.width {
            put!(out, " · {text}");
            taken += 3 + text.len();
        } else {
            let line = if taken > 0 { "\n" } else { "" };
            put!(out, "{line}{}{text}", " ".repeat(indent));
            taken = indent + text.len();
        }
    }
    out.push('\n');
}

/// `71 travellers: 60 boarded, 11 not-boarded`.
fn load(load: &Load) -> String {
    let by_status: Vec<String> = load
        .by_status
        .iter()
        .map(|(status, count)| {
            let word = status.map_or("of unknown status", |status| status.as_str());
            format!("{count} {word}")
        })
        .collect();
    match load.total() {
        0 => "nobody".to_owned(),
        1 => format!("1 traveller: {}", by_status.join(", ")),
        n => format!("{n} travellers: {}", by_status.join(", ")),
    }
}

fn name(flight: &FlightPicture) -> String {
    escape::text(&designator(&flight.key)).into_owned()
}

fn departs(flight: &FlightPicture) -> String {
    match flight.departs.and_then(|departs| departs.time) {
        Some(time) => format!("{} {}", flight.key.date, time.strftime("%H:%M")),
        None => flight.key.date.to_string(),
    }
}

fn route(flight: &FlightPicture) -> String {
    match (&flight.from, &flight.to) {
        (None, None) => String::new(),
        (from, to) => {
            let code = |code: &Option<tidewaiter_domain::AirportCode>| {
                let text = code.as_ref().map_or("?", |code| code.as_str());
                escape::text(text).into_owned()
            };
            format!("{} → {}", code(from), code(to))
        }
    }
}

fn person_name(person: &Person) -> String {
    let given: Vec<&str> = person.name.given.iter().map(|g| g.as_str()).collect();
    let parts = [
        person.name.surname.as_deref().unwrap_or_default(),
        &given.join(" "),
    ];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    escape::text(&parts.join(", ")).into_owned()
}

/// A count; nothing where it is zero, so that what is there stands out.
fn number(count: usize) -> String {
    if count == 0 {
        "·".to_owned()
    } else {
        count.to_string()
    }
}
