//! The keystore: one key for each subject, in a file of its own that data backups leave out.
//!
//! ```text
//! custodian's master key ─wraps─► wrapping key (by generation) ─wraps─► key of a subject
//!                                       └─ sealed for the escrow holder
//! ```
//!
//! Erasure is the destruction of a subject's key: what is sealed under it in the store, and in
//! every backup of the store ever made, opens no more. A backup of the *keystore* must therefore
//! live no longer than the law allows the data to live; [`Keystore::rotate`] makes older ones
//! useless, because the wrapping key that they need is gone with the old master key.

mod custodian;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock};

use jiff::Timestamp;

pub use custodian::{Custodian, EscrowKey, EscrowSecret, MasterKeyFile};

use crate::engine::{Engine, Insert, Place, Row, Statements, Value};
use crate::measured::Span;
use crate::migrate::{Migration, migrate};
use crate::seal::Key;
use crate::{Id, Result, StoreError};

const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "keys",
    sql: include_str!("../migrations/keystore/0001_keys.sql"),
}];

const FIND: &str = "SELECT generation, wrapped FROM subject_key WHERE subject = $1";
const SUBJECT: &str = "keystore.subject";
const SECRET: &str = "keystore.secret";
/// Keys wrapped anew in one transaction.
const ROTATE_ROWS: i64 = 2000;

/// The keys of all subjects.
pub struct Keystore {
    engine: Engine,
    wrapping: RwLock<BTreeMap<i64, Key>>,
    /// Minted and not yet durable. One that is left over by a transaction that failed goes in with
    /// the next and seals nothing.
    fresh: Mutex<BTreeMap<Id, Key>>,
}

impl std::fmt::Debug for Keystore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keystore")
    }
}

impl Keystore {
    /// As [`Engine::leave_room`].
    #[cfg(feature = "faults")]
    pub(crate) fn leave_room(&self, pages: Option<u32>) -> Result<()> {
        self.engine.leave_room(pages)
    }

    /// Opens the keystore, or makes one.
    pub(crate) fn open(
        place: Place,
        custodian: &dyn Custodian,
        escrow: Option<&EscrowKey>,
        now: Timestamp,
    ) -> Result<Self> {
        let engine = Engine::open(place)?;
        let wrapping = engine.write(|tx, ()| {
            migrate(tx, MIGRATIONS, now)?;
            let rows = tx.query(
                "SELECT generation, custodian, wrapped FROM wrapping_key",
                &[],
            )?;
            if rows.is_empty() {
                let key = Key::random()?;
                add_wrapping_key(tx, 1, &key, custodian, escrow, now)?;
                return Ok(BTreeMap::from([(1, key)]));
            }
            let open = |row: &Row| Ok((row.get(0)?, custodian.unwrap(&row.get::<Vec<u8>>(2)?)?));
            rows.iter().map(open).collect()
        })?;
        Ok(Self {
            engine,
            wrapping: RwLock::new(wrapping),
            fresh: Mutex::default(),
        })
    }

    /// Opens a keystore whose master key is lost, with the secret half of the escrow key, and puts
    /// it under a new custodian.
    pub(crate) fn recover(
        place: Place,
        secret: &EscrowSecret,
        custodian: &dyn Custodian,
        now: Timestamp,
    ) -> Result<Self> {
        let engine = Engine::open(place)?;
        let wrapping = engine.write(|tx, ()| {
            migrate(tx, MIGRATIONS, now)?;
            let rows = tx.query("SELECT generation, escrow FROM wrapping_key", &[])?;
            let mut wrapping = BTreeMap::new();
            for row in rows {
                let sealed: Option<Vec<u8>> = row.get(1)?;
                let key = secret.open(&sealed.ok_or(StoreError::NotFound("escrow"))?)?;
                let generation: i64 = row.get(0)?;
                rewrap_wrapping_key(tx, generation, &key, custodian)?;
                wrapping.insert(generation, key);
            }
            Ok(wrapping)
        })?;
        Ok(Self {
            engine,
            wrapping: RwLock::new(wrapping),
            fresh: Mutex::default(),
        })
    }

    /// The key of a subject.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyDestroyed`] when there is none.
    pub(crate) fn key(&self, subject: &Id) -> Result<Key> {
        self.find(subject)?.ok_or(StoreError::KeyDestroyed)
    }

    /// The keys of subjects, in their order; `None` where it is destroyed.
    pub(crate) fn keys(&self, subjects: &[Id]) -> Result<Vec<Option<Key>>> {
        let _span = Span::begin();
        let rows = self.rows_of(subjects)?;
        let fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        subjects
            .iter()
            .map(|subject| match rows.get(subject) {
                Some(row) => self.unwrap_row(subject, row).map(Some),
                None => Ok(fresh.get(subject).cloned()),
            })
            .collect()
    }

