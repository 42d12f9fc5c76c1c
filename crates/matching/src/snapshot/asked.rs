//! What is asked of a segment: the words of a reading and what they may mean, the rows its dates
//! allow, and from both which words to look up where.

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::ahead::ask;
use super::reach::{self, Beside, Force};
use super::rows::{Posting, RowId};
use super::segment::RunRarity;
use super::vocabulary::WordId;
use super::wholes::Flanks;
use crate::relation::Likeness;

/// Spans of no more rows than this are run through; longer ones are looked up by word. In a small
/// list fewer rows are few, so that it is searched in the same ways as a large one.
pub(crate) fn few(rows: RowId) -> u32 {
    (rows / 16).clamp(4, 128)
}

/// A list word that a query word may mean.
#[derive(Clone, Copy)]
pub(crate) struct Near {
    pub(crate) word: WordId,
    pub(crate) force: Force,
}

/// Some of [`Meaning::near`] of about the same force, which are looked up together.
pub(crate) struct Step {
    /// Where they end.
    pub(crate) end: usize,
    /// The number of their places.
    pub(crate) places: u32,
    /// The greatest force in every way of these and all that follow.
    pub(crate) top: Force,
}

/// A row of a name that has a word of the query as several, and how rare these are.
#[derive(Clone, Copy)]
pub(crate) struct Apart {
    pub(crate) row: RowId,
    pub(crate) rarity: RunRarity,
}

/// What a word of a query may mean in the list.
pub(crate) struct Meaning {
    /// The most forceful first.
    pub(crate) near: Vec<Near>,
    pub(crate) steps: Vec<Step>,
    /// What each list word is to it, by word.
    pub(crate) likes: Vec<(WordId, Likeness)>,
    pub(crate) runs: Arc<Runs>,
}

/// What a word may be as one of several written together, or as several that are.
#[derive(Default)]
pub(crate) struct Runs {
    /// Names that have the word as several written apart.
    pub(crate) apart: Box<[Apart]>,
    /// The rarest of these.
    rarest: Option<RunRarity>,
    /// Where to look for what it is written together with others.
    pub(crate) flanks: Flanks,
}

impl Runs {
    pub(crate) fn new(apart: Vec<Apart>, flanks: Flanks) -> Self {
        Self {
            rarest: apart.iter().map(|apart| apart.rarity).max(),
            apart: apart.into(),
            flanks,
        }
    }

    /// How rare the rarest words are that it is written apart as; `None` when it is as none.
    pub(crate) fn rarest(&self) -> Option<RunRarity> {
        self.rarest
    }
}

/// How much less force than the first a word of a step may have, in bits; and most words of a step.
const STEP_BITS: f32 = 0.2;
const STEP_WORDS: usize = 12;

impl Meaning {
    /// From what list words are to the word, by word; with the number of places of each.
    pub(crate) fn new(
        mut likes: Vec<(WordId, Likeness)>,
        places: impl Fn(WordId) -> u32,
        runs: Arc<Runs>,
    ) -> Self {
        // It is remembered for long.
        likes.shrink_to_fit();
        let mut near: Vec<Near> = likes
            .iter()
            .map(|(word, like)| Near {
                word: *word,
                force: Force::of(like),
            })
            .collect();
        near.sort_by(|a, b| {
            let order = b.force.first.total_cmp(&a.force.first);
            order.then(a.word.cmp(&b.word))
        });
        let mut steps: Vec<Step> = Vec::new();
        let mut start = 0;
        while let Some(first) = near.get(start) {
            let like = near[start..].iter().take(STEP_WORDS);
            let like = like.take_while(|near| near.force.first >= first.force.first - STEP_BITS);
            let end = start + like.count();
            steps.push(Step {
                end,
                places: near[start..end].iter().map(|near| places(near.word)).sum(),
                top: Force::LEAST,
            });
            start = end;
        }
        let (mut top, mut start) = (Force::LEAST, near.len());
        for at in (0..steps.len()).rev() {
            let first = at.checked_sub(1).map_or(0, |before| steps[before].end);
            top = near[first..start]
                .iter()
                .fold(top, |top, near| top.or(near.force));
            steps[at].top = top;
            start = first;
        }
        Self {
            near,
            steps,
            likes,
            runs,
        }
    }

