//! Words of the list that may be several words of a query written together.
//!
//! How much may differ in all is a share of what the words weigh together, so that in one of them no more
//! differs than the same share of it; or one letter is wrong, in one of them. A word that two others may be
//! written as therefore begins like the first or ends like the second: for each word of a query it is
//! remembered which do ([`Flanks`]). Where there are few of like length, these are run through.

use std::cell::OnceCell;
use std::sync::OnceLock;

use super::ahead::ask;
use super::keys::{Keyed, hash};
use super::skeletons::Letters;
use super::trie::Trie;
use super::vocabulary::WordId;
use crate::align::{FARTHEST_TOGETHER, has_one_error};
use crate::sound::consonants::{Kind, Kinds, WHOLE, first_kind};
use crate::sound::{self, Cost, End, Given, Heard, Sound, Sounds, Told};

/// A text that others may be written as: words of a query written together, or a word that may be several.
pub(crate) struct Run<'t> {
    text: &'t str,
    letters: Letters,
    given: OnceCell<Given>,
}

impl<'t> Run<'t> {
    pub(crate) fn new(text: &'t str, letters: Letters) -> Self {
        Self {
            text,
            letters,
            given: OnceCell::new(),
        }
    }

    /// What it sounds like, found out when first asked for: most runs are told from all words by their
    /// letters.
    fn given(&self) -> &Given {
        self.given
            .get_or_init(|| Given::new(sound::sounds(self.text)))
    }

    /// Whether [`written_together`](crate::align::written_together) holds for it and another text.
    pub(crate) fn may_be(&self, text: &str, letters: Letters) -> bool {
        if !self.letters.may_be(letters) {
            return false;
        }
        let sounds = sound::sounds(text);
        let is_near = self.is_near(&sounds, Heard::new(&sounds).told(), End::First);
        is_near || self.letters.may_have_one_error(letters) && self.may_be_by_error(text)
    }

    /// Whether it sounds like another text, as one may that is it.
    fn is_near(&self, sounds: &[Sound], told: Told, unlike: End) -> bool {
        let heard = Heard::known(sounds, told);
        self.given().is_within(&heard, FARTHEST_TOGETHER, unlike)
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

/// How much more a word may weigh than the words that it is: `kh` for `h` weighs more than it costs.
const HEAVIER: Cost = 2 * WHOLE;

/// What more may differ in one word of several than its share, for a heavier word and for rounding.
const MORE: Cost = (HEAVIER as f32 * FARTHEST_TOGETHER / 2.0) as Cost + 1;

/// What the last sound of a word becomes when the next one begins with `h`; `th` and `dh` are left out, for
/// they cost next to nothing.
const fn before_h(sound: Sound) -> Option<Sound> {
    match sound {
        Sound::S => Some(Sound::Sh),
        Sound::K => Some(Sound::Kh),
        Sound::Z => Some(Sound::Zh),
        Sound::G => Some(Sound::Gh),
        Sound::C => Some(Sound::Ch),
        Sound::P => Some(Sound::F),
        _ => None,
    }
}

/// The most that the sounds of a word may cost against those of words that weigh so much, or against what
/// of it is one of several.
fn share_of(weight: Cost) -> Cost {
    (f32::from(weight) * FARTHEST_TOGETHER) as Cost + MORE
}

/// Most sounds of a word that are kept beside what tells it from others: of nearly all words.
const MOST_BESIDE: usize = 51;

/// A word that may be several, in one line of a cache: words are met in no order, and each line fetched
/// costs more than all that is done with it.
#[repr(align(64))]
struct Whole {
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
            word,
            text: text.0,
            letters: text.1,
            count,
            sounds: beside,
        }
    }
}

/// What tells a word from most runs.
#[derive(Clone, Copy)]
struct Seen {
    /// Its first and its last consonant.
    ends: [Kind; 2],
    told: Told,
}

/// Number of a word among all that may be several: those of fewer letters come first.
pub(crate) type WholeId = u32;

/// Some words in order, with their letters beside them.
#[derive(Default)]
struct Flank {
    ids: Box<[WholeId]>,
    letters: Box<[Letters]>,
}

impl Flank {
    /// How much memory one takes, about: as much as those of a list's own words do on average.
    const BYTES: usize = 320;

    fn bytes(&self) -> usize {
        size_of_val(&*self.ids) + size_of_val(&*self.letters)
    }
}

