//! Numbered migrations, each applied once, each known by its hash.
//!
//! A migration that was released never changes: the hash of its text is stored beside its number,
//! and a release that has another text under that number refuses the file. A file with a higher
//! number than this release knows is refused as well, by name, and left as it is.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::engine::{Statements, Value};
use crate::{Result, StoreError};

/// A step of the schema, in SQLite's words; the engine translates them.
pub(crate) struct Migration {
    pub number: i64,
    pub name: &'static str,
    pub sql: &'static str,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT";

impl Migration {
    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.sql).into()
    }
}

/// Brings the schema to the newest of `migrations`; which numbers were applied now.
pub(crate) fn migrate(
    tx: &mut Statements<'_>,
    migrations: &[Migration],
    now: Timestamp,
) -> Result<Vec<i64>> {
    tx.define(TABLE)?;
    let known = migrations.last().map_or(0, |m| m.number);
    let rows = tx.query("SELECT number, hash FROM migration ORDER BY number", &[])?;
    for row in &rows {
        let (number, hash): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        if number > known {
            return Err(StoreError::NewerSchema {
                found: number,
                known,
            });
        }
        if migrations
            .iter()
            .any(|m| m.number == number && m.hash() != hash.as_slice())
        {
            return Err(StoreError::MigrationDiffers(number));
        }
    }
    let mut applied = Vec::new();
    for migration in migrations.iter().skip(rows.len()) {
        tx.define(migration.sql)?;
        tx.execute(
            "INSERT INTO migration (number, name, hash, applied_at) VALUES ($1, $2, $3, $4)",
            &[
                migration.number.into(),
                migration.name.into(),
                Value::from(&migration.hash()),
                now.into(),
            ],
        )?;
        applied.push(migration.number);
    }
    Ok(applied)
}
