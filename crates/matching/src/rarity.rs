//! How rare a word is among people, in bits: 1 of 2ⁿ names bears it.
//!
//! The table `data/frequency.tsv` holds a word, its rarity over all cultures, and the culture in
//! which it is most frequent with its rarity there. It is made by
//! `cargo run -p tidewaiter-matching --example frequency` from the name tables (CC0, MIT) and the
//! names of the UN and OFAC lists.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::families;
use crate::word::Class;

/// Rarity of a word that no table knows.
pub(crate) const UNKNOWN: f32 = 14.5;

/// Rarity of a patronymic no table knows; the father's name behind it is a common one.
const PATRONYMIC: f32 = 9.0;

/// Rarity of a single letter.
pub(crate) const INITIAL: f32 = 3.5;

/// The rarity of the least rare word there is.
pub(crate) static LEAST: LazyLock<f32> =
    LazyLock::new(|| TABLE.values().copied().fold(TITLE_AS_NAME, f32::min));

/// Rarity of a title or particle that is all there is of a name.
pub(crate) const TITLE_AS_NAME: f32 = 6.0;

static TABLE: LazyLock<HashMap<&'static str, f32>> = LazyLock::new(|| {
    include_str!("../data/frequency.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some((cells.next()?, cells.next()?.parse().ok()?))
        })
        .collect()
});

/// The rarity of a folded word of a class, in bits.
pub(crate) fn bits(word: &str, class: Class) -> f32 {
    match class {
        Class::Title | Class::Particle => 0.0,
        Class::Initial => INITIAL,
        Class::Patronymic => TABLE
            .get(word)
            .map_or(PATRONYMIC, |bits| bits.min(PATRONYMIC)),
        Class::Core | Class::Korean => TABLE.get(word).copied().unwrap_or(UNKNOWN),
    }
}

/// Whether the table knows a folded word as commoner than `bits`.
pub(crate) fn commoner_than(word: &str, bits: f32) -> bool {
    TABLE.get(word).is_some_and(|rarity| *rarity < bits)
}

/// Rarity of a Korean syllable that is a particle or a letter elsewhere (`Il`, `An`, `U`).
pub(crate) const KOREAN_SYLLABLE: f32 = 8.0;

/// How many bits rarer among people at large than among Koreans a Korean syllable is.
const KOREANS: f32 = 5.0;

/// The rarity of a Korean given name from that of its two syllables: that its bearer is Korean is
/// said once.
pub(crate) fn korean_pair(first: f32, second: f32) -> f32 {
    (first + second - KOREANS).clamp(7.0, 12.0)
}

/// The rarity of a spelling family as a whole: how often any of its spellings is met.
pub(crate) fn of_families(families: &[u16], own: f32) -> f32 {
    families
        .iter()
        .filter_map(|family| FAMILIES.get(usize::from(*family)))
        .fold(own, |least, bits| least.min(*bits))
}

static FAMILIES: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let mut shares: Vec<f32> = Vec::new();
    for (word, members) in families::members() {
        let share = TABLE.get(word).map_or(0.0, |bits| (-bits).exp2());
        for family in members {
            let at = usize::from(*family);
            if shares.len() <= at {
                shares.resize(at + 1, 0.0);
            }
            shares[at] += share;
        }
    }
    shares
        .into_iter()
        .map(|share| if share > 0.0 { -share.log2() } else { UNKNOWN })
        .collect()
});
