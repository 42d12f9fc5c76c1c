//! What two words of two names are to each other.

use crate::families;
use crate::korean;
use crate::sound;
use crate::word::{self, Class, Form, Word};

/// The named relation of an aligned pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// The same letters.
    Exact,
    /// Spellings of one name by convention (`Mohd`, `Muhammad`).
    Family,
    /// A nickname and its full name.
    Nickname,
    /// One name in two romanisations (`Khouri`, `Khury`).
    Romanisation,
    /// Nearly so.
    NearRomanisation,
    /// They sound somewhat alike.
    LooseRomanisation,
    /// One word in two scripts.
    Transliteration,
    /// Nearly so.
    NearTransliteration,
    /// Somewhat alike across scripts.
    LooseTransliteration,
    /// One typing error.
    Typo,
    /// Two typing errors.
    TwoTypos,
    /// A letter standing for a word.
    Initial,
    /// The beginning of a word that a field cut short.
    Truncated,
    /// Words written together.
    Joined,
    /// Words written together and spelled a little differently.
    NearJoined,
}

impl Relation {
    /// Number of relations.
    pub(crate) const COUNT: usize = 15;

    /// All relations in the order of their declaration.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Exact,
        Self::Family,
        Self::Nickname,
        Self::Romanisation,
        Self::NearRomanisation,
        Self::LooseRomanisation,
        Self::Transliteration,
        Self::NearTransliteration,
        Self::LooseTransliteration,
        Self::Typo,
        Self::TwoTypos,
        Self::Initial,
        Self::Truncated,
        Self::Joined,
        Self::NearJoined,
    ];

    /// The name in results: `exact`, `spelling-family` ...
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Family => "spelling-family",
            Self::Nickname => "nickname",
            Self::Romanisation => "romanisation",
            Self::NearRomanisation => "near-romanisation",
            Self::LooseRomanisation => "loose-romanisation",
            Self::Transliteration => "transliteration",
            Self::NearTransliteration => "near-transliteration",
            Self::LooseTransliteration => "loose-transliteration",
            Self::Typo => "typo",
            Self::TwoTypos => "two-typos",
            Self::Initial => "initial",
            Self::Truncated => "truncated",
            Self::Joined => "joined",
            Self::NearJoined => "near-joined",
        }
    }

    /// How much of the word's rarity the relation is worth when words compete for partners.
    const fn worth(self) -> f32 {
        match self {
            Self::Exact => 1.0,
            Self::Family | Self::Joined => 0.95,
            Self::Transliteration | Self::Romanisation => 0.9,
            Self::Typo | Self::NearTransliteration | Self::NearRomanisation => 0.75,
            Self::NearJoined => 0.75,
            Self::Nickname | Self::Truncated => 0.6,
            Self::TwoTypos => 0.5,
            Self::LooseRomanisation | Self::LooseTransliteration => 0.4,
            Self::Initial => 0.3,
        }
    }
}

/// Two words held against each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Likeness {
    pub(crate) relation: Relation,
    /// How far apart they sound, 0 to 1.
    pub(crate) distance: f32,
    /// Rarity of what they share, in bits.
    pub(crate) rarity: f32,
    /// Letters of the shorter word.
    pub(crate) length: f32,
}

impl Likeness {
    /// Greater is the better partner.
    pub(crate) fn worth(&self) -> f32 {
        self.relation.worth() * (1.0 - 0.5 * self.distance) * (self.rarity + 2.0)
    }
}

/// Two Latin spellings that differ in more letters than this are not held for one name unless a
/// family says so.
const MOST_DIFFERING: u32 = 6;

/// How far apart two words of one script, and of two, may sound to be held for one.
pub(crate) const FARTHEST: f32 = 0.29;
pub(crate) const FARTHEST_ACROSS: f32 = 0.32;

/// How far apart two spellings of one Korean syllable are said to sound.
const KOREAN_DISTANCE: f32 = 0.05;

