//! Opening a store, and its transactions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::audit::merkle::Frontier;
use zeroize::Zeroizing;

use crate::audit::{Head, Run};
use crate::engine::{Companion, Engine, Place, Statements, Value};
use crate::keystore::{Custodian, EscrowKey, EscrowSecret, Keystore};
use crate::migrate::{Migration, migrate};
use crate::seal::Key;
use crate::tenant::Tenant;
use crate::{Id, Result, StoreError};

/// The schema, step by step. A step that was released never changes.
const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "foundation",
        sql: include_str!("../migrations/store/0001_foundation.sql"),
    },
    Migration {
        number: 2,
        name: "lists",
        sql: include_str!("../migrations/store/0002_lists.sql"),
    },
    Migration {
        number: 3,
        name: "intake",
        sql: include_str!("../migrations/store/0003_intake.sql"),
    },
    Migration {
        number: 4,
        name: "people",
        sql: include_str!("../migrations/store/0004_people.sql"),
    },
    Migration {
        number: 5,
        name: "directives",
        sql: include_str!("../migrations/store/0005_directives.sql"),
    },
    Migration {
        number: 6,
        name: "told-by",
        sql: include_str!("../migrations/store/0006_told_by.sql"),
    },
    Migration {
        number: 7,
        name: "cases",
        sql: include_str!("../migrations/store/0007_cases.sql"),
    },
    Migration {
        number: 8,
        name: "list-impact",
        sql: include_str!("../migrations/store/0008_list_impact.sql"),
    },
    Migration {
        number: 9,
        name: "carriers",
        sql: include_str!("../migrations/store/0009_carriers.sql"),
    },
];

/// The newest schema this release knows.
pub const SCHEMA: i64 = 9;

/// Where a store lives.
#[derive(Clone, Debug)]
pub enum Home {
    /// In a folder: `store.db`, and `keystore/keys.db` apart from it. One process at a time.
    Folder(PathBuf),
    /// In a schema of a PostgreSQL database; the keystore stays in a folder of this machine.
    /// Several processes may write at a time: they take turns.
    Server {
        /// `host=… user=… dbname=…` or `postgresql://…`.
        url: String,
        /// Lower-case letters, digits and underscores.
        schema: String,
        /// The folder of the keystore.
        keys: PathBuf,
    },
}

impl Home {
    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::Folder(folder) | Self::Server { keys: folder, .. } => folder,
        }
    }

    fn data(&self) -> Place {
        match self {
            Self::Folder(folder) => Place::File(folder.join("store.db")),
            Self::Server { url, schema, .. } => Place::Server {
                url: url.clone(),
                schema: schema.clone(),
            },
        }
    }

    fn keys(&self) -> Place {
        Place::File(self.folder().join("keystore").join("keys.db"))
    }
}

/// The store.
pub struct Store {
    pub(crate) engine: Engine<Pending>,
    pub(crate) keystore: Arc<Keystore>,
    /// Under which look-back keys and selectors are hashed.
    pub(crate) pepper: Key,
    /// The audit log's tree as far as it was built up in this process.
    pub(crate) tree: Mutex<Frontier>,
    /// Held as long as the process writes to the folder; the system lets go of it when it dies.
    _lock: Option<File>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({:?})", self.engine.place())
    }
}

impl Store {
    /// Opens a store, or makes one; brings its schema up to date and finishes erasures that were
    /// interrupted.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`] when another process writes to the folder; every other error as it
    /// says.
    pub fn open(
        home: &Home,
        custodian: &dyn Custodian,
        escrow: Option<&EscrowKey>,
        now: Timestamp,
    ) -> Result<Self> {
        let lock = prepare(home)?;
        let keystore = Keystore::open(home.keys(), custodian, escrow, now)?;
        Self::with(home, keystore, lock, now)
    }

    /// Opens a store whose master key is lost, with the secret half of its escrow key, and puts
    /// its keystore under `custodian`.
    ///
    /// # Errors
    ///
    /// As [`Store::open`]; [`StoreError::Tampered`] when the escrow key is not the right one.
    pub fn recover(
        home: &Home,
        secret: &EscrowSecret,
        custodian: &dyn Custodian,
        now: Timestamp,
    ) -> Result<Self> {
        let lock = prepare(home)?;
        let keystore = Keystore::recover(home.keys(), secret, custodian, now)?;
        Self::with(home, keystore, lock, now)
    }

    fn with(home: &Home, keystore: Keystore, lock: Option<File>, now: Timestamp) -> Result<Self> {
        let engine = Engine::open(home.data())?;
        engine.write(|tx, _: &mut Pending| migrate(tx, MIGRATIONS, now))?;
        let store = Self {
            pepper: keystore.secret("pepper")?,
            keystore: Arc::new(keystore),
            engine,
            tree: Mutex::default(),
            _lock: lock,
        };
        store.shred()?;
        Ok(store)
    }