/// Which of all words begin like a word, and which end like it: each found when first asked for, as it is
/// for no more than a third of the words that travellers bring.
#[derive(Default)]
pub(crate) struct Flanks {
    sounds: Box<[Sound]>,
    begin: OnceLock<Flank>,
    end: OnceLock<Flank>,
    /// What the first and the last consonant of a text may be that begins or ends like the word, for each
    /// of [`TIERS`].
    ends: [[Kinds; 2]; TIERS.len()],
    /// What the word weighs.
    weight: Cost,
}

/// What a run may cost, for which it is known what its ends may be; for more they may be anything.
const TIERS: [Cost; 3] = [50, 75, WHOLE - 1];

impl Flanks {
    pub(crate) fn weight(&self) -> Cost {
        self.weight
    }

    /// How much memory they take beside their own place, or may take, about.
    pub(crate) fn bytes(&self) -> usize {
        let of = |flank: &OnceLock<Flank>| flank.get().map_or(Flank::BYTES, Flank::bytes);
        of(&self.begin) + of(&self.end)
    }
}

/// All of them, those of fewer letters first.
#[derive(Default)]
pub(crate) struct Wholes {
    wholes: Vec<Whole>,
    texts: String,
    /// Small tables that stay at hand: words are told from runs by these one after the other.
    letters: Vec<Letters>,
    seen: Vec<Seen>,
    /// Where those of each number of letters start.
    lengths: Vec<WholeId>,
    /// By their texts.
    exact: Keyed,
    /// By their sounds from the first on, and from the last on.
    forward: Trie,
    backward: Trie,
}

impl Wholes {
    /// From the letters of `words` that may be several, as written.
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = (WordId, &'w str)>) -> Self {
        let mut words: Vec<_> = words
            .into_iter()
            .map(|(word, text)| (Letters::of(text), word, text))
            .collect();
        words.sort_unstable();
        let mut all = Self::default();
        let (mut forward, mut backward) = (Vec::new(), Vec::new());
        for (at, (letters, word, text)) in (0..).zip(words) {
            let mut sounds = sound::sounds(text);
            let place = (all.texts.len() as u32, text.len() as u32);
            all.wholes.push(Whole::new(word, place, &sounds));
            all.texts.push_str(text);
            let each = sounds.iter().copied();
            all.exact.add(hash(text.as_bytes()), at);
            all.letters.push(letters);
            all.seen.push(Seen {
                ends: [first_kind(each.clone()), first_kind(each.rev())],
                told: Heard::new(&sounds).told(),
            });
            forward.push((sounds.clone(), at));
            sounds.reverse();
            backward.push((sounds, at));
        }
        all.exact.finish();
        all.forward = Trie::of_beginnings(forward);
        all.backward = Trie::of_beginnings(backward);
        let before = |length| {
            let first = Letters::of_length(length);
            all.letters.partition_point(|letters| *letters < first)
        };
        all.lengths = (0..=Letters::LENGTHS)
            .map(|length| before(length) as WholeId)
            .collect();
        all
    }

    /// Which begin like a text, and which end like it.
    pub(crate) fn flanks(text: &str) -> Flanks {
        let mut sounds = sound::sounds(text);
        sounds.truncate(sound::LONGEST);
        let each = sounds.iter().copied();
        let ends = TIERS.map(|most| {
            [
                Kinds::first(each.clone(), most),
                Kinds::first(each.clone().rev(), most),
            ]
        });
        Flanks {
            weight: sound::weight(&sounds),
            sounds: sounds.into_vec().into(),
            ends,
            ..Flanks::default()
        }
    }

    /// Finds out both at once.
    pub(crate) fn complete(&self, flanks: &Flanks) {
        self.begin(flanks);
        self.end(flanks);
    }

