//! What words of queries mean in a segment, found once for all who search it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::asked::Meaning;
use crate::name::Part;
use crate::word::{Identity, Word};

/// Bytes remembered before all are forgotten. The words of the bench's travellers take half of it of a
/// million names; of a list of very many distinct words some thousand fill it.
const MOST_REMEMBERED: usize = 64 << 20;

/// Bytes of a word that means nothing, about: the word itself, and its place among those remembered.
const A_WORD: usize = std::mem::size_of::<Word>() + 128;

/// Everything of a word that its meaning depends on.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    word: Identity,
    last: bool,
}

/// Meanings by word. What is remembered changes how fast an answer comes, never the answer.
#[derive(Default)]
pub(crate) struct Meanings(RwLock<Known>);

#[derive(Default)]
struct Known {
    meanings: HashMap<Key, Arc<Meaning>>,
    /// How large they are together.
    bytes: usize,
}

impl Known {
    /// Remembers a meaning; where there are more than `most` bytes of them, none but this.
    fn remember(&mut self, key: Key, meaning: &Arc<Meaning>, most: usize) {
        let bytes = A_WORD + meaning.bytes();
        if self.bytes + bytes > most {
            *self = Self::default();
        }
        if self.meanings.insert(key, Arc::clone(meaning)).is_none() {
            self.bytes += bytes;
        }
    }
}

impl Meanings {
    /// What a word of a query means; `find` finds it out.
    pub(crate) fn of(&self, part: &Part, find: impl FnOnce() -> Meaning) -> Arc<Meaning> {
        let key = Key {
            word: Identity(Arc::clone(&part.word)),
            last: part.last,
        };
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.meanings.get(&key) {
            return Arc::clone(known);
        }
        drop(known);
        // Two may find out the same at once, and find the same.
        let meaning = Arc::new(find());
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.remember(key, &meaning, MOST_REMEMBERED);
        meaning
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::readings_of_text;
    use crate::snapshot::wholes::Flanks;

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let parts: Vec<Part> = readings_of_text("OMAR HASAN KHALID YUSUF")[0]
            .parts
            .to_vec();
        let meaning = Arc::new(Meaning::new(
            Vec::new(),
            |_| 0,
            Vec::new(),
            Flanks::default(),
        ));
        let one = A_WORD + meaning.bytes();
        let mut known = Known::default();
        let mut counts = Vec::new();
        for part in [&parts[0], &parts[1], &parts[1], &parts[2], &parts[3]] {
            let key = Key {
                word: Identity(Arc::clone(&part.word)),
                last: false,
            };
            known.remember(key, &meaning, 3 * one);
            counts.push(known.meanings.len());
            assert_eq!(known.bytes, known.meanings.len() * one);
        }
        assert_eq!(counts, [1, 2, 2, 3, 1]);
    }
}