    /// The key of a subject; a new one, durable with the next [`Keystore::flush`], when there is
    /// none.
    pub(crate) fn key_or_new(&self, subject: &Id) -> Result<Key> {
        let mut keys = self.keys_or_new(&[*subject])?;
        keys.pop().ok_or(StoreError::KeyDestroyed)
    }

    /// The keys of subjects, in their order, as [`Keystore::key_or_new`] gives each.
    pub(crate) fn keys_or_new(&self, subjects: &[Id]) -> Result<Vec<Key>> {
        let _span = Span::begin();
        let rows = self.rows_of(subjects)?;
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        subjects
            .iter()
            .map(|subject| match (rows.get(subject), fresh.get(subject)) {
                (Some(row), _) => self.unwrap_row(subject, row),
                (None, Some(key)) => Ok(key.clone()),
                (None, None) => {
                    let key = Key::random()?;
                    fresh.insert(*subject, key.clone());
                    Ok(key)
                }
            })
            .collect()
    }

    /// The wrapped keys of those subjects who have one, by one statement for many.
    fn rows_of(&self, subjects: &[Id]) -> Result<BTreeMap<Id, Row>> {
        let sql = "SELECT generation, wrapped, subject FROM subject_key WHERE subject IN ({ids})";
        let rows = self.engine.read(|tx| tx.query_each(sql, &[], subjects))?;
        rows.into_iter().map(|row| Ok((row.get(2)?, row))).collect()
    }

    /// Makes every minted key durable.
    pub(crate) fn flush(&self) -> Result<()> {
        let _span = Span::begin();
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        if !fresh.is_empty() {
            self.add(&fresh)?;
            fresh.clear();
        }
        Ok(())
    }

    /// The key of a subject, if there is one.
    fn find(&self, subject: &Id) -> Result<Option<Key>> {
        let _span = Span::begin();
        let fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = fresh.get(subject) {
            return Ok(Some(key.clone()));
        }
        drop(fresh);
        let row = self.engine.read(|tx| tx.first(FIND, &[subject.into()]))?;
        row.map(|row| self.unwrap_row(subject, &row)).transpose()
    }

    fn unwrap_row(&self, subject: &Id, row: &Row) -> Result<Key> {
        self.unwrap(SUBJECT, subject, row.get(0)?, &row.get::<Vec<u8>>(1)?)
    }

    fn add(&self, keys: &BTreeMap<Id, Key>) -> Result<()> {
        const INSERT: Insert = Insert {
            into: "INTO subject_key (subject, generation, wrapped)",
            columns: 3,
            on_conflict: "",
        };
        let (generation, wrapping) = self.newest()?;
        let mut values = Vec::with_capacity(keys.len() * INSERT.columns);
        for (subject, key) in keys {
            let wrapped = wrapping.seal(SUBJECT, subject, key.bytes())?;
            values.extend([subject.into(), generation.into(), Value::from(wrapped)]);
        }
        self.engine
            .write(|tx, ()| tx.insert(&INSERT, &values).map(|_| ()))
    }

    /// Destroys keys: their bytes are overwritten in the file, and the log that held them emptied.
    pub(crate) fn destroy(&self, subjects: &[Id]) -> Result<()> {
        if subjects.is_empty() {
            return Ok(());
        }
        self.engine.write(|tx, ()| {
            for subject in subjects {
                tx.execute(
                    "DELETE FROM subject_key WHERE subject = $1",
                    &[subject.into()],
                )?;
            }
            Ok(())
        })?;
        self.engine.checkpoint()
    }

    /// A key of the store itself, made when it is first asked for.
    pub(crate) fn secret(&self, name: &'static str) -> Result<Key> {
        let (generation, wrapping) = self.newest()?;
        let nobody = Id([0; 16]);
        self.engine.write(|tx, ()| {
            let sql = "SELECT generation, wrapped FROM secret WHERE name = $1";
            if let Some(row) = tx.first(sql, &[name.into()])? {
                return self.unwrap(SECRET, &nobody, row.get(0)?, &row.get::<Vec<u8>>(1)?);
            }
            let key = Key::random()?;
            let wrapped = wrapping.seal(SECRET, &nobody, key.bytes())?;
            tx.execute(
                "INSERT INTO secret (name, generation, wrapped) VALUES ($1, $2, $3)",
                &[name.into(), generation.into(), wrapped.into()],
            )?;
            Ok(key)
        })
    }

    /// How many subjects have a key.
    ///
    /// # Errors
    ///
    /// When the keystore cannot be read.
    pub fn subjects(&self) -> Result<u64> {
        let sql = "SELECT COUNT(*) FROM subject_key";
        let count: Option<i64> = self.engine.read(|tx| tx.value(sql, &[]))?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }

    /// Puts every key under a new wrapping key and `custodian`, and destroys the old wrapping keys.
    /// Others go on working meanwhile; interrupted, it is finished by calling it again.
    ///
    /// # Errors
    ///
    /// When the keystore or the custodian fails.
    pub fn rotate(
        &self,
        custodian: &dyn Custodian,
        escrow: Option<&EscrowKey>,
        now: Timestamp,
    ) -> Result<()> {
        let generation = self.newest()?.0 + 1;
        let fresh = Key::random()?;
        self.engine.write(|tx, ()| {
            // From here on the new custodian opens everything, so that an interrupted rotation
            // leaves a keystore that opens.
            let wrapping = self.wrapping.read().unwrap_or_else(PoisonError::into_inner);
            for (old, key) in wrapping.iter() {
                rewrap_wrapping_key(tx, *old, key, custodian)?;
            }
            add_wrapping_key(tx, generation, &fresh, custodian, escrow, now)
        })?;
        self.wrapping
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(generation, fresh.clone());
        while self.rewrap(generation, &fresh)? {}
        self.engine.write(|tx, ()| {
            self.rewrap_secrets(tx, generation, &fresh)?;
            tx.execute(
                "DELETE FROM wrapping_key WHERE generation < $1",
                &[generation.into()],
            )
        })?;
        self.engine.checkpoint()?;
        let mut wrapping = self
            .wrapping
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        wrapping.retain(|&g, _| g >= generation);
        Ok(())
    }

    /// Wraps some keys anew; whether there may be more.
    fn rewrap(&self, generation: i64, fresh: &Key) -> Result<bool> {
        self.engine.write(|tx, ()| {
            let rows = tx.query(
                "SELECT subject, generation, wrapped FROM subject_key
                 WHERE generation < $1 LIMIT $2",
                &[generation.into(), ROTATE_ROWS.into()],
            )?;
            for row in &rows {
                let subject: Id = row.get(0)?;
                let key = self.unwrap(SUBJECT, &subject, row.get(1)?, &row.get::<Vec<u8>>(2)?)?;
                let wrapped = fresh.seal(SUBJECT, &subject, key.bytes())?;
                tx.execute(
                    "UPDATE subject_key SET generation = $1, wrapped = $2 WHERE subject = $3",
                    &[generation.into(), wrapped.into(), (&subject).into()],
                )?;
            }
            Ok(!rows.is_empty())
        })
    }

    fn rewrap_secrets(&self, tx: &mut Statements<'_>, generation: i64, fresh: &Key) -> Result<()> {
        let nobody = Id([0; 16]);
        for row in tx.query("SELECT name, generation, wrapped FROM secret", &[])? {
            let name: String = row.get(0)?;
            let key = self.unwrap(SECRET, &nobody, row.get(1)?, &row.get::<Vec<u8>>(2)?)?;
            let wrapped = fresh.seal(SECRET, &nobody, key.bytes())?;
            tx.execute(
                "UPDATE secret SET generation = $1, wrapped = $2 WHERE name = $3",
                &[generation.into(), wrapped.into(), name.into()],
            )?;
        }
        Ok(())
    }

    /// Copies the keystore, for a backup that is kept apart from those of the data.
    ///
    /// # Errors
    ///
    /// When it is not a file, or the copy fails.
    pub fn copy_to(&self, to: &std::path::Path) -> Result<()> {
        self.engine.copy_to(to)
    }

    fn newest(&self) -> Result<(i64, Key)> {
        let wrapping = self.wrapping.read().unwrap_or_else(PoisonError::into_inner);
        let newest = wrapping.last_key_value().map(|(g, key)| (*g, key.clone()));
        newest.ok_or_else(|| StoreError::Corrupt("the keystore has no wrapping key".into()))
    }

    fn unwrap(&self, place: &'static str, of: &Id, generation: i64, wrapped: &[u8]) -> Result<Key> {
        let wrapping = self.wrapping.read().unwrap_or_else(PoisonError::into_inner);
        let key = wrapping
            .get(&generation)
            .ok_or(StoreError::WrongMasterKey)?;
        let bytes = key.open(place, of, wrapped)?;
        let bytes = bytes.as_slice().try_into();
        bytes.map(Key::new).map_err(|_| StoreError::Tampered(place))
    }
}

fn rewrap_wrapping_key(
    tx: &mut Statements<'_>,
    generation: i64,
    key: &Key,
    custodian: &dyn Custodian,
) -> Result<()> {
    tx.execute(
        "UPDATE wrapping_key SET custodian = $1, wrapped = $2 WHERE generation = $3",
        &[
            custodian.name().into(),
            custodian.wrap(key)?.into(),
            generation.into(),
        ],
    )
    .map(|_| ())
}

