//! The names of a segment in the order of their dates of birth, and for each word where it stands.
//!
//! A row is one date of one name. Rows of like dates lie side by side, so that a search can run
//! through the few of nearly the same day, and a word's rows can be cut to a span of years. Each
//! place of a word carries the other words of the name: whether anything else in it agrees is seen
//! without looking at the name.

use std::ops::Range;

use smallvec::SmallVec;

use super::ahead::ask;
use super::glance::{FEW_WORDS, Glance, Others, Traits};
use super::segment::NameId;
use super::vocabulary::WordId;

/// Number of a row.
pub(crate) type RowId = u32;

/// A date of birth by which rows are ordered: year × 512 + day of the year, with day 0 for a year of
/// which the day is not known; or one of the two marks below.
pub(crate) type BirthKey = u32;

/// A date wider than a year.
pub(crate) const WIDE: BirthKey = 0;

/// No date of birth.
pub(crate) const NO_DATE: BirthKey = 1;

/// The least key of a real date.
pub(crate) const FIRST_DATE: BirthKey = 512;

/// The key of day `day` (1–366, or 0) of `year`.
pub(crate) fn birth_key(year: i16, day: i16) -> BirthKey {
    year.max(1) as BirthKey * 512 + day.clamp(0, 511) as BirthKey
}

/// One place of a word: the row, and what is seen of its name.
#[derive(Clone, Copy, Default)]
pub(crate) struct Posting {
    pub(crate) row: RowId,
    others: Others,
}

impl Posting {
    /// The name at a glance; `own` is the word whose place it is.
    pub(crate) fn glance(&self, own: WordId) -> Glance {
        self.others.with(own)
    }

    /// The other words of the name, or the first of many.
    pub(crate) fn others(&self) -> [WordId; FEW_WORDS - 1] {
        self.others.words()
    }

    /// Whether these are all.
    pub(crate) fn is_told(&self) -> bool {
        !self.others.traits().has_many_words()
    }
}

/// For each word its places, by row.
#[derive(Default)]
pub(crate) struct Postings {
    starts: Vec<u32>,
    places: Vec<Posting>,
}

