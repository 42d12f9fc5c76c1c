//! The frozen weights, in bits. Written by the `fit` example; see `docs/matching.md`.

use crate::features;

/// Weight of each feature of a name comparison.
#[rustfmt::skip]
pub(crate) static NAME: [f32; features::COUNT] = [
     -0.3904, // exact, each
     -0.3904, // spelling-family, each
     -0.4202, // nickname, each
     -0.2249, // romanisation, each
     -0.2974, // near-romanisation, each
     -0.4068, // loose-romanisation, each
     -0.5525, // transliteration, each
     -0.3204, // near-transliteration, each
     -0.3195, // loose-transliteration, each
     -0.2364, // typo, each
     -0.6389, // two-typos, each
     -0.2774, // initial, each
     -0.3532, // truncated, each
     -0.1167, // joined, each
     -0.1895, // near-joined, each
      0.0504, // exact, a bit of rarity
      0.0504, // spelling-family, a bit of rarity
     -0.3757, // nickname, a bit of rarity
      0.1191, // romanisation, a bit of rarity
      0.0578, // near-romanisation, a bit of rarity
     -0.1309, // loose-romanisation, a bit of rarity
      0.0976, // transliteration, a bit of rarity
     -0.1546, // near-transliteration, a bit of rarity
     -0.2376, // loose-transliteration, a bit of rarity
      0.0522, // typo, a bit of rarity
     -0.0281, // two-typos, a bit of rarity
     -0.0971, // initial, a bit of rarity
     -0.1536, // truncated, a bit of rarity
      0.0063, // joined, a bit of rarity
     -0.0673, // near-joined, a bit of rarity
     -0.4832, // distance of sound times rarity
     -1.0305, // inexact agreement over length
     -1.8306, // contradicted word, each
     -0.0513, // contradicted word, a bit of rarity
     -0.7555, // left word without partner, each
     -0.0001, // left word without partner, a bit of rarity
      0.0460, // right word without partner, each
      0.0001, // right word without partner, a bit of rarity
     -1.2188, // patronymic contradicted
     -0.0427, // patronymic on one side
      0.9197, // surname agrees
     -0.2007, // surname contradicted
     -0.0000, // surname and given name swapped
     -0.6942, // given names contradicted
      0.6949, // extent: lesser side nothing, greater side part
      0.0000, // extent: lesser side nothing, greater side most
      0.0000, // extent: lesser side nothing, greater side all
     -0.3209, // extent: lesser side up to 0.35, greater side part
     -0.2403, // extent: lesser side up to 0.35, greater side most
     -0.1391, // extent: lesser side up to 0.35, greater side all
     -0.3361, // extent: lesser side up to 0.6, greater side part
     -0.5536, // extent: lesser side up to 0.6, greater side most
      0.6104, // extent: lesser side up to 0.6, greater side all
      0.0000, // extent: lesser side up to 0.85, greater side part
     -0.3235, // extent: lesser side up to 0.85, greater side most
      0.5865, // extent: lesser side up to 0.85, greater side all
      0.0000, // extent: lesser side all, greater side part
     -1.3818, // extent: lesser side all, greater side most
      1.4036, // extent: lesser side all, greater side all
      0.6949, // 0 words agree
     -0.0254, // 1 words agree
      0.1717, // 2 words agree
      0.1448, // 3 words agree
     -0.9860, // 4 words agree
      1.7720, // agreeing rarity up to 12 bits
      1.1243, // agreeing rarity beyond 12 bits
     -0.3411, // a side has one word
      0.0581, // a side has one word, a bit of its rarity
     -1.7445, // scripts differ
     -0.0000, // order differs
      0.7632, // a title agrees
];

/// What every comparison starts from: the constant with the prior in it.
pub(crate) const CONSTANT: f32 = -5.4133;

// Fitted weights of dates and nationalities, which `evidence.rs` tempers:
//     5.28 same-day
//     0.75 day-month-swapped
//     0.00 one-or-two-days-apart
//     0.07 same-month
//     2.90 within
//     0.29 same-year
//     0.82 year-off
//    -0.36 one-year-apart
//    -2.07 two-or-three-years-apart
//    -3.33 four-to-ten-years-apart
//    -4.16 another-age
//     1.39 same nationality
//    -1.87 another nationality