fn add_wrapping_key(
    tx: &mut Statements<'_>,
    generation: i64,
    key: &Key,
    custodian: &dyn Custodian,
    escrow: Option<&EscrowKey>,
    now: Timestamp,
) -> Result<()> {
    let sealed = escrow.map(|escrow| escrow.seal(key)).transpose()?;
    tx.execute(
        "INSERT INTO wrapping_key (generation, custodian, wrapped, escrow, made_at)
         VALUES ($1, $2, $3, $4, $5)",
        &[
            generation.into(),
            custodian.name().into(),
            custodian.wrap(key)?.into(),
            sealed.into(),
            now.into(),
        ],
    )
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> Id {
        Id([n; 16])
    }

    fn now() -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn custodian(digit: char) -> MasterKeyFile {
        MasterKeyFile::parse(&digit.to_string().repeat(64)).unwrap()
    }

    #[test]
    fn keys_come_back_until_they_are_destroyed_and_leave_no_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("keys.db"));
        let keys = Keystore::open(place.clone(), &custodian('a'), None, now()).unwrap();
        let key = keys.key_or_new(&id(1)).unwrap();
        keys.key_or_new(&id(2)).unwrap();
        assert_eq!(keys.key_or_new(&id(1)).unwrap().bytes(), key.bytes());
        keys.flush().unwrap();
        let sql = "SELECT wrapped FROM subject_key WHERE subject = $1";
        let wrapped: Vec<u8> = keys
            .engine
            .read(|tx| tx.value(sql, &[(&id(1)).into()]))
            .unwrap()
            .unwrap();
        drop(keys);

        let keys = Keystore::open(place.clone(), &custodian('a'), None, now()).unwrap();
        assert_eq!(keys.key(&id(1)).unwrap().bytes(), key.bytes());
        keys.destroy(&[id(1)]).unwrap();
        assert_eq!(keys.key(&id(1)).err(), Some(StoreError::KeyDestroyed));
        assert_eq!(keys.subjects().unwrap(), 1);
        for name in ["keys.db", "keys.db-wal"] {
            let bytes = std::fs::read(folder.path().join(name)).unwrap_or_default();
            assert!(
                !bytes.windows(wrapped.len()).any(|w| w == wrapped),
                "{name}"
            );
        }
        drop(keys);
        let wrong = Keystore::open(place, &custodian('b'), None, now());
        assert_eq!(wrong.err(), Some(StoreError::WrongMasterKey));
    }

    #[test]
    fn rotation_makes_old_backups_and_old_master_keys_useless() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("keys.db"));
        let keys = Keystore::open(place.clone(), &custodian('a'), None, now()).unwrap();
        let key = Key::random().unwrap();
        let many: BTreeMap<_, _> = (0..3000u16)
            .map(|n| {
                let mut id = [7; 16];
                id[..2].copy_from_slice(&n.to_be_bytes());
                (Id(id), key.clone())
            })
            .collect();
        keys.add(&many).unwrap();
        let pepper = keys.secret("pepper").unwrap();
        keys.rotate(&custodian('b'), None, now()).unwrap();
        assert_eq!(
            keys.key(many.last_key_value().unwrap().0).unwrap().bytes(),
            key.bytes()
        );
        assert_eq!(keys.secret("pepper").unwrap().bytes(), pepper.bytes());
        drop(keys);
        let old = Keystore::open(place.clone(), &custodian('a'), None, now());
        assert_eq!(old.err(), Some(StoreError::WrongMasterKey));
        let keys = Keystore::open(place, &custodian('b'), None, now()).unwrap();
        assert_eq!(
            keys.key(many.first_key_value().unwrap().0).unwrap().bytes(),
            key.bytes()
        );
    }

    #[test]
    fn the_escrow_holder_brings_back_a_keystore_without_its_master_key() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("keys.db"));
        let secret = EscrowSecret::random().unwrap();
        let public = EscrowKey::parse(&secret.public().to_hex()).unwrap();
        let keys = Keystore::open(place.clone(), &custodian('a'), Some(&public), now()).unwrap();
        let key = keys.key_or_new(&id(1)).unwrap();
        keys.flush().unwrap();
        drop(keys);

        let other = EscrowSecret::random().unwrap();
        assert!(Keystore::recover(place.clone(), &other, &custodian('c'), now()).is_err());
        let secret = EscrowSecret::parse(&secret.to_hex()).unwrap();
        let keys = Keystore::recover(place.clone(), &secret, &custodian('c'), now()).unwrap();
        assert_eq!(keys.key(&id(1)).unwrap().bytes(), key.bytes());
        drop(keys);
        Keystore::open(place, &custodian('c'), None, now()).unwrap();
    }
}
