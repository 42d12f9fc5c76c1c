//! Two engines behind one interface.
//!
//! Statements are plain SQL that both engines understand, with `$1` for the values, over three
//! kinds of value (whole number, text, bytes) that both store alike. Where the engines would
//! behave differently, the stricter behaviour is made the rule for both.

mod group;
mod link;
mod postgres;
mod sqlite;
mod tx;
mod value;

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

pub(crate) use group::Companion;
use group::Group;
use link::Link;
pub(crate) use link::filled_up;
pub(crate) use tx::{Insert, Statements};
pub(crate) use value::{Get, Row, Value};

use crate::{Result, StoreError};

/// At most this many connections read at the same time.
const READERS_MOST: usize = 8;

/// Where an engine keeps its data.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A SQLite file.
    File(PathBuf),
    /// A schema of a PostgreSQL database.
    Server {
        /// `host=… user=… dbname=…` or `postgresql://…`.
        url: String,
        /// A schema of its own, lower-case letters, digits and underscores.
        schema: String,
    },
}

impl Place {
    fn reader(&self) -> Result<Link> {
        match self {
            Self::File(path) => Link::sqlite_reader(path),
            Self::Server { url, schema } => Link::postgres_reader(url, schema),
        }
    }

    fn writer(&self) -> Result<Link> {
        match self {
            Self::File(path) => Link::sqlite_writer(path),
            Self::Server { url, schema } => Link::postgres(url, schema),
        }
    }
}

/// One writer with group commit, and readers beside it.
pub(crate) struct Engine<C = ()> {
    place: Place,
    group: Group<C>,
    readers: Mutex<Readers>,
    returned: Condvar,
}

#[derive(Default)]
struct Readers {
    idle: Vec<Link>,
    out: usize,
}

