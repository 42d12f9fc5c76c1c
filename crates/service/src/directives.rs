//! Directives: what a carrier is told of a traveller, unasked, because people decided it.
//!
//! A directive begins with [`Effect::Act`] and nowhere else, in the transaction of the step that
//! has it; it says `1Z` and who is meant, never why. It is repeated until the carrier acknowledges
//! it (312), and when that does not come, one of ours must telephone. Taking the act back revokes
//! it. While the stop switch is on, nothing leaves, revocations neither: then the telephone is the
//! only way, and the page says so.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use tidewaiter_domain::{
    AirportCode, BoardingStatus, Clearance, ClearanceResponse, Leg, LegTime, RecordLocator,
    ResponseKind, Sourced, Span, StatusCode, TransactionReference, UniqueReference,
};
use tidewaiter_exchange::{Delivery, Endpoint, deliver};
use tidewaiter_formats::{Content, Transmission, cusres};
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::review::Effect;
use tidewaiter_mandate::{
    Act, DataSet, Element, PurposeId, PurposeSet, RecordTags, Request, decide,
};
use tidewaiter_store::{
    Carrier, CarrierState, Directive, DirectiveState, HitView, Lane, Machine, NewDirective,
    StopSwitch, StoreError, StoredFlight, Task, Tx,
};
use tidewaiter_syntax::edifact::{Party, Reader};

use crate::{Acting, Result, Service, ServiceError};

const DIRECTOR: MachineActor = MachineActor::new("director");
/// What is not acknowledged within this time is sent again.
const REPEAT: SignedDuration = SignedDuration::from_secs(60);
/// After so many attempts without an acknowledgement one of ours must telephone.
const ATTEMPTS_QUIET: u32 = 3;
/// One attempt takes no longer.
const ATTEMPT: Duration = Duration::from_secs(10);

/// What was done about waiting directives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The carrier's machine took them.
    pub sent: u64,
    /// They could not be delivered, and are tried again.
    pub failed: u64,
    /// They were too late.
    pub expired: u64,
    /// Whether the stop switch holds them.
    pub is_stopped: bool,
}

/// The endpoint of a carrier; why not, where it has none.
pub(crate) fn endpoint(carrier: &Carrier) -> Result<Endpoint, &'static str> {
    match carrier.transport.as_str() {
        "files" if std::path::Path::new(&carrier.address).is_absolute() => {
            Ok(Endpoint::Files(carrier.address.clone().into()))
        }
        "files" => Err("the folder of a file drop is an absolute path"),
        "http" | "https" => {
            let address: tidewaiter_exchange::Address = carrier
                .address
                .parse()
                .map_err(|_| "no address: https://host:port/path")?;
            if address.is_secure() != (carrier.transport == "https") {
                return Err("the address is not of its transport");
            }
            if !address.is_secure() && !address.is_loopback() {
                return Err("directives leave this machine under TLS only");
            }
            if address.is_secure() && carrier.authority.is_none() {
                return Err("the certificate of the carrier's server is missing");
            }
            Ok(Endpoint::Push {
                address,
                authority: carrier.authority.clone(),
            })
        }
        _ => Err("the transports are https, http (loopback only) and files"),
    }
}

/// How a carrier names a traveller on a flight: what a directive is found again by.
pub(crate) fn addressee(carrier: &str, number: &str, date: &str, reference: &str) -> Vec<u8> {
    format!("{carrier}\0{number}\0{date}\0{reference}").into_bytes()
}

