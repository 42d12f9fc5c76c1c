//! Manifests as CSV: one row a person, columns named by the first line.
//!
//! Small carriers, general aviation and ships send tables. The separator (`,` `;` tab `|`), quotes,
//! a byte order mark and UTF-8 or Windows-1252 are recognised; headings are understood in usual
//! English forms, others through a [`ColumnMapping`]. Every row is a person: what cannot be
//! understood is kept beside the person and said, and costs nobody.
//!
//! Rows are gathered to one manifest for each flight, passengers and crew apart. At most
//! [`CHUNK_ROWS_MAX`] rows or [`CHUNK_BYTES_MAX`] bytes are held at a time; a flight whose rows lie
//! further apart gives several manifests.

mod columns;
mod dates;
mod journey;
mod person;
mod rows;

use std::collections::{HashMap, VecDeque};

use jiff::civil::Date;
use tidewaiter_diagnostics::codes::syntax;
use tidewaiter_diagnostics::{Code, Diagnostic, SegmentPath, Span, codes::api as code};
use tidewaiter_domain::{
    ListEffect, Manifest, ManifestFunction, Role, Sourced, Text, Traveller, Unread,
};

pub use columns::{ColumnMapping, ColumnMappingError};

use crate::report::{Content, Report};
use columns::{Columns, Field};
use dates::DayMonth;
use rows::{Cell, Row, Rows};

/// Most rows of one chunk.
pub const CHUNK_ROWS_MAX: usize = 10_000;

/// Most bytes of one chunk, but for its last row.
pub const CHUNK_BYTES_MAX: u32 = 4 << 20;

/// How many rows may stand before the headings: titles of the table.
const TITLE_ROWS_MAX: usize = 10;

/// How many bytes are searched for the headings.
const HEADING_BYTES_MAX: usize = 64 << 10;

/// Whether `bytes` are a table of people: among the first lines one names the columns.
pub fn detect(bytes: &[u8]) -> bool {
    find_table(bytes, &ColumnMapping::default()).is_some()
}

/// Reads a whole file; see [`reports`], which needs less memory for a large one.
pub fn read(bytes: &[u8], mapping: &ColumnMapping, received: Date) -> Vec<Report> {
    reports(bytes, mapping, received).collect()
}

/// Reads a file chunk by chunk. Spans count from the first byte of the file; bytes beyond 4 GiB are
/// not read, and that is said.
///
/// `received` is the day on which the file came; it places years of two digits.
pub fn reports<'b>(bytes: &'b [u8], mapping: &ColumnMapping, received: Date) -> Reports<'b> {
    let whole = bytes.len();
    let bytes = bytes.get(..u32::MAX as usize).unwrap_or(bytes);
    let mut reports = Reports {
        table: None,
        ready: VecDeque::new(),
        received,
    };
    match find_table(bytes, mapping) {
        Some(table) => {
            let mut table = table;
            if bytes.len() < whole {
                table.notes.push(Diagnostic::new(
                    &syntax::LIMIT_EXCEEDED,
                    Span::empty(u32::MAX),
                    SegmentPath::default(),
                    "what lies beyond 4 GiB was not read",
                ));
            }
            reports.table = Some(table);
        }
        None => reports.ready.push_back(without_headings(bytes)),
    }
    reports
}

/// The manifests of a file, one after the other.
#[derive(Debug)]
pub struct Reports<'b> {
    /// What is still to be read.
    table: Option<Table<'b>>,
    ready: VecDeque<Report>,
    received: Date,
}

impl Iterator for Reports<'_> {
    type Item = Report;

    fn next(&mut self) -> Option<Report> {
        while self.ready.is_empty() {
            let table = self.table.as_mut()?;
            let (lists, ended) = table.chunk(self.received);
            self.ready.extend(lists.into_iter().map(List::finish));
            if ended {
                self.table = None;
            }
        }
        self.ready.pop_front()
    }
}

