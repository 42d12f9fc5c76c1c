//! Jobs: work that was promised in the transaction that made it necessary.
//!
//! A worker claims jobs for a time (the lease). A job that is done is gone; one whose worker fails
//! or dies comes back; one that cannot be done waits in quarantine, with a clock of its own, for a
//! person or a newer release.

use jiff::{SignedDuration, Timestamp};

use crate::engine::{Row, Value};
use crate::store::{ReadTx, Tx};
use crate::tenant::{Tags, Tenant};
use crate::{Id, Result, StoreError};

/// The longest wait before another attempt.
const BACKOFF_MOST_SECONDS: i64 = 600;

/// A job to be done.
#[derive(Clone, Copy, Debug)]
pub struct NewJob {
    /// Its identifier.
    pub id: Id,
    /// What is to be done: `read`, `screen`, `look-back` …
    pub kind: &'static str,
    /// With what.
    pub subject: Id,
    /// Lower is sooner.
    pub priority: i16,
    /// Not before.
    pub due_at: Timestamp,
}

/// A job that a worker has claimed. Whoever holds it may finish, fail or give it up while the
/// lease lasts.
#[derive(Debug, PartialEq, Eq)]
pub struct Job {
    /// Its identifier.
    pub id: Id,
    /// What is to be done.
    pub kind: String,
    /// With what.
    pub subject: Id,
    /// Which attempt this is, from 1: also the proof of the lease.
    pub attempt: u32,
    /// Whose mark is on it.
    worker: String,
}

