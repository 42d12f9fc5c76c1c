//! The audit log: lines written in the transaction of what they speak of.
//!
//! A line is about one subject at most, under a pseudonym made with the subject's own key. What the
//! line commits to (a reason in somebody's words, what the machine read) is kept beside it, sealed
//! under the same key where it is about somebody; when the key is destroyed, nobody can say any
//! more whose line it was, and the log still verifies.

use std::sync::PoisonError;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tidewaiter_mandate::audit::merkle::{Hash, leaf};
use tidewaiter_mandate::audit::{
    AuditEvent, AuditResult, Checkpoint, Commitment, Entry, Fault, LogKey, SubjectKey, Verified,
    Verifier,
};
use tidewaiter_mandate::grant::{GrantCore, HumanActor, MachineActor};
use tidewaiter_mandate::profile::OfficeKey;
use tidewaiter_mandate::{Element, ElementSet, PurposeId};

use crate::engine::{Insert, Value};
use crate::measured::Span;
use crate::seal::{Key, random};
use crate::store::{ReadTx, Store, Tx};
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// Lines read at a time.
const LINES: i64 = 10_000;
/// Lines of a transaction that are written together: all of a page that somebody looks at.
const LINES_WAITING: usize = 256;
const INSERT: Insert = Insert {
    into: "INTO audit (seq, leaf, line, subject, sealed)",
    columns: 5,
    on_conflict: "",
};
/// Sealed beside a line.
const DETAIL: &str = "audit.sealed";

/// The last line.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    next: u64,
    prev: Hash,
}

/// What the machine reads in one transaction, for its one line.
pub(crate) struct Run {
    entry: Entry,
    read: Sha256,
    count: u64,
}

/// Who did it, and in which capacity.
#[derive(Clone, Copy)]
pub(crate) enum Who<'a> {
    /// Somebody who reads, by a grant, for its reason.
    Person(&'a GrantCore),
    /// Somebody who acts in their role.
    Actor(&'a HumanActor, Option<PurposeId>),
    /// Somebody who signs in or administers: by person and role, for no purpose.
    Account(&'a str, &'a str),
    Machine(MachineName, Option<PurposeId>),
}

pub(crate) type MachineName = &'static str;

/// What a line says beside who and when.
pub(crate) struct Said<'a> {
    pub event: AuditEvent,
    /// About which subject.
    pub subject: Option<&'a Id>,
    pub fields: ElementSet,
    /// Words to commit to; of a person's grant the reason is taken anyway.
    pub detail: Option<&'a [u8]>,
}

/// The key under which pseudonyms of a subject are made: not the one its data are sealed under,
/// but derived from it, so that it dies with it.
fn subject_key(key: &Key) -> SubjectKey {
    SubjectKey::new(keyed(key, b"pseudonym", &[]))
}

/// HMAC-SHA-256 of `what` and `bytes` under a key.
pub(crate) fn keyed(key: &Key, what: &[u8], bytes: &[u8]) -> [u8; 32] {
    let _span = Span::begin();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.bytes()) else {
        unreachable!("HMAC takes a key of any length")
    };
    mac.update(what);
    mac.update(&[0]);
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

impl Tx<'_, '_> {
    /// Writes a line of something that was done.
    pub(crate) fn say(&mut self, tenant: &Tenant, who: Who<'_>, said: &Said<'_>) -> Result<()> {
        self.say_with(tenant, who, said, AuditResult::Permitted)
    }

    /// Writes a line.
    pub(crate) fn say_with(
        &mut self,
        tenant: &Tenant,
        who: Who<'_>,
        said: &Said<'_>,
        result: AuditResult,
    ) -> Result<()> {
        let _span = Span::begin();
        let key = said.subject.map(|subject| self.key(subject)).transpose()?;
        let mut entry = entry_of(self.now, tenant, who, said.event);
        entry.result = result;
        entry.fields = said.fields.iter().map(Element::as_str).collect();
        entry.object = match (said.subject, &key) {
            (Some(subject), Some(key)) => Some(subject_key(key).pseudonym(&subject.0)),
            _ => None,
        };
        let reason = match who {
            Who::Person(core) => core.reason().as_str().as_bytes(),
            Who::Actor(..) | Who::Account(..) | Who::Machine(..) => &[],
        };
        // One salt and both texts, kept together and lost together.
        let mut kept = vec![0; 32];
        random(&mut kept)?;
        let salt: [u8; 32] = kept.as_slice().try_into().unwrap_or_default();
        entry.reason = (!reason.is_empty()).then(|| Commitment::to(&salt, reason));
        entry.detail = said.detail.map(|detail| Commitment::to(&salt, detail));
        kept.extend(u32::try_from(reason.len()).unwrap_or(0).to_be_bytes());
        kept.extend_from_slice(reason);
        kept.extend_from_slice(said.detail.unwrap_or(&[]));
        let sealed = match (said.subject, &key) {
            (Some(subject), Some(key)) => key.seal(DETAIL, subject, &kept)?,
            _ => kept,
        };
        self.append(entry, said.subject, sealed)
    }

