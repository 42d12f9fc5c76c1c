//! The sounds of many words as a tree, to find all that sound like a given word.
//!
//! The words are laid out along the tree, every beginning once, and aligned with the given word as
//! one: a beginning that already costs too much is skipped with everything that starts with it. So
//! the answer is complete, whatever differs.

use std::ops::Range;

use smallvec::SmallVec;

use super::vocabulary::WordId;
use crate::sound::{self, Cost, LONGEST, Sound, Sounds, Tariff};

/// One more sound after its parent's.
///
/// Nodes lie by depth, so that those of one parent lie together: most are looked at and left, each beside the
/// one before.
struct Node {
    sound: Sound,
    /// The most that a word in this subtree weighs.
    heaviest: Cost,
    /// What follows here in the words of this subtree [keeps](sound::kept_of) so much at least and at most.
    least_rest: Cost,
    most_rest: Cost,
    /// Where its children start; they end where the next node's start.
    children: u32,
}

impl Node {
    /// Of which it is not known what is below it.
    const fn new(sound: Sound) -> Self {
        Self {
            sound,
            heaviest: 0,
            least_rest: Cost::MAX,
            most_rest: 0,
            children: 0,
        }
    }
}

/// Which words are in a subtree: those that end at its first node, then all others.
struct Held {
    start: u32,
    end_here: u32,
    end: u32,
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
    /// And one behind all, at whose children the last ones' end.
    nodes: Vec<Node>,
    /// For each node its words.
    held: Vec<Held>,
    words: Vec<WordId>,
    /// Number of nodes without a parent.
    roots: usize,
}

/// What becomes of a node and those below it.
enum Way {
    Aside,
    Down,
    /// Its own words are found.
    FoundHere,
    /// All words of its subtree are.
    FoundAll,
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
        all.retain(|(sounds, _)| !sounds.is_empty());
        for (sounds, _) in &mut all {
            sounds.truncate(LONGEST);
        }
        all.sort_unstable_by(|a, b| {
            let bands = band(&a.0).cmp(&band(&b.0));
            bands.then_with(|| a.cmp(b))
        });
        let mut trie = Self {
            words: all.iter().map(|(_, word)| *word).collect(),
            ..Self::default()
        };
        for words in all.chunk_by(|a, b| band(&a.0) == band(&b.0)) {
            let first = trie.held.last().map_or(0, |held| held.end);
            trie.add_children(words, first, 0);
        }
        trie.roots = trie.nodes.len();
        let (mut level, mut depth) = (0..trie.roots, 1);
        while !level.is_empty() {
            for at in level.clone() {
                trie.nodes[at].children = trie.nodes.len() as u32;
                let Held { end_here, end, .. } = trie.held[at];
                let longer = &all[end_here as usize..end as usize];
                trie.add_children(longer, end_here, depth);
            }
            level = level.end..trie.nodes.len();
            depth += 1;
        }
        trie.sum_up();
        let children = trie.nodes.len() as u32;
        trie.nodes.push(Node {
            children,
            ..Node::new(Sound::A)
        });
        trie.nodes.shrink_to_fit();
        trie.held.shrink_to_fit();
        trie
    }

    /// Adds a node for each sound that words in order have behind the first `depth`; the first of them is the
    /// `first` of all.
    fn add_children(&mut self, words: &[(Sounds, WordId)], first: u32, depth: usize) {
        let mut start = first;
        for words in words.chunk_by(|a, b| a.0[depth] == b.0[depth]) {
            let here = words.iter().take_while(|word| word.0.len() == depth + 1);
            let here = here.count() as u32;
            let end = start + words.len() as u32;
            let mut node = Node::new(words[0].0[depth]);
            if here > 0 {
                node.heaviest = sound::weight(&words[0].0);
                node.least_rest = 0;
            }
            self.nodes.push(node);
            self.held.push(Held {
                start,
                end_here: start + here,
                end,
            });
            start = end;
        }
    }

    /// Works out for each node what is below it.
    fn sum_up(&mut self) {
        let mut end = self.nodes.len();
        for at in (0..self.nodes.len()).rev() {
            let (own, below) = self.nodes.split_at_mut(at + 1);
            let node = &mut own[at];
            let children = node.children as usize;
            for child in &below[children - at - 1..end - at - 1] {
                let kept = sound::kept_of(child.sound);
                node.heaviest = node.heaviest.max(child.heaviest);
                node.least_rest = node.least_rest.min(kept + child.least_rest);
                node.most_rest = node.most_rest.max(kept + child.most_rest);
            }
            end = children;
        }
    }

    /// Goes through the tree as far as `way` says for each node, by the row of costs above it and for its own
    /// row; adds the words found.
    fn walk(
        &self,
        first: Row,
        mut way: impl FnMut(&Node, &Row, &mut Row) -> Way,
        found: &mut Vec<WordId>,
    ) {
        let mut rows = [Row::EMPTY; LONGEST + 1];
        rows[0] = first;
        // The nodes of each depth that are still to be looked at.
        let mut left: SmallVec<[Range<usize>; 32]> = SmallVec::new();
        left.push(0..self.roots);
        while let Some(next) = left.last_mut() {
            let Some(at) = next.next() else {
                left.pop();
                continue;
            };
            let depth = left.len();
            let (above, below) = rows.split_at_mut(depth);
            let node = &self.nodes[at];
            let (above, row) = (&above[depth - 1], &mut below[0]);
            let held = || &self.held[at];
            let words = |start: u32, end: u32| &self.words[start as usize..end as usize];
            match way(node, above, row) {
                Way::Aside => continue,
                Way::FoundAll => {
                    found.extend_from_slice(words(held().start, held().end));
                    continue;
                }
                Way::FoundHere => found.extend_from_slice(words(held().start, held().end_here)),
                Way::Down => {}
            }
            let children = node.children as usize..self.nodes[at + 1].children as usize;
            if !children.is_empty() {
                left.push(children);
            }
        }
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
        let gaps = &gaps[..given.len()];
        let way = |node: &Node, above: &Row, row: &mut Row| {
            // What the words here keep at most behind it may be too little.
            let lacks = |at: usize| rests[at].saturating_sub(node.most_rest);
            let leads = above.next(
                row,
                sound::gap(node.sound),
                (&exchanges[node.sound as usize], gaps),
                |at, cost| cost + lacks(at) <= most,
            );
            match row.whole(given.len()) {
                _ if !leads => Way::Aside,
                Some(cost) if cost <= most => Way::FoundAll,
                _ => Way::Down,
            }
        };
        self.walk(Row::of_gaps(gaps), way, found);
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
        let rests = kept_from(given);
        let way = |node: &Node, above: &Row, row: &mut Row| {
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
            match row.whole(given.len()) {
                _ if !leads => Way::Aside,
                Some(cost) if cost <= most => Way::FoundHere,
                _ => Way::Down,
            }
        };
        self.walk(Row::of_gaps(gaps), way, found);
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
