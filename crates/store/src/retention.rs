//! The end of data: masking takes bytes away, erasure takes the key away.

use jiff::Timestamp;
use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{HumanActor, MachineActor};
use tidewaiter_mandate::{ElementSet, PurposeId};

use crate::audit::{Said, Who};
use crate::engine::Statements;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// What is past its time. Anything but zeros, an hour after the last run, is an alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overdue {
    /// Records to be masked.
    pub to_mask: u64,
    /// Records to be erased.
    pub to_erase: u64,
    /// Sealed bytes of messages to be dropped.
    pub raw: u64,
}

impl Tx<'_, '_> {
    /// Masks up to `most` records that are due: their masked elements leave for the vault and their
    /// look-back keys are gone. How many were masked.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn mask_due(&mut self, tenant: &Tenant, by: &MachineActor, most: u32) -> Result<u64> {
        let rows = self.statements.query(
            "SELECT id FROM record
             WHERE mask_at <= $1 AND is_masked = 0 AND agency = $2 ORDER BY mask_at, id LIMIT $3",
            &[
                self.now.into(),
                tenant.agency.into(),
                i64::from(most).into(),
            ],
        )?;
        for row in &rows {
            let id: Id = row.get(0)?;
            self.statements.execute(
                "INSERT INTO vault (record, masked)
                 SELECT id, masked FROM record WHERE id = $1 AND masked IS NOT NULL",
                &[(&id).into()],
            )?;
            self.statements.execute(
                "UPDATE record SET is_masked = 1, masked = NULL WHERE id = $1",
                &[(&id).into()],
            )?;
            self.drop_keys(&id)?;
            self.say_of(tenant, by, AuditEvent::Mask, &id)?;
        }
        Ok(rows.len() as u64)
    }

    /// Erases up to `most` records that are due and not held, with everything made from them.
    /// How many were erased.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn erase_due(&mut self, tenant: &Tenant, by: &MachineActor, most: u32) -> Result<u64> {
        let rows = self.statements.query(
            "SELECT id FROM record
             WHERE delete_at <= $1 AND COALESCE(held_until, 0) <= $1 AND agency = $2
             ORDER BY delete_at, id LIMIT $3",
            &[
                self.now.into(),
                tenant.agency.into(),
                i64::from(most).into(),
            ],
        )?;
        for row in &rows {
            self.erase(tenant, by, &row.get(0)?)?;
        }
        Ok(rows.len() as u64)
    }

    /// Erases a record now, with everything made from it: hits, findings, decisions, cleared pairs,
    /// what cases have of it, what waits in the outbox, and what audit lines commit to. Its key is destroyed once this is
    /// durable, so that no backup shows it either.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not the tenant's.
    pub fn erase(&mut self, tenant: &Tenant, by: &MachineActor, id: &Id) -> Result<()> {
        let sql = "SELECT agency FROM record WHERE id = $1";
        let agency: Option<i64> = self.statements.value(sql, &[id.into()])?;
        if agency != Some(tenant.agency) {
            return Err(StoreError::NotFound("record"));
        }
        self.say_of(tenant, by, AuditEvent::Erase, id)?;
        remove(self.statements, id)?;
        self.shred(id)
    }

    /// Drops the sealed bytes of up to `most` messages whose time is over, and the jobs that waited
    /// for them in quarantine. Their hashes remain. How many were dropped.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn drop_raw_due(&mut self, tenant: &Tenant, by: &MachineActor, most: u32) -> Result<u64> {
        let rows = self.statements.query(
            "SELECT id FROM receipt
             WHERE raw_until <= $1 AND agency = $2 ORDER BY raw_until, id LIMIT $3",
            &[
                self.now.into(),
                tenant.agency.into(),
                i64::from(most).into(),
            ],
        )?;
        for row in &rows {
            let id: Id = row.get(0)?;
            self.say_of(tenant, by, AuditEvent::Erase, &id)?;
            for sql in [
                "UPDATE receipt SET sealed = NULL, raw_until = NULL, raw_form = 'nothing'
                 WHERE id = $1",
                "DELETE FROM job WHERE subject = $1 AND state = 'quarantined'",
                "UPDATE audit SET subject = NULL, sealed = NULL WHERE subject = $1",
            ] {
                self.statements.execute(sql, &[(&id).into()])?;
            }
            self.shred(&id)?;
        }
        Ok(rows.len() as u64)
    }

    /// Keeps a record for a case until `until`, whatever its clock says.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not the tenant's.
    pub fn hold(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        id: &Id,
        until: Timestamp,
        case: &str,
    ) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE record SET held_until = $1 WHERE id = $2 AND agency = $3",
            &[until.into(), id.into(), tenant.agency.into()],
        )?;
        if count == 0 {
            return Err(StoreError::NotFound("record"));
        }
        let said = Said {
            event: AuditEvent::Hold,
            subject: Some(id),
            fields: ElementSet::EMPTY,
            detail: Some(case.as_bytes()),
        };
        self.say(tenant, Who::Actor(by, Some(purpose)), &said)
    }

    fn say_of(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        event: AuditEvent,
        subject: &Id,
    ) -> Result<()> {
        // Where the key went before the rows did, there is nobody to name.
        let subject = match self.key(subject) {
            Ok(_) => Some(subject),
            Err(StoreError::KeyDestroyed) => None,
            Err(error) => return Err(error),
        };
        let said = Said {
            event,
            subject,
            fields: ElementSet::EMPTY,
            detail: None,
        };
        self.say(tenant, Who::Machine(by.name(), None), &said)
    }
}

