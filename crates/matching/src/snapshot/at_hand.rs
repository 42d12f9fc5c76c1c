//! The words of the few rows of like dates that may be several words: a run of a query's words that reaches
//! what it needs in these rows alone is held against them and not against all words.

use std::ops::Range;

use super::ahead::ask;
use super::asked::Span;
use super::rows::RowId;
use super::segment::Segment;
use super::skeletons::Letters;
use super::vocabulary::{Vocabulary, WordId};
use super::wholes::WholeId;

/// For each row the words of its name that may be several, one row after the other.
#[derive(Default)]
pub(crate) struct OfRows {
    starts: Vec<u32>,
    words: Vec<WholeId>,
}

impl OfRows {
    /// From the words of each row, of all words.
    pub(crate) fn new<W: Iterator<Item = WordId>>(
        vocabulary: &Vocabulary,
        rows: impl Iterator<Item = W>,
    ) -> Self {
        let of_words = vocabulary.wholes.of_words(vocabulary.len());
        let (mut starts, mut words) = (vec![0], Vec::new());
        for row in rows {
            words.extend(row.filter_map(|word| of_words[word as usize]));
            starts.push(words.len() as u32);
        }
        starts.shrink_to_fit();
        words.shrink_to_fit();
        Self { starts, words }
    }

    /// Asks memory for where those of some rows are.
    pub(crate) fn ask(&self, rows: &Range<RowId>) {
        ask(&self.starts[rows.start as usize]);
        ask(&self.starts[rows.end as usize]);
    }

    fn of(&self, rows: &Range<RowId>) -> &[WholeId] {
        let start = |row: RowId| self.starts[row as usize] as usize;
        &self.words[start(rows.start)..start(rows.end)]
    }
}

/// Those of the rows for a query's dates, as far as they were asked for.
#[derive(Default)]
pub(crate) struct AtHand {
    words: Vec<WholeId>,
    letters: Vec<Letters>,
    /// Where those of each span end, the spans of the greatest weight first.
    ends: Vec<(f32, usize)>,
    /// The first that any run may be.
    first: WholeId,
}

impl AtHand {
    /// Empties it for runs that are nothing before `first`.
    pub(crate) fn clear(&mut self, first: WholeId) {
        self.words.clear();
        self.letters.clear();
        self.ends.clear();
        self.first = first;
    }

    /// Those in spans that weigh `least` at least, of spans in falling order.
    pub(crate) fn of(
        &mut self,
        segment: &Segment,
        spans: &[Span],
        least: f32,
    ) -> (&[WholeId], &[Letters]) {
        for span in &spans[self.ends.len()..] {
            if span.bits < least {
                break;
            }
            self.add(segment, span);
            self.ends.push((span.bits, self.words.len()));
        }
        let count = self.ends.partition_point(|(bits, _)| *bits >= least);
        let end = count.checked_sub(1).map_or(0, |last| self.ends[last].1);
        (&self.words[..end], &self.letters[..end])
    }

    /// Adds the words of a span, without a branch for each: most are too short for any run.
    fn add(&mut self, segment: &Segment, span: &Span) {
        let all = segment.of_rows.of(&span.rows);
        let mut end = self.words.len();
        let before = end;
        self.words.resize(end + all.len(), 0);
        for word in all {
            self.words[end] = *word;
            end += usize::from(*word >= self.first);
        }
        self.words.truncate(end);
        let wholes = &segment.vocabulary.wholes;
        let letters = self.words[before..]
            .iter()
            .map(|word| wholes.letters(*word));
        self.letters.extend(letters);
    }
}
