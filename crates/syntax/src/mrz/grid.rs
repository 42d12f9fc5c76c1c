//! From the bytes as they came to the characters of a layout, each with its place.

use tidewaiter_diagnostics::codes::syntax::MRZ_LAYOUT;
use tidewaiter_diagnostics::{Diagnostic, SegmentPath, Severity, Span};

use super::layout::{Format, Slot};

/// Bytes of input that are looked at: no zone is longer, however badly it is wrapped.
const LONGEST_INPUT: usize = 1024;

/// A line this much too short or too long is none of a zone. Generous, since fillers at the end
/// are often lost on the way.
const SHORTEST_DATA_LINE: usize = 28;

/// One character and where it stood; a character filled in has an empty span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) character: u8,
    pub(crate) span: Span,
}

/// The characters of a layout, its lines joined.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    pub(crate) format: Format,
    pub(crate) cells: Vec<Cell>,
}

impl Grid {
    /// The characters of `slot`.
    pub(crate) fn characters(&self, slot: Slot) -> impl Iterator<Item = u8> + Clone + '_ {
        self.cells
            .get(slot.range())
            .unwrap_or_default()
            .iter()
            .map(|cell| cell.character)
    }

    /// The same as text.
    pub(crate) fn text(&self, slot: Slot) -> String {
        self.characters(slot).map(char::from).collect()
    }

    /// The character at `at`; a filler outside.
    pub(crate) fn character(&self, at: usize) -> u8 {
        self.cells.get(at).map_or(b'<', |cell| cell.character)
    }

    /// The bytes of `slot`.
    pub(crate) fn span(&self, slot: Slot) -> Span {
        let cells = self.cells.get(slot.range()).unwrap_or_default();
        match (cells.first(), cells.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => Span::default(),
        }
    }

    /// Lays `bytes` out, with what was noticed about their form. `None` when they are no zone.
    pub(crate) fn lay_out(bytes: &[u8], diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let whole = Span::from_range(0..bytes.len());
        let rows = rows(&bytes[..bytes.len().min(LONGEST_INPUT)]);
        let laid_out = if bytes.len() > LONGEST_INPUT {
            None
        } else {
            exact(&rows).or_else(|| tolerant(&rows, diagnostics))
        };
        let Some(mut grid) = laid_out else {
            diagnostics.push(Diagnostic::new(
                &MRZ_LAYOUT,
                whole,
                SegmentPath::default(),
                "These bytes are no machine-readable zone: their lines have none of its lengths.",
            ));
            return None;
        };
        grid.normalise(diagnostics);
        Some(grid)
    }

    /// Capital letters, digits and fillers only.
    fn normalise(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let (mut lower, mut foreign): (Option<Span>, Option<Span>) = (None, None);
        for cell in &mut self.cells {
            let noted = match cell.character {
                b'A'..=b'Z' | b'0'..=b'9' | b'<' => continue,
                b'a'..=b'z' => {
                    cell.character = cell.character.to_ascii_uppercase();
                    &mut lower
                }
                _ => {
                    cell.character = b'<';
                    &mut foreign
                }
            };
            *noted = Some(noted.map_or(cell.span, |span| span.to(cell.span)));
        }
        if let Some(span) = lower {
            diagnostics.push(warning(span, "Lower-case letters were read as capitals."));
        }
        if let Some(span) = foreign {
            diagnostics.push(Diagnostic::new(
                &MRZ_LAYOUT,
                span,
                SegmentPath::default(),
                "Characters that no machine-readable zone has were read as fillers.",
            ));
        }
    }
}

/// A remark on the form that cost nothing.
pub(crate) fn warning(span: Span, message: &'static str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::new(&MRZ_LAYOUT, span, SegmentPath::default(), message)
    }
}