    /// Notes that somebody reads the log, from line `from` on.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn audit_was_read(
        &mut self,
        tenant: &Tenant,
        by: &HumanActor,
        purpose: PurposeId,
        from: u64,
    ) -> Result<()> {
        let said = Said {
            event: AuditEvent::AuditRead,
            subject: None,
            fields: ElementSet::EMPTY,
            detail: Some(&from.to_be_bytes()),
        };
        self.say(tenant, Who::Actor(by, Some(purpose)), &said)
    }

    fn append(&mut self, mut entry: Entry, subject: Option<&Id>, sealed: Vec<u8>) -> Result<()> {
        let head = match self.head {
            Some(head) => head,
            None => self.last_line()?,
        };
        entry.seq = head.next;
        entry.prev = head.prev;
        let line = entry.line();
        let hash = leaf(line.as_bytes());
        self.lines.extend([
            head.next.cast_signed().into(),
            Value::from(hash.0.to_vec()),
            line.into(),
            subject.map(|s| s.0.to_vec()).into(),
            sealed.into(),
        ]);
        self.head = Some(Head {
            next: head.next + 1,
            prev: hash,
        });
        if self.lines.len() >= LINES_WAITING * INSERT.columns {
            self.write_lines()?;
        }
        Ok(())
    }

    /// Writes the lines that wait to be written together.
    pub(crate) fn write_lines(&mut self) -> Result<()> {
        let _span = Span::begin();
        let lines = std::mem::take(&mut self.lines);
        if !lines.is_empty() {
            self.statements.insert(&INSERT, &lines)?;
        }
        Ok(())
    }

    fn last_line(&mut self) -> Result<Head> {
        let sql = "SELECT seq, leaf FROM audit ORDER BY seq DESC LIMIT 1";
        Ok(match self.statements.first(sql, &[])? {
            Some(row) => Head {
                next: row.get::<i64>(0)?.unsigned_abs() + 1,
                prev: Hash(row.get(1)?),
            },
            None => Head {
                next: 0,
                prev: Hash::NONE,
            },
        })
    }

    /// Notes that the machine reads `content` of a record; the first note decides for whom the
    /// line will be.
    pub(crate) fn machine_reads(
        &mut self,
        tenant: &Tenant,
        machine: &MachineActor,
        purpose: Option<PurposeId>,
        id: &Id,
        content: &[u8],
    ) -> Result<()> {
        let _span = Span::begin();
        if self
            .run
            .as_ref()
            .is_some_and(|run| run.entry.actor != machine.name())
        {
            self.end_run()?;
        }
        let run = match &mut self.run {
            Some(run) => run,
            none => {
                let who = Who::Machine(machine.name(), purpose);
                let run = Run {
                    entry: entry_of(self.now, tenant, who, AuditEvent::Match),
                    read: Sha256::new(),
                    count: 0,
                };
                none.insert(run)
            }
        };
        run.read.update(id.0);
        run.read.update(content);
        run.count += 1;
        Ok(())
    }

    /// Writes the line of what the machine has read in this transaction.
    pub(crate) fn end_run(&mut self) -> Result<()> {
        let _span = Span::begin();
        let Some(run) = self.run.take() else {
            return Ok(());
        };
        let mut entry = run.entry;
        let mut kept = vec![0; 32];
        random(&mut kept)?;
        let salt: [u8; 32] = kept.as_slice().try_into().unwrap_or_default();
        let mut detail = run.count.to_be_bytes().to_vec();
        detail.extend(run.read.finalize());
        entry.detail = Some(Commitment::to(&salt, &detail));
        kept.extend([0; 4]);
        kept.extend(detail);
        self.append(entry, None, kept)
    }
}

/// A line's beginning.
fn entry_of(now: Timestamp, tenant: &Tenant, who: Who<'_>, event: AuditEvent) -> Entry {
    let (actor, human, role, purpose) = match who {
        Who::Person(core) => (
            core.person().as_str(),
            true,
            tenant.role_name(core.role()),
            tenant.purpose_name(core.purpose()),
        ),
        Who::Actor(actor, purpose) => (
            actor.person().as_str(),
            true,
            tenant.role_name(actor.role()),
            purpose.map_or("", |p| tenant.purpose_name(p)),
        ),
        Who::Account(person, role) => (person, true, role, ""),
        Who::Machine(name, purpose) => {
            let purpose = purpose.map_or("", |p| tenant.purpose_name(p));
            (name, false, "", purpose)
        }
    };
    Entry {
        seq: 0,
        prev: Hash::NONE,
        time: now,
        event,
        result: AuditResult::Permitted,
        actor: actor.to_owned(),
        human,
        role: role.to_owned(),
        agency: tenant.agency().to_owned(),
        purpose: purpose.to_owned(),
        object: None,
        fields: Vec::new(),
        reason: None,
        detail: None,
        mandate: tenant.mandate().reference().clone(),
    }
}

