//! Texts by the consonants they sound of, to find those that differ in few of them.

use std::ops::Range;

use super::ahead::ask;
use crate::align::{MOST_DIFFERING, MOST_LONGER};
use crate::sound::{self, Sound};

/// No more consonants have room in a skeleton.
const MOST_CONSONANTS: u32 = 16;

/// The consonants of a text, four bits each from the top down; see [`sound::skeleton`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Skeleton(u64);

impl Skeleton {
    pub(crate) fn of(text: &str) -> Self {
        Self::new(&sound::sounds(text))
    }

    pub(crate) fn new(sounds: &[Sound]) -> Self {
        let low = sound::skeleton(sounds);
        Self(low.checked_shl(low.leading_zeros() / 4 * 4).unwrap_or(0))
    }

    /// Number of consonants. None of them is zero.
    pub(crate) const fn len(self) -> u32 {
        16 - self.0.trailing_zeros() / 4
    }

    /// The last one first.
    fn reversed(self) -> Self {
        const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
        let bytes = self.0.swap_bytes();
        let turned = (bytes & HIGH) >> 4 | bytes << 4 & HIGH;
        Self(turned.checked_shl(64 - 4 * self.len()).unwrap_or(0))
    }

    /// Those with the same first `count` consonants are from the first of these to the second.
    fn range(self, count: u32) -> (Self, Self) {
        let rest = u64::MAX.checked_shr(4 * count).unwrap_or(0);
        (Self(self.0 & !rest), Self(self.0 | rest))
    }

    /// Its first [`NOTED`] consonants as a number.
    const fn beginning(self) -> usize {
        (self.0 >> (64 - 4 * NOTED)) as usize
    }

    /// Number of beginnings.
    const fn beginnings() -> usize {
        1 << (4 * NOTED)
    }

    /// With one more consonant after the first `depth`, which are all.
    fn with(self, depth: u32, kind: u64) -> Self {
        Self(self.0 | kind << (60 - 4 * depth))
    }

    /// Without the first `count` consonants.
    fn after(self, count: u32) -> Self {
        Self(self.0.checked_shl(4 * count).unwrap_or(0))
    }

    fn begins_like(self, other: Self, count: u32) -> bool {
        (self.0 ^ other.0).leading_zeros() >= 4 * count
    }

    /// Its consonants from the bottom up, the last one lowest.
    const fn last_lowest(self) -> u64 {
        // Of no consonants there is nothing to move, however far.
        self.0.wrapping_shr(4 * (MOST_CONSONANTS - self.len()))
    }

    /// Whether two differ in one stretch of at most `slack` consonants.
    fn is_near(self, other: Self, slack: u32) -> bool {
        let (length, other_length) = (self.len(), other.len());
        let (longer, shorter) = (length.max(other_length), length.min(other_length));
        let before = (self.0 ^ other.0).leading_zeros() / 4;
        let after = (self.last_lowest() ^ other.last_lowest()).trailing_zeros() / 4;
        before.min(shorter) + after.min(shorter) + slack >= longer
    }
}

/// Which letters a text has, and above them how many: what cannot be one is told at a glance.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Letters(u32);

impl Letters {
    const WHICH: u32 = (1 << 26) - 1;

    /// More letters are as many as these.
    const LONGEST: u32 = 56;

    /// No number of letters is like this one or a greater.
    pub(crate) const LENGTHS: u32 = Self::LONGEST + 4;

    /// So many are held against one at once.
    const AT_ONCE: usize = 8;

    pub(crate) fn of(text: &str) -> Self {
        Self::new(text.len(), sound::letters(text))
    }

    /// Of so many [letters](sound::letters).
    pub(crate) fn new(count: usize, letters: u32) -> Self {
        Self((count as u32).min(Self::LONGEST) << 26 | letters & Self::WHICH)
    }

    /// Whether `written_together` may hold for texts of these letters.
    pub(crate) fn may_be(self, other: Self) -> bool {
        self.beyond(other, MOST_DIFFERING, MOST_LONGER) == 0
    }

    /// Gives the places of those that it [may be](Self::may_be).
    pub(crate) fn each_that_may_be(self, others: &[Self], mut give: impl FnMut(usize)) {
        let (some, rest) = others.as_chunks();
        for (others, first) in some.iter().zip((0..).step_by(Self::AT_ONCE)) {
            let mut like = self.may_be_of(others);
            while like != 0 {
                give(first + like.trailing_zeros() as usize);
                like &= like - 1;
            }
        }
        let first = others.len() - rest.len();
        let like = (first..)
            .zip(rest)
            .filter(|(_, other)| self.may_be(**other));
        like.for_each(|(at, _)| give(at));
    }

