//! What carriers are told about their messages and asked for: acknowledgements and requests, each in
//! the outbox until it was taken. They name no traveller, and each has a key of its own, which is
//! destroyed when it has done its way.

use jiff::Timestamp;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{HumanActor, MachineActor};
use tidewaiter_mandate::{DataSet, ElementSet, PurposeId, PurposeSet};

use crate::audit::{Said, Who};
use crate::engine::Row;
use crate::outbox::Outgoing;
use crate::people::one;
use crate::receipt::Lane;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// The topic of these messages in the outbox.
pub const COURIER: &str = "courier";

words! {
    /// What a carrier is told or asked for.
    CarrierMessageKind, "a kind of message to a carrier that is not known" {
        /// CONTRL: what is said of the form of an interchange.
        Contrl = "contrl",
        /// ACKRES: whether a push of bookings was processed.
        Ackres = "ackres",
        /// GOVREQ: the bookings of a flight are asked for again.
        ResendRequest = "resend-request",
    }
}

words! {
    /// How far a message to a carrier got.
    CarrierMessageState, "a state of a message to a carrier that is not known" {
        /// It has not left, or nobody knows whether it arrived.
        Waiting = "waiting",
        /// The carrier's machine took it.
        Sent = "sent",
        /// What was asked for came.
        Answered = "answered",
        /// Its time is over.
        Expired = "expired",
    }
}

/// A message to a carrier to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewCarrierMessage<'a> {
    /// Its identifier, in the outbox too.
    pub id: Id,
    /// Live or test.
    pub lane: Lane,
    /// To which carrier.
    pub carrier: &'a str,
    /// What it is.
    pub kind: CarrierMessageKind,
    /// The receipt that is acknowledged.
    pub receipt: Option<Id>,
    /// The number of the interchange, or message, in the receipt.
    pub place: u32,
    /// The flight that is asked for.
    pub flight: Option<Id>,
    /// Control reference of its own interchange.
    pub reference: &'a str,
    /// When it is too late.
    pub until: Timestamp,
    /// The message.
    pub content: &'a [u8],
}

/// Who makes a message to a carrier.
#[derive(Clone, Copy, Debug)]
pub enum Orders<'a> {
    /// The machine.
    Machine(&'a MachineActor),
    /// Somebody of ours, for a purpose and a reason.
    Person(&'a HumanActor, PurposeId, &'a str),
}

/// A message to a carrier, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierMessage {
    /// Its identifier.
    pub id: Id,
    /// Live or test.
    pub lane: Lane,
    /// To which carrier.
    pub carrier: String,
    /// What it is.
    pub kind: CarrierMessageKind,
    /// The receipt that is acknowledged.
    pub receipt: Option<Id>,
    /// The flight that is asked for.
    pub flight: Option<Id>,
    /// Control reference of its own interchange.
    pub reference: String,
    /// How far it got.
    pub state: CarrierMessageState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed, as a code.
    pub fault: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom: a person, or the name of a part of the machine.
    pub made_by: String,
    /// When it is too late.
    pub until: Timestamp,
    /// When the carrier's machine took it, the last time.
    pub sent_at: Option<Timestamp>,
    /// When what was asked for came.
    pub answered_at: Option<Timestamp>,
    /// Since when somebody should see to it.
    pub alarmed_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, lane, carrier, kind, receipt, flight, reference, state, attempts, fault,
    made_at, made_by, until, sent_at, answered_at, alarmed_at";

impl CarrierMessage {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            lane: Lane::from_word(&row.get::<String>(1)?)?,
            carrier: row.get(2)?,
            kind: CarrierMessageKind::from_word(&row.get::<String>(3)?)?,
            receipt: row.get(4)?,
            flight: row.get(5)?,
            reference: row.get(6)?,
            state: CarrierMessageState::from_word(&row.get::<String>(7)?)?,
            attempts: u32::try_from(row.get::<i64>(8)?).unwrap_or(u32::MAX),
            fault: row.get(9)?,
            made_at: row.get(10)?,
            made_by: row.get(11)?,
            until: row.get(12)?,
            sent_at: row.get(13)?,
            answered_at: row.get(14)?,
            alarmed_at: row.get(15)?,
        })
    }
}

