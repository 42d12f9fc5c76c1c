//! Tables A, B and C of Doc 9303 part 3, section 6.

use super::Language;

/// Doubles the letter before it.
pub(super) const SHADDA: char = '\u{651}';

/// Table A, the recommended spelling first. `*practice*` marks what the standard does not list.
pub(super) const fn latin(c: char) -> Option<&'static [&'static str]> {
    Some(match c {
        'A' | 'À' | 'Á' | 'Â' | 'Ã' | 'Ā' | 'Ă' | 'Ą' => &["A"],
        'Ä' => &["AE", "A"],
        'Å' => &["AA", "A"],
        'Æ' => &["AE"],
        'B' => &["B"],
        'C' | 'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => &["C"],
        'D' | 'Ð' | 'Ď' | 'Đ' => &["D"],
        'E' | 'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => &["E"],
        'F' => &["F"],
        'G' | 'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => &["G"],
        'H' | 'Ĥ' | 'Ħ' => &["H"],
        'I' | 'Ì' | 'Í' | 'Î' | 'Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' | 'ı' => &["I"],
        'Ĳ' => &["IJ"],
        'J' | 'Ĵ' => &["J"],
        'K' | 'Ķ' => &["K"],
        'L' | 'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => &["L"],
        'M' => &["M"],
        'N' | 'Ń' | 'Ņ' | 'Ň' | 'Ŋ' => &["N"],
        'Ñ' => &["N", "NXX"],
        'O' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ō' | 'Ŏ' | 'Ő' => &["O"],
        'Ö' => &["OE", "O"],
        // `O` is practice.
        'Ø' => &["OE", "O"],
        'Œ' => &["OE"],
        'P' => &["P"],
        'Q' => &["Q"],
        'R' | 'Ŕ' | 'Ŗ' | 'Ř' => &["R"],
        'S' | 'Ś' | 'Ŝ' | 'Ş' | 'Š' => &["S"],
        'ẞ' => &["SS"],
        'T' | 'Ţ' | 'Ť' | 'Ŧ' => &["T"],
        'Þ' => &["TH"],
        'U' | 'Ù' | 'Ú' | 'Û' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => &["U"],
        'Ü' => &["UE", "UXX", "U"],
        'V' => &["V"],
        'W' | 'Ŵ' => &["W"],
        'X' => &["X"],
        'Y' | 'Ý' | 'Ŷ' | 'Ÿ' => &["Y"],
        'Z' | 'Ź' | 'Ż' | 'Ž' => &["Z"],
        // practice: Romanian and Azerbaijani letters that the table does not list.
        'Ș' => &["S"],
        'Ț' => &["T"],
        'Ə' => &["A", "E"],
        _ => return None,
    })
}

/// Table B for a letter that does or does not start its component. With [`Language::General`] the
/// general spelling comes first and those of the other languages follow.
pub(super) fn cyrillic(c: char, starts: bool, language: Language) -> Option<Vec<&'static str>> {
    use Language::{Belarusian, Bulgarian, General, Macedonian, Serbian, Ukrainian};
    let general = cyrillic_general(c)?;
    let (special, of): (&'static str, &[Language]) = match c {
        'Ё' => ("IO", &[Belarusian]),
        'Є' if starts => ("YE", &[Ukrainian]),
        'Ї' if starts => ("YI", &[Ukrainian]),
        'Й' if starts => ("Y", &[Ukrainian]),
        'Ю' if starts => ("YU", &[Ukrainian]),
        'Я' if starts => ("YA", &[Ukrainian]),
        'И' => ("Y", &[Ukrainian]),
        'Г' => ("H", &[Belarusian, Serbian, Ukrainian]),
        'Ж' => ("Z", &[Serbian]),
        'Х' => ("H", &[Serbian, Macedonian]),
        'Ц' => ("C", &[Serbian, Macedonian]),
        'Ч' => ("C", &[Serbian]),
        'Ш' => ("S", &[Serbian]),
        'Щ' => ("SHT", &[Bulgarian]),
        'Ќ' => ("KJ", &[Macedonian]),
        'Џ' => ("DJ", &[Macedonian]),
        // The printed table has this exception beside U+0492; the letter of the language is Ѓ.
        'Ѓ' | 'Ғ' => ("GJ", &[Macedonian]),
        _ => return Some(vec![general]),
    };
    Some(match language {
        General => vec![general, special],
        _ if of.contains(&language) => vec![special],
        _ => vec![general],
    })
}

const fn cyrillic_general(c: char) -> Option<&'static str> {
    Some(match c {
        'А' => "A",
        'Б' => "B",
        'В' => "V",
        'Г' | 'Ґ' | 'Ғ' | 'Ѓ' => "G",
        'Д' | 'Ђ' => "D",
        'Е' | 'Ё' | 'Э' | 'Ѐ' => "E",
        'Є' => "IE",
        'Ж' => "ZH",
        'З' => "Z",
        'Ѕ' | 'Џ' => "DZ",
        'И' | 'І' | 'Ї' | 'Й' | 'Ѝ' => "I",
        'Ј' => "J",
        'К' | 'Ќ' => "K",
        'Л' => "L",
        'Љ' => "LJ",
        'М' => "M",
        'Н' => "N",
        'Њ' => "NJ",
        'О' => "O",
        'П' => "P",
        'Р' => "R",
        'С' => "S",
        'Т' => "T",
        'У' | 'Ў' | 'Ѫ' => "U",
        'Ф' => "F",
        'Х' => "KH",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ъ' => "IE",
        'Ы' | 'Ѵ' => "Y",
        'Ю' => "IU",
        'Я' => "IA",
        // The standard prints `C` beside U+04BA; the Serbian letter is U+040B.
        'Һ' | 'Ћ' => "C",
        _ => return None,
    })
}

