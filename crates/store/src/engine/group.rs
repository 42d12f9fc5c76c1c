//! Group commit: the disk is waited for once for everybody who writes at the same time.
//!
//! There is one writing connection. Whoever wants to write takes it in turn and runs its
//! statements inside the transaction that is open; the last one in the queue commits for all of
//! them, and only then does any of them return. A writer that fails takes back its own statements
//! (a savepoint) and harms nobody else; a commit that fails fails for all.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use super::link::Link;
use super::tx::Statements;
use crate::{Result, StoreError};

/// At most this many writers share a commit.
const MEMBERS_MOST: usize = 64;

/// What must happen with a commit, collected from its members.
pub(crate) trait Companion: Default + Send {
    /// Takes over what a member has collected.
    fn join(&mut self, other: Self);
    /// Makes durable what the transaction depends on. When this fails, nothing is committed.
    fn before_commit(&mut self) -> Result<()>;
}

impl Companion for () {
    fn join(&mut self, (): Self) {}
    fn before_commit(&mut self) -> Result<()> {
        Ok(())
    }
}

/// The outcome of one commit, for all its members.
type Outcome = Arc<OnceLock<Result<()>>>;

#[derive(Default)]
struct Batch<C> {
    outcome: Outcome,
    members: usize,
    companion: C,
}

struct Inner<C> {
    link: Option<Link>,
    open: Option<Batch<C>>,
}

/// The one writing connection and the queue before it.
pub(super) struct Group<C> {
    inner: Mutex<Inner<C>>,
    committed: Condvar,
    queued: AtomicUsize,
    connect: Box<dyn Fn() -> Result<Link> + Send + Sync>,
}

impl<C: Companion> Group<C> {
    pub(super) fn open(connect: Box<dyn Fn() -> Result<Link> + Send + Sync>) -> Result<Self> {
        let link = Some(connect()?);
        Ok(Self {
            inner: Mutex::new(Inner { link, open: None }),
            committed: Condvar::new(),
            queued: AtomicUsize::new(0),
            connect,
        })
    }

