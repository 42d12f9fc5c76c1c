//! Rows and cells of a file, with their bytes.
//!
//! The `csv` crate gives values without saying which bytes they came from, so cells are found
//! here; the tests compare both.

use std::borrow::Cow;

use tidewaiter_diagnostics::Span;
use tidewaiter_domain::Text;

/// Most line breaks, and most bytes, of one quoted value. A quote that is not closed within them is
/// an ordinary character, so that it costs no row behind it.
const QUOTED_LINES_MAX: usize = 16;
const QUOTED_BYTES_MAX: usize = 64 << 10;

/// One value in its bytes, without quotes and the spaces around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) span: Span,
    quoted: bool,
}

impl Cell {
    /// Its text, and the character set where that had to be guessed.
    pub(super) fn text(self, bytes: &[u8]) -> (Text, Option<&'static str>) {
        let mut raw = Cow::Borrowed(self.span.of(bytes));
        if self.quoted && memchr::memchr(b'"', &raw).is_some() {
            let mut plain = Vec::with_capacity(raw.len());
            let mut rest = raw.iter().copied().peekable();
            while let Some(byte) = rest.next() {
                plain.push(byte);
                if byte == b'"' {
                    rest.next_if_eq(&b'"');
                }
            }
            raw = Cow::Owned(plain);
        }
        let decoded = tidewaiter_syntax::edifact::Charset::Utf8.decode(&raw);
        let clean: Text = decoded
            .text
            .chars()
            .map(|c| {
                if c.is_control() || c == '\u{a0}' {
                    ' '
                } else {
                    c
                }
            })
            .collect();
        (Text::new(clean.trim()), decoded.guessed)
    }
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Its number in the file, from 1; empty lines are not counted.
    pub(super) number: u32,
    pub(super) span: Span,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    /// Whether nothing stands in it.
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|c| c.span.is_empty())
    }
}

/// The rows of a file, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Rows<'b> {
    bytes: &'b [u8],
    at: usize,
    separator: u8,
    number: u32,
}

impl<'b> Rows<'b> {
    /// The rows of `bytes` from `at` on.
    pub(super) fn new(bytes: &'b [u8], at: usize, separator: u8) -> Self {
        Self {
            bytes,
            at,
            separator,
            number: 0,
        }
    }

    fn is_end(byte: u8) -> bool {
        matches!(byte, b'\n' | b'\r')
    }

    /// The cell at `at`, and the offset of the separator or line end behind it.
    fn cell(&self, at: usize) -> (Cell, usize) {
        let bytes = self.bytes;
        let skip = |from: usize| {
            let rest = bytes.get(from..).unwrap_or_default();
            from + rest.iter().take_while(|b| **b == b' ').count()
        };
        let start = skip(at);
        if bytes.get(start) == Some(&b'"')
            && let Some(close) = self.closing_quote(start + 1)
        {
            let behind = skip(close + 1);
            let next = bytes.get(behind).copied();
            if next.is_none_or(|b| b == self.separator || Self::is_end(b)) {
                let span = Span::from_range(start + 1..close);
                return (Cell { span, quoted: true }, behind);
            }
        }
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|b| *b == self.separator || Self::is_end(*b))
            .unwrap_or(rest.len());
        let end = start + length;
        let value = rest.get(..length).unwrap_or_default().trim_ascii_end();
        let span = Span::from_range(start..start + value.len());
        let quoted = false;
        (Cell { span, quoted }, end)
    }

    /// The quote that closes a value which begins at `from`.
    fn closing_quote(&self, from: usize) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        let rest = rest.get(..QUOTED_BYTES_MAX).unwrap_or(rest);
        let (mut at, mut lines) = (0, 0);
        while let Some(found) = memchr::memchr2(b'"', b'\n', rest.get(at..)?) {
            at += found;
            if rest.get(at) == Some(&b'\n') {
                lines += 1;
                if lines > QUOTED_LINES_MAX {
                    return None;
                }
                at += 1;
            } else if rest.get(at + 1) == Some(&b'"') {
                at += 2;
            } else {
                return Some(from + at);
            }
        }
        None
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        while Self::is_end(*self.bytes.get(self.at)?) {
            self.at += 1;
        }
        self.number = self.number.saturating_add(1);
        let (start, mut cells) = (self.at, Vec::new());
        loop {
            let (cell, end) = self.cell(self.at);
            cells.push(cell);
            self.at = end;
            if self.bytes.get(end) != Some(&self.separator) {
                break;
            }
            self.at += 1;
        }
        Some(Row {
            number: self.number,
            span: Span::from_range(start..self.at),
            cells,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(bytes: &[u8], separator: u8) -> Vec<Vec<String>> {
        Rows::new(bytes, 0, separator)
            .map(|row| {
                let text = |c: &Cell| c.text(bytes).0.to_string();
                row.cells.iter().map(text).collect()
            })
            .collect()
    }

    #[test]
    fn quotes_hold_separators_and_line_breaks() {
        assert_eq!(
            texts(b"a;\"b;\"\"c\"\"\";d\r\n\"x\ny\"; z ;\n\n1;2", b';'),
            [
                vec!["a", "b;\"c\"", "d"],
                vec!["x y", "z", ""],
                vec!["1", "2"]
            ]
        );
    }

    #[test]
    fn an_unclosed_quote_costs_no_other_row() {
        let mut file = b"a,\"b\n".to_vec();
        for _ in 0..30 {
            file.extend_from_slice(b"c,d\n");
        }
        let rows = texts(&file, b',');
        assert_eq!(rows.len(), 31);
        assert_eq!(rows[0], ["a", "\"b"]);
    }

    #[test]
    fn a_cell_points_at_its_value() {
        let bytes = b" a , \"b c\" ,d";
        let row = Rows::new(bytes, 0, b',').next().unwrap();
        let values: Vec<_> = row.cells.iter().map(|c| c.span.of(bytes)).collect();
        assert_eq!(values, [&b"a"[..], b"b c", b"d"]);
    }

    #[test]
    fn other_bytes_than_utf_8_are_windows_1252() {
        let row = Rows::new(b"M\xDCLLER", 0, b',').next().unwrap();
        let (text, guessed) = row.cells[0].text(b"M\xDCLLER");
        assert_eq!((text.as_str(), guessed), ("MÜLLER", Some("Windows-1252")));
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_the_same(
            rows in prop::collection::vec(
                prop::collection::vec("[a-zé,;\"\n]([ a-z,;\"\n]{0,8}[a-z,;\"\n])?", 1..5), 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let expected: Vec<Vec<String>> = rows
                .iter()
                .map(|r| r.iter().map(|c| c.replace('\n', " ").trim().to_owned()).collect())
                .collect();
            prop_assert_eq!(texts(&bytes, b','), expected);
        }

        #[test]
        fn every_value_lies_in_its_row(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut last = 0;
            for row in Rows::new(&bytes, 0, b',') {
                prop_assert!(row.span.start >= last);
                last = row.span.end;
                for cell in &row.cells {
                    prop_assert!(row.span.start <= cell.span.start && cell.span.end <= row.span.end);
                    cell.text(&bytes);
                }
            }
            let rest = &bytes[last as usize..];
            prop_assert!(rest.iter().all(|b| matches!(b, b'\r' | b'\n')));
        }
    }
}
