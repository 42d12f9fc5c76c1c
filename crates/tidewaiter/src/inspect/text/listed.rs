//! Listed subjects and documents as a person reads them.

use tidewaiter_domain::{
    BirthDate, Country, ListedName, ListedPlace, ListedSubject, NameQuality, Script,
};
use tidewaiter_formats::lists::documents::ReportedDocument;
use tidewaiter_formats::lists::{ListReading, MeasureTable};

use super::style::{FAINT, STRONG, paint};
use super::{Layout, Place, diagnostics, put};
use crate::inspect::escape;
use crate::inspect::summary::Listed;

/// Column at which the values of a block begin.
const LABEL: usize = 16;

/// What list it is, and what was noticed of it as a whole.
pub(in crate::inspect) fn list(
    out: &mut String,
    layout: &Layout,
    place: &Place<'_>,
    reading: &ListReading,
) {
    let published = reading
        .published
        .map_or_else(|| "without a date".to_owned(), |date| format!("of {date}"));
    put!(
        out,
        "{} {published}  {}\n   {}\n",
        paint(STRONG, &escape::text(&reading.list)),
        paint(FAINT, reading.format.as_str()),
        Listed::of(reading).shown()
    );
    diagnostics::diagnostics(out, layout, place, &reading.diagnostics);
    out.push('\n');
}

/// One subject: who, and everything that tells this one from others, a line each.
pub(in crate::inspect) fn subject(
    out: &mut String,
    layout: &Layout,
    index: u64,
    subject: &ListedSubject,
    table: &MeasureTable,
) {
    put!(out, "{} ", paint(FAINT, &format!("#{}", index + 1)));
    let primary = subject.primary_name();
    let name = primary.map_or_else(|| "(no name)".into(), |name| escape::text(&name.full));
    put!(
        out,
        "{}  {}  {}\n",
        paint(STRONG, &escape::text(&subject.entry)),
        subject.kind.as_str(),
        paint(STRONG, &name)
    );
    let others = subject
        .names
        .iter()
        .filter(|name| !primary.is_some_and(|primary| std::ptr::eq(*name, primary)));
    line(out, layout, "also", "; ", others.map(alias));
    let born = subject.born.iter().map(birth);
    line(out, layout, "born", "; ", born);
    line(
        out,
        layout,
        "born in",
        "; ",
        subject.birthplaces.iter().map(place),
    );
    line(
        out,
        layout,
        "sex",
        "",
        subject.sex.iter().map(|sex| sex.as_str().to_owned()),
    );
    line(
        out,
        layout,
        "nationality",
        ", ",
        subject.nationalities.iter().map(country),
    );
    let documents = subject.documents.iter().map(|document| {
        let kind = escape::text(&document.kind);
        let number = escape::text(&document.number);
        let issuer = document.issuer.as_ref().map(country);
        let issuer = issuer.map_or_else(String::new, |issuer| format!(" of {issuer}"));
        format!("{kind} {number}{issuer}")
    });
    line(out, layout, "documents", "; ", documents);
    let escaped = |text: &tidewaiter_domain::Text| escape::text(text).into_owned();
    line(
        out,
        layout,
        "programme",
        ", ",
        subject.programmes.iter().map(escaped),
    );
    let (measures, source) = table.effective(subject);
    let measures = measures
        .iter()
        .map(|m| escape::text(m.as_str()).into_owned());
    let measures: Vec<String> = measures.collect();
    if !measures.is_empty() {
        let by = format!("{} (by the {})", measures.join(", "), source.as_str());
        line(out, layout, "measures", "", [by]);
    }
    let listed = subject.listed_on.map(|date| date.to_string());
    line(out, layout, "listed on", "", listed);
    let unread = subject
        .unread
        .iter()
        .map(|(field, text)| format!("{} = {}", escape::text(field), escape::text(text)));
    line(out, layout, "not read", "; ", unread);
    out.push('\n');
}

/// One document of a list of documents, on one line.
pub(in crate::inspect) fn document(out: &mut String, document: &ReportedDocument) {
    let mut words = vec![
        paint(STRONG, &escape::text(document.number.as_str())),
        document.issuer.as_ref().map_or("?".to_owned(), country),
        super::super::json::document_kind(document.kind).to_owned(),
        document.reason.as_str().to_owned(),
    ];
    words.extend(document.reported.map(|date| format!("since {date}")));
    let said = [&document.source, &document.reference];
    words.extend(
        said.into_iter()
            .flatten()
            .map(|t| escape::text(t).into_owned()),
    );
    put!(out, "   {}\n", words.join("  "));
}

/// A labelled line, wrapped between its values; nothing when there are none.
fn line(
    out: &mut String,
    layout: &Layout,
    label: &str,
    between: &str,
    values: impl IntoIterator<Item = String>,
) {
    let mut column = 0;
    for (number, value) in values.into_iter().enumerate() {
        let width = super::table::width(&value);
        if number == 0 {
            put!(
                out,
                "   {}{}",
                paint(FAINT, label),
                " ".repeat(LABEL - 3 - label.len())
            );
            column = LABEL;
        } else if column + between.len() + width > layout.width {
            put!(out, "{}\n{}", between.trim_end(), " ".repeat(LABEL));
            column = LABEL;
        } else {
            out.push_str(between);
            column += between.len();
        }
        out.push_str(&value);
        column += width;
    }
    if column > 0 {
        out.push('\n');
    }
}

/// A birth date as written, with what it means where that is not plain to see.
fn birth(born: &BirthDate) -> String {
    let raw = escape::text(&born.raw);
    let (from, to) = (born.from.year(), born.to.year());
    let meant = match born.date {
        Some(date) => date.to_string(),
        None if from == to => from.to_string(),
        None => format!("{from} to {to}"),
    };
    if meant.split(" to ").all(|part| raw.contains(part)) {
        raw.into_owned()
    } else {
        format!("{raw} ({meant})")
    }
}

/// A further name, with its kind where it is not simply an alias, and its weakness.
fn alias(name: &ListedName) -> String {
    let mut notes = Vec::new();
    if name.kind != tidewaiter_domain::NameKind::Alias {
        notes.push(name.kind.as_str());
    }
    if name.quality == NameQuality::Low {
        notes.push("low quality");
    }
    if ![Script::LATIN, Script::UNKNOWN].contains(&name.script) {
        notes.push(name.script.as_str());
    }
    let full = escape::text(&name.full);
    if notes.is_empty() {
        full.into_owned()
    } else {
        format!("{full} ({})", notes.join(", "))
    }
}

fn place(place: &ListedPlace) -> String {
    let parts = [
        place.city.as_deref(),
        place.text.as_deref(),
        place.country.as_ref().map(Country::as_str),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().map(escape::text).collect();
    parts.join(", ")
}

fn country(country: &Country) -> String {
    escape::text(country.as_str()).into_owned()
}
