//! Lists written as tables: CSV, TSV, semicolon-separated.

use std::borrow::Cow;

use tidewaiter_diagnostics::{Diagnostic, Span, codes::lists as codes};

use super::node::Node;
use super::refusal::{Refusal, row as path_of_row};

/// In which character set the text of a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    Utf8,
    Windows1252,
}

impl Charset {
    /// UTF-8 if it is; otherwise Windows-1252 with a diagnostic at the first byte that is not.
    pub(super) fn guess(bytes: &[u8], diagnostics: &mut Vec<Diagnostic>) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(_) => Self::Utf8,
            Err(error) => {
                let at = error.valid_up_to();
                diagnostics.push(Diagnostic::new(
                    &codes::LIST_ENCODING_GUESSED,
                    Span::from_range(at..at + 1),
                    tidewaiter_diagnostics::SegmentPath::default(),
                    "from this byte on the file is not UTF-8; it was read as Windows-1252",
                ));
                Self::Windows1252
            }
        }
    }

    /// UTF-8 or a refusal at the first byte that is not.
    pub(super) fn utf8(bytes: &[u8]) -> Result<Self, Refusal> {
        as_utf8(bytes).map(|_| Self::Utf8)
    }

    fn decode<'a>(self, bytes: &'a [u8]) -> Cow<'a, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Windows1252 => {
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0
            }
        }
    }
}

/// `bytes` as text, or a refusal at the first byte that is not UTF-8.
pub(super) fn as_utf8(bytes: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let (code, what) = if error.error_len().is_none() {
            (
                &codes::LIST_TRUNCATED,
                "the file breaks off inside a character",
            )
        } else {
            (&codes::LIST_ENCODING, "this byte is not UTF-8 text")
        };
        Refusal::new(code, Span::from_range(at..at + 1), what)
    })
}

/// Where the names of the columns come from.
pub(super) enum Header<'h> {
    /// The first line names them.
    Line,
    /// The format has no header.
    Fixed(&'h [&'h str]),
}

/// How a table is written.
pub(super) struct Layout<'h> {
    pub(super) delimiter: u8,
    pub(super) header: Header<'h>,
    pub(super) charset: Charset,
}

/// One row: its number (1-based, the header not counted) and its fields by column.
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) node: Node<'static>,
}

/// Reads `bytes` row by row. `base` is their offset in the file.
///
/// # Errors
///
/// A row with another number of columns than the header (empty columns beyond it aside), for its
/// values would be taken for others.
pub(super) fn rows(
    bytes: &[u8],
    base: usize,
    layout: &Layout<'_>,
    mut each: impl FnMut(Row) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(layout.delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut columns: Vec<String> = match layout.header {
        Header::Line => Vec::new(),
        Header::Fixed(names) => names.iter().map(|&n| n.to_owned()).collect(),
    };
    let mut record = csv::ByteRecord::new();
    let mut number = 0u32;
    loop {
        let from = reader.position().byte() as usize;
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(_) => {
                return Err(Refusal::new(
                    &codes::LIST_MALFORMED,
                    Span::from_range(base + from..base + from + 1),
                    "the table cannot be read here",
                ));
            }
        }
        let to = reader.position().byte() as usize;
        if record.iter().all(|field| field.trim_ascii().is_empty()) {
            continue;
        }
        if columns.is_empty() {
            columns = record
                .iter()
                .map(|field| layout.charset.decode(field).trim().to_owned())
                .collect();
            continue;
        }
        number += 1;
        let span = Span::from_range(base + from..base + to);
        let surplus = record
            .iter()
            .skip(columns.len())
            .any(|field| !field.trim_ascii().is_empty());
        if record.len() < columns.len() || surplus {
            let last = to >= bytes.len();
            let (code, cause) = if last {
                (&codes::LIST_TRUNCATED, " and the file ends there")
            } else {
                (&codes::LIST_COLUMNS, "")
            };
            return Err(Refusal::within(
                code,
                span,
                path_of_row(number),
                format!(
                    "row {number} has {} columns where {} belong{cause}",
                    record.len(),
                    columns.len()
                ),
            ));
        }
        let parts = columns
            .iter()
            .zip(record.iter())
            .filter(|(_, field)| !field.is_empty())
            .map(|(name, field)| {
                Node::leaf(
                    Cow::Owned(name.clone()),
                    Cow::Owned(layout.charset.decode(field).into_owned()),
                    span,
                )
            })
            .collect();
        each(Row {
            number,
            node: Node {
                name: Cow::Borrowed("row"),
                text: Cow::Borrowed(""),
                parts,
                span,
            },
        })?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], charset: Charset) -> Result<Vec<Option<String>>, Refusal> {
        let mut seen = Vec::new();
        let layout = Layout {
            delimiter: b',',
            header: Header::Line,
            charset,
        };
        rows(text, 0, &layout, |mut row| {
            seen.push(row.node.take_text("b").map(|t| t.to_string()));
            Ok(())
        })?;
        Ok(seen)
    }

    #[test]
    fn rows_are_read_by_column_name() {
        assert_eq!(
            read(b"a,b\r\n1,\"x, y\"\r\n\r\n2,,,\r\n", Charset::Utf8).unwrap(),
            [Some("x, y".to_owned()), None]
        );
        assert_eq!(
            read(b"a,b\n1,\x91x\x92\n", Charset::Windows1252).unwrap(),
            [Some("\u{2018}x\u{2019}".to_owned())]
        );
    }

    #[test]
    fn a_shifted_row_is_named_with_its_place() {
        let refusal = read(b"a,b\n1,2\n3,4,5\n6,7\n", Charset::Utf8).unwrap_err();
        assert_eq!(refusal.diagnostic.code.slug, "list-columns-shifted");
        assert_eq!(refusal.diagnostic.span, Span::new(8, 14));
        assert_eq!(refusal.diagnostic.path.segment, 2);
        let refusal = read(b"a,b\n1,2\n3", Charset::Utf8).unwrap_err();
        assert_eq!(refusal.diagnostic.code.slug, "list-truncated");
    }

    #[test]
    fn bytes_that_are_not_text_are_refused_where_they_stand() {
        let refusal = as_utf8(b"abc\xffdef").unwrap_err().diagnostic;
        assert_eq!(
            (refusal.code.slug, refusal.span.start),
            ("list-encoding", 3)
        );
        let refusal = as_utf8(b"abc\xc3").unwrap_err().diagnostic;
        assert_eq!(refusal.code.slug, "list-truncated");
    }
}