    /// A bit for each of some that it may be; as one step of the processor.
    fn may_be_of(self, others: &[Self; Self::AT_ONCE]) -> u32 {
        let mut unlike = [0; Self::AT_ONCE];
        for (unlike, other) in unlike.iter_mut().zip(others) {
            *unlike = self.beyond(*other, MOST_DIFFERING, MOST_LONGER);
        }
        let bits = (0..).zip(unlike);
        bits.fold(0, |all, (at, unlike)| all | u32::from(unlike == 0) << at)
    }

    /// Whether a typing error may make one of the other, or they are the same.
    pub(crate) fn may_have_one_error(self, other: Self) -> bool {
        self.beyond(other, 2, 1) == 0
    }

    /// The numbers of letters that may be like its own.
    pub(crate) fn like_lengths(self) -> std::ops::Range<u32> {
        let length = self.0 >> 26;
        let most = MOST_LONGER as u32;
        length.saturating_sub(most)..length + most + 1
    }

    /// The least of so many letters.
    pub(crate) const fn of_length(length: u32) -> Self {
        Self(length << 26)
    }

    /// Zero when they differ in no more letters, and their numbers by no more, than this; without a branch, for
    /// either is as often too much.
    fn beyond(self, other: Self, letters: u32, number: usize) -> u32 {
        let longer = (self.0 >> 26) as i32 - (other.0 >> 26) as i32;
        // Negative when the one is too long for the other, or too short.
        let most = number as i32;
        let ends = (longer + most) | (most - longer);
        self.differing_beyond(other, letters) | ends as u32 & 1 << 31
    }

    /// A bit for each letter that one of them has alone, but for so many.
    fn differing_beyond(self, other: Self, letters: u32) -> u32 {
        let mut differing = (self.0 ^ other.0) & Self::WHICH;
        for _ in 0..letters {
            differing &= differing.wrapping_sub(1);
        }
        differing
    }
}

/// Skeletons in order, each once.
#[derive(Default)]
struct Ordered {
    all: Vec<Skeleton>,
    /// Where those of each beginning start, and where the last ones end.
    firsts: Vec<u32>,
}

/// Consonants of a beginning whose place is noted, and fewest skeletons for which that pays.
const NOTED: u32 = 4;
const WORTH_NOTING: usize = 1 << 14;

impl Ordered {
    fn new(all: Vec<Skeleton>) -> Self {
        let mut firsts = Vec::new();
        if all.len() >= WORTH_NOTING {
            firsts.reserve_exact(Skeleton::beginnings() + 1);
            for (at, skeleton) in (0..).zip(&all) {
                while firsts.len() <= skeleton.beginning() {
                    firsts.push(at);
                }
            }
            firsts.resize(Skeleton::beginnings() + 1, all.len() as u32);
        }
        Self { all, firsts }
    }

    /// Those of a range that begin like another for some consonants.
    fn under(&self, range: Range<usize>, path: Skeleton, depth: u32) -> Range<usize> {
        let (first, last) = path.range(depth);
        let place = |skeleton: Skeleton, next: usize| {
            let at = self.firsts.get(skeleton.beginning() + next);
            at.map(|at| *at as usize)
        };
        match (place(first, 0), place(last, 1)) {
            (Some(start), Some(end)) if depth <= NOTED => start..end,
            (Some(start), Some(end)) => {
                let range = range.start.max(start)..range.end.min(end);
                under(&self.all, range, path, depth)
            }
            _ => under(&self.all, range, path, depth),
        }
    }
}

/// Of the skeletons in a range those that begin with the first `depth` consonants of `path`.
fn under(all: &[Skeleton], range: Range<usize>, path: Skeleton, depth: u32) -> Range<usize> {
    let (first, last) = path.range(depth);
    let some = &all[range.clone()];
    let start = some.partition_point(|skeleton| *skeleton < first);
    let count = some[start..].partition_point(|skeleton| *skeleton <= last);
    range.start + start..range.start + start + count
}

/// Texts by their skeletons, each with what it stands for.
pub(crate) struct Skeletons<T> {
    skeletons: Ordered,
    /// Where the texts of each start in `texts`, and where those of the last end.
    starts: Vec<u32>,
    texts: Vec<T>,
    /// The skeletons from the end, and where each stands in `skeletons`.
    ends: Ordered,
    places: Vec<u32>,
    slack: Slack,
}

/// How much may differ: one stretch of consonants.
#[derive(Clone, Copy, Default)]
pub(crate) struct Slack {
    /// Fewest consonants of which one may differ.
    pub(crate) one: u32,
    /// Fewest of which two may, as when neighbours are changed round. Long texts may differ in more.
    pub(crate) two: u32,
}

impl Slack {
    pub(crate) const fn of(self, length: u32) -> u32 {
        let long = if length < 10 { 0 } else { length / 2 - 3 };
        let short = (length >= self.one) as u32 + (length >= self.two) as u32;
        if long > short { long } else { short }
    }
}