    /// Puts an agency and its mandate on the books.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn enrol(&self, agency: &str, mandate: Arc<Mandate>) -> Result<Tenant> {
        self.engine
            .write(|tx, _| Tenant::enrol(tx, agency, mandate))
    }

    /// Runs `work` in a transaction and returns once everything it wrote is durable: the rows, the
    /// keys they are sealed under, and the audit lines of what was read and done.
    ///
    /// `work` has the only writing connection: it is quick, and never writes to the same store by
    /// another way, which would wait for itself. When `work` fails, nothing is kept. `work` may be repeated after an error that
    /// [is transient](StoreError::is_transient).
    ///
    /// # Errors
    ///
    /// What `work` gives, and everything the engine can meet.
    pub fn write<T>(
        &self,
        now: Timestamp,
        work: impl FnOnce(&mut Tx<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        self.transaction(false, now, work)
    }

    /// As [`Store::write`], for work that writes thousands of rows: it begins a transaction of its own
    /// in place of sharing the one that is open.
    ///
    /// # Errors
    ///
    /// As [`Store::write`].
    pub fn write_long<T>(
        &self,
        now: Timestamp,
        work: impl FnOnce(&mut Tx<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        self.transaction(true, now, work)
    }

    fn transaction<T>(
        &self,
        is_long: bool,
        now: Timestamp,
        work: impl FnOnce(&mut Tx<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        let mut erased = false;
        let run = |statements: &mut Statements<'_>, pending: &mut Pending| {
            let mut tx = Tx {
                store: self,
                statements,
                pending,
                now,
                keys: BTreeMap::new(),
                head: None,
                lines: Vec::new(),
                run: None,
                erased: false,
            };
            let value = work(&mut tx)?;
            tx.end_run()?;
            tx.write_lines()?;
            erased = tx.erased;
            Ok(value)
        };
        let value = if is_long {
            self.engine.write_long(run)?
        } else {
            self.engine.write(run)?
        };
        if erased {
            self.shred()?;
        }
        Ok(value)
    }

    /// Runs `work` in a transaction that reads one committed state. Persons cannot be read in it:
    /// that takes a line in the audit log.
    ///
    /// # Errors
    ///
    /// What `work` gives, and everything the engine can meet.
    pub fn read<T>(&self, work: impl FnOnce(&mut ReadTx<'_, '_>) -> Result<T>) -> Result<T> {
        self.engine
            .read(|statements| work(&mut ReadTx { statements }))
    }

    /// As [`Store::read`], for work of one statement: it begins no transaction, which on PostgreSQL
    /// is a third of the time. Repeated when the connection turns out to be lost.
    ///
    /// # Errors
    ///
    /// As [`Store::read`]; [`StoreError::Engine`] at a second statement.
    pub fn read_once<T>(&self, work: impl Fn(&mut ReadTx<'_, '_>) -> Result<T>) -> Result<T> {
        self.engine
            .read_once(|statements| work(&mut ReadTx { statements }))
    }

    /// The keystore, for rotation and its own backup.
    pub fn keystore(&self) -> &Keystore {
        &self.keystore
    }

    /// Leaves room for `pages` more pages of 4 KiB on the disk of the data, or of the keys; for any number
    /// with `None`. For tests of a full disk.
    ///
    /// # Errors
    ///
    /// When the file cannot be asked how large it is.
    #[cfg(feature = "faults")]
    pub fn leave_room(&self, keys: bool, pages: Option<u32>) -> Result<()> {
        if keys {
            self.keystore.leave_room(pages)
        } else {
            self.engine.leave_room(pages)
        }
    }

    /// A secret of this store that lives in its keystore, made when it is first asked for: the key
    /// under which payment cards become tokens …
    ///
    /// # Errors
    ///
    /// When the keystore fails.
    pub fn secret(&self, name: &'static str) -> Result<Zeroizing<[u8; 32]>> {
        Ok(Zeroizing::new(*self.keystore.secret(name)?.bytes()))
    }

    /// Destroys the keys of subjects whose rows are gone.
    fn shred(&self) -> Result<()> {
        let rows = self
            .engine
            .read(|tx| tx.query("SELECT subject FROM shred", &[]))?;
        let subjects = rows
            .iter()
            .map(|row| row.get(0))
            .collect::<Result<Vec<Id>>>()?;
        if subjects.is_empty() {
            return Ok(());
        }
        self.keystore.destroy(&subjects)?;
        self.engine.write(|tx, _| {
            for subject in &subjects {
                tx.execute("DELETE FROM shred WHERE subject = $1", &[subject.into()])?;
            }
            Ok(())
        })
    }
}

/// Makes the folders and takes the lock.
fn prepare(home: &Home) -> Result<Option<File>> {
    let keys = home.folder().join("keystore");
    std::fs::create_dir_all(&keys).map_err(|e| StoreError::from_io(&e, &keys))?;
    match home {
        Home::Folder(folder) => lock(&folder.join("store.lock")).map(Some),
        Home::Server { .. } => Ok(None),
    }
}

/// Takes the lock of a folder, and writes into it who has it.
fn lock(path: &Path) -> Result<File> {
    let at = |e: std::io::Error| StoreError::from_io(&e, path);
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(path).map_err(at)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Who holds it is a courtesy; that somebody does is the answer.
            let _ = file.read_to_string(&mut holder);
            return Err(StoreError::InUse {
                path: path.to_owned(),
                holder: holder.trim().to_owned(),
            });
        }
        Err(std::fs::TryLockError::Error(e)) => return Err(at(e)),
    }
    file.set_len(0).map_err(at)?;
    file.rewind().map_err(at)?;
    writeln!(file, "process {}", std::process::id()).map_err(at)?;
    Ok(file)
}

