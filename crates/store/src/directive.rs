//! Directives: what carriers were told of a traveller unasked, how far each got, and the switch
//! that holds them all.

use jiff::Timestamp;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{HumanActor, MachineActor};
use tidewaiter_mandate::{DataSet, Element, ElementSet, PurposeId, PurposeSet};

use crate::audit::{Said, Who, keyed};
use crate::engine::{Row, Value};
use crate::outbox::Outgoing;
use crate::people::one;
use crate::receipt::Lane;
use crate::store::{ReadTx, Store, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// The topic of directives in the outbox.
const TOPIC: &str = "directive";

/// How far a directive got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectiveState {
    /// It has not left, or nobody knows whether it arrived.
    Waiting,
    /// The carrier's machine took it; the carrier has not acknowledged it.
    Sent,
    /// The carrier has acknowledged it.
    Acknowledged,
    /// It was taken back before it had left.
    Withdrawn,
    /// It was taken back by a later one.
    Revoked,
    /// The flight left before it could be delivered.
    Expired,
}

impl DirectiveState {
    const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Sent,
        Self::Acknowledged,
        Self::Withdrawn,
        Self::Revoked,
        Self::Expired,
    ];

    /// `waiting`, `sent`, `acknowledged`, `withdrawn`, `revoked` or `expired`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Withdrawn => "withdrawn",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| StoreError::Corrupt("a directive's state that is not known".into()))
    }
}

/// How a carrier names a traveller on a flight, as a keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Addressee([u8; 32]);

/// A directive to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewDirective<'a> {
    /// Its identifier, in the outbox too.
    pub id: Id,
    /// Live or test.
    pub lane: Lane,
    /// The hit that was decided.
    pub hit: Id,
    /// The traveller: the content is sealed under this subject's key.
    pub subject: Id,
    /// For which purpose.
    pub purpose: PurposeId,
    /// To which carrier.
    pub carrier: &'a str,
    /// The transaction reference (RFF+TN) the acknowledgement will name.
    pub reference: &'a str,
    /// What it says: `1Z`, `0Z`.
    pub code: &'a str,
    /// How the carrier names the traveller on that flight.
    pub addressee: Addressee,
    /// The directive it takes back.
    pub revokes: Option<Id>,
    /// When it is too late.
    pub until: Option<Timestamp>,
    /// The message.
    pub content: &'a [u8],
}

/// A directive, without what it says of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Its identifier.
    pub id: Id,
    /// Live or test.
    pub lane: Lane,
    /// The hit that was decided.
    pub hit: Id,
    /// The traveller.
    pub subject: Id,
    /// To which carrier.
    pub carrier: String,
    /// The transaction reference.
    pub reference: String,
    /// What it says: `1Z`, `0Z`.
    pub code: String,
    /// The directive it takes back.
    pub revokes: Option<Id>,
    /// How far it got.
    pub state: DirectiveState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed, as a code.
    pub fault: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it is too late.
    pub until: Option<Timestamp>,
    /// When the carrier's machine first took it.
    pub sent_at: Option<Timestamp>,
    /// When the carrier acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
    /// When somebody was called for, because it does not get through.
    pub alarmed_at: Option<Timestamp>,
}

/// The switch that holds all directives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopSwitch {
    /// Whether it holds them.
    pub is_on: bool,
    /// Who turned it.
    pub person: String,
    /// Why.
    pub reason: String,
    /// When.
    pub changed_at: Timestamp,
}

const COLUMNS: &str = "id, lane, hit, subject, carrier, transaction_reference, code, revokes,
    state, attempts, fault, made_at, until, sent_at, acknowledged_at, alarmed_at";

impl Directive {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            lane: Lane::from_word(&row.get::<String>(1)?)?,
            hit: row.get(2)?,
            subject: row.get(3)?,
            carrier: row.get(4)?,
            reference: row.get(5)?,
            code: row.get(6)?,
            revokes: row.get(7)?,
            state: DirectiveState::from_word(&row.get::<String>(8)?)?,
            attempts: u32::try_from(row.get::<i64>(9)?).unwrap_or(u32::MAX),
            fault: row.get(10)?,
            made_at: row.get(11)?,
            until: row.get(12)?,
            sent_at: row.get(13)?,
            acknowledged_at: row.get(14)?,
            alarmed_at: row.get(15)?,
        })
    }
}

