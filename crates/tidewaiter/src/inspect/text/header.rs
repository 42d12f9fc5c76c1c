//! The lines that say what a message is.

use tidewaiter_domain::{
    ClearanceResponse, Flight, Leg, LegTime, Manifest, Part, ReportingParty, SectorKind,
};
use tidewaiter_formats::Content;

use super::style::{self, FAINT, STRONG, paint};
use super::{Item, put};
use crate::inspect::{escape, json};

/// Type, version, function and status; sender and references; flights; reporting party.
pub(super) fn header(out: &mut String, item: &Item<'_>) {
    let report = item.report;
    let kind = if report.kind.is_empty() {
        "no message"
    } else {
        &report.kind
    };
    put!(
        out,
        "{} ",
        paint(FAINT, &format!("#{}", item.place.index + 1))
    );
    out.push_str(&paint(STRONG, &escape::text(kind)));
    if !report.version.is_empty() {
        put!(out, " {}", escape::text(&report.version));
    }
    if let Some(content) = &report.content {
        put!(out, "  {}", json::function(content));
        if let Content::Manifest(manifest) = content {
            put!(out, " ({})", manifest.effect.as_str());
        }
    }
    let status = report.status();
    put!(out, "  {}", paint(style::status(status), status.as_str()));
    put!(out, "  {}\n", paint(FAINT, &item.place.bytes_shown()));
    let provenance = provenance(item);
    if !provenance.is_empty() {
        put!(out, "   {}\n", paint(FAINT, &provenance.join(" · ")));
    }
    match &report.content {
        Some(Content::Manifest(manifest)) => self::manifest(out, manifest),
        Some(Content::Response(response)) => self::response(out, response),
        Some(Content::Receipt(receipt)) => put!(
            out,
            "   interchange {} {}\n",
            escape::text(&receipt.interchange),
            receipt.verdict.action.as_str()
        ),
        Some(Content::Bookings(push)) => {
            if let Some(flight) = &push.flight {
                self::flight(out, flight);
            }
        }
        Some(Content::BookingRequest(_) | Content::PushAcknowledgement(_)) | None => {}
    }
}

/// Who sent it to whom under which references.
fn provenance(item: &Item<'_>) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(interchange) = item.message.and_then(|message| message.interchange()) {
        if !interchange.sender.id.is_empty() || !interchange.recipient.id.is_empty() {
            parts.push(format!(
                "{} → {}",
                escape::text(&interchange.sender.id),
                escape::text(&interchange.recipient.id)
            ));
        }
        if !interchange.reference.is_empty() {
            parts.push(format!(
                "interchange {}",
                escape::text(&interchange.reference)
            ));
        }
        if interchange.test {
            parts.push("TEST".to_owned());
        }
    }
    if !item.report.reference.is_empty() {
        parts.push(format!("message {}", escape::text(&item.report.reference)));
    }
    match &item.report.content {
        Some(Content::Manifest(manifest)) => {
            if let Some(transaction) = &manifest.transaction {
                parts.push(format!(
                    "transaction {}",
                    escape::text(transaction.as_str())
                ));
            }
            if let Some(part) = manifest.part.filter(|part| !part.is_whole()) {
                parts.push(part_of(part));
            }
        }
        Some(Content::Response(response)) => {
            if let Some(transaction) = &response.transaction {
                parts.push(format!(
                    "transaction {}",
                    escape::text(transaction.as_str())
                ));
            }
        }
        Some(_) | None => {}
    }
    if let Some(envelope) = item.message.and_then(|message| message.envelope()) {
        let from = envelope.origin.as_deref().or(envelope.mail_from.as_deref());
        let mut words = vec!["in a transport envelope".to_owned()];
        words.extend(from.map(|from| format!("from {}", escape::text(from))));
        words.extend(
            envelope
                .sent
                .as_deref()
                .map(|sent| format!("of {}", escape::text(sent))),
        );
        parts.push(words.join(" "));
    }
    parts
}

fn part_of(part: Part) -> String {
    let last = if part.last { ", the last" } else { "" };
    format!("part {}{last}", part.number)
}

fn manifest(out: &mut String, manifest: &Manifest) {
    for flight in &manifest.flights {
        self::flight(out, flight);
    }
    if let Some(party) = &manifest.reporting_party {
        put!(out, "   {}\n", paint(FAINT, &reported_by(party)));
    }
}

fn reported_by(party: &ReportingParty) -> String {
    let mut parts = vec![escape::text(party.name.as_deref().unwrap_or("unnamed")).into_owned()];
    parts.extend(
        party
            .contacts
            .iter()
            .map(|contact| escape::text(&contact.value).into_owned()),
    );
    format!("reported by {}", parts.join(", "))
}

/// `QZ417  ORA 2026-03-14 09:15 → DRB 2026-03-14 13:40`, a line a leg.
fn flight(out: &mut String, flight: &Flight) {
    let name = json::designator(&flight.designator);
    let name = escape::text(&name).into_owned();
    let over = if flight.kind == SectorKind::Overflight {
        "  overflight"
    } else {
        ""
    };
    if flight.legs.is_empty() {
        put!(out, "   {}{over}  route unknown\n", paint(STRONG, &name));
    }
    for (at, leg) in flight.legs.iter().enumerate() {
        let shown = if at == 0 {
            paint(STRONG, &name)
        } else {
            " ".repeat(name.len())
        };
        put!(out, "   {shown}  {}{over}\n", route(leg));
    }
}

fn response(out: &mut String, response: &ClearanceResponse) {
    let leg = &response.leg;
    if let Some(flight) = &response.flight {
        let name = json::designator(flight);
        put!(
            out,
            "   {}  {}\n",
            paint(STRONG, &escape::text(&name)),
            route(leg)
        );
    } else if *leg != Leg::default() {
        put!(out, "   {}\n", route(leg));
    }
    for outcome in &response.outcomes {
        let code = outcome.code.as_ref().map_or("no code", |c| c.as_str());
        let text = json::joined(&outcome.texts).unwrap_or_default();
        put!(
            out,
            "   on the message as a whole: {} {}\n",
            escape::text(code),
            escape::text(&text)
        );
    }
}

fn route(leg: &Leg) -> String {
    let place = |code: Option<&str>| escape::text(code.unwrap_or("?")).into_owned();
    let mut route = place(leg.from.as_ref().map(|airport| airport.as_str()));
    route.push_str(&leg.departs.as_deref().map(time).unwrap_or_default());
    route.push_str(" → ");
    route.push_str(&place(leg.to.as_ref().map(|airport| airport.as_str())));
    route.push_str(&leg.arrives.as_deref().map(time).unwrap_or_default());
    if leg.border {
        route.push_str(&paint(FAINT, "  border leg"));
    }
    route
}

/// Local time as sent, with the instant where it is known: ` 2026-03-14 09:15 (08:15Z)`.
fn time(time: &LegTime) -> String {
    let mut text = format!(" {}", time.date);
    if let Some(local) = time.time {
        put!(text, " {:02}:{:02}", local.hour(), local.minute());
    }
    if let Some(instant) = time.instant {
        let at = jiff::tz::Offset::UTC.to_datetime(instant);
        let day = if at.date() == time.date {
            String::new()
        } else {
            format!("{} ", at.date())
        };
        let utc = format!(" ({day}{:02}:{:02}Z)", at.hour(), at.minute());
        text.push_str(&paint(FAINT, &utc));
    }
    text
}
