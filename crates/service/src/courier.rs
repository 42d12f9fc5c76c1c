//! Carriers are told what became of their messages, and asked for a flight's bookings again (GOVREQ),
//! by the way they are reached.
//!
//! An acknowledgement is repeated until the carrier's machine took it, a request until the bookings
//! come. What does not get through is said, and shown beside the carrier; the stop switch, which holds
//! directives, does not hold these: they are about nobody.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tidewaiter_domain::{AirportCode, BookingRequest, ItinerarySegment, LegTime, RequestKind};
use tidewaiter_exchange::{Delivery, deliver};
use tidewaiter_formats::{PadisVersion, write_request};
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::{DataSet, PurposeSet, RecordTags, Request, decide};
use tidewaiter_store::{
    COURIER, Carrier, CarrierMessage, CarrierMessageKind, CarrierMessageState, CarrierState, Id,
    Lane, NewCarrierMessage, Orders, StoreError, StoredFlight, Tx,
};

use crate::directives::{endpoint, sourced};
use crate::people::{Result, SignedIn};
use crate::read::after;
use crate::{Acting, Service, ServiceError};

/// Who asks without a person, as audit lines name it.
const ASKER: MachineActor = MachineActor::new("asker");
/// What could not be delivered is tried again after this time, then after twice it, and so on.
const REPEAT: SignedDuration = SignedDuration::from_secs(60);
/// ... and at the latest after this time.
const REPEAT_MOST: SignedDuration = SignedDuration::from_hours(1);
/// A request that was taken is repeated when the bookings do not come within this time.
const ANSWER_WITHIN: SignedDuration = SignedDuration::from_mins(30);
/// After so many attempts somebody should see to it; a request is repeated no more.
const ATTEMPTS_QUIET: u32 = 3;
/// One attempt takes no longer.
const ATTEMPT: Duration = Duration::from_secs(10);
/// So long after departure bookings are asked for, where the mandate does not say how late they may
/// come.
const ASK_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Noticed of a flight whose bookings were asked for and do not come.
const UNANSWERED: &str = "resend-unanswered";

/// What was done about messages to carriers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Couriered {
    /// A carrier's machine took them.
    pub sent: u64,
    /// They could not be delivered, and are tried again.
    pub failed: u64,
    /// They were too late.
    pub expired: u64,
    /// Somebody should see to them from now on.
    pub alarmed: u64,
}

enum Next {
    None,
    /// It is not to be delivered now.
    Passed,
    Expired,
    Alarmed,
    Send(Box<CarrierMessage>, Vec<u8>, Box<Option<Carrier>>),
}

impl Service {
    /// Delivers what is due to carriers. Blocks while they answer; one that does not answer costs the
    /// others one attempt a round.
    ///
    /// # Errors
    ///
    /// What the store meets; a carrier that does not answer is no error.
    pub fn deliver_to_carriers(&self) -> crate::Result<Couriered> {
        let mut done = Couriered::default();
        let mut silent = BTreeSet::new();
        loop {
            let next = self
                .store
                .write(self.now(), |tx| self.next_message(tx, &silent))?;
            match next {
                Next::None => return Ok(done),
                Next::Passed => {}
                Next::Expired => done.expired += 1,
                Next::Alarmed => done.alarmed += 1,
                Next::Send(message, content, carrier) => {
                    let (is_sent, alarms) = self.deliver_message(&message, &content, *carrier)?;
                    done.alarmed += u64::from(alarms);
                    if is_sent {
                        done.sent += 1;
                    } else {
                        done.failed += 1;
                        silent.insert(message.carrier);
                    }
                }
            }
        }
    }

    fn next_message(
        &self,
        tx: &mut Tx<'_, '_>,
        silent: &BTreeSet<String>,
    ) -> Result<Next, StoreError> {
        let Some(waiting) = tx.take(&self.tenant, COURIER, 1, REPEAT)?.pop() else {
            return Ok(Next::None);
        };
        let message = tx.carrier_message(&self.tenant, &waiting.id)?;
        let is_request = message.kind == CarrierMessageKind::ResendRequest;
        if message.until <= tx.now() {
            tx.end_carrier_message(&self.tenant, &message.id, CarrierMessageState::Expired)?;
            self.alarm_message(tx, &message)?;
            return Ok(Next::Expired);
        }
        // It was repeated often enough: now only the bookings end it, or its time.
        if is_request && message.sent_at.is_some() && message.attempts >= ATTEMPTS_QUIET {
            let is_new = self.alarm_message(tx, &message)?;
            tx.postpone(&message.id, after(tx.now(), ANSWER_WITHIN))?;
            return Ok(if is_new { Next::Alarmed } else { Next::Passed });
        }
        if silent.contains(&message.carrier) {
            return Ok(Next::Passed);
        }
        let carrier = tx.reading().carrier(&self.tenant, &message.carrier)?;
        Ok(Next::Send(
            Box::new(message),
            waiting.content.to_vec(),
            Box::new(carrier),
        ))
    }