impl Tx<'_, '_> {
    /// The next number of a series of the tenant's, from 1; never given twice.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn next_number(&mut self, tenant: &Tenant, series: &str) -> Result<u64> {
        let name = format!("{series}:{}", tenant.agency);
        let number: Option<i64> = self.statements.value(
            "INSERT INTO counter (name, last) VALUES ($1, 1)
             ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last",
            &[name.into()],
        )?;
        Ok(number.ok_or(StoreError::NotFound("number"))?.unsigned_abs())
    }

    /// Makes a directive and puts it into the outbox.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyDestroyed`] when the traveller was erased meanwhile.
    pub fn direct(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        new: &NewDirective<'_>,
    ) -> Result<()> {
        let purposes = PurposeSet::EMPTY.with(new.purpose);
        let tags = tenant.tags(DataSet::IapiResponse, purposes);
        // A key that is gone must not be made anew for a message about somebody who was erased.
        self.key(&new.subject)?;
        let [agency, data_set, purpose_bits, mandate] = tags.values();
        self.statements.execute(
            "INSERT INTO directive (id, agency, data_set, purposes, mandate, lane, hit, subject,
                 carrier, transaction_reference, code, addressee, revokes, state, attempts, made_at,
                 until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'waiting', 0, $14,
                 $15)",
            &[
                (&new.id).into(),
                agency,
                data_set,
                purpose_bits,
                mandate,
                new.lane.as_str().into(),
                (&new.hit).into(),
                (&new.subject).into(),
                new.carrier.into(),
                new.reference.into(),
                new.code.into(),
                Value::from(&new.addressee.0),
                new.revokes.into(),
                self.now.into(),
                new.until.into(),
            ],
        )?;
        let out = Outgoing {
            id: new.id,
            topic: TOPIC,
            subject: new.subject,
            content: new.content,
        };
        self.send(tenant, DataSet::IapiResponse, purposes, &out)?;
        let event = if new.revokes.is_some() {
            AuditEvent::Retract
        } else {
            AuditEvent::ShareOut
        };
        let detail = format!("{}\0{}\0{}", new.carrier, new.reference, new.code);
        let said = Said {
            event,
            subject: Some(&new.subject),
            fields: ElementSet::EMPTY.with(Element::BookingLocator),
            detail: Some(detail.as_bytes()),
        };
        self.say(tenant, Who::Machine(by.name(), Some(new.purpose)), &said)
    }

    /// A directive of the tenant, inside the transaction that decides about it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn directive(&mut self, tenant: &Tenant, id: &Id) -> Result<Directive> {
        let sql = format!("SELECT {COLUMNS} FROM directive WHERE id = $1 AND agency = $2");
        let row = self
            .statements
            .first(&sql, &[id.into(), tenant.agency.into()])?;
        Directive::read(&row.ok_or(StoreError::NotFound("directive"))?)
    }

    /// The directives that rest on a hit, first to last.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn directives_of_hit(&mut self, tenant: &Tenant, hit: &Id) -> Result<Vec<Directive>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM directive WHERE hit = $1 AND agency = $2 ORDER BY made_at, id"
        );
        let rows = self
            .statements
            .query(&sql, &[hit.into(), tenant.agency.into()])?;
        rows.iter().map(Directive::read).collect()
    }

    /// The directive of a carrier's transaction reference.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn directive_of_reference(
        &mut self,
        tenant: &Tenant,
        carrier: &str,
        reference: &str,
    ) -> Result<Option<Directive>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM directive
             WHERE agency = $1 AND carrier = $2 AND transaction_reference = $3"
        );
        let values = [tenant.agency.into(), carrier.into(), reference.into()];
        let row = self.statements.first(&sql, &values)?;
        row.as_ref().map(Directive::read).transpose()
    }

    /// Notes that an attempt to deliver begins: from now on it may have arrived, whatever becomes
    /// of the attempt.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn directive_leaves(&mut self, tenant: &Tenant, id: &Id) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE directive SET attempts = attempts + 1 WHERE id = $1 AND agency = $2",
            &[id.into(), tenant.agency.into()],
        )?;
        one(count, "directive")
    }

    /// Notes how an attempt to deliver ended: `fault` says why it failed, as a code.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn directive_tried(&mut self, tenant: &Tenant, id: &Id, fault: Option<&str>) -> Result<()> {
        let sent = i64::from(fault.is_none());
        let count = self.statements.execute(
            "UPDATE directive SET fault = $1,
                 state = CASE WHEN CAST($2 AS BIGINT) = 1 AND state = 'waiting' THEN 'sent'
                     ELSE state END,
                 sent_at = CASE WHEN CAST($2 AS BIGINT) = 1 THEN COALESCE(sent_at, $3)
                     ELSE sent_at END
             WHERE id = $4 AND agency = $5",
            &[
                fault.into(),
                sent.into(),
                self.now.into(),
                id.into(),
                tenant.agency.into(),
            ],
        )?;
        one(count, "directive")
    }

    /// Ends a directive's way: it is not delivered any more. `Acknowledged` notes the time.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn end_directive(&mut self, tenant: &Tenant, id: &Id, state: DirectiveState) -> Result<()> {
        let acknowledged = i64::from(state == DirectiveState::Acknowledged);
        let count = self.statements.execute(
            "UPDATE directive SET state = $1, acknowledged_at = CASE
                 WHEN CAST($2 AS BIGINT) = 1 THEN COALESCE(acknowledged_at, $3)
                 ELSE acknowledged_at END
             WHERE id = $4 AND agency = $5",
            &[
                state.as_str().into(),
                acknowledged.into(),
                self.now.into(),
                id.into(),
                tenant.agency.into(),
            ],
        )?;
        one(count, "directive")?;
        self.delivered(id)
    }

    /// Notes that somebody was called for; whether it is the first time.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn alarm_directive(&mut self, tenant: &Tenant, id: &Id) -> Result<bool> {
        let count = self.statements.execute(
            "UPDATE directive SET alarmed_at = $1
             WHERE id = $2 AND agency = $3 AND alarmed_at IS NULL",
            &[self.now.into(), id.into(), tenant.agency.into()],
        )?;
        Ok(count == 1)
    }

    /// Turns the switch that holds all directives.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn turn_stop_switch(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        is_on: bool,
        reason: &str,
    ) -> Result<()> {
        self.statements.execute(
            "INSERT INTO stop_switch (agency, is_on, person, reason, changed_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (agency) DO UPDATE SET is_on = excluded.is_on, person = excluded.person,
                 reason = excluded.reason, changed_at = excluded.changed_at",
            &[
                tenant.agency.into(),
                i64::from(is_on).into(),
                by.person().as_str().into(),
                reason.into(),
                self.now.into(),
            ],
        )?;
        let detail = format!(
            "stop switch\0{}\0{reason}",
            if is_on { "on" } else { "off" }
        );
        let said = Said {
            event: AuditEvent::Config,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(detail.as_bytes()),
        };
        self.say(tenant, Who::Actor(by, None), &said)
    }

    /// Whether directives are held, as this transaction sees it.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn is_stopped(&mut self, tenant: &Tenant) -> Result<bool> {
        let sql = "SELECT is_on FROM stop_switch WHERE agency = $1";
        let on: Option<bool> = self.statements.value(sql, &[tenant.agency.into()])?;
        Ok(on.unwrap_or(false))
    }
}

