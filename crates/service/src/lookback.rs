//! New knowledge against everything held: when a list, a selector, an exemption or the mandate
//! changes, whoever is held is screened again, those who travel today and later first.
//!
//! A change lines up its look-back in its own transaction. By keys, the look-back asks for whoever
//! has a key of what changed; where that is more work than screening everybody, and when the mandate
//! changes, it screens everybody. It goes page by page, each page one transaction, so that a crash
//! costs a page; how far it has come can be read at any time ([`Service::lookbacks`]). Only what
//! differs raises or marks a hit: the same pair of person and entry is the same hit.

mod page;
mod preview;
mod scope;

use jiff::SignedDuration;
use tidewaiter_mandate::DataSet;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_screening::keys::{Key, KeyKind as ScreeningKey};
use tidewaiter_store::{
    Id, Job, KeyKind, LookbackCause, LookbackKey, LookbackMode, LookbackRun, LookbackStage, NewJob,
    NewLookback, PageDone, Store, StoreError, Tx,
};

pub(crate) use page::raise_found;
pub(crate) use preview::{Ahead, PREVIEW};
use scope::Scope;

use crate::{Acting, Result, Service, ServiceError, Worked};

/// Who looks back, as audit lines name it.
pub(crate) const LOOKBACK: MachineActor = MachineActor::new("look-back");
/// The kind of its jobs.
pub(crate) const JOB: &str = "look-back";
/// After what is to be read, and before what can wait.
const PRIORITY: i16 = 5;
/// Travellers screened in one transaction: some ten milliseconds of the only writing connection.
const PAGE: u32 = 64;
/// Pages of one turn of a worker: then others have theirs.
const PAGES: u32 = 64;
/// Keys looked up in one transaction.
const KEYS_AT_A_TIME: usize = 2_000;
/// Candidates resolved in one transaction: some ten milliseconds of the only writing connection.
const RESOLVED_AT_A_TIME: u32 = 1_000;
/// With so many keys or more, it is asked whether screening everybody is less work.
const MANY_KEYS: usize = 1_000;
/// Looking up this many keys is about as much work as screening one traveller.
const KEYS_A_TRAVELLER: u64 = 8;
/// How long a look-back that was caught by another change waits.
const AGAIN: SignedDuration = SignedDuration::ZERO;

/// A look-back to be lined up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lookback<'a> {
    pub cause: LookbackCause,
    pub list: &'a str,
    /// The one entry that changed.
    pub entry: Option<&'a str>,
    pub before: Option<u32>,
    pub after: Option<u32>,
    pub exhaustive: bool,
}

impl Default for Lookback<'_> {
    fn default() -> Self {
        Self {
            cause: LookbackCause::List,
            list: "",
            entry: None,
            before: None,
            after: None,
            exhaustive: false,
        }
    }
}

impl Service {
    /// Lines up a look-back in the transaction of the change that makes it necessary.
    pub(crate) fn line_up(
        &self,
        tx: &mut Tx<'_, '_>,
        lookback: &Lookback<'_>,
    ) -> Result<Id, StoreError> {
        let new = NewLookback {
            id: self.fresh(),
            cause: lookback.cause,
            list: lookback.list,
            entry: lookback.entry,
            before: lookback.before,
            after: lookback.after,
            mode: if lookback.exhaustive {
                LookbackMode::Exhaustive
            } else {
                LookbackMode::Keys
            },
        };
        tx.start_lookback(&self.tenant, &new)?;
        if lookback.exhaustive {
            tx.count_everybody(&self.tenant, &new.id)?;
        }
        self.line_up_turn(tx, &new.id)?;
        Ok(new.id)
    }

    /// A worker's next turn at a look-back.
    fn line_up_turn(&self, tx: &mut Tx<'_, '_>, run: &Id) -> Result<(), StoreError> {
        let job = NewJob {
            id: self.fresh(),
            kind: JOB,
            subject: *run,
            priority: PRIORITY,
            due_at: tx.now().checked_add(AGAIN).unwrap_or(tx.now()),
        };
        tx.add_job(
            &self.tenant,
            DataSet::Hits,
            self.mandate().all_purposes(),
            &job,
        )
    }