impl<T> Default for Skeletons<T> {
    fn default() -> Self {
        Self {
            skeletons: Ordered::default(),
            starts: vec![0],
            texts: Vec::new(),
            ends: Ordered::default(),
            places: Vec::new(),
            slack: Slack::default(),
        }
    }
}

impl<T: Ord> Skeletons<T> {
    /// From texts in any order.
    pub(crate) fn new(mut texts: Vec<(Skeleton, T)>, slack: Slack) -> Self {
        texts.sort_unstable();
        let mut skeletons: Vec<Skeleton> = Vec::new();
        let mut starts = Vec::new();
        let each = (0..).zip(texts).map(|(at, (skeleton, text))| {
            if skeletons.last() != Some(&skeleton) {
                skeletons.push(skeleton);
                starts.push(at);
            }
            text
        });
        let texts: Vec<T> = each.collect();
        starts.push(texts.len() as u32);
        skeletons.shrink_to_fit();
        starts.shrink_to_fit();
        let long = (0..).zip(&skeletons);
        let long = long.filter(|(_, skeleton)| skeleton.len() + 2 >= slack.one);
        let mut ends: Vec<(Skeleton, u32)> = long.map(|(at, own)| (own.reversed(), at)).collect();
        ends.sort_unstable();
        let (ends, places) = ends.into_iter().unzip();
        Self {
            skeletons: Ordered::new(skeletons),
            starts,
            texts,
            ends: Ordered::new(ends),
            places,
            slack,
        }
    }

    /// Gives everything whose text has the skeleton, or one that differs little from it; that of one
    /// text together.
    pub(crate) fn near<'s>(&'s self, skeleton: Skeleton, each: impl FnMut(&'s T)) {
        let length = skeleton.len();
        let slack = self.slack.of(length);
        // So many stand unchanged before what differs, or after it.
        let whole = match slack {
            0 => MOST_CONSONANTS,
            _ => (length - slack).div_ceil(2),
        };
        let mut near: Vec<u32> = Vec::new();
        let walk = Walk::new(&self.skeletons, skeleton, slack);
        walk.from(whole, &mut |at| near.push(at as u32));
        if slack > 0 {
            let begin = near.len();
            let walk = Walk::new(&self.ends, skeleton.reversed(), slack);
            walk.from(whole, &mut |at| near.push(at as u32));
            for at in &mut near[begin..] {
                *at = self.places[*at as usize];
                ask(&self.skeletons.all[*at as usize]);
            }
            // What begins like it is there already.
            let is_new = |at: u32| !skeleton.begins_like(self.skeletons.all[at as usize], whole);
            let mut kept = begin;
            for at in begin..near.len() {
                near[kept] = near[at];
                kept += usize::from(is_new(near[at]));
            }
            near.truncate(kept);
        }
        // What lies far apart is asked for all at once.
        near.iter().for_each(|at| ask(&self.starts[*at as usize]));
        let texts =
            |at: u32| self.starts[at as usize] as usize..self.starts[at as usize + 1] as usize;
        let near: Vec<&[T]> = near.into_iter().map(|at| &self.texts[texts(at)]).collect();
        near.iter().for_each(|texts| ask(*texts));
        near.into_iter().flatten().for_each(each);
    }
}

/// So few skeletons are held against one of them one by one.
const FEW: usize = 512;

/// A walk through skeletons in order, to those near one of them. What cannot lead to any is passed over,
/// with everything that begins like it.
struct Walk<'a> {
    all: &'a Ordered,
    own: Skeleton,
    length: u32,
    slack: u32,
}

impl<'a> Walk<'a> {
    fn new(all: &'a Ordered, own: Skeleton, slack: u32) -> Self {
        Self {
            all,
            length: own.len(),
            own,
            slack,
        }
    }

    /// Gives the places of all that are near and begin like the skeleton for `whole` consonants.
    fn from(&self, whole: u32, give: &mut impl FnMut(usize)) {
        let start = self.own.range(whole).0;
        let range = self.all.under(0..self.all.all.len(), start, whole);
        self.walk(range, start, whole, whole.min(self.length), give);
    }

    /// Goes through skeletons that begin with `depth` consonants, the first `same` of which are this
    /// one's.
    fn walk(
        &self,
        range: Range<usize>,
        path: Skeleton,
        depth: u32,
        same: u32,
        give: &mut impl FnMut(usize),
    ) {
        let all = &self.all.all[..];
        if range.len() <= FEW || depth == MOST_CONSONANTS {
            let near = range.filter(|at| self.own.is_near(all[*at], self.slack));
            near.for_each(give);
            return;
        }
        // The one that ends here comes first, all the same.
        let ended = under(all, range.clone(), path, MOST_CONSONANTS);
        let mut rest = ended.end..range.end;
        if self.own.is_near(path, self.slack) {
            ended.for_each(&mut *give);
        }
        for kind in 1..16 {
            let next = path.with(depth, kind);
            let is_same =
                same == depth && depth < self.length && self.own.begins_like(next, depth + 1);
            let same = same + u32::from(is_same);
            if rest.is_empty() {
                return;
            }
            if self.may_lead(next, depth + 1, same) {
                let texts = self.all.under(rest.clone(), next, depth + 1);
                rest.start = texts.end;
                self.walk(texts, next, depth + 1, same, give);
            }
        }
    }

