//! Registers of documents: millions of rows that are never held as rows.

use std::io::BufReader;

use sha2::{Digest as _, Sha256};
use tidewaiter_formats::lists::documents::{
    DocumentRow, DocumentsError, DocumentsReader, ReportedDocument,
};
use tidewaiter_matching::DocumentRegister;
use tidewaiter_store::{ListVersion, Store};

use crate::{Result, ServiceError};

/// What tells the rows of a register apart: eight bytes of a hash of number and issuer, sorted.
#[derive(Debug, Default)]
pub(super) struct Numbers(Vec<u64>);

impl Numbers {
    pub(super) const fn rows(&self) -> usize {
        self.0.len()
    }
}

fn number(document: &ReportedDocument) -> u64 {
    let mut hash = Sha256::new();
    hash.update(document.number.as_str());
    hash.update([0]);
    hash.update(
        document
            .issuer
            .as_ref()
            .map_or("", |issuer| issuer.as_str()),
    );
    let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(hash.finalize());
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// Reads a register through, row by row.
pub(super) fn read_register(bytes: &[u8]) -> Result<Numbers, DocumentsError> {
    numbers(DocumentsReader::open(bytes)?)
}

fn numbers<R: std::io::BufRead>(mut reader: DocumentsReader<R>) -> Result<Numbers, DocumentsError> {
    let mut numbers = Vec::new();
    while let Some(row) = reader.next_row()? {
        if let DocumentRow::Document(document) = row {
            numbers.push(number(&document));
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(Numbers(numbers))
}

/// How many numbers only one of them has: those that came, those that went.
pub(super) fn came_and_went(before: &Numbers, after: &Numbers) -> (usize, usize) {
    let missing = |from: &Numbers, of: &Numbers| {
        let of_other = |n: &&u64| of.0.binary_search(n).is_err();
        from.0.iter().filter(of_other).count()
    };
    (missing(after, before), missing(before, after))
}

/// A stored register, streamed: `each` gets every document.
fn documents_of(
    store: &Store,
    version: &ListVersion,
    mut each: impl FnMut(&ReportedDocument),
) -> Result<()> {
    let unreadable = |_| ServiceError::Unreadable("register of documents");
    for file in &version.files {
        let source = BufReader::with_capacity(1 << 16, store.source(&file.sha256)?);
        let mut reader = DocumentsReader::open(source).map_err(unreadable)?;
        while let Some(row) = reader.next_row().map_err(unreadable)? {
            if let DocumentRow::Document(document) = row {
                each(&document);
            }
        }
    }
    Ok(())
}

/// The numbers of a stored register.
pub(super) fn numbers_of(store: &Store, version: &ListVersion) -> Result<Numbers> {
    let mut found = Vec::new();
    documents_of(store, version, |document| found.push(number(document)))?;
    found.sort_unstable();
    found.dedup();
    Ok(Numbers(found))
}

/// The documents of `after` that `before` does not have, at most `most`; `None` when there are more.
pub(crate) fn new_documents(
    store: &Store,
    before: Option<&ListVersion>,
    after: &ListVersion,
    most: usize,
) -> Result<Option<Vec<ReportedDocument>>> {
    let known = match before {
        Some(before) => numbers_of(store, before)?,
        None => Numbers::default(),
    };
    let mut new = Vec::new();
    documents_of(store, after, |document| {
        if new.len() <= most && known.0.binary_search(&number(document)).is_err() {
            new.push(document.clone());
        }
    })?;
    Ok((new.len() <= most).then_some(new))
}

/// The register that screening looks numbers up in.
pub(crate) fn register_of(store: &Store, version: &ListVersion) -> Result<DocumentRegister> {
    let mut numbers = Vec::with_capacity(version.entries as usize);
    documents_of(store, version, |document| {
        let issuer = document.issuer.as_ref().and_then(|issuer| issuer.code());
        numbers.push((document.number.as_str().to_owned(), issuer));
    })?;
    Ok(DocumentRegister::build(numbers))
}
