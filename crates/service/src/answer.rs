//! Interactive API: a passenger list in, an answer out, in the same exchange.
//!
//! The bytes are read and screened like every other message, and are durable together with what was
//! found before anybody is answered; then each traveller gets the word that the mandate's table has for the carrier:
//! no objection at this time, or data are insufficient. There is no word for "do not board" in that
//! table. Where two people have decided that somebody is not to board and that decision stands, the
//! answer repeats it: a carrier that asks again must not be told otherwise.

use jiff::tz::Offset;
use tidewaiter_domain::{
    BoardingStatus, CarrierCode, Clearance, ClearanceResponse, Flight, FlightKey, Manifest,
    ManifestFunction, MessageOutcome, ResponseKind, StatusCode, Text, Traveller,
};
use tidewaiter_formats::{Content, Report, cusres};
use tidewaiter_mandate::profile::Answers;
use tidewaiter_mandate::{AutomaticAnswer, ElementSet};
use tidewaiter_store::{CarrierState, Lane, Machine, Reading, Receipt, Received, Record as _};
use tidewaiter_syntax::edifact::{Interchange, Reader};

use crate::carriers::Agreed;
use crate::directives::{addressee, sourced};
use crate::{Envelope, Service, ServiceError, read};

/// An interactive request holds a few travellers of one flight; more is a batch for `/messages`.
pub const REQUEST_MOST: usize = 256 << 10;

/// The type of messages in which a carrier acknowledges.
const CUSRES: &[u8] = b"CUSRES";

/// PADIS 9321: the message cannot be processed.
const CANNOT_PROCESS: &str = "118";

/// What a carrier's request was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The receipt of the request.
    pub receipt: Receipt,
    /// The answer: CUSRES, one interchange for each message of the request.
    pub bytes: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The service.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// It is about another carrier's flight: nothing of it is kept.
    #[error("this is about a flight of a carrier that this key does not speak for")]
    OtherCarrier,
    /// It is about a flight of a carrier that is suspended: nothing of it is kept.
    #[error("the carrier of this flight is suspended")]
    Suspended,
    /// There is no message in the bytes.
    #[error("there is no message in the request")]
    NoMessage,
    /// It was received and waits to be read: nothing can be said about it now.
    #[error("the request was received and is not read yet: ask again")]
    NotYet,
}

impl Service {
    /// Answers a carrier's request.
    ///
    /// # Errors
    ///
    /// As [`AnswerError`] says. The bytes are kept when it answers, and when it is
    /// [`NotYet`](AnswerError::NotYet).
    pub fn answer(&self, machine: &Machine, bytes: &[u8]) -> Result<Answer, AnswerError> {
        if bytes.len() > REQUEST_MOST {
            let (bytes, most) = (bytes.len() as u64, REQUEST_MOST as u64);
            return Err(ServiceError::TooLarge { bytes, most }.into());
        }
        let requests = self.requests(bytes);
        if requests
            .iter()
            .all(|request| request.report.kind.is_empty())
        {
            return Err(AnswerError::NoMessage);
        }
        if requests
            .iter()
            .any(|request| request.is_of_another(machine))
        {
            return Err(AnswerError::OtherCarrier);
        }
        let agreed = self.agreed()?;
        let is_suspended = |request: &Request| request.state(&agreed) == CarrierState::Suspended;
        if requests.iter().any(is_suspended) {
            return Err(AnswerError::Suspended);
        }
        let carriers = bound(machine)?;
        let envelope = Envelope {
            sender: &machine.name,
            lane: agreed.lane_of(&machine.carriers, machine.lane),
            carriers: &carriers,
        };
        let (received, job) = match read::receive_and_read(self, &envelope, bytes) {
            Err(ServiceError::Store(error)) if error.is_transient() => {
                return Err(ServiceError::Store(error).into());
            }
            // Nothing of it was kept. The bytes are, whatever becomes of reading them.
            Err(_) => self.receive_with(self.now(), &envelope, bytes, |tx, received| {
                let (Received::New(receipt) | Received::Again(receipt)) = received;
                self.claim_now(tx, "iapi", "read", &receipt.id)
            })?,
            Ok(done) => done,
        };
        let (Received::New(receipt) | Received::Again(receipt)) = received;
        if let Some(job) = job {
            self.do_now(job)?;
        }
        // When it failed and is tried again, or somebody is at the same bytes: no objection can be
        // said of somebody who was not screened.
        let receipt = self.receipt(&receipt.id)?;
        if receipt.status == Reading::Pending {
            return Err(AnswerError::NotYet);
        }
        let mut answer = Vec::new();
        for (place, request) in requests.iter().enumerate() {
            let is_test =
                envelope.lane == Lane::Test || request.state(&agreed) == CarrierState::Onboarding;
            answer.extend(self.answer_one(machine, &receipt, (place, is_test), request)?);
        }
        Ok(Answer {
            receipt,
            bytes: answer,
        })
    }

