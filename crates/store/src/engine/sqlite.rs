//! SQLite: one file, write-ahead log, synced in full on every commit.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::value::{Row, Value};
use crate::{Result, StoreError};

/// How long a reader waits for a checkpoint to end.
const BUSY: Duration = Duration::from_secs(10);
/// Statements kept prepared on a connection.
const STATEMENTS: usize = 256;

/// Opens the file for writing, creating it when it is not there.
pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).map_err(|e| fault_at(&e, path))?;
    connection.busy_timeout(BUSY).map_err(|e| fault(&e))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON;
             PRAGMA cell_size_check = ON;
             PRAGMA trusted_schema = OFF;
             PRAGMA cache_size = -65536;
             PRAGMA temp_store = MEMORY;",
        )
        .map_err(|e| fault_at(&e, path))?;
    Ok(connection)
}

/// Opens the file for reading, beside the writer.
pub(super) fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|e| fault_at(&e, path))?;
    connection.busy_timeout(BUSY).map_err(|e| fault(&e))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA cell_size_check = ON;")
        .map_err(|e| fault_at(&e, path))?;
    Ok(connection)
}

pub(super) fn execute(connection: &Connection, sql: &str, values: &[Value<'_>]) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql).map_err(|e| fault(&e))?;
    let count = statement
        .execute(rusqlite::params_from_iter(values))
        .map_err(|e| fault(&e))?;
    Ok(count as u64)
}

pub(super) fn query(connection: &Connection, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql).map_err(|e| fault(&e))?;
    let columns = statement.column_count();
    let mut rows = statement
        .query(rusqlite::params_from_iter(values))
        .map_err(|e| fault(&e))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(|e| fault(&e))? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            values.push(match row.get_ref(column).map_err(|e| fault(&e))? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(value) => Value::Int(value),
                ValueRef::Text(text) => match str::from_utf8(text) {
                    Ok(text) => Value::from(text.to_owned()),
                    Err(_) => return Err(StoreError::Corrupt("text that is no UTF-8".into())),
                },
                ValueRef::Blob(bytes) => Value::from(bytes.to_vec()),
                ValueRef::Real(_) => return Err(StoreError::Corrupt("a real number".into())),
            });
        }
        found.push(Row(values));
    }
    Ok(found)
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn fault_at(error: &rusqlite::Error, path: &Path) -> StoreError {
    match fault(error) {
        StoreError::ReadOnly(_) => StoreError::ReadOnly(path.display().to_string()),
        StoreError::Corrupt(what) => StoreError::Corrupt(format!("{}: {what}", path.display())),
        other => other,
    }
}

/// Names the error. SQLite's own messages name tables and columns, never values.
pub(super) fn fault(error: &rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(code, message) = error else {
        return StoreError::Engine(error.to_string());
    };
    let text = message.clone().unwrap_or_else(|| code.to_string());
    match code.code {
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => {
            StoreError::ReadOnly(text)
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(text),
        ErrorCode::SystemIoFailure => StoreError::Io(text),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::ConstraintViolation => StoreError::Constraint(text),
        _ => StoreError::Engine(text),
    }
}

/// Copies a consistent state of the whole file to `to`, and syncs it.
pub(super) fn copy(from: &Connection, to: &Path) -> Result<()> {
    let mut target = Connection::open(to).map_err(|e| fault_at(&e, to))?;
    {
        let backup = rusqlite::backup::Backup::new(from, &mut target).map_err(|e| fault(&e))?;
        backup
            .run_to_completion(4096, Duration::from_millis(1), None)
            .map_err(|e| fault_at(&e, to))?;
    }
    target
        .execute_batch("PRAGMA journal_mode = DELETE")
        .map_err(|e| fault_at(&e, to))?;
    target.close().map_err(|(_, e)| fault_at(&e, to))
}
