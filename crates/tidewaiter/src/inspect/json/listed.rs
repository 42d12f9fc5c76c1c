//! Listed subjects and documents in JSON.

use serde::Serialize;
use serde_json::{Value, json};
use tidewaiter_domain::DocumentKind;
use tidewaiter_formats::lists::documents::ReportedDocument;
use tidewaiter_formats::lists::{ListReading, MeasureTable, subject_json};

use super::super::Place;
use super::DiagnosticLine;

/// The lines of a list: one a subject. What was noticed of the list as a whole goes with the first.
pub(in crate::inspect) fn list_lines<'a>(
    place: &'a Place<'_>,
    reading: &'a ListReading,
    measures: &'a MeasureTable,
) -> impl Iterator<Item = Value> + 'a {
    (0_u64..)
        .zip(&reading.subjects)
        .map(move |(index, subject)| {
            let mut line = subject_json(subject, measures);
            line["source"] = json!(place.source);
            line["index"] = json!(index);
            if index == 0 && !reading.diagnostics.is_empty() {
                line["diagnostics"] = reading
                    .diagnostics
                    .iter()
                    .map(|diagnostic| json!(DiagnosticLine::of(diagnostic, place.offset)))
                    .collect();
            }
            line
        })
}

/// One document of a list of lost, stolen and revoked ones.
#[derive(Serialize)]
pub(in crate::inspect) struct ReportedLine<'a> {
    source: &'a str,
    index: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'static str>,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reported: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reported_by: Option<&'a str>,
}

impl<'a> ReportedLine<'a> {
    pub(in crate::inspect) fn of(place: &Place<'a>, document: &'a ReportedDocument) -> Self {
        Self {
            source: place.source,
            index: place.index,
            kind: "DOCUMENT",
            number: document.number.as_str(),
            issuer: document.issuer.as_ref().map(|issuer| issuer.as_str()),
            document: (document.kind != DocumentKind::Unknown)
                .then(|| super::person::document_kind(document.kind)),
            reason: document.reason.as_str(),
            reported: document.reported.map(|date| date.to_string()),
            reference: document.reference.as_deref(),
            reported_by: document.source.as_deref(),
        }
    }
}