    /// Runs `work` in a transaction; returns once it is durable. `is_long`: in one that it begins,
    /// after whoever wrote before it has been committed.
    pub(super) fn write<T>(
        &self,
        is_long: bool,
        work: impl FnOnce(&mut Statements<'_>, &mut C) -> Result<T>,
    ) -> Result<T> {
        self.queued.fetch_add(1, Ordering::SeqCst);
        let mut inner = self.lock();
        self.queued.fetch_sub(1, Ordering::SeqCst);

        // In a part of a transaction every statement costs SQLite a walk over all pages that the part
        // has changed before: for thousands of rows that is a third of the time, and far more than
        // one commit.
        if is_long && inner.open.is_some() {
            Self::commit(&mut inner);
            self.committed.notify_all();
        }
        let done = self.member(&mut inner, work);
        // Also after a failure: those who wrote before may wait for this one to commit.
        self.settle(&mut inner);
        let (outcome, value) = match done {
            Ok(member) => member?,
            Err(panic) => {
                drop(inner);
                resume_unwind(panic)
            }
        };
        loop {
            if let Some(result) = outcome.get() {
                return result.clone().map(|()| value);
            }
            inner = self
                .committed
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Uses the connection outside any transaction.
    pub(super) fn alone<T>(&self, work: impl FnOnce(&mut Link) -> Result<T>) -> Result<T> {
        let mut inner = self.lock();
        Self::commit(&mut inner);
        self.committed.notify_all();
        work(self.connected(&mut inner)?)
    }

    fn lock(&self) -> MutexGuard<'_, Inner<C>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection; a new one where the last was lost, and with it what was not committed.
    fn connected<'i>(&self, inner: &'i mut Inner<C>) -> Result<&'i mut Link> {
        if inner.link.as_ref().is_none_or(Link::is_closed) {
            if let Some(batch) = inner.open.take() {
                let lost = StoreError::Unavailable("the connection was lost".into());
                let _ = batch.outcome.set(Err(lost));
                self.committed.notify_all();
            }
            inner.link = Some((self.connect)()?);
        }
        inner.link.as_mut().ok_or(StoreError::Failed)
    }

    /// Runs the work of one member inside the open transaction. The outer error is a panic.
    fn member<T>(
        &self,
        inner: &mut Inner<C>,
        work: impl FnOnce(&mut Statements<'_>, &mut C) -> Result<T>,
    ) -> std::thread::Result<Result<(Outcome, T)>> {
        let first = match self.begin(inner) {
            Ok(first) => first,
            Err(error) => return Ok(Err(error)),
        };
        let Some(link) = &mut inner.link else {
            return Ok(Err(StoreError::Failed));
        };
        let mut statements = Statements::new(link);
        let mut companion = C::default();
        let done = catch_unwind(AssertUnwindSafe(|| work(&mut statements, &mut companion)));
        let failed = statements.failure();
        let result = match (done, failed) {
            (Ok(Ok(value)), None) if first => Ok(Ok(value)),
            (Ok(Ok(value)), None) => Ok(link.batch("RELEASE SAVEPOINT member").map(|()| value)),
            // What failed first says more than that something had failed before.
            (Ok(Ok(_) | Err(StoreError::Failed)), Some(error)) | (Ok(Err(error)), _) => {
                Ok(Err(error))
            }
            (Err(panic), _) => Err(panic),
        };
        match result {
            Ok(Ok(value)) => {
                let batch = inner.open.get_or_insert_with(Batch::default);
                batch.members += 1;
                batch.companion.join(companion);
                Ok(Ok((Arc::clone(&batch.outcome), value)))
            }
            Ok(Err(error)) => {
                self.take_back(inner, first, &error);
                Ok(Err(error))
            }
            Err(panic) => {
                self.take_back(inner, first, &StoreError::Failed);
                Err(panic)
            }
        }
    }

    /// Begins a transaction, or a part of the open one; whether it is the first part.
    fn begin(&self, inner: &mut Inner<C>) -> Result<bool> {
        self.connected(inner)?;
        let first = inner.open.is_none();
        let link = inner.link.as_mut().ok_or(StoreError::Failed)?;
        if first {
            match link.begin_write() {
                // The connection was lost while nobody used it: nothing is lost with it.
                Err(StoreError::Unavailable(_)) if link.is_closed() => {
                    self.connected(inner)?.begin_write()?;
                }
                begun => begun?,
            }
        } else {
            link.batch("SAVEPOINT member")?;
        }
        Ok(first)
    }

    /// Takes back what a failed member did. Where the engine has given up the whole transaction,
    /// everybody in it has failed.
    fn take_back(&self, inner: &mut Inner<C>, first: bool, failure: &StoreError) {
        let Some(link) = &mut inner.link else { return };
        let kept = !first
            && !link.has_no_transaction()
            && link
                .batch("ROLLBACK TO SAVEPOINT member; RELEASE SAVEPOINT member")
                .is_ok();
        if !kept {
            if !link.has_no_transaction() && link.batch("ROLLBACK").is_err() {
                inner.link = None;
            }
            if let Some(batch) = inner.open.take() {
                let _ = batch.outcome.set(Err(failure.clone()));
                self.committed.notify_all();
            }
        }
    }

    /// Commits, unless somebody is in the queue who will.
    fn settle(&self, inner: &mut Inner<C>) {
        let full = inner
            .open
            .as_ref()
            .is_some_and(|b| b.members >= MEMBERS_MOST);
        if full || self.queued.load(Ordering::SeqCst) == 0 {
            Self::commit(inner);
            self.committed.notify_all();
        }
    }

    fn commit(inner: &mut Inner<C>) {
        let Some(mut batch) = inner.open.take() else {
            return;
        };
        let result = match &mut inner.link {
            None => Err(StoreError::Failed),
            Some(link) => match batch.companion.before_commit() {
                Err(error) => Err(error),
                Ok(()) => link.batch("COMMIT").map_err(|error| match error {
                    StoreError::Unavailable(what) => StoreError::InDoubt(what),
                    other => other,
                }),
            },
        };
        if result.is_err()
            && let Some(link) = &mut inner.link
            && !link.has_no_transaction()
            && link.batch("ROLLBACK").is_err()
        {
            inner.link = None;
        }
        // Set once: the batch was taken out above.
        let _ = batch.outcome.set(result);
    }
}
