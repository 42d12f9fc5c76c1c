//! What watchlists were made of: by the address of a watchlist, in the words of whoever made it.

use crate::engine::Value;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Result, StoreError};

impl Tx<'_, '_> {
    /// Keeps what the watchlist of an address was made of, last: the same address has the same content,
    /// whatever it was made of.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn put_watchlist(
        &mut self,
        tenant: &Tenant,
        address: &[u8; 32],
        made_of: &str,
    ) -> Result<()> {
        self.statements
            .execute(
                "INSERT INTO watchlist (address, agency, made_of, made_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (agency, address) DO UPDATE SET made_of = excluded.made_of,
                     made_at = excluded.made_at",
                &[
                    Value::from(address),
                    tenant.agency.into(),
                    made_of.into(),
                    self.now.into(),
                ],
            )
            .map(|_| ())
    }
}

impl Tx<'_, '_> {
    /// What the tenant screens against changes in this transaction: its new generation.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn watch_changes(&mut self, tenant: &Tenant) -> Result<u64> {
        let name = generation_name(tenant);
        let last: Option<i64> = self.statements.value(
            "INSERT INTO counter (name, last) VALUES ($1, 1)
             ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last",
            &[name.into()],
        )?;
        Ok(last.unwrap_or(0).unsigned_abs())
    }
}

impl Tx<'_, '_> {
    /// Notes that the tenant does what a day brings. `day` is any number that grows from day to day; it
    /// never goes back. Given back is the last one before.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or written.
    pub fn day_begins(&mut self, tenant: &Tenant, day: i64) -> Result<Option<i64>> {
        let name = format!("day of {}", tenant.agency);
        let sql = "SELECT last FROM counter WHERE name = $1";
        let before: Option<i64> = self.statements.value(sql, &[name.as_str().into()])?;
        if before.is_none_or(|before| before < day) {
            self.statements.execute(
                "INSERT INTO counter (name, last) VALUES ($1, $2)
                 ON CONFLICT (name) DO UPDATE SET last = excluded.last",
                &[name.into(), day.into()],
            )?;
        }
        Ok(before)
    }

    /// Notes under which mandate the tenant screens from now on. Whether it was another one before.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or written.
    pub fn watch_under_mandate(&mut self, tenant: &Tenant) -> Result<bool> {
        let name = format!("mandate of watch {}", tenant.agency);
        let sql = "SELECT last FROM counter WHERE name = $1";
        let before: Option<i64> = self.statements.value(sql, &[name.as_str().into()])?;
        self.statements.execute(
            "INSERT INTO counter (name, last) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET last = excluded.last",
            &[name.into(), tenant.mandate_number.into()],
        )?;
        Ok(before.is_some_and(|before| before != tenant.mandate_number))
    }
}

fn generation_name(tenant: &Tenant) -> String {
    format!("watch {}", tenant.agency)
}

impl ReadTx<'_, '_> {
    /// The last day that [`Tx::day_begins`] has noted.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn day(&mut self, tenant: &Tenant) -> Result<Option<i64>> {
        let name = format!("day of {}", tenant.agency);
        let sql = "SELECT last FROM counter WHERE name = $1";
        self.statements.value(sql, &[name.into()])
    }

    /// The generation of what the tenant screens against: whatever was computed against an earlier
    /// one is computed anew before it is stored.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn watch_generation(&mut self, tenant: &Tenant) -> Result<u64> {
        let name = generation_name(tenant);
        let sql = "SELECT last FROM counter WHERE name = $1";
        let last: Option<i64> = self.statements.value(sql, &[name.into()])?;
        Ok(last.unwrap_or(0).unsigned_abs())
    }
}

impl ReadTx<'_, '_> {
    /// What the watchlist of an address was made of.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`].
    pub fn watchlist(&mut self, tenant: &Tenant, address: &[u8; 32]) -> Result<String> {
        let sql = "SELECT made_of FROM watchlist WHERE address = $1 AND agency = $2";
        let values = [Value::from(address), tenant.agency.into()];
        let made_of: Option<String> = self.statements.value(sql, &values)?;
        made_of.ok_or(StoreError::NotFound("watchlist"))
    }

    /// The mandates under which the tenant's agency ever worked on this store, newest last: name
    /// and hash.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn mandates(&mut self) -> Result<Vec<(String, [u8; 32])>> {
        let sql = "SELECT name, hash FROM mandate ORDER BY number";
        let rows = self.statements.query(sql, &[])?;
        rows.iter()
            .map(|row| Ok((row.get(0)?, row.get(1)?)))
            .collect()
    }
}
