//! Characters that scanners take for one another.
//!
//! An exchange is tried only where a check digit fails, or where a letter stands in a place that
//! takes digits only. It is made only when exactly one makes the check digit fit, and the composite
//! check digit with it; two candidates mean that nobody can tell, and then the characters stay.

use super::check_digit::check_digit;
use super::grid::Grid;
use super::layout::Slot;

/// A check digit and the characters it is over.
pub(crate) struct Checked<'a> {
    /// Offsets of the characters, in the order of the calculation.
    pub(crate) data: &'a [usize],
    /// Offset of the check digit.
    pub(crate) check: usize,
    /// Whether the characters are digits (and fillers) only.
    pub(crate) numeric: bool,
    /// Whether an empty field may have a filler for a check digit.
    pub(crate) filler_when_empty: bool,
}

/// How a check digit turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It fits as it stands.
    Fits,
    /// It fits after the exchanges that were made.
    Repaired,
    /// It does not fit.
    Fails,
}

impl Checked<'_> {
    /// Whether the check digit fits.
    pub(crate) fn fits(&self, grid: &Grid) -> bool {
        let check = grid.character(self.check);
        let empty = || self.data.iter().all(|&at| grid.character(at) == b'<');
        match check {
            b'0'..=b'9' => check_digit(self.characters(grid)) == check - b'0',
            b'<' => self.filler_when_empty && empty(),
            _ => false,
        }
    }

    fn characters<'g>(&self, grid: &'g Grid) -> impl Iterator<Item = u8> + use<'g, '_> {
        self.data.iter().map(|&at| grid.character(at))
    }

    /// Checks, and repairs `grid` where exactly one look-alike exchange explains a failure.
    pub(crate) fn check(&self, grid: &mut Grid) -> Outcome {
        let letter = |&&at: &&usize| grid.character(at).is_ascii_uppercase();
        // A letter among digits is wrong even where the check digit cannot see it (G for 6).
        let mut misplaced: Vec<usize> = match self.numeric {
            true => self.data.iter().filter(letter).copied().collect(),
            false => Vec::new(),
        };
        misplaced.extend([self.check].iter().filter(letter));
        if misplaced.is_empty() && self.fits(grid) {
            return Outcome::Fits;
        }
        let mut trial = grid.clone();
        for &at in &misplaced {
            match as_digit(grid.character(at)) {
                Some(digit) => trial.cells[at].character = digit,
                None => return Outcome::Fails,
            }
        }
        if !misplaced.is_empty() && self.fits(&trial) {
            *grid = trial;
            return Outcome::Repaired;
        }
        if self.numeric {
            return Outcome::Fails;
        }
        match self.single_exchange(&trial, self.data) {
            Some(repaired) => {
                *grid = repaired;
                Outcome::Repaired
            }
            None => Outcome::Fails,
        }
    }

    /// Exchanges a letter in the place of the check digit itself for the digit it looks like;
    /// `false` when there is none to exchange.
    pub(crate) fn mend_check(&self, grid: &mut Grid) -> bool {
        let digit = as_digit(grid.character(self.check));
        match (digit, grid.cells.get_mut(self.check)) {
            (Some(digit), Some(cell)) => {
                cell.character = digit;
                true
            }
            _ => false,
        }
    }

    /// `grid` with the one exchange among `places` that makes the check digit fit.
    ///
    /// It must make the composite check digit fit too, where the layout has one: a printed digit
    /// that is simply wrong would else be explained away by a chance exchange in one of ten.
    pub(crate) fn single_exchange(&self, grid: &Grid, places: &[usize]) -> Option<Grid> {
        let mut candidates = Vec::new();
        for &at in places {
            for &other in look_alikes(grid.character(at)) {
                let mut trial = grid.clone();
                trial.cells[at].character = other;
                if self.fits(&trial) {
                    candidates.push(trial);
                }
            }
        }
        candidates.retain(|trial| composite_fits(trial) != Some(false));
        match candidates.len() {
            1 => candidates.pop(),
            _ => None,
        }
    }
}

/// Whether the composite check digit fits, itself read as the digit it looks like;
/// `None` where the layout has none.
pub(crate) fn composite_fits(grid: &Grid) -> Option<bool> {
    let (check, slots) = grid.format.layout().composite?;
    let data = offsets(slots);
    let digit = as_digit(grid.character(check)).unwrap_or_else(|| grid.character(check));
    let over = data.iter().map(|&at| grid.character(at));
    Some(b'0' + check_digit(over) == digit)
}

/// The offsets of `slots`, one after the other.
pub(crate) fn offsets(slots: &[Slot]) -> Vec<usize> {
    slots.iter().flat_map(|slot| slot.range()).collect()
}

/// The digit a letter is taken for.
const fn as_digit(letter: u8) -> Option<u8> {
    Some(match letter {
        b'O' | b'D' | b'Q' => b'0',
        b'I' => b'1',
        b'Z' => b'2',
        b'S' => b'5',
        b'G' => b'6',
        b'B' => b'8',
        _ => return None,
    })
}

/// What a character may have been.
const fn look_alikes(character: u8) -> &'static [u8] {
    match character {
        b'O' | b'D' | b'Q' => b"0",
        b'0' => b"ODQ",
        b'I' => b"1",
        b'1' => b"I",
        b'Z' => b"2",
        b'2' => b"Z",
        b'S' => b"5",
        b'5' => b"S",
        b'G' => b"6",
        b'6' => b"G",
        b'B' => b"8",
        b'8' => b"B",
        _ => b"",
    }
}
