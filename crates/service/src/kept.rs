//! What is sealed beside a finding: the finding in its canonical form, and where its inputs are, so
//! that it can be shown and found anew.
//!
//! ```text
//! length of the finding (4 bytes, big-endian) ‖ the finding ‖ its inputs as JSON
//! ```

use serde::{Deserialize, Serialize};
use tidewaiter_domain::{AirportCode, FlightKey, LegTime};
use tidewaiter_mandate::Mandate;
use tidewaiter_screening::{Answer, Finding, Journey};
use tidewaiter_store::Id;

use crate::connectors::AnswerKept;
use crate::held::{Said, id_of};
use crate::{Result, ServiceError};

/// Where the inputs of a finding are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InputsKept {
    /// The observations whose statements were screened together, in their order.
    observations: Vec<String>,
    /// The booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    booking: Option<String>,
    /// The journey as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flight: Option<(String, String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    departs: Option<String>,
    /// What lists that may only be asked have answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) answers: Vec<AnswerKept>,
}

impl InputsKept {
    /// Where the inputs of a finding on `said` are.
    pub(crate) fn of(said: &Said) -> Self {
        let journey = &said.journey;
        let code = |place: &Option<AirportCode>| place.as_ref().map(|c| c.as_str().to_owned());
        Self {
            observations: said.observations().map(|id| id.to_string()).collect(),
            booking: said.booking().map(|id| id.to_string()),
            flight: journey.flight.as_ref().map(|flight| {
                let (carrier, number) = (flight.carrier.to_string(), flight.number.to_string());
                (carrier, number, flight.date.to_string())
            }),
            from: code(&journey.from),
            to: code(&journey.to),
            departs: journey.departs.map(|time| time.date.to_string()),
            answers: Vec::new(),
        }
    }

    /// With the answers that were inputs as well.
    pub(crate) fn with_answers(mut self, answers: &[Answer]) -> Self {
        self.answers = answers.iter().map(AnswerKept::from).collect();
        self
    }

    /// The observations.
    pub(crate) fn observations(&self) -> Option<Vec<Id>> {
        self.observations.iter().map(|text| id_of(text)).collect()
    }

    /// The booking.
    pub(crate) fn booking(&self) -> Option<Id> {
        self.booking.as_deref().and_then(id_of)
    }

    /// The journey, seen from the home country of `mandate`.
    pub(crate) fn journey(&self, mandate: &Mandate) -> Option<Journey> {
        let flight = match &self.flight {
            Some((carrier, number, date)) => Some(FlightKey {
                carrier: carrier.as_str().into(),
                number: number.as_str().into(),
                date: date.parse().ok()?,
            }),
            None => None,
        };
        let place = |code: &Option<String>| code.as_deref().and_then(AirportCode::new);
        let departs = match &self.departs {
            Some(date) => Some(LegTime {
                date: date.parse().ok()?,
                time: None,
                instant: None,
            }),
            None => None,
        };
        let (from, to) = (place(&self.from), place(&self.to));
        Some(Journey::new(mandate, flight, from, to, departs))
    }
}

/// A finding and where its inputs are, as one piece of evidence.
pub(crate) fn keep(finding: &Finding, inputs: &InputsKept) -> Vec<u8> {
    let finding = finding.encode();
    let mut kept = Vec::with_capacity(finding.len() + 256);
    kept.extend(
        u32::try_from(finding.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes(),
    );
    kept.extend_from_slice(&finding);
    // Texts and lists of texts are always JSON.
    kept.extend(serde_json::to_vec(inputs).unwrap_or_default());
    kept
}

/// The two parts of what [`keep`] has made: the finding's canonical form, and its inputs.
pub(crate) fn kept(evidence: &[u8]) -> Result<(&[u8], InputsKept)> {
    let unreadable = ServiceError::Unreadable("finding");
    let Some((length, rest)) = evidence.split_first_chunk::<4>() else {
        return Err(unreadable);
    };
    let length = u32::from_be_bytes(*length) as usize;
    let (Some(finding), Some(inputs)) = (rest.get(..length), rest.get(length..)) else {
        return Err(unreadable);
    };
    match serde_json::from_slice(inputs) {
        Ok(inputs) => Ok((finding, inputs)),
        Err(_) => Err(unreadable),
    }
}
