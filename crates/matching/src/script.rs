//! Which script a word is written in.

use tidewaiter_domain::Script;

/// The scripts this crate romanises; everything else is [`Writing::Other`] and compared as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Writing {
    Latin,
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Georgian,
    Armenian,
    Han,
    Kana,
    Hangul,
    Devanagari,
    Other,
}

impl Writing {
    /// The script of one letter; `None` for digits, marks and punctuation.
    pub(crate) fn of(letter: char) -> Option<Self> {
        Some(match letter as u32 {
            0x41..=0x5a | 0x61..=0x7a | 0xc0..=0x24f | 0x1e00..=0x1eff | 0xff21..=0xff5a => {
                Self::Latin
            }
            0x370..=0x3ff | 0x1f00..=0x1fff => Self::Greek,
            0x400..=0x52f => Self::Cyrillic,
            0x531..=0x587 => Self::Armenian,
            0x590..=0x5ff => Self::Hebrew,
            0x600..=0x6ff | 0x750..=0x77f | 0xfb50..=0xfdff | 0xfe70..=0xfeff => Self::Arabic,
            0x900..=0x97f => Self::Devanagari,
            0x10a0..=0x10ff | 0x1c90..=0x1cbf => Self::Georgian,
            0x1100..=0x11ff | 0xac00..=0xd7af => Self::Hangul,
            0x3040..=0x30ff | 0x31f0..=0x31ff => Self::Kana,
            0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff => Self::Han,
            _ if letter.is_alphabetic() => Self::Other,
            _ => return None,
        })
    }

    /// The script of the first letter of `word`.
    pub(crate) fn of_word(word: &str) -> Self {
        word.chars().find_map(Self::of).unwrap_or(Self::Latin)
    }

    /// Whether short vowels are not written, so that a romanisation lacks them.
    pub(crate) const fn leaves_vowels_out(self) -> bool {
        matches!(self, Self::Arabic | Self::Hebrew)
    }
}

/// The script of most letters of `text`, as lists state it.
pub fn script_of(text: &str) -> Script {
    let mut counts = [0_usize; 12];
    for writing in text.chars().filter_map(Writing::of) {
        counts[writing as usize] += 1;
    }
    const CODES: [[u8; 4]; 12] = [
        *b"Latn", *b"Cyrl", *b"Grek", *b"Arab", *b"Hebr", *b"Geor", *b"Armn", *b"Hani", *b"Kana",
        *b"Hang", *b"Deva", *b"Zyyy",
    ];
    let mut best = 11;
    for (index, count) in counts.iter().enumerate() {
        if *count > counts[best] {
            best = index;
        }
    }
    Script(CODES[best])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_letters_decide() {
        assert_eq!(script_of("Иван Petrov Сидоров").as_str(), "Cyrl");
        assert_eq!(script_of("قصي صدام").as_str(), "Arab");
        assert_eq!(script_of("123").as_str(), "Zyyy");
        assert_eq!(script_of("김정은").as_str(), "Hang");
    }
}