/// A table whose columns are known.
#[derive(Debug)]
struct Table<'b> {
    bytes: &'b [u8],
    rows: Rows<'b>,
    columns: Columns,
    /// Headings of the columns, as written.
    headings: Vec<Text>,
    /// Which way round the dates of each column are.
    orders: Vec<DayMonth>,
    /// What is to be said of the file as a whole; goes with its first manifest.
    notes: Vec<Diagnostic>,
    /// Lines before the headings.
    titles: Vec<Unread>,
    /// Whether a manifest was given already.
    begun: bool,
}

/// Finds the headings, under the separator under which most of them are known.
fn find_table<'b>(bytes: &'b [u8], mapping: &ColumnMapping) -> Option<Table<'b>> {
    let mut at = 0;
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        at = 3;
    }
    // What spreadsheets write to tell each other the separator.
    let hint = bytes.get(at..at + 6).filter(|h| h.starts_with(b"sep="));
    if let Some([.., _, b'\r' | b'\n']) = hint {
        at += 5;
    }
    let head_end = bytes.len().min(at + HEADING_BYTES_MAX);
    let head = bytes.get(..head_end)?;
    let mut best: Option<(usize, u8, Row, Columns)> = None;
    for separator in *b",;\t|" {
        for row in Rows::new(head, at, separator).take(TITLE_ROWS_MAX + 1) {
            let texts: Vec<Text> = row.cells.iter().map(|c| c.text(head).0).collect();
            let columns = Columns::new(texts.iter().map(Text::as_str), mapping);
            let known = columns.known();
            if columns.are_of_people() && best.as_ref().is_none_or(|b| known > b.0) {
                best = Some((known, separator, row, columns));
            }
        }
    }
    let (_, separator, heading, columns) = best?;
    let mut table = Table {
        bytes,
        rows: Rows::new(bytes, at, separator),
        columns,
        headings: Vec::new(),
        orders: Vec::new(),
        notes: Vec::new(),
        titles: Vec::new(),
        begun: false,
    };
    for row in table.rows.by_ref() {
        if row.number >= heading.number {
            break;
        }
        table.titles.push(unread("ROW", bytes, row.span));
    }
    for (index, cell) in heading.cells.iter().enumerate() {
        let (text, _) = cell.text(bytes);
        if table.columns.fields.get(index) == Some(&None) && !text.is_empty() {
            table.notes.push(Diagnostic::new(
                &code::CSV_COLUMN,
                cell.span,
                path(&heading, index),
                "this column is not known, or another one holds the same; its values were kept",
            ));
        }
        table.headings.push(text);
    }
    table.orders = orders(&table);
    Some(table)
}

/// Looks through all dates for those that tell which way round a column is.
fn orders(table: &Table<'_>) -> Vec<DayMonth> {
    const DATES: [Field; 6] = [
        Field::Born,
        Field::DocumentIssued,
        Field::DocumentExpires,
        Field::VisaExpires,
        Field::Departs,
        Field::Arrives,
    ];
    let mut orders = vec![DayMonth::Open; table.columns.fields.len()];
    let are_dates: Vec<bool> = table
        .columns
        .fields
        .iter()
        .map(|f| f.is_some_and(|f| DATES.contains(&f)))
        .collect();
    for row in table.rows.clone() {
        for ((cell, order), is_date) in row.cells.iter().zip(&mut orders).zip(&are_dates) {
            if *is_date {
                *order = order.after(&cell.text(table.bytes).0);
            }
        }
    }
    orders
}

/// What is said of a file whose columns nobody knows.
fn without_headings(bytes: &[u8]) -> Report {
    let row = Rows::new(bytes, 0, b',').next().unwrap_or_default();
    let note = Diagnostic::new(
        &code::CSV_HEADER,
        row.span,
        SegmentPath::segment(1, *b"ROW"),
        "no line names the columns of a list of people",
    );
    report(None, vec![note])
}

