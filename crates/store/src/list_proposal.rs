//! What is proposed of a list and not done yet: that it goes out of force, and how proposals end.

use tidewaiter_mandate::grant::HumanActor;

use crate::list::{Agreement, agreement};
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Result, StoreError};

impl Tx<'_, '_> {
    /// Notes that a person wants a list out of force; everybody who does so far.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn agree_to_removal(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        list: &str,
    ) -> Result<Vec<Agreement>> {
        self.statements.execute(
            "INSERT INTO list_removal (agency, list, person, role, agreed_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (agency, list, person) DO NOTHING",
            &[
                tenant.agency.into(),
                list.into(),
                by.person().as_str().into(),
                tenant.role_name(by.role()).into(),
                self.now.into(),
            ],
        )?;
        self.list_changes(tenant, by, list, 0, "removal agreed")?;
        self.reading().list_removal(tenant, list)
    }

    /// Drops what is proposed: a version, which is kept, or that the list goes out of force. `word`
    /// says in the line how it ended: `rejected` or `withdrawn`.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not proposed.
    pub fn drop_proposal(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        list: &str,
        version: Option<u32>,
        word: &str,
    ) -> Result<()> {
        let (agency, list_value) = (tenant.agency.into(), list.into());
        let count = match version {
            Some(version) => self.statements.execute(
                "UPDATE list_version SET state = 'retired'
                 WHERE agency = $1 AND list = $2 AND version = $3 AND state = 'proposed'",
                &[agency, list_value, i64::from(version).into()],
            )?,
            None => self.statements.execute(
                "DELETE FROM list_removal WHERE agency = $1 AND list = $2",
                &[agency, list_value],
            )?,
        };
        if count == 0 {
            return Err(StoreError::NotFound("proposal"));
        }
        self.list_changes(tenant, by, list, version.unwrap_or(0), word)
    }
}

impl ReadTx<'_, '_> {
    /// Who wants a list out of force so far; nobody where that is not proposed.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn list_removal(&mut self, tenant: &Tenant, list: &str) -> Result<Vec<Agreement>> {
        let sql = "SELECT person, role, agreed_at FROM list_removal
             WHERE agency = $1 AND list = $2 ORDER BY agreed_at, person";
        let values = [tenant.agency.into(), list.into()];
        let rows = self.statements.query(sql, &values)?;
        rows.iter().map(agreement).collect()
    }

    /// The lists that somebody wants out of force.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn lists_to_remove(&mut self, tenant: &Tenant) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT list FROM list_removal WHERE agency = $1 ORDER BY list";
        let rows = self.statements.query(sql, &[tenant.agency.into()])?;
        rows.iter().map(|row| row.get(0)).collect()
    }
}
