//! Words of a query written together, as one word of the list.

use std::sync::Arc;

use smallvec::SmallVec;

use super::asked::{Asked, Meaning, Near, Span};
use super::look::Dates;
use super::others::Others;
use super::reach::{self, Force};
use super::segment::{Segment, join};
use super::skeletons::Letters;
use super::vocabulary::WordId;
use super::wholes::{Run, Sieve};
use crate::name::Part;
use crate::sound::Cost;

/// What is used again from one reading to the next.
#[derive(Default)]
pub(crate) struct Scratch {
    sieve: Sieve,
    at_hand: AtHand,
}

/// The list words that words of a query written together may be, each with its greatest force. Left out
/// are those of which no name can reach what it needs.
pub(crate) fn together(
    segment: &Segment,
    (parts, meanings): (&[Part], &[Arc<Meaning>]),
    asked: &Asked,
    dates: &Dates,
    scratch: &mut Scratch,
) -> Vec<Near> {
    let mut found: SmallVec<[Near; 8]> = SmallVec::new();
    let Scratch { sieve, at_hand } = scratch;
    // Every run has two neighbours at least.
    let letters = parts.iter().map(|part| part.word.letters.len());
    let next = letters.clone().cycle().skip(1);
    let shortest = letters.zip(next).map(|(one, next)| one + next).min();
    at_hand.clear(Letters::least_like(shortest.unwrap_or_default()));
    let wholes = &segment.vocabulary.wholes;
    let others = Others::new(parts, asked, |_| Force::NONE);
    join(parts, |joint| {
        let text = joint.text;
        // One word of the list may stand for the run, and others for the words beside it, or for
        // several of these. The least that the date must weigh then:
        let linked = asked.words - joint.counted + 1;
        let agreed = joint.words.count_ones() as usize;
        let beside = others.beside(joint.words, (segment.longest(), linked), agreed);
        let least = |joined: Force| asked.missing - beside.most(joined.or(Force::NONE));
        let exact = reach::joined(text.len(), joint.rarity);
        if least(exact) > dates.most {
            return;
        }
        let near = reach::near_joined(text.len(), joint.rarity);
        let run = Run::new(text, joint.letters);
        let least = least(near);
        if least > dates.most_of_rings {
            wholes.exact(&run, |word| found.push(Near { word, force: exact }));
            if least <= dates.most {
                let among = at_hand.of(segment, dates, least);
                wholes.near_among(&run, among, sieve, |word| {
                    found.push(Near { word, force: near });
                });
            }
            return;
        }
        let (first, last) = joint.ends;
        let flanks = |at: usize| &meanings[at].runs.flanks;
        let in_run = |at: &usize| joint.words & 1 << at != 0;
        let weight = (0..parts.len()).filter(in_run);
        let weight = weight.map(|at| flanks(at).weight());
        let weight = weight.fold(0, Cost::saturating_add);
        let flanks = (flanks(first), flanks(last));
        wholes.near(&run, flanks, weight, sieve, |word| {
            let is_exact = segment.vocabulary.word(word).letters == text;
            let force = if is_exact { exact } else { near };
            found.push(Near { word, force });
        });
    });
    found.sort_unstable_by_key(|near| near.word);
    let mut each: Vec<Near> = Vec::with_capacity(found.len());
    for near in found {
        match each.last_mut() {
            Some(last) if last.word == near.word => last.force = last.force.or(near.force),
            _ => each.push(near),
        }
    }
    each
}

/// The words in the few rows of like dates: a run that reaches what it needs in these alone is held
/// against them and not against all words.
#[derive(Default)]
struct AtHand {
    words: Vec<WordId>,
    letters: Vec<Letters>,
    /// Where those of each span end, the spans of the greatest weight first.
    ends: Vec<(f32, usize)>,
    /// The least that any run may be.
    least: Letters,
}

impl AtHand {
    /// Empties it for runs that are nothing less than `least`.
    fn clear(&mut self, least: Letters) {
        self.words.clear();
        self.letters.clear();
        self.ends.clear();
        self.least = least;
    }

    /// Those in spans that weigh `least` at least.
    fn of(&mut self, segment: &Segment, dates: &Dates, least: f32) -> (&[WordId], &[Letters]) {
        for span in &dates.at_hand[self.ends.len()..] {
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

    fn add(&mut self, segment: &Segment, span: &Span) {
        let rows = &segment.rows;
        for (row, glance) in span.rows.clone().zip(rows.glances(span.rows.clone())) {
            if glance.traits().has_many_words() {
                let places = segment.places_of(rows.name(row));
                self.add_words(segment, places.iter().map(|place| place.word()));
            } else {
                self.add_words(segment, glance.words().into_iter());
            }
        }
    }

    /// Adds words, without a branch for each: most are too short for any run.
    fn add_words(&mut self, segment: &Segment, words: impl Iterator<Item = WordId>) {
        for word in words {
            let letters = segment.vocabulary.wholes.letters_of(word);
            let may_be = self.least <= letters && letters < Letters::UNLIKE_ALL;
            let count = self.words.len() + usize::from(may_be);
            self.words.push(word);
            self.letters.push(letters);
            self.words.truncate(count);
            self.letters.truncate(count);
        }
    }
}
