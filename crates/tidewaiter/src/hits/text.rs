//! Hits as an officer reads them: the flight, the person, the entry, and why.

use tidewaiter_domain::Traveller;
use tidewaiter_matching::{Speaks, in_tenths};
use tidewaiter_screening::Evidence;
use tidewaiter_service::HitDetail;

use crate::matching::text::{band_word, wrapped};
use crate::terminal::style::{FAINT, HEADING, STRONG, paint};
use crate::terminal::table::{self, Table};
use crate::terminal::{escape, put};

/// All hits, those of a flight under its heading where they stand together.
pub(super) fn hits(out: &mut String, width: usize, hits: &[HitDetail]) {
    if hits.is_empty() {
        out.push_str("no open hit\n");
        return;
    }
    let mut before = None;
    for (number, hit) in (1..).zip(hits) {
        let flight = heading_of(hit);
        if before.as_ref() != Some(&flight) {
            let rule = "─".repeat(width.saturating_sub(table::width(&flight) + 4));
            put!(
                out,
                "{}\n\n",
                paint(HEADING, &format!("── {flight} {rule}"))
            );
            before = Some(flight);
        }
        one(out, width, number, hit);
    }
    let alerts = hits.iter().filter(|hit| hit.band == "alert").count();
    put!(out, "{} open hits, {alerts} of them alerts\n", hits.len());
}

/// `8J90  2026-11-24  NBO → ADD  departs 2026-11-24T06:10Z`.
fn heading_of(hit: &HitDetail) -> String {
    let Some(flight) = &hit.flight else {
        return "no flight".to_owned();
    };
    let key = &flight.key;
    let mut text = format!("{}{}  {}", key.carrier, key.number, key.date);
    if let (Some(from), Some(to)) = (&flight.origin, &flight.destination) {
        text += &format!("  {from} → {to}");
    }
    if let Some(departs) = flight.departs_at {
        text += &format!("  departs {}", departs.strftime("%Y-%m-%dT%H:%MZ"));
    }
    escape::text(&text).into_owned()
}

fn one(out: &mut String, width: usize, number: usize, hit: &HitDetail) {
    let finding = &hit.finding;
    put!(
        out,
        "{} {}  score {:.4}  {:.1} bits  {} {}  {}\n",
        paint(FAINT, &format!("#{number}")),
        band_word(finding.band),
        finding.score,
        finding.bits,
        escape::text(&hit.list),
        paint(STRONG, &escape::text(&hit.entry)),
        paint(STRONG, &escape::text(&finding.name))
    );
    let person = hit.traveller.as_ref().map_or_else(
        || "not shown to this role for this purpose".to_owned(),
        person,
    );
    put!(
        out,
        "   traveller      {}  {}\n",
        paint(STRONG, &person),
        hit.status
    );
    if finding.matched_name != finding.name {
        put!(
            out,
            "   fitted under   {}\n",
            escape::text(&finding.matched_name)
        );
    }
    put!(
        out,
        "   hit            {}  {}{}\n",
        hit.hit.state().as_str(),
        hit.id,
        hit.due_at.map_or_else(String::new, |at| format!(
            "  due {}",
            at.strftime("%Y-%m-%dT%H:%MZ")
        ))
    );
    if let Some(flood) = hit.flood {
        put!(
            out,
            "   flood          {flood} open hits rest on this entry\n"
        );
    }
    for sentence in finding.sentences() {
        if !sentence.is_empty() {
            wrapped(out, width, sentence);
        }
    }
    let pieces = &finding.reasons.evidence;
    for speaks in Speaks::ALL {
        let pieces = pieces.iter().filter(|p| Speaks::of(p.bits) == speaks);
        evidence(out, width, speaks.as_str(), pieces);
    }
    if !finding.reasons.absent.is_empty() {
        let absent: Vec<&str> = finding.reasons.absent.iter().map(|f| f.as_str()).collect();
        put!(out, "   absent         {}\n", absent.join(", "));
    }
    for filled in &hit.filled {
        let (field, source) = (&filled.field, filled.source.as_str());
        let mut message: String = filled
            .message
            .iter()
            .flatten()
            .map(|b| format!("{b:02x}"))
            .collect();
        message.truncate(12);
        put!(
            out,
            "   {field:<14} by another message of the same traveller ({source} {message})\n"
        );
    }
    put!(out, "   messages       {}\n\n", hit.messages.len());
}

/// `QUIST, TOVA  F  1970-05-02  SWE  P NX4411027`.
fn person(traveller: &Traveller) -> String {
    let mut text = traveller.name.surname.as_deref().unwrap_or("?").to_owned();
    for (number, given) in traveller.name.given.iter().enumerate() {
        text += if number == 0 { ", " } else { " " };
        text += given;
    }
    let sex = traveller.sex.map(|sex| sex.as_str().to_owned());
    let born = traveller.born.map(|born| born.value.to_string());
    let nationality = traveller.nationalities.first();
    let nationality = nationality.map(|n| n.country.as_str().to_owned());
    let documents = traveller.documents.iter();
    let document = documents
        .filter_map(|document| Some(document.number.as_ref()?.as_str().to_owned()))
        .next();
    for part in [sex, born, nationality, document].into_iter().flatten() {
        text += "  ";
        text += &part;
    }
    escape::text(&text).into_owned()
}

fn evidence<'e>(
    out: &mut String,
    width: usize,
    title: &str,
    pieces: impl Iterator<Item = &'e Evidence>,
) {
    let mut table = Table::new(&["field", "traveller", "entry", "relation", "bits"]);
    let mut any = false;
    for piece in pieces {
        any = true;
        table.row(vec![
            escape::text(&piece.field).into_owned(),
            escape::text(&piece.query).into_owned(),
            escape::text(&piece.entry).into_owned(),
            escape::text(&piece.relation).into_owned(),
            format!("{:>+6.1}", in_tenths(piece.bits)),
        ]);
    }
    if any {
        put!(out, "   {}\n", paint(STRONG, title));
        table.set(out, 6, width);
    }
}