/// Removes every row that is about a record.
pub(crate) fn remove(tx: &mut Statements<'_>, id: &Id) -> Result<()> {
    let sql = "SELECT DISTINCT casework FROM case_hit WHERE subject = $1";
    let cases = tx.query(sql, &[id.into()])?;
    for sql in [
        "DELETE FROM lookback WHERE record = $1",
        "DELETE FROM vault WHERE record = $1",
        "DELETE FROM cleared_pair WHERE base = $1",
        "DELETE FROM case_note WHERE subject = $1",
        "DELETE FROM case_file WHERE subject = $1",
        "DELETE FROM case_hit WHERE subject = $1",
        "DELETE FROM decision WHERE hit IN (SELECT id FROM hit WHERE subject = $1)",
        "DELETE FROM finding WHERE subject = $1",
        "DELETE FROM hit WHERE subject = $1",
        "DELETE FROM outbox WHERE subject = $1",
        "DELETE FROM directive WHERE subject = $1",
        "DELETE FROM task WHERE subject = $1",
        "DELETE FROM job WHERE subject = $1",
        "UPDATE audit SET subject = NULL, sealed = NULL WHERE subject = $1",
        "DELETE FROM record WHERE id = $1",
    ] {
        tx.execute(sql, &[id.into()])?;
    }
    // A case that was about nobody else.
    for row in &cases {
        tx.execute(
            "DELETE FROM casework WHERE id = $1
                 AND NOT EXISTS (SELECT 1 FROM case_hit h WHERE h.casework = $1)",
            &[(&row.get::<Id>(0)?).into()],
        )?;
    }
    Ok(())
}

impl ReadTx<'_, '_> {
    /// What is past its time: a tenant's, or everybody's in the store.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn overdue(&mut self, tenant: Option<&Tenant>, now: Timestamp) -> Result<Overdue> {
        let values = [now.into(), tenant.map(|tenant| tenant.agency).into()];
        let mut count = |sql| -> Result<u64> {
            let count: Option<i64> = self.statements.value(sql, &values)?;
            Ok(count.unwrap_or(0).unsigned_abs())
        };
        Ok(Overdue {
            to_mask: count(
                "SELECT COUNT(*) FROM record
                 WHERE mask_at <= $1 AND is_masked = 0 AND agency = COALESCE($2, agency)",
            )?,
            to_erase: count(
                "SELECT COUNT(*) FROM record
                 WHERE delete_at <= $1 AND COALESCE(held_until, 0) <= $1
                     AND agency = COALESCE($2, agency)",
            )?,
            raw: count(
                "SELECT COUNT(*) FROM receipt
                 WHERE raw_until <= $1 AND agency = COALESCE($2, agency)",
            )?,
        })
    }
}
