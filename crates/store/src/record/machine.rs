//! Records as the machine reads them: whole, to draw pictures and to screen, with one line in the audit
//! log for all that a transaction reads.

use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_mandate::{Element, PurposeId};

use super::{COLUMNS, Level, Observed, Stored, View};
use crate::engine::{Row, Value};
use crate::store::Tx;
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

impl Tx<'_, '_> {
    /// Records as the machine reads them for a purpose, to screen them. All that a transaction
    /// reads is in one line with a commitment to what was read. Records of other agencies or
    /// purposes, masked ones and erased ones are left out.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn machine_view(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        purpose: PurposeId,
        ids: &[Id],
    ) -> Result<Vec<View>> {
        let sql = format!("SELECT {COLUMNS} FROM record WHERE id = $1 AND agency = $2");
        let mut views = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(row) = self
                .statements
                .first(&sql, &[id.into(), tenant.agency.into()])?
            else {
                continue;
            };
            let stored = Stored::read(&row)?;
            let tags = tenant.record_tags(stored.tags, stored.is_masked);
            if !tags.purposes.has(purpose) || stored.is_masked {
                continue;
            }
            let key = match self.key(id) {
                Err(StoreError::KeyDestroyed) => continue,
                key => key?,
            };
            self.machine_reads(tenant, by, Some(purpose), id, &stored.content)?;
            let elements = tenant.mandate().elements(purpose, stored.tags.data_set);
            views.push(stored.open(&key, elements, false)?);
        }
        Ok(views)
    }

    /// What the records of a level say of a flight, whole, for the machine that draws the picture
    /// of it: in the order of their identifiers. Masked and erased ones are left out. One line says
    /// what was read, as with [`Tx::machine_view`].
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn observed(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        flight: &Id,
        level: Level,
    ) -> Result<Vec<Observed>> {
        self.open_where(
            tenant,
            by,
            "flight = $1 AND level = $2 AND agency = $3 AND is_masked = 0 ORDER BY id",
            &[flight.into(), level.as_str().into(), tenant.agency.into()],
        )
    }

    /// These of the records that are observations or bookings of a flight, as [`Tx::observed`].
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn observed_some(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        flight: &Id,
        ids: &[Id],
    ) -> Result<Vec<Observed>> {
        let sql = format!(
            "SELECT {COLUMNS}, receipt, place FROM record
             WHERE flight = $1 AND agency = $2 AND is_masked = 0
             AND level IN ('observation', 'booking') AND id IN ({{ids}}) ORDER BY id"
        );
        let values = [flight.into(), tenant.agency.into()];
        let rows = self.statements.query_each(&sql, &values, ids)?;
        self.open_all(tenant, by, rows)
    }

    /// The observations of a traveller, as [`Tx::observed`].
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn observed_of(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        owner: &Id,
    ) -> Result<Vec<Observed>> {
        self.open_where(
            tenant,
            by,
            "owner = $1 AND level = 'observation' AND agency = $2 AND is_masked = 0 ORDER BY id",
            &[owner.into(), tenant.agency.into()],
        )
    }

    /// One record, as [`Tx::observed`]; `None` when it is masked, erased or not there.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn observed_one(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        id: &Id,
    ) -> Result<Option<Observed>> {
        let wanted = "id = $1 AND agency = $2 AND is_masked = 0";
        let found = self.open_where(tenant, by, wanted, &[id.into(), tenant.agency.into()])?;
        Ok(found.into_iter().next())
    }

    fn open_where(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        wanted: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Observed>> {
        let sql = format!("SELECT {COLUMNS}, receipt, place FROM record WHERE {wanted}");
        let rows = self.statements.query(&sql, values)?;
        self.open_all(tenant, by, rows)
    }

    fn open_all(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        rows: Vec<Row>,
    ) -> Result<Vec<Observed>> {
        let ids = rows
            .iter()
            .map(|row| row.get(0))
            .collect::<Result<Vec<Id>>>()?;
        let keys = self.store.keystore.keys(&ids)?;
        let mut all = Vec::with_capacity(rows.len());
        for (row, key) in rows.iter().zip(keys) {
            let Some(key) = key else { continue };
            let stored = Stored::read(row)?;
            let place: Option<i64> = row.get(16)?;
            self.machine_reads(tenant, by, None, &stored.id, &stored.content)?;
            let tags = tenant.record_tags(stored.tags, false);
            all.push(Observed {
                source: row
                    .get::<Option<Id>>(15)?
                    .zip(place.and_then(|place| u32::try_from(place).ok())),
                data_set: tags.data_set,
                purposes: tags.purposes,
                view: stored.open(&key, Element::ALL.iter().copied().collect(), false)?,
            });
        }
        Ok(all)
    }
}