impl Service {
    /// Does what follows from a step of a hit, in the transaction of the step. `hit` is as it was
    /// before; `purpose` the one it stands for.
    ///
    /// # Errors
    ///
    /// [`StoreError::Value`] when the act cannot be told to anybody: then the step does not happen.
    pub(crate) fn follow(
        &self,
        tx: &mut Tx<'_, '_>,
        hit: &HitView,
        purpose: PurposeId,
        effects: &[Effect],
    ) -> Result<(), StoreError> {
        for effect in effects {
            match effect {
                Effect::Act(Act::NoBoard) => self.direct(tx, hit, purpose, None)?,
                Effect::Revoke(Act::NoBoard) => self.revoke(tx, hit, purpose)?,
                Effect::MeetFlight => self.task(tx, hit, purpose, "meet-flight")?,
                Effect::Escalate => self.task(tx, hit, purpose, "look-again")?,
                // Acts of our own people need no message; goods have their own directives.
                Effect::Act(_)
                | Effect::Revoke(_)
                | Effect::OfferClearance
                | Effect::CountAutoCleared => {}
            }
        }
        Ok(())
    }

    pub(crate) fn task(
        &self,
        tx: &mut Tx<'_, '_>,
        hit: &HitView,
        purpose: PurposeId,
        kind: &str,
    ) -> Result<(), StoreError> {
        let task = Task {
            id: self.fresh(),
            kind: kind.to_owned(),
            hit: hit.id,
            subject: hit.subject,
            flight: hit.flight,
            made_at: tx.now(),
        };
        tx.add_task(&self.tenant, purpose, &task)
    }

    /// Makes a directive about the traveller of a hit; `revokes` the one it takes back.
    fn direct(
        &self,
        tx: &mut Tx<'_, '_>,
        hit: &HitView,
        purpose: PurposeId,
        revokes: Option<&Directive>,
    ) -> Result<(), StoreError> {
        let flight = hit
            .flight
            .ok_or(StoreError::Value("no flight: there is no carrier to tell"))?;
        let flight = tx.reading().flight(&self.tenant, &flight)?;
        let views = tx.machine_view(&self.tenant, &DIRECTOR, purpose, &[hit.subject])?;
        let booking = views
            .first()
            .and_then(|view| view.parts.get(Element::BookingLocator));
        let said = |name: &str| booking.and_then(|b| b[name].as_str()).map(str::to_owned);
        let Some(reference) = said("reference").and_then(UniqueReference::new) else {
            return Err(StoreError::Value(
                "the carrier gave no unique reference: it must be told by telephone",
            ));
        };
        let number = tx.next_number(&self.tenant, "directive")?;
        let transaction = format!("TWD{number:09}");
        let status = match revokes {
            Some(_) => BoardingStatus::NoObjection,
            None => BoardingStatus::DoNotBoard,
        };
        let code = StatusCode::of(status).ok_or(StoreError::Value("no code"))?;
        let named = addressee(
            &flight.key.carrier,
            &flight.key.number,
            &flight.key.date.to_string(),
            reference.as_str(),
        );
        let clearance = Clearance {
            reference: Some(sourced(reference)),
            locator: said("locator").and_then(RecordLocator::new).map(sourced),
            codes: [sourced(code.clone())].into_iter().collect(),
            texts: Vec::new(),
        };
        let content = self.unsolicited(&flight, hit.lane, &transaction, clearance, tx)?;
        let new = NewDirective {
            id: self.fresh(),
            lane: hit.lane,
            hit: hit.id,
            subject: hit.subject,
            purpose,
            carrier: &flight.key.carrier,
            reference: &transaction,
            code: code.as_str(),
            addressee: self.store.addressee(&named),
            revokes: revokes.map(|directive| directive.id),
            until: flight.departs_at,
            content: &content,
        };
        tx.direct(&self.tenant, &DIRECTOR, &new)
    }

