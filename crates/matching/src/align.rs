//! Which words of two names belong together.
//!
//! Order-free: every word may meet every other, one to one, or one with a run of words written
//! apart on the other side. The best pairs are taken first.

use smallvec::SmallVec;

use crate::name::{Part, Role};
use crate::relation::{Likeness, Relation, relate};
use crate::sound;
use crate::word::{Class, Word};

/// A set of words of one name, bit `i` for word `i`.
pub(crate) type Words = u16;

/// Words that belong together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) left: Words,
    pub(crate) right: Words,
    pub(crate) like: Likeness,
}

/// How two names lie against each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alignment {
    /// Ordered by the first word of the left name.
    pub(crate) links: SmallVec<[Link; 6]>,
    /// Words of the left name that found no partner and count.
    pub(crate) left_alone: Words,
    /// Words of the right name that found no partner and count.
    pub(crate) right_alone: Words,
}

/// Aligns two names; `like` gives the likeness of left word `i` and right word `j`.
pub(crate) fn align_with(
    left: &[Part],
    right: &[Part],
    mut like: impl FnMut(usize, usize) -> Option<Likeness>,
) -> Alignment {
    let mut offers: SmallVec<[(f32, Link); 24]> = SmallVec::new();
    for (i, one) in left.iter().enumerate() {
        for (j, other) in right.iter().enumerate() {
            if let Some(like) = like(i, j) {
                let mut worth = like.worth();
                if one.role != other.role && one.role != Role::Unsaid && other.role != Role::Unsaid
                {
                    worth *= 0.97;
                }
                worth -= 0.01 * i.abs_diff(j) as f32;
                offers.push((
                    worth,
                    Link {
                        left: 1 << i,
                        right: 1 << j,
                        like,
                    },
                ));
            }
        }
    }
    joined(left, right, false, &mut offers);
    joined(right, left, true, &mut offers);
    offers.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then(a.1.left.cmp(&b.1.left))
            .then(a.1.right.cmp(&b.1.right))
    });
    let mut out = Alignment {
        links: SmallVec::new(),
        left_alone: counting(left),
        right_alone: counting(right),
    };
    let (mut used_left, mut used_right): (Words, Words) = (0, 0);
    for (_, link) in offers {
        if used_left & link.left == 0 && used_right & link.right == 0 {
            used_left |= link.left;
            used_right |= link.right;
            out.links.push(link);
        }
    }
    out.left_alone &= !used_left;
    out.right_alone &= !used_right;
    out.links.sort_by_key(|link| link.left.trailing_zeros());
    out
}

/// Aligns two names by their words alone.
pub(crate) fn align(left: &[Part], right: &[Part]) -> Alignment {
    align_with(left, right, |i, j| {
        relate(&left[i].word, &right[j].word, (left[i].last, false))
    })
}

/// The words that count.
pub(crate) fn counting(parts: &[Part]) -> Words {
    parts
        .iter()
        .enumerate()
        .filter(|(_, part)| part.word.counts())
        .fold(0, |words, (at, _)| words | 1 << at)
}

/// Most words that are written as one.
pub(crate) const LONGEST_RUN: usize = 7;

/// Fewest letters of a word that may be several written together.
const SHORTEST_JOINED: usize = 5;

/// Whether a word may be several written together. Korean names are short.
pub(crate) fn may_be_several(word: &Word) -> bool {
    let long = word.letters.len() >= SHORTEST_JOINED || word.class == Class::Korean;
    long && word.class != Class::Title
}

/// Words written together and the one word differ in no more letters than this.
pub(crate) const MOST_DIFFERING: u32 = 4;

/// And the one has no more letters than this beyond the other.
pub(crate) const MOST_LONGER: usize = 3;