    /// The latest look-backs, the newest first: how far each has come, and what it found.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn lookbacks(&self, most: u32) -> Result<Vec<LookbackRun>> {
        self.lookbacks_behind(None, most)
    }

    /// The same from behind one on.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn lookbacks_behind(&self, behind: Option<&Id>, most: u32) -> Result<Vec<LookbackRun>> {
        Ok(self
            .store
            .read(|tx| tx.lookback_runs(&self.tenant, behind, most))?)
    }

    /// A look-back.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`].
    pub fn lookback(&self, id: &Id) -> Result<LookbackRun> {
        Ok(self.store.read(|tx| tx.lookback_run(&self.tenant, id))?)
    }

    /// Screens everybody who is held, and counts how many of the findings on lists the look-back keys
    /// would have found: their recall, in [`LookbackRun::found`] and
    /// [`LookbackRun::found_by_keys`].
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`] when the person may put no list into force.
    pub fn measure_keys(&self, acting: &Acting) -> Result<Id> {
        self.may_import(acting)?;
        let lookback = Lookback {
            cause: LookbackCause::Measure,
            exhaustive: true,
            ..Lookback::default()
        };
        Ok(self
            .store
            .write(self.now(), |tx| self.line_up(tx, &lookback))?)
    }

    /// Does the turns of look-backs.
    pub(crate) fn look_back(&self, jobs: Vec<Job>) -> Result<Worked> {
        let mut worked = Worked::default();
        for job in jobs {
            match self.turn(&job) {
                Ok(done) => {
                    worked.jobs += 1;
                    worked.hits += done.raised + done.changed;
                }
                // A list of this look-back that this release cannot read any more, or that was
                // destroyed: a person has to look.
                Err(ServiceError::Unreadable(_) | ServiceError::NotFound(_)) => {
                    let until = self.now() + SignedDuration::from_hours(24 * 30);
                    self.store.write(self.now(), |tx| {
                        tx.quarantine(&job, "look-back-failed", until)
                    })?;
                    worked.quarantined += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(worked)
    }

    /// One turn: some pages, each durable by itself.
    fn turn(&self, job: &Job) -> Result<PageDone> {
        let mut run = self.lookback(&job.subject)?;
        if run.cause == LookbackCause::Preview {
            return self.preview_turn(job, run);
        }
        let scope = self.scope(&run)?;
        if run.stage == LookbackStage::Find {
            self.find(&run, &scope)?;
            run = self.lookback(&run.id)?;
        }
        let mut sum = PageDone::default();
        for _ in 0..PAGES {
            if run.stage == LookbackStage::Done {
                self.store.write(self.now(), |tx| tx.finish(job))?;
                return Ok(sum);
            }
            let watch = self.current_watch()?;
            // Another change came between: against that one, then.
            if let Some(done) = self.page(&run, &scope, &watch, PAGE)? {
                sum.raised += done.raised;
                sum.changed += done.changed;
                sum.screened += done.screened;
            }
            run = self.lookback(&run.id)?;
        }
        self.store.write(self.now(), |tx| {
            tx.finish(job)?;
            self.line_up_turn(tx, &run.id)
        })?;
        Ok(sum)
    }

    /// Finds whom a look-back by keys is about.
    fn find(&self, run: &LookbackRun, scope: &Scope) -> Result<()> {
        let today = self.today();
        let now = self.now();
        let keys = match &scope.keys {
            Some(keys) => keys.as_slice(),
            // Too much changed to ask for each of it.
            None => &[],
        };
        let asks = if scope.keys.is_none() {
            u64::MAX
        } else {
            keys.len() as u64
        };
        if scope.keys.is_none() || keys.len() >= MANY_KEYS {
            let held = match asks {
                u64::MAX => i64::MAX.unsigned_abs(),
                asks => asks / KEYS_A_TRAVELLER,
            };
            let everybody = self
                .store
                .write(now, |tx| tx.exhaustive_below(&self.tenant, &run.id, held))?;
            if everybody {
                return Ok(());
            }
        }
        for some in keys.chunks(KEYS_AT_A_TIME) {
            self.store.write_long(now, |tx| {
                tx.add_candidates(&self.tenant, &run.id, today, some)
            })?;
        }
        self.store.write(now, |tx| {
            // Whoever has a hit on what changed, whatever their keys.
            let mut subjects = Vec::new();
            for hit in tx.reading().hits_of_list(&self.tenant, &run.list)? {
                if scope.covers(&hit.cause_kind, &hit.list, &hit.entry) {
                    subjects.push(hit.subject);
                }
            }
            tx.add_candidate_records(&self.tenant, &run.id, today, &subjects)
        })?;
        if run.cause == LookbackCause::Preview {
            self.each_candidate_once(&run.id)?;
        }
        Ok(self.store.write(now, |tx| tx.candidates_found(&run.id))?)
    }

    /// Puts each traveller in the place of the records that brought them. There may be millions: others
    /// write between two pages.
    fn each_candidate_once(&self, run: &Id) -> Result<()> {
        let (tenant, today) = (&self.tenant, self.today());
        while self.store.write_long(self.now(), |tx| {
            tx.resolve_candidates(tenant, run, RESOLVED_AT_A_TIME)
        })? {}
        while self.store.write_long(self.now(), |tx| {
            tx.place_candidates(tenant, run, today, RESOLVED_AT_A_TIME)
        })? {}
        Ok(())
    }
}

/// A key of screening as the store keeps it.
pub(crate) fn store_key(store: &Store, key: &Key) -> LookbackKey {
    let kind = match key.kind {
        ScreeningKey::Name => KeyKind::Name,
        ScreeningKey::Document => KeyKind::Document,
        ScreeningKey::Phone => KeyKind::Phone,
        ScreeningKey::Email => KeyKind::Email,
        ScreeningKey::Card => KeyKind::Card,
        ScreeningKey::Address => KeyKind::Address,
        ScreeningKey::Agency => KeyKind::Agency,
    };
    store.lookback_key(kind, &key.text)
}
