//! Streaming a list of documents, one row at a time.

use std::borrow::Cow;
use std::io::BufRead;

use tidewaiter_diagnostics::{Diagnostic, Span, codes::lists as codes};
use tidewaiter_domain::{DocumentKind, Text};

use super::super::country::country;
use super::super::dates::{Order, point};
use super::super::refusal::{Refusal, row as path_of_row};
use super::{LossReason, ReportedDocument, query_only_authority, strict};

/// Bytes of one row.
const MAX_ROW: usize = 64 << 10;

/// What one row of a list of documents is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentRow {
    /// A document.
    Document(ReportedDocument),
    /// A row without a usable number, left out.
    Unread(Diagnostic),
}

/// Why the stream ends before its end.
#[derive(Debug, thiserror::Error)]
pub enum DocumentsError {
    /// The file must not be used.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The source could not be read.
    #[error("the list of documents could not be read")]
    Source(#[from] std::io::Error),
}

/// Reads a list of documents from any source, holding one row at a time.
pub struct DocumentsReader<R> {
    source: R,
    form: Form,
    line: Vec<u8>,
    /// Offset of the next byte.
    at: u64,
    rows: u32,
}

enum Form {
    Csv { delimiter: u8, columns: Vec<String> },
    Lines,
}

/// The fields of a row by what they are called.
#[derive(Default)]
struct Fields<'r> {
    number: Option<Cow<'r, str>>,
    issuer: Option<Cow<'r, str>>,
    kind: Option<Cow<'r, str>>,
    reason: Option<Cow<'r, str>>,
    reported: Option<Cow<'r, str>>,
    reference: Option<Cow<'r, str>>,
    source: Option<Cow<'r, str>>,
}

impl<'r> Fields<'r> {
    fn put(&mut self, name: &str, value: Cow<'r, str>) {
        let place = match name.trim().to_ascii_lowercase().as_str() {
            "number" | "document_number" => &mut self.number,
            "issuer" | "issuing_state" | "country" => &mut self.issuer,
            "type" | "kind" | "document_type" => &mut self.kind,
            "reason" | "status" => &mut self.reason,
            "reported" | "reported_on" | "date" => &mut self.reported,
            "reference" | "entry" => &mut self.reference,
            "source" | "authority" | "database" => &mut self.source,
            _ => return,
        };
        let value = match value {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        if !value.is_empty() {
            *place = Some(value);
        }
    }
}

impl<R: BufRead> DocumentsReader<R> {
    /// Opens a list: JSON Lines when it begins with `{`, else CSV (`,`, `;` or tab) whose first line
    /// names `number`, `issuer` and, if it has them, `type`, `reason`, `reported`, `reference`,
    /// `source`.
    ///
    /// # Errors
    ///
    /// Refuses a header without these columns, and sources that cannot be read.
    pub fn open(source: R) -> Result<Self, DocumentsError> {
        let mut reader = Self {
            source,
            form: Form::Lines,
            line: Vec::new(),
            at: 0,
            rows: 0,
        };
        let head = reader.source.fill_buf()?;
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let first = head.iter().find(|b| !b.is_ascii_whitespace()).copied();
        if first == Some(b'{') {
            return Ok(reader);
        }
        if first == Some(b'<') {
            return Err(Refusal::new(
                &codes::LIST_HTML,
                Span::from_range(0..1),
                "the file is a web page or XML, not a list of documents",
            )
            .into());
        }
        let span = reader.next_line()?.unwrap_or_default();
        let line = reader
            .line
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&reader.line);
        let header = utf8(line, span)?;
        let delimiter = [b';', b'\t', b',']
            .into_iter()
            .max_by_key(|d| header.bytes().filter(|b| b == d).count())
            .unwrap_or(b',');
        let columns: Vec<String> = header
            .split(char::from(delimiter))
            .map(|name| name.trim().trim_matches('"').to_ascii_lowercase())
            .collect();
        let has = |names: &[&str]| columns.iter().any(|c| names.contains(&c.as_str()));
        if !has(&["number", "document_number"]) || !has(&["issuer", "issuing_state", "country"]) {
            return Err(Refusal::new(
                &codes::LIST_UNKNOWN,
                span,
                "the first line does not name the columns number and issuer",
            )
            .into());
        }
        reader.form = Form::Csv { delimiter, columns };
        Ok(reader)
    }

