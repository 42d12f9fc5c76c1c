//! The outbox: what is to leave, or to be told to others, written with the decision that wants it.

use jiff::{SignedDuration, Timestamp};
use tidewaiter_mandate::{DataSet, PurposeSet};
use zeroize::Zeroizing;

use crate::store::Tx;
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

const CONTENT: &str = "outbox.sealed";

/// Something that is to leave.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// Its identifier: a receiver that sees it twice knows it by this.
    pub id: Id,
    /// Where to: `directive`, `event`, a partner.
    pub topic: &'a str,
    /// About whom or what: it is sealed under this subject's key and dies with it.
    pub subject: Id,
    /// What.
    pub content: &'a [u8],
}

/// Something that waits to be delivered.
#[derive(Debug)]
pub struct Waiting {
    /// Its place in the order of decisions: grows, and is never given twice.
    pub number: u64,
    /// Its identifier.
    pub id: Id,
    /// About whom or what.
    pub subject: Id,
    /// How often it was tried before.
    pub attempts: u32,
    /// What.
    pub content: Zeroizing<Vec<u8>>,
}

impl Tx<'_, '_> {
    /// Puts something into the outbox.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn send(
        &mut self,
        tenant: &Tenant,
        data_set: DataSet,
        purposes: PurposeSet,
        out: &Outgoing<'_>,
    ) -> Result<()> {
        let sealed = self
            .key_or_new(&out.subject)?
            .seal(CONTENT, &out.id, out.content)?;
        let [agency, data_set, purposes, mandate] = tenant.tags(data_set, purposes).values();
        let number: Option<i64> = self.statements.value(
            "INSERT INTO counter (name, last) VALUES ('outbox', 1)
             ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last",
            &[],
        )?;
        self.statements
            .execute(
                "INSERT INTO outbox (number, id, agency, data_set, purposes, mandate, topic,
                     subject, made_at, due_at, attempts, sealed)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 0, $10)",
                &[
                    number.into(),
                    (&out.id).into(),
                    agency,
                    data_set,
                    purposes,
                    mandate,
                    out.topic.into(),
                    (&out.subject).into(),
                    self.now.into(),
                    sealed.into(),
                ],
            )
            .map(|_| ())
    }

    /// Takes what is due of a tenant on a topic, in order, to be delivered within `lease`; what is not
    /// [delivered](Tx::delivered) by then is due again.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn take(
        &mut self,
        tenant: &Tenant,
        topic: &str,
        most: u32,
        lease: SignedDuration,
    ) -> Result<Vec<Waiting>> {
        let until = self.now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let rows = self.statements.query(
            "SELECT number, id, subject, attempts, sealed FROM outbox
             WHERE topic = $1 AND due_at <= $2 AND done_at IS NULL AND agency = $3
             ORDER BY number LIMIT $4",
            &[
                topic.into(),
                self.now.into(),
                tenant.agency.into(),
                i64::from(most).into(),
            ],
        )?;
        let mut waiting = Vec::with_capacity(rows.len());
        for row in rows {
            let (number, id, subject): (i64, Id, Id) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.statements.execute(
                "UPDATE outbox SET due_at = $1, attempts = attempts + 1 WHERE number = $2",
                &[until.into(), number.into()],
            )?;
            waiting.push(Waiting {
                number: number.unsigned_abs(),
                id,
                subject,
                attempts: u32::try_from(row.get::<i64>(3)?).unwrap_or(u32::MAX),
                content: self
                    .key(&subject)?
                    .open(CONTENT, &id, &row.get::<Vec<u8>>(4)?)?,
            });
        }
        Ok(waiting)
    }

    /// It was delivered.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when there is no such thing.
    pub fn delivered(&mut self, id: &Id) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE outbox SET done_at = COALESCE(done_at, $1) WHERE id = $2",
            &[self.now.into(), id.into()],
        )?;
        if count == 1 {
            Ok(())
        } else {
            Err(StoreError::NotFound("outgoing message"))
        }
    }
}
