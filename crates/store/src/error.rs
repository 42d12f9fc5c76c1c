//! What can go wrong, so that a caller can tell what to do about it.

use std::path::PathBuf;

use tidewaiter_mandate::grant::Expired;

/// The store's only error.
///
/// It is clonable because a group commit fails for everybody who was in it.
/// No variant carries a value of a stored record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process writes to this data folder.
    #[error("{path} is in use by another process ({holder}): one process writes to a data folder")]
    InUse {
        /// The lock file.
        path: PathBuf,
        /// What the holder wrote about itself.
        holder: String,
    },
    /// The disk, or the space given to the store, is full. Nothing of the transaction was kept.
    #[error("the disk is full: nothing of this was stored; free space and repeat")]
    Full,
    /// The folder, the file or the disk does not allow writing.
    #[error("no permission to write to the store: {0}")]
    ReadOnly(String),
    /// The file is damaged. Restore it from a backup.
    #[error("the store is damaged: {0}; restore it from a backup")]
    Corrupt(String),
    /// The disk or the operating system failed. Whether the transaction was kept is known: it was
    /// not.
    #[error("reading or writing failed: {0}")]
    Io(String),
    /// The server cannot be reached or was shut down. Nothing of the transaction was kept; repeat.
    #[error("the database server cannot be reached: {0}; nothing of this was stored, repeat")]
    Unavailable(String),
    /// The connection broke while the server committed: what was written is there, or nothing is.
    /// Everything the store writes may be repeated, so repeat.
    #[error("the connection broke during commit: {0}; repeat to find out")]
    InDoubt(String),
    /// Another transaction holds what this one needs for too long.
    #[error("the store is busy")]
    Busy,
    /// The file was written by a newer release.
    #[error("the store has schema {found}; this release knows up to {known}: use a newer release")]
    NewerSchema {
        /// The number in the file.
        found: i64,
        /// The newest number this release knows.
        known: i64,
    },
    /// A migration that was applied is not the one this release has under its number.
    #[error("migration {0} was applied with other content than this release has")]
    MigrationDiffers(i64),
    /// A rule of the schema forbids it: the same key twice, a missing reference, a missing value.
    #[error("the schema does not allow it: {0}")]
    Constraint(String),
    /// What was asked for is not there, or not the caller's: the two are not told apart.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The key of the subject is destroyed: what was sealed under it is gone for good.
    #[error("the key is destroyed: the data were lawfully erased")]
    KeyDestroyed,
    /// The master key is not the one the keystore was made with.
    #[error("the master key does not open this keystore")]
    WrongMasterKey,
    /// A sealed value does not open under its key and place: it was changed or moved.
    #[error("a sealed value of {0} was changed or moved")]
    Tampered(&'static str),
    /// The grant has lapsed.
    #[error("the grant has lapsed")]
    GrantLapsed,
    /// The grant is for other data: another body of data, purpose, agency, or not for masked ones.
    #[error("the grant does not cover this record")]
    NotGranted,
    /// Somebody else changed it first: look again.
    #[error("somebody else changed it first")]
    Stale,
    /// The life of a hit does not allow it.
    #[error(transparent)]
    NotPossible(#[from] tidewaiter_mandate::review::NotPossible),
    /// A lease on a job was lost to another worker, or ran out.
    #[error("the lease was lost")]
    LeaseLost,
    /// A value cannot be stored on both engines: text with a NUL in it, a number out of range.
    #[error("the value cannot be stored: {0}")]
    Value(&'static str),
    /// The caller went on after a statement of the transaction had failed.
    #[error("a statement of this transaction has failed before")]
    Failed,
    /// The engine refused in a way that has no name here: a defect of ours.
    #[error("the engine refused: {0}")]
    Engine(String),
}

impl From<Expired> for StoreError {
    fn from(_: Expired) -> Self {
        Self::GrantLapsed
    }
}

impl StoreError {
    /// Whether the same call may succeed when it is repeated later without anybody's help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::InDoubt(_) | Self::Busy)
    }

    pub(crate) fn from_io(error: &std::io::Error, what: &std::path::Path) -> Self {
        use std::io::ErrorKind as K;
        match error.kind() {
            K::StorageFull | K::QuotaExceeded => Self::Full,
            K::PermissionDenied | K::ReadOnlyFilesystem => {
                Self::ReadOnly(what.display().to_string())
            }
            _ => Self::Io(format!("{}: {error}", what.display())),
        }
    }
}

/// The store's result.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
