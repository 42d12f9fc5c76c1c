//! National letters into the 26 of a zone, and back where that is possible (ICAO Doc 9303 part 3,
//! section 6).
//!
//! The tables say what a *document* shows. Carriers and other lists write other spellings of the
//! same name, and States are free to transcribe by sound (`MOHAMED`) instead: use
//! [`spellings`] as additional keys, never [`to_mrz`] as the only one.
//!
//! # What was verified
//!
//! Tables A (Latin), B (Cyrillic) and C (Arabic) were compared by reading with a public transcription
//! of the whole of section 6, and spot-checked against public implementations, a guide of a
//! government and the working paper of ICAO's technical advisory group that proposed table C. The
//! official PDF was not at hand. What is not in the standard is marked *practice* in the tables:
//! Ø also as `O`, and Ћ (U+040B), for which the printed table shows a glyph beside the code of Ђ
//! and U+04BA as `C`. For ؤ drafts of 2011 had `XW` where the standard has `U`; it is understood when
//! read back, never written. The soft sign is in no table and is left out.

mod tables;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The language of a Cyrillic text, where the table of the standard depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// None of those below, or not known: the general column (Russian among others).
    #[default]
    General,
    /// Belarusian: Г as `H`, Ё as `IO`.
    Belarusian,
    /// Bulgarian: Щ as `SHT`.
    Bulgarian,
    /// Macedonian: Ќ as `KJ`, Џ as `DJ`, Х as `H`, Ц as `C`.
    Macedonian,
    /// Serbian: Ж as `Z`, Ч as `C`, Ш as `S`, Г and Х as `H`, Ц as `C`.
    Serbian,
    /// Ukrainian: Г as `H`, И as `Y`, and Є, Ї, Й, Ю, Я at the start of a name as `YE` and so on.
    Ukrainian,
}

/// A name part in the letters of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Transliteration {
    /// `A`–`Z` and, between components, `<`.
    pub text: String,
    /// Characters no table has (other scripts, digits, symbols); they were left out.
    pub unmapped: Vec<char>,
}

/// Longest list [`spellings`] gives.
pub const MOST_SPELLINGS: usize = 64;

/// One name part (a primary or a secondary identifier) as the standard recommends first.
///
/// Spaces, hyphens and commas part components; apostrophes and full stops vanish (part 3, section
/// 4.6). Diacritics that no table has are dropped; Arabic vowel signs are not encoded and a shadda
/// doubles the letter before it.
pub fn to_mrz(text: &str, language: Language) -> Transliteration {
    let mut result = Transliteration::default();
    for unit in units(text, language) {
        match unit {
            Unit::Letter(options) => result.text.push_str(options.first().copied().unwrap_or("")),
            Unit::Doubled(options) => {
                result
                    .text
                    .push_str(&doubled(options.first().copied().unwrap_or("")));
            }
            Unit::Gap => push_gap(&mut result.text),
            Unit::Unmapped(c) => result.unmapped.push(c),
        }
    }
    trim(&mut result.text);
    result
}

/// Every spelling of one name part that the standard or wide practice allows, the recommended one
/// of the general column first; at most [`MOST_SPELLINGS`]. The language is left open, so a
/// Cyrillic name gives the spellings of all languages.
///
/// Past the limit the letters further on keep their first spelling.
pub fn spellings(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for unit in units(text, Language::General) {
        let options: Vec<String> = match unit {
            Unit::Letter(options) => options.iter().map(|&s| s.to_owned()).collect(),
            Unit::Doubled(options) => options.iter().map(|s| doubled(s)).collect(),
            Unit::Gap => {
                all.iter_mut().for_each(push_gap);
                continue;
            }
            Unit::Unmapped(_) => continue,
        };
        let usable = (MOST_SPELLINGS / all.len()).clamp(1, options.len().max(1));
        all = options[..usable.min(options.len())]
            .iter()
            .flat_map(|option| all.iter().map(move |start| format!("{start}{option}")))
            .collect();
    }
    all.iter_mut().for_each(trim);
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|spelling| seen.insert(spelling.clone()));
    all
}

/// A name part in Arabic letters, where it is written with the escapes of table C.
///
/// `None` where a character stands for no Arabic letter, or where no escape (`XH`, `XSH` ...)
/// occurs at all: a name without one may as well be a Latin name. What the zone does not keep
/// cannot come back: vowel signs, and whether a doubled letter was a shadda (two letters are
/// given). `Y` gives ي, although ې is written so too; `XTA` and `XAH` both give ة.
pub fn arabic_from_mrz(text: &str) -> Option<String> {
    let mut rest = text;
    let mut arabic = String::new();
    let mut escaped = false;
    while let Some(first) = rest.chars().next() {
        if first == '<' {
            arabic.push(' ');
            rest = &rest[1..];
            continue;
        }
        let (written, letter) = tables::arabic_sequence(rest)?;
        escaped |= first == 'X';
        arabic.push(letter);
        rest = &rest[written.len()..];
    }
    escaped.then(|| arabic.trim_end().to_owned())
}