impl Tx<'_, '_> {
    /// Lines up a job under the tags of the tenant.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn add_job(
        &mut self,
        tenant: &Tenant,
        data_set: tidewaiter_mandate::DataSet,
        purposes: tidewaiter_mandate::PurposeSet,
        job: &NewJob,
    ) -> Result<()> {
        self.enqueue(job, tenant.tags(data_set, purposes))
    }

    /// Lines up a job unless one of its kind is there for its subject, whatever its state.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn add_job_once(
        &mut self,
        tenant: &Tenant,
        data_set: tidewaiter_mandate::DataSet,
        purposes: tidewaiter_mandate::PurposeSet,
        job: &NewJob,
    ) -> Result<()> {
        let sql = "SELECT COUNT(*) FROM job WHERE subject = $1 AND kind = $2";
        let values = [(&job.subject).into(), job.kind.into()];
        let there: Option<i64> = self.statements.value(sql, &values)?;
        match there {
            Some(1..) => Ok(()),
            _ => self.add_job(tenant, data_set, purposes, job),
        }
    }

    pub(crate) fn enqueue(&mut self, job: &NewJob, tags: Tags) -> Result<()> {
        let [agency, data_set, purposes, mandate] = tags.values();
        self.statements
            .execute(
                "INSERT INTO job (id, agency, data_set, purposes, mandate, kind, subject, state,
                     priority, due_at, attempts)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 'ready', $8, $9, 0)",
                &[
                    (&job.id).into(),
                    agency,
                    data_set,
                    purposes,
                    mandate,
                    job.kind.into(),
                    (&job.subject).into(),
                    i64::from(job.priority).into(),
                    job.due_at.into(),
                ],
            )
            .map(|_| ())
    }

    /// Claims up to `most` jobs of the tenant's of `kind` that are due, most urgent first, for
    /// `lease`. Jobs whose lease ran out are due again. Another agency's are done under another
    /// mandate, by another process.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn claim(
        &mut self,
        tenant: &Tenant,
        kind: &str,
        worker: &str,
        most: u32,
        lease: SignedDuration,
    ) -> Result<Vec<Job>> {
        let rows = self.statements.query(
            "SELECT id, subject, attempts FROM job
             WHERE kind = $1 AND agency = $2 AND state IN ('ready', 'leased') AND due_at <= $3
             ORDER BY priority, due_at, id LIMIT $4",
            &[
                kind.into(),
                tenant.agency.into(),
                self.now.into(),
                i64::from(most).into(),
            ],
        )?;
        rows.iter()
            .map(|row| {
                let job = Job {
                    id: row.get(0)?,
                    kind: kind.to_owned(),
                    subject: row.get(1)?,
                    attempt: attempts(row, 2)? + 1,
                    worker: worker.to_owned(),
                };
                self.lease(&job, lease)?;
                Ok(job)
            })
            .collect()
    }

    /// Claims the job of `kind` that is due for one subject, before its turn.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn claim_of(
        &mut self,
        tenant: &Tenant,
        kind: &str,
        subject: &Id,
        worker: &str,
        lease: SignedDuration,
    ) -> Result<Option<Job>> {
        let row = self.statements.first(
            "SELECT id, attempts FROM job
             WHERE subject = $1 AND agency = $2 AND kind = $3 AND state IN ('ready', 'leased')
                 AND due_at <= $4",
            &[
                subject.into(),
                tenant.agency.into(),
                kind.into(),
                self.now.into(),
            ],
        )?;
        let Some(row) = row else { return Ok(None) };
        let job = Job {
            id: row.get(0)?,
            kind: kind.to_owned(),
            subject: *subject,
            attempt: attempts(&row, 1)? + 1,
            worker: worker.to_owned(),
        };
        self.lease(&job, lease)?;
        Ok(Some(job))
    }

    fn lease(&mut self, job: &Job, lease: SignedDuration) -> Result<()> {
        let until = self.now.checked_add(lease).unwrap_or(Timestamp::MAX);
        self.statements
            .execute(
                "UPDATE job SET state = 'leased', worker = $1, attempts = $2, due_at = $3
                 WHERE id = $4",
                &[
                    job.worker.as_str().into(),
                    i64::from(job.attempt).into(),
                    until.into(),
                    (&job.id).into(),
                ],
            )
            .map(|_| ())
    }

    /// The job is done, together with everything else in this transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeaseLost`] when somebody else has it: nothing of this transaction may be
    /// kept.
    pub fn finish(&mut self, job: &Job) -> Result<()> {
        let count = self.statements.execute(
            "DELETE FROM job
             WHERE id = $1 AND state = 'leased' AND attempts = $2 AND worker = $3",
            &[
                (&job.id).into(),
                i64::from(job.attempt).into(),
                job.worker.as_str().into(),
            ],
        )?;
        held(count)
    }

    /// The job failed: it is due again after a wait that doubles with each attempt, from one second
    /// to ten minutes. `fault` is a diagnostic code, never a text of the message.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeaseLost`].
    pub fn retry(&mut self, job: &Job, fault: &'static str) -> Result<()> {
        let seconds = (1i64 << job.attempt.min(20).saturating_sub(1)).min(BACKOFF_MOST_SECONDS);
        let due = self
            .now
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap_or(Timestamp::MAX);
        self.put_back(job, "ready", fault, due, None)
    }

    /// The job cannot be done: it waits until `expires_at` for a person or a newer release.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeaseLost`].
    pub fn quarantine(
        &mut self,
        job: &Job,
        fault: &'static str,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.put_back(job, "quarantined", fault, self.now, Some(expires_at))?;
        // The sealed bytes follow the clock of the quarantine, whatever it was before.
        self.statements
            .execute(
                "UPDATE receipt SET raw_until = $1 WHERE id = $2 AND sealed IS NOT NULL",
                &[expires_at.into(), (&job.subject).into()],
            )
            .map(|_| ())
    }

    fn put_back(
        &mut self,
        job: &Job,
        state: &str,
        fault: &str,
        due_at: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Result<()> {
        let count = self.statements.execute(
            "UPDATE job SET state = $1, fault = $2, due_at = $3, expires_at = $4, worker = NULL
             WHERE id = $5 AND state = 'leased' AND attempts = $6 AND worker = $7",
            &[
                state.into(),
                fault.into(),
                due_at.into(),
                expires_at.into(),
                (&job.id).into(),
                i64::from(job.attempt).into(),
                job.worker.as_str().into(),
            ],
        )?;
        held(count)
    }

    /// Takes back the leases of `worker`, or of all, of every agency: whoever had them is gone. What a clock that
    /// was set back has put further off than any wait between attempts is due now as well. How many
    /// jobs there were.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn take_back_leases(&mut self, worker: Option<&str>) -> Result<u64> {
        let leased = self.statements.execute(
            "UPDATE job SET state = 'ready', due_at = $1, worker = NULL
             WHERE state = 'leased' AND worker = COALESCE($2, worker)",
            &[self.now.into(), worker.into()],
        )?;
        let wait = SignedDuration::from_secs(BACKOFF_MOST_SECONDS);
        let latest = self.now.checked_add(wait).unwrap_or(Timestamp::MAX);
        let far = self.statements.execute(
            "UPDATE job SET due_at = $1
             WHERE state = 'ready' AND due_at > $2 AND (attempts > 0 OR kind = 'read')",
            &[self.now.into(), latest.into()],
        )?;
        Ok(leased + far)
    }

    /// Puts everything in quarantine that `fault` brought there, or all of it, back to work.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn replay_quarantine(&mut self, tenant: &Tenant, fault: Option<&str>) -> Result<u64> {
        self.statements.execute(
            "UPDATE job SET state = 'ready', attempts = 0, due_at = $1, expires_at = NULL
             WHERE agency = $2 AND state = 'quarantined' AND fault = COALESCE($3, fault)",
            &[self.now.into(), tenant.agency.into(), fault.into()],
        )
    }
}

