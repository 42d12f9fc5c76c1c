//! Source files: what lists and registers were read from, byte for byte.
//!
//! A file is known by its SHA-256. It is packed (zlib) and sealed in parts of one mebibyte, so that
//! a register of millions of documents passes through memory a part at a time, both ways. Many
//! lists are no public matter: the parts open under a key of the file, which is destroyed with it.

use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::engine::Value;
use crate::seal::Key;
use crate::store::{ReadTx, Store, Tx};
use crate::{Id, Result, StoreError};

/// Bytes of a part before it is packed.
const PART_BYTES: usize = 1 << 20;
const PART: &str = "source_part.sealed";

/// A file ready to be stored: hashed and packed outside of any transaction.
#[derive(Clone, Debug)]
pub struct PackedSource {
    sha256: [u8; 32],
    bytes: u64,
    parts: Vec<Vec<u8>>,
}

impl PackedSource {
    /// Packs a file.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] when there is no memory for it.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let pack = |part: &[u8]| {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            let packed = encoder.write_all(part).and_then(|()| encoder.finish());
            packed.map_err(|e| StoreError::Io(format!("packing a file: {e}")))
        };
        Ok(Self {
            sha256: Sha256::digest(bytes).into(),
            bytes: bytes.len() as u64,
            parts: bytes.chunks(PART_BYTES).map(pack).collect::<Result<_>>()?,
        })
    }

    /// SHA-256 of the file.
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Size of the file in bytes.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Under which identifier the key of a file is kept.
fn key_of(sha256: &[u8; 32]) -> Id {
    let [a @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = *sha256;
    Id(a)
}

impl Tx<'_, '_> {
    /// Keeps a file under its SHA-256. One that is there already is left as it is.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn put_source(&mut self, file: &PackedSource) -> Result<()> {
        let new = self.statements.execute(
            "INSERT INTO source_file (sha256, bytes, parts, stored_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (sha256) DO NOTHING",
            &[
                Value::from(&file.sha256),
                file.bytes.cast_signed().into(),
                (file.parts.len() as i64).into(),
                self.now.into(),
            ],
        )?;
        if new == 0 {
            return Ok(());
        }
        let id = key_of(&file.sha256);
        let key = self.key_or_new(&id)?;
        for (number, part) in (0_i64..).zip(&file.parts) {
            let sealed = key.seal(PART, &part_id(&id, number), part)?;
            self.statements.execute(
                "INSERT INTO source_part (sha256, number, sealed) VALUES ($1, $2, $3)",
                &[
                    Value::from(&file.sha256),
                    number.into(),
                    Value::from(sealed),
                ],
            )?;
        }
        Ok(())
    }

    /// Destroys a file and its key: findings that rest on it can be replayed no more.
    ///
    /// # Errors
    ///
    /// When a version of a list is still read from it, or the store cannot be written.
    pub fn destroy_source(&mut self, sha256: &[u8; 32]) -> Result<()> {
        for sql in [
            "DELETE FROM source_part WHERE sha256 = $1",
            "DELETE FROM source_file WHERE sha256 = $1",
        ] {
            self.statements.execute(sql, &[Value::from(sha256)])?;
        }
        self.shred(&key_of(sha256))
    }
}

/// A part is sealed as itself: two parts cannot change places.
fn part_id(file: &Id, number: i64) -> Id {
    let mut bytes = file.0;
    for (byte, of_number) in bytes.iter_mut().rev().zip(number.to_le_bytes()) {
        *byte ^= of_number;
    }
    Id(bytes)
}

impl ReadTx<'_, '_> {
    /// Whether the file is kept.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn has_source(&mut self, sha256: &[u8; 32]) -> Result<bool> {
        let sql = "SELECT parts FROM source_file WHERE sha256 = $1";
        let parts: Option<i64> = self.statements.value(sql, &[Value::from(sha256)])?;
        Ok(parts.is_some())
    }
}

impl Store {
    /// A file, to be read from beginning to end, a part at a time.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`]; [`StoreError::KeyDestroyed`] after its destruction.
    pub fn source(&self, sha256: &[u8; 32]) -> Result<SourceReader<'_>> {
        let sql = "SELECT parts FROM source_file WHERE sha256 = $1";
        let parts: Option<i64> = self
            .engine
            .read(|tx| tx.value(sql, &[Value::from(sha256)]))?;
        Ok(SourceReader {
            store: self,
            sha256: *sha256,
            parts: parts.ok_or(StoreError::NotFound("file"))?,
            key: self.keystore.key(&key_of(sha256))?,
            next: 0,
            hash: Sha256::new(),
            part: Zeroizing::default(),
            at: 0,
        })
    }

    /// A whole file.
    ///
    /// # Errors
    ///
    /// As [`Store::source`]; [`StoreError::Tampered`] when it is not the file of the hash.
    pub fn source_bytes(&self, sha256: &[u8; 32]) -> Result<Vec<u8>> {
        let mut reader = self.source(sha256)?;
        let mut bytes = Vec::new();
        while reader.fill()? {
            bytes.extend_from_slice(&reader.part);
            reader.at = reader.part.len();
        }
        Ok(bytes)
    }
}

/// A stored file on its way out. Its end is an error unless the bytes were those of the hash.
pub struct SourceReader<'s> {
    store: &'s Store,
    sha256: [u8; 32],
    parts: i64,
    key: Key,
    next: i64,
    hash: Sha256,
    part: Zeroizing<Vec<u8>>,
    at: usize,
}

impl SourceReader<'_> {
    /// Takes in the next part when this one is read. Whether there is something to read.
    fn fill(&mut self) -> Result<bool> {
        if self.at < self.part.len() {
            return Ok(true);
        }
        if self.next == self.parts {
            let whole = <[u8; 32]>::from(self.hash.clone().finalize()) == self.sha256;
            return if whole {
                Ok(false)
            } else {
                Err(StoreError::Tampered("a source file"))
            };
        }
        let sql = "SELECT sealed FROM source_part WHERE sha256 = $1 AND number = $2";
        let values = [Value::from(&self.sha256), self.next.into()];
        let sealed: Option<Vec<u8>> = self.store.engine.read(|tx| tx.value(sql, &values))?;
        let sealed = sealed.ok_or(StoreError::Tampered("a source file"))?;
        let id = part_id(&key_of(&self.sha256), self.next);
        let packed = self.key.open(PART, &id, &sealed)?;
        let mut part = Zeroizing::new(Vec::with_capacity(PART_BYTES));
        // What was packed by us unpacks to one part; anything longer is not ours.
        ZlibDecoder::new(packed.as_slice())
            .take(PART_BYTES as u64 + 1)
            .read_to_end(&mut part)
            .map_err(|_| StoreError::Tampered("a source file"))?;
        if part.is_empty() || part.len() > PART_BYTES {
            return Err(StoreError::Tampered("a source file"));
        }
        self.hash.update(part.as_slice());
        (self.part, self.at) = (part, 0);
        self.next += 1;
        Ok(true)
    }
}

impl Read for SourceReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if buffer.is_empty() || !self.fill().map_err(std::io::Error::other)? {
            return Ok(0);
        }
        let rest = self.part.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}
