//! The master key of a data folder: a file that only its owner can read, kept where the
//! administrator wants it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tidewaiter_store::keystore::{Custodian, EscrowKey, MasterKeyFile};
use tidewaiter_store::{Key, StoreError};

use super::{Folder, Trouble};

/// The master key's file, unless another was named.
pub(super) const MASTER_KEY: &str = "master.key";

impl Folder {
    /// Where the master key is.
    pub(crate) fn master_key(&self) -> PathBuf {
        self.path.join(&self.settings.master_key)
    }

    /// The keystore's file.
    pub(crate) fn keystore(&self) -> PathBuf {
        self.path.join("keystore").join("keys.db")
    }

    /// The custodian of the keystore. A key is made only together with the folder: one that is
    /// missing later is lost, and a new one would open nothing.
    pub(crate) fn custodian(&self) -> Result<Custody, Trouble> {
        let next = self.settings.next_master_key.as_ref();
        let next = next.map(|path| self.path.join(path));
        let now = read_key(&self.master_key());
        match (now, next.as_deref().map(read_key)) {
            (Ok(now), None | Some(Err(_))) => Ok(Custody { now, next: None }),
            (Ok(now), Some(Ok(next))) => Ok(Custody {
                now,
                next: Some(next),
            }),
            (Err(_), Some(Ok(next))) => Ok(Custody {
                now: next,
                next: None,
            }),
            (Err(error), None | Some(Err(_))) => Err(error),
        }
    }

    /// The escrow key, for keys that wrap from now on.
    pub(crate) fn escrow(&self) -> Result<Option<EscrowKey>, Trouble> {
        let Some(text) = &self.settings.escrow else {
            return Ok(None);
        };
        EscrowKey::parse(text)
            .map(Some)
            .ok_or_else(|| Trouble::Says("the escrow key of folder.toml is no key".into()))
    }
}

/// The master key; while it is being changed, the next one beside it.
#[derive(Debug)]
pub(crate) struct Custody {
    now: MasterKeyFile,
    next: Option<MasterKeyFile>,
}

impl Custodian for Custody {
    fn name(&self) -> String {
        self.now.name()
    }

    fn wrap(&self, key: &Key) -> Result<Vec<u8>, StoreError> {
        self.now.wrap(key)
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Key, StoreError> {
        match (self.now.unwrap(wrapped), &self.next) {
            (Err(StoreError::WrongMasterKey), Some(next)) => next.unwrap(wrapped),
            (result, _) => result,
        }
    }
}

/// Reads a master key that must be there.
pub(crate) fn read_key(path: &Path) -> Result<MasterKeyFile, Trouble> {
    match fs::read_to_string(path) {
        Ok(text) => MasterKeyFile::parse(&text)
            .map_err(|error| Trouble::Says(format!("{}: {error}", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Trouble::Says(format!(
            "the master key {} is not there: put it back, or bring the keystore back with \
             `tidewaiter keys recover` and the escrow secret",
            path.display()
        ))),
        Err(error) => Err(Trouble::file(path, error)),
    }
}