    /// The message (132) to a flight's carrier about one person.
    fn unsolicited(
        &self,
        flight: &StoredFlight,
        lane: Lane,
        transaction: &str,
        clearance: Clearance,
        tx: &mut Tx<'_, '_>,
    ) -> Result<Vec<u8>, StoreError> {
        let carrier = tx.reading().carrier(&self.tenant, &flight.key.carrier)?;
        let airport = |code: &Option<String>| code.as_deref().and_then(AirportCode::new);
        let mut response = ClearanceResponse::new(ResponseKind::Unsolicited);
        response.transaction = TransactionReference::new(transaction).map(sourced);
        response.flight = Some(sourced(flight.key.designator()));
        response.leg = Leg {
            from: airport(&flight.origin).map(sourced),
            to: airport(&flight.destination).map(sourced),
            departs: Some(sourced(LegTime {
                date: flight.key.date,
                time: None,
                instant: None,
            })),
            ..Leg::default()
        };
        response.clearances.push(clearance);
        let party = carrier.map_or_else(|| flight.key.carrier.to_string(), |c| c.party);
        let test = lane == Lane::Test;
        Ok(cusres::write(
            &response,
            &self.transmission(party, transaction, tx.now(), test),
        ))
    }

    /// What stands around a message of ours.
    pub(crate) fn transmission(
        &self,
        party: String,
        reference: &str,
        now: jiff::Timestamp,
        test: bool,
    ) -> Transmission {
        let prepared: DateTime = Offset::UTC.to_datetime(now);
        let agreed = |id: String| Party {
            id,
            qualifier: "ZZ".to_owned(),
        };
        Transmission {
            sender: agreed(self.tenant.agency().to_uppercase()),
            recipient: agreed(party),
            prepared,
            reference: reference.to_owned(),
            application: "IAPI".to_owned(),
            group: None,
            message: "1".to_owned(),
            access_reference: String::new(),
            test,
        }
    }

    /// Takes back what the carrier was told about a hit: silently what has not left, by a directive
    /// what may have arrived.
    fn revoke(
        &self,
        tx: &mut Tx<'_, '_>,
        hit: &HitView,
        purpose: PurposeId,
    ) -> Result<(), StoreError> {
        for directive in tx.directives_of_hit(&self.tenant, &hit.id)? {
            let stands = matches!(
                directive.state,
                DirectiveState::Waiting | DirectiveState::Sent | DirectiveState::Acknowledged
            );
            if directive.revokes.is_some() || !stands {
                continue;
            }
            if directive.attempts == 0 {
                tx.end_directive(&self.tenant, &directive.id, DirectiveState::Withdrawn)?;
            } else {
                tx.end_directive(&self.tenant, &directive.id, DirectiveState::Revoked)?;
                self.direct(tx, hit, purpose, Some(&directive))?;
            }
        }
        Ok(())
    }

    /// Delivers what is due, in the order in which it was decided. Blocks while carriers answer.
    ///
    /// # Errors
    ///
    /// What the store meets; a carrier that does not answer is no error.
    pub fn deliver_directives(&self) -> Result<Delivered> {
        let mut delivered = Delivered::default();
        loop {
            let next = self.store.write(self.now(), |tx| self.next_directive(tx))?;
            match next {
                Next::None => return Ok(delivered),
                Next::Stopped => {
                    delivered.is_stopped = true;
                    return Ok(delivered);
                }
                Next::Ended => {}
                Next::Expired => delivered.expired += 1,
                Next::Send(directive, content) => {
                    if self.deliver_one(&directive, &content)? {
                        delivered.sent += 1;
                    } else {
                        delivered.failed += 1;
                    }
                }
            }
        }
    }

    fn next_directive(&self, tx: &mut Tx<'_, '_>) -> Result<Next, StoreError> {
        if tx.is_stopped(&self.tenant)? {
            return Ok(Next::Stopped);
        }
        let Some(waiting) = tx.take(&self.tenant, "directive", 1, REPEAT)?.pop() else {
            return Ok(Next::None);
        };
        let directive = tx.directive(&self.tenant, &waiting.id)?;
        let ended = !matches!(
            directive.state,
            DirectiveState::Waiting | DirectiveState::Sent
        );
        if ended {
            tx.delivered(&waiting.id)?;
            return Ok(Next::Ended);
        }
        // After departure a directive would only confuse; whether it arrived in time is in its state.
        if directive.until.is_some_and(|until| until <= tx.now()) {
            tx.end_directive(&self.tenant, &directive.id, DirectiveState::Expired)?;
            self.call_for_help(tx, &directive)?;
            return Ok(Next::Expired);
        }
        tx.directive_leaves(&self.tenant, &directive.id)?;
        Ok(Next::Send(Box::new(directive), waiting.content.to_vec()))
    }