    /// Takes in what a machine sends, under its name and for its carriers. Acknowledgements of
    /// directives count at once. What is about a flight of a carrier that the machine does not
    /// speak for is refused and not kept: kept, it would stand in the way of the carrier's own.
    ///
    /// # Errors
    ///
    /// [`AnswerError::OtherCarrier`]; as [`Service::receive`].
    pub fn receive_from(&self, machine: &Machine, bytes: &[u8]) -> Result<Received, AnswerError> {
        let is_bound = !machine.speaks_for("*");
        if is_bound
            && self
                .requests(bytes)
                .iter()
                .any(|r| r.is_of_another(machine))
        {
            return Err(AnswerError::OtherCarrier);
        }
        let carriers = bound(machine)?;
        let envelope = Envelope {
            sender: &machine.name,
            lane: self.agreed()?.lane_of(&machine.carriers, machine.lane),
            carriers: &carriers,
        };
        let received = self.receive(&envelope, bytes)?;
        let may_acknowledge = bytes.len() <= REQUEST_MOST
            && bytes.windows(CUSRES.len()).any(|window| window == CUSRES);
        if may_acknowledge {
            self.read_acknowledgements(machine, bytes)?;
        }
        Ok(received)
    }

    /// The messages of a request.
    fn requests(&self, bytes: &[u8]) -> Vec<Request> {
        let received = Offset::UTC.to_datetime(self.now()).date();
        let mut reader = Reader::of_slice(bytes);
        let mut requests = Vec::new();
        while let Ok(Some(message)) = reader.next() {
            requests.push(Request {
                report: tidewaiter_formats::read(&message, received),
                interchange: message.interchange().map(|header| (**header).clone()),
            });
        }
        requests
    }

    fn answer_one(
        &self,
        machine: &Machine,
        receipt: &Receipt,
        (place, is_test): (usize, bool),
        request: &Request,
    ) -> Result<Vec<u8>, ServiceError> {
        let header = request.interchange.as_ref();
        let test = is_test || header.is_some_and(|header| header.test);
        let lane = if test { Lane::Test } else { Lane::Live };
        let mut response = ClearanceResponse::new(ResponseKind::Answer);
        // One about no flight waits, and nobody in it was screened.
        let about_flight = |manifest: &&Manifest| manifest.flight().and_then(Flight::key).is_some();
        match request.manifest().filter(about_flight) {
            Some(manifest) => self.clear(manifest, lane, &mut response)?,
            None => response.outcomes.push(outcome(CANNOT_PROCESS)),
        }
        let party = header.map_or_else(|| machine.name.clone(), |header| header.sender.id.clone());
        // Of the receipt, so that the same request has the same reference in its answer.
        let hex: String = receipt.id.to_string().replace('-', "").to_uppercase();
        let reference = format!("TW{}{}", &hex[22..32], place % 100);
        let mut transmission = self.transmission(party, &reference, self.now(), test);
        if let Some(header) = header {
            transmission.access_reference = header.reference.clone();
            if !header.application.is_empty() {
                transmission.application = header.application.clone();
            }
        }
        Ok(cusres::write(&response, &transmission))
    }

    /// What is said of the travellers of a manifest.
    fn clear(
        &self,
        manifest: &Manifest,
        lane: Lane,
        response: &mut ClearanceResponse,
    ) -> Result<(), ServiceError> {
        response.transaction = manifest.transaction.clone();
        let flight = manifest.flight();
        if let Some(flight) = flight {
            response.flight = Some(flight.designator.clone());
            if let Some(leg) = border_leg(flight) {
                response.leg = leg.clone();
            }
        }
        if manifest.function == ManifestFunction::FlightStatus || manifest.travellers.is_empty() {
            response.outcomes.push(outcome("0"));
            return Ok(());
        }
        let key = flight.and_then(Flight::key);
        let carrier = key.as_ref().map_or("", |key| key.carrier.as_str());
        for traveller in &manifest.travellers {
            let stands = match &key {
                Some(key) => self.stands(key, lane, traveller)?,
                None => None,
            };
            let (code, texts) = match stands {
                Some(code) => (code, Vec::new()),
                None => self.automatic(carrier, traveller),
            };
            response.clearances.push(Clearance {
                reference: traveller.reference.clone(),
                locator: traveller.locator.clone(),
                codes: code.map(sourced).into_iter().collect(),
                texts,
            });
        }
        Ok(())
    }

    /// What the mandate answers a carrier of a traveller, and what is missing. A carrier without a
    /// table gets no directive.
    fn automatic(&self, carrier: &str, traveller: &Traveller) -> (Option<StatusCode>, Vec<Text>) {
        let present = traveller.parts().elements();
        let mandate = self.mandate();
        // Whether a hit awaits review shows in no answer: tables have one word for both.
        let answer = mandate.automatic_answer(carrier, present, false);
        let texts = match (answer, mandate.answers(carrier)) {
            (Some(AutomaticAnswer::Insufficient), Some(table)) => missing(table, present),
            _ => Vec::new(),
        };
        (automatic(answer), texts)
    }