/// What a commit depends on: the keys that were minted must be durable first.
#[derive(Default)]
pub(crate) struct Pending(Option<Arc<Keystore>>);

impl Companion for Pending {
    fn join(&mut self, other: Self) {
        self.0 = self.0.take().or(other.0);
    }

    fn before_commit(&mut self) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |keystore| keystore.flush())
    }
}

/// An open transaction that writes.
pub struct Tx<'t, 's> {
    pub(crate) store: &'t Store,
    pub(crate) statements: &'t mut Statements<'s>,
    pub(crate) pending: &'t mut Pending,
    pub(crate) now: Timestamp,
    /// Keys of subjects that were looked up.
    pub(crate) keys: BTreeMap<Id, Key>,
    /// The audit log's last line, once it was looked up.
    pub(crate) head: Option<Head>,
    /// Lines of the audit log that are to be written, in order.
    pub(crate) lines: Vec<Value<'static>>,
    /// What the machine has read so far.
    pub(crate) run: Option<Run>,
    pub(crate) erased: bool,
}

/// An open transaction that reads what is about nobody.
pub struct ReadTx<'t, 's> {
    pub(crate) statements: &'t mut Statements<'s>,
}

impl<'s> Tx<'_, 's> {
    /// What is about nobody, read in the state that this transaction has made.
    pub fn reading(&mut self) -> ReadTx<'_, 's> {
        ReadTx {
            statements: self.statements,
        }
    }
}

impl Tx<'_, '_> {
    /// The instant at which the transaction happens.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The key of a subject, made when there is none yet.
    pub(crate) fn key_or_new(&mut self, subject: &Id) -> Result<Key> {
        self.pending
            .0
            .get_or_insert_with(|| Arc::clone(&self.store.keystore));
        self.store.keystore.key_or_new(subject)
    }

    /// The keys of subjects, in their order, made where there is none yet.
    pub(crate) fn keys_or_new(&mut self, subjects: &[Id]) -> Result<Vec<Key>> {
        self.pending
            .0
            .get_or_insert_with(|| Arc::clone(&self.store.keystore));
        self.store.keystore.keys_or_new(subjects)
    }

    /// The key of a subject. It is looked up once in a transaction: what is shredded loses its key
    /// only after the commit.
    pub(crate) fn key(&mut self, subject: &Id) -> Result<Key> {
        if let Some(key) = self.keys.get(subject) {
            return Ok(key.clone());
        }
        let key = self.store.keystore.key(subject)?;
        self.keys.insert(*subject, key.clone());
        Ok(key)
    }

    /// Looks up the keys of many subjects at once; [`Tx::key`] gives them.
    pub(crate) fn fetch_keys(&mut self, subjects: impl Iterator<Item = Id>) -> Result<()> {
        let unknown: BTreeSet<Id> = subjects.filter(|id| !self.keys.contains_key(id)).collect();
        let unknown: Vec<Id> = unknown.into_iter().collect();
        let keys = self.store.keystore.keys(&unknown)?;
        let known = unknown.into_iter().zip(keys);
        self.keys
            .extend(known.filter_map(|(id, key)| Some((id, key?))));
        Ok(())
    }

    /// Marks the key of a subject for destruction, which follows the commit.
    pub(crate) fn shred(&mut self, subject: &Id) -> Result<()> {
        self.erased = true;
        self.statements
            .execute(
                "INSERT INTO shred (subject) VALUES ($1) ON CONFLICT (subject) DO NOTHING",
                &[subject.into()],
            )
            .map(|_| ())
    }
}