impl<C: Companion> Engine<C> {
    /// Opens the engine, creating the file or schema when it is not there.
    pub(crate) fn open(place: Place) -> Result<Self> {
        if let Place::Server { url, schema } = &place {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if schema.is_empty() || !schema.chars().all(plain) {
                return Err(StoreError::Value("a schema has a lower-case name"));
            }
            Link::postgres(url, schema)?.batch(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))?;
        }
        let from = place.clone();
        Ok(Self {
            group: Group::open(Box::new(move || from.writer()))?,
            place,
            readers: Mutex::default(),
            returned: Condvar::new(),
        })
    }

    /// Runs `work` in a transaction that writes, and returns once it is durable.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&mut Statements<'_>, &mut C) -> Result<T>,
    ) -> Result<T> {
        self.group.write(false, work)
    }

    /// The same for work that writes thousands of rows.
    pub(crate) fn write_long<T>(
        &self,
        work: impl FnOnce(&mut Statements<'_>, &mut C) -> Result<T>,
    ) -> Result<T> {
        self.group.write(true, work)
    }

    /// Runs `work` in a transaction that reads one committed state.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&mut Statements<'_>) -> Result<T>) -> Result<T> {
        let mut link = self.begin_read()?;
        let result = work(&mut Statements::new(&mut link));
        let usable = link.batch("ROLLBACK").is_ok() && !link.is_closed();
        self.give_back(usable.then_some(link));
        result
    }

    /// Runs the one statement of `work`, which sees one committed state by itself: to PostgreSQL that is
    /// one exchange in place of three. A second statement fails.
    pub(crate) fn read_once<T>(
        &self,
        work: impl Fn(&mut Statements<'_>) -> Result<T>,
    ) -> Result<T> {
        loop {
            let (mut link, is_new) = self.borrow()?;
            let result = work(&mut Statements::one(&mut link));
            match result {
                // It may have been lost while nobody used it.
                Err(error) if error.is_transient() => {
                    self.give_back(None);
                    if is_new {
                        return Err(error);
                    }
                }
                result => {
                    self.give_back((!link.is_closed()).then_some(link));
                    return result;
                }
            }
        }
    }

    /// A connection with a transaction begun. One that was lost while nobody used it is replaced.
    fn begin_read(&self) -> Result<Link> {
        loop {
            let (mut link, is_new) = self.borrow()?;
            match link.begin_read() {
                Ok(()) => return Ok(link),
                Err(error) => {
                    self.give_back(None);
                    if is_new || !error.is_transient() {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// A connection, and whether it was made for this.
    fn borrow(&self) -> Result<(Link, bool)> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(link) = readers.idle.pop() {
                readers.out += 1;
                return Ok((link, false));
            }
            if readers.out < READERS_MOST {
                readers.out += 1;
                drop(readers);
                let link = self.place.reader().inspect_err(|_| self.give_back(None))?;
                return Ok((link, true));
            }
            readers = self
                .returned
                .wait(readers)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, link: Option<Link>) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.out -= 1;
        readers.idle.extend(link);
        drop(readers);
        self.returned.notify_one();
    }

    /// Where the data are.
    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// Checks every page; what is wrong, in the engine's words.
    pub(crate) fn check(&self) -> Result<Vec<String>> {
        self.group.alone(Link::check)
    }

    /// Writes everything committed into the main file.
    pub(crate) fn checkpoint(&self) -> Result<()> {
        self.group.alone(Link::checkpoint)
    }

    /// Copies the file, page by page, while others go on writing.
    pub(crate) fn copy_to(&self, to: &Path) -> Result<()> {
        sqlite::copy(self.place.reader()?.sqlite()?, to)
    }

    /// Leaves room for `pages` more pages of 4 KiB, or for any number: the disk that is full, for tests.
    /// A server's disk is not ours to fill.
    #[cfg(any(test, feature = "faults"))]
    pub(crate) fn leave_room(&self, pages: Option<u32>) -> Result<()> {
        if let Place::Server { .. } = self.place {
            return Ok(());
        }
        self.group.alone(|link| {
            let held: i64 = match link.query("PRAGMA page_count", &[])?.first() {
                Some(row) => row.get(0)?,
                None => 0,
            };
            let most = pages.map_or(i64::from(u32::MAX) - 1, |pages| held + i64::from(pages));
            let sql = format!("PRAGMA max_page_count = {most}");
            link.query(&sql, &[]).map(|_| ())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(folder: &tempfile::TempDir) -> Engine {
        let engine = Engine::open(Place::File(folder.path().join("e.db"))).unwrap();
        engine
            .write(|tx, ()| {
                tx.define("CREATE TABLE t (n INTEGER NOT NULL, b BLOB NOT NULL) STRICT")
            })
            .unwrap();
        engine
    }

    fn add(engine: &Engine, n: i64, bytes: usize) -> Result<u64> {
        let bytes = vec![7; bytes];
        engine.write(|tx, ()| {
            tx.execute(
                "INSERT INTO t (n, b) VALUES ($1, $2)",
                &[n.into(), bytes.into()],
            )
        })
    }

    fn count(engine: &Engine) -> i64 {
        engine
            .read(|tx| tx.value("SELECT COUNT(*) FROM t", &[]))
            .unwrap()
            .unwrap()
    }

    #[test]
    fn a_full_file_fails_the_writer_and_keeps_what_was_committed() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(&folder);
        engine.leave_room(Some(38)).unwrap();
        let kept = (0..200)
            .take_while(|&n| add(&engine, n, 8000).is_ok())
            .count();
        assert!((5..40).contains(&kept), "{kept}");
        assert_eq!(add(&engine, 0, 8000), Err(StoreError::Full));
        assert_eq!(count(&engine), kept as i64);
        engine.leave_room(None).unwrap();
        add(&engine, 0, 8000).unwrap();
        assert_eq!(count(&engine), kept as i64 + 1);
    }

    #[test]
    fn a_full_file_fails_everybody_who_was_promised_nothing_yet() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(&folder);
        engine.leave_room(Some(398)).unwrap();
        let kept: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|t| {
                    let engine = &engine;
                    scope.spawn(move || {
                        (0..100)
                            .filter(|n| add(engine, t * 100 + n, 8000).is_ok())
                            .count()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert!(kept > 50, "{kept}");
        assert_eq!(
            count(&engine),
            kept as i64,
            "acknowledged is stored, and nothing else"
        );
    }

    #[test]
    fn readers_see_what_is_committed_and_only_that() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(&folder);
        engine
            .write(|tx, ()| {
                tx.execute("INSERT INTO t (n, b) VALUES (1, x'00')", &[])?;
                assert_eq!(count(&engine), 0);
                Ok(())
            })
            .unwrap();
        assert_eq!(count(&engine), 1);
        let seen = engine.read(|tx| {
            let before: Option<i64> = tx.value("SELECT COUNT(*) FROM t", &[])?;
            add(&engine, 2, 10)?;
            Ok((before, tx.value::<i64>("SELECT COUNT(*) FROM t", &[])?))
        });
        assert_eq!(
            seen,
            Ok((Some(1), Some(1))),
            "one state from beginning to end"
        );
        let writes = engine.read(|tx| tx.execute("DELETE FROM t", &[]));
        assert!(matches!(writes, Err(StoreError::ReadOnly(_))), "{writes:?}");
    }
}
