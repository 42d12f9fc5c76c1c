//! The frozen weights, in bits. Written by the `fit` example; see `docs/matching.md`.

use crate::features;

/// Weight of each feature of a name comparison.
#[rustfmt::skip]
pub(crate) static NAME: [f32; features::COUNT] = [
     -1.0218, // exact, each
      0.2789, // spelling-family, each
     -0.3907, // nickname, each
     -0.4097, // romanisation, each
     -0.1231, // near-romanisation, each
     -0.3691, // loose-romanisation, each
     -0.5298, // transliteration, each
     -0.3102, // near-transliteration, each
     -0.2893, // loose-transliteration, each
     -0.5713, // typo, each
     -0.5716, // two-typos, each
     -0.1937, // initial, each
     -0.1404, // truncated, each
     -0.0888, // joined, each
     -0.0849, // near-joined, each
      0.0883, // exact, a bit of rarity
      0.0561, // spelling-family, a bit of rarity
     -0.3494, // nickname, a bit of rarity
      0.1433, // romanisation, a bit of rarity
      0.0374, // near-romanisation, a bit of rarity
     -0.1178, // loose-romanisation, a bit of rarity
      0.0805, // transliteration, a bit of rarity
     -0.1554, // near-transliteration, a bit of rarity
     -0.2261, // loose-transliteration, a bit of rarity
      0.0761, // typo, a bit of rarity
     -0.0403, // two-typos, a bit of rarity
     -0.0678, // initial, a bit of rarity
     -0.0864, // truncated, a bit of rarity
     -0.0090, // joined, a bit of rarity
     -0.0481, // near-joined, a bit of rarity
     -0.5825, // distance of sound times rarity
     -1.2121, // inexact agreement over length
     -1.7962, // contradicted word, each
     -0.0423, // contradicted word, a bit of rarity
     -0.5857, // left word without partner, each
     -0.0000, // left word without partner, a bit of rarity
      0.1136, // right word without partner, each
      0.0001, // right word without partner, a bit of rarity
     -1.1693, // patronymic contradicted
     -0.0236, // patronymic on one side
      0.9826, // surname agrees
     -0.1541, // surname contradicted
     -0.0000, // surname and given name swapped
     -0.6843, // given names contradicted
      0.6525, // extent: lesser side nothing, greater side part
      0.0000, // extent: lesser side nothing, greater side most
      0.0000, // extent: lesser side nothing, greater side all
     -0.3779, // extent: lesser side up to 0.35, greater side part
     -0.0714, // extent: lesser side up to 0.35, greater side most
     -0.0011, // extent: lesser side up to 0.35, greater side all
     -0.1871, // extent: lesser side up to 0.6, greater side part
     -0.5987, // extent: lesser side up to 0.6, greater side most
      0.7171, // extent: lesser side up to 0.6, greater side all
      0.0000, // extent: lesser side up to 0.85, greater side part
     -0.4141, // extent: lesser side up to 0.85, greater side most
      0.2887, // extent: lesser side up to 0.85, greater side all
      0.0000, // extent: lesser side all, greater side part
     -1.3267, // extent: lesser side all, greater side most
      1.3187, // extent: lesser side all, greater side all
      0.6525, // 0 words agree
      0.0548, // 1 words agree
      0.2147, // 2 words agree
      0.1195, // 3 words agree
     -1.0414, // 4 words agree
      1.6670, // agreeing rarity up to 12 bits
      1.3514, // agreeing rarity beyond 12 bits
     -0.3060, // a side has one word
      0.1042, // a side has one word, a bit of its rarity
     -1.6075, // scripts differ
     -0.0000, // order differs
];

/// What every comparison starts from: the constant with the prior in it.
pub(crate) const CONSTANT: f32 = -5.4552;

// Fitted weights of dates and nationalities, which `evidence.rs` tempers:
//     5.23 same-day
//     0.61 day-month-swapped
//     0.00 one-or-two-days-apart
//     0.04 same-month
//     3.10 within
//     0.36 same-year
//     0.89 year-off
//    -0.20 one-year-apart
//    -1.99 two-or-three-years-apart
//    -3.42 four-to-ten-years-apart
//    -4.11 another-age
//     1.14 same nationality
//    -1.84 another nationality