/// Offers of one word of `singles` with a run of words of `many`. Runs may wrap around the end, for
/// surname and given name change places when a system writes them together.
fn joined(singles: &[Part], many: &[Part], turned: bool, offers: &mut SmallVec<[(f32, Link); 24]>) {
    if many.len() < 2 {
        return;
    }
    for (i, single) in singles.iter().enumerate() {
        let word = &single.word;
        if !may_be_several(word) {
            continue;
        }
        for start in 0..many.len() {
            let mut length = 0;
            let mut words: Words = 0;
            let mut mask = 0;
            let mut rarity = 0.0;
            let mut counted = 0;
            for step in 0..many.len().min(LONGEST_RUN) {
                let at = (start + step) % many.len();
                let next = &many[at].word;
                length += next.letters.len();
                mask |= next.letters_mask;
                if length > word.letters.len() + MOST_LONGER {
                    break;
                }
                words |= 1 << at;
                if next.counts() {
                    rarity += next.rarity;
                    counted += 1;
                }
                if step == 0 || counted == 0 || length + MOST_LONGER < word.letters.len() {
                    continue;
                }
                // A glued article is no run.
                let article_off = counted == 1 && word.forms.len() > 1;
                if article_off || (counted == 1 && !next.counts()) {
                    continue;
                }
                if (mask ^ word.letters_mask).count_ones() > MOST_DIFFERING {
                    continue;
                }
                let text: String = (start..=start + step)
                    .map(|at| many[at % many.len()].word.letters.as_str())
                    .collect();
                let Some(like) = written_together(&word.letters, &text, rarity) else {
                    continue;
                };
                let single = 1 << i;
                let (left, right) = if turned {
                    (words, single)
                } else {
                    (single, words)
                };
                offers.push((like.worth(), Link { left, right, like }));
            }
        }
    }
}

/// How far apart words written together and the one word may sound.
pub(crate) const FARTHEST_TOGETHER: f32 = 0.12;

/// Fewest letters of both when one of them may be wrong: short words are too much alike.
pub(crate) const SHORTEST_WITH_ERROR: usize = 6;

/// Whether a typing error makes one of the other, which is long enough.
pub(crate) fn has_one_error(single: &str, text: &str) -> bool {
    single.len().min(text.len()) >= SHORTEST_WITH_ERROR
        && sound::typing_errors(single, text, 1).is_some()
}

/// What one word and a text of words written together are to each other; `rarity` is that of the words.
pub(crate) fn written_together(single: &str, text: &str, rarity: f32) -> Option<Likeness> {
    if (sound::letters(single) ^ sound::letters(text)).count_ones() > MOST_DIFFERING {
        return None;
    }
    let length = single.len().min(text.len()) as f32;
    let like = |relation, distance| {
        Some(Likeness {
            relation,
            distance,
            rarity: rarity.min(2.0 * length),
            length,
        })
    };
    if single == text {
        return like(Relation::Joined, 0.0);
    }
    let distance = sound::distance(&sound::sounds(single), &sound::sounds(text), false);
    (distance <= FARTHEST_TOGETHER || has_one_error(single, text))
        .then(|| like(Relation::NearJoined, distance.min(0.2)))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::readings_of_text;

    fn relations(a: &str, b: &str) -> Vec<&'static str> {
        let (a, b) = (readings_of_text(a), readings_of_text(b));
        align(&a[0].parts, &b[0].parts)
            .links
            .iter()
            .map(|link| link.like.relation.as_str())
            .collect()
    }

    #[test]
    fn words_meet_in_any_order_and_number() {
        assert_eq!(
            relations("MURAD/MARGOSHVILI", "Margoshvili, Murad"),
            ["exact", "exact"]
        );
        assert_eq!(
            relations("AGUIRREGALINDOMANUEL", "AGUIRRE GALINDO, Manuel"),
            ["joined"]
        );
        assert_eq!(
            relations("MANUELAGUIRREGALINDO", "AGUIRRE GALINDO, Manuel"),
            ["joined"]
        );
        assert_eq!(relations("ALKHAZALIQAIS", "AL-KHAZALI, Qais"), ["joined"]);
        assert_eq!(
            relations("HARB/A HOUSSEIN", "HARB, Ali Houssein"),
            ["exact", "initial", "exact"]
        );
    }
}
