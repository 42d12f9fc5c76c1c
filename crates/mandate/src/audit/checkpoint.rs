//! Signed heads of the tree, in the form of C2SP `tlog-checkpoint` and `signed-note`.
//!
//! ```text
//! tidewaiter.example/agency
//! 1000
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — tidewaiter.example/agency Az3grl…
//! ```

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::merkle::Hash;
use crate::profile::OfficeKey;

/// The head of a log at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: a name without spaces, plus signs or line ends.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The head of the tree over them.
    pub root: Hash,
}

/// Why a checkpoint does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFault {
    /// Not in the form of a checkpoint.
    #[error("no signed checkpoint")]
    Form,
    /// No valid signature of this log's key.
    #[error("no valid signature of the log's key")]
    Signature,
}

/// The public key of a log, under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogKey {
    /// Which log.
    pub origin: String,
    /// Its key.
    pub key: VerifyingKey,
}

impl LogKey {
    /// The first four bytes of SHA-256 over name, line end, algorithm 1 and key.
    fn id(&self) -> [u8; 4] {
        let digest = Sha256::new()
            .chain_update(&self.origin)
            .chain_update([b'\n', 1])
            .chain_update(self.key.as_bytes())
            .finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }
}

impl Checkpoint {
    fn body(&self) -> String {
        let root = Base64::encode_string(&self.root.0);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// The checkpoint as a signed note.
    pub fn sign(&self, key: &OfficeKey) -> String {
        let log = LogKey {
            origin: self.origin.clone(),
            key: key.public(),
        };
        let body = self.body();
        let signature = key.signing().sign(body.as_bytes());
        let mut bytes = log.id().to_vec();
        bytes.extend_from_slice(&signature.to_bytes());
        format!(
            "{body}\n— {} {}\n",
            self.origin,
            Base64::encode_string(&bytes)
        )
    }

    /// Reads a signed note and checks its signature.
    ///
    /// # Errors
    ///
    /// When the note is no checkpoint of this log or not signed by its key.
    pub fn read(note: &str, log: &LogKey) -> Result<Self, CheckpointFault> {
        let (body, signatures) = note.split_once("\n\n").ok_or(CheckpointFault::Form)?;
        let mut lines = body.split('\n');
        let (origin, size, root) = match (lines.next(), lines.next(), lines.next(), lines.next()) {
            (Some(origin), Some(size), Some(root), None) => (origin, size, root),
            _ => return Err(CheckpointFault::Form),
        };
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: size.parse().map_err(|_| CheckpointFault::Form)?,
            root: Base64::decode_vec(root)
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .map(Hash)
                .ok_or(CheckpointFault::Form)?,
        };
        // Only the canonical form was signed: "007" is no size.
        let body = checkpoint.body();
        let whole = note
            .strip_prefix(body.as_str())
            .and_then(|rest| rest.strip_prefix('\n'));
        if whole != Some(signatures) || !signatures.ends_with('\n') {
            return Err(CheckpointFault::Form);
        }
        let signed = signatures.lines().any(|line| {
            let Some((name, value)) = line.strip_prefix("— ").and_then(|l| l.split_once(' '))
            else {
                return false;
            };
            let Ok(bytes) = Base64::decode_vec(value) else {
                return false;
            };
            let Some((id, signature)) = bytes.split_at_checked(4) else {
                return false;
            };
            name == log.origin
                && id == log.id()
                && Signature::from_slice(signature)
                    .is_ok_and(|s| log.key.verify_strict(body.as_bytes(), &s).is_ok())
        });
        if signed && checkpoint.origin == log.origin {
            Ok(checkpoint)
        } else {
            Err(CheckpointFault::Signature)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Go's `golang.org/x/mod/sumdb/note`, on which C2SP `signed-note` rests: its
    /// key, its text, its signature.
    #[test]
    fn keys_are_named_and_notes_signed_as_the_published_example_is() {
        const KEY: &str = "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                            then you don't know what your problem is.\n";
        const SIGNATURE: &str = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let key = Base64::decode_vec(KEY).unwrap();
        assert_eq!(key[0], 1, "Ed25519");
        let log = LogKey {
            origin: "PeterNeumann".to_owned(),
            key: VerifyingKey::from_bytes(key[1..].try_into().unwrap()).unwrap(),
        };
        assert_eq!(log.id(), [0xc7, 0x4f, 0x20, 0xa3]);
        let signature = Base64::decode_vec(SIGNATURE).unwrap();
        assert_eq!(signature[..4], log.id());
        let signature = Signature::from_slice(&signature[4..]).unwrap();
        assert!(log.key.verify_strict(TEXT.as_bytes(), &signature).is_ok());
        // It is a note and no checkpoint.
        let note = format!("{TEXT}\n— PeterNeumann {SIGNATURE}\n");
        assert_eq!(Checkpoint::read(&note, &log), Err(CheckpointFault::Form));
    }
}
