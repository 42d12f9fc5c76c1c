//! What the words of a query bring at most beside some that are one word on the other side, or one of them
//! that is several there.

use smallvec::SmallVec;

use super::asked::Asked;
use super::reach::{self, Force};
use crate::align::Words;
use crate::name::Part;

/// What a word brings more than one that no word agrees with.
struct Other {
    /// Its place in the reading.
    at: usize,
    gain: Force,
    /// The same when no two of the others may be written together.
    alone: Force,
}

/// What each word of a query brings at most.
pub(crate) struct Others {
    each: SmallVec<[Other; 8]>,
    /// What one brings that no word agrees with: a single letter may stand for it.
    weak: Force,
    /// How many words there are.
    all: usize,
    initials: f32,
}

impl Others {
    /// Of the words of a reading, when `more` is what a word may bring besides what is like it.
    pub(crate) fn new(parts: &[Part], asked: &Asked, more: impl Fn(usize) -> Force) -> Self {
        let weak = Force::NONE.or(reach::INITIAL);
        let each = asked.sources.iter().enumerate();
        let each = each.map(|(source, (at, meaning))| {
            let alone = meaning.top(0).or(more(source));
            let most = alone.or(reach::part_of_joined(parts[*at].word.rarity));
            Other {
                at: *at,
                gain: most.beyond(weak),
                alone: alone.beyond(weak),
            }
        });
        Self {
            each: each.collect(),
            weak,
            all: parts.len(),
            initials: asked.initials(),
        }
    }

    /// Beside `own` words, which with their counterparts are two that agree at least, `agreed` of them. The
    /// list's names have `longest` counting words at most, of which `linked` may be linked.
    pub(crate) fn beside(
        &self,
        own: Words,
        (longest, linked): (usize, usize),
        agreed: usize,
    ) -> OthersAtMost {
        debug_assert!(agreed >= 2);
        let may_join = self.all - own.count_ones() as usize > 1;
        let (mut none, mut most, mut sum) = (Force::NONE, Force::NONE, Force::NONE);
        for other in self.each.iter().filter(|other| own & 1 << other.at == 0) {
            let gain = if may_join { other.gain } else { other.alone };
            none = none.and(self.weak);
            most = most.or(gain);
            sum = sum.and(gain);
        }
        let beside =
            |more: usize| reach::beside_agreed(longest, (linked, agreed + more)) + self.initials;
        OthersAtMost([
            (none, beside(0)),
            (none.and(most), beside(1)),
            (none.and(sum), beside(2)),
        ])
    }
}

/// When none of the other words agrees, when one does, and when more do, for four words that agree are as
/// many as any: what they bring at most, and what comes beside.
pub(crate) struct OthersAtMost([(Force, f32); 3]);

impl OthersAtMost {
    /// The most bits of a name to which the words that they stand beside bring this.
    pub(crate) fn most(&self, own: Force) -> f32 {
        let each = self.0.iter();
        let bits = each.map(|(others, beside)| own.and(*others).bits() + beside);
        bits.fold(f32::NEG_INFINITY, f32::max)
    }
}
