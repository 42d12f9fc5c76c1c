//! Work: jobs of every kind, claimed, done and finished.

use jiff::SignedDuration;
use tidewaiter_store::{Id, Job, StoreError, Tx};

use crate::{Result, Service, read};

/// How long a worker has a job before it is due again.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// So many jobs are claimed at a time when everything is to be done.
const BATCH: u32 = 32;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Jobs that were done.
    pub jobs: u64,
    /// Jobs that could not be done and are due again later.
    pub retried: u64,
    /// Jobs that wait in quarantine for a person or a newer release.
    pub quarantined: u64,
    /// Messages that were read.
    pub messages: u64,
    /// Travellers that were read, each as often as a message names them.
    pub travellers: u64,
    /// Hits that were raised or changed.
    pub hits: u64,
}

impl Worked {
    /// Whether there was nothing to do.
    pub const fn is_idle(&self) -> bool {
        self.jobs == 0 && self.retried == 0 && self.quarantined == 0
    }

    /// This and `other`.
    pub const fn add(&mut self, other: Self) {
        self.jobs += other.jobs;
        self.retried += other.retried;
        self.quarantined += other.quarantined;
        self.messages += other.messages;
        self.travellers += other.travellers;
        self.hits += other.hits;
    }
}

/// Does claimed jobs of one kind.
type Doer = fn(&Service, Vec<Job>) -> Result<Worked>;

/// Every kind of job and who does it, most urgent first.
const KINDS: &[(&str, Doer)] = &[
    ("read", read::read),
    (crate::connectors::JOB, Service::ask),
    (crate::lookback::JOB, Service::look_back),
    (read::PARTS, read::miss_parts),
    (read::MANIFEST, read::miss_lists),
];

impl Service {
    /// Claims up to `most` jobs of each kind that are due, and does them.
    ///
    /// # Errors
    ///
    /// What the store meets. A job that fails by itself is no error: it is due again later, or
    /// waits in quarantine.
    pub fn work(&self, worker: &str, most: u32) -> Result<Worked> {
        let mut worked = Worked::default();
        // Who only looks does not stand in the way of those who write.
        let now = self.now();
        let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        let due = self
            .store
            .read_once(|tx| tx.are_due(&self.tenant, &kinds, now))?;
        let kinds = KINDS.iter().zip(due).filter(|(_, is_due)| *is_due);
        for ((kind, doer), _) in kinds {
            let jobs = self.store.write(self.now(), |tx| {
                tx.claim(&self.tenant, kind, worker, most, LEASE)
            })?;
            if !jobs.is_empty() {
                worked.add(doer(self, jobs)?);
            }
        }
        worked.jobs += self.miss_expected(most)?;
        Ok(worked)
    }

    /// Claims the job of `kind` for one subject before its turn, in a transaction; `None` when there
    /// is none that is due: it is done, or somebody is at it.
    pub(crate) fn claim_now(
        &self,
        tx: &mut Tx<'_, '_>,
        worker: &str,
        kind: &str,
        subject: &Id,
    ) -> Result<Option<Job>, StoreError> {
        tx.claim_of(&self.tenant, kind, subject, worker, LEASE)
    }

    /// Does one claimed job.
    ///
    /// # Errors
    ///
    /// As [`Service::work`].
    pub(crate) fn do_now(&self, job: Job) -> Result<Worked> {
        match KINDS.iter().find(|(kind, _)| *kind == job.kind) {
            Some((_, doer)) => doer(self, vec![job]),
            None => Ok(Worked::default()),
        }
    }

    /// Works until nothing is due.
    ///
    /// # Errors
    ///
    /// As [`Service::work`].
    pub fn work_until_idle(&self) -> Result<Worked> {
        let mut all = Worked::default();
        loop {
            let worked = self.work("idle", BATCH)?;
            if worked.is_idle() {
                return Ok(all);
            }
            all.add(worked);
        }
    }
}
