//! List files: one line a subject, one line a document.

use std::io::{self, BufReader, Read};

use tidewaiter_diagnostics::Diagnostic;
use tidewaiter_formats::lists::documents::{DocumentRow, DocumentsError, DocumentsReader};
use tidewaiter_formats::lists::{self, ListFile, ListReading, MeasureTable, Refusal};

use super::reading::{Run, rejected};
use super::source::{Source, Trouble};
use super::{Place, Sink};

/// What reports of refused lists have for a type.
const KIND: &str = "LIST";

/// Files that are one list together. OFAC publishes a list as up to four; they are read when all
/// sources have been seen.
#[derive(Default)]
pub(super) struct Companions {
    files: Vec<(String, Vec<u8>)>,
}

impl Companions {
    /// Keeps a file until all have been seen.
    pub(super) fn keep(&mut self, source: &Source, bytes: Vec<u8>) {
        self.files.push((source.name().to_owned(), bytes));
    }

    /// Joins what belongs together, and reads it.
    pub(super) fn read(self, run: &mut Run<'_, impl Sink>) -> io::Result<()> {
        let files: Vec<ListFile<'_>> = self
            .files
            .iter()
            .map(|(name, bytes)| ListFile { name, bytes })
            .collect();
        for result in lists::read(&files) {
            if let Some(first) = result.files.first().and_then(|&at| files.get(at)) {
                list(first.name, first.bytes, result.outcome, run)?;
            }
        }
        Ok(())
    }
}

/// What was made of one list.
pub(super) fn list(
    source: &str,
    bytes: &[u8],
    outcome: Result<ListReading, Refusal>,
    run: &mut Run<'_, impl Sink>,
) -> io::Result<()> {
    let place = Place {
        source,
        index: 0,
        offset: 0,
        bytes,
    };
    match outcome {
        Ok(reading) => {
            run.summary.add_list(&reading);
            run.sink.list(&place, &reading, &MeasureTable::shipped())
        }
        Err(refusal) => run.report(&place, &rejected(KIND, refusal.diagnostic)),
    }
}

/// Reads a list of documents row by row; it is never held.
pub(super) fn documents(
    source: &Source,
    read: impl Read,
    run: &mut Run<'_, impl Sink>,
) -> io::Result<Result<(), Trouble>> {
    let mut reader = match DocumentsReader::open(BufReader::new(read)) {
        Ok(reader) => reader,
        Err(error) => return stopped(source, 0, error, run),
    };
    let mut index = 0;
    loop {
        let place = Place {
            source: source.name(),
            index,
            offset: 0,
            bytes: &[],
        };
        match reader.next_row() {
            Ok(Some(DocumentRow::Document(document))) => {
                run.summary.listed.documents += 1;
                run.sink.document(&place, &document)?;
            }
            Ok(Some(DocumentRow::Unread(diagnostic))) => row_unread(&place, diagnostic, run)?,
            Ok(None) => return Ok(Ok(())),
            Err(error) => return stopped(source, index, error, run),
        }
        index += 1;
    }
}

fn row_unread(
    place: &Place<'_>,
    diagnostic: Diagnostic,
    run: &mut Run<'_, impl Sink>,
) -> io::Result<()> {
    run.report(place, &rejected("DOCUMENT", diagnostic))
}

/// A list of documents that must not be read on.
fn stopped(
    source: &Source,
    index: u64,
    error: DocumentsError,
    run: &mut Run<'_, impl Sink>,
) -> io::Result<Result<(), Trouble>> {
    let place = Place {
        source: source.name(),
        index,
        offset: 0,
        bytes: &[],
    };
    match error {
        DocumentsError::Refused(refusal) => run
            .report(&place, &rejected(KIND, refusal.diagnostic))
            .map(Ok),
        DocumentsError::Source(error) => Ok(Err(source.trouble(error))),
    }
}
