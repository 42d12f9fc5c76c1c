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

/// The JSON Schema of profiles, for editors: indented, with a line end.
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(Profile);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