    /// One attempt; whether the carrier's machine took it.
    fn deliver_one(&self, directive: &Directive, content: &[u8]) -> Result<bool> {
        let carrier = self
            .store
            .read(|tx| tx.carrier(&self.tenant, &directive.carrier))?;
        // A carrier that is suspended is told nothing: somebody telephones.
        let carrier = carrier.filter(|carrier| carrier.state != CarrierState::Suspended);
        let id = directive.id.to_string();
        let result = match carrier.as_ref().map(endpoint) {
            Some(Ok(endpoint)) => {
                let delivery = Delivery {
                    id: &id,
                    media_type: "application/EDIFACT",
                    bytes: content,
                };
                deliver(&endpoint, &delivery, ATTEMPT).map_err(|error| error.code())
            }
            _ => Err("no-endpoint"),
        };
        let fault = result.as_ref().err().copied();
        self.store.write(self.now(), |tx| {
            tx.directive_tried(&self.tenant, &directive.id, fault)?;
            let tired = directive.attempts + 1 >= ATTEMPTS_QUIET || fault == Some("no-endpoint");
            if tired {
                self.call_for_help(tx, directive)?;
            }
            Ok(())
        })?;
        if let Ok(taken) = &result {
            let machine = Machine {
                name: String::new(),
                carriers: vec![directive.carrier.clone()],
                lane: directive.lane,
                is_closed: false,
                certificate: None,
            };
            self.read_acknowledgements(&machine, &taken.answer)?;
        }
        Ok(result.is_ok())
    }

    /// Somebody must telephone: once for each directive.
    fn call_for_help(&self, tx: &mut Tx<'_, '_>, directive: &Directive) -> Result<(), StoreError> {
        if tx.alarm_directive(&self.tenant, &directive.id)? {
            let (hit, purposes) = tx.decided(&self.tenant, &directive.hit)?;
            if let Some(purpose) = purposes.iter().next() {
                self.task(tx, &hit, purpose, "call-carrier")?;
            }
        }
        Ok(())
    }

    /// Reads acknowledgements (312) that a machine sends, and notes those of directives to a
    /// carrier it speaks for, as long as they say what the directive said. How many counted.
    ///
    /// # Errors
    ///
    /// What the store meets. Bytes that are no acknowledgement count for nothing.
    pub fn read_acknowledgements(&self, machine: &Machine, bytes: &[u8]) -> Result<u64> {
        let mut reader = Reader::of_slice(bytes);
        let received = Offset::UTC.to_datetime(self.now()).date();
        let mut counted = 0;
        while let Ok(Some(message)) = reader.next() {
            let report = tidewaiter_formats::read(&message, received);
            let Some(Content::Response(response)) = report.content else {
                continue;
            };
            let acknowledges = response.kind == ResponseKind::Acknowledgement;
            if let (true, Some(reference)) = (acknowledges, &response.transaction) {
                counted += self.acknowledged(machine, reference.as_str(), &response)?;
            }
        }
        Ok(counted)
    }

