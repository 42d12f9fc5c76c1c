//! For the offline programs that measure names and fit the weights: the same eyes the comparison
//! has, and nothing of them is used at run time.

use crate::align::align;
use crate::features;
use crate::name::{self, Reading};
use crate::relation::Relation;
use crate::word::Class;

/// Number of features of a name comparison.
pub const FEATURES: usize = features::COUNT;

/// The feature of agreeing rarity up to a limit; the next one is what lies beyond it.
pub const AGREEING: usize = features::TOTAL;

/// Features that are not fitted: what a side leaves out counts, not how rare it is; and surname and
/// given name change places too often among travellers to speak against anyone.
pub const HELD_AT_ZERO: [usize; 4] = [
    features::LEFT_ALONE_RARITY,
    features::RIGHT_ALONE_RARITY,
    features::ROLES + 2,
    features::INVERTED,
];

/// Features whose first may weigh no less than its second.
pub const AT_LEAST: [(usize, usize); 2] = [
    (
        features::LINKS + Relation::Exact as usize,
        features::LINKS + Relation::Family as usize,
    ),
    (
        features::LINK_RARITY + Relation::Exact as usize,
        features::LINK_RARITY + Relation::Family as usize,
    ),
];

/// The words of a name that carry identity, as the frequency table knows them.
pub fn words(name: &str) -> Vec<String> {
    let Some(reading) = name::word_by_word(name) else {
        return Vec::new();
    };
    reading
        .parts
        .iter()
        .filter(|part| matches!(part.word.class, Class::Core | Class::Patronymic))
        .map(|part| part.word.text().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// The features of every reading of the left name against every reading of the right one.
pub fn features(left: &str, right: &str) -> Vec<[f32; FEATURES]> {
    let right: Vec<Reading> = name::readings_of_text(right);
    name::readings_of_text(left)
        .iter()
        .flat_map(|one| {
            right.iter().map(|other| {
                let alignment = align(&one.parts, &other.parts);
                features::of(&one.parts, &other.parts, &alignment)
            })
        })
        .collect()
}

/// What a feature counts.
pub fn label(feature: usize) -> String {
    features::label(feature)
}
