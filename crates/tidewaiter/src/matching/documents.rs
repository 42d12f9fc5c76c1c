//! Travel documents looked up in lists of lost, stolen and revoked ones.
//!
//! A list may have millions of rows: what is held of a row is a hash of its number and where it
//! stands. A row that a query finds is read again and compared itself.

use std::fs::File;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use tidewaiter_domain::{Country, DocumentKind};
use tidewaiter_formats::lists::documents::{
    DocumentRow, DocumentsError, DocumentsReader, ReportedDocument,
};
use tidewaiter_matching::{
    Band, Document, DocumentHit, DocumentRegister, Evidence, Explanation, Field, Settings, score,
};

use crate::lists::{Trouble, complain};

/// One list of documents.
pub(super) struct Register {
    /// The file's name without its ending.
    list: String,
    path: PathBuf,
    numbers: DocumentRegister,
    /// Hash of the number's lookalike form and offset of the row, sorted.
    rows: Vec<(u64, u64)>,
    /// The first line of a CSV, without which no row can be read.
    header: Vec<u8>,
}

/// A document of a query that a list reports.
pub(super) struct Reported {
    pub(super) list: String,
    /// The list's own reference of the row; the number where it has none.
    pub(super) entry: String,
    /// What the row says: reason, kind, number and issuer.
    pub(super) name: String,
    pub(super) bits: f32,
    pub(super) score: f64,
    pub(super) band: Band,
    pub(super) explanation: Explanation,
}

fn hash(document: &Document) -> u64 {
    // Without random keys: the same everywhere, within one run and without.
    BuildHasherDefault::<DefaultHasher>::default().hash_one(document.lookalike())
}

fn document_of(row: &ReportedDocument) -> Option<Document> {
    Document::new(
        row.number.as_str(),
        row.issuer.as_ref().and_then(Country::code),
    )
}

impl Register {
    /// Reads the list at `path` as a stream. Rows without a number are said and left out.
    pub(super) fn open(path: &Path) -> Result<Self, Trouble> {
        let trouble = |error| trouble(path, error);
        let unreadable = |error| trouble(DocumentsError::Source(error));
        let mut source = BufReader::new(File::open(path).map_err(unreadable)?);
        let mut header = Vec::new();
        source
            .by_ref()
            .take(HEADER_BYTES_MAX)
            .read_until(b'\n', &mut header)
            .map_err(unreadable)?;
        source.rewind().map_err(unreadable)?;
        let mut reader = DocumentsReader::open(source).map_err(trouble)?;
        if reader.offset() == 0 {
            header.clear();
        }
        let (mut documents, mut rows, mut unread) = (Vec::new(), Vec::new(), 0_u64);
        loop {
            let at = reader.offset();
            match reader.next_row().map_err(trouble)? {
                Some(DocumentRow::Document(row)) => {
                    if let Some(document) = document_of(&row) {
                        rows.push((hash(&document), at));
                        documents.push((document.number, document.issuer));
                    }
                }
                Some(DocumentRow::Unread(_)) => unread += 1,
                None => break,
            }
        }
        if unread > 0 {
            complain(&format!(
                "{}: rows without a usable number, left out: {unread}",
                path.display()
            ));
        }
        rows.sort_unstable();
        Ok(Self {
            list: path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default(),
            path: path.to_owned(),
            numbers: DocumentRegister::build(documents),
            rows,
            header,
        })
    }

    /// The rows that report `document`.
    pub(super) fn find(
        &self,
        document: &Document,
        settings: &Settings,
    ) -> io::Result<Vec<Reported>> {
        if self
            .numbers
            .find(&document.number, document.issuer)
            .is_none()
        {
            return Ok(Vec::new());
        }
        let wanted = hash(document);
        let from = self.rows.partition_point(|(hash, _)| *hash < wanted);
        let mut found = Vec::new();
        for (_, at) in self.rows[from..]
            .iter()
            .take_while(|(hash, _)| *hash == wanted)
        {
            let Some(row) = self.row(*at)? else { continue };
            let Some(theirs) = document_of(&row) else {
                continue;
            };
            if let Some(hit) = DocumentHit::between(document, &theirs) {
                found.push(self.reported(document, &row, hit, settings));
            }
        }
        Ok(found)
    }

    /// The row that begins at an offset, read again.
    fn row(&self, at: u64) -> io::Result<Option<ReportedDocument>> {
        let mut source = BufReader::new(File::open(&self.path)?);
        source.seek(SeekFrom::Start(at))?;
        let mut lines = self.header.clone();
        // Blank lines may stand before it.
        let before = lines.len();
        while lines[before..].iter().all(u8::is_ascii_whitespace) {
            if source.read_until(b'\n', &mut lines)? == 0 {
                break;
            }
        }
        let row = DocumentsReader::open(Cursor::new(lines)).and_then(|mut r| r.next_row());
        match row {
            Ok(Some(DocumentRow::Document(row))) => Ok(Some(row)),
            Err(DocumentsError::Source(error)) => Err(error),
            // The file is another one than was read before.
            _ => Ok(None),
        }
    }

    fn reported(
        &self,
        asked: &Document,
        row: &ReportedDocument,
        hit: DocumentHit,
        settings: &Settings,
    ) -> Reported {
        let written = |number: &str, issuer: Option<&str>| match issuer {
            Some(issuer) => format!("{number}/{issuer}"),
            None => number.to_owned(),
        };
        let number = row.number.as_str();
        let issuer = row.issuer.as_ref().map(Country::as_str);
        let bits = hit.bits();
        let band = settings.band(bits);
        let kind = match row.kind {
            DocumentKind::Unknown => "document",
            kind => crate::inspect::document_kind(kind),
        };
        let evidence = Evidence {
            field: Field::Document,
            query: written(
                &asked.number,
                asked.issuer.as_ref().map(|issuer| issuer.as_str()),
            ),
            entry: written(number, issuer),
            relation: hit.relation(),
            bits,
        };
        let since = row
            .reported
            .map(|date| format!(" on {date}"))
            .unwrap_or_default();
        let sentence = format!(
            "Score {:.2}, {}. {} a document reported {}{since} ({bits:+.1} bits).",
            score(bits),
            if band == Band::Alert {
                "an alert"
            } else {
                "a case for review"
            },
            match hit {
                DocumentHit::NumberAndIssuer => "Number and issuer are those of",
                DocumentHit::Number =>
                    "The number, with an issuer not known on one side, is that of",
                DocumentHit::Lookalike =>
                    "The number is only like that of (letters taken for digits)",
            },
            row.reason.as_str(),
        );
        Reported {
            list: self.list.clone(),
            entry: row
                .reference
                .as_deref()
                .unwrap_or(row.number.as_str())
                .to_owned(),
            name: format!("{} {kind} {}", row.reason.as_str(), written(number, issuer)),
            bits,
            score: score(bits),
            band,
            explanation: Explanation {
                evidence: vec![evidence],
                absent: Vec::new(),
                without: Vec::new(),
                sentence,
            },
        }
    }
}

/// Longest first line.
const HEADER_BYTES_MAX: u64 = 64 << 10;

fn trouble(path: &Path, error: DocumentsError) -> Trouble {
    let path = path.display().to_string();
    match error {
        DocumentsError::Refused(refusal) => Trouble::Refused {
            path,
            refusal: Box::new(refusal),
        },
        DocumentsError::Source(error) => Trouble::Unreadable { path, error },
    }
}
