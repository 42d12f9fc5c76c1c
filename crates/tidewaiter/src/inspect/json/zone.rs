//! Machine-readable zones in JSON; keys as of a traveller.

use jiff::civil::Date;
use serde::Serialize;
use tidewaiter_syntax::mrz::{Mrz, Sex};

use super::super::Place;
use super::super::zones::{self, Zone};
use super::DiagnosticLine;

/// One zone.
#[derive(Serialize)]
pub(in crate::inspect) struct ZoneLine<'a> {
    source: &'a str,
    index: u64,
    offset: u64,
    length: usize,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Which layout.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    status: &'static str,
    #[serde(flatten)]
    holder: Option<HolderLine<'a>>,
    diagnostics: Vec<DiagnosticLine<'a>>,
}

#[derive(Serialize)]
struct HolderLine<'a> {
    surname: String,
    given: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    names_may_be_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    born: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nationality: Option<String>,
    nationalities: Vec<String>,
    documents: [DocumentLine<'a>; 1],
}

#[derive(Serialize)]
struct DocumentLine<'a> {
    #[serde(rename = "type")]
    code: &'a str,
    number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    optional: Vec<&'a str>,
}

impl<'a> ZoneLine<'a> {
    pub(in crate::inspect) fn of(place: &Place<'a>, zone: &'a Zone, received: Date) -> Self {
        Self {
            source: place.source,
            index: place.index,
            offset: place.offset,
            length: place.bytes.len(),
            kind: "MRZ",
            version: zone.mrz.as_ref().map(|mrz| mrz.format.as_str()),
            status: zone.status().as_str(),
            holder: zone.mrz.as_ref().map(|mrz| HolderLine::of(mrz, received)),
            diagnostics: zone
                .diagnostics
                .iter()
                .map(|diagnostic| DiagnosticLine::of(diagnostic, place.offset))
                .collect(),
        }
    }
}

impl<'a> HolderLine<'a> {
    fn of(mrz: &'a Mrz, received: Date) -> Self {
        let country = |written: &str| zones::country(written).map(|c| c.as_str().to_owned());
        let nationality = country(&mrz.nationality);
        let optional = [mrz.optional.as_str(), mrz.second_optional.as_str()];
        Self {
            surname: mrz.names.primary.join(" "),
            given: &mrz.names.secondary,
            names_may_be_truncated: mrz.names_may_be_truncated(),
            sex: match *mrz.sex {
                Sex::Female => Some("F"),
                Sex::Male => Some("M"),
                Sex::Unspecified => None,
            },
            born: mrz
                .birth
                .value
                .and_then(|date| zones::born(date, received))
                .map(|date| date.to_string()),
            nationalities: nationality.iter().cloned().collect(),
            nationality,
            documents: [DocumentLine {
                code: &mrz.document_code,
                number: &mrz.number,
                issuer: country(&mrz.issuer),
                expires: mrz
                    .expiry
                    .value
                    .and_then(|date| zones::expires(date, received))
                    .map(|date| date.to_string()),
                optional: optional.into_iter().filter(|o| !o.is_empty()).collect(),
            }],
        }
    }
}
