//! What can go wrong.

use tidewaiter_formats::lists::Refusal;
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
    ListRefused(ListFault),
    /// Somebody must have seen these first, and say so.
    #[error("consent is needed: the list {}", .0.join("; the list "))]
    ConsentNeeded(Vec<String>),
    /// Nobody has worked out what a change of a list would do to what is in force now.
    #[error("{}", impact_missing(*.against, *.is_coming))]
    ImpactMissing {
        /// The version in force; 0 for none.
        against: u32,
        /// Whether it is being worked out.
        is_coming: bool,
    },
    /// What was stored cannot be understood by this release: a defect, or a newer release's data.
    #[error("stored {0} cannot be understood by this release")]
    Unreadable(&'static str),
}

/// Why a list cannot be taken in: in words, and of a broken file as a code with the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    why: String,
    /// The code of the diagnostic: `list-truncated` …
    pub code: Option<&'static str>,
    /// At which byte of the file, from 0.
    pub byte: Option<u64>,
}

impl ListFault {
    /// What is wrong with a file.
    pub(crate) fn of(file: &str, refusal: &Refusal) -> Self {
        let diagnostic = &refusal.diagnostic;
        Self {
            why: format!("{file}: {refusal}\n  {}", diagnostic.code.help),
            code: Some(diagnostic.code.slug),
            byte: Some(diagnostic.span.start as u64),
        }
    }
}

impl From<String> for ListFault {
    fn from(why: String) -> Self {
        Self {
            why,
            code: None,
            byte: None,
        }
    }
}

impl std::ops::Deref for ListFault {
    type Target = str;

    fn deref(&self) -> &str {
        &self.why
    }
}

impl std::fmt::Display for ListFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.why)
    }
}

fn impact_missing(against: u32, is_coming: bool) -> String {
    let what = match against {
        0 => "while nothing of this list is in force".to_owned(),
        version => format!("to version {version}, which is in force now"),
    };
    match is_coming {
        true => format!("what this would do {what} is being worked out"),
        false => format!("nobody has worked out what this would do {what}: have it computed anew"),
    }
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
