//! The frozen weights, in bits. Written by the `fit` example; see `docs/matching.md`.

use crate::features;

/// Weight of each feature of a name comparison.
#[rustfmt::skip]
pub(crate) static NAME: [f32; features::COUNT] = [
     -1.0955, // exact, each
      0.1214, // spelling-family, each
     -0.4114, // nickname, each
     -0.4763, // romanisation, each
     -0.1844, // near-romanisation, each
     -0.3937, // loose-romanisation, each
      0.2164, // transliteration, each
      0.0157, // near-transliteration, each
      0.0212, // loose-transliteration, each
     -0.7450, // typo, each
     -0.6429, // two-typos, each
     -0.0492, // initial, each
     -0.3092, // truncated, each
     -0.1116, // joined, each
     -0.1381, // near-joined, each
      0.0755, // exact, a bit of rarity
      0.0426, // spelling-family, a bit of rarity
     -0.3680, // nickname, a bit of rarity
      0.1256, // romanisation, a bit of rarity
      0.0129, // near-romanisation, a bit of rarity
     -0.1491, // loose-romanisation, a bit of rarity
      0.2045, // transliteration, a bit of rarity
      0.0201, // near-transliteration, a bit of rarity
      0.0174, // loose-transliteration, a bit of rarity
      0.0597, // typo, a bit of rarity
     -0.0668, // two-typos, a bit of rarity
     -0.0172, // initial, a bit of rarity
     -0.1814, // truncated, a bit of rarity
     -0.0368, // joined, a bit of rarity
     -0.0229, // near-joined, a bit of rarity
     -0.4842, // distance of sound times rarity
     -1.0654, // inexact agreement over length
     -1.6463, // contradicted word, each
     -0.0495, // contradicted word, a bit of rarity
      0.4038, // left word without partner, each
     -0.0873, // left word without partner, a bit of rarity
     -0.4330, // right word without partner, each
      0.0759, // right word without partner, a bit of rarity
     -1.1040, // patronymic contradicted
      0.0754, // patronymic on one side
      0.7296, // surname agrees
     -0.2996, // surname contradicted
     -1.0464, // surname and given name swapped
     -0.6287, // given names contradicted
      0.8076, // extent: lesser side nothing, greater side part
      0.0000, // extent: lesser side nothing, greater side most
      0.0000, // extent: lesser side nothing, greater side all
     -0.4756, // extent: lesser side up to 0.35, greater side part
     -0.0626, // extent: lesser side up to 0.35, greater side most
     -0.2720, // extent: lesser side up to 0.35, greater side all
     -0.1975, // extent: lesser side up to 0.6, greater side part
     -0.5013, // extent: lesser side up to 0.6, greater side most
      0.7992, // extent: lesser side up to 0.6, greater side all
      0.0000, // extent: lesser side up to 0.85, greater side part
     -0.4588, // extent: lesser side up to 0.85, greater side most
      0.3824, // extent: lesser side up to 0.85, greater side all
      0.0000, // extent: lesser side all, greater side part
     -1.2202, // extent: lesser side all, greater side most
      1.1990, // extent: lesser side all, greater side all
      0.5702, // 0 words agree
     -0.1436, // 1 words agree
      0.3750, // 2 words agree
      0.4554, // 3 words agree
     -1.2569, // 4 words agree
      1.7556, // agreeing rarity up to 12 bits
      1.3552, // agreeing rarity beyond 12 bits
     -0.2091, // a side has one word
      0.0168, // a side has one word, a bit of its rarity
      0.1617, // scripts differ
     -0.3899, // order differs
];

/// What every comparison starts from: the constant with the prior in it.
pub(crate) const CONSTANT: f32 = -5.3292;

// Fitted weights of dates and nationalities, which `evidence.rs` tempers:
//     5.22 same-day
//     0.62 day-month-swapped
//     0.00 one-or-two-days-apart
//     0.05 same-month
//     3.12 within
//     0.35 same-year
//     0.89 year-off
//    -0.32 one-year-apart
//    -2.02 two-or-three-years-apart
//    -3.45 four-to-ten-years-apart
//    -4.09 another-age
//     1.03 same nationality
//    -1.81 another nationality
