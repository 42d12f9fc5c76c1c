//! Words of the list that may be several words of a query written together.
//!
//! Where there are few of like length, these are run through. All others are found by their consonants,
//! which may differ in one stretch: each word stands under its own with every stretch left out that may
//! differ. Of short texts this would find too many. But in these no consonant may be another unless it
//! sounds alike, or one letter is wrong: they are found by all that they may sound like, and by their
//! letters with one left out.

use smallvec::SmallVec;

use super::keys::{Keyed, each_left_out};
use super::skeletons::{Letters, Skeleton, Slack};
use super::variants::variants;
use super::vocabulary::WordId;
use crate::align::{FARTHEST_TOGETHER, SHORTEST_WITH_ERROR, has_one_error};
use crate::sound::consonants::WHOLE;
use crate::sound::{self, Cost, Given, Heard, Sound, Sounds, Told};

/// How much may differ in the consonants of longer texts.
const SLACK: Slack = Slack { one: 2, two: 4 };

/// A text that others may be written as: words of a query written together, or a word that may be several.
pub(crate) struct Run<'t> {
    text: &'t str,
    sounds: &'t Sounds,
    letters: Letters,
    given: Given<'t>,
}

impl<'t> Run<'t> {
    /// From a text and its sounds.
    pub(crate) fn new(text: &'t str, sounds: &'t Sounds) -> Self {
        Self {
            text,
            sounds,
            letters: Letters::of(text),
            given: Given::new(sounds),
        }
    }

    /// Whether [`written_together`](crate::align::written_together) holds for it and another text.
    pub(crate) fn may_be(&self, text: &str, letters: Letters) -> bool {
        if !self.letters.may_be(letters) {
            return false;
        }
        let sounds = sound::sounds(text);
        let is_near = self.is_near(&sounds, Heard::new(&sounds).told());
        is_near || self.letters.may_have_one_error(letters) && self.may_be_by_error(text)
    }

    /// Whether it sounds like another text, as one may that is it.
    fn is_near(&self, sounds: &[Sound], told: Told) -> bool {
        let heard = Heard::known(sounds, told);
        self.given.is_within(&heard, FARTHEST_TOGETHER)
    }

    /// Whether a typing error makes the one of the other, or nothing does.
    fn may_be_by_error(&self, text: &str) -> bool {
        text == self.text || has_one_error(text, self.text)
    }
}

/// No more words of like length than this are run through, of so many. In a small list fewer are few, so
/// that it is searched in the same ways as a large one.
const fn few(words: usize) -> usize {
    let few = words / 64;
    if few < 256 { few } else { 256 }
}

/// Most consonants of a short text.
const MOST_IN_SHORT: u32 = 5;

/// How much more a word may weigh than the words that it is.
const HEAVIER: Cost = 2 * WHOLE;

/// The most that the sounds of a word may cost against a text of this weight.
fn most_cost(weight: Cost) -> Cost {
    let both = 2.0 * f32::from(weight) + f32::from(HEAVIER);
    (both * FARTHEST_TOGETHER / 2.0) as Cost
}

/// A key of consonants packed, which [`mixed`](super::keys::mixed) spreads.
const fn consonants_key(packed: u64) -> u64 {
    packed ^ packed >> 32
}

/// Most sounds of a word that are kept beside what tells it from others: of nearly all words.
const MOST_BESIDE: usize = 35;

/// A word that may be several, in one line of a cache: words are met in no order, and each line fetched
/// costs more than all that is done with it.
#[repr(align(64))]
struct Whole {
    told: Told,
    skeleton: Skeleton,
    word: WordId,
    /// Where its letters start in all texts, and how many they are.
    text: u32,
    letters: u32,
    /// Its first sounds, and how many it has; [`MANY_SOUNDS`] when they have no room here.
    count: u8,
    sounds: [Sound; MOST_BESIDE],
}

const MANY_SOUNDS: u8 = u8::MAX;

