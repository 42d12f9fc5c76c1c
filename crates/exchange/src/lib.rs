//! How messages reach carriers and partners: by HTTP, or as files in a folder.
//!
//! A [`Delivery`] is tried once; whoever calls repeats it, and the receiver knows a repetition by
//! its identifier. Nothing is delivered to anybody but the [`Endpoint`] that was configured: no
//! redirection is followed, no proxy asked, and a server is believed only by the certificate that
//! was installed for it, never by those of the public.
//!
//! # What this crate never does
//!
//! It does not decide what may leave: it sees bytes and an address.

mod drop;
mod push;

use std::path::PathBuf;
use std::time::Duration;

pub use push::{Address, AddressError, is_authority};

/// The longest answer that is read.
pub const ANSWER_MOST: usize = 64 << 10;

/// Where something goes.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// To an HTTP server.
    Push {
        /// Its address.
        address: Address,
        /// The certificate, in PEM, that the server's must be signed by; needed for `https`.
        authority: Option<String>,
    },
    /// Into a folder, from which the other side takes it.
    Files(PathBuf),
}

/// What is delivered.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// Its identifier: the same at every repetition. Letters, digits and hyphens.
    pub id: &'a str,
    /// `application/EDIFACT` …
    pub media_type: &'a str,
    /// The message.
    pub bytes: &'a [u8],
}

/// It was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What the other side said to it: its acknowledgement, where that comes at once.
    pub answer: Vec<u8>,
}

/// Why it was not taken. No variant says what was to be delivered.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The other side cannot be reached.
    #[error("the other side cannot be reached: {0}")]
    Unreachable(std::io::Error),
    /// It is not who it should be, or does not speak TLS.
    #[error("the other side is not who it should be: {0}")]
    Untrusted(String),
    /// It refused.
    #[error("the other side answered {0}")]
    Refused(u16),
    /// It took too long.
    #[error("the other side took longer than {0:?}")]
    Slow(Duration),
    /// It does not speak HTTP.
    #[error("the other side does not speak HTTP: {0}")]
    Protocol(String),
    /// The folder cannot be written.
    #[error("the folder cannot be written: {0}")]
    Folder(std::io::Error),
}

impl DeliveryError {
    /// A code for it, for lines that are counted.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Untrusted(_) => "untrusted",
            Self::Refused(_) => "refused",
            Self::Slow(_) => "slow",
            Self::Protocol(_) => "protocol",
            Self::Folder(_) => "folder",
        }
    }
}

/// Delivers once, within `within`. Blocks; must not be called from asynchronous code.
///
/// # Errors
///
/// Why it was not taken, as far as is known: after an error the other side may have it all the
/// same.
pub fn deliver(
    endpoint: &Endpoint,
    delivery: &Delivery<'_>,
    within: Duration,
) -> Result<Taken, DeliveryError> {
    match endpoint {
        Endpoint::Push { address, authority } => {
            push::push(address, authority.as_deref(), delivery, within)
        }
        Endpoint::Files(folder) => drop::put(folder, delivery),
    }
}
