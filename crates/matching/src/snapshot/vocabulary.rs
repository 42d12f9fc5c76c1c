//! The distinct words of all names, and which of them a word of a query may mean.

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::SmallVec;
use tidewaiter_domain::Text;

use crate::relation::{Likeness, relate};
use crate::script::Writing;
use crate::sound::{self, letters};
use crate::word::{Class, Word};

/// Number of a word in a segment.
pub(crate) type WordId = u32;

/// Words by key, packed: sorted keys with their words.
#[derive(Default)]
struct Postings {
    pairs: Vec<(u64, WordId)>,
}

impl Postings {
    fn finish(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.pairs.shrink_to_fit();
    }

    fn get(&self, key: u64) -> impl Iterator<Item = WordId> + '_ {
        let start = self.pairs.partition_point(|pair| pair.0 < key);
        self.pairs[start..]
            .iter()
            .take_while(move |pair| pair.0 == key)
            .map(|pair| pair.1)
    }
}

/// A set that may claim too much, never too little.
#[derive(Default)]
struct Filter {
    bits: Vec<u64>,
}

impl Filter {
    const WORDS: usize = 1 << 15;

    fn place(key: u64) -> (usize, u64) {
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 43;
        ((mixed >> 6) as usize % Self::WORDS, 1 << (mixed & 63))
    }

    fn insert(&mut self, key: u64) {
        self.bits.resize(Self::WORDS, 0);
        let (word, bit) = Self::place(key);
        self.bits[word] |= bit;
    }

    fn contains(&self, key: u64) -> bool {
        let (word, bit) = Self::place(key);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

/// A word as written and its class; a title standing as a whole name is another word than the title.
type Key = (Text, Option<Text>, Class);

#[derive(Default)]
pub(crate) struct Vocabulary {
    words: Vec<Arc<Word>>,
    numbers: HashMap<Key, WordId>,
    /// Skeletons of sounds, and those with one consonant left out.
    skeletons: Postings,
    /// Hashes of texts, and of texts with one letter left out.
    deletions: Postings,
    families: Postings,
    nicknames: Postings,
    /// Which skeletons words of six letters and more have.
    long_skeletons: Filter,
    /// Word numbers in the order of their texts.
    sorted: Vec<WordId>,
    /// Which letters a word has, to tell unlike words apart at a glance.
    letters: Vec<u32>,
    /// Which words are of another script than Latin.
    foreign: Vec<bool>,
}

pub(crate) fn hash(text: &[u8]) -> u64 {
    text.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// The key and every key with one of its four-bit places left out.
fn skeleton_keys(key: u64, mut add: impl FnMut(u64)) {
    add(key);
    let places = (64 - key.leading_zeros()).div_ceil(4);
    if places >= 3 {
        for place in 0..places {
            let low = key & ((1 << (4 * place)) - 1);
            let high = key >> (4 * (place + 1)) << (4 * place);
            add(high | low);
        }
    }
}

fn deletion_keys(text: &str, mut add: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    add(hash(bytes));
    if bytes.len() < 4 || bytes.len() > 30 {
        return;
    }
    let mut shorter = Vec::with_capacity(bytes.len());
    for at in 0..bytes.len() {
        shorter.clear();
        shorter.extend_from_slice(&bytes[..at]);
        shorter.extend_from_slice(&bytes[at + 1..]);
        add(hash(&shorter));
    }
}

impl Vocabulary {
    pub(crate) fn number(&mut self, word: &Arc<Word>) -> WordId {
        let key = (word.letters.clone(), word.native.clone(), word.class);
        let next = self.words.len() as WordId;
        *self.numbers.entry(key).or_insert_with(|| {
            self.words.push(Arc::clone(word));
            next
        })
    }

    pub(crate) fn word(&self, id: WordId) -> &Arc<Word> {
        &self.words[id as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// Makes the words findable.
    pub(crate) fn finish(&mut self) {
        for (id, word) in self.words.iter().enumerate() {
            let id = id as WordId;
            self.letters.push(letters(word.text()));
            self.foreign.push(word.native.is_some());
            if !word.counts() {
                continue;
            }
            for form in &word.forms {
                if form.text.len() >= 6 {
                    self.long_skeletons.insert(sound::skeleton(&form.sounds));
                }
                skeleton_keys(sound::skeleton(&form.sounds), |key| {
                    self.skeletons.pairs.push((key, id));
                });
                deletion_keys(&form.text, |key| self.deletions.pairs.push((key, id)));
            }
            if let Some(native) = &word.native {
                self.deletions.pairs.push((hash(native.as_bytes()), id));
            }
            let families = word.spellings.iter().map(|family| (u64::from(*family), id));
            self.families.pairs.extend(families);
            let nicknames = word.nicknames.iter().map(|family| (u64::from(*family), id));
            self.nicknames.pairs.extend(nicknames);
        }
        for postings in [
            &mut self.skeletons,
            &mut self.deletions,
            &mut self.families,
            &mut self.nicknames,
        ] {
            postings.finish();
        }
        self.sorted = (0..self.words.len() as WordId).collect();
        self.sorted.sort_by(|a, b| {
            self.words[*a as usize]
                .text()
                .cmp(self.words[*b as usize].text())
        });
    }

    /// The words that sound like `text` or differ by a letter.
    pub(crate) fn sounding_like(&self, text: &str) -> SmallVec<[WordId; 2]> {
        let skeleton = sound::skeleton(&sound::sounds(text));
        if !self.long_skeletons.contains(skeleton) {
            return SmallVec::new();
        }
        self.skeletons
            .get(skeleton)
            .filter(|id| self.words[*id as usize].text().len().abs_diff(text.len()) <= 3)
            .collect()
    }

    /// The words that `word` may mean, with what they are to each other, by number.
    ///
    /// `last` says that the word may have been cut short.
    pub(crate) fn neighbours(&self, word: &Word, last: bool) -> Vec<(WordId, Likeness)> {
        let mut candidates: Vec<WordId> = Vec::new();
        for form in &word.forms {
            deletion_keys(&form.text, |key| candidates.extend(self.deletions.get(key)));
            if form.sounds.len() >= 2 {
                let mask = letters(&form.text);
                let cross = word.writing != Writing::Latin;
                let whole = sound::skeleton(&form.sounds);
                skeleton_keys(whole, |key| {
                    let differing = if key == whole { 6 } else { 4 };
                    candidates.extend(self.skeletons.get(key).filter(|id| {
                        cross
                            || self.foreign[*id as usize]
                            || (self.letters[*id as usize] ^ mask).count_ones() <= differing
                    }));
                });
            }
        }
        if let Some(native) = &word.native {
            candidates.extend(self.deletions.get(hash(native.as_bytes())));
        }
        for family in &word.spellings {
            candidates.extend(self.families.get(u64::from(*family)));
        }
        for family in &word.nicknames {
            candidates.extend(self.nicknames.get(u64::from(*family)));
        }
        let text = word.text();
        if last && text.len() >= 3 {
            let start = self
                .sorted
                .partition_point(|id| self.words[*id as usize].text() < text);
            candidates.extend(
                self.sorted[start..]
                    .iter()
                    .take_while(|id| self.words[**id as usize].text().starts_with(text)),
            );
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
            .into_iter()
            .filter_map(|id| {
                // What a list writes last may be cut as well; the comparison proper will tell.
                let like = relate(word, &self.words[id as usize], (last, false))?;
                Some((id, like))
            })
            .collect()
    }
}
