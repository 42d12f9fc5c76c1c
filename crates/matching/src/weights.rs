//! The frozen weights, in bits. Written by the `fit` example; see `docs/matching.md`.

use crate::features;

/// Weight of each feature of a name comparison.
#[rustfmt::skip]
pub(crate) static NAME: [f32; features::COUNT] = [
     -0.3856, // exact, each
     -0.3856, // spelling-family, each
     -0.4201, // nickname, each
     -0.2518, // romanisation, each
     -0.2971, // near-romanisation, each
     -0.4063, // loose-romanisation, each
     -0.5513, // transliteration, each
     -0.3204, // near-transliteration, each
     -0.3195, // loose-transliteration, each
     -0.2356, // typo, each
     -0.6388, // two-typos, each
     -0.2778, // initial, each
     -0.3529, // truncated, each
     -0.1160, // joined, each
     -0.1892, // near-joined, each
      0.0499, // exact, a bit of rarity
      0.0499, // spelling-family, a bit of rarity
     -0.3756, // nickname, a bit of rarity
      0.1208, // romanisation, a bit of rarity
      0.0576, // near-romanisation, a bit of rarity
     -0.1312, // loose-romanisation, a bit of rarity
      0.0974, // transliteration, a bit of rarity
     -0.1547, // near-transliteration, a bit of rarity
     -0.2380, // loose-transliteration, a bit of rarity
      0.0519, // typo, a bit of rarity
     -0.0286, // two-typos, a bit of rarity
     -0.0972, // initial, a bit of rarity
     -0.1535, // truncated, a bit of rarity
      0.0063, // joined, a bit of rarity
     -0.0674, // near-joined, a bit of rarity
     -0.4818, // distance of sound times rarity
     -1.0340, // inexact agreement over length
     -1.8310, // contradicted word, each
     -0.0512, // contradicted word, a bit of rarity
     -0.7557, // left word without partner, each
     -0.0001, // left word without partner, a bit of rarity
      0.0460, // right word without partner, each
      0.0001, // right word without partner, a bit of rarity
     -1.2189, // patronymic contradicted
     -0.0430, // patronymic on one side
      0.9203, // surname agrees
     -0.2001, // surname contradicted
     -0.0000, // surname and given name swapped
     -0.6940, // given names contradicted
      0.6970, // extent: lesser side nothing, greater side part
      0.0000, // extent: lesser side nothing, greater side most
      0.0000, // extent: lesser side nothing, greater side all
     -0.3209, // extent: lesser side up to 0.35, greater side part
     -0.2404, // extent: lesser side up to 0.35, greater side most
     -0.1394, // extent: lesser side up to 0.35, greater side all
     -0.3360, // extent: lesser side up to 0.6, greater side part
     -0.5536, // extent: lesser side up to 0.6, greater side most
      0.6109, // extent: lesser side up to 0.6, greater side all
      0.0000, // extent: lesser side up to 0.85, greater side part
     -0.3251, // extent: lesser side up to 0.85, greater side most
      0.5862, // extent: lesser side up to 0.85, greater side all
      0.0000, // extent: lesser side all, greater side part
     -1.3825, // extent: lesser side all, greater side most
      1.4039, // extent: lesser side all, greater side all
      0.6970, // 0 words agree
     -0.0224, // 1 words agree
      0.1720, // 2 words agree
      0.1422, // 3 words agree
     -0.9888, // 4 words agree
      1.7731, // agreeing rarity up to 12 bits
      1.1259, // agreeing rarity beyond 12 bits
     -0.3396, // a side has one word
      0.0580, // a side has one word, a bit of its rarity
     -1.7437, // scripts differ
     -0.0000, // order differs
      0.7634, // a title agrees
];

/// What every comparison starts from: the constant with the prior in it.
pub(crate) const CONSTANT: f32 = -5.4204;

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
//    -3.32 four-to-ten-years-apart
//    -4.16 another-age
//     1.39 same nationality
//    -1.87 another nationality
