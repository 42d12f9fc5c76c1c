//! Backup and restore of a data folder.
//!
//! A backup holds the data and not the keys: whoever has it without the keystore has nothing, and
//! what is erased later is gone from it too. The keystore is backed up apart
//! ([`Keystore::copy_to`](crate::keystore::Keystore::copy_to)), kept apart, and for a shorter time.
//! A PostgreSQL store is backed up with PostgreSQL's own tools (`pg_dump`, `pg_basebackup`).

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::store::{Home, SCHEMA, Store};
use crate::{Id, Result, StoreError};

const DATA: &str = "store.db";
const MANIFEST: &str = "backup.json";

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// When it was made.
    pub made_at: Timestamp,
    /// The schema of the data.
    pub schema: i64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How many lines the audit log has.
    pub audit_lines: u64,
}

impl Store {
    /// Copies the data into the folder `to`, while the store is in use.
    ///
    /// # Errors
    ///
    /// When the folder holds a backup already, or cannot be written.
    pub fn backup(&self, to: &Path, now: Timestamp) -> Result<Manifest> {
        std::fs::create_dir_all(to).map_err(|e| StoreError::from_io(&e, to))?;
        let (data, manifest) = (to.join(DATA), to.join(MANIFEST));
        if data.exists() || manifest.exists() {
            return Err(StoreError::Value("the folder holds a backup already"));
        }
        self.engine.copy_to(&data)?;
        let lines = rusqlite::Connection::open(&data)
            .and_then(|c| c.query_row("SELECT COUNT(*) FROM audit", [], |row| row.get::<_, i64>(0)))
            .map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let made = Manifest {
            made_at: now,
            schema: SCHEMA,
            sha256: sha256(&data)?,
            audit_lines: lines.unsigned_abs(),
        };
        let text = serde_json::to_string_pretty(&made).unwrap_or_default();
        let at = |e: std::io::Error| StoreError::from_io(&e, &manifest);
        let mut file = File::create_new(&manifest).map_err(at)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(at)?;
        sync_folder(to)?;
        Ok(made)
    }

    /// Removes what the keystore opens no more: after a restore, whatever was erased since the
    /// backup was made. How many records there were.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn drop_keyless(&self) -> Result<u64> {
        let mut dropped = 0;
        let mut after = Id([0; 16]);
        loop {
            let sql = "SELECT id FROM record WHERE id > $1 ORDER BY id LIMIT 1000";
            let rows = self.engine.read(|tx| tx.query(sql, &[(&after).into()]))?;
            let Some(last) = rows.last() else {
                return Ok(dropped);
            };
            after = last.get(0)?;
            for row in &rows {
                let id: Id = row.get(0)?;
                if self.keystore.key(&id) == Err(StoreError::KeyDestroyed) {
                    self.engine
                        .write(|tx, _| crate::retention::remove(tx, &id))?;
                    dropped += 1;
                }
            }
        }
    }
}

/// Puts a backup into the folder of a store that has no data. The keystore is left as it is: it
/// must be the one of the store, as it is today.
///
/// # Errors
///
/// When the backup is damaged, is newer than this release, or the folder has data.
pub fn restore(from: &Path, to: &Path) -> Result<Manifest> {
    let manifest = from.join(MANIFEST);
    let text =
        std::fs::read_to_string(&manifest).map_err(|e| StoreError::from_io(&e, &manifest))?;
    let made: Manifest = serde_json::from_str(&text)
        .map_err(|_| StoreError::Corrupt(format!("{} is no manifest", manifest.display())))?;
    if made.schema > SCHEMA {
        return Err(StoreError::NewerSchema {
            found: made.schema,
            known: SCHEMA,
        });
    }
    let source = from.join(DATA);
    if sha256(&source)? != made.sha256 {
        return Err(StoreError::Corrupt(format!(
            "{} is not what was backed up",
            source.display()
        )));
    }
    std::fs::create_dir_all(to).map_err(|e| StoreError::from_io(&e, to))?;
    let target = to.join(DATA);
    for name in [DATA, "store.db-wal", "store.db-shm"] {
        if to.join(name).exists() {
            return Err(StoreError::Value("the folder has data already"));
        }
    }
    let part = to.join("store.db.part");
    std::fs::copy(&source, &part).map_err(|e| StoreError::from_io(&e, &part))?;
    let at = |e: std::io::Error| StoreError::from_io(&e, &part);
    File::open(&part).and_then(|f| f.sync_all()).map_err(at)?;
    std::fs::rename(&part, &target).map_err(at)?;
    sync_folder(to)?;
    Ok(made)
}

impl Home {
    /// Whether there is a store yet.
    pub fn exists(&self) -> bool {
        match self {
            Self::Folder(folder) => folder.join(DATA).exists(),
            Self::Server { keys, .. } => keys.join("keystore").join("keys.db").exists(),
        }
    }
}

fn sha256(path: &Path) -> Result<String> {
    let at = |e: std::io::Error| StoreError::from_io(&e, path);
    let mut file = File::open(path).map_err(at)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).map_err(at)?;
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

fn sync_folder(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| StoreError::from_io(&e, path))
}
