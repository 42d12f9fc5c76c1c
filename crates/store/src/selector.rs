//! Selectors: a telephone number, an e-mail address, a card token … that somebody looks for, on a
//! legal basis and for a time.
//!
//! What a selector names is personal data: it is sealed under a key of its own. The machine opens
//! all of them to screen, with a line that commits to what it read; a person opens one, with a line
//! of their own.

use tidewaiter_mandate::audit::AuditEvent;
use tidewaiter_mandate::grant::{HumanActor, MachineActor};
use tidewaiter_mandate::{ElementSet, PurposeId, PurposeSet};
use zeroize::Zeroizing;

use crate::audit::{Said, Who};
use crate::engine::Row;
use crate::store::{ReadTx, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

const VALUE: &str = "selector.sealed";

/// A selector to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewSelector<'a> {
    /// Its identifier.
    pub id: Id,
    /// The list it belongs to, by its name in the mandate.
    pub list: &'a str,
    /// Its reference in that list.
    pub entry: &'a str,
    /// `phone`, `email`, `card`, `address` or `agency`.
    pub kind: &'a str,
    /// What it names.
    pub value: &'a str,
    /// Who is responsible for it.
    pub owner: &'a str,
    /// The law it rests on.
    pub legal_basis: &'a str,
    /// First day, ISO.
    pub starts_on: Option<&'a str>,
    /// Last day, ISO.
    pub expires_on: &'a str,
    /// For what it may be used.
    pub purposes: PurposeSet,
}

/// A selector without what it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSelector {
    /// Its identifier.
    pub id: Id,
    /// The list it belongs to.
    pub list: String,
    /// Its reference in that list.
    pub entry: String,
    /// `phone`, `email`, `card`, `address` or `agency`.
    pub kind: String,
    /// Who is responsible for it.
    pub owner: String,
    /// The law it rests on.
    pub legal_basis: String,
    /// First day, ISO.
    pub starts_on: Option<String>,
    /// Last day, ISO.
    pub expires_on: String,
    /// Whether somebody has ended it.
    pub has_ended: bool,
}

const COLUMNS: &str = "id, list, entry, kind, owner, legal_basis, starts_on, expires_on,
    ended_at, sealed";

fn read(row: &Row) -> Result<(StoredSelector, Option<Vec<u8>>)> {
    let selector = StoredSelector {
        id: row.get(0)?,
        list: row.get(1)?,
        entry: row.get(2)?,
        kind: row.get(3)?,
        owner: row.get(4)?,
        legal_basis: row.get(5)?,
        starts_on: row.get(6)?,
        expires_on: row.get(7)?,
        has_ended: row.get::<Option<i64>>(8)?.is_some(),
    };
    Ok((selector, row.get(9)?))
}

impl Tx<'_, '_> {
    /// Stores a selector.
    ///
    /// # Errors
    ///
    /// [`StoreError::Constraint`] when one with this reference runs already.
    pub fn add_selector(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        new: &NewSelector<'_>,
    ) -> Result<()> {
        let sealed = self
            .key_or_new(&new.id)?
            .seal(VALUE, &new.id, new.value.as_bytes())?;
        let purposes = new.purposes.iter().fold(0, |set, p| set | tenant.bit(p));
        self.statements.execute(
            "INSERT INTO selector (id, agency, purposes, mandate, list, entry, kind, owner,
                 legal_basis, starts_on, expires_on, added_by, added_at, sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            &[
                new.id.into(),
                tenant.agency.into(),
                purposes.into(),
                tenant.mandate_number.into(),
                new.list.into(),
                new.entry.into(),
                new.kind.into(),
                new.owner.into(),
                new.legal_basis.into(),
                new.starts_on.into(),
                new.expires_on.into(),
                by.person().as_str().into(),
                self.now.into(),
                sealed.into(),
            ],
        )?;
        self.selector_changes(tenant, Who::Actor(by, Some(purpose)), &new.id, b"added")
    }

    /// Ends a selector: nothing is screened against it any more. It stays, sealed, for the replay of
    /// what it found. Which one it was.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when none of this identifier runs.
    pub fn end_selector(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        id: &Id,
    ) -> Result<StoredSelector> {
        self.ended(tenant, Who::Actor(by, Some(purpose)), id, b"ended")
    }

    /// Ends a selector whose last day is over, as [`Tx::end_selector`] does.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when none of this identifier runs.
    pub fn expire_selector(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        id: &Id,
    ) -> Result<StoredSelector> {
        self.ended(tenant, Who::Machine(by.name(), None), id, b"expired")
    }