    /// One attempt: whether the carrier's machine took it, and whether somebody is called for from now
    /// on.
    fn deliver_message(
        &self,
        message: &CarrierMessage,
        content: &[u8],
        carrier: Option<Carrier>,
    ) -> crate::Result<(bool, bool)> {
        let id = message.id.to_string();
        let result = match carrier.as_ref() {
            Some(carrier) if carrier.state == CarrierState::Suspended => Err("suspended"),
            Some(carrier) => match endpoint(carrier) {
                Ok(endpoint) => {
                    let delivery = Delivery {
                        id: &id,
                        media_type: "application/EDIFACT",
                        bytes: content,
                    };
                    let taken = deliver(&endpoint, &delivery, ATTEMPT);
                    taken.map(|_| ()).map_err(|error| error.code())
                }
                Err(_) => Err("no-endpoint"),
            },
            None => Err("no-endpoint"),
        };
        let fault = result.err();
        let alarms = self.store.write(self.now(), |tx| {
            let is_request = message.kind == CarrierMessageKind::ResendRequest;
            let next = match fault {
                None => ANSWER_WITHIN,
                Some(_) => {
                    let doubled = 1_i32.checked_shl(message.attempts.min(10)).unwrap_or(1);
                    REPEAT.saturating_mul(doubled).min(REPEAT_MOST)
                }
            };
            let next = after(tx.now(), next);
            tx.carrier_message_tried(&self.tenant, &message.id, fault, next)?;
            if fault.is_none() && !is_request {
                // The bookings may have come while it was on its way; an acknowledgement is done.
                tx.end_carrier_message(&self.tenant, &message.id, CarrierMessageState::Sent)?;
            }
            let is_tired = message.attempts + 1 >= ATTEMPTS_QUIET || fault == Some("no-endpoint");
            if fault.is_some() && is_tired {
                return self.alarm_message(tx, message);
            }
            Ok(false)
        })?;
        Ok((fault.is_none(), alarms))
    }

    /// Somebody should see to it: said once for each message, and noticed of the flight.
    fn alarm_message(
        &self,
        tx: &mut Tx<'_, '_>,
        message: &CarrierMessage,
    ) -> Result<bool, StoreError> {
        let is_new = tx.alarm_carrier_message(&self.tenant, &message.id)?;
        if let Some(flight) = message.flight.filter(|_| is_new) {
            tx.notice(&self.tenant, &flight, UNANSWERED)?;
        }
        Ok(is_new)
    }

    /// The bookings of a flight came: whoever was asked for them has answered.
    pub(crate) fn request_answered(
        &self,
        tx: &mut Tx<'_, '_>,
        flight: &StoredFlight,
        received: Timestamp,
    ) -> Result<(), StoreError> {
        for request in tx.open_requests(&self.tenant, &flight.id)? {
            if request.made_at <= received {
                let answered = CarrierMessageState::Answered;
                tx.end_carrier_message(&self.tenant, &request.id, answered)?;
                tx.end_notice(&flight.id, UNANSWERED)?;
            }
        }
        Ok(())
    }

    /// Asks the carrier of a flight to send its bookings again; the flight's request, which goes out by
    /// itself. `once` is the key of the request, the hash of what was asked, and makes the answer that
    /// is kept with it.
    ///
    /// # Errors
    ///
    /// Not granted where the mandate does not let carriers be asked again for bookings, or the role may
    /// not look for any for the purpose; not possible when the carrier is not reached, is suspended, was
    /// asked already, or the flight left too long ago.
    pub fn ask_again(
        &self,
        acting: &Acting,
        flight: &Id,
        once: Option<(&str, [u8; 32])>,
        answer: &dyn Fn(&CarrierMessage) -> String,
    ) -> Result<CarrierMessage> {
        if !self.mandate().may_ask_again(DataSet::Pnr) {
            let why = "carriers are not asked again for bookings";
            return Err(ServiceError::NotGranted(why.into()).into());
        }
        let tags = RecordTags {
            data_set: DataSet::Pnr,
            purposes: PurposeSet::EMPTY.with(acting.purpose),
            own_agency: true,
            masked: false,
        };
        let (role, purpose) = (acting.actor.role(), acting.purpose);
        decide(self.mandate(), role, purpose, Request::Search, tags)
            .map_err(|refusal| ServiceError::NotGranted(refusal.to_string()))?;
        let person = acting.actor.person().as_str();
        let asked = self.store.write(self.now(), |tx| {
            let flight = tx.reading().flight(&self.tenant, flight)?;
            if let Err(why) = self.may_be_asked(tx, &flight)? {
                return Ok(Err(why));
            }
            let orders = Orders::Person(&acting.actor, purpose, acting.reason.as_str());
            let message = self.ask_carrier(tx, &flight, orders)?;
            if let Some((key, request)) = &once {
                let text = answer(&message);
                tx.keep_answer(&self.tenant, person, (key, request), (202, &text))?;
            }
            Ok(Ok(message))
        });
        match asked.map_err(ServiceError::from)? {
            Ok(message) => Ok(message),
            Err(why) => Err(ServiceError::NotPossible(why).into()),
        }
    }

