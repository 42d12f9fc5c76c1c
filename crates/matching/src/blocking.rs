//! What of a name a blocking key can be made of.

use smallvec::SmallVec;
use tidewaiter_domain::Text;

use crate::person::Name;
use crate::sound;
use crate::word::Class;

/// A word of a name that carries identity, as far as blocking asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockingWord {
    /// Its Latin forms, folded, the plain one first.
    pub forms: SmallVec<[Text; 1]>,
    /// The skeleton of the sounds of each form: consonants, alike sounds made one.
    pub skeletons: SmallVec<[u64; 1]>,
    /// Numbers of the spelling families it belongs to.
    pub families: SmallVec<[u16; 2]>,
    /// Numbers of the full names that it is, or is a nickname of.
    pub nicknames: SmallVec<[u16; 2]>,
    /// How rare it is among people, in bits.
    pub rarity: f32,
    /// Whether it is one letter standing for a word.
    pub initial: bool,
    /// Whether the sender's field may have cut it short.
    pub may_be_cut: bool,
}

impl Name {
    /// The words of each reading, without particles and titles.
    pub fn blocking_words(&self) -> impl Iterator<Item = Vec<BlockingWord>> + '_ {
        self.readings.iter().map(|reading| {
            let parts = reading.parts.iter().filter(|part| part.word.counts());
            parts
                .map(|part| BlockingWord {
                    forms: part
                        .word
                        .forms
                        .iter()
                        .map(|form| form.text.clone())
                        .collect(),
                    skeletons: part
                        .word
                        .forms
                        .iter()
                        .map(|form| sound::skeleton(&form.sounds))
                        .collect(),
                    families: part.word.spellings.clone(),
                    nicknames: part.word.nicknames.clone(),
                    rarity: part.word.rarity,
                    initial: part.word.class == Class::Initial,
                    may_be_cut: part.last,
                })
                .collect()
        })
    }
}