    /// Offset in the source at which the next row begins.
    pub const fn offset(&self) -> u64 {
        self.at
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    ///
    /// Refuses shifted columns, text that is not UTF-8, broken JSON, and rows of an authority whose
    /// data may not be copied. What came before must then be thrown away.
    pub fn next_row(&mut self) -> Result<Option<DocumentRow>, DocumentsError> {
        loop {
            let Some(span) = self.next_line()? else {
                return Ok(None);
            };
            if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.rows = self.rows.saturating_add(1);
            let text = utf8(&self.line, span)?;
            return match &self.form {
                Form::Lines => json_row(text, span, self.rows),
                Form::Csv { delimiter, columns } => {
                    csv_row(text, *delimiter, columns, span, self.rows)
                }
            }
            .map(Some)
            .map_err(DocumentsError::from);
        }
    }

    /// Reads the next line into `self.line`. A quoted field may not go over a line: numbers do not.
    fn next_line(&mut self) -> Result<Option<Span>, DocumentsError> {
        self.line.clear();
        let from = self.at;
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|&b| b == b'\n');
            let take = end.map_or(buffer.len(), |at| at + 1);
            self.line.extend_from_slice(&buffer[..take]);
            self.source.consume(take);
            self.at += take as u64;
            if self.line.len() > MAX_ROW {
                return Err(Refusal::new(
                    &codes::LIST_LIMIT,
                    span_of(from, self.at),
                    format!("a row has more than {MAX_ROW} bytes"),
                )
                .into());
            }
            if end.is_some() {
                break;
            }
        }
        Ok((self.at > from).then(|| span_of(from, self.at)))
    }
}

fn span_of(from: u64, to: u64) -> Span {
    let clamp = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Span::new(clamp(from), clamp(to))
}

fn utf8(line: &[u8], span: Span) -> Result<&str, Refusal> {
    std::str::from_utf8(line)
        .map(|text| text.trim_end_matches(['\r', '\n']))
        .map_err(|error| {
            let at = span.start.saturating_add(error.valid_up_to() as u32);
            Refusal::new(
                &codes::LIST_ENCODING,
                Span::new(at, at.saturating_add(1)),
                "this byte is not UTF-8 text",
            )
        })
}

fn csv_row(
    text: &str,
    delimiter: u8,
    columns: &[String],
    span: Span,
    number: u32,
) -> Result<DocumentRow, Refusal> {
    let mut fields = Fields::default();
    if text.contains('"') {
        let mut record = csv::StringRecord::new();
        let read = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes())
            .read_record(&mut record);
        if !matches!(read, Ok(true)) || record.len() != columns.len() {
            return Err(shifted(span, number, record.len(), columns.len()));
        }
        for (name, value) in columns.iter().zip(record.iter()) {
            fields.put(name, Cow::Owned(value.to_owned()));
        }
    } else {
        let count = text.bytes().filter(|b| *b == delimiter).count() + 1;
        if count != columns.len() {
            return Err(shifted(span, number, count, columns.len()));
        }
        for (name, value) in columns.iter().zip(text.split(char::from(delimiter))) {
            fields.put(name, Cow::Borrowed(value));
        }
    }
    document(fields, span, number)
}

fn shifted(span: Span, number: u32, found: usize, expected: usize) -> Refusal {
    Refusal::within(
        &codes::LIST_COLUMNS,
        span,
        path_of_row(number),
        format!("row {number} has {found} columns where {expected} belong"),
    )
}

fn json_row(text: &str, span: Span, number: u32) -> Result<DocumentRow, Refusal> {
    let value: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let (code, what) = if error.is_eof() {
                (&codes::LIST_TRUNCATED, "the row ends inside its object")
            } else {
                (&codes::LIST_MALFORMED, "the row is not one JSON object")
            };
            let at = span
                .start
                .saturating_add(error.column() as u32)
                .saturating_sub(1);
            let place = Span::new(at, at.saturating_add(1));
            Refusal::within(code, place, path_of_row(number), what)
        })?;
    let mut fields = Fields::default();
    for (name, value) in &value {
        match value {
            serde_json::Value::String(text) => fields.put(name, Cow::Borrowed(text)),
            serde_json::Value::Number(n) => fields.put(name, Cow::Owned(n.to_string())),
            _ => {}
        }
    }
    document(fields, span, number)
}