impl Tx<'_, '_> {
    /// Makes a message to a carrier and puts it into the outbox. What acknowledges the same place of
    /// the same receipt as one before is not made again; whether it was made.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn tell_carrier(
        &mut self,
        tenant: &Tenant,
        by: Orders<'_>,
        purposes: PurposeSet,
        new: &NewCarrierMessage<'_>,
    ) -> Result<bool> {
        let made_by = match by {
            Orders::Machine(machine) => machine.name(),
            Orders::Person(person, ..) => person.person().as_str(),
        };
        let count = self.statements.execute(
            "INSERT INTO carrier_message (id, agency, lane, carrier, kind, receipt, place, flight,
                 reference, state, attempts, made_at, made_by, until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 0, $10, $11, $12)
             ON CONFLICT (agency, receipt, kind, place) DO NOTHING",
            &[
                (&new.id).into(),
                tenant.agency.into(),
                new.lane.as_str().into(),
                new.carrier.into(),
                new.kind.as_str().into(),
                new.receipt.into(),
                i64::from(new.place).into(),
                new.flight.into(),
                new.reference.into(),
                self.now.into(),
                made_by.into(),
                new.until.into(),
            ],
        )?;
        if count == 0 {
            return Ok(false);
        }
        let data_set = match new.kind {
            CarrierMessageKind::Contrl => DataSet::Api,
            CarrierMessageKind::Ackres | CarrierMessageKind::ResendRequest => DataSet::Pnr,
        };
        let out = Outgoing {
            id: new.id,
            topic: COURIER,
            subject: new.id,
            content: new.content,
        };
        self.send(tenant, data_set, purposes, &out)?;
        let (who, reason) = match by {
            Orders::Machine(machine) => (Who::Machine(machine.name(), None), ""),
            Orders::Person(person, purpose, reason) => (Who::Actor(person, Some(purpose)), reason),
        };
        let detail = format!(
            "{}\0{}\0{}\0{reason}",
            new.kind.as_str(),
            new.carrier,
            new.reference
        );
        let said = Said {
            event: AuditEvent::ShareOut,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(detail.as_bytes()),
        };
        self.say(tenant, who, &said)?;
        Ok(true)
    }

    /// A message to a carrier, inside the transaction that decides about it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn carrier_message(&mut self, tenant: &Tenant, id: &Id) -> Result<CarrierMessage> {
        let sql = format!("SELECT {COLUMNS} FROM carrier_message WHERE id = $1 AND agency = $2");
        let row = self
            .statements
            .first(&sql, &[id.into(), tenant.agency.into()])?;
        CarrierMessage::read(&row.ok_or(StoreError::NotFound("message"))?)
    }

    /// Notes how an attempt to deliver ended, and when the next is due; `fault` says why it failed, as
    /// a code.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn carrier_message_tried(
        &mut self,
        tenant: &Tenant,
        id: &Id,
        fault: Option<&str>,
        next: Timestamp,
    ) -> Result<()> {
        let sent = i64::from(fault.is_none());
        let count = self.statements.execute(
            "UPDATE carrier_message SET attempts = attempts + 1, fault = $1,
                 state = CASE WHEN CAST($2 AS BIGINT) = 1 AND state = 'waiting' THEN 'sent'
                     ELSE state END,
                 sent_at = CASE WHEN CAST($2 AS BIGINT) = 1 THEN $3 ELSE sent_at END
             WHERE id = $4 AND agency = $5",
            &[
                fault.into(),
                sent.into(),
                self.now.into(),
                id.into(),
                tenant.agency.into(),
            ],
        )?;
        one(count, "message")?;
        self.postpone(id, next)
    }

    /// Has a message wait until then.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn postpone(&mut self, id: &Id, until: Timestamp) -> Result<()> {
        let sql = "UPDATE outbox SET due_at = $1 WHERE id = $2 AND done_at IS NULL";
        let values = [until.into(), id.into()];
        self.statements.execute(sql, &values).map(|_| ())
    }

    /// Ends the way of a message to a carrier: it is not delivered any more, and its bytes are gone.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn end_carrier_message(
        &mut self,
        tenant: &Tenant,
        id: &Id,
        state: CarrierMessageState,
    ) -> Result<()> {
        let answered = i64::from(state == CarrierMessageState::Answered);
        let count = self.statements.execute(
            "UPDATE carrier_message SET state = $1, answered_at = CASE
                 WHEN CAST($2 AS BIGINT) = 1 THEN COALESCE(answered_at, $3) ELSE answered_at END
             WHERE id = $4 AND agency = $5",
            &[
                state.as_str().into(),
                answered.into(),
                self.now.into(),
                id.into(),
                tenant.agency.into(),
            ],
        )?;
        one(count, "message")?;
        self.delivered(id)?;
        self.shred(id)
    }

    /// Notes that somebody should see to a message; whether it is the first time.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn alarm_carrier_message(&mut self, tenant: &Tenant, id: &Id) -> Result<bool> {
        let count = self.statements.execute(
            "UPDATE carrier_message SET alarmed_at = $1
             WHERE id = $2 AND agency = $3 AND alarmed_at IS NULL",
            &[self.now.into(), id.into(), tenant.agency.into()],
        )?;
        Ok(count == 1)
    }

    /// The requests for a flight that are open: neither answered nor too late.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn open_requests(&mut self, tenant: &Tenant, flight: &Id) -> Result<Vec<CarrierMessage>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM carrier_message
             WHERE flight = $1 AND agency = $2 AND state IN ('waiting', 'sent')
             ORDER BY made_at, id"
        );
        let rows = self
            .statements
            .query(&sql, &[flight.into(), tenant.agency.into()])?;
        rows.iter().map(CarrierMessage::read).collect()
    }
}

impl ReadTx<'_, '_> {
    /// Up to `most` messages to a carrier, last first, before a place in that order.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn carrier_messages(
        &mut self,
        tenant: &Tenant,
        carrier: &str,
        before: Option<(Timestamp, Id)>,
        most: u32,
    ) -> Result<Vec<CarrierMessage>> {
        let (at, id) = before.unwrap_or((Timestamp::MAX, Id([0xff; 16])));
        let sql = format!(
            "SELECT {COLUMNS} FROM carrier_message
             WHERE agency = $1 AND carrier = $2
                 AND (made_at < $3 OR (made_at = $3 AND id < $4))
             ORDER BY made_at DESC, id DESC LIMIT $5"
        );
        let values = [
            tenant.agency.into(),
            carrier.into(),
            at.into(),
            (&id).into(),
            i64::from(most).into(),
        ];
        let rows = self.statements.query(&sql, &values)?;
        rows.iter().map(CarrierMessage::read).collect()
    }
}
