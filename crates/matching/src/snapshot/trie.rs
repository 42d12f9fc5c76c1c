//! The sounds of many words as a tree, to find all that sound like a given word.
//!
//! The words are laid out along the tree, every beginning once, and aligned with the given word as
//! one: a beginning that already costs too much is skipped with everything that starts with it. So
//! the answer is complete, whatever differs.

use super::fetch;
use super::vocabulary::WordId;
use crate::sound::{self, Cost, LONGEST, Sound, Sounds, Tariff};

/// One more sound after its parent's.
struct Node {
    sound: Sound,
    depth: u8,
    /// The most that a word in this subtree weighs.
    heaviest: Cost,
    /// What follows here in the words of this subtree [keeps](sound::kept_of) so much at least and at most.
    least_rest: Cost,
    most_rest: Cost,
    /// The first node after this subtree.
    next: u32,
    /// Where the words that end here start in `Trie::words`; they end where the next node's start.
    words: u32,
}

/// Which side of a comparison may lack its vowels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voweless {
    Neither,
    Given,
    Tree,
}

/// In which of the trees a word stands, where they are told apart.
fn band(sounds: &[Sound]) -> Cost {
    sound::weight(sounds) / 64
}

#[derive(Default)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    words: Vec<WordId>,
}

impl Trie {
    /// Words of like weight together: how much may differ is a share of the weight, so a heavy word would
    /// hold the subtrees open that it shares with light ones.
    pub(crate) fn new(all: Vec<(Sounds, WordId)>) -> Self {
        Self::in_bands(all, band)
    }

    /// All words in one tree, to be found by what they begin like.
    pub(crate) fn of_beginnings(all: Vec<(Sounds, WordId)>) -> Self {
        Self::in_bands(all, |_| 0)
    }

    fn in_bands(mut all: Vec<(Sounds, WordId)>, band: impl Fn(&[Sound]) -> Cost) -> Self {
        for (sounds, _) in &mut all {
            sounds.truncate(LONGEST);
        }
        all.sort_unstable_by(|a, b| {
            let bands = band(&a.0).cmp(&band(&b.0));
            bands.then_with(|| a.cmp(b))
        });
        let mut trie = Self::default();
        // The nodes on the way to the word before.
        let mut path: Vec<usize> = Vec::new();
        let mut before: &[Sound] = &[];
        for (sounds, word) in &all {
            let shared = before.iter().zip(sounds).take_while(|(a, b)| a == b);
            let shared = shared.count() * usize::from(band(before) == band(sounds));
            trie.leave(&mut path, shared);
            for (depth, sound) in (1..).zip(sounds.iter()).skip(shared) {
                path.push(trie.nodes.len());
                trie.nodes.push(Node {
                    sound: *sound,
                    depth,
                    heaviest: 0,
                    least_rest: Cost::MAX,
                    most_rest: 0,
                    next: 0,
                    words: trie.words.len() as u32,
                });
            }
            if let Some(&end) = path.last() {
                let node = &mut trie.nodes[end];
                node.heaviest = node.heaviest.max(sound::weight(sounds));
                node.least_rest = 0;
                trie.words.push(*word);
            }
            before = sounds;
        }
        trie.leave(&mut path, 0);
        trie
    }

    /// Closes the subtrees below `depth`.
    fn leave(&mut self, path: &mut Vec<usize>, depth: usize) {
        while path.len() > depth
            && let Some(closed) = path.pop()
        {
            self.nodes[closed].next = self.nodes.len() as u32;
            if let Some(&parent) = path.last() {
                let Node {
                    sound,
                    heaviest,
                    least_rest,
                    most_rest,
                    ..
                } = self.nodes[closed];
                let kept = sound::kept_of(sound);
                let parent = &mut self.nodes[parent];
                parent.heaviest = parent.heaviest.max(heaviest);
                parent.least_rest = parent.least_rest.min(kept + least_rest);
                parent.most_rest = parent.most_rest.max(kept + most_rest);
            }
        }
    }

    /// The words that end at nodes from one on to before another.
    fn words_of(&self, first: usize, next: usize) -> &[WordId] {
        let start = |at: usize| {
            let node = self.nodes.get(at);
            node.map_or(self.words.len(), |node| node.words as usize)
        };
        &self.words[start(first)..start(next)]
    }

