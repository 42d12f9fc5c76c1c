//! One connection to one of the two engines, and the words in which they differ.

use std::path::Path;

use super::tx::Insert;
use super::value::{Row, Value};
use super::{postgres, sqlite};
use crate::{Id, Result, StoreError};

/// Rows that one statement inserts into SQLite, which saves little by more.
const SQLITE_ROWS: usize = 8;
/// Rows that one statement inserts into PostgreSQL: some hundred kilobytes.
const POSTGRES_ROWS: usize = 512;

/// Identifiers that one statement looks up in SQLite.
const SQLITE_IDS: usize = 64;
/// Identifiers that one statement looks up in PostgreSQL.
const POSTGRES_IDS: usize = 1024;

/// Some values, up to the next power of two filled with the last of them, so that few different statements
/// are prepared for any number of them.
pub(crate) fn filled_up<T>(some: &[T]) -> impl Iterator<Item = &T> {
    let fill = some.last().into_iter().cycle();
    some.iter().chain(fill).take(some.len().next_power_of_two())
}

/// Serialises the writers of one PostgreSQL schema: the key of its advisory lock.
const WRITER_LOCK: i64 = 0x7469_6465;

/// A connection.
pub(super) enum Link {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Connection>),
}

impl Link {
    pub(super) fn sqlite_writer(path: &Path) -> Result<Self> {
        sqlite::open_writer(path).map(Self::Sqlite)
    }

    pub(super) fn sqlite_reader(path: &Path) -> Result<Self> {
        sqlite::open_reader(path).map(Self::Sqlite)
    }

    pub(super) fn postgres(url: &str, schema: &str) -> Result<Self> {
        postgres::Connection::open(url, schema).map(|c| Self::Postgres(Box::new(c)))
    }

    /// A connection that changes nothing, whether a transaction is begun or not.
    pub(super) fn postgres_reader(url: &str, schema: &str) -> Result<Self> {
        let mut link = Self::postgres(url, schema)?;
        link.batch("SET default_transaction_read_only = on")?;
        Ok(link)
    }

