//! What is held of list words while one reading is searched.

use super::asked::Near;
use super::reach::Force;
use super::vocabulary::WordId;

/// What a list word is to the words of a query.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    /// The most a link with it can add.
    pub(crate) force: Force,
    /// Whether it is like any word of the query, or like several together.
    pub(crate) linked: bool,
    /// Whether it may be words of the query written together.
    pub(crate) together: bool,
}

impl Held {
    const NOTHING: Self = Self {
        force: Force::NONE,
        linked: false,
        together: false,
    };
}

/// What all list words are to the words of a query.
pub(crate) struct Forces {
    /// A bit for each list word of which something is held: few enough to stay at hand.
    any: Vec<u64>,
    /// Where in `held` what is held of a word stands, for words of which anything is.
    slots: Vec<u32>,
    held: Vec<Near>,
    /// Where in `held` those begin that may be several words.
    together: usize,
}

impl Forces {
    /// For so many list words.
    pub(crate) fn new(words: usize) -> Self {
        Self {
            // One more for the word that fills up names of few words.
            any: vec![0; words / 64 + 1],
            slots: vec![0; words + 1],
            held: Vec::new(),
            together: 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        for near in self.held.drain(..) {
            self.any[near.word as usize / 64] = 0;
        }
        self.together = 0;
    }

    /// Notes which list words are like a word of the query, and then which are like several `together`.
    pub(crate) fn add(&mut self, near: &[Near], together: bool) {
        let first = self.held.len();
        self.held.extend_from_slice(near);
        if !together {
            self.together = self.held.len();
        }
        let (before, new) = self.held.split_at_mut(first);
        for (at, near) in (first as u32..).zip(new) {
            let word = near.word as usize;
            let any = &mut self.any[word / 64];
            let bit = 1 << (word % 64);
            let slot = &mut self.slots[word];
            // Each word is there once, so that what is held of it is from before.
            if *any & bit != 0 {
                near.force = near.force.or(before[*slot as usize].force);
            }
            *any |= bit;
            *slot = at;
        }
    }

    fn is_held(&self, word: WordId) -> bool {
        self.any[word as usize / 64] >> (word % 64) & 1 != 0
    }

    /// Whether nothing is held of any of these.
    pub(crate) fn are_nothing<const N: usize>(&self, words: [WordId; N]) -> bool {
        !words
            .iter()
            .fold(false, |any, word| any | self.is_held(*word))
    }

    /// What is held of a word.
    pub(crate) fn held(&self, word: WordId) -> Held {
        if !self.is_held(word) {
            return Held::NOTHING;
        }
        let slot = self.slots[word as usize] as usize;
        Held {
            force: self.held[slot].force,
            linked: true,
            together: slot >= self.together,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_of_one_reading_and_the_greatest_of_all_that_is_said() {
        let near = |words: &[(WordId, f32)]| -> Vec<Near> {
            let each = words.iter();
            let each = each.map(|(word, bits)| (*word, Force::even(*bits)));
            each.map(|(word, force)| Near { word, force }).collect()
        };
        let mut forces = Forces::new(200);
        let seen = |forces: &Forces, word: WordId| {
            let held = forces.held(word);
            (held.force.first, held.linked, held.together)
        };
        forces.add(&near(&[(3, 2.0), (70, 1.0)]), false);
        forces.add(&near(&[(70, 4.0), (3, 1.5)]), false);
        forces.add(&near(&[(70, 3.0), (199, 5.0)]), true);
        assert_eq!(seen(&forces, 3), (2.0, true, false));
        assert_eq!(seen(&forces, 70), (4.0, true, true));
        assert_eq!(seen(&forces, 199), (5.0, true, true));
        assert_eq!(seen(&forces, 4), (0.0, false, false));
        assert!(forces.are_nothing([0, 4, 69, 200]));
        assert!(!forces.are_nothing([0, 4, 199]));
        // Single letters alone bring no words, so that all there are may be several together.
        forces.clear();
        assert!(forces.are_nothing([3, 70, 199]));
        forces.add(&near(&[(7, 1.0)]), true);
        assert_eq!(seen(&forces, 7), (1.0, true, true));
        assert_eq!(seen(&forces, 3), (0.0, false, false));
    }
}