    /// Asks memory for the node after a subtree, which lies far off.
    fn fetch(&self, next: u32) {
        let next = self.nodes.get(next as usize);
        fetch(next.into_iter().map(|node| node.words));
    }

    /// Adds the words that begin with sounds that cost `most` at most against `given`.
    pub(crate) fn begin_like(&self, given: &[Sound], most: Cost, found: &mut Vec<WordId>) {
        let given = &given[..given.len().min(LONGEST)];
        let gaps = of_each(given, sound::gap);
        let exchanges = sound::ALL.map(|other| {
            let costs = sound::exchanges(other);
            of_each(given, |own| costs[own as usize])
        });
        let rests = kept_from(given);
        let mut rows = [Row::EMPTY; LONGEST + 1];
        rows[0] = Row::of_gaps(&gaps[..given.len()]);
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            self.fetch(node.next);
            let depth = usize::from(node.depth);
            let (above, below) = rows.split_at_mut(depth);
            let (above, row) = (&above[depth - 1], &mut below[0]);
            // What the words here keep at most behind it may be too little.
            let lacks = |at: usize| rests[at].saturating_sub(node.most_rest);
            let leads = above.next(
                row,
                sound::gap(node.sound),
                (&exchanges[node.sound as usize], &gaps[..given.len()]),
                |at, cost| cost + lacks(at) <= most,
            );
            let next = node.next as usize;
            if leads && row.whole(given.len()).is_some_and(|cost| cost <= most) {
                found.extend_from_slice(self.words_of(at, next));
                at = next;
            } else if leads {
                at += 1;
            } else {
                at = next;
            }
        }
    }

    /// Adds the words whose distance from `given` is `limit` at most.
    pub(crate) fn near(
        &self,
        given: &[Sound],
        limit: f32,
        voweless: Voweless,
        found: &mut Vec<WordId>,
    ) {
        let given = &given[..given.len().min(LONGEST)];
        let tariff = Tariff {
            voweless: voweless != Voweless::Neither,
        };
        let turned = voweless == Voweless::Tree;
        let own_gap = |sound| {
            if turned {
                tariff.full_gap(sound)
            } else {
                tariff.bare_gap(sound)
            }
        };
        let tree_gap = |sound| {
            if turned {
                tariff.bare_gap(sound)
            } else {
                tariff.full_gap(sound)
            }
        };
        let weight = f32::from(sound::weight(given));
        // The greatest cost within the limit, a hair more for rounding.
        let most = |other: Cost| ((weight + f32::from(other)) * limit / 2.0 + 0.01) as Cost;
        // For each sound what it costs against each sound of the given word.
        let exchanges = sound::ALL.map(|other| {
            of_each(given, |own| match turned {
                true => tariff.exchange(other, own),
                false => tariff.exchange(own, other),
            })
        });
        let gaps = of_each(given, own_gap);
        let gaps = &gaps[..given.len()];
        let mut rows = [Row::EMPTY; LONGEST + 1];
        rows[0] = Row::of_gaps(gaps);
        let rests = kept_from(given);
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            self.fetch(node.next);
            let depth = usize::from(node.depth);
            let (above, below) = rows.split_at_mut(depth);
            let (above, row) = (&above[depth - 1], &mut below[0]);
            let gap = tree_gap(node.sound);
            let exchange = &exchanges[node.sound as usize];
            // What follows on both sides costs so much at least, however it is aligned.
            let (low, high) = match voweless {
                Voweless::Neither => (node.least_rest, node.most_rest),
                Voweless::Given | Voweless::Tree => (0, Cost::MAX),
            };
            let follows = |rest: Cost| low.saturating_sub(rest).max(rest.saturating_sub(high));
            let most = most(node.heaviest);
            let leads = above.next(row, gap, (exchange, gaps), |at, cost| {
                cost + follows(rests[at]) <= most
            });
            if !leads {
                at = node.next as usize;
                continue;
            }
            if row.whole(given.len()).is_some_and(|cost| cost <= most) {
                found.extend_from_slice(self.words_of(at, at + 1));
            }
            at += 1;
        }
    }
}