    /// Asks without a person, as the carrier has agreed to; where it is possible.
    pub(crate) fn ask_again_by_itself(
        &self,
        tx: &mut Tx<'_, '_>,
        flight: &StoredFlight,
    ) -> Result<(), StoreError> {
        if self.may_be_asked(tx, flight)?.is_ok() {
            self.ask_carrier(tx, flight, Orders::Machine(&ASKER))?;
        }
        Ok(())
    }

    /// Whether the carrier of a flight may be asked now, or why not.
    fn may_be_asked(
        &self,
        tx: &mut Tx<'_, '_>,
        flight: &StoredFlight,
    ) -> Result<Result<(), &'static str>, StoreError> {
        let carrier = tx.reading().carrier(&self.tenant, &flight.key.carrier)?;
        let why = match carrier {
            Some(carrier) if carrier.state == CarrierState::Suspended => {
                "the carrier is suspended: it is told nothing"
            }
            Some(carrier) if endpoint(&carrier).is_ok() => {
                if self.ask_until(flight, tx.now()) <= tx.now() {
                    "the flight left too long ago"
                } else if !tx.open_requests(&self.tenant, &flight.id)?.is_empty() {
                    "the carrier was asked already and has not answered yet"
                } else {
                    return Ok(Ok(()));
                }
            }
            _ => "nobody has said where the carrier is reached",
        };
        Ok(Err(why))
    }

    /// Until when bookings of a flight are worth asking for.
    fn ask_until(&self, flight: &StoredFlight, now: Timestamp) -> Timestamp {
        let Some(departs) = flight.departs_at else {
            return after(now, ASK_WITHIN);
        };
        let latest = self.mandate().late_after(departs);
        let usual = after(departs, ASK_WITHIN);
        latest.map_or(usual, |latest| latest.min(usual))
    }

    fn ask_carrier(
        &self,
        tx: &mut Tx<'_, '_>,
        flight: &StoredFlight,
        orders: Orders<'_>,
    ) -> Result<CarrierMessage, StoreError> {
        let code = flight.key.carrier.as_str();
        let carrier = tx.reading().carrier(&self.tenant, code)?;
        let party = carrier.map_or_else(|| code.to_owned(), |carrier| carrier.party);
        let number = tx.next_number(&self.tenant, "courier")?;
        let reference = format!("TWM{number:09}");
        let test = flight.lane == Lane::Test;
        let mut transmission = self.transmission(party, &reference, tx.now(), test);
        transmission.application = "PNRGOV".to_owned();
        let content = write_request(&request(flight), &transmission, PadisVersion::V13_1);
        let id = self.fresh();
        let new = NewCarrierMessage {
            id,
            lane: flight.lane,
            carrier: code,
            kind: CarrierMessageKind::ResendRequest,
            receipt: None,
            place: 0,
            flight: Some(flight.id),
            reference: &reference,
            until: self.ask_until(flight, tx.now()),
            content: &content,
        };
        let purposes = match orders {
            Orders::Machine(_) => self.mandate().all_purposes(),
            Orders::Person(_, purpose, _) => PurposeSet::EMPTY.with(purpose),
        };
        tx.tell_carrier(&self.tenant, orders, purposes, &new)?;
        let of = (code, flight.lane);
        tx.count_quality(&self.tenant, of, "asked-again", 1)?;
        tx.carrier_message(&self.tenant, &id)
    }

    /// Up to `most` messages to a carrier, last first, before a place in that order.
    ///
    /// # Errors
    ///
    /// [`OtherAccount`](crate::DoorError::OtherAccount) for whoever is neither an administrator nor in a role.
    pub fn carrier_messages(
        &self,
        by: &SignedIn,
        carrier: &str,
        before: Option<(Timestamp, Id)>,
        most: u32,
    ) -> Result<Vec<CarrierMessage>> {
        self.may_see_carriers(by)?;
        let read = self
            .store
            .read(|tx| tx.carrier_messages(&self.tenant, carrier, before, most));
        Ok(read?)
    }
}

/// The request for all bookings of a flight.
fn request(flight: &StoredFlight) -> BookingRequest {
    let airport = |code: &Option<String>| code.as_deref().and_then(AirportCode::new);
    BookingRequest {
        kind: RequestKind::Flight,
        originator: None,
        flight: Some(Box::new(ItinerarySegment {
            designator: Some(sourced(flight.key.designator())),
            from: airport(&flight.origin).map(sourced),
            to: airport(&flight.destination).map(sourced),
            departs: Some(sourced(LegTime {
                date: flight.key.date,
                time: None,
                instant: None,
            })),
            ..ItinerarySegment::default()
        })),
        locators: [].into_iter().collect(),
        travellers: Vec::new(),
        unread: Vec::new(),
    }
}