/// Table C for a letter that does or does not end its component.
pub(super) fn arabic(c: char, ends: bool) -> Option<Vec<&'static str>> {
    if c == TEH_MARBUTA {
        let (first, second) = if ends { ("XAH", "XTA") } else { ("XTA", "XAH") };
        return Some(vec![first, second]);
    }
    ARABIC
        .iter()
        .find(|&&(letter, _)| letter == c)
        .map(|&(_, written)| vec![written])
}

/// The sequence at the start of `text` and the letter it stands for.
///
/// No sequence begins another one (a test proves it), so there is at most one.
pub(super) fn arabic_sequence(text: &str) -> Option<(&'static str, char)> {
    let back = [("XTA", TEH_MARBUTA), ("XAH", TEH_MARBUTA), ("XW", 'ؤ')];
    let table = ARABIC.iter().map(|&(letter, written)| (written, letter));
    table
        .chain(back)
        .find(|(written, _)| text.starts_with(written))
}

/// Signs the standard does not encode, and letters it names as not encoded.
pub(super) const fn is_not_encoded(c: char) -> bool {
    matches!(
        c,
        '\u{640}' | '\u{64B}'..='\u{650}' | '\u{652}' | '\u{670}' | 'ڜ' | 'ڢ' | 'ڧ' | 'ڨ'
    )
}

const TEH_MARBUTA: char = '\u{629}';

/// Table C except teh marbuta. Where two letters are written alike, the first is the one that is
/// read back.
const ARABIC: &[(char, &str)] = &[
    ('\u{621}', "XE"),
    ('\u{622}', "XAA"),
    ('\u{623}', "XAE"),
    ('\u{624}', "U"),
    ('\u{625}', "I"),
    ('\u{626}', "XI"),
    ('\u{627}', "A"),
    ('\u{628}', "B"),
    ('\u{62A}', "T"),
    ('\u{62B}', "XTH"),
    ('\u{62C}', "J"),
    ('\u{62D}', "XH"),
    ('\u{62E}', "XKH"),
    ('\u{62F}', "D"),
    ('\u{630}', "XDH"),
    ('\u{631}', "R"),
    ('\u{632}', "Z"),
    ('\u{633}', "S"),
    ('\u{634}', "XSH"),
    ('\u{635}', "XSS"),
    ('\u{636}', "XDZ"),
    ('\u{637}', "XTT"),
    ('\u{638}', "XZZ"),
    ('\u{639}', "E"),
    ('\u{63A}', "G"),
    ('\u{641}', "F"),
    ('\u{642}', "Q"),
    ('\u{643}', "K"),
    ('\u{644}', "L"),
    ('\u{645}', "M"),
    ('\u{646}', "N"),
    ('\u{647}', "H"),
    ('\u{648}', "W"),
    ('\u{649}', "XAY"),
    ('\u{64A}', "Y"),
    ('\u{671}', "XXA"),
    ('\u{679}', "XXT"),
    ('\u{67C}', "XRT"),
    ('\u{67E}', "P"),
    ('\u{681}', "XKE"),
    ('\u{685}', "XXH"),
    ('\u{686}', "XC"),
    ('\u{688}', "XXD"),
    ('\u{689}', "XDR"),
    ('\u{691}', "XXR"),
    ('\u{693}', "XRR"),
    ('\u{696}', "XRX"),
    ('\u{698}', "XJ"),
    ('\u{69A}', "XXS"),
    ('\u{6A9}', "XKK"),
    ('\u{6AB}', "XXK"),
    ('\u{6AD}', "XNG"),
    ('\u{6AF}', "XGG"),
    ('\u{6BA}', "XNN"),
    ('\u{6BC}', "XXN"),
    ('\u{6BE}', "XDO"),
    ('\u{6C0}', "XYH"),
    ('\u{6C1}', "XXG"),
    ('\u{6C2}', "XGE"),
    ('\u{6C3}', "XTG"),
    ('\u{6CC}', "XYA"),
    ('\u{6CD}', "XXY"),
    ('\u{6D0}', "Y"),
    ('\u{6D2}', "XYB"),
    ('\u{6D3}', "XBE"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sequence_begins_another() {
        let all: Vec<&str> = ARABIC
            .iter()
            .map(|&(_, written)| written)
            .chain(["XTA", "XAH", "XW"])
            .collect();
        for one in &all {
            for other in &all {
                assert!(
                    one == other || !other.starts_with(one),
                    "{one} begins {other}"
                );
            }
        }
    }
}
