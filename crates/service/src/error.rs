//! What can go wrong.

use tidewaiter_mandate::grant::MintError;
use tidewaiter_store::StoreError;

/// The service's only error. No variant carries a value of a stored record.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The store: disk, server, damage, busy.
    #[error(transparent)]
    Store(StoreError),
    /// Another process has the data folder.
    #[error("the data folder is in use: {0}")]
    InUse(String),
    /// What was asked for is not there, or not the caller's: the two are not told apart.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The mandate does not allow it.
    #[error("the mandate does not allow it: {0}")]
    NotGranted(String),
    /// It cannot be done as things are, and why.
    #[error("{0}")]
    NotPossible(&'static str),
    /// Somebody else changed it first: look again.
    #[error("somebody else changed it first: look again")]
    Stale,
    /// No bytes at all.
    #[error("it is empty")]
    Empty,
    /// More bytes than a message may have.
    #[error("{bytes} bytes are more than the {most} that a message may have")]
    TooLarge {
        /// How many came.
        bytes: u64,
        /// How many may come.
        most: u64,
    },
    /// A list that cannot be taken in, and why.
    #[error("the list is refused: {0}")]
    ListRefused(String),
    /// Somebody must have seen these first, and say so.
    #[error("consent is needed: the list {}", .0.join("; the list "))]
    ConsentNeeded(Vec<String>),
    /// What was stored cannot be understood by this release: a defect, or a newer release's data.
    #[error("stored {0} cannot be understood by this release")]
    Unreadable(&'static str),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::InUse { holder, .. } => Self::InUse(holder),
            StoreError::NotFound(what) => Self::NotFound(what),
            StoreError::NotGranted => Self::NotGranted("other data than the grant covers".into()),
            StoreError::GrantLapsed => Self::NotGranted("the grant has lapsed".into()),
            StoreError::NotPossible(why) => Self::NotGranted(why.to_string()),
            StoreError::Stale => Self::Stale,
            other => Self::Store(other),
        }
    }
}

impl From<MintError> for ServiceError {
    fn from(error: MintError) -> Self {
        Self::NotGranted(error.to_string())
    }
}

/// The service's result.
pub type Result<T, E = ServiceError> = std::result::Result<T, E>;
