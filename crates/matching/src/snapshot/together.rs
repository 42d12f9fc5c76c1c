//! Words of a query written together, as one word of the list.

use std::sync::Arc;

use smallvec::SmallVec;

use super::asked::{Asked, Meaning, Near};
use super::at_hand::AtHand;
use super::dates::Dates;
use super::others::Others;
use super::reach::{self, Force};
use super::segment::{Joint, Segment, join};
use super::wholes::{Run, Sieve};
use crate::name::Part;
use crate::sound::Cost;

/// What is used again from one reading to the next.
#[derive(Default)]
pub(crate) struct Scratch {
    sieve: Sieve,
    at_hand: AtHand,
    text: String,
}

/// A run that is held against all words of the list.
struct Wanted<'t> {
    joint: Joint<'t>,
    run: Run<'t>,
    /// What it brings when a word is it to the letter, and when it is nearly.
    exact: Force,
    near: Force,
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
    let Scratch {
        sieve,
        at_hand,
        text,
    } = scratch;
    // Every run has two neighbours at least.
    let letters = parts.iter().map(|part| part.word.letters.len());
    let next = letters.clone().cycle().skip(1);
    let shortest = letters.zip(next).map(|(one, next)| one + next).min();
    let wholes = &segment.vocabulary.wholes;
    at_hand.clear(wholes.first_like(shortest.unwrap_or_default()));
    let others = Others::new(parts, asked, |_| Force::NONE);
    let flanks = |joint: &Joint<'_>| {
        let (first, last) = joint.ends;
        (&meanings[first].runs.flanks, &meanings[last].runs.flanks)
    };
    let mut wanted: SmallVec<[Wanted<'_>; 4]> = SmallVec::new();
    join(parts, text, |joint| {
        let text = joint.text;
        // One word of the list may stand for the run, and others for the words beside it, or for
        // several of these. The least that the date must weigh then:
        let linked = asked.words - joint.counted + 1;
        let agreed = joint.words.count_ones() as usize;
        let beside = others.beside(joint.words, (segment.longest(), linked), agreed);
        let least = |joined: Force| asked.missing - beside.most(joined.or(Force::NONE));
        let (exact, near) = reach::joined(text.len(), joint.rarity);
        if least(exact) > dates.most {
            return;
        }
        let run = Run::new(text, joint.letters);
        let least = least(near);
        if least > dates.most_of_rings {
            wholes.exact(&run, |word| found.push(Near { word, force: exact }));
            if least <= dates.most {
                let among = at_hand.of(segment, &dates.at_hand, least);
                wholes.near_among(&run, among, sieve, |word| {
                    found.push(Near { word, force: near });
                });
            }
            return;
        }
        wholes.ask(flanks(&joint));
        wanted.push(Wanted {
            joint,
            run,
            exact,
            near,
        });
    });
    for wanted in &wanted {
        let joint = &wanted.joint;
        let in_run = |at: &usize| joint.words & 1 << at != 0;
        let weight = (0..parts.len()).filter(in_run);
        let weight = weight.map(|at| meanings[at].runs.flanks.weight());
        let weight = weight.fold(0, Cost::saturating_add);
        wholes.near(&wanted.run, flanks(joint), weight, sieve, |word| {
            let is_exact = segment.vocabulary.word(word).letters == joint.text;
            let force = if is_exact { wanted.exact } else { wanted.near };
            found.push(Near { word, force });
        });
    }
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