    /// Whether the connection is gone, so that only a new one helps.
    pub(super) fn is_closed(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(connection) => connection.is_closed(),
        }
    }

    /// Whether the engine has ended the transaction by itself: SQLite does when the disk is full.
    pub(super) fn has_no_transaction(&self) -> bool {
        match self {
            Self::Sqlite(connection) => connection.is_autocommit(),
            Self::Postgres(connection) => connection.is_closed(),
        }
    }

    /// Begins a transaction that writes. Writers wait for each other on both engines, so that what
    /// one reads no other changes before it commits.
    pub(super) fn begin_write(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(_) => self.batch("BEGIN IMMEDIATE"),
            Self::Postgres(_) => self.batch(&format!(
                "BEGIN; SELECT pg_advisory_xact_lock({WRITER_LOCK}, hashtext(current_schema()))"
            )),
        }
    }

    /// Begins a transaction that reads one state of everything.
    pub(super) fn begin_read(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(_) => self.batch("BEGIN"),
            Self::Postgres(_) => self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        }
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                connection.execute_batch(sql).map_err(|e| sqlite::fault(&e))
            }
            Self::Postgres(connection) => connection.batch(sql),
        }
    }

    /// Runs statements of a migration, written in SQLite's words.
    pub(super) fn define(&mut self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(_) => self.batch(sql),
            Self::Postgres(connection) => connection.batch(&postgres_words(sql)),
        }
    }

    pub(super) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        values.iter().try_for_each(Value::check)?;
        match self {
            Self::Sqlite(connection) => sqlite::execute(connection, &sqlite_marks(sql), values),
            Self::Postgres(connection) => connection.execute(sql, values),
        }
    }

    pub(super) fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        values.iter().try_for_each(Value::check)?;
        match self {
            Self::Sqlite(connection) => sqlite::query(connection, &sqlite_marks(sql), values),
            Self::Postgres(connection) => connection.query(sql, values),
        }
    }

    /// Runs a query for many identifiers, some of them at a time: `IN ({ids})` in it stands for those.
    pub(super) fn query_each(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        ids: &[Id],
    ) -> Result<Vec<Row>> {
        values.iter().try_for_each(Value::check)?;
        let mut rows = Vec::new();
        match self {
            Self::Sqlite(connection) => {
                for some in ids.chunks(SQLITE_IDS) {
                    let filled: Vec<&Id> = filled_up(some).collect();
                    let places: Vec<String> = (1..=filled.len())
                        .map(|n| format!("?{}", values.len() + n))
                        .collect();
                    let sql = sqlite_marks(sql).replace("{ids}", &places.join(", "));
                    let mut all = values.to_vec();
                    all.extend(filled.into_iter().map(Value::from));
                    rows.extend(sqlite::query(connection, &sql, &all)?);
                }
            }
            Self::Postgres(connection) => {
                // One value, an array: the plan does not depend on how many they are, and is kept.
                // A list of places is planned anew each time, and ends in reading whole tables.
                let sql = sql.replace("IN ({ids})", &format!("= ANY(${})", values.len() + 1));
                for some in ids.chunks(POSTGRES_IDS) {
                    rows.extend(connection.query_each(&sql, values, some)?);
                }
            }
        }
        Ok(rows)
    }

    /// Inserts rows; `values` holds the columns of each, one row after the other. How many are new.
    pub(super) fn insert(&mut self, insert: &Insert, values: &[Value<'_>]) -> Result<u64> {
        let most = match self {
            Self::Sqlite(_) => SQLITE_ROWS,
            Self::Postgres(_) => POSTGRES_ROWS,
        };
        let width = insert.columns;
        let (mut rest, mut count) = (values, 0);
        let (mut sql, mut sql_rows) = (String::new(), 0);
        while !rest.is_empty() {
            let rows = (rest.len() / width).min(most);
            if let Self::Postgres(connection) = self {
                let (now, later) = rest.split_at(rows * width);
                now.iter().try_for_each(Value::check)?;
                count += connection.insert(insert, now)?;
                rest = later;
                continue;
            }
            // Powers of two, so that few different statements are prepared.
            let take = 1 << rows.ilog2();
            if take != sql_rows {
                (sql, sql_rows) = (insert.sql(take), take);
            }
            let (now, later) = rest.split_at(take * width);
            count += self.execute(&sql, now)?;
            rest = later;
        }
        Ok(count)
    }

    /// Checks every page and every reference; what it finds, in the engine's words.
    pub(super) fn check(&mut self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(connection) => {
                let rows = sqlite::query(connection, "PRAGMA integrity_check(20)", &[])?;
                let found = rows
                    .iter()
                    .map(|row| row.get::<String>(0))
                    .collect::<Result<Vec<_>>>()?;
                Ok(found.into_iter().filter(|line| line != "ok").collect())
            }
            // The server checks its pages as it reads them.
            Self::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Writes everything committed into the main file and empties the log.
    pub(super) fn checkpoint(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                sqlite::query(connection, "PRAGMA wal_checkpoint(TRUNCATE)", &[]).map(|_| ())
            }
            Self::Postgres(_) => Ok(()),
        }
    }

    /// The connection to SQLite, for what only a file can do.
    pub(super) fn sqlite(&mut self) -> Result<&mut rusqlite::Connection> {
        match self {
            Self::Sqlite(connection) => Ok(connection),
            Self::Postgres(_) => Err(StoreError::Engine(
                "this is done with PostgreSQL's own tools".into(),
            )),
        }
    }
}

/// Places of values: `$1` is `?1` in SQLite.
fn sqlite_marks(sql: &str) -> String {
    sql.replace('$', "?")
}

/// A migration in PostgreSQL's words. Text sorts by its bytes, as in SQLite.
fn postgres_words(sql: &str) -> String {
    sql.replace(" WITHOUT ROWID, STRICT", "")
        .replace(" STRICT", "")
        .replace("INTEGER", "BIGINT")
        .replace("BLOB", "BYTEA")
        .replace("TEXT", "TEXT COLLATE \"C\"")
}