impl Store {
    /// The keyed hash under which directives are found again that are about a traveller as a
    /// carrier names them on a flight, in any form that can be made again.
    pub fn addressee(&self, named: &[u8]) -> Addressee {
        Addressee(keyed(&self.pepper, b"addressee", named))
    }
}

impl ReadTx<'_, '_> {
    /// The directives of the tenant made from `since` on, last first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn directives(
        &mut self,
        tenant: &Tenant,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<Directive>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM directive WHERE agency = $1 AND made_at >= $2
             ORDER BY made_at DESC, id DESC LIMIT $3"
        );
        let values = [tenant.agency.into(), since.into(), i64::from(most).into()];
        self.statements
            .query(&sql, &values)?
            .iter()
            .map(Directive::read)
            .collect()
    }

    /// The directive that stands about somebody: the last one that was neither taken back nor too
    /// late. A revocation stands for nothing.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn standing_directive(
        &mut self,
        tenant: &Tenant,
        lane: Lane,
        addressee: &Addressee,
    ) -> Result<Option<Directive>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM directive
             WHERE addressee = $1 AND agency = $2 AND lane = $3 AND revokes IS NULL
                 AND state IN ('waiting', 'sent', 'acknowledged')
             ORDER BY made_at DESC, id DESC LIMIT 1"
        );
        let values = [
            Value::from(&addressee.0),
            tenant.agency.into(),
            lane.as_str().into(),
        ];
        let row = self.statements.first(&sql, &values)?;
        row.as_ref().map(Directive::read).transpose()
    }

    /// How many directives stand in each state, and how many of those that do not get through
    /// somebody was called for.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn directive_counts(&mut self, tenant: &Tenant) -> Result<Vec<(DirectiveState, u64, u64)>> {
        let rows = self.statements.query(
            "SELECT state, COUNT(*), COUNT(alarmed_at) FROM directive WHERE agency = $1
             GROUP BY state ORDER BY state",
            &[tenant.agency.into()],
        )?;
        rows.iter()
            .map(|row| {
                Ok((
                    DirectiveState::from_word(&row.get::<String>(0)?)?,
                    row.get::<i64>(1)?.unsigned_abs(),
                    row.get::<i64>(2)?.unsigned_abs(),
                ))
            })
            .collect()
    }

    /// The switch that holds all directives; `None` when nobody has ever turned it.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn stop_switch(&mut self, tenant: &Tenant) -> Result<Option<StopSwitch>> {
        let sql = "SELECT is_on, person, reason, changed_at FROM stop_switch WHERE agency = $1";
        let row = self.statements.first(sql, &[tenant.agency.into()])?;
        row.map(|row| {
            Ok(StopSwitch {
                is_on: row.get(0)?,
                person: row.get(1)?,
                reason: row.get(2)?,
                changed_at: row.get(3)?,
            })
        })
        .transpose()
    }
}
