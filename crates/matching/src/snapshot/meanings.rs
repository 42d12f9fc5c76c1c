//! What words of queries mean in a segment, found once for all who search it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use smallvec::SmallVec;

use super::ahead::ask;
use super::asked::{Meaning, Runs};
use crate::name::Part;
use crate::word::SharedWord;

/// Bytes remembered at most, about, for each name, and at least for all: the words of a list of a million
/// names take half of it, what travellers bring besides has the other.
const FOR_A_NAME: usize = 320;
const AT_LEAST: usize = 64 << 20;

/// Bytes of a word that means nothing, about: its key, and its place among those remembered.
const A_WORD: usize = std::mem::size_of::<Meaning>() + std::mem::size_of::<Runs>() + 96;

/// How large one that is remembered is, about.
fn bytes(meaning: &Meaning) -> usize {
    A_WORD + meaning.bytes()
}

/// Tells everything of a word that its meaning depends on from all else: a [digest](SharedWord::digest) whose
/// secret no one knows, and beside it what is at hand of the word. So no word need be kept and compared: the
/// chance that any two of a million have one digest is one in thirty million, and they would have to have the
/// same letters besides.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    digest: u64,
    letters: u32,
    rarity: u32,
    last: bool,
}

impl Key {
    fn of(word: &SharedWord, last: bool) -> Self {
        Self {
            digest: word.digest(),
            letters: word.letters_mask,
            rarity: word.rarity.to_bits(),
            last,
        }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.digest ^ u64::from(self.last));
    }
}

/// Takes what of a [`Key`] is a hash already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Table = HashMap<Key, Arc<Meaning>, BuildHasherDefault<Hashed>>;

/// What each word of a reading means, as far as that is known.
pub(crate) type OfParts = SmallVec<[Option<Arc<Meaning>>; 8]>;

/// Meanings by word. What is remembered changes how fast an answer comes, never the answer.
pub(crate) struct Meanings {
    known: RwLock<Known>,
    /// Bytes remembered at most.
    most: usize,
    /// Whether the list's own words were found out about.
    learnt: AtomicBool,
}

impl Default for Meanings {
    fn default() -> Self {
        Self::for_names(0)
    }
}

/// What was asked for of late, and what was before that: when the first fill half the room, the second are
/// forgotten, so that what is asked for again and again stays.
#[derive(Default)]
struct Known {
    late: Table,
    before: Table,
    /// How large those of late are together.
    bytes: usize,
}

impl Known {
    /// Remembers a meaning in a room of `most` bytes.
    fn remember(&mut self, key: Key, meaning: &Arc<Meaning>, most: usize) {
        if self.late.contains_key(&key) {
            return;
        }
        let bytes = bytes(meaning);
        if self.bytes + bytes > most / 2 {
            self.before = std::mem::take(&mut self.late);
            self.bytes = 0;
        }
        self.late.insert(key, Arc::clone(meaning));
        self.bytes += bytes;
    }
}

impl Meanings {
    /// For a list of so many names.
    pub(crate) fn for_names(names: usize) -> Self {
        Self {
            known: RwLock::default(),
            most: (names * FOR_A_NAME).max(AT_LEAST),
            learnt: AtomicBool::new(false),
        }
    }

    /// What words of a query mean, where that was asked for of late. Memory is asked for what it leads to.
    pub(crate) fn known(&self, parts: &[Part]) -> OfParts {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let each = parts.iter().map(|part| Key::of(&part.word, part.last));
        let found: SmallVec<[Option<&Arc<Meaning>>; 8]> =
            each.map(|key| known.late.get(&key)).collect();
        // Whoever takes a share of one waits for it; so all are asked for first.
        for meaning in found.iter().flatten() {
            ask(&***meaning);
        }
        let found: OfParts = found.into_iter().map(Option::<&_>::cloned).collect();
        drop(known);
        found.iter().flatten().for_each(|meaning| meaning.ask());
        found
    }

    /// What a word of a query means; `find` finds it out, by what the same word means that was cut short,
    /// or was not, where that is known.
    pub(crate) fn of(
        &self,
        part: &Part,
        find: impl FnOnce(Option<&Meaning>) -> Meaning,
    ) -> Arc<Meaning> {
        let key = |last: bool| Key::of(&part.word, last);
        let own = key(part.last);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.late.get(&own) {
            return Arc::clone(known);
        }
        let before = known.before.get(&own).map(Arc::clone);
        let other = || {
            let key = key(!part.last);
            known.late.get(&key).or_else(|| known.before.get(&key))
        };
        let other = before.is_none().then(other).flatten().map(Arc::clone);
        drop(known);
        // Two may find out the same at once, and find the same.
        let meaning = before.unwrap_or_else(|| Arc::new(find(other.as_deref())));
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.remember(own, &meaning, self.most);
        meaning
    }

    /// Forgets all words but these.
    pub(crate) fn forget_all_but(&self, words: impl Iterator<Item = Part>) {
        let kept: HashSet<Key, BuildHasherDefault<Hashed>> =
            words.map(|part| Key::of(&part.word, part.last)).collect();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.late.retain(|key, _| kept.contains(key));
        known.before.retain(|key, _| kept.contains(key));
        known.bytes = known.late.values().map(|meaning| bytes(meaning)).sum();
    }

    /// Whether more can be remembered and nothing be forgotten.
    pub(crate) fn have_room(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.bytes < self.most / 2 - self.most / 16
    }

    pub(crate) fn are_learnt(&self) -> bool {
        self.learnt.load(Ordering::Relaxed)
    }

    /// Notes that the list's own words were found out about.
    pub(crate) fn learnt(&self) {
        self.learnt.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::readings_of_text;

    #[test]
    fn what_is_asked_for_again_stays_and_no_more_than_there_is_room_for() {
        let parts: Vec<Part> = readings_of_text("OMAR HASAN KHALID YUSUF TARIQ")[0]
            .parts
            .to_vec();
        let meaning = || Meaning::new(Vec::new(), |_| 0, Arc::default());
        let one = A_WORD + meaning().bytes();
        let meanings = Meanings {
            most: 4 * one,
            ..Meanings::default()
        };
        // Which are found out when they are asked for, and how many are remembered then.
        let mut found = Vec::new();
        for at in [0, 1, 1, 2, 0, 3, 0, 1, 4, 2] {
            let mut is_new = false;
            meanings.of(&parts[at], |_| {
                is_new = true;
                meaning()
            });
            let have_room = meanings.have_room();
            let known = meanings.known.read().unwrap();
            assert_eq!(have_room, known.late.len() < 2);
            assert!(known.late.len() + known.before.len() <= 4);
            assert_eq!(known.bytes, known.late.len() * one);
            found.push(is_new);
        }
        assert_eq!(
            found,
            [
                true, true, false, true, false, true, false, true, true, true
            ]
        );
    }

    #[test]
    fn what_is_kept_stays_known_and_all_else_is_forgotten() {
        let parts = readings_of_text("OMAR HASAN KHALID")[0].parts.clone();
        let meanings = Meanings::default();
        for part in &parts {
            meanings.of(part, |_| Meaning::new(Vec::new(), |_| 0, Arc::default()));
        }
        meanings.forget_all_but(parts[1..2].iter().cloned());
        let known = meanings.known(&parts);
        let is_known: Vec<bool> = known.iter().map(Option::is_some).collect();
        assert_eq!(is_known, [false, true, false]);
        let room = meanings.known.read().unwrap();
        assert_eq!(
            room.bytes,
            known.iter().flatten().map(|one| bytes(one)).sum()
        );
    }
}