    /// Asks memory for what it leads to.
    pub(crate) fn ask(&self) {
        ask(&*self.near);
        ask(&*self.steps);
        ask(&*self.runs);
    }

    /// The greatest force in every way from a step on.
    pub(crate) fn top(&self, step: usize) -> Force {
        self.steps.get(step).map_or(Force::LEAST, |step| step.top)
    }

    /// How much memory it takes beside its own place, about.
    pub(crate) fn bytes(&self) -> usize {
        std::mem::size_of_val(self.near.as_slice())
            + std::mem::size_of_val(self.steps.as_slice())
            + std::mem::size_of_val(self.likes.as_slice())
            + std::mem::size_of_val(&*self.runs.apart)
            + self.runs.flanks.bytes()
    }

    /// What a list word is to it.
    pub(crate) fn like(&self, word: WordId) -> Option<Likeness> {
        let at = self.likes.binary_search_by_key(&word, |like| like.0);
        at.ok().map(|at| self.likes[at].1)
    }
}

/// A span of rows and the most bits their dates can weigh.
#[derive(Clone, PartialEq)]
pub(crate) struct Span {
    pub(crate) rows: Range<RowId>,
    pub(crate) bits: f32,
}

impl Span {
    /// Whether there are rows in it, and no more than `most`.
    pub(crate) fn is_short(&self, most: u32) -> bool {
        !self.rows.is_empty() && self.rows.len() as u32 <= most
    }
}

/// The rows for a query's dates.
#[derive(Default)]
pub(crate) struct Spans {
    /// Few rows, to run through.
    pub(crate) short: SmallVec<[Span; 12]>,
    /// All others, in order and apart.
    pub(crate) rings: SmallVec<[Span; 12]>,
}

impl Spans {
    /// Adds rows of which the dates weigh no more than those added before; `most` are few.
    pub(crate) fn add(&mut self, span: Span, most: u32) {
        if span.is_short(most) {
            self.short.push(span);
            return;
        }
        let Span { rows, bits } = span;
        // Those that are in a ring already may weigh more.
        let mut start = rows.start;
        let mut at = 0;
        while start < rows.end {
            match self.rings.get(at).map(|ring| ring.rows.clone()) {
                Some(ring) if ring.start <= start => start = start.max(ring.end),
                next => {
                    let end = next.map_or(rows.end, |ring| ring.start.min(rows.end));
                    let rows = start..end;
                    self.rings.insert(at, Span { rows, bits });
                    start = end;
                }
            }
            at += 1;
        }
    }
}

/// A word to look up, in spans whose need is `bound` at most: no name reaches more without one of
/// the words before it.
pub(crate) struct Drive {
    pub(crate) word: WordId,
    pub(crate) bound: f32,
}

pub(crate) type Drives = SmallVec<[Drive; 24]>;

/// A reading of a query's name, and what of it bounds need.
pub(crate) struct Asked {
    /// What is missing from the floor when names and dates weigh nothing and titles the most.
    pub(crate) missing: f32,
    /// Single letters in it.
    pub(crate) initials: usize,
    /// Counting words in it.
    pub(crate) words: usize,
    /// When it is regular.
    pub(crate) regular: Option<Beside>,
    /// Its words that are looked up, by their places in it, and what they may mean.
    pub(crate) sources: SmallVec<[(usize, Arc<Meaning>); 8]>,
    /// List words that may be words of it written together.
    pub(crate) together: Vec<Near>,
    /// Most runs of several words that it falls into.
    pub(crate) runs: usize,
}

impl Asked {
    pub(crate) fn need(&self, bits: f32) -> f32 {
        self.missing - bits
    }

    /// The most that its words can add.
    pub(crate) fn most(&self) -> Force {
        self.most_beside(Force::NONE)
    }

    /// The same, when each without a link counts as `lone`.
    pub(crate) fn most_beside(&self, lone: Force) -> Force {
        self.sources.iter().fold(Force::NONE, |sum, (_, meaning)| {
            sum.and(meaning.top(0).or(lone))
        })
    }

