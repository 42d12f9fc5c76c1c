//! Receipts: what came is durable, sealed, before it is acknowledged, and the same bytes again are
//! the same receipt.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::{DataSet, ElementSet, PurposeSet};
use zeroize::Zeroizing;

use crate::audit::{Said, Who};
use crate::engine::{Row, Value};
use crate::job::NewJob;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

const RAW: &str = "receipt.sealed";

/// Live traffic, or traffic that is only a test. They never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Real.
    Live,
    /// A test: the interchange says so, or the carrier is still being brought on board.
    Test,
}

impl Lane {
    /// `live` or `test`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    pub(crate) fn from_word(word: &str) -> Result<Self> {
        match word {
            "live" => Ok(Self::Live),
            "test" => Ok(Self::Test),
            _ => Err(StoreError::Corrupt("a lane that is not known".into())),
        }
    }
}

/// How reading the bytes went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Not read yet.
    Pending,
    /// Everything was understood.
    Accepted,
    /// Something was not understood or repaired.
    Partial,
    /// Nothing was usable.
    Rejected,
}

impl Reading {
    /// `pending`, `accepted`, `partial` or `rejected`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Partial => "partial",
            Self::Rejected => "rejected",
        }
    }

    pub(crate) fn from_word(word: &str) -> Result<Self> {
        [Self::Pending, Self::Accepted, Self::Partial, Self::Rejected]
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| StoreError::Corrupt("a status that is not known".into()))
    }
}

/// What came.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// The identifier that the receipt gets when the bytes are new.
    pub receipt: Id,
    /// The identifier of the job that reads them.
    pub job: Id,
    /// The bytes, as they came.
    pub bytes: &'a [u8],
    /// Who sent them: the name of a feed or of a sender, no person.
    pub sender: &'a str,
    /// For which carriers the sender may speak: codes with a space between; empty for every one.
    pub carriers: &'a str,
    /// Live or test.
    pub lane: Lane,
    /// The body of data they belong to, as far as the feed tells.
    pub data_set: DataSet,
    /// The purposes for which such data may be admitted.
    pub purposes: PurposeSet,
    /// Until when the sealed bytes stay at the latest, read or not.
    pub raw_until: Timestamp,
}

/// A receipt, without the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its identifier.
    pub id: Id,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// How many bytes.
    pub bytes: u64,
    /// Who sent them first.
    pub sender: String,
    /// When they came first.
    pub received_at: Timestamp,
    /// Live or test.
    pub lane: Lane,
    /// How reading them went.
    pub status: Reading,
    /// How many messages they hold.
    pub messages: u64,
    /// How many travellers.
    pub travellers: u64,
}

/// A receipt with its bytes, for the machine that reads them.
#[derive(Debug)]
pub struct Raw {
    /// The receipt.
    pub receipt: Receipt,
    /// For which carriers the sender may speak; empty for every one.
    pub carriers: String,
    /// The bytes as they came.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// What stays of the bytes of a receipt once they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept<'a> {
    /// Only their hash.
    Nothing,
    /// They, sealed, until then.
    Original(Timestamp),
    /// What was admitted of them, sealed, until then.
    Sanitised(&'a [u8], Timestamp),
}

/// Whether the bytes were new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// They are, and a job will read them.
    New(Receipt),
    /// They came before: that receipt. Nothing else happens.
    Again(Receipt),
}

const COLUMNS: &str = "id, sha256, bytes, sender, received_at, lane, status, messages, travellers";

impl Receipt {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            sha256: row.get(1)?,
            bytes: row.get::<i64>(2)?.unsigned_abs(),
            sender: row.get(3)?,
            received_at: row.get(4)?,
            lane: Lane::from_word(&row.get::<String>(5)?)?,
            status: Reading::from_word(&row.get::<String>(6)?)?,
            messages: row.get::<i64>(7)?.unsigned_abs(),
            travellers: row.get::<i64>(8)?.unsigned_abs(),
        })
    }
}