    fn acknowledged(
        &self,
        machine: &Machine,
        reference: &str,
        response: &ClearanceResponse,
    ) -> Result<u64> {
        let carriers = self.store.read(|tx| tx.carriers(&self.tenant))?;
        let own = carriers.iter().map(|carrier| carrier.code.as_str());
        let named = machine.carriers.iter().map(String::as_str);
        let may_mean: Vec<&str> = own
            .chain(named)
            .filter(|code| machine.speaks_for(code))
            .collect();
        Ok(self.store.write(self.now(), |tx| {
            for carrier in may_mean {
                let found = tx.directive_of_reference(&self.tenant, carrier, reference)?;
                let Some(directive) = found.filter(|d| d.lane == machine.lane) else {
                    continue;
                };
                let says_the_same = response
                    .clearances
                    .iter()
                    .any(|clearance| clearance.codes.iter().any(|c| c.as_str() == directive.code));
                let waits = matches!(
                    directive.state,
                    DirectiveState::Waiting | DirectiveState::Sent
                );
                if waits && says_the_same {
                    let state = DirectiveState::Acknowledged;
                    tx.end_directive(&self.tenant, &directive.id, state)?;
                    return Ok(1);
                }
            }
            Ok(0)
        })?)
    }

    /// The directives made lately, last first, for those who may see hits for a purpose.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`].
    pub fn directives_for(&self, acting: &Acting, most: u32) -> Result<Vec<Directive>> {
        self.may_see_hits(acting)?;
        let since = self
            .now()
            .checked_sub(SignedDuration::from_hours(24 * 7))
            .unwrap_or(jiff::Timestamp::MIN);
        Ok(self
            .store
            .read(|tx| tx.directives(&self.tenant, since, most))?)
    }

    /// The directives that rest on a hit, first to last. They name nobody.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn directives_of(&self, hit: &crate::Id) -> Result<Vec<Directive>> {
        Ok(self
            .store
            .write(self.now(), |tx| tx.directives_of_hit(&self.tenant, hit))?)
    }

    /// The open tasks of a purpose, oldest first.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`].
    pub fn tasks(&self, acting: &Acting, most: u32) -> Result<Vec<Task>> {
        self.may_see_hits(acting)?;
        let purpose = acting.purpose;
        Ok(self
            .store
            .read(|tx| tx.tasks(&self.tenant, purpose, most))?)
    }

    /// Takes a task off the list.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`], [`ServiceError::NotFound`].
    pub fn task_done(&self, acting: &Acting, id: &crate::Id) -> Result<()> {
        self.may_see_hits(acting)?;
        let by = acting.actor.person().as_str();
        let done = |tx: &mut Tx<'_, '_>| tx.task_done(&self.tenant, acting.purpose, id, by);
        Ok(self.store.write(self.now(), done)?)
    }

    /// Whether somebody may see hits for their purpose at all.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`].
    pub fn may_see_hits(&self, acting: &Acting) -> Result<()> {
        self.hits_of(acting, &[]).map(|_| ())
    }

    /// Turns the switch that holds all directives; who, when and why is in the audit log.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`] to those whose role does not hold it (`stop`).
    pub fn turn_stop_switch(&self, acting: &Acting, is_on: bool) -> Result<()> {
        let nobody = RecordTags {
            data_set: DataSet::IapiResponse,
            purposes: PurposeSet::EMPTY,
            own_agency: true,
            masked: false,
        };
        let (role, purpose) = (acting.actor.role(), acting.purpose);
        decide(
            self.mandate(),
            role,
            purpose,
            Request::StopDirectives,
            nobody,
        )
        .map_err(|refusal| ServiceError::NotGranted(refusal.to_string()))?;
        Ok(self.store.write(self.now(), |tx| {
            tx.turn_stop_switch(&self.tenant, &acting.actor, is_on, acting.reason.as_str())
        })?)
    }

    /// The switch that holds all directives; `None` when nobody has ever turned it.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn stop_switch(&self) -> Result<Option<StopSwitch>> {
        Ok(self.store.read(|tx| tx.stop_switch(&self.tenant))?)
    }
}

enum Next {
    None,
    Stopped,
    Ended,
    Expired,
    Send(Box<Directive>, Vec<u8>),
}

pub(crate) fn sourced<T>(value: T) -> Sourced<T> {
    Sourced::new(value, Span::default())
}
