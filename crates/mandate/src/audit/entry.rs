//! One line of the log.
//!
//! The canonical form is one line of JSON with fixed keys in a fixed order and no white space, so
//! that a line is its own proof of form: reading it and writing it again gives the same bytes.

use std::fmt;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::event::{AuditEvent, AuditResult};
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

/// What makes a line no canonical entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// It is not the JSON of an entry.
    #[error("no audit entry")]
    Form,
    /// It is one, but not in its canonical form.
    #[error("not in canonical form")]
    NotCanonical,
}

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
    pub fn check(line: &str) -> Result<(), EntryFault> {
        let read: Written = serde_json::from_str(line).map_err(|_| EntryFault::Form)?;
        let time: Option<Timestamp> = read.time.parse().ok();
        if time.is_none_or(|time| time.to_string() != read.time) {
            return Err(EntryFault::Form);
        }
        let known = AuditEvent::from_word(&read.event).is_some()
            && AuditResult::from_word(&read.result).is_some();
        if !known {
            return Err(EntryFault::Form);
        }
        let again = serde_json::to_string(&read).map_err(|_| EntryFault::Form)?;
        if again == line {
            Ok(())
        } else {
            Err(EntryFault::NotCanonical)
        }
    }
}

/// The same line as JSON reads it: its keys and their order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    seq: u64,
    prev: String,
    time: String,
    event: String,
    result: String,
    actor: String,
    human: bool,
    role: String,
    agency: String,
    purpose: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    fields: Vec<String>,
    mandate: String,
    mandate_hash: String,
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
