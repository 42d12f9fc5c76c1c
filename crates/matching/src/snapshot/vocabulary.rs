//! The distinct words of all names, and which of them a word of a query may mean.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::ahead::ask;
use super::keys::{Keyed, hash};
use super::trie::{Trie, Voweless};
use super::wholes::Wholes;
use crate::align::may_be_several;
use crate::korean;
use crate::relation::{FARTHEST, FARTHEST_ACROSS, Likeness, relate};
use crate::script::Writing;
use crate::sound;
use crate::word::{Class, SharedWord, Word};

/// Number of a word in a segment.
pub(crate) type WordId = u32;

/// How a word was written, as far as the sound of it goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Latin,
    /// Another script, with its vowels.
    Foreign,
    Voweless,
}

impl Spelling {
    const ALL: [Self; 3] = [Self::Latin, Self::Foreign, Self::Voweless];

    fn of(word: &Word) -> Self {
        if word.writing.leaves_vowels_out() {
            Self::Voweless
        } else if word.native.is_some() || word.writing != Writing::Latin {
            Self::Foreign
        } else {
            Self::Latin
        }
    }
}

#[derive(Default)]
pub(crate) struct Vocabulary {
    words: Vec<SharedWord>,
    classes: Vec<Class>,
    /// While words come in.
    numbers: HashMap<SharedWord, WordId>,
    /// The sounds of all forms, by [`Spelling`].
    sounds: [Trie; 3],
    /// Forms and own-script texts with up to two letters left out.
    deletions: Keyed,
    families: Keyed,
    nicknames: Keyed,
    /// Korean words by their syllables.
    korean: Keyed,
    /// Those that may be several written together.
    pub(crate) wholes: Wholes,
    /// Word numbers in the order of their texts.
    sorted: Vec<WordId>,
    /// Single letters.
    initials: Vec<WordId>,
}

/// Shortest word of which one letter, or two, may be wrong; see `relate`.
const ONE_ERROR: usize = 4;
const TWO_ERRORS: usize = 6;

/// The hash of a text and of the text with as many letters left out as may be wrong in it.
fn deletion_keys(letters: &[u8], errors: usize, mut add: impl FnMut(u64)) {
    add(hash(letters));
    if letters.len() > sound::LONGEST {
        return;
    }
    let mut shorter: SmallVec<[u8; 64]> = SmallVec::new();
    for first in 0..letters.len() * usize::from(errors >= 1) {
        shorter.clear();
        shorter.extend_from_slice(&letters[..first]);
        shorter.extend_from_slice(&letters[first + 1..]);
        add(hash(&shorter));
        for second in first..shorter.len() * usize::from(errors >= 2) {
            let gone = shorter.remove(second);
            add(hash(&shorter));
            shorter.insert(second, gone);
        }
    }
}

/// Every deletion key of a word: its forms, and its text in its own script.
fn word_deletions(word: &Word, mut add: impl FnMut(u64)) {
    let errors =
        |length: usize| usize::from(length >= ONE_ERROR) + usize::from(length >= TWO_ERRORS);
    for form in &word.forms {
        let length = word.text().len();
        deletion_keys(form.text.as_bytes(), errors(length), &mut add);
    }
    if let Some(native) = &word.native {
        // Letters as numbers; within one script their last bytes tell them apart well enough.
        let letters: SmallVec<[u8; 32]> = native.chars().map(|letter| letter as u8).collect();
        let length = letters.len() + 1;
        deletion_keys(&letters, errors(length.max(word.text().len())), add);
    }
}

impl Vocabulary {
    pub(crate) fn number(&mut self, word: &SharedWord) -> WordId {
        let next = self.words.len() as WordId;
        *self.numbers.entry(word.clone()).or_insert_with(|| {
            self.words.push(word.clone());
            self.classes.push(word.class);
            next
        })
    }

    pub(crate) fn word(&self, id: WordId) -> &SharedWord {
        &self.words[id as usize]
    }

