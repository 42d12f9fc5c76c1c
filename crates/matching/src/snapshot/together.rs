//! Words of a query written together, as one word of the list.

use smallvec::SmallVec;

use super::asked::Asked;
use super::look::Dates;
use super::reach::{self, Force, MOST_LINKS};
use super::rows::RowId;
use super::segment::{Segment, join};
use super::skeletons::Letters;
use super::vocabulary::WordId;
use crate::name::Part;
use crate::sound::{self, Sounds};

/// Words of a query that follow each other.
struct Run {
    text: String,
    sounds: Sounds,
    letters: Letters,
    rarity: f32,
    /// The most bits, besides those of dates, that a name has beyond its need when one of its words is
    /// this run.
    spare: f32,
}

/// The list words that words of a query written together may be, each with its greatest force. Left out
/// are those of which no name can reach what it needs.
pub(crate) fn together(
    segment: &Segment,
    parts: &[Part],
    asked: &Asked,
    dates: &Dates,
) -> Vec<(WordId, Force)> {
    let mut found: SmallVec<[(WordId, Force); 8]> = SmallVec::new();
    let mut near: SmallVec<[Run; 8]> = SmallVec::new();
    let beside = asked.beside(MOST_LINKS.max(segment.longest())) - asked.need(0.0);
    let (anywhere, most) = (dates.most_of_rings(), dates.most());
    join(parts, |text, run| {
        let in_run = |at: usize| run & 1 << at != 0;
        let counting = (0..).zip(parts).filter(|(_, part)| part.word.counts());
        let rarity = counting.filter(|(at, _)| in_run(*at));
        let rarity = rarity.map(|(_, part)| part.word.rarity).sum();
        // One word of the list may stand for the run, and others for the words beside it, or for
        // several of these.
        let joined = reach::joined(text.len() + 3, rarity).or(Force::NONE);
        let others = asked.sources.iter().filter(|(at, _)| !in_run(*at));
        let sum = others.fold(joined, |sum, (at, meaning)| {
            let alone = meaning.top(0);
            sum.and(alone.or(reach::part_of_joined(parts[*at].word.rarity)))
        });
        let spare = sum.bits() + beside;
        if spare + anywhere >= 0.0 {
            segment.vocabulary.written_together(text, |word| {
                found.push((word, force(segment, word, rarity)));
            });
        } else if spare + most >= 0.0 {
            near.push(Run {
                text: text.to_owned(),
                sounds: sound::sounds(text),
                letters: Letters::of(text),
                rarity,
                spare,
            });
        }
    });
    if !near.is_empty() {
        in_short_spans(segment, dates, &near, &mut found);
    }
    found.sort_unstable_by_key(|(word, _)| *word);
    let mut each: Vec<(WordId, Force)> = Vec::with_capacity(found.len());
    for (word, force) in found {
        match each.last_mut() {
            Some((last, most)) if *last == word => *most = most.or(force),
            _ => each.push((word, force)),
        }
    }
    each
}

fn force(segment: &Segment, word: WordId, rarity: f32) -> Force {
    let letters = segment.vocabulary.word(word).letters.len();
    reach::joined(letters + 3, rarity)
}

/// The same of runs that suffice only with a date of few rows: their words are looked at one by one.
fn in_short_spans(
    segment: &Segment,
    dates: &Dates,
    runs: &[Run],
    found: &mut SmallVec<[(WordId, Force); 8]>,
) {
    for spans in [&dates.regular, &dates.odd] {
        for span in &spans.short {
            if !runs.iter().any(|run| run.spare + span.bits >= 0.0) {
                continue;
            }
            for row in span.rows.clone() {
                words_of(segment, row, |word| {
                    let letters = segment.vocabulary.letters(word);
                    let meant = runs.iter().filter(|run| {
                        run.letters.may_be(letters)
                            && segment.vocabulary.is_together(word, &run.text, &run.sounds)
                    });
                    found.extend(meant.map(|run| (word, force(segment, word, run.rarity))));
                });
            }
        }
    }
}

/// Gives the words of a row's name that count.
fn words_of(segment: &Segment, row: RowId, mut each: impl FnMut(WordId)) {
    let glance = segment.rows.glance(row);
    if glance.traits().has_many_words() {
        let places = segment.places_of(segment.rows.name(row));
        places.iter().for_each(|place| each(place.word()));
    } else {
        let words = glance.words().into_iter();
        words
            .filter(|word| (*word as usize) < segment.vocabulary.len())
            .for_each(each);
    }
}