    /// Whether a text may be near that begins with `depth` consonants, the first `same` of which and no
    /// more are the skeleton's: whether what follows the stretch that differs is what follows one of the
    /// skeleton's. The longer of the two loses `slack` consonants, and where they end as they begin, the
    /// same consonant may stand before the stretch in the one and after it in the other.
    fn may_lead(&self, path: Skeleton, depth: u32, same: u32) -> bool {
        if same == depth {
            return true;
        }
        let follows = |gone: u32, own: u32| {
            let seen = depth.saturating_sub(same + gone);
            own + seen <= self.length
                && self
                    .own
                    .after(own)
                    .begins_like(path.after(same + gone), seen)
        };
        let slack = self.slack;
        (0..slack).any(|gone| follows(gone, same + slack))
            || (0..=same + slack).any(|own| follows(slack, own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_in_one_stretch_is_near_whichever_end_it_is_at() {
        let texts = [
            "jeanmarielugerero",
            "jeanmarierugerero",
            "kazimrashidtaan",
            "kathimrashidtaan",
            "altikritiumarsabawiibrahimhasan",
            "altikritibasharsabawiibrahimhasan",
            "quitesomethingelse",
        ];
        let all = texts.map(|text| (Skeleton::of(text), text));
        let table = Skeletons::new(all.to_vec(), Slack { one: 6, two: 10 });
        let near = |text: &str| {
            let mut found = Vec::new();
            table.near(Skeleton::of(text), |other| found.push(*other));
            found.sort_unstable();
            found
        };
        assert_eq!(near(texts[0]), texts[..2]);
        assert_eq!(near("rashidtaankathim"), [""; 0]);
        assert_eq!(near(texts[3]), ["kathimrashidtaan", "kazimrashidtaan"]);
        assert_eq!(
            near("altikritiyasirsabawiibrahimhasan"),
            [texts[5], texts[4]]
        );
        assert_eq!(near(texts[6]), [texts[6]]);
        assert_eq!(near("aeiou"), [""; 0]);
    }

    #[test]
    fn the_walk_gives_each_text_that_is_near_once() {
        // Texts of few consonants, so that very many are alike and begin as they end.
        let letters = ["m", "ma", "r", "ri", "k", "sa"];
        let mut chance = 7_u64;
        let mut below = |limit: u64| {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (chance >> 33) % limit
        };
        let mut texts: Vec<(Skeleton, u32)> = (0..40_000)
            .map(|number| {
                let length = 4 + below(9);
                let text: String = (0..length).map(|_| letters[below(6) as usize]).collect();
                (Skeleton::of(&text), number)
            })
            .collect();
        texts.sort_unstable();
        let mut given = 0;
        for slack in [Slack { one: 6, two: 10 }, Slack { one: 2, two: 4 }] {
            let table = Skeletons::new(texts.clone(), slack);
            for (skeleton, _) in texts.iter().step_by(997) {
                let mut found = Vec::new();
                table.near(*skeleton, |number| found.push(*number));
                given += found.len();
                found.sort_unstable();
                let most = slack.of(skeleton.len());
                let whole = (skeleton.len() - most).div_ceil(2);
                let is_meant = |other: Skeleton| match most {
                    0 => other == *skeleton,
                    _ => {
                        let ends = other.reversed().begins_like(skeleton.reversed(), whole);
                        skeleton.is_near(other, most)
                            && (other.begins_like(*skeleton, whole)
                                || other.len() + 2 >= slack.one && ends)
                    }
                };
                let near = texts.iter().filter(|text| is_meant(text.0));
                let mut near: Vec<u32> = near.map(|text| text.1).collect();
                near.sort_unstable();
                assert_eq!(found, near, "{skeleton:?}");
            }
        }
        assert!(given > 10_000, "{given}");
    }

    #[test]
    fn a_skeleton_turned_twice_is_itself() {
        for text in ["", "a", "kim", "jeanmarierugerero", "bcdfghjklmnpqrstvwxz"] {
            let skeleton = Skeleton::of(text);
            assert_eq!(skeleton.reversed().reversed(), skeleton);
            assert_eq!(skeleton.reversed().len(), skeleton.len());
        }
    }
}
