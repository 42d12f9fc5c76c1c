//! Reading: lay out, check and repair, then take the fields.

use tidewaiter_diagnostics::codes::syntax::{MRZ_CHECK_DIGIT, MRZ_LAYOUT, MRZ_REPAIRED};
use tidewaiter_diagnostics::{Diagnostic, Reading, SegmentPath, Sourced, Span};

use super::grid::{Grid, warning};
use super::layout::Slot;
use super::repair::{Checked, Outcome, offsets};
use super::{Mrz, MrzDate, Names, Sex};

/// Reads a machine-readable zone.
///
/// Accepts lines ended by CR, LF or both, lines parted by spaces, all characters in one line, and
/// lower case; lines that lost fillers at their end, or whose fillers became spaces. All spans
/// point into `bytes`. The value is `None` only where the bytes have no form of a zone.
pub fn read(bytes: &[u8]) -> Reading<Mrz> {
    let mut diagnostics = Vec::new();
    let value = Grid::lay_out(bytes, &mut diagnostics).map(|mut grid| {
        let number = number_cells(&grid);
        check_all(&mut grid, &number, &mut diagnostics);
        take_fields(&grid, &number, &mut diagnostics)
    });
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
    Reading { value, diagnostics }
}

/// Where the document number, its check digit and the optional data stand: a number of more than
/// nine characters goes on in the optional data, which then begin after its check digit and a
/// filler (Doc 9303 parts 5 and 6).
struct NumberCells {
    cells: Vec<usize>,
    check: usize,
    optional: Slot,
}

fn number_cells(grid: &Grid) -> NumberCells {
    let layout = grid.format.layout();
    let short = NumberCells {
        cells: layout.number.range().collect(),
        check: layout.number_check,
        optional: layout.optional,
    };
    let tail_len = grid
        .characters(layout.optional)
        .take_while(|&c| c != b'<')
        .count();
    let goes_on = layout.long_numbers
        && grid.character(layout.number_check) == b'<'
        && grid.character(layout.number.start) != b'<'
        && tail_len >= 2;
    if !goes_on {
        return short;
    }
    let check = layout.optional.start + tail_len - 1;
    NumberCells {
        cells: layout
            .number
            .range()
            .chain(layout.optional.start..check)
            .collect(),
        check,
        optional: Slot {
            start: (check + 2).min(layout.optional.end),
            end: layout.optional.end,
        },
    }
}

fn check_all(grid: &mut Grid, number: &NumberCells, diagnostics: &mut Vec<Diagnostic>) {
    let layout = grid.format.layout();
    let birth: Vec<usize> = layout.birth.range().collect();
    let expiry: Vec<usize> = layout.expiry.range().collect();
    let optional: Vec<usize> = layout.optional.range().collect();

    let digits = |data, check| Checked {
        data,
        check,
        numeric: true,
        filler_when_empty: true,
    };
    let text = |data, check| Checked {
        data,
        check,
        numeric: false,
        filler_when_empty: true,
    };
    // Dates first: what may stand in them is known, and the number's repair leans on them.
    let mut fields = vec![
        ("date of birth", digits(&birth, layout.birth_check)),
        ("date of expiry", digits(&expiry, layout.expiry_check)),
        ("document number", text(&number.cells, number.check)),
    ];
    if let Some(check) = layout.optional_check {
        fields.push(("optional data", text(&optional, check)));
    }
    for (name, field) in &fields {
        let outcome = field.check(grid);
        report(grid, name, field, outcome, diagnostics);
    }
    check_composite(grid, &fields, diagnostics);
}

