//! The audit log: append-only, provable to somebody who trusts nobody.
//!
//! Leaves are canonical lines ([`Entry`]); the tree over them is that of RFC 6962 and RFC 9162
//! ([`merkle`]); its head is signed from time to time ([`Checkpoint`]) and copied to a witness;
//! [`verify()`] finds any changed, removed, reordered or truncated line with nothing but the lines,
//! the checkpoints and a public key.
//!
//! Leaves hold pseudonyms and commitments, never names: the log outlives the data it speaks of.

mod checkpoint;
mod entry;
mod event;
mod form;
pub mod merkle;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointFault, LogKey};
pub use entry::{Commitment, Entry, NotCanonical, Pseudonym, SubjectKey};
pub use event::{AuditEvent, AuditResult};
pub use verify::{Fault, Verified, Verifier, verify};
