//! Counters and artefacts: what outlives persons, because it is about nobody.

use jiff::Timestamp;
use jiff::tz::Offset;
use sha2::{Digest as _, Sha256};

use crate::engine::Value;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Result, StoreError};

/// A counter of one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistic {
    /// `2026-11`, in UTC.
    pub month: String,
    /// What is counted: `travellers`, `matches`, `confirmed` …
    pub name: String,
    /// Of which list; empty for all.
    pub list: String,
    /// Of which carrier; empty for all.
    pub carrier: String,
    /// How many; less than none where what an earlier month counted was corrected in this one.
    pub count: i64,
}

/// The month in which something is counted, in UTC: `2026-11`.
pub(crate) fn month_of(at: Timestamp) -> String {
    Offset::UTC.to_datetime(at).strftime("%Y-%m").to_string()
}

impl Tx<'_, '_> {
    /// Counts something as it happens, in the transaction in which it does.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn count(
        &mut self,
        tenant: &Tenant,
        name: &str,
        list: &str,
        carrier: &str,
        times: u32,
    ) -> Result<()> {
        self.tally(tenant, name, list, carrier, i64::from(times))
    }

    /// Takes back what was counted once, because somebody has corrected it.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn count_back(
        &mut self,
        tenant: &Tenant,
        name: &str,
        list: &str,
        carrier: &str,
    ) -> Result<()> {
        self.tally(tenant, name, list, carrier, -1)
    }

    fn tally(
        &mut self,
        tenant: &Tenant,
        name: &str,
        list: &str,
        carrier: &str,
        times: i64,
    ) -> Result<()> {
        let month = month_of(self.now);
        self.statements
            .execute(
                "INSERT INTO statistic (month, agency, name, list, carrier, count)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (month, agency, name, list, carrier)
                 DO UPDATE SET count = statistic.count + excluded.count",
                &[
                    month.into(),
                    tenant.agency.into(),
                    name.into(),
                    list.into(),
                    carrier.into(),
                    times.into(),
                ],
            )
            .map(|_| ())
    }

    /// Keeps an artefact that findings rest on (a list snapshot, rules, a mandate) under its
    /// SHA-256, which it returns.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn put_artefact(&mut self, kind: &str, bytes: &[u8]) -> Result<[u8; 32]> {
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        self.statements.execute(
            "INSERT INTO artefact (sha256, kind, stored_at, bytes) VALUES ($1, $2, $3, $4)
             ON CONFLICT (sha256) DO NOTHING",
            &[
                Value::from(&sha256),
                kind.into(),
                self.now.into(),
                bytes.into(),
            ],
        )?;
        Ok(sha256)
    }
}

impl ReadTx<'_, '_> {
    /// The counters of the months from `first` to `last` (`2026-01` …), in order.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn statistics(
        &mut self,
        tenant: &Tenant,
        first: &str,
        last: &str,
    ) -> Result<Vec<Statistic>> {
        let rows = self.statements.query(
            "SELECT month, name, list, carrier, count FROM statistic
             WHERE agency = $1 AND month >= $2 AND month <= $3
             ORDER BY month, name, list, carrier",
            &[tenant.agency.into(), first.into(), last.into()],
        )?;
        rows.iter()
            .map(|row| {
                Ok(Statistic {
                    month: row.get(0)?,
                    name: row.get(1)?,
                    list: row.get(2)?,
                    carrier: row.get(3)?,
                    count: row.get(4)?,
                })
            })
            .collect()
    }

    /// An artefact, checked against its hash.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; [`StoreError::Tampered`] when the bytes are not those of the hash.
    pub fn artefact(&mut self, sha256: &[u8; 32]) -> Result<Vec<u8>> {
        let sql = "SELECT bytes FROM artefact WHERE sha256 = $1";
        let bytes: Option<Vec<u8>> = self.statements.value(sql, &[Value::from(sha256)])?;
        let bytes = bytes.ok_or(StoreError::NotFound("artefact"))?;
        if <[u8; 32]>::from(Sha256::digest(&bytes)) == *sha256 {
            Ok(bytes)
        } else {
            Err(StoreError::Tampered("artefact"))
        }
    }
}