    /// What a word does in a name.
    pub(crate) fn class(&self, id: WordId) -> Class {
        self.classes[id as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// Makes the words findable.
    pub(crate) fn finish(&mut self) {
        self.numbers = HashMap::new();
        let mut sounds: [Vec<_>; 3] = Default::default();
        let mut wholes: Vec<(WordId, &str)> = Vec::new();
        for (id, word) in self.words.iter().enumerate() {
            let id = id as WordId;
            if !word.counts() {
                continue;
            }
            if word.class == Class::Initial {
                self.initials.push(id);
            }
            let spelling = Spelling::of(word);
            for form in &word.forms {
                sounds[spelling as usize].push((form.sounds.clone(), id));
            }
            word_deletions(word, |key| self.deletions.add(key, id));
            for family in &word.spellings {
                self.families.add(u64::from(*family), id);
            }
            for family in &word.nicknames {
                self.nicknames.add(u64::from(*family), id);
            }
            for key in korean::keys(&word.syllables) {
                self.korean.add(key, id);
            }
            if may_be_several(word) {
                wholes.push((id, &word.letters));
            }
        }
        self.sounds = sounds.map(Trie::new);
        for keyed in [
            &mut self.deletions,
            &mut self.families,
            &mut self.nicknames,
            &mut self.korean,
        ] {
            keyed.finish();
        }
        self.wholes = Wholes::new(wholes);
        self.sorted = (0..self.words.len() as WordId).collect();
        self.sorted.sort_by(|a, b| {
            self.words[*a as usize]
                .text()
                .cmp(self.words[*b as usize].text())
        });
    }

    /// The words that `word` may mean, with what they are to each other, by number: all for which
    /// [`relate`] gives an answer.
    ///
    /// `last` says that the word may have been cut short.
    pub(crate) fn neighbours(&self, word: &Word, last: bool) -> Vec<(WordId, Likeness)> {
        let mut candidates: Vec<WordId> = Vec::new();
        let own = Spelling::of(word);
        for form in &word.forms {
            for spelling in Spelling::ALL {
                let across = own != Spelling::Latin || spelling != Spelling::Latin;
                // Of two that leave their vowels out, the list's word is taken to.
                let voweless = if spelling == Spelling::Voweless {
                    Voweless::Tree
                } else if own == Spelling::Voweless {
                    Voweless::Given
                } else {
                    Voweless::Neither
                };
                let limit = if across { FARTHEST_ACROSS } else { FARTHEST };
                self.sounds[spelling as usize].near(&form.sounds, limit, voweless, &mut candidates);
            }
        }
        word_deletions(word, |key| candidates.extend(self.deletions.get(key)));
        for family in &word.spellings {
            candidates.extend(self.families.get(u64::from(*family)));
        }
        for family in &word.nicknames {
            candidates.extend(self.nicknames.get(u64::from(*family)));
        }
        for key in korean::keys(&word.syllables) {
            candidates.extend(self.korean.get(key));
        }
        candidates.extend(&self.initials);
        if last {
            candidates.extend(self.longer(word));
        }
        candidates.sort_unstable();
        candidates.dedup();
        self.related(candidates, word, last)
    }

    /// The same for a word of which it is known what it may mean when it was not cut short, or when it was:
    /// it is something else to the words that begin with it, and to no others.
    pub(crate) fn neighbours_by(
        &self,
        word: &Word,
        last: bool,
        known: &[(WordId, Likeness)],
    ) -> Vec<(WordId, Likeness)> {
        let mut longer = self.longer(word).to_vec();
        longer.sort_unstable();
        let is_longer = |id: &WordId| longer.binary_search(id).is_ok();
        let mut likes: Vec<(WordId, Likeness)> = known
            .iter()
            .filter(|(id, _)| !is_longer(id))
            .copied()
            .collect();
        likes.extend(self.related(longer, word, last));
        likes.sort_unstable_by_key(|(id, _)| *id);
        likes
    }

    /// The words that begin with all of a word, itself among them.
    fn longer(&self, word: &Word) -> &[WordId] {
        let text = word.text();
        if text.len() < 2 {
            return &[];
        }
        let text_of = |id: &WordId| self.words[*id as usize].text();
        let start = self.sorted.partition_point(|id| text_of(id) < text);
        let from = &self.sorted[start..];
        let count = from.iter().take_while(|id| text_of(id).starts_with(text));
        &from[..count.count()]
    }

    /// What words are to a word, of those that are anything to it.
    fn related(&self, words: Vec<WordId>, word: &Word, last: bool) -> Vec<(WordId, Likeness)> {
        for id in &words {
            ask(&*self.words[*id as usize]);
        }
        words
            .into_iter()
            .filter_map(|id| {
                let like = relate(word, &self.words[id as usize], (last, false))?;
                Some((id, like))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::readings_of_text;
    use crate::word;

    #[test]
    fn neighbours_are_all_words_that_have_a_relation() {
        let texts = include_str!("../../data/subjects.tsv")
            .lines()
            .step_by(9)
            .filter_map(|line| line.split('\t').nth(5))
            .flat_map(|names| names.split([' ', ',', '|', '~', '-']))
            .chain([
                "محمد",
                "محمود",
                "Владимир",
                "Вадим",
                "김",
                "Müller",
                "alKhazali",
                "J",
                "Bill",
            ]);
        let mut vocabulary = Vocabulary::default();
        let mut words: Vec<SharedWord> = Vec::new();
        let korean = [
            "KIM, Kwang-Il",
            "GIM/GWANGIL",
            "PAK IL KYU",
            "Park Ilgyu",
            "CHOE, Chun Jong",
            "CHOI/CHOI",
            "LEE JEONG",
            "RI CHONG",
            "O U",
            "김광일",
            "NO, Il U",
        ]
        .into_iter()
        .flat_map(readings_of_text)
        .flat_map(|reading| reading.parts)
        .map(|part| part.word);
        let texts = korean.chain(texts.filter_map(word::read).map(SharedWord::new));
        for word in texts {
            if vocabulary.number(&word) as usize == words.len() {
                words.push(word);
            }
        }
        vocabulary.finish();
        assert!(words.len() > 1000);
        for (at, word) in words.iter().enumerate() {
            if word.class != Class::Korean && at % 17 != 0 {
                continue;
            }
            if word.class == Class::Initial || !word.counts() {
                continue;
            }
            let last = at % 2 == 0;
            let near = vocabulary.neighbours(word, last);
            let all: Vec<(WordId, Likeness)> = (0..)
                .zip(&words)
                .filter_map(|(id, other)| Some((id, relate(word, other, (last, false))?)))
                .collect();
            assert_eq!(near, all, "{}", word.text());
            let other = vocabulary.neighbours(word, !last);
            let turned = vocabulary.neighbours_by(word, last, &other);
            assert_eq!(turned, near, "{}", word.text());
        }
    }
}
