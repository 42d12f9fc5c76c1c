//! The canonical form: one way to write a value as bytes, and the hash of them.
//!
//! Numbers are big-endian, texts and lists are preceded by their length, a choice by its number.
//! Nothing is left to a serialiser's taste, so the same value has the same bytes in every release of
//! this version.

use std::fmt;

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use tidewaiter_domain::{CountryCode, Text};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The hash with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<tidewaiter_formats::lists::version::ContentHash> for Digest {
    fn from(hash: tidewaiter_formats::lists::version::ContentHash) -> Self {
        Self(*hash.bytes())
    }
}

/// Bytes that are no canonical form, or of a version that this release does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the canonical form of a finding of this version (at byte {at})")]
pub struct Malformed {
    /// Where reading stopped.
    pub at: usize,
}

/// Writes a canonical form.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn digest(self) -> Digest {
        Digest::of(&self.0)
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.byte(u8::from(flag));
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Lengths beyond four bytes do not occur: nothing that large is ever screened.
    pub(crate) fn length(&mut self, length: usize) {
        self.raw(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }

    pub(crate) fn long(&mut self, number: i64) {
        self.raw(&number.to_be_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.raw(text.as_bytes());
    }

    /// A number by its bits, so that it comes back as it was.
    pub(crate) fn single(&mut self, number: f32) {
        self.raw(&number.to_bits().to_be_bytes());
    }

    /// A number by its bits, so that it comes back as it was.
    pub(crate) fn double(&mut self, number: f64) {
        self.raw(&number.to_bits().to_be_bytes());
    }

    pub(crate) fn hash(&mut self, digest: &Digest) {
        self.raw(digest.bytes());
    }

    pub(crate) fn date(&mut self, date: Date) {
        self.raw(&date.year().to_be_bytes());
        self.raw(&date.month().to_be_bytes());
        self.raw(&date.day().to_be_bytes());
    }

    pub(crate) fn country(&mut self, code: CountryCode) {
        self.raw(&code.letters());
    }

    pub(crate) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    pub(crate) fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.length(items.len());
        for item in items {
            write(self, item);
        }
    }
}

/// Reads a canonical form.
pub(crate) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    pub(crate) const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) const fn malformed<T>(&self) -> Result<T, Malformed> {
        Err(Malformed { at: self.at })
    }

    /// That nothing is left.
    pub(crate) const fn end(&self) -> Result<(), Malformed> {
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            self.malformed()
        }
    }

    pub(crate) fn raw(&mut self, length: usize) -> Result<&'b [u8], Malformed> {
        let end = self
            .at
            .checked_add(length)
            .ok_or(Malformed { at: self.at })?;
        let Some(bytes) = self.bytes.get(self.at..end) else {
            return self.malformed();
        };
        self.at = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let at = self.at;
        self.raw(N)?.try_into().map_err(|_| Malformed { at })
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Malformed> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => self.malformed(),
        }
    }

    pub(crate) fn length(&mut self) -> Result<usize, Malformed> {
        Ok(u32::from_be_bytes(self.array()?) as usize)
    }

    pub(crate) fn long(&mut self) -> Result<i64, Malformed> {
        Ok(i64::from_be_bytes(self.array()?))
    }

    pub(crate) fn text(&mut self) -> Result<Text, Malformed> {
        let length = self.length()?;
        let at = self.at;
        let bytes = self.raw(length)?;
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed { at })?;
        Ok(text.into())
    }

    pub(crate) fn single(&mut self) -> Result<f32, Malformed> {
        Ok(f32::from_bits(u32::from_be_bytes(self.array()?)))
    }

    pub(crate) fn double(&mut self) -> Result<f64, Malformed> {
        Ok(f64::from_bits(u64::from_be_bytes(self.array()?)))
    }

    pub(crate) fn hash(&mut self) -> Result<Digest, Malformed> {
        Ok(Digest(self.array()?))
    }

    pub(crate) fn date(&mut self) -> Result<Date, Malformed> {
        let at = self.at;
        let year = i16::from_be_bytes(self.array()?);
        let month = i8::from_be_bytes(self.array()?);
        let day = i8::from_be_bytes(self.array()?);
        Date::new(year, month, day).map_err(|_| Malformed { at })
    }

    pub(crate) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        if self.flag()? {
            read(self).map(Some)
        } else {
            Ok(None)
        }
    }

    pub(crate) fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let length = self.length()?;
        // A length that the bytes cannot hold is found while reading, not by reserving for it.
        let mut items = Vec::with_capacity(length.min(64));
        for _ in 0..length {
            items.push(read(self)?);
        }
        Ok(items)
    }

    /// A choice by its place in `all`.
    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> Result<T, Malformed> {
        let number = usize::from(self.byte()?);
        match all.get(number) {
            Some(one) => Ok(*one),
            None => self.malformed(),
        }
    }
}

/// The place of `one` in `all`: how a choice is written.
pub(crate) fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    let at = all.iter().position(|other| other == one);
    at.and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}
