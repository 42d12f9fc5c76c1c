//! One line of the log.
//!
//! The canonical form is one line of JSON with fixed keys in a fixed order and no white space, so
//! that a line is its own proof of form: reading it and writing it again gives the same bytes.

use std::fmt;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::event::{AuditEvent, AuditResult};
use super::form;
use super::merkle::Hash;
use crate::compile::MandateRef;

macro_rules! digests {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

fn write_hex(bytes: &[u8; 32], out: &mut impl fmt::Write) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = [0u8; 64];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    out.write_str(str::from_utf8(&hex).map_err(|_| fmt::Error)?)
}

digests! {
    /// Who or what an entry is about: HMAC-SHA-256 of the identifier under the subject's own key.
    /// Once that key is destroyed, nobody can say whose it was, and the log still verifies.
    Pseudonym

    /// What an entry says without saying it: SHA-256 of the text under a salt that is kept, and
    /// destroyed, with the text.
    Commitment
}

/// The secret key of one subject.
pub struct SubjectKey([u8; 32]);

impl SubjectKey {
    /// Wraps a key.
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The pseudonym of `id` under this key.
    pub fn pseudonym(&self, id: &[u8]) -> Pseudonym {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            unreachable!("HMAC takes a key of any length")
        };
        mac.update(id);
        Pseudonym(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(secret)")
    }
}

impl Commitment {
    /// Commits to `text` under `salt`, 32 secret random bytes kept beside the text.
    pub fn to(salt: &[u8; 32], text: &[u8]) -> Self {
        let digest = Sha256::new()
            .chain_update(salt)
            .chain_update(text)
            .finalize();
        Self(digest.into())
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 0.
    pub seq: u64,
    /// Hash of the line before; zeros in the first one.
    pub prev: Hash,
    /// When.
    pub time: Timestamp,
    /// What.
    pub event: AuditEvent,
    /// How it ended.
    pub result: AuditResult,
    /// Who: the staff identifier of a person, or the name of a part of the system.
    pub actor: String,
    /// Whether the actor is a person.
    pub human: bool,
    /// In which role.
    pub role: String,
    /// Of which agency.
    pub agency: String,
    /// For which purpose.
    pub purpose: String,
    /// About whom or what.
    pub object: Option<Pseudonym>,
    /// Which data elements.
    pub fields: Vec<&'static str>,
    /// Why: commitment to the reason or the case.
    pub reason: Option<Commitment>,
    /// Commitment to everything else: what was read, decided, sent.
    pub detail: Option<Commitment>,
    /// Under which mandate.
    pub mandate: MandateRef,
}

/// A line is not an entry in its canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no audit entry in canonical form")]
pub struct NotCanonical;

impl Entry {
    /// The canonical line, without a line end.
    pub fn line(&self) -> String {
        let mut line = String::with_capacity(512);
        // Writing to a string cannot fail.
        let _ = self.write(&mut line);
        line
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        write!(out, "{{\"seq\":{},\"prev\":\"", self.seq)?;
        write_hex(&self.prev.0, out)?;
        write!(out, "\",\"time\":\"{}\"", self.time)?;
        for (key, value) in [
            ("event", self.event.as_str()),
            ("result", self.result.as_str()),
            ("actor", &self.actor),
        ] {
            pair(out, key, value);
        }
        write!(out, ",\"human\":{}", self.human)?;
        for (key, value) in [
            ("role", &self.role),
            ("agency", &self.agency),
            ("purpose", &self.purpose),
        ] {
            pair(out, key, value);
        }
        let digests = [
            ("object", self.object.map(|p| p.0)),
            ("reason", self.reason.map(|c| c.0)),
            ("detail", self.detail.map(|c| c.0)),
        ];
        for (key, digest) in digests {
            if let Some(digest) = digest {
                write!(out, ",\"{key}\":\"")?;
                write_hex(&digest, out)?;
                out.push('"');
            }
        }
        out.push_str(",\"fields\":[");
        for (i, field) in self.fields.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            write!(out, "\"{field}\"")?;
        }
        out.push(']');
        pair(out, "mandate", &self.mandate.name);
        out.push_str(",\"mandate_hash\":\"");
        write_hex(&self.mandate.hash.0, out)?;
        out.push_str("\"}");
        Ok(())
    }

    /// Checks that `line` is an entry in its canonical form.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn check(line: &str) -> Result<(), NotCanonical> {
        form::read(line).map(|_| ()).ok_or(NotCanonical)
    }
}

/// `,"key":"value"` with the escapes of JSON.
fn pair(out: &mut String, key: &str, value: &str) {
    out.push_str(",\"");
    out.push_str(key);
    out.push_str("\":");
    if value.bytes().all(|b| b >= 0x20 && b != b'"' && b != b'\\') {
        out.push('"');
        out.push_str(value);
        out.push('"');
    } else {
        let _ = write!(out, "{}", serde_json::Value::from(value));
    }
}
