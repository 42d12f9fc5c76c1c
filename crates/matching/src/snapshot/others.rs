//! What the words of a query bring at most beside some that are one word on the other side, or one of them
//! that is several there.

use smallvec::SmallVec;

use super::asked::Asked;
use super::reach::{self, Force};
use crate::align::Words;
use crate::name::Part;

/// What a word brings more than one that no word agrees with, by the word's place, the most first.
type Gains = SmallVec<[(usize, f32); 8]>;

/// What each word of a query brings at most.
pub(crate) struct Others {
    /// In each way of a [`Force`].
    gains: [Gains; 3],
    /// The same when no two of them may be written together.
    alone: [Gains; 3],
    /// What one brings that no word agrees with: a single letter may stand for it.
    weak: Force,
    /// How many words there are.
    all: usize,
    initials: f32,
}

impl Others {
    /// Of the words of a reading, when `more` is what a word may bring besides what is like it.
    pub(crate) fn new(parts: &[Part], asked: &Asked, more: impl Fn(usize) -> Force) -> Self {
        let weak = Force::NONE.or(*reach::INITIAL);
        let alone = asked.sources.iter().enumerate();
        let alone = alone.map(|(source, (at, meaning))| (*at, meaning.top(0).or(more(source))));
        let alone: SmallVec<[(usize, Force); 8]> = alone.collect();
        let mut most = alone.clone();
        for (at, force) in &mut most {
            *force = force.or(reach::part_of_joined(parts[*at].word.rarity));
        }
        let gains = |of: &[(usize, Force)], way: usize| {
            let gain = |force: Force| (force.ways()[way] - weak.ways()[way]).max(0.0);
            let mut gains: Gains = of.iter().map(|(at, force)| (*at, gain(*force))).collect();
            gains.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
            gains
        };
        Self {
            gains: [0, 1, 2].map(|way| gains(&most, way)),
            alone: [0, 1, 2].map(|way| gains(&alone, way)),
            weak,
            all: parts.len(),
            initials: asked.initials(),
        }
    }

    /// Beside `own` words, of which with their counterparts `agreed` agree at least. The list's names have
    /// `longest` counting words at most, of which `linked` may be linked.
    pub(crate) fn beside(
        &self,
        own: Words,
        (longest, linked): (usize, usize),
        agreed: usize,
    ) -> OthersAtMost {
        let is_other = |(at, _): &&(usize, f32)| own & 1 << at == 0;
        let gains = match self.all - own.count_ones() as usize {
            0 | 1 => &self.alone,
            _ => &self.gains,
        };
        let mut each = gains.each_ref().map(|way| way.iter().filter(is_other));
        let others = each[0].clone().count();
        let beside =
            |more: usize| reach::beside_agreed(longest, (linked, agreed + more)) + self.initials;
        let mut sum = (0..others).fold(Force::NONE, |sum, _| sum.and(self.weak));
        let mut most = SmallVec::new();
        most.push((sum, beside(0)));
        for more in 1..=others {
            let next = each
                .each_mut()
                .map(|way| way.next().map_or(0.0, |gain| gain.1));
            sum = sum.and(Force::from_ways(next));
            most.push((sum, beside(more)));
        }
        OthersAtMost { most }
    }
}

/// By how many of the other words agree: what they bring at most, and what comes beside.
pub(crate) struct OthersAtMost {
    most: SmallVec<[(Force, f32); 8]>,
}

impl OthersAtMost {
    /// The most bits of a name to which the words that they stand beside bring this.
    pub(crate) fn most(&self, own: Force) -> f32 {
        let each = self.most.iter();
        let bits = each.map(|(others, beside)| own.and(*others).bits() + beside);
        bits.fold(f32::NEG_INFINITY, f32::max)
    }
}