fn report(content: Option<Content>, mut diagnostics: Vec<Diagnostic>) -> Report {
    diagnostics.sort_by_key(|d| d.span.start);
    Report {
        kind: Text::const_new("CSV"),
        version: Text::default(),
        reference: Text::default(),
        content,
        diagnostics,
    }
}

fn unread(tag: &str, bytes: &[u8], span: Span) -> Unread {
    Unread {
        tag: Text::new(tag),
        text: Text::from_utf8_lossy(span.of(bytes)),
        span,
    }
}

/// The place of a cell: row number, `ROW`, column from 1.
fn path(row: &Row, column: usize) -> SegmentPath {
    let column = u8::try_from(column + 1).unwrap_or(u8::MAX);
    SegmentPath::segment(row.number, *b"ROW").at(column, 0)
}

impl Table<'_> {
    /// The manifests of the next rows, and whether these were the last.
    fn chunk(&mut self, received: Date) -> (Vec<List>, bool) {
        let (mut lists, mut index) = (Vec::<List>::new(), HashMap::new());
        let (mut count, mut start, mut ended) = (0, None, true);
        while let Some(row) = self.rows.next() {
            if row.is_blank() {
                continue;
            }
            let mut reader = RowReader {
                table: self,
                row: &row,
                received,
                notes: Vec::new(),
            };
            reader.check_width();
            let person = reader.person();
            let flight = reader.flight();
            let notes = reader.notes;
            let crew = matches!(person.role, Role::Crew | Role::TransitCrew);
            let at = *index
                .entry((journey::key(&flight), crew))
                .or_insert_with(|| {
                    lists.push(List::new(crew, flight, &row));
                    lists.len() - 1
                });
            if let Some(list) = lists.get_mut(at) {
                list.travellers.push(person);
                list.note(notes);
            }
            count += 1;
            let first = *start.get_or_insert(row.span.start);
            if count >= CHUNK_ROWS_MAX || row.span.end - first >= CHUNK_BYTES_MAX {
                ended = false;
                break;
            }
        }
        if lists.is_empty() && !self.begun {
            lists.push(List::empty(self.bytes));
        }
        if let (false, Some(first)) = (self.begun, lists.first_mut()) {
            first.diagnostics.append(&mut self.notes);
            first.unread.append(&mut self.titles);
            self.begun = true;
        }
        (lists, ended)
    }
}

/// One manifest while its rows come in.
struct List {
    crew: bool,
    flight: Option<tidewaiter_domain::Flight>,
    travellers: Vec<Traveller>,
    unread: Vec<Unread>,
    diagnostics: Vec<Diagnostic>,
    /// Remarks that fit every row alike: code and column, where the first stands, how many.
    tallies: HashMap<(&'static str, u8), (usize, u32)>,
}

impl List {
    fn new(crew: bool, flight: Option<tidewaiter_domain::Flight>, row: &Row) -> Self {
        let mut diagnostics = Vec::new();
        if flight.is_none() {
            diagnostics.push(Diagnostic::new(
                &code::MISSING_FLIGHT,
                row.span,
                SegmentPath::segment(row.number, *b"ROW"),
                "this row, the first of its kind, names no flight",
            ));
        }
        Self {
            crew,
            flight,
            travellers: Vec::new(),
            unread: Vec::new(),
            diagnostics,
            tallies: HashMap::new(),
        }
    }

    /// The list of a file without rows.
    fn empty(bytes: &[u8]) -> Self {
        let end = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let note = Diagnostic::new(
            &code::EMPTY_MANIFEST,
            Span::empty(end),
            SegmentPath::default(),
            "no row follows the headings",
        );
        Self {
            diagnostics: vec![note],
            ..Self::new(false, None, &Row::default())
        }
    }

