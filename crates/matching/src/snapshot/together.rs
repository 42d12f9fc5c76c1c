//! Words of a query written together, as one word of the list.

use smallvec::SmallVec;

use super::asked::Asked;
use super::look::Dates;
use super::reach::{self, Force, MOST_LINKS};
use super::segment::{Segment, join};
use super::vocabulary::WordId;
use super::wholes::Run;
use crate::name::Part;
use crate::sound;

/// The list words that words of a query written together may be, each with its greatest force. Left out
/// are those of which no name can reach what it needs.
pub(crate) fn together(
    segment: &Segment,
    parts: &[Part],
    asked: &Asked,
    dates: &Dates,
) -> Vec<(WordId, Force)> {
    let mut found: SmallVec<[(WordId, Force); 8]> = SmallVec::new();
    let beside = asked.beside(MOST_LINKS.max(segment.longest())) - asked.need(dates.most());
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
        if sum.bits() + beside < 0.0 {
            return;
        }
        let sounds = sound::sounds(text);
        segment
            .vocabulary
            .wholes
            .near(&Run::new(text, &sounds), |word| {
                let letters = segment.vocabulary.word(word).letters.len();
                found.push((word, reach::joined(letters + 3, rarity)));
            });
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
