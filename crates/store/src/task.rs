//! Tasks for our own staff, and events for those who watch.

use jiff::Timestamp;
use tidewaiter_mandate::{DataSet, PurposeId, PurposeSet};

use crate::engine::Row;
use crate::people::one;
use crate::store::{ReadTx, Tx};
use crate::tenant::{Tags, Tenant};
use crate::{Id, Result, StoreError};

/// Something that somebody of ours must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its identifier.
    pub id: Id,
    /// `meet-flight`, `look-again`, `call-carrier`.
    pub kind: String,
    /// About which hit.
    pub hit: Id,
    /// About which traveller, pseudonymously.
    pub subject: Id,
    /// On which flight.
    pub flight: Option<Id>,
    /// Since when.
    pub made_at: Timestamp,
}

/// That something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number: grows, and is never given twice.
    pub number: u64,
    /// `hit`.
    pub kind: String,
    /// Which one.
    pub object: Id,
    /// Its version now.
    pub version: u64,
    /// When.
    pub made_at: Timestamp,
    /// The store's bits of the purposes for which it was admitted.
    purposes: i64,
}

impl Event {
    /// Whether somebody who acts for `purpose` may know of it.
    pub fn is_for(&self, tenant: &Tenant, purpose: PurposeId) -> bool {
        self.purposes & tenant.bit(purpose) != 0
    }
}

const TASK: &str = "id, kind, hit, subject, flight, made_at";

impl Task {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            hit: row.get(2)?,
            subject: row.get(3)?,
            flight: row.get(4)?,
            made_at: row.get(5)?,
        })
    }
}

impl Tx<'_, '_> {
    /// Puts a task on the list.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn add_task(&mut self, tenant: &Tenant, purpose: PurposeId, task: &Task) -> Result<()> {
        let tags = tenant.tags(DataSet::Hits, PurposeSet::EMPTY.with(purpose));
        let [agency, data_set, purposes, mandate] = tags.values();
        self.statements
            .execute(
                "INSERT INTO task (id, agency, data_set, purposes, mandate, kind, hit, subject,
                     flight, made_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    (&task.id).into(),
                    agency,
                    data_set,
                    purposes,
                    mandate,
                    task.kind.as_str().into(),
                    (&task.hit).into(),
                    (&task.subject).into(),
                    task.flight.into(),
                    task.made_at.into(),
                ],
            )
            .map(|_| ())
    }

    /// Takes a task off the list, for somebody who acts for `purpose`.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] when it is not there, not theirs, or done.
    pub fn task_done(
        &mut self,
        tenant: &Tenant,
        purpose: PurposeId,
        id: &Id,
        by: &str,
    ) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE task SET done_at = $1, done_by = $2
             WHERE id = $3 AND agency = $4 AND (purposes & $5) <> 0 AND done_at IS NULL",
            &[
                self.now.into(),
                by.into(),
                id.into(),
                tenant.agency.into(),
                tenant.bit(purpose).into(),
            ],
        )?;
        one(count, "task")
    }

    /// Says that something changed.
    pub(crate) fn note_event(
        &mut self,
        tags: Tags,
        kind: &str,
        object: &Id,
        version: u64,
    ) -> Result<()> {
        let number: Option<i64> = self.statements.value(
            "INSERT INTO counter (name, last) VALUES ('event', 1)
             ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last",
            &[],
        )?;
        self.statements
            .execute(
                "INSERT INTO event (number, agency, purposes, kind, object, version, made_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &[
                    number.ok_or(StoreError::NotFound("number"))?.into(),
                    tags.agency.into(),
                    tags.purposes.into(),
                    kind.into(),
                    object.into(),
                    version.cast_signed().into(),
                    self.now.into(),
                ],
            )
            .map(|_| ())
    }
}

impl ReadTx<'_, '_> {
    /// The open tasks for those who act for `purpose`, oldest first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn tasks(&mut self, tenant: &Tenant, purpose: PurposeId, most: u32) -> Result<Vec<Task>> {
        let sql = format!(
            "SELECT {TASK} FROM task WHERE agency = $1 AND (purposes & $2) <> 0
                 AND done_at IS NULL
             ORDER BY made_at, id LIMIT $3"
        );
        let values = [
            tenant.agency.into(),
            tenant.bit(purpose).into(),
            i64::from(most).into(),
        ];
        let rows = self.statements.query(&sql, &values)?;
        rows.iter().map(Task::read).collect()
    }

    /// The events of the tenant after number `after`, in order.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn events_after(&mut self, tenant: &Tenant, after: u64, most: u32) -> Result<Vec<Event>> {
        let rows = self.statements.query(
            "SELECT number, kind, object, version, made_at, purposes FROM event
             WHERE agency = $1 AND number > $2 ORDER BY number LIMIT $3",
            &[
                tenant.agency.into(),
                after.cast_signed().into(),
                i64::from(most).into(),
            ],
        )?;
        rows.iter()
            .map(|row| {
                Ok(Event {
                    number: row.get::<i64>(0)?.unsigned_abs(),
                    kind: row.get(1)?,
                    object: row.get(2)?,
                    version: row.get::<i64>(3)?.unsigned_abs(),
                    made_at: row.get(4)?,
                    purposes: row.get(5)?,
                })
            })
            .collect()
    }

    /// The number of the tenant's last event; 0 before the first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn last_event(&mut self, tenant: &Tenant) -> Result<u64> {
        let sql = "SELECT COALESCE(MAX(number), 0) FROM event WHERE agency = $1";
        let last: Option<i64> = self.statements.value(sql, &[tenant.agency.into()])?;
        Ok(last.unwrap_or(0).unsigned_abs())
    }
}