/// One step of a transliteration.
enum Unit {
    /// A letter with its spellings, the recommended one first.
    Letter(Vec<&'static str>),
    /// A letter under a shadda.
    Doubled(Vec<&'static str>),
    /// The end of a component.
    Gap,
    /// A character that no table has.
    Unmapped(char),
}

fn units(text: &str, language: Language) -> Vec<Unit> {
    let characters: Vec<char> = text.nfc().flat_map(char::to_uppercase).nfc().collect();
    let mut units: Vec<Unit> = Vec::with_capacity(characters.len());
    for (at, &c) in characters.iter().enumerate() {
        let starts = at == 0 || is_gap(characters[at - 1]);
        let ends = characters[at + 1..]
            .iter()
            .find(|&&next| !is_combining_mark(next))
            .is_none_or(|&next| is_gap(next));
        if is_gap(c) {
            units.push(Unit::Gap);
        } else if c == tables::SHADDA {
            if let Some(Unit::Letter(options)) = units.last_mut() {
                let options = std::mem::take(options);
                units.pop();
                units.push(Unit::Doubled(options));
            }
        } else if !is_silent(c) {
            push_letter(&mut units, c, Place { starts, ends }, language);
        }
    }
    units
}

/// Where in its component a letter stands.
#[derive(Clone, Copy)]
struct Place {
    starts: bool,
    ends: bool,
}

fn push_letter(units: &mut Vec<Unit>, c: char, place: Place, language: Language) {
    if let Some(options) = options(c, place, language) {
        units.push(Unit::Letter(options));
        return;
    }
    // Letters beyond the tables (ế, ﻣ): their base letters, when these are in the tables.
    let base: Vec<char> = std::iter::once(c)
        .nfkd()
        .filter(|&b| !is_combining_mark(b))
        .collect();
    let parts: Option<Vec<_>> = base
        .iter()
        .map(|&b| options_of_base(b, c, place, language))
        .collect();
    match parts {
        Some(parts) if !parts.is_empty() => units.extend(parts.into_iter().map(Unit::Letter)),
        _ => units.push(Unit::Unmapped(c)),
    }
}

fn options_of_base(
    base: char,
    whole: char,
    place: Place,
    language: Language,
) -> Option<Vec<&'static str>> {
    (base != whole)
        .then(|| options(base, place, language))
        .flatten()
}

fn options(c: char, place: Place, language: Language) -> Option<Vec<&'static str>> {
    if c.is_ascii_uppercase() {
        return tables::latin(c).map(<[_]>::to_vec);
    }
    tables::latin(c)
        .map(<[_]>::to_vec)
        .or_else(|| tables::cyrillic(c, place.starts, language))
        .or_else(|| tables::arabic(c, place.ends))
}

/// Writes a sequence twice; of an escape, the letters after the `X` (part 3, section 6, note 3:
/// the ض of فضّة is written `XDZDZ`).
fn doubled(sequence: &str) -> String {
    let again = sequence.strip_prefix('X').unwrap_or(sequence);
    format!("{sequence}{again}")
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | ',' | '<' | '\u{2010}'..='\u{2015}')
}

/// Characters that leave no trace: apostrophes, full stops, the signs of table C that are not
/// encoded, and combining marks that belong to no letter of the tables.
fn is_silent(c: char) -> bool {
    matches!(
        c,
        '\'' | '.' | '`' | '´' | '·' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʾ' | 'ʿ' | '‘' | '’'
    ) || matches!(c, 'Ь' | '\u{200C}' | '\u{200D}' | '\u{200E}' | '\u{200F}')
        || tables::is_not_encoded(c)
        || is_combining_mark(c)
}

fn push_gap(text: &mut String) {
    if !text.is_empty() && !text.ends_with('<') {
        text.push('<');
    }
}

