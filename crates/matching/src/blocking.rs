//! What of a name a blocking key can be made of.

use std::sync::LazyLock;

use smallvec::SmallVec;
use tidewaiter_domain::Text;

use crate::families::{self, Memberships};
use crate::person::Name;
use crate::sound;
use crate::word::Class;

/// The consonants of a word in order, alike sounds made one: a number from 2 to 12 for each kind of
/// sound. Words that sound alike mostly share it.
pub type Skeleton = SmallVec<[u8; 8]>;

/// A word of a name that carries identity, as far as blocking asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockingWord {
    /// Of each of its Latin forms, the plain one first, one without a glued article last.
    pub skeletons: SmallVec<[Skeleton; 1]>,
    /// How rare it is among people, in bits.
    pub rarity: f32,
    /// Whether it is one letter standing for a word.
    pub initial: bool,
    letters: Text,
    families: Memberships,
    nicknames: Memberships,
}

impl BlockingWord {
    /// The skeletons of the other spellings of its families, and of the full names and nicknames it
    /// may stand for.
    pub fn kin(&self) -> impl Iterator<Item = &'static Skeleton> + '_ {
        let of = |kin: &'static [Vec<Skeleton>], numbers: &Memberships| {
            let numbers = numbers.clone().into_iter();
            numbers.filter_map(|number| kin.get(usize::from(number)))
        };
        of(&SPELLINGS, &self.families)
            .chain(of(&NICKNAMES, &self.nicknames))
            .flatten()
    }

    /// The first letter, letters that begin spellings of one name made one; `None` for a digit.
    pub fn first(&self) -> Option<char> {
        Some(match self.letters.chars().next()? {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' => 'a',
            'b' | 'p' => 'b',
            'd' | 't' => 'd',
            'f' | 'v' | 'w' => 'f',
            'c' | 'g' | 'k' | 'q' => 'k',
            's' | 'x' | 'z' => 's',
            other if other.is_alphabetic() => other,
            _ => return None,
        })
    }

    /// The skeleton of this word and `next` written together.
    pub fn joined(&self, next: &Self) -> Skeleton {
        skeleton(&format!("{}{}", self.letters, next.letters))
    }
}

impl Name {
    /// The words of each reading, without particles and titles.
    pub fn blocking_words(&self) -> impl Iterator<Item = Vec<BlockingWord>> + '_ {
        self.readings.iter().map(|reading| {
            let words = reading.parts.iter().map(|part| &part.word);
            words
                .filter(|word| word.counts())
                .map(|word| BlockingWord {
                    skeletons: word
                        .forms
                        .iter()
                        .map(|form| unpack(sound::skeleton(&form.sounds)))
                        .collect(),
                    rarity: word.rarity,
                    initial: word.class == Class::Initial,
                    letters: word.letters.clone(),
                    families: word.spellings.clone(),
                    nicknames: word.nicknames.clone(),
                })
                .collect()
        })
    }
}

/// A vowel at the beginning, which spellings add and leave out.
const VOWEL: u8 = 1;

fn unpack(packed: u64) -> Skeleton {
    (0..16)
        .rev()
        .map(|place| (packed >> (4 * place) & 15) as u8)
        .filter(|class| *class > VOWEL)
        .collect()
}

fn skeleton(word: &str) -> Skeleton {
    unpack(sound::skeleton(&sound::sounds(word)))
}

static SPELLINGS: LazyLock<Vec<Vec<Skeleton>>> =
    LazyLock::new(|| by_number(families::members().into_iter()));

static NICKNAMES: LazyLock<Vec<Vec<Skeleton>>> =
    LazyLock::new(|| by_number(families::nickname_members().into_iter()));

/// The skeletons of all words of each number, each once.
fn by_number(members: impl Iterator<Item = (&'static str, &'static [u16])>) -> Vec<Vec<Skeleton>> {
    let mut all: Vec<Vec<Skeleton>> = Vec::new();
    for (word, numbers) in members {
        let own = skeleton(word);
        for number in numbers {
            let at = usize::from(*number);
            if all.len() <= at {
                all.resize_with(at + 1, Vec::new);
            }
            if !all[at].contains(&own) {
                all[at].push(own.clone());
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> Vec<BlockingWord> {
        Name::new(name).blocking_words().next().unwrap()
    }

    #[test]
    fn spellings_share_a_skeleton_or_are_kin() {
        let of = |name| words(name).remove(0);
        assert_eq!(of("Khouri").skeletons, of("Khury").skeletons);
        assert_eq!(of("Ahmed").skeletons, of("Ahmad").skeletons);
        let (full, short) = (of("William"), of("Bill"));
        assert!(full.kin().any(|kin| *kin == short.skeletons[0]));
        assert!(short.kin().any(|kin| *kin == full.skeletons[0]));
        assert_eq!(of("Qasim").first(), of("Kassem").first());
        let pair = words("Mohammed Ali");
        assert_eq!(pair[0].joined(&pair[1]), of("MOHAMMEDALI").skeletons[0]);
    }
}
