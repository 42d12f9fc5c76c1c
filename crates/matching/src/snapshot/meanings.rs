//! What words of queries mean in a segment, found once for all who search it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::asked::Meaning;
use crate::name::Part;
use crate::word::Identity;

/// Words remembered before all are forgotten: the names of the world have fewer, and of a million
/// listed names each has some kilobytes to it.
const MOST_REMEMBERED: usize = 1 << 16;

/// Everything of a word that its meaning depends on.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    word: Identity,
    last: bool,
}

/// Meanings by word. What is remembered changes how fast an answer comes, never the answer.
#[derive(Default)]
pub(crate) struct Meanings(RwLock<HashMap<Key, Arc<Meaning>>>);

impl Meanings {
    /// What a word of a query means; `find` finds it out.
    pub(crate) fn of(&self, part: &Part, find: impl FnOnce() -> Meaning) -> Arc<Meaning> {
        let key = Key {
            word: part.word.identity(),
            last: part.last,
        };
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&key) {
            return Arc::clone(known);
        }
        drop(known);
        // Two may find out the same at once, and find the same.
        let meaning = Arc::new(find());
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.insert(key, Arc::clone(&meaning));
        meaning
    }
}