/// The composite check digit; where it alone fails, the data that have no check digit of their
/// own may hold the exchange that explains it.
fn check_composite(
    grid: &mut Grid,
    fields: &[(&str, Checked<'_>)],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some((check, slots)) = grid.format.layout().composite else {
        return;
    };
    let data = offsets(slots);
    let composite = Checked {
        data: &data,
        check,
        numeric: false,
        filler_when_empty: false,
    };
    let before = grid.clone();
    let mended = composite.mend_check(grid);
    let outcome = match (composite.fits(grid), mended) {
        (true, false) => Outcome::Fits,
        (true, true) => Outcome::Repaired,
        (false, _) => {
            let own = |at: &usize| {
                fields
                    .iter()
                    .any(|(_, f)| f.check == *at || f.data.contains(at))
            };
            let unchecked: Vec<usize> = data.iter().copied().filter(|at| !own(at)).collect();
            let others_fit = fields.iter().all(|(_, field)| field.fits(grid));
            match composite
                .single_exchange(grid, &unchecked)
                .filter(|_| others_fit)
            {
                Some(repaired) => {
                    *grid = repaired;
                    Outcome::Repaired
                }
                None => {
                    *grid = before;
                    Outcome::Fails
                }
            }
        }
    };
    report(grid, "whole zone", &composite, outcome, diagnostics);
}

fn report(
    grid: &Grid,
    name: &str,
    field: &Checked<'_>,
    outcome: Outcome,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let span = |at: usize| {
        grid.cells
            .get(at)
            .map_or_else(Span::default, |cell| cell.span)
    };
    let whole = field
        .data
        .iter()
        .fold(span(field.check), |all, &at| all.to(span(at)));
    let (code, what) = match outcome {
        Outcome::Fits => return,
        Outcome::Repaired => (
            &MRZ_REPAIRED,
            "fits after look-alike characters were exchanged",
        ),
        Outcome::Fails => (&MRZ_CHECK_DIGIT, "does not fit"),
    };
    diagnostics.push(Diagnostic::new(
        code,
        whole,
        SegmentPath::default(),
        format!("The check digit of the {name} {what}."),
    ));
}

fn take_fields(grid: &Grid, number: &NumberCells, diagnostics: &mut Vec<Diagnostic>) -> Mrz {
    let layout = grid.format.layout();
    let text = |slot: Slot| {
        let text = grid.text(slot);
        Sourced::new(text.trim_end_matches('<').to_owned(), grid.span(slot))
    };
    let number_text: String = number
        .cells
        .iter()
        .map(|&at| char::from(grid.character(at)))
        .collect();
    let number_span = |at: Option<&usize>| {
        at.and_then(|&at| grid.cells.get(at))
            .map_or_else(Span::default, |cell| cell.span)
    };
    Mrz {
        format: grid.format,
        document_code: text(layout.code),
        issuer: text(layout.issuer),
        names: names(grid, diagnostics),
        number: Sourced::new(
            number_text.trim_end_matches('<').to_owned(),
            number_span(number.cells.first()).to(number_span(number.cells.last())),
        ),
        nationality: text(layout.nationality),
        birth: date(grid, layout.birth, "birth", diagnostics),
        sex: sex(grid, diagnostics),
        expiry: date(grid, layout.expiry, "expiry", diagnostics),
        optional: text(number.optional),
        second_optional: layout.second_optional.map(text).unwrap_or_default(),
    }
}

fn names(grid: &Grid, diagnostics: &mut Vec<Diagnostic>) -> Sourced<Names> {
    let slot = grid.format.layout().names;
    let field = grid.text(slot);
    let span = grid.span(slot);
    let (names, regular) = Names::read(&field);
    if names == Names::default() {
        diagnostics.push(Diagnostic::new(
            &MRZ_LAYOUT,
            span,
            SegmentPath::default(),
            "The name field is empty.",
        ));
    } else if !regular {
        diagnostics.push(warning(
            span,
            "The fillers of the name field do not part surname and given names as the standard asks.",
        ));
    }
    if field.bytes().any(|c| c.is_ascii_digit()) {
        diagnostics.push(warning(span, "The name field holds digits."));
    }
    Sourced::new(names, span)
}

fn date(
    grid: &Grid,
    slot: Slot,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Sourced<Option<MrzDate>> {
    let characters: Vec<u8> = grid.characters(slot).collect();
    let span = grid.span(slot);
    let read = MrzDate::read(&characters);
    let value = read.or_else(|| MrzDate::read_with_zeros(&characters));
    if value.is_none() {
        diagnostics.push(Diagnostic::new(
            &MRZ_LAYOUT,
            span,
            SegmentPath::default(),
            format!("The date of {name} is no date of the calendar."),
        ));
    } else if read.is_none() {
        diagnostics.push(warning(
            span,
            "Month or day 00 was read as unknown; `<<` is its form.",
        ));
    }
    Sourced::new(value, span)
}

fn sex(grid: &Grid, diagnostics: &mut Vec<Diagnostic>) -> Sourced<Sex> {
    let at = grid.format.layout().sex;
    let span = grid.span(Slot {
        start: at,
        end: at + 1,
    });
    let value = match grid.character(at) {
        b'F' => Sex::Female,
        b'M' => Sex::Male,
        b'<' => Sex::Unspecified,
        b'X' => {
            diagnostics.push(warning(
                span,
                "Sex X was read as `<`, its form in the zone.",
            ));
            Sex::Unspecified
        }
        _ => {
            diagnostics.push(Diagnostic::new(
                &MRZ_LAYOUT,
                span,
                SegmentPath::default(),
                "The sex is none of M, F and `<`; it is unknown.",
            ));
            Sex::Unspecified
        }
    };
    Sourced::new(value, span)
}
