//! Codecs: bytes to segments with byte spans, and back.
//!
//! [`edifact`] reads UN/EDIFACT (ISO 9735 syntax versions 3 and 4) and the IATA practice of it, as
//! carriers really send it: inside telex and e-mail envelopes, folded, with separators of their
//! own, several interchanges in a file. It never fails: what deviates from the standard is read as
//! well as it can be and becomes a diagnostic that points at the bytes.
//!
//! # What this crate never does
//!
//! It does not know a passenger or a flight; it gives segments, elements and components their
//! places, and leaves what they mean to `tidewaiter-formats`. It does no I/O of its own: a reader
//! is handed a slice or any [`std::io::Read`].

pub mod edifact;
pub mod limits;
pub mod mrz;