/// What the two words are to each other; `None` when they have nothing in common.
///
/// `cut` says that the left or the right word may have been cut short.
pub(crate) fn relate(left: &Word, right: &Word, cut: (bool, bool)) -> Option<Likeness> {
    let (a, b) = (left.text(), right.text());
    let length = a.len().min(b.len()) as f32;
    let rarity = left.rarity.min(right.rarity);
    let like = |relation, distance| {
        Some(Likeness {
            relation,
            distance,
            rarity,
            length,
        })
    };
    if !left.counts() || !right.counts() {
        return None;
    }
    let foreign = left.native.is_some() || right.native.is_some();
    if let (Some(own), Some(other)) = (&left.native, &right.native)
        && left.writing == right.writing
    {
        return own_script(own, other, &like);
    }
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if left.class == Class::Initial || right.class == Class::Initial {
        let same = a.as_bytes()[0] == b.as_bytes()[0];
        let both = left.class == right.class;
        return match (same, both) {
            (true, _) => like(Relation::Initial, 0.0),
            _ => None,
        };
    }
    if a == b {
        return if foreign {
            like(Relation::Transliteration, 0.0)
        } else {
            like(Relation::Exact, 0.0)
        };
    }
    // The article glued or left off, a mark written out or dropped.
    let written_alike = || {
        (left.forms.len() > 1 || right.forms.len() > 1)
            && left
                .forms
                .iter()
                .any(|one| right.forms.iter().any(|other| one.text == other.text))
    };
    if !foreign && written_alike() {
        return like(Relation::Family, 0.0);
    }
    if families::share(&left.spellings, &right.spellings) {
        return Some(Likeness {
            relation: Relation::Family,
            distance: 0.0,
            rarity: left.family_rarity.min(right.family_rarity),
            length,
        });
    }
    if left.class == Class::Korean && right.class == Class::Korean {
        let relation = if foreign {
            Relation::Transliteration
        } else {
            Relation::Romanisation
        };
        return korean::may_be_one(&left.syllables, &right.syllables)
            .then(|| like(relation, KOREAN_DISTANCE))
            .flatten();
    }
    let heads = (word::compound_head(a), word::compound_head(b));
    // Sounds that two compounds share by their heads alone.
    let shared = match heads {
        (Some((one, _)), Some((other, _))) if one == other && foreign => 0,
        (Some((one, sounds)), Some((other, _))) if one == other => sounds,
        (Some(_), Some(_)) => return None,
        _ => 0,
    };
    let length = length - shared as f32;
    let like = |relation, distance| {
        Some(Likeness {
            relation,
            distance,
            rarity,
            length,
        })
    };
    let differing = (left.mask ^ right.mask).count_ones();
    let shares_nickname = families::share(&left.nicknames, &right.nicknames);
    if !foreign && differing > MOST_DIFFERING && !shares_nickname {
        return None;
    }
    let mut distance = 1.0_f32;
    for one in &left.forms {
        for other in &right.forms {
            let (one, other) = (
                one.sounds.get(shared..).unwrap_or(&one.sounds),
                other.sounds.get(shared..).unwrap_or(&other.sounds),
            );
            // Two abjads of different scripts are compared as if one wrote its vowels.
            let apart = if right.writing.leaves_vowels_out() {
                sound::distance(other, one, true)
            } else {
                sound::distance(one, other, left.writing.leaves_vowels_out())
            };
            distance = distance.min(apart);
        }
    }
    if foreign {
        let relation = if distance <= 0.10 {
            Relation::Transliteration
        } else if distance <= 0.20 {
            Relation::NearTransliteration
        } else if distance <= FARTHEST_ACROSS {
            Relation::LooseTransliteration
        } else {
            return None;
        };
        return like(relation, distance);
    }
    if distance <= 0.09 {
        return like(Relation::Romanisation, distance);
    }
    // Two errors change four letters at most; a mark written out or an article adds two.
    let has_errors = |errors: usize, shortest: f32| {
        let pairs = left.forms.iter();
        let mut pairs = pairs.flat_map(|one| right.forms.iter().map(move |other| (one, other)));
        let is_so = |one: &Form, other: &Form| {
            sound::typing_errors(&one.text, &other.text, errors).is_some()
        };
        differing <= 6 && length >= shortest && pairs.any(|(one, other)| is_so(one, other))
    };
    if has_errors(1, 4.0) {
        return like(Relation::Typo, distance.min(0.3));
    }
    if distance <= 0.18 {
        return like(Relation::NearRomanisation, distance);
    }
    if shares_nickname {
        return like(Relation::Nickname, 0.0);
    }
    if let Some(rarity) = prefix(left, right, cut) {
        return Some(Likeness {
            relation: Relation::Truncated,
            distance: 0.0,
            rarity,
            length,
        });
    }
    if has_errors(2, 6.0) {
        return like(Relation::TwoTypos, distance.min(0.4));
    }
    if distance <= FARTHEST {
        return like(Relation::LooseRomanisation, distance);
    }
    None
}

