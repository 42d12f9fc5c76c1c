//! The lines of `match --json` and `compare`. Keys are a contract with other programs.

use serde::{Serialize, Serializer};
use serde_json::Value;
use tidewaiter_matching::{Band, Evidence, Explanation, Match};

use super::documents::Reported;

/// The answer to one query.
#[derive(Serialize)]
pub(super) struct AnswerLine<'a> {
    pub(super) id: &'a Value,
    pub(super) matches: Vec<MatchLine<'a>>,
    /// Fields that could not be used.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) notes: &'a [String],
}

/// A query or a pair that cannot be answered, so that answers stay in the order of the questions.
#[derive(Serialize)]
pub(super) struct ErrorLine<'a> {
    pub(super) id: &'a Value,
    pub(super) error: &'a str,
    pub(super) line: u64,
}

#[derive(Serialize)]
pub(super) struct MatchLine<'a> {
    pub(super) list: &'a str,
    pub(super) entry: &'a str,
    pub(super) name: &'a str,
    pub(super) matched_name: &'a str,
    pub(super) score: f64,
    pub(super) bits: f64,
    #[serde(serialize_with = "word")]
    pub(super) band: Band,
    #[serde(flatten)]
    explanation: ExplanationLine<'a>,
}

fn word<S: Serializer>(band: &Band, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(band.as_str())
}

/// Two persons weighed.
#[derive(Serialize)]
pub(super) struct PairLine<'a> {
    pub(super) id: &'a Value,
    pub(super) score: f64,
    pub(super) bits: f64,
    pub(super) band: &'static str,
    #[serde(flatten)]
    pub(super) explanation: ExplanationLine<'a>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) notes: &'a [String],
}

#[derive(Serialize)]
pub(super) struct ExplanationLine<'a> {
    evidence: Vec<EvidenceLine<'a>>,
    /// Fields that one side or both do not give.
    absent: Vec<&'static str>,
    /// What the outcome would be without a field.
    without: Vec<WithoutLine>,
    sentence: &'a str,
}

#[derive(Serialize)]
struct EvidenceLine<'a> {
    field: &'static str,
    query: &'a str,
    entry: &'a str,
    relation: &'static str,
    bits: f64,
}

#[derive(Serialize)]
struct WithoutLine {
    field: &'static str,
    score: f64,
    band: &'static str,
}

impl<'a> MatchLine<'a> {
    pub(super) fn of(found: &'a Match, explanation: &'a Explanation) -> Self {
        Self {
            list: &found.list,
            entry: &found.entry,
            name: &found.name,
            matched_name: &found.matched_name,
            score: probability(found.score),
            bits: bits(found.bits),
            band: found.band,
            explanation: ExplanationLine::of(explanation),
        }
    }

    /// A document that a list of documents reports; its row is the entry.
    pub(super) fn document(reported: &'a Reported) -> Self {
        Self {
            list: &reported.list,
            entry: &reported.entry,
            name: &reported.name,
            matched_name: &reported.name,
            score: probability(reported.score),
            bits: bits(reported.bits),
            band: reported.band,
            explanation: ExplanationLine::of(&reported.explanation),
        }
    }
}

impl<'a> ExplanationLine<'a> {
    pub(super) fn of(explanation: &'a Explanation) -> Self {
        Self {
            evidence: explanation.evidence.iter().map(EvidenceLine::of).collect(),
            absent: explanation.absent.iter().map(|f| f.as_str()).collect(),
            without: explanation
                .without
                .iter()
                .map(|without| WithoutLine {
                    field: without.field.as_str(),
                    score: probability(without.score),
                    band: without.band.as_str(),
                })
                .collect(),
            sentence: &explanation.sentence,
        }
    }
}

impl<'a> EvidenceLine<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        Self {
            field: evidence.field.as_str(),
            query: &evidence.query,
            entry: &evidence.entry,
            relation: evidence.relation,
            bits: bits(evidence.bits),
        }
    }
}

/// Bits to the hundredth; what is finer is no knowledge.
pub(crate) fn bits(bits: f32) -> f64 {
    (f64::from(bits) * 100.0).round() / 100.0
}

/// A probability to the millionth.
pub(crate) fn probability(score: f64) -> f64 {
    (score * 1e6).round() / 1e6
}