impl Whole {
    fn new(word: WordId, text: (u32, u32), sounds: &[Sound]) -> Self {
        let mut beside = [Sound::A; MOST_BESIDE];
        let count = match beside.get_mut(..sounds.len()) {
            Some(room) => {
                room.copy_from_slice(sounds);
                sounds.len() as u8
            }
            None => MANY_SOUNDS,
        };
        Self {
            told: Heard::new(sounds).told(),
            skeleton: Skeleton::new(sounds),
            word,
            text: text.0,
            letters: text.1,
            count,
            sounds: beside,
        }
    }
}

/// All of them.
#[derive(Default)]
pub(crate) struct Wholes {
    wholes: Vec<Whole>,
    texts: String,
    /// By the number of their letters.
    by_length: Vec<(Letters, u32)>,
    /// By their consonants; with their letters, which tell most apart.
    same: Keyed<(Letters, u32)>,
    /// By their consonants with a stretch left out.
    stretches: Keyed<(Letters, u32)>,
    /// By their letters, and these with one left out.
    errors: Keyed<(Letters, u32)>,
}

impl Wholes {
    /// From the letters of words as written.
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = (WordId, &'w str)>) -> Self {
        let mut all = Self::default();
        for (word, text) in words {
            let sounds = sound::sounds(text);
            let skeleton = Skeleton::new(&sounds);
            let letters = Letters::of(text);
            let value = (letters, all.wholes.len() as u32);
            all.same
                .add(consonants_key(sound::skeleton(&sounds)), value);
            skeleton.left_out(SLACK.longest_of_near(skeleton.len()), |_, rest| {
                all.stretches.add(rest.key(), value);
            });
            all.by_length.push(value);
            if text.len() >= SHORTEST_WITH_ERROR {
                each_left_out(text.as_bytes(), |key| all.errors.add(key, value));
            }
            let place = (all.texts.len() as u32, text.len() as u32);
            all.wholes.push(Whole::new(word, place, &sounds));
            all.texts.push_str(text);
        }
        all.by_length.sort_unstable();
        all.by_length.shrink_to_fit();
        all.same.finish();
        all.stretches.finish();
        all.errors.finish();
        all
    }

    /// Gives the words that the words of a run may be written as, each once.
    pub(crate) fn near(&self, run: &Run<'_>, each: impl FnMut(WordId)) {
        let (first, beyond) = run.letters.of_like_length();
        let first = self.by_length.partition_point(|value| value.0 < first);
        let like = &self.by_length[first..];
        if like
            .get(few(self.wholes.len()))
            .is_none_or(|value| value.0 >= beyond)
        {
            self.near_of(like.iter().take_while(|value| value.0 < beyond), run, each);
            return;
        }
        let most = most_cost(run.given.weight());
        let skeleton = Skeleton::new(run.sounds);
        if most < WHOLE && skeleton.len() <= MOST_IN_SHORT {
            self.near_short(run, most, each);
        } else {
            self.near_long(run, skeleton, each);
        }
    }

