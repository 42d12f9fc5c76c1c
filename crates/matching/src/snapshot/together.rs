//! Words of a query written together, as one word of the list.

use std::sync::Arc;

use smallvec::SmallVec;

use super::asked::{Asked, Meaning};
use super::look::Dates;
use super::reach::{self, Force, MOST_LINKS};
use super::segment::{Segment, join};
use super::vocabulary::WordId;
use super::wholes::{Run, Sieve};
use crate::name::Part;
use crate::sound::Cost;

/// The list words that words of a query written together may be, each with its greatest force. Left out
/// are those of which no name can reach what it needs.
pub(crate) fn together(
    segment: &Segment,
    (parts, meanings): (&[Part], &[Arc<Meaning>]),
    asked: &Asked,
    dates: &Dates,
) -> Vec<(WordId, Force)> {
    let mut found: SmallVec<[(WordId, Force); 8]> = SmallVec::new();
    let mut sieve = Sieve::default();
    let beside = asked.beside(MOST_LINKS.max(segment.longest())) - asked.need(dates.most());
    join(parts, |joint| {
        let (first, last) = joint.ends;
        let text = joint.text;
        let in_run = |at: usize| joint.words & 1 << at != 0;
        // One word of the list may stand for the run, and others for the words beside it, or for
        // several of these.
        let joined = reach::joined(text.len() + 3, joint.rarity).or(Force::NONE);
        let others = asked.sources.iter().filter(|(at, _)| !in_run(*at));
        let sum = others.fold(joined, |sum, (at, meaning)| {
            let alone = meaning.top(0);
            sum.and(alone.or(reach::part_of_joined(parts[*at].word.rarity)))
        });
        if sum.bits() + beside < 0.0 {
            return;
        }
        let flanks = |at: usize| &meanings[at].runs.flanks;
        let weight = (0..parts.len()).filter(|at| in_run(*at));
        let weight = weight.map(|at| flanks(at).weight());
        let weight = weight.fold(0, Cost::saturating_add);
        let wholes = &segment.vocabulary.wholes;
        wholes.near(
            &Run::new(text),
            (flanks(first), flanks(last)),
            weight,
            &mut sieve,
            |word| {
                let letters = segment.vocabulary.word(word).letters.len();
                found.push((word, reach::joined(letters + 3, joint.rarity)));
            },
        );
    });
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
