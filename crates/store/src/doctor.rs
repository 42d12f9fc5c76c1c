//! What a doctor looks at: the file, the schema, the keys, the clocks, the disk.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::retention::Overdue;
use crate::store::{Home, Store};
use crate::{Id, Result, StoreError};

/// A sample of this many records is tried against the keystore.
const SAMPLE: i64 = 100;
/// Syncs timed.
const SYNCS: u32 = 20;

/// What a look at the store found. Healthy when every list is empty and nothing is overdue.
#[derive(Clone, Debug)]
pub struct Health {
    /// Damage of the data, in the engine's words.
    pub damage: Vec<String>,
    /// Records of a sample whose key is missing: not erased, but lost.
    pub keys_missing: u64,
    /// What is past its time.
    pub overdue: Overdue,
    /// Lines of the audit log that no checkpoint covers.
    pub unsigned_lines: u64,
    /// How long ago the last checkpoint was signed.
    pub checkpoint_age: Option<SignedDuration>,
    /// Rows written in the future: the clock was set back.
    pub future: bool,
    /// How long the disk takes to make a write durable.
    pub sync: Duration,
}

impl Store {
    /// Looks at everything that may be wrong with the store. Reads the whole file.
    ///
    /// # Errors
    ///
    /// When the store cannot be read at all.
    pub fn examine(&self, home: &Home, now: Timestamp) -> Result<Health> {
        let damage = self.engine.check()?;
        let ids = self.engine.read(|tx| {
            tx.query(
                "SELECT id FROM record ORDER BY id DESC LIMIT $1",
                &[SAMPLE.into()],
            )
        })?;
        let mut keys_missing = 0;
        for row in &ids {
            let id: Id = row.get(0)?;
            keys_missing += u64::from(self.keystore.key(&id) == Err(StoreError::KeyDestroyed));
        }
        let (lines, signed, signed_at, newest) = self.engine.read(|tx| {
            let lines: Option<i64> = tx.value("SELECT COUNT(*) FROM audit", &[])?;
            let sql = "SELECT size, signed_at FROM checkpoint ORDER BY size DESC LIMIT 1";
            let signed = tx.first(sql, &[])?;
            let (size, at) = match &signed {
                Some(row) => (row.get::<i64>(0)?, Some(row.get::<Timestamp>(1)?)),
                None => (0, None),
            };
            let sql = "SELECT MAX(received_at) FROM receipt";
            let newest: Option<Option<Timestamp>> = tx.value(sql, &[])?;
            Ok((lines.unwrap_or(0), size, at, newest.flatten()))
        })?;
        Ok(Health {
            damage,
            keys_missing,
            overdue: self.read(|tx| tx.overdue(None, now))?,
            unsigned_lines: (lines - signed).max(0).unsigned_abs(),
            checkpoint_age: signed_at.map(|at| now.duration_since(at)),
            future: newest.is_some_and(|at| at > now),
            sync: sync_time(home.folder())?,
        })
    }
}

/// How long the disk under a folder takes to make a small write durable.
///
/// # Errors
///
/// When the folder cannot be written.
pub fn sync_time(folder: &Path) -> Result<Duration> {
    let path = folder.join("sync.probe");
    let at = |e: std::io::Error| StoreError::from_io(&e, &path);
    let mut file = std::fs::File::create(&path).map_err(at)?;
    let start = Instant::now();
    for _ in 0..SYNCS {
        file.write_all(&[0; 4096])
            .and_then(|()| file.sync_data())
            .map_err(at)?;
    }
    let each = start.elapsed() / SYNCS;
    std::fs::remove_file(&path).map_err(at)?;
    Ok(each)
}