impl Postings {
    /// The places of a word.
    pub(crate) fn of(&self, word: WordId) -> &[Posting] {
        let at = word as usize;
        &self.places[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// `each` gives the words of the rows in order, and the same when asked again.
    fn new(words: usize, each: impl Fn(&mut dyn FnMut(WordId, Posting))) -> Self {
        let mut starts = vec![0_u32; words + 1];
        each(&mut |word, _| starts[word as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![Posting::default(); starts[words] as usize];
        each(&mut |word, place| {
            let slot = &mut next[word as usize];
            places[*slot as usize] = place;
            *slot += 1;
        });
        Self { starts, places }
    }
}

/// All rows of a segment.
#[derive(Default)]
pub(crate) struct Rows {
    keys: Vec<BirthKey>,
    names: Vec<NameId>,
    glances: Vec<Glance>,
    /// A bit for each row of an odd name or an approximate date.
    odd_rows: Vec<u64>,
    /// The first rows of the marks of no real date, and of real dates.
    marks: [RowId; 3],
    /// The first row of each key from `base` on, where there are enough rows for it to pay.
    firsts: Vec<RowId>,
    base: BirthKey,
    /// Places of words in regular names, the date not approximate.
    pub(crate) regular: Postings,
    /// Places of words in all other names.
    pub(crate) odd: Postings,
    /// The word that no name has.
    none: WordId,
}

/// Fewest rows for which the first row of each day is noted.
const WORTH_NOTING: usize = 1 << 14;

/// Most keys noted: two centuries and a half.
const MOST_NOTED: u32 = 250 * 512;

impl Rows {
    /// From rows in order, what is told of each, and the counting words of any name.
    pub(crate) fn new(
        words: usize,
        order: &[(BirthKey, NameId)],
        traits: Vec<Traits>,
        counting: impl Fn(NameId) -> SmallVec<[WordId; 16]>,
    ) -> Self {
        let none = words as WordId;
        let mut rows = Self {
            keys: order.iter().map(|row| row.0).collect(),
            names: order.iter().map(|row| row.1).collect(),
            none,
            ..Self::default()
        };
        rows.glances = order
            .iter()
            .zip(traits)
            .map(|((_, name), mut traits)| {
                let counting = counting(*name);
                let mut few = [none; FEW_WORDS];
                if counting.len() <= FEW_WORDS && words < Glance::MOST_WORDS {
                    few[..counting.len()].copy_from_slice(&counting);
                } else {
                    traits.have_many_words();
                    // Some of them tell a name from most others.
                    if words < Glance::MOST_WORDS {
                        few.copy_from_slice(&counting[..FEW_WORDS]);
                    }
                }
                Glance::new(few, traits)
            })
            .collect();
        rows.odd_rows = vec![0; rows.glances.len() / 64 + 1];
        for (row, glance) in rows.glances.iter().enumerate() {
            let is_odd = !glance.traits().shape().is_regular();
            rows.odd_rows[row / 64] |= u64::from(is_odd) << (row % 64);
        }
        rows.regular = rows.deal_out(true, &counting);
        rows.odd = rows.deal_out(false, &counting);
        rows.note_firsts();
        rows
    }

    /// The places of words in regular names, or in the others.
    fn deal_out(
        &self,
        regular: bool,
        counting: &impl Fn(NameId) -> SmallVec<[WordId; 16]>,
    ) -> Postings {
        Postings::new(self.none as usize, |add| {
            for row in 0..self.len() {
                let glance = self.glance(row);
                let traits = glance.traits();
                if traits.shape().is_regular() != regular {
                    continue;
                }
                if traits.has_many_words() {
                    let words = glance.words();
                    for word in counting(self.name(row)) {
                        let own = words.iter().position(|seen| *seen == word);
                        let others = glance.without(own.unwrap_or(FEW_WORDS - 1));
                        add(word, Posting { row, others });
                    }
                    continue;
                }
                let words = glance.words();
                let words = words.iter().take_while(|word| **word != self.none);
                for (own, word) in words.enumerate() {
                    let others = glance.without(own);
                    add(*word, Posting { row, others });
                }
            }
        })
    }

    fn note_firsts(&mut self) {
        self.marks = [WIDE, NO_DATE, FIRST_DATE]
            .map(|mark| self.keys.partition_point(|key| *key < mark) as RowId);
        let dated = self.marks[2] as usize;
        let (Some(&first), Some(&last)) = (self.keys.get(dated), self.keys.last()) else {
            return;
        };
        if self.keys.len() < WORTH_NOTING {
            return;
        }
        // The odd date of another age stays outside.
        self.base = first.max(last.saturating_sub(MOST_NOTED));
        let mut row = self.keys.partition_point(|key| *key < self.base);
        for key in self.base..=last {
            while self.keys.get(row).is_some_and(|at| *at < key) {
                row += 1;
            }
            self.firsts.push(row as RowId);
        }
    }

    /// Number of places of a word.
    pub(crate) fn places(&self, word: WordId) -> u32 {
        (self.regular.of(word).len() + self.odd.of(word).len()) as u32
    }

    pub(crate) fn len(&self) -> RowId {
        self.names.len() as RowId
    }

    pub(crate) fn name(&self, row: RowId) -> NameId {
        self.names[row as usize]
    }

    /// What is seen of a row's name.
    pub(crate) fn glance(&self, row: RowId) -> Glance {
        self.glances[row as usize]
    }

    /// What is seen of the names of some rows.
    pub(crate) fn glances(&self, rows: Range<RowId>) -> &[Glance] {
        &self.glances[rows.start as usize..rows.end as usize]
    }

    /// Asks memory for these.
    pub(crate) fn ask(&self, rows: Range<RowId>) {
        ask(self.glances(rows));
    }

    /// The odd ones of some rows.
    pub(crate) fn odd_of(&self, rows: Range<RowId>) -> impl Iterator<Item = RowId> + '_ {
        let words = rows.start / 64..rows.end.div_ceil(64);
        let all = words.flat_map(move |word| {
            let mut bits = self.odd_rows[word as usize];
            std::iter::from_fn(move || {
                let at = bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
                (at < 64).then_some(64 * word + at)
            })
        });
        all.filter(move |row| rows.contains(row))
    }

    /// The row of a date of a name.
    pub(crate) fn of(&self, key: BirthKey, name: NameId) -> RowId {
        let rows = self.between((key, key));
        let names = &self.names[rows.start as usize..rows.end as usize];
        rows.start + names.partition_point(|at| *at < name) as RowId
    }

    /// The rows between two keys, both included.
    pub(crate) fn between(&self, born: (BirthKey, BirthKey)) -> Range<RowId> {
        self.first(born.0)..self.first(born.1.saturating_add(1))
    }

    /// The first row of a key or a later one; no key lies between the marks and the first date.
    fn first(&self, key: BirthKey) -> RowId {
        if key >= self.base
            && let Some(row) = self.firsts.get((key - self.base) as usize)
        {
            return *row;
        }
        if key <= FIRST_DATE {
            return self.marks[key.min(2) as usize];
        }
        if self.keys.last().is_none_or(|last| *last < key) {
            return self.len();
        }
        self.keys.partition_point(|at| *at < key) as RowId
    }
}
