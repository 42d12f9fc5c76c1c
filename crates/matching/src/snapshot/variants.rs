//! What the consonants of a text become when some of its sounds are taken for others.
//!
//! Made for short texts, in which no whole consonant may be missing or another: `s` for `c`, `gh` for
//! `g`, `h` for `kh`. There are few such, while texts that differ in any consonant are many.

use std::ops::Range;

use smallvec::SmallVec;

use crate::sound::consonants::{HEADS, Kind, OTHER_HEAD, PASSED, changes, head, kind};
use crate::sound::{Cost, Sound};

/// Consonants in a row, no two neighbours the same.
#[derive(Clone, Copy, Default)]
struct Row {
    packed: u64,
    length: u32,
    first: Kind,
    last: Kind,
}

impl Row {
    fn with(self, kind: Kind) -> Self {
        self.then(Self {
            packed: u64::from(kind),
            length: u32::from(kind != PASSED),
            first: kind,
            last: kind,
        })
    }

    fn then(self, next: Self) -> Self {
        if self.length == 0 || next.length == 0 {
            return if self.length == 0 { next } else { self };
        }
        let length = next.length - u32::from(self.last == next.first);
        let rest = next.packed & ((1 << (4 * length)) - 1);
        Self {
            packed: self.packed << (4 * length) | rest,
            length: self.length + length,
            first: self.first,
            last: next.last,
        }
    }
}

/// Most sounds that are changed: neighbours, but for vowels between them.
const MOST_CHANGED: u32 = 2;

/// Most sounds of a text whose variants need no memory of their own.
const FEW_SOUNDS: usize = 24;

/// The variants of one text.
struct Variants<'s, F> {
    sounds: &'s [Sound],
    /// The consonants from each sound on.
    rest: SmallVec<[Row; FEW_SOUNDS + 1]>,
    each: F,
}

/// Gives the skeletons, see [`skeleton`](crate::sound::skeleton), of all texts whose sounds cost `most` at most against these, when no more than
/// two neighbours change their kind, besides a vowel at the beginning; some of them twice. `most` is
/// less than a whole consonant.
pub(crate) fn variants(sounds: &[Sound], most: Cost, each: impl FnMut(u64)) {
    let mut rest: SmallVec<[Row; FEW_SOUNDS + 1]> =
        SmallVec::from_elem(Row::default(), sounds.len() + 1);
    for (at, sound) in sounds.iter().enumerate().rev() {
        rest[at] = Row::default().with(kind(*sound)).then(rest[at + 1]);
    }
    let own = head(sounds);
    let mut all = Variants { sounds, rest, each };
    for head in HEADS {
        let row = Row::default().with(head);
        if head == own {
            all.give(row, 0);
            all.change(row, 0..sounds.len(), most, MOST_CHANGED);
        } else if let Some(most) = most.checked_sub(OTHER_HEAD) {
            all.give(row, 0);
            all.change(row, 0..all.neighbour(0), most, MOST_CHANGED);
        }
    }
}

impl<F: FnMut(u64)> Variants<'_, F> {
    /// Gives a row and the consonants from a sound on.
    fn give(&mut self, row: Row, from: usize) {
        (self.each)(row.then(self.rest[from]).packed);
    }

    /// The end of the sounds from one on to the next consonant.
    fn neighbour(&self, from: usize) -> usize {
        let consonant = |sound: &Sound| kind(*sound) != PASSED;
        let next = self.sounds[from..].iter().position(consonant);
        next.map_or(self.sounds.len(), |next| from + next + 1)
    }

    /// Changes sounds, each to what it may be; `row` stands before them.
    fn change(&mut self, mut row: Row, sounds: Range<usize>, most: Cost, left: u32) {
        for at in sounds {
            let sound = self.sounds[at];
            for change in changes(sound, most) {
                let changed = row.with(change.kind);
                self.give(changed, at + 1);
                if left > 1 {
                    let next = at + 1..self.neighbour(at + 1);
                    self.change(changed, next, most - change.cost, left - 1);
                }
            }
            row = row.with(kind(sound));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::{skeleton, sounds};

    #[test]
    fn sounds_taken_for_others_are_among_the_variants() {
        for (text, other, most) in [
            ("garcialopez", "garzialopez", 80),
            ("alikhan", "alihan", 40),
            ("uwaynur", "wainur", 45),
            ("omaris", "homaris", 30),
            ("djamila", "gamila", 25),
        ] {
            let mut found = false;
            let wanted = skeleton(&sounds(other));
            variants(&sounds(text), most, |skeleton| found |= skeleton == wanted);
            assert!(found, "{text} {other}");
        }
        let mut all = Vec::new();
        variants(&sounds("ana"), 5, |skeleton| all.push(skeleton));
        assert_eq!(all, [skeleton(&sounds("ana"))]);
    }
}
