//! The frozen weights, in bits. Written by the `fit` example; see `docs/matching.md`.

use crate::features;

/// Weight of each feature of a name comparison.
#[rustfmt::skip]
pub(crate) static NAME: [f32; features::COUNT] = [
     -1.0200, // exact, each
      0.3093, // spelling-family, each
     -0.3905, // nickname, each
     -0.4137, // romanisation, each
     -0.1234, // near-romanisation, each
     -0.3301, // loose-romanisation, each
     -0.5329, // transliteration, each
     -0.3102, // near-transliteration, each
     -0.2898, // loose-transliteration, each
     -0.5772, // typo, each
     -0.5724, // two-typos, each
     -0.1514, // initial, each
     -0.1400, // truncated, each
     -0.0903, // joined, each
     -0.0852, // near-joined, each
      0.0882, // exact, a bit of rarity
      0.0552, // spelling-family, a bit of rarity
     -0.3492, // nickname, a bit of rarity
      0.1436, // romanisation, a bit of rarity
      0.0370, // near-romanisation, a bit of rarity
     -0.1208, // loose-romanisation, a bit of rarity
      0.0811, // transliteration, a bit of rarity
     -0.1551, // near-transliteration, a bit of rarity
     -0.2259, // loose-transliteration, a bit of rarity
      0.0766, // typo, a bit of rarity
     -0.0401, // two-typos, a bit of rarity
     -0.0530, // initial, a bit of rarity
     -0.0862, // truncated, a bit of rarity
     -0.0093, // joined, a bit of rarity
     -0.0488, // near-joined, a bit of rarity
     -0.5817, // distance of sound times rarity
     -1.2156, // inexact agreement over length
     -1.8173, // contradicted word, each
     -0.0395, // contradicted word, a bit of rarity
     -0.5890, // left word without partner, each
     -0.0000, // left word without partner, a bit of rarity
      0.1135, // right word without partner, each
      0.0001, // right word without partner, a bit of rarity
     -1.1696, // patronymic contradicted
     -0.0146, // patronymic on one side
      0.9719, // surname agrees
     -0.1440, // surname contradicted
     -0.0000, // surname and given name swapped
     -0.6762, // given names contradicted
      0.6468, // extent: lesser side nothing, greater side part
      0.0000, // extent: lesser side nothing, greater side most
      0.0000, // extent: lesser side nothing, greater side all
     -0.3828, // extent: lesser side up to 0.35, greater side part
     -0.0764, // extent: lesser side up to 0.35, greater side most
      0.0012, // extent: lesser side up to 0.35, greater side all
     -0.1913, // extent: lesser side up to 0.6, greater side part
     -0.5845, // extent: lesser side up to 0.6, greater side most
      0.7257, // extent: lesser side up to 0.6, greater side all
      0.0000, // extent: lesser side up to 0.85, greater side part
     -0.4101, // extent: lesser side up to 0.85, greater side most
      0.2833, // extent: lesser side up to 0.85, greater side all
      0.0000, // extent: lesser side all, greater side part
     -1.3237, // extent: lesser side all, greater side most
      1.3119, // extent: lesser side all, greater side all
      0.6468, // 0 words agree
      0.0411, // 1 words agree
      0.2179, // 2 words agree
      0.1303, // 3 words agree
     -1.0362, // 4 words agree
      1.6734, // agreeing rarity up to 12 bits
      1.3476, // agreeing rarity beyond 12 bits
     -0.2984, // a side has one word
      0.1008, // a side has one word, a bit of its rarity
     -1.6149, // scripts differ
     -0.0000, // order differs
];

/// What every comparison starts from: the constant with the prior in it.
pub(crate) const CONSTANT: f32 = -5.4685;

// Fitted weights of dates and nationalities, which `evidence.rs` tempers:
//     5.23 same-day
//     0.61 day-month-swapped
//     0.00 one-or-two-days-apart
//     0.04 same-month
//     3.10 within
//     0.36 same-year
//     0.89 year-off
//    -0.21 one-year-apart
//    -2.00 two-or-three-years-apart
//    -3.42 four-to-ten-years-apart
//    -4.11 another-age
//     1.14 same nationality
//    -1.84 another nationality