impl ReadTx<'_, '_> {
    /// The lines from `first` on, in order; at most ten thousand.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub fn audit_lines(&mut self, first: u64) -> Result<Vec<String>> {
        let sql = "SELECT line FROM audit WHERE seq >= $1 ORDER BY seq LIMIT $2";
        let rows = self
            .statements
            .query(sql, &[first.cast_signed().into(), LINES.into()])?;
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The signed checkpoints, in order.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub fn checkpoints(&mut self) -> Result<Vec<String>> {
        let rows = self
            .statements
            .query("SELECT note FROM checkpoint ORDER BY size", &[])?;
        rows.iter().map(|row| row.get(0)).collect()
    }
}

/// Why a log does not stand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A checkpoint is not signed by the log's key.
    #[error("checkpoint {0} is not signed by the log's key")]
    Checkpoint(usize),
    /// The lines are not those that were signed.
    #[error(transparent)]
    Log(#[from] Fault),
    /// A line is no canonical entry.
    #[error("line {0} is no canonical entry")]
    Form(u64),
}

impl Store {
    /// The key that signs this store's checkpoints.
    ///
    /// # Errors
    ///
    /// When the keystore cannot be read.
    pub fn audit_key(&self) -> Result<OfficeKey> {
        Ok(OfficeKey::from_seed(self.keystore.secret("audit")?.bytes()))
    }

    /// Signs the log as it stands: the note is stored, and returned to be copied to a witness.
    /// `None` when nothing was written since the last one.
    ///
    /// # Errors
    ///
    /// When the log cannot be read or written.
    pub fn checkpoint(&self, origin: &str, now: Timestamp) -> Result<Option<String>> {
        let mut tree = self.tree.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let sql = "SELECT leaf FROM audit WHERE seq >= $1 ORDER BY seq LIMIT $2";
            let from = tree.size().cast_signed();
            let rows = self
                .engine
                .read(|tx| tx.query(sql, &[from.into(), LINES.into()]))?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                tree.push(Hash(row.get(0)?));
            }
        }
        let size = tree.size();
        let checkpoint = Checkpoint {
            origin: origin.to_owned(),
            size,
            root: tree.root(),
        };
        drop(tree);
        if size == 0 {
            return Ok(None);
        }
        let note = checkpoint.sign(&self.audit_key()?);
        let new = self.engine.write(|tx, _| {
            tx.execute(
                "INSERT INTO checkpoint (size, note, signed_at) VALUES ($1, $2, $3)
                 ON CONFLICT (size) DO NOTHING",
                &[size.cast_signed().into(), note.as_str().into(), now.into()],
            )
        })?;
        Ok((new > 0).then_some(note))
    }

    /// Verifies the whole log against its checkpoints, line after line.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn verify_audit(&self, origin: &str) -> Result<Verified, AuditFault> {
        self.verify_audit_against(origin, &[])
    }

    /// Verifies the whole log against its checkpoints and those that a witness has kept: whoever
    /// cuts the log and its own checkpoints does not cut the witness's.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong. Checkpoints are counted from 0, the witness's after the
    /// store's own.
    pub fn verify_audit_against(
        &self,
        origin: &str,
        witnessed: &[String],
    ) -> Result<Verified, AuditFault> {
        let log = LogKey {
            origin: origin.to_owned(),
            key: self.audit_key()?.public(),
        };
        let notes = self.read(|tx| tx.checkpoints())?;
        let mut checkpoints = notes
            .iter()
            .chain(witnessed)
            .enumerate()
            .map(|(i, note)| Checkpoint::read(note, &log).map_err(|_| AuditFault::Checkpoint(i)))
            .collect::<Result<Vec<_>, _>>()?;
        checkpoints.sort_by_key(|checkpoint| checkpoint.size);
        let mut verifier = Verifier::new(&checkpoints)?;
        let mut next = 0;
        loop {
            let lines = self.read(|tx| tx.audit_lines(next))?;
            if lines.is_empty() {
                return Ok(verifier.finish()?);
            }
            for line in lines {
                verifier.line(&line)?;
                Entry::check(&line).map_err(|_| AuditFault::Form(next))?;
                next += 1;
            }
        }
    }
}