fn trim(text: &mut String) {
    text.truncate(text.trim_end_matches('<').len());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn general(text: &str) -> String {
        to_mrz(text, Language::General).text
    }

    #[test]
    fn latin_names_follow_table_a() {
        assert_eq!(general("Müller-Öß"), "MUELLER<OESS");
        assert_eq!(general("Thérèse"), "THERESE");
        assert_eq!(general("D'Angelo Jr."), "DANGELO<JR");
        assert_eq!(general("Þórður"), "THORDUR");
        assert_eq!(general("Łukasz Ĳsbrand"), "LUKASZ<IJSBRAND");
        // Decomposed as some systems send it.
        assert_eq!(general("Mu\u{308}ller"), "MUELLER");
        // Not in the table: the diacritics are dropped.
        assert_eq!(general("Nguyễn"), "NGUYEN");
    }

    #[test]
    fn all_spellings_are_given_with_the_recommended_one_first() {
        assert_eq!(spellings("Ü"), ["UE", "UXX", "U"]);
        assert_eq!(spellings("Ñ"), ["N", "NXX"]);
        assert_eq!(spellings("Å"), ["AA", "A"]);
        assert_eq!(spellings("Ø"), ["OE", "O"]);
        assert_eq!(spellings("Pöñ"), ["POEN", "PON", "POENXX", "PONXX"]);
        assert_eq!(spellings("Ÿ"), ["Y"]);
        let many = spellings(&"ü".repeat(40));
        assert!(many.len() <= MOST_SPELLINGS);
        assert_eq!(many[0], "UE".repeat(40));
    }

    #[test]
    fn cyrillic_depends_on_the_language() {
        assert_eq!(general("Щербаков Юрий"), "SHCHERBAKOV<IURII");
        assert_eq!(general("Хруничев Объезд Тель"), "KHRUNICHEV<OBIEEZD<TEL");
        assert_eq!(
            to_mrz("Юлія Гнатюк", Language::Ukrainian).text,
            "YULIIA<HNATIUK"
        );
        assert_eq!(to_mrz("Їжак", Language::Ukrainian).text, "YIZHAK");
        assert_eq!(to_mrz("Ёжык", Language::Belarusian).text, "IOZHYK");
        assert_eq!(to_mrz("Живковић", Language::Serbian).text, "ZIVKOVIC");
        assert_eq!(to_mrz("Щерев", Language::Bulgarian).text, "SHTEREV");
        assert_eq!(to_mrz("Џорџ", Language::Macedonian).text, "DJORDJ");
        let all = spellings("Жук");
        assert_eq!(all, ["ZHUK", "ZUK"]);
    }

    #[test]
    fn arabic_is_escaped_as_in_the_standard() {
        // The worked example of part 3, appendix B.
        assert_eq!(
            general("ابو بكر محمد بن زكريا الرازي"),
            "ABW<BKR<MXHMD<BN<ZKRYA<ALRAZY"
        );
        assert_eq!(general("فاطمة"), "FAXTTMXAH");
        assert_eq!(general("عبّاس"), "EBBAS");
        assert_eq!(general("فضّة"), "FXDZDZXAH");
        assert_eq!(general("مُحَمَّد"), "MXHMMD");
        assert_eq!(general("چنگیز"), "XCNXGGXYAZ");
    }

    #[test]
    fn escapes_read_back() {
        assert_eq!(arabic_from_mrz("MXHMD<BN").as_deref(), Some("محمد بن"));
        assert_eq!(arabic_from_mrz("FAXTTMXAH").as_deref(), Some("فاطمة"));
        assert_eq!(arabic_from_mrz("XW").as_deref(), Some("ؤ"));
        for latin in ["SMITH", "ALEXANDER", "FOX", "", "MXHMD9"] {
            assert_eq!(arabic_from_mrz(latin), None, "{latin}");
        }
    }

    #[test]
    fn what_no_table_has_is_named() {
        let result = to_mrz("Ανna 3", Language::General);
        assert_eq!(result.text, "NA");
        assert_eq!(result.unmapped, ['Α', 'Ν', '3']);
    }

    proptest! {
        #[test]
        fn every_text_gives_letters_of_a_zone(text in "\\PC{0,40}") {
            for spelling in std::iter::once(general(&text)).chain(spellings(&text)) {
                prop_assert!(spelling.bytes().all(|c| c == b'<' || c.is_ascii_uppercase()));
                prop_assert!(!spelling.contains("<<") && !spelling.ends_with('<'));
            }
        }

        #[test]
        fn the_first_spelling_is_the_recommended_one(text in "[A-ZÄÖÜÅØÑа-яء-ي \\-]{0,12}") {
            prop_assert_eq!(&spellings(&text)[0], &general(&text));
        }

        #[test]
        fn arabic_letters_come_back(text in "[ءآأإئابتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ]{1,12}") {
            let written = general(&text);
            match arabic_from_mrz(&written) {
                Some(back) => prop_assert_eq!(back, text),
                None => prop_assert!(!written.contains('X')),
            }
        }

        #[test]
        fn reading_back_never_panics(text in "\\PC{0,40}") {
            let _ = arabic_from_mrz(&text);
        }
    }
}
