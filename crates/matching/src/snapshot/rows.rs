//! The names of a segment in the order of their dates of birth, and for each word where it stands.
//!
//! A row is one date of one name. Rows of like dates lie side by side, so that a search can run
//! through the few of nearly the same day, and a word's rows can be cut to a span of years. Each
//! place of a word carries the other words of the name: whether anything else in it agrees is seen
//! without looking at the name.

use std::ops::Range;

use smallvec::SmallVec;

use super::reach::Shape;
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

/// Most counting words of a name that are kept beside each other.
pub(crate) const FEW_WORDS: usize = 4;

/// The counting words of a name of two to four, filled up with [`Rows::none`]; or
/// [`Rows::any`] throughout.
pub(crate) type FewWords = [WordId; FEW_WORDS];

/// One place of a word: the row, and the other counting words of the name.
#[derive(Clone, Copy, Default)]
pub(crate) struct Posting {
    pub(crate) row: RowId,
    pub(crate) others: [WordId; FEW_WORDS - 1],
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
    words: Vec<FewWords>,
    shapes: Vec<Shape>,
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
    /// From rows in order, their shapes, and the counting words of any name.
    pub(crate) fn new(
        words: usize,
        order: &[(BirthKey, NameId)],
        shapes: Vec<Shape>,
        counting: impl Fn(NameId) -> SmallVec<[WordId; 16]>,
    ) -> Self {
        let none = words as WordId;
        let mut rows = Self {
            keys: order.iter().map(|row| row.0).collect(),
            names: order.iter().map(|row| row.1).collect(),
            none,
            ..Self::default()
        };
        rows.words = order
            .iter()
            .map(|(_, name)| {
                let counting = counting(*name);
                if !(2..=FEW_WORDS).contains(&counting.len()) {
                    return [rows.any(); FEW_WORDS];
                }
                let mut words = [none; FEW_WORDS];
                words[..counting.len()].copy_from_slice(&counting);
                words
            })
            .collect();
        rows.shapes = shapes;
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
            for row in (0..self.len()).filter(|row| self.shape(*row).is_regular() == regular) {
                let words = self.words(row);
                if words[0] == self.any() {
                    let others = [self.any(); FEW_WORDS - 1];
                    for word in counting(self.name(row)) {
                        add(word, Posting { row, others });
                    }
                    continue;
                }
                for (at, word) in words.iter().enumerate() {
                    if *word == self.none {
                        break;
                    }
                    let mut others = [self.none; FEW_WORDS - 1];
                    let rest = (0..FEW_WORDS).filter(|other| *other != at);
                    for (slot, other) in others.iter_mut().zip(rest) {
                        *slot = words[other];
                    }
                    add(*word, Posting { row, others });
                }
            }
        })
    }

    fn note_firsts(&mut self) {
        let dated = self.keys.partition_point(|key| *key < FIRST_DATE);
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

    /// The shape of a row's name; odd also when the date is approximate.
    pub(crate) fn shape(&self, row: RowId) -> Shape {
        self.shapes[row as usize]
    }

    /// The word that stands for whatever a name has.
    pub(crate) fn any(&self) -> WordId {
        self.none + 1
    }

    pub(crate) fn len(&self) -> RowId {
        self.names.len() as RowId
    }

    pub(crate) fn name(&self, row: RowId) -> NameId {
        self.names[row as usize]
    }

    /// The counting words where they are few.
    pub(crate) fn words(&self, row: RowId) -> &FewWords {
        &self.words[row as usize]
    }

    /// The rows between two keys, both included.
    pub(crate) fn between(&self, born: (BirthKey, BirthKey)) -> Range<RowId> {
        self.first(born.0)..self.first(born.1.saturating_add(1))
    }

    fn first(&self, key: BirthKey) -> RowId {
        if key >= self.base
            && let Some(row) = self.firsts.get((key - self.base) as usize)
        {
            return *row;
        }
        if self.keys.last().is_none_or(|last| *last < key) {
            return self.len();
        }
        self.keys.partition_point(|at| *at < key) as RowId
    }
}