/// The lines that hold something, without the white space around them.
///
/// A character outside ASCII takes one cell, however many bytes it has.
fn rows(bytes: &[u8]) -> Vec<Vec<Cell>> {
    let mut rows: Vec<Vec<Cell>> = vec![Vec::new()];
    for (at, &byte) in bytes.iter().enumerate() {
        let span = Span::from_range(at..at + 1);
        match byte {
            b'\r' | b'\n' => rows.push(Vec::new()),
            // The rest of a character of UTF-8 belongs to the cell of its first byte.
            0x80..=0xBF => {
                let last = rows.last_mut().and_then(|row| row.last_mut());
                match last {
                    Some(cell) if cell.character >= 0x80 => cell.span.end = span.end,
                    _ => push(&mut rows, byte, span),
                }
            }
            _ => push(&mut rows, byte, span),
        }
    }
    for row in &mut rows {
        while row.last().is_some_and(is_blank) {
            row.pop();
        }
        let leading = row.iter().take_while(|cell| is_blank(cell)).count();
        row.drain(..leading);
    }
    rows.retain(|row| !row.is_empty());
    rows
}

fn push(rows: &mut [Vec<Cell>], character: u8, span: Span) {
    if let Some(row) = rows.last_mut() {
        row.push(Cell { character, span });
    }
}

const fn is_blank(cell: &Cell) -> bool {
    matches!(cell.character, b' ' | b'\t')
}

/// The layouts whose lengths fit to the character: as lines, as words, or all in one.
fn exact(rows: &[Vec<Cell>]) -> Option<Grid> {
    let words: Vec<Vec<Cell>> = rows
        .iter()
        .flat_map(|row| row.split(is_blank))
        .filter(|word| !word.is_empty())
        .map(<[Cell]>::to_vec)
        .collect();
    if let Some(grid) = of_rows(&words) {
        return Some(grid);
    }
    // Lines of a wrong length that add up by chance would put every field in a wrong place.
    if rows.len() != 1 && (2..=3).contains(&words.len()) {
        return None;
    }
    let joined = words.concat();
    let format = Format::of_size(joined.len(), joined.first()?.character.to_ascii_uppercase())?;
    Some(Grid {
        format,
        cells: joined,
    })
}

/// Rows that all have the width of a layout.
fn of_rows(rows: &[Vec<Cell>]) -> Option<Grid> {
    let first = rows.first()?;
    let letter = first.first()?.character.to_ascii_uppercase();
    let format = Format::of_shape(rows.len(), first.len(), letter)?;
    let even = rows.iter().all(|row| row.len() == format.width());
    even.then(|| Grid {
        format,
        cells: rows.concat(),
    })
}

/// Lines whose fillers became spaces or were lost or doubled at the end.
fn tolerant(rows: &[Vec<Cell>], diagnostics: &mut Vec<Diagnostic>) -> Option<Grid> {
    let longest = rows.iter().map(Vec::len).max()?;
    let width = match (rows.len(), longest) {
        (3, SHORTEST_DATA_LINE..=32) => 30,
        (2, SHORTEST_DATA_LINE..=38) => 36,
        (2, 39..=48) => 44,
        _ => return None,
    };
    let letter = rows.first()?.first()?.character.to_ascii_uppercase();
    let format = Format::of_shape(rows.len(), width, letter)?;
    let mut cells = Vec::with_capacity(format.size());
    for row in rows {
        let line = Span::new(row.first()?.span.start, row.last()?.span.end);
        let spaced = row.iter().any(is_blank);
        if spaced {
            diagnostics.push(warning(line, "Spaces in the line were read as fillers."));
        }
        let blank_to_filler = |cell: &Cell| match is_blank(cell) {
            true => Cell {
                character: b'<',
                ..*cell
            },
            false => *cell,
        };
        cells.extend(row.iter().take(width).map(blank_to_filler));
        if row.len() < width {
            let end = Cell {
                character: b'<',
                span: Span::empty(line.end),
            };
            cells.extend(std::iter::repeat_n(end, width - row.len()));
            if !spaced {
                diagnostics.push(Diagnostic::new(
                &MRZ_LAYOUT,
                line,
                SegmentPath::default(),
                format!(
                    "This line has {} characters, {} has {width}; fillers were added at its end.",
                    row.len(),
                    format.as_str(),
                ),
            ));
            }
        } else if row.len() > width {
            let rest = Span::new(row[width].span.start, line.end);
            diagnostics.push(Diagnostic::new(
                &MRZ_LAYOUT,
                rest,
                SegmentPath::default(),
                format!(
                    "This line has {} characters, {} has {width}; the rest was not read.",
                    row.len(),
                    format.as_str(),
                ),
            ));
        }
    }
    Some(Grid { format, cells })
}