/// What is [kept](sound::kept_of) of some sounds from each of them on.
fn kept_from(sounds: &[Sound]) -> [Cost; LONGEST + 1] {
    let mut rests = [0; LONGEST + 1];
    for (at, sound) in sounds.iter().enumerate().rev() {
        rests[at] = rests[at + 1] + sound::kept_of(*sound);
    }
    rests
}

/// The cost of each of some sounds.
fn of_each(sounds: &[Sound], cost: impl Fn(Sound) -> Cost) -> [Cost; LONGEST] {
    let mut costs = [0; LONGEST];
    for (to, sound) in costs.iter_mut().zip(sounds) {
        *to = cost(*sound);
    }
    costs
}

/// A row of a table of costs: what a beginning of one word costs against each beginning of another.
#[derive(Clone, Copy)]
struct Row {
    /// The one behind the last that may lead to a word costs more than any may.
    cells: [Cost; LONGEST + 2],
    /// The first and the last of the cells that may lead to a word.
    first: usize,
    last: usize,
}

/// More than anything costs.
const TOO_MUCH: Cost = Cost::MAX / 2;

impl Row {
    const EMPTY: Self = Self {
        cells: [0; LONGEST + 2],
        first: 0,
        last: 0,
    };

    /// Of nothing against what has these gaps.
    fn of_gaps(gaps: &[Cost]) -> Self {
        let mut row = Self::EMPTY;
        for (at, gap) in gaps.iter().enumerate() {
            row.cells[at + 1] = row.cells[at] + gap;
        }
        row.last = gaps.len();
        row.cells[row.last + 1] = TOO_MUCH;
        row
    }

    /// The row of one sound more: what it costs alone, and what each sound of the other word costs for
    /// it and alone. Whether any cell `lives`: what does not, leads to none that does, neither in its row
    /// nor in those that follow.
    #[inline]
    fn next(
        &self,
        row: &mut Self,
        gap: Cost,
        (exchange, alone): (&[Cost; LONGEST], &[Cost]),
        lives: impl Fn(usize, Cost) -> bool,
    ) -> bool {
        let mut cost = self.cells[self.first] + gap;
        row.cells[self.first] = cost;
        let mut alive = lives(self.first, cost);
        (row.first, row.last) = (self.first, self.first);
        for at in self.first + 1..=alone.len() {
            cost += alone[at - 1];
            if at <= self.last + 1 {
                let above = self.cells[at] + gap;
                cost = cost.min(self.cells[at - 1] + exchange[at - 1]).min(above);
            }
            row.cells[at] = cost;
            if lives(at, cost) {
                if !alive {
                    row.first = at;
                }
                row.last = at;
                alive = true;
            } else if at > self.last {
                break;
            }
        }
        row.cells[row.last + 1] = TOO_MUCH;
        alive
    }

    /// What the other word costs as a whole, when that may lead to a word.
    fn whole(&self, length: usize) -> Option<Cost> {
        (self.last == length).then(|| self.cells[length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_finds_what_comparing_each_word_finds() {
        let words: Vec<Sounds> = [
            "muhammad",
            "mohamed",
            "mahmud",
            "ahmad",
            "hamid",
            "hasan",
            "husayn",
            "khasan",
            "jicor",
            "gisor",
            "ivan",
            "yvan",
            "joan",
            "a",
            "abdrahman",
        ]
        .map(sound::sounds)
        .into();
        let all = words.iter().cloned().zip(0..).collect();
        let trie = Trie::new(all);
        for given in &words {
            for (limit, voweless) in [
                (0.29, Voweless::Neither),
                (0.32, Voweless::Given),
                (0.32, Voweless::Tree),
            ] {
                let mut found = Vec::new();
                trie.near(given, limit, voweless, &mut found);
                for (word, id) in words.iter().zip(0..) {
                    let apart = match voweless {
                        Voweless::Tree => sound::distance(word, given, true),
                        Voweless::Given => sound::distance(given, word, true),
                        Voweless::Neither => sound::distance(given, word, false),
                    };
                    if apart <= limit {
                        assert!(found.contains(&id), "{given:?} {word:?} {apart}");
                    }
                }
            }
        }
    }
}