    /// The most that so many runs of its words written together can add.
    pub(crate) fn most_together(&self, runs: usize) -> Force {
        if runs == 0 || self.together.is_empty() {
            return Force::NONE;
        }
        Force::from_ways([0, 1, 2].map(|way| {
            let bits = self.together.iter().map(|near| near.force.ways()[way]);
            let mut bits: SmallVec<[f32; 8]> = bits.map(|bits| bits.max(0.0)).collect();
            bits.sort_unstable_by(|a, b| b.total_cmp(a));
            bits.iter().take(runs).sum()
        }))
    }

    /// The most that comes beside them.
    pub(crate) fn beside(&self, longest: usize) -> f32 {
        reach::beside_any(longest) + self.initials()
    }

    /// The most that a name with a word that is several of its words can have.
    pub(crate) fn most_with_together(&self, beside: f32) -> f32 {
        let bounds = self.drives_together(beside).map(|drive| drive.bound);
        bounds.fold(f32::NEG_INFINITY, f32::max)
    }

    /// The list words that may be several of its words, each for all that a name with it can have.
    pub(crate) fn drives_together(&self, beside: f32) -> impl Iterator<Item = Drive> + '_ {
        let most = self
            .most()
            .and(self.most_together(self.runs.saturating_sub(1)));
        self.together.iter().map(move |near| Drive {
            word: near.word,
            bound: most.and(near.force).bits() + beside,
        })
    }

    /// What its single letters can add.
    pub(crate) fn initials(&self) -> f32 {
        self.initials as f32 * reach::INITIAL.first.max(0.0)
    }
}

/// Which words to look up: so many of each query word's meanings that what is left of all cannot
/// reach the least need. Those that stand in few names go first.
pub(crate) fn drives(asked: &Asked, beside: f32, lone: Force, least: f32) -> Drives {
    let mut out = Drives::new();
    let mut next: SmallVec<[usize; 8]> = asked.sources.iter().map(|_| 0).collect();
    loop {
        let sources = asked.sources.iter().zip(&next);
        let sum = sources.fold(Force::NONE, |sum, ((_, meaning), step)| {
            sum.and(meaning.top(*step).or(lone))
        });
        let bound = sum.bits() + beside;
        if bound < least {
            return out;
        }
        let mut best: Option<(f32, usize)> = None;
        for (source, ((_, meaning), step)) in asked.sources.iter().zip(&next).enumerate() {
            let Some(now) = meaning.steps.get(*step) else {
                continue;
            };
            let after = meaning.top(step + 1).first.max(lone.first);
            let gain = (now.top.first - after).max(0.0) + 0.005;
            let worth = gain / (now.places as f32 + 64.0);
            if best.is_none_or(|best| worth > best.0) {
                best = Some((worth, source));
            }
        }
        let Some((_, source)) = best else {
            return out;
        };
        let meaning = &asked.sources[source].1;
        let step = next[source];
        let start = step
            .checked_sub(1)
            .map_or(0, |before| meaning.steps[before].end);
        for near in &meaning.near[start..meaning.steps[step].end] {
            out.push(Drive {
                word: near.word,
                bound,
            });
        }
        next[source] += 1;
    }
}

/// About where the first place is whose row is `row` or later: rows of a word lie about as evenly as all
/// rows do.
pub(crate) fn guess(places: &[Posting], row: RowId, rows: RowId) -> usize {
    (places.len() as u64 * u64::from(row) / u64::from(rows.max(1))) as usize
}

/// The first place from `at` on whose row is `row` or later.
pub(crate) fn advance(places: &[Posting], at: usize, row: RowId, rows: RowId) -> usize {
    let after = |at: usize| places.get(at).is_none_or(|place| place.row >= row);
    if after(at) {
        return at;
    }
    let guess = guess(places, row, rows).clamp(at, places.len());
    let mut step = 4;
    // Between `low`, which lies before, and `high`, which does not.
    let (mut low, mut high) = (at, places.len());
    if after(guess) {
        high = guess;
        while high - low > step {
            if !after(high - step) {
                low = high - step;
                break;
            }
            high -= step;
            step *= 2;
        }
    } else {
        low = guess;
        while high - low > step {
            if after(low + step) {
                high = low + step;
                break;
            }
            low += step;
            step *= 2;
        }
    }
    low + places[low..high].partition_point(|place| place.row < row)
}