    /// What people have decided about a traveller, if that stands.
    fn stands(
        &self,
        key: &FlightKey,
        lane: Lane,
        traveller: &Traveller,
    ) -> Result<Option<Option<StatusCode>>, ServiceError> {
        let Some(reference) = &traveller.reference else {
            return Ok(None);
        };
        let date = key.date.to_string();
        let named = addressee(&key.carrier, &key.number, &date, reference.as_str());
        let addressee = self.store.addressee(&named);
        let standing = self
            .store
            .read(|tx| tx.standing_directive(&self.tenant, lane, &addressee))?;
        Ok(standing.map(|directive| StatusCode::new(directive.code)))
    }
}

struct Request {
    report: Report,
    interchange: Option<Interchange>,
}

/// The carriers that a machine speaks for; none stands for all of them.
fn bound(machine: &Machine) -> Result<Vec<CarrierCode>, ServiceError> {
    if machine.speaks_for("*") {
        return Ok(Vec::new());
    }
    let carriers: Option<Vec<CarrierCode>> = machine
        .carriers
        .iter()
        .map(|code| CarrierCode::new(code.as_str()))
        .collect();
    carriers.filter(|c| !c.is_empty()).ok_or_else(|| {
        ServiceError::NotGranted("this machine speaks for a carrier that is none".into())
    })
}

impl Request {
    /// Whether it is about a flight of a carrier that the machine does not speak for.
    fn is_of_another(&self, machine: &Machine) -> bool {
        let flight = self.manifest().and_then(Manifest::flight);
        let carrier = flight.and_then(|flight| flight.designator.carrier.as_ref());
        carrier.is_some_and(|carrier| !machine.speaks_for(carrier.as_str()))
    }

    /// How far the carrier of its flight is on board.
    fn state(&self, agreed: &Agreed) -> CarrierState {
        let flight = self.manifest().and_then(Manifest::flight);
        let carrier = flight.and_then(|flight| flight.designator.carrier.as_ref());
        carrier.map_or(CarrierState::Live, |carrier| agreed.state(carrier.as_str()))
    }

    fn manifest(&self) -> Option<&Manifest> {
        match &self.report.content {
            Some(Content::Manifest(manifest)) => Some(manifest),
            _ => None,
        }
    }
}

fn outcome(code: &'static str) -> MessageOutcome {
    MessageOutcome {
        code: Some(sourced(Text::new(code))),
        texts: Vec::new(),
    }
}

/// The leg that an answer names.
fn border_leg(flight: &Flight) -> Option<&tidewaiter_domain::Leg> {
    flight
        .legs
        .iter()
        .find(|leg| leg.border)
        .or_else(|| flight.legs.last())
}

/// The code of an automatic answer. A carrier without a table gets no directive.
fn automatic(answer: Option<AutomaticAnswer>) -> Option<StatusCode> {
    StatusCode::of(match answer? {
        AutomaticAnswer::NoObjection => BoardingStatus::NoObjection,
        AutomaticAnswer::Insufficient => BoardingStatus::InsufficientData,
    })
}

/// What is missing of a traveller, as a text for the agent: the mandate's names of data elements.
fn missing(table: &Answers, present: ElementSet) -> Vec<Text> {
    let needed = table
        .needs
        .iter()
        .filter_map(|name| ElementSet::of_pattern(name))
        .fold(ElementSet::EMPTY, ElementSet::or);
    let words: Vec<String> = needed
        .minus(present)
        .iter()
        .map(|element| element.as_str().replace(['.', '_'], " ").to_uppercase())
        .collect();
    vec![Text::from(format!("INSUFFICIENT DATA {}", words.join(" ")))]
}

#[cfg(test)]
mod tests {
    use tidewaiter_domain::{Role, Span};
    use tidewaiter_mandate::Mandate;

    use super::*;

    #[test]
    fn what_is_missing_is_named_in_the_words_of_the_mandate() {
        let mandate = Mandate::evaluation();
        let table = mandate.answers("QZ").unwrap();
        let mut traveller = Traveller::new(Role::Passenger, Span::default());
        let said = |traveller: &Traveller| missing(table, traveller.parts().elements());
        assert_eq!(said(&traveller), ["INSUFFICIENT DATA NAMES DOB"]);
        traveller.name.surname = Some("CLARK".into());
        assert_eq!(said(&traveller), ["INSUFFICIENT DATA DOB"]);
    }

    #[test]
    fn no_automatic_answer_is_against_anybody() {
        for answer in AutomaticAnswer::ALL {
            let code = automatic(Some(*answer)).unwrap();
            assert!(matches!(code.as_str(), "0Z" | "4Z"));
        }
        assert_eq!(automatic(None), None);
    }
}
