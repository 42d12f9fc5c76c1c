//! Profiles as files: their schema, their text, their hash, their signatures.

mod at;
mod canonical;
mod read;
mod signature;
mod source;

pub use at::At;
pub use canonical::ProfileHash;
pub use read::{Place, read};
pub use signature::{
    Keyring, KeyringError, OfficeKey, OfficeSignature, SignatureFault, Signatures, sign,
};
pub use source::*;
