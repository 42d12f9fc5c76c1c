//! The register of exemptions: whom a travel ban does not stop, under whose authority, until when.

use tidewaiter_mandate::ElementSet;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::HumanActor;

use crate::audit::{Said, Who};
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// An exemption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredExemption {
    /// Its identifier.
    pub id: Id,
    /// The register it stands in, as the mandate names it.
    pub register: String,
    /// The list.
    pub list: String,
    /// The list's own reference of the entry.
    pub entry: String,
    /// Who granted it.
    pub authority: String,
    /// Under which reference.
    pub reference: String,
    /// First day, ISO.
    pub valid_from: Option<String>,
    /// Last day, ISO.
    pub valid_until: Option<String>,
}

const COLUMNS: &str = "id, register, list, entry, authority, reference, valid_from, valid_until";

impl Tx<'_, '_> {
    /// Stores an exemption.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn add_exemption(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        new: &StoredExemption,
    ) -> Result<()> {
        self.statements.execute(
            "INSERT INTO exemption (id, agency, mandate, register, list, entry, authority,
                 reference, valid_from, valid_until, added_by, added_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            &[
                new.id.into(),
                tenant.agency.into(),
                tenant.mandate_number.into(),
                new.register.as_str().into(),
                new.list.as_str().into(),
                new.entry.as_str().into(),
                new.authority.as_str().into(),
                new.reference.as_str().into(),
                new.valid_from.as_deref().into(),
                new.valid_until.as_deref().into(),
                by.person().as_str().into(),
                self.now.into(),
            ],
        )?;
        self.exemption_changes(tenant, by, new, "exempted")
    }

    /// Ends an exemption; which one it was.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when none of this identifier runs.
    pub fn end_exemption(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        id: &Id,
    ) -> Result<StoredExemption> {
        let running = self.reading().exemptions(tenant)?;
        let ended = running
            .into_iter()
            .find(|exemption| exemption.id == *id)
            .ok_or(StoreError::NotFound("exemption"))?;
        self.statements.execute(
            "UPDATE exemption SET ended_at = $1 WHERE id = $2",
            &[self.now.into(), id.into()],
        )?;
        self.exemption_changes(tenant, by, &ended, "exemption ended")?;
        Ok(ended)
    }

    fn exemption_changes(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        exemption: &StoredExemption,
        what: &str,
    ) -> Result<()> {
        let StoredExemption { list, entry, .. } = exemption;
        let detail = format!("{list} {entry} {what}");
        let said = Said {
            event: AuditEvent::ListChange,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(detail.as_bytes()),
        };
        self.say(tenant, Who::Actor(by, None), &said)
    }
}

impl ReadTx<'_, '_> {
    /// The exemptions of the tenant that nobody has ended, whether they hold today or not.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn exemptions(&mut self, tenant: &Tenant) -> Result<Vec<StoredExemption>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM exemption WHERE agency = $1 AND ended_at IS NULL
             ORDER BY list, entry, id"
        );
        let rows = self.statements.query(&sql, &[tenant.agency.into()])?;
        rows.iter()
            .map(|row| {
                Ok(StoredExemption {
                    id: row.get(0)?,
                    register: row.get(1)?,
                    list: row.get(2)?,
                    entry: row.get(3)?,
                    authority: row.get(4)?,
                    reference: row.get(5)?,
                    valid_from: row.get(6)?,
                    valid_until: row.get(7)?,
                })
            })
            .collect()
    }
}
