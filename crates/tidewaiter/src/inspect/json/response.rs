//! Answers and acknowledgements in JSON.

use serde::Serialize;
use tidewaiter_domain::{
    BoardingStatus, Clearance, ClearanceResponse, Leg, MessageOutcome, ResponseKind, Text,
};

use super::{LegLine, UnreadLine, unread};

/// The word for what a response does.
pub(super) fn function(kind: &ResponseKind) -> &'static str {
    match kind {
        ResponseKind::Answer => "response",
        ResponseKind::Unsolicited => "unsolicited-response",
        ResponseKind::Acknowledgement => "acknowledgement",
        ResponseKind::General => "general-response",
        ResponseKind::Error => "error-response",
        ResponseKind::Other(_) => "unknown",
    }
}

/// The word for a directive.
pub(in crate::inspect) fn directive(status: BoardingStatus) -> &'static str {
    status.as_str()
}

/// Texts for the agent on one line.
pub(in crate::inspect) fn joined(texts: &[Text]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(" / "))
}

/// The status codes of a person, as written.
pub(in crate::inspect) fn codes(clearance: &Clearance) -> String {
    let codes: Vec<&str> = clearance.codes.iter().map(|c| c.as_str()).collect();
    codes.join(" ")
}

#[derive(Serialize)]
pub(super) struct ResponseLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<FlightLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    outcomes: Vec<OutcomeLine<'a>>,
    clearances: Vec<ClearanceLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadLine<'a>>,
}

impl<'a> ResponseLine<'a> {
    pub(super) fn of(response: &'a ClearanceResponse, offset: u64) -> Self {
        Self {
            transaction: response.transaction.as_ref().map(|t| t.as_str()),
            flight: FlightLine::of(response),
            outcomes: response.outcomes.iter().map(OutcomeLine::of).collect(),
            clearances: response
                .clearances
                .iter()
                .map(|clearance| ClearanceLine::of(response, clearance))
                .collect(),
            unread: unread(&response.unread, offset),
        }
    }
}

/// The flight of a response: the same keys as a manifest's, with the one leg it echoes.
#[derive(Serialize)]
struct FlightLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a str>,
    legs: [LegLine<'a>; 1],
}

impl<'a> FlightLine<'a> {
    fn of(response: &'a ClearanceResponse) -> Option<Self> {
        let designator = response.flight.as_deref();
        let known = designator.is_some() || response.leg != Leg::default();
        known.then(|| Self {
            carrier: designator
                .and_then(|d| d.carrier.as_ref())
                .map(|c| c.as_str()),
            number: designator.map(|d| d.number.as_str()),
            written: designator.map(|d| d.written.as_str()),
            legs: [LegLine::of(&response.leg)],
        })
    }
}

/// What is said of the message as a whole.
#[derive(Serialize)]
struct OutcomeLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    accepted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl<'a> OutcomeLine<'a> {
    fn of(outcome: &'a MessageOutcome) -> Self {
        Self {
            code: outcome.code.as_ref().map(|code| code.as_str()),
            accepted: outcome.is_accepted(),
            text: joined(&outcome.texts),
        }
    }
}

/// What is said of one person.
#[derive(Serialize)]
struct ClearanceLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locator: Option<&'a str>,
    code: String,
    directive: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl<'a> ClearanceLine<'a> {
    fn of(response: &ClearanceResponse, clearance: &'a Clearance) -> Self {
        Self {
            reference: clearance.reference.as_ref().map(|r| r.as_str()),
            locator: clearance.locator.as_ref().map(|l| l.as_str()),
            code: codes(clearance),
            directive: directive(response.directive_for(clearance)),
            text: joined(&clearance.texts),
        }
    }
}
