//! The lines of `hits --json`. Keys are a contract with other programs.

use serde::Serialize;
use tidewaiter_domain::{Text, Traveller};
use tidewaiter_screening::Evidence;
use tidewaiter_service::HitDetail;
use tidewaiter_store::StoredFlight;

use crate::matching::json::{bits, probability};

/// One hit.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    id: String,
    subject: &'a str,
    band: &'a str,
    score: f64,
    bits: f64,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    traveller: Option<TravellerLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<FlightLine<'a>>,
    cause: CauseLine<'a>,
    evidence: Vec<EvidenceLine<'a>>,
    /// SHA-256 of the messages that speak of the traveller, oldest first.
    messages: Vec<String>,
    /// The latest finding, for `replay`.
    finding: String,
    /// Whoever changes the hit says which version they have seen.
    version: u64,
    raised_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<String>,
    /// The name the entry is listed under, and the one that fitted.
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    matched_name: &'a str,
    /// Fields that one side or both do not give.
    absent: &'a [Text],
    /// Fields that were compared as another message of the same traveller states them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filled: Vec<FilledLine<'a>>,
    /// The comparison in plain words, and what it means on this journey.
    sentences: [&'a str; 2],
    /// How many open hits rest on the same entry, when they are so many that they are one thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    flood: Option<u32>,
}

#[derive(Serialize)]
struct FilledLine<'a> {
    field: &'a str,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Serialize)]
struct TravellerLine<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    surname: Option<&'a str>,
    given: &'a [Text],
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    born: Option<String>,
    nationalities: Vec<&'a str>,
    documents: Vec<DocumentLine<'a>>,
    /// `booked`, `checked-in`, `boarded` ...
    status: &'a str,
}

#[derive(Serialize)]
struct DocumentLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
}

#[derive(Serialize)]
struct FlightLine<'a> {
    carrier: &'a str,
    number: &'a str,
    date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    departs_utc: Option<String>,
}

#[derive(Serialize)]
struct CauseLine<'a> {
    kind: &'a str,
    list: &'a str,
    entry: &'a str,
}

#[derive(Serialize)]
struct EvidenceLine<'a> {
    field: &'a str,
    query: &'a str,
    entry: &'a str,
    relation: &'a str,
    bits: f64,
}

impl<'a> Line<'a> {
    pub(super) fn of(hit: &'a HitDetail) -> Self {
        let finding = &hit.finding;
        Self {
            id: hit.id.to_string(),
            subject: &hit.subject_kind,
            band: &hit.band,
            score: probability(finding.score),
            bits: bits(finding.bits),
            status: hit.hit.state().as_str(),
            traveller: hit
                .traveller
                .as_ref()
                .map(|traveller| TravellerLine::of(hit, traveller)),
            flight: hit.flight.as_ref().map(FlightLine::of),
            cause: CauseLine {
                kind: &hit.cause_kind,
                list: &hit.list,
                entry: &hit.entry,
            },
            evidence: finding
                .reasons
                .evidence
                .iter()
                .map(EvidenceLine::of)
                .collect(),
            messages: hit.messages.iter().map(|hash| hex(hash)).collect(),
            finding: hit.finding_id.to_string(),
            version: hit.version,
            raised_at: hit.raised_at.to_string(),
            due_at: hit.due_at.map(|at| at.to_string()),
            name: &finding.name,
            matched_name: &finding.matched_name,
            absent: &finding.reasons.absent,
            filled: hit
                .filled
                .iter()
                .map(|filled| FilledLine {
                    field: &filled.field,
                    source: filled.source.as_str(),
                    message: filled.message.map(|hash| hex(&hash)),
                })
                .collect(),
            sentences: finding.sentences(),
            flood: hit.flood,
        }
    }
}

impl<'a> TravellerLine<'a> {
    fn of(hit: &'a HitDetail, traveller: &'a Traveller) -> Self {
        Self {
            id: hit.subject.to_string(),
            surname: traveller.name.surname.as_deref(),
            given: &traveller.name.given,
            sex: traveller.sex.map(|sex| sex.as_str()),
            born: traveller.born.map(|born| born.value.to_string()),
            nationalities: traveller
                .nationalities
                .iter()
                .map(|nationality| nationality.country.as_str())
                .collect(),
            documents: traveller
                .documents
                .iter()
                .map(|document| DocumentLine {
                    number: document.number.as_ref().map(|number| number.as_str()),
                    issuer: document.issuer.as_ref().map(|issuer| issuer.as_str()),
                })
                .collect(),
            status: &hit.status,
        }
    }
}

impl<'a> FlightLine<'a> {
    fn of(flight: &'a StoredFlight) -> Self {
        Self {
            carrier: &flight.key.carrier,
            number: &flight.key.number,
            date: flight.key.date.to_string(),
            from: flight.origin.as_deref(),
            to: flight.destination.as_deref(),
            departs_utc: flight.departs_at.map(|at| at.to_string()),
        }
    }
}

impl<'a> EvidenceLine<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        Self {
            field: &evidence.field,
            query: &evidence.query,
            entry: &evidence.entry,
            relation: &evidence.relation,
            bits: bits(evidence.bits),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
