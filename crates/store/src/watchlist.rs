//! What watchlists were made of: by the address of a watchlist, in the words of whoever made it.

use crate::engine::Value;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Result, StoreError};

impl Tx<'_, '_> {
    /// Keeps what the watchlist of an address was made of. The same address has the same content.
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
                 ON CONFLICT (address) DO NOTHING",
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