    fn begin<'f>(&self, flanks: &'f Flanks) -> &'f Flank {
        flanks.begin.get_or_init(|| {
            let share = share_of(flanks.weight);
            let mut found = Vec::new();
            self.forward.begin_like(&flanks.sounds, share, &mut found);
            if let [before @ .., last] = &*flanks.sounds
                && let Some(other) = before_h(*last)
            {
                let sounds = [before, &[other]].concat();
                self.forward.begin_like(&sounds, share, &mut found);
            }
            self.flank(found)
        })
    }

    fn end<'f>(&self, flanks: &'f Flanks) -> &'f Flank {
        flanks.end.get_or_init(|| {
            let sounds: Sounds = flanks.sounds.iter().rev().copied().collect();
            let mut found = Vec::new();
            let share = share_of(flanks.weight);
            self.backward.begin_like(&sounds, share, &mut found);
            self.flank(found)
        })
    }

    fn flank(&self, mut found: Vec<WholeId>) -> Flank {
        found.sort_unstable();
        found.dedup();
        let letters = found.iter().map(|at| self.letters[*at as usize]);
        Flank {
            letters: letters.collect(),
            ids: found.into_boxed_slice(),
        }
    }

    /// Asks memory for what [`Wholes::near`] looks through first.
    pub(crate) fn ask(&self, (first, last): (&Flanks, &Flanks)) {
        for flank in [&first.begin, &last.end] {
            if let Some(flank) = flank.get() {
                ask(&*flank.letters);
            }
        }
    }

    /// Gives the words that the words of a run may be written as, some of them twice. `first` and `last`
    /// are of the first and the last word of the run, `weight` is what all its words weigh.
    pub(crate) fn near(
        &self,
        run: &Run<'_>,
        (first, last): (&Flanks, &Flanks),
        weight: Cost,
        sieve: &mut Sieve,
        mut each: impl FnMut(WordId),
    ) {
        let lengths = run.letters.like_lengths();
        let start = |length: u32| self.lengths[length as usize];
        let like = start(lengths.start)..start(lengths.end);
        if like.len() <= few(self.wholes.len()) {
            let letters = &self.letters[like.start as usize..like.end as usize];
            sieve.fill(run, letters, |at| like.start + at as WholeId);
            self.give(run, End::First, sieve, &mut each);
            return;
        }
        let most = share_of(weight);
        let tier = TIERS.iter().position(|cost| most <= *cost);
        for (flank, unlike, other) in [
            (self.begin(first), End::Last, last),
            (self.end(last), End::First, first),
        ] {
            // Those of fewer letters come first there, too.
            let before = |length: u32| {
                let first = Letters::of_length(length);
                flank.letters.partition_point(|letters| *letters < first)
            };
            let here = before(lengths.start)..before(lengths.end);
            let ids = &flank.ids[here.clone()];
            sieve.fill(run, &flank.letters[here], |at| ids[at]);
            if let Some(tier) = tier {
                let kinds = other.ends[tier][unlike as usize];
                sieve.keep(|at| {
                    let end = self.seen[at as usize].ends[unlike as usize];
                    let letters = self.letters[at as usize];
                    kinds.has(end) | letters.may_have_one_error(run.letters)
                });
            }
            self.give(run, unlike, sieve, &mut each);
        }
    }

    /// Gives the words that are a run to the letter.
    pub(crate) fn exact(&self, run: &Run<'_>, mut each: impl FnMut(WordId)) {
        for at in self.exact.get(hash(run.text.as_bytes())) {
            let whole = &self.wholes[at as usize];
            if self.text(whole) == run.text {
                each(whole.word);
            }
        }
    }

    /// Gives those of some words, with their letters, that a run may be written as.
    pub(crate) fn near_among(
        &self,
        run: &Run<'_>,
        (ids, letters): (&[WholeId], &[Letters]),
        sieve: &mut Sieve,
        mut each: impl FnMut(WordId),
    ) {
        sieve.fill(run, letters, |at| ids[at]);
        self.give(run, End::First, sieve, &mut each);
    }

    /// What of the words of so many each is, if it may be several.
    pub(crate) fn of_words(&self, words: usize) -> Vec<Option<WholeId>> {
        let mut of_words = vec![None; words];
        for (at, whole) in (0..).zip(&self.wholes) {
            of_words[whole.word as usize] = Some(at);
        }
        of_words
    }

    /// The first that may be like so many letters: fewer come before.
    pub(crate) fn first_like(&self, letters: usize) -> WholeId {
        let like = Letters::new(letters, 0).like_lengths();
        self.lengths[like.start as usize]
    }

    pub(crate) fn letters(&self, at: WholeId) -> Letters {
        self.letters[at as usize]
    }

    fn text(&self, whole: &Whole) -> &str {
        &self.texts[whole.text as usize..(whole.text + whole.letters) as usize]
    }

    /// Gives of words in a sieve those that [`written_together`](crate::align::written_together) says are
    /// a run, what tells most apart first.
    fn give(&self, run: &Run<'_>, unlike: End, sieve: &mut Sieve, each: &mut impl FnMut(WordId)) {
        if sieve.ids.is_empty() {
            return;
        }
        let given = run.given();
        let may_err = |at: WholeId| run.letters.may_have_one_error(self.letters[at as usize]);
        let told = |at: WholeId| self.seen[at as usize].told;
        let may_sound = |at: WholeId| given.may_be_within(told(at), FARTHEST_TOGETHER);
        sieve.keep(|at| may_err(at) || may_sound(at));
        sieve
            .ids
            .iter()
            .for_each(|at| ask(&self.wholes[*at as usize]));
        for &at in &sieve.ids {
            let whole = &self.wholes[at as usize];
            let text = || self.text(whole);
            let is_near = match whole.sounds.get(..usize::from(whole.count)) {
                Some(sounds) => run.is_near(sounds, told(at), unlike),
                None => run.is_near(&sound::sounds(text()), told(at), unlike),
            };
            if is_near || may_err(at) && run.may_be_by_error(text()) {
                each(whole.word);
            }
        }
    }
}