    /// Gives those of some.
    fn near_of<'w>(
        &'w self,
        some: impl Iterator<Item = &'w (Letters, u32)>,
        run: &Run<'_>,
        mut each: impl FnMut(WordId),
    ) {
        for (letters, at) in some {
            if run.letters.may_be(*letters) && self.is_meant(*at, *letters, run) {
                each(self.wholes[*at as usize].word);
            }
        }
    }

    fn near_short(&self, run: &Run<'_>, most: Cost, mut each: impl FnMut(WordId)) {
        let mut seen: SmallVec<[u32; 16]> = SmallVec::new();
        let mut consider = |(letters, at): (Letters, u32)| {
            if run.letters.may_be(letters) && !seen.contains(&at) {
                seen.push(at);
                if self.is_meant(at, letters, run) {
                    each(self.wholes[at as usize].word);
                }
            }
        };
        variants(run.sounds, most, |skeleton| {
            let same = self.same.get(consonants_key(skeleton));
            same.for_each(&mut consider);
        });
        if run.text.len() >= SHORTEST_WITH_ERROR {
            each_left_out(run.text.as_bytes(), |key| {
                self.errors.get(key).for_each(&mut consider);
            });
        }
    }

    fn near_long(&self, run: &Run<'_>, own: Skeleton, mut each: impl FnMut(WordId)) {
        let slack = SLACK.of(own.len());
        own.left_out(SLACK.longest(own.len()), |stretch, rest| {
            for (letters, at) in self.stretches.get(rest.key()) {
                if !run.letters.may_be(letters) {
                    continue;
                }
                // What is alike is met several times, and counts where it must be cut.
                let cut = own.stretch(self.wholes[at as usize].skeleton, slack);
                if cut == Some(stretch) && self.is_meant(at, letters, run) {
                    each(self.wholes[at as usize].word);
                }
            }
        });
    }

    /// What [`written_together`](crate::align::written_together) says, what tells most apart first.
    fn is_meant(&self, at: u32, letters: Letters, run: &Run<'_>) -> bool {
        let whole = &self.wholes[at as usize];
        let may_err = run.letters.may_have_one_error(letters);
        if !may_err && !run.given.may_be_within(whole.told, FARTHEST_TOGETHER) {
            return false;
        }
        let text = || &self.texts[whole.text as usize..(whole.text + whole.letters) as usize];
        let is_near = match whole.sounds.get(..usize::from(whole.count)) {
            Some(sounds) => run.is_near(sounds, whole.told),
            None => run.is_near(&sound::sounds(text()), whole.told),
        };
        is_near || may_err && run.may_be_by_error(text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::written_together;

    /// Words of listed names, and neighbours of them written together, as they are and damaged.
    fn words() -> (Vec<String>, Vec<String>) {
        let names = include_str!("../../data/subjects.tsv").lines().step_by(7);
        let names = names.filter_map(|line| line.split('\t').nth(5));
        let lower = |word: &str| word.to_ascii_lowercase();
        let is_word = |word: &String| word.bytes().all(|letter| letter.is_ascii_lowercase());
        let (mut wholes, mut runs) = (Vec::new(), Vec::new());
        for name in names {
            let split = name.split([' ', ',', '|', '~', '-']).map(lower);
            let split: Vec<String> = split
                .filter(is_word)
                .filter(|word| !word.is_empty())
                .collect();
            for pair in split.windows(2) {
                let run = pair.concat();
                let at = runs.len() % run.len();
                let mut damaged = run.clone();
                damaged.remove(at);
                wholes.extend([
                    damaged,
                    run.clone(),
                    run.replace('c', "s"),
                    run.replace("dh", "z"),
                ]);
                wholes.push(run.replace('h', "kh"));
                wholes.push(run.replace(['m', 'b'], "p"));
                runs.push(run);
            }
            wholes.extend(split.into_iter().filter(|word| word.len() >= 5));
        }
        wholes.sort();
        wholes.dedup();
        (wholes, runs)
    }

    #[test]
    fn everything_that_differs_in_one_stretch_is_found_and_nothing_that_is_not_meant() {
        let (words, runs) = words();
        let all = Wholes::new((0..).zip(words.iter().map(String::as_str)));
        let (mut short, mut long, mut found_at_all) = (0, 0, 0);
        for text in runs.iter().step_by(23) {
            let sounds = sound::sounds(text);
            let (run, own) = (Run::new(text, &sounds), Skeleton::new(&sounds));
            let mut found = Vec::new();
            all.near(&run, |word| found.push(word));
            found.sort_unstable();
            assert!(found.windows(2).all(|pair| pair[0] != pair[1]), "{text}");
            let is_short = most_cost(run.given.weight()) < WHOLE && own.len() <= MOST_IN_SHORT;
            *(if is_short { &mut short } else { &mut long }) += 1;
            found_at_all += found.len();
            for (word, single) in (0..).zip(&words) {
                let is_found = found.binary_search(&word).is_ok();
                let stretch = own.stretch(Skeleton::of(single), SLACK.of(own.len()));
                let is_near = stretch.is_some() && run.letters.may_be(Letters::of(single));
                if !is_found && !is_near {
                    continue;
                }
                let is_meant = written_together(single, text, 0.0).is_some();
                assert_eq!(is_found, is_meant, "{text} {single}");
            }
        }
        assert!(short > 15 && long > 15, "{short} {long}");
        assert!(found_at_all > 4 * (short + long));
    }
}