    fn ended(
        &mut self,
        tenant: &Tenant,
        who: Who<'_>,
        id: &Id,
        what: &[u8],
    ) -> Result<StoredSelector> {
        let count = self.statements.execute(
            "UPDATE selector SET ended_at = $1 WHERE id = $2 AND agency = $3 AND ended_at IS NULL",
            &[self.now.into(), id.into(), tenant.agency.into()],
        )?;
        if count == 0 {
            return Err(StoreError::NotFound("selector"));
        }
        self.selector_changes(tenant, who, id, what)?;
        let sql = format!("SELECT {COLUMNS} FROM selector WHERE id = $1");
        let row = self.statements.first(&sql, &[id.into()])?;
        read(&row.ok_or(StoreError::NotFound("selector"))?).map(|(selector, _)| selector)
    }

    /// Destroys what an ended selector names, and its key. What it found can be replayed no more.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when none of this identifier has ended.
    pub fn destroy_selector(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        id: &Id,
    ) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE selector SET sealed = NULL
             WHERE id = $1 AND agency = $2 AND ended_at IS NOT NULL AND sealed IS NOT NULL",
            &[id.into(), tenant.agency.into()],
        )?;
        if count == 0 {
            return Err(StoreError::NotFound("ended selector"));
        }
        self.selector_changes(tenant, Who::Actor(by, Some(purpose)), id, b"destroyed")?;
        self.shred(id)
    }

    /// The selectors that run, with what they name, as the machine opens them to screen, or all that
    /// ever ran of `ids`, to replay. Destroyed ones are left out.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn open_selectors(
        &mut self,
        tenant: &Tenant,
        by: &MachineActor,
        ids: Option<&[Id]>,
    ) -> Result<Vec<(StoredSelector, Zeroizing<String>)>> {
        let mut rows = Vec::new();
        match ids {
            None => {
                let sql = format!(
                    "SELECT {COLUMNS} FROM selector WHERE agency = $1 AND ended_at IS NULL
                     ORDER BY list, entry"
                );
                rows = self.statements.query(&sql, &[tenant.agency.into()])?;
            }
            Some(ids) => {
                let sql = format!("SELECT {COLUMNS} FROM selector WHERE agency = $1 AND id = $2");
                for id in ids {
                    let values = [tenant.agency.into(), id.into()];
                    rows.extend(self.statements.first(&sql, &values)?);
                }
            }
        }
        let mut opened = Vec::with_capacity(rows.len());
        for row in &rows {
            let (selector, Some(sealed)) = read(row)? else {
                continue;
            };
            let value = self.selector_value(&selector.id, &sealed)?;
            self.machine_reads(tenant, by, None, &selector.id, value.as_bytes())?;
            opened.push((selector, value));
        }
        Ok(opened)
    }

    /// What one selector names, for a person who may put lists into force; a line says who looked.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; [`StoreError::KeyDestroyed`] after its destruction.
    pub fn view_selector(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        id: &Id,
    ) -> Result<(StoredSelector, Zeroizing<String>)> {
        let sql = format!("SELECT {COLUMNS} FROM selector WHERE id = $1 AND agency = $2");
        let values = [id.into(), tenant.agency.into()];
        let row = self.statements.first(&sql, &values)?;
        let (selector, sealed) = read(&row.ok_or(StoreError::NotFound("selector"))?)?;
        let value = self.selector_value(id, &sealed.ok_or(StoreError::KeyDestroyed)?)?;
        let said = Said {
            event: AuditEvent::View,
            subject: Some(id),
            fields: ElementSet::EMPTY,
            detail: Some(b"selector"),
        };
        self.say(tenant, Who::Actor(by, Some(purpose)), &said)?;
        Ok((selector, value))
    }

    fn selector_value(&mut self, id: &Id, sealed: &[u8]) -> Result<Zeroizing<String>> {
        let bytes = self.key(id)?.open(VALUE, id, sealed)?;
        String::from_utf8(bytes.to_vec())
            .map(Zeroizing::new)
            .map_err(|_| StoreError::Corrupt("a selector that is no text".into()))
    }

    fn selector_changes(
        &mut self,
        tenant: &Tenant,
        who: Who<'_>,
        id: &Id,
        what: &[u8],
    ) -> Result<()> {
        let said = Said {
            event: AuditEvent::ListChange,
            subject: Some(id),
            fields: ElementSet::EMPTY,
            detail: Some(what),
        };
        self.say(tenant, who, &said)
    }
}

impl ReadTx<'_, '_> {
    /// Every selector of the tenant, without what it names.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn selectors(&mut self, tenant: &Tenant) -> Result<Vec<StoredSelector>> {
        let sql =
            format!("SELECT {COLUMNS} FROM selector WHERE agency = $1 ORDER BY list, entry, id");
        let rows = self.statements.query(&sql, &[tenant.agency.into()])?;
        rows.iter().map(|row| read(row).map(|(s, _)| s)).collect()
    }
}