impl Tx<'_, '_> {
    /// Takes in bytes: seals them, and lines up the job that reads them. The same bytes in the same
    /// lane are the same receipt; the further delivery is noted and nothing else happens.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn receive(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        delivery: &Delivery<'_>,
    ) -> Result<Received> {
        let sha256: [u8; 32] = Sha256::digest(delivery.bytes).into();
        if let Some(known) = self.receipt_of(tenant, delivery.lane, &sha256)? {
            let sql = "SELECT COALESCE(MAX(number), 0) + 1 FROM delivery WHERE receipt = $1";
            let number: Option<i64> = self.statements.value(sql, &[(&known.id).into()])?;
            self.statements.execute(
                "INSERT INTO delivery (receipt, number, sender, received_at)
                 VALUES ($1, $2, $3, $4)",
                &[
                    (&known.id).into(),
                    number.into(),
                    delivery.sender.into(),
                    self.now.into(),
                ],
            )?;
            return Ok(Received::Again(known));
        }
        let id = delivery.receipt;
        let bytes = i64::try_from(delivery.bytes.len()).unwrap_or(i64::MAX);
        let sealed = self.key_or_new(&id)?.seal(RAW, &id, delivery.bytes)?;
        let tags = tenant.tags(delivery.data_set, delivery.purposes);
        let [agency, data_set, purposes, mandate] = tags.values();
        self.statements.execute(
            "INSERT INTO receipt (id, agency, data_set, purposes, mandate, lane, sha256, bytes,
                 sender, received_at, status, messages, travellers, raw_form, raw_until, sealed,
                 carriers)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', 0, 0, 'sealed-original',
                 $11, $12, $13)",
            &[
                (&id).into(),
                agency,
                data_set,
                purposes,
                mandate,
                delivery.lane.as_str().into(),
                Value::from(&sha256),
                bytes.into(),
                delivery.sender.into(),
                self.now.into(),
                delivery.raw_until.into(),
                sealed.into(),
                delivery.carriers.into(),
            ],
        )?;
        self.enqueue(
            &NewJob {
                id: delivery.job,
                kind: "read",
                subject: id,
                priority: 0,
                due_at: self.now,
            },
            tags,
        )?;
        let said = Said {
            event: AuditEvent::Intake,
            subject: Some(&id),
            fields: ElementSet::EMPTY,
            detail: Some(&sha256),
        };
        self.say(tenant, Who::Machine(by.name(), None), &said)?;
        Ok(Received::New(Receipt {
            id,
            sha256,
            bytes: bytes.unsigned_abs(),
            sender: delivery.sender.to_owned(),
            received_at: self.now,
            lane: delivery.lane,
            status: Reading::Pending,
            messages: 0,
            travellers: 0,
        }))
    }

    fn receipt_of(
        &mut self,
        tenant: &Tenant,
        lane: Lane,
        sha256: &[u8; 32],
    ) -> Result<Option<Receipt>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM receipt WHERE agency = $1 AND lane = $2 AND sha256 = $3"
        );
        let values = [
            tenant.agency.into(),
            lane.as_str().into(),
            Value::from(sha256),
        ];
        self.statements
            .first(&sql, &values)?
            .as_ref()
            .map(Receipt::read)
            .transpose()
    }

    /// The bytes of a receipt, for the machine that reads them; a line says that it did.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the receipt is not the tenant's or the bytes are gone;
    /// [`StoreError::KeyDestroyed`] after erasure.
    pub fn raw(&mut self, tenant: &Tenant, by: &MachineActor, id: &Id) -> Result<Raw> {
        let sql = format!(
            "SELECT {COLUMNS}, carriers, sealed FROM receipt
             WHERE id = $1 AND agency = $2 AND raw_form = 'sealed-original'"
        );
        let row = self
            .statements
            .first(&sql, &[id.into(), tenant.agency.into()])?
            .ok_or(StoreError::NotFound("message"))?;
        let sealed: Option<Vec<u8>> = row.get(10)?;
        let sealed = sealed.ok_or(StoreError::NotFound("message"))?;
        let bytes = self.key(id)?.open(RAW, id, &sealed)?;
        let said = Said {
            event: AuditEvent::View,
            subject: Some(id),
            fields: ElementSet::EMPTY,
            detail: None,
        };
        self.say(tenant, Who::Machine(by.name(), None), &said)?;
        Ok(Raw {
            receipt: Receipt::read(&row)?,
            carriers: row.get(9)?,
            bytes,
        })
    }

    /// Says anew for which carriers the sender of a receipt may speak, and puts what waits of it in
    /// quarantine back to work.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the receipt is not the tenant's.
    pub fn rebind(&mut self, tenant: &Tenant, id: &Id, carriers: &str) -> Result<()> {
        let sql = "UPDATE receipt SET carriers = $1 WHERE id = $2 AND agency = $3";
        let values = [carriers.into(), id.into(), tenant.agency.into()];
        if self.statements.execute(sql, &values)? != 1 {
            return Err(StoreError::NotFound("receipt"));
        }
        self.statements
            .execute(
                "UPDATE job SET state = 'ready', attempts = 0, due_at = $1, expires_at = NULL
                 WHERE subject = $2 AND state = 'quarantined'",
                &[self.now.into(), id.into()],
            )
            .map(|_| ())
    }

    /// Notes how reading a receipt went, and what stays of its bytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when the receipt is not the tenant's.
    pub fn receipt_read(
        &mut self,
        tenant: &Tenant,
        id: &Id,
        status: Reading,
        (messages, travellers): (u32, u32),
        kept: Kept<'_>,
    ) -> Result<()> {
        let (form, until) = match kept {
            Kept::Nothing => ("nothing", None),
            Kept::Original(until) => ("sealed-original", Some(until)),
            Kept::Sanitised(_, until) => ("sanitised", Some(until)),
        };
        let count = self.statements.execute(
            "UPDATE receipt SET status = $1, messages = $2, travellers = $3, raw_until = $4,
                 raw_form = $5
             WHERE id = $6 AND agency = $7",
            &[
                status.as_str().into(),
                i64::from(messages).into(),
                i64::from(travellers).into(),
                until.into(),
                form.into(),
                id.into(),
                tenant.agency.into(),
            ],
        )?;
        if count != 1 {
            return Err(StoreError::NotFound("receipt"));
        }
        let sealed = match kept {
            Kept::Original(_) => return Ok(()),
            Kept::Nothing => None,
            Kept::Sanitised(bytes, _) => Some(self.key(id)?.seal(RAW, id, bytes)?),
        };
        let gone = sealed.is_none();
        let sql = "UPDATE receipt SET sealed = $1 WHERE id = $2";
        self.statements.execute(sql, &[sealed.into(), id.into()])?;
        if gone { self.shred(id) } else { Ok(()) }
    }
}

impl ReadTx<'_, '_> {
    /// A receipt of the tenant.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when there is none.
    pub fn receipt(&mut self, tenant: &Tenant, id: &Id) -> Result<Receipt> {
        let sql = format!("SELECT {COLUMNS} FROM receipt WHERE id = $1 AND agency = $2");
        let row = self
            .statements
            .first(&sql, &[id.into(), tenant.agency.into()])?;
        Receipt::read(&row.ok_or(StoreError::NotFound("receipt"))?)
    }

    /// How many receipts there are, and how many further deliveries of the same bytes.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn receipts(&mut self, tenant: &Tenant) -> Result<(u64, u64)> {
        let sql = "SELECT COUNT(*) FROM receipt WHERE agency = $1";
        let receipts: Option<i64> = self.statements.value(sql, &[tenant.agency.into()])?;
        let sql = "SELECT COUNT(*) FROM delivery d JOIN receipt r ON r.id = d.receipt
                   WHERE r.agency = $1";
        let again: Option<i64> = self.statements.value(sql, &[tenant.agency.into()])?;
        Ok((
            receipts.unwrap_or(0).unsigned_abs(),
            again.unwrap_or(0).unsigned_abs(),
        ))
    }
}