fn document(fields: Fields<'_>, span: Span, number: u32) -> Result<DocumentRow, Refusal> {
    if let Some(authority) = fields.source.as_deref().and_then(query_only_authority) {
        return Err(Refusal::within(
            &codes::LIST_QUERY_ONLY,
            span,
            path_of_row(number),
            format!("row {number} names {authority}, whose data may be asked but not copied"),
        ));
    }
    let Some(strict) = fields.number.as_deref().and_then(strict) else {
        return Ok(DocumentRow::Unread(Diagnostic::new(
            &codes::DOCUMENT_ROW,
            span,
            path_of_row(number),
            "the row names no usable document number",
        )));
    };
    let kind = match fields.kind.as_deref() {
        None => DocumentKind::Unknown,
        Some(text) => match text.to_ascii_lowercase().as_str() {
            "passport" => DocumentKind::Passport,
            "identity card" | "identity-card" | "id" => DocumentKind::IdentityCard,
            "visa" => DocumentKind::Visa,
            _ => DocumentKind::from_code(text),
        },
    };
    Ok(DocumentRow::Document(ReportedDocument {
        number: strict,
        issuer: fields.issuer.as_deref().and_then(country),
        kind,
        reason: fields
            .reason
            .as_deref()
            .and_then(LossReason::from_word)
            .unwrap_or(LossReason::Unknown),
        reported: fields
            .reported
            .as_deref()
            .and_then(|text| point(text, Order::DayFirst)),
        reference: fields.reference.map(Text::from),
        source: fields.source.map(Text::from),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(bytes: &[u8]) -> Result<Vec<DocumentRow>, DocumentsError> {
        // A buffer of seven bytes: rows go over the edges of what the source gives.
        let mut reader = DocumentsReader::open(std::io::BufReader::with_capacity(7, bytes))?;
        let mut rows = Vec::new();
        while let Some(row) = reader.next_row()? {
            rows.push(row);
        }
        Ok(rows)
    }

    fn slug(bytes: &[u8]) -> (&'static str, u32) {
        match all(bytes) {
            Err(DocumentsError::Refused(refusal)) => {
                (refusal.diagnostic.code.slug, refusal.diagnostic.span.start)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn csv_and_json_lines_say_the_same() {
        let csv = b"number,issuer,type,reason,reported\r\nx 123456,SE,P,stolen,2024-05\r\n\"X-9\"\"9\",Sweden,I,,\r\n0000,SWE,P,lost,\r\n";
        let json = b"{\"number\":\"x 123456\",\"issuer\":\"SE\",\"type\":\"P\",\"reason\":\"stolen\",\"reported\":\"2024-05\"}\n\n{\"number\":\"X99\",\"issuer\":\"Sweden\",\"type\":\"identity card\"}\n{\"number\":\"0000\",\"issuer\":\"SWE\",\"reason\":\"lost\"}";
        let (a, b) = (all(csv).unwrap(), all(json).unwrap());
        assert_eq!(a.len(), 3);
        assert_eq!(a[..2], b[..2]);
        let DocumentRow::Document(first) = &a[0] else {
            panic!("{:?}", a[0])
        };
        assert_eq!(first.number.as_str(), "X123456");
        assert_eq!(first.issuer.as_ref().unwrap().as_str(), "SWE");
        assert_eq!(first.reason, LossReason::Stolen);
        assert!(matches!(&a[2], DocumentRow::Unread(d) if d.code.slug == "document-row-unread"));
    }

    #[test]
    fn copies_of_query_only_databases_are_refused() {
        assert_eq!(
            slug(b"number,issuer,source\nX1,SWE,Police\nX2,SWE,INTERPOL ASF-SLTD\n"),
            ("list-query-only", 35)
        );
        assert_eq!(
            slug(b"{\"number\":\"X1\",\"issuer\":\"SWE\",\"database\":\"SLTD\"}"),
            ("list-query-only", 0)
        );
    }

    #[test]
    fn broken_lists_of_documents_are_refused_where_they_break() {
        assert_eq!(slug(b"a,b\n1,2\n"), ("list-unknown-format", 0));
        assert_eq!(slug(b"<html>"), ("list-html", 0));
        assert_eq!(
            slug(b"number,issuer\nX1,SWE,P\n"),
            ("list-columns-shifted", 14)
        );
        assert_eq!(slug(b"number,issuer\nX1,\xff\n"), ("list-encoding", 17));
        assert_eq!(slug(b"{\"number\":\"X1\",\"iss"), ("list-truncated", 18));
        assert_eq!(slug(b"{\"number\" 1}"), ("list-malformed", 10));
        let long = [b"number,issuer\n".as_slice(), &vec![b'x'; MAX_ROW + 8]].concat();
        assert_eq!(slug(&long), ("list-limit", 14));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = all(&bytes);
            let _ = all(&[b"number,issuer,type\n".as_slice(), &bytes].concat());
            let _ = all(&[b"{\"number\":".as_slice(), &bytes].concat());
        }
    }
}