fn own_script(
    own: &str,
    other: &str,
    like: &dyn Fn(Relation, f32) -> Option<Likeness>,
) -> Option<Likeness> {
    if own == other {
        return like(Relation::Exact, 0.0);
    }
    // Letters are mapped to bytes of their own; a script has fewer than 250 that a name uses.
    let mut seen: Vec<char> = Vec::new();
    let mut bytes = |text: &str| -> String {
        text.chars()
            .map(|letter| {
                let at = seen
                    .iter()
                    .position(|known| *known == letter)
                    .unwrap_or_else(|| {
                        seen.push(letter);
                        seen.len() - 1
                    });
                char::from((at % 96) as u8 + b' ')
            })
            .collect()
    };
    let (a, b) = (bytes(own), bytes(other));
    match sound::typing_errors(&a, &b, 2) {
        Some(1) if a.len().min(b.len()) >= 3 => like(Relation::Typo, 0.1),
        Some(2) if a.len().min(b.len()) >= 6 => like(Relation::TwoTypos, 0.2),
        _ => None,
    }
}

/// Rarity of a shared beginning, when the shorter word may have been cut.
fn prefix(left: &Word, right: &Word, cut: (bool, bool)) -> Option<f32> {
    let (a, b) = (left.text(), right.text());
    let (short, long, may, rarity) = if a.len() < b.len() {
        (a, b, cut.0, right.rarity)
    } else {
        (b, a, cut.1, left.rarity)
    };
    (may && short.len() >= 2 && long.starts_with(short)).then(|| {
        // Each letter tells about two bits.
        rarity.min(2.0 * short.len() as f32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word;

    fn relation(a: &str, b: &str) -> Option<Relation> {
        let (a, b) = (word::read(a).unwrap(), word::read(b).unwrap());
        relate(&a, &b, (false, false)).map(|like| like.relation)
    }

    #[test]
    fn every_pair_has_its_name() {
        assert_eq!(relation("Yasir", "YASIR"), Some(Relation::Exact));
        assert_eq!(relation("Mohd", "Muhammad"), Some(Relation::Family));
        assert_eq!(relation("Bill", "William"), Some(Relation::Nickname));
        assert_eq!(relation("Khouri", "Khury"), Some(Relation::Romanisation));
        assert_eq!(relation("J", "John"), Some(Relation::Initial));
        assert_eq!(relation("Garzon", "Garzpn"), Some(Relation::Typo));
        assert_eq!(
            relation("تكريتي", "Tikriti"),
            Some(Relation::Transliteration)
        );
        assert_eq!(relation("محمد", "محمد"), Some(Relation::Exact));
        assert_eq!(relation("Ivanov", "Petersen"), None);
        assert_eq!(relation("alKhazali", "Khazali"), Some(Relation::Family));
    }
}