fn held(count: u64) -> Result<()> {
    if count == 1 {
        Ok(())
    } else {
        Err(StoreError::LeaseLost)
    }
}

fn attempts(row: &Row, column: usize) -> Result<u32> {
    u32::try_from(row.get::<i64>(column)?)
        .map_err(|_| StoreError::Corrupt("a number of attempts".into()))
}

/// How much work there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Due, and with nobody.
    pub ready: u64,
    /// Not due yet: what is looked at on a day to come, or tried again after a wait.
    pub later: u64,
    /// With a worker.
    pub leased: u64,
    /// Waiting for a person.
    pub quarantined: u64,
}

impl ReadTx<'_, '_> {
    /// Of which of some kinds jobs are due, in their order: whoever looks for work asks this first,
    /// which keeps nobody from writing. One statement.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn are_due(
        &mut self,
        tenant: &Tenant,
        kinds: &[&str],
        now: Timestamp,
    ) -> Result<Vec<bool>> {
        let kind = |n: usize| {
            format!(
                "CAST(CASE WHEN EXISTS (SELECT 1 FROM job
                     WHERE kind = ${n} AND agency = $1 AND state IN ('ready', 'leased')
                         AND due_at <= $2)
                     THEN 1 ELSE 0 END AS BIGINT)"
            )
        };
        let columns: Vec<String> = (3..3 + kinds.len()).map(kind).collect();
        let sql = format!("SELECT {}", columns.join(", "));
        let mut values: Vec<Value<'_>> = vec![tenant.agency.into(), now.into()];
        values.extend(kinds.iter().map(|kind| Value::from(*kind)));
        let row = self.statements.first(&sql, &values)?;
        let row = row.ok_or(StoreError::NotFound("job"))?;
        (0..kinds.len()).map(|n| row.get(n)).collect()
    }

    /// How many jobs of a kind are to be tried again because of `fault`.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn jobs_at_fault(&mut self, tenant: &Tenant, kind: &str, fault: &str) -> Result<u64> {
        let sql = "SELECT COUNT(*) FROM job WHERE agency = $1 AND kind = $2 AND fault = $3";
        let values = [tenant.agency.into(), kind.into(), fault.into()];
        let count: Option<i64> = self.statements.value(sql, &values)?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }

    /// How much work there is at an instant: a tenant's, or everybody's in the store.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn backlog(&mut self, tenant: Option<&Tenant>, now: Timestamp) -> Result<Backlog> {
        let rows = self.statements.query(
            "SELECT state, CAST(CASE WHEN due_at <= $1 THEN 1 ELSE 0 END AS BIGINT), COUNT(*)
             FROM job
             WHERE agency = COALESCE($2, agency) GROUP BY 1, 2",
            &[now.into(), tenant.map(|tenant| tenant.agency).into()],
        )?;
        let mut backlog = Backlog::default();
        for row in &rows {
            let count = row.get::<i64>(2)?.unsigned_abs();
            match (row.get::<String>(0)?.as_str(), row.get::<i64>(1)?) {
                ("ready", 0) => backlog.later += count,
                ("ready", _) => backlog.ready += count,
                ("leased", _) => backlog.leased += count,
                _ => backlog.quarantined += count,
            }
        }
        Ok(backlog)
    }
}