/// Words that one thing after another tells apart from a run, without a branch for each: which of them
/// stay cannot be foreseen, and what tells them apart is fetched for several at once.
#[derive(Default)]
pub(crate) struct Sieve {
    ids: Vec<WholeId>,
}

impl Sieve {
    /// Takes those that a run may be by their letters; `id` of the place of letters.
    fn fill(&mut self, run: &Run<'_>, letters: &[Letters], id: impl Fn(usize) -> WholeId) {
        self.ids.clear();
        let ids = &mut self.ids;
        run.letters.each_that_may_be(letters, |at| ids.push(id(at)));
    }

    fn keep(&mut self, stays: impl Fn(WholeId) -> bool) {
        let mut kept = 0;
        for at in 0..self.ids.len() {
            let id = self.ids[at];
            self.ids[kept] = id;
            kept += usize::from(stays(id));
        }
        self.ids.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::written_together;

    /// Words of listed names, and neighbours of them written together, damaged in several ways; and these
    /// neighbours.
    fn words() -> (Vec<String>, Vec<[String; 2]>) {
        let names = include_str!("../../data/subjects.tsv").lines().step_by(7);
        let names = names.filter_map(|line| line.split('\t').nth(5));
        let lower = |word: &str| word.to_ascii_lowercase();
        let is_word = |word: &String| word.bytes().all(|letter| letter.is_ascii_lowercase());
        let (mut wholes, mut pairs) = (Vec::new(), Vec::new());
        for name in names {
            let split = name.split([' ', ',', '|', '~', '-']).map(lower);
            let split: Vec<String> = split
                .filter(is_word)
                .filter(|word| !word.is_empty())
                .collect();
            for pair in split.windows(2) {
                let run = pair.concat();
                let at = pairs.len() % run.len();
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
                let vowels = |letter| match letter {
                    'a' => 'e',
                    'u' => 'o',
                    'i' => 'e',
                    other => other,
                };
                wholes.push(run.chars().map(vowels).collect());
                pairs.push([pair[0].clone(), pair[1].clone()]);
            }
            wholes.extend(split.into_iter().filter(|word| word.len() >= 5));
        }
        wholes.sort();
        wholes.dedup();
        (wholes, pairs)
    }

    #[test]
    fn two_words_find_every_word_that_they_may_be_written_as() {
        let (words, pairs) = words();
        let all = Wholes::new((0..).zip(words.iter().map(String::as_str)));
        let (mut expected, mut missed) = (0, Vec::new());
        let mut sieve = Sieve::default();
        for [first, last] in pairs.iter().step_by(23) {
            let text = [&first[..], last].concat();
            let (one, other) = (Wholes::flanks(first), Wholes::flanks(last));
            let weight = one.weight() + other.weight();
            let mut found = Vec::new();
            let run = Run::new(&text, Letters::of(&text));
            all.near(&run, (&one, &other), weight, &mut sieve, |word| {
                found.push(word);
            });
            for (word, single) in (0..).zip(&words) {
                let is_found = found.contains(&word);
                let is_meant = written_together(single, &text, 0.0).is_some();
                assert!(is_meant || !is_found, "{text} {single}");
                expected += usize::from(is_meant);
                if is_meant && !is_found {
                    missed.push(format!("{first} {last} {single}"));
                }
            }
        }
        assert!(expected > 500, "{expected}");
        // A letter is another where the two words meet, so that neither of them is as it was.
        assert_eq!(missed, ["sang ho sancho"], "of {expected}");
    }
}