    /// Takes what was noticed in one row; what a sender does in every row is said once and counted.
    fn note(&mut self, notes: Vec<Diagnostic>) {
        for note in notes {
            let often = [
                &code::COUNTRY_MAPPED,
                &code::CITY_CODE,
                &code::UNKNOWN_AIRPORT,
                &code::AMBIGUOUS_DAY_MONTH,
                &code::MISSING_DOCUMENT_TYPE,
                &syntax::CHARSET_GUESSED,
            ];
            if !often.contains(&note.code) {
                self.diagnostics.push(note);
                continue;
            }
            let key = (note.code.slug, note.path.element);
            match self.tallies.get_mut(&key) {
                Some((_, count)) => *count += 1,
                None => {
                    self.tallies.insert(key, (self.diagnostics.len(), 1));
                    self.diagnostics.push(note);
                }
            }
        }
    }

    fn finish(mut self) -> Report {
        // The order of the map does not show: each entry changes a diagnostic of its own.
        for (at, count) in self.tallies.values().filter(|(_, count)| *count > 1) {
            if let Some(diagnostic) = self.diagnostics.get_mut(*at) {
                diagnostic.message = format!(
                    "{} ({count} times in this column, the first here)",
                    diagnostic.message
                )
                .into();
            }
        }
        let manifest = Manifest {
            function: if self.crew {
                ManifestFunction::Crew
            } else {
                ManifestFunction::Passengers
            },
            effect: ListEffect::Report,
            function_written: Text::default(),
            transaction: None,
            reporting_party: None,
            flights: self.flight.into_iter().collect(),
            travellers: self.travellers,
            declared_count: None,
            part: None,
            unread: self.unread,
        };
        report(
            Some(Content::Manifest(Box::new(manifest))),
            self.diagnostics,
        )
    }
}

/// Takes the values out of one row.
struct RowReader<'t, 'b> {
    table: &'t Table<'b>,
    row: &'t Row,
    received: Date,
    notes: Vec<Diagnostic>,
}

impl RowReader<'_, '_> {
    fn note(&mut self, code: &'static Code, column: usize, text: &'static str) {
        let span = match self.row.cells.get(column) {
            Some(cell) => cell.span,
            None => Span::empty(self.row.span.end),
        };
        self.notes
            .push(Diagnostic::new(code, span, path(self.row, column), text));
    }

    /// Says so when the row has other columns than the headings. Empty ones at its end do not
    /// count.
    fn check_width(&mut self) {
        let (expected, cells) = (self.table.headings.len(), &self.row.cells);
        let surplus = cells
            .get(expected..)
            .is_some_and(|more| more.iter().any(|c| !c.span.is_empty()));
        if surplus {
            let text = "this row has more columns than the headings name";
            self.note(&code::CSV_ROW, expected, text);
        } else if cells.len() < expected {
            let text = "this row has fewer columns than the headings name";
            self.note(&code::CSV_ROW, cells.len(), text);
        }
    }

    /// The columns of `field` in which this row holds something.
    fn columns_of(&self, field: Field) -> impl Iterator<Item = (usize, Cell)> {
        let fields = self.table.columns.fields.iter();
        fields
            .zip(&self.row.cells)
            .enumerate()
            .filter(move |(_, (f, cell))| **f == Some(field) && !cell.span.is_empty())
            .map(|(column, (_, cell))| (column, *cell))
    }

    /// The text of a cell.
    fn text_of(&mut self, column: usize, cell: Cell) -> Sourced<Text> {
        let (text, guessed) = cell.text(self.table.bytes);
        if guessed.is_some() {
            let text = "the text was read as Windows-1252";
            self.note(&syntax::CHARSET_GUESSED, column, text);
        }
        Sourced::new(text, cell.span)
    }

    /// The value of a field, with its column.
    fn value(&mut self, field: Field) -> Option<(usize, Sourced<Text>)> {
        let found = self.columns_of(field).next();
        let (column, cell) = found?;
        let text = self.text_of(column, cell);
        (!text.value.is_empty()).then_some((column, text))
    }

    /// The text of a field.
    fn text(&mut self, field: Field) -> Option<Sourced<Text>> {
        self.value(field).map(|(_, text)| text)
    }
}
