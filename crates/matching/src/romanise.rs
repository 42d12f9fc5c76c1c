//! Other scripts in Latin letters.
//!
//! One romanisation a script is enough: the comparison of sounds ([`crate::sound`]) forgives the
//! difference between schemes (`kh`/`x`/`h`, `zh`/`j`, `yu`/`iu`/`ju`), so ICAO, BGN/PCGN, GOST and
//! French forms of a Cyrillic name all lie near it. Arabic and Hebrew come out without short
//! vowels, marked as such.

use compact_str::CompactString;
use pinyin::ToPinyin;
use tidewaiter_domain::Text;
use unicode_normalization::UnicodeNormalization;

use crate::script::Writing;

/// The word in small ASCII letters; `` ` `` stands for ayin, which most writers leave out.
pub(crate) fn word(writing: Writing, text: &str) -> Text {
    match writing {
        Writing::Hangul => hangul(text),
        Writing::Devanagari => devanagari(text),
        Writing::Han => han(text),
        Writing::Kana => kana(text),
        _ => {
            let table: fn(char) -> &'static str = match writing {
                Writing::Cyrillic => cyrillic,
                Writing::Greek => greek,
                Writing::Arabic => arabic,
                Writing::Hebrew => hebrew,
                Writing::Georgian => georgian,
                Writing::Armenian => armenian,
                _ => |_| "",
            };
            let mut out = CompactString::default();
            for letter in text.nfkc().flat_map(char::to_lowercase) {
                if letter.is_ascii_alphanumeric() {
                    out.push(letter);
                } else {
                    out.push_str(table(letter));
                }
            }
            out
        }
    }
}

/// The word in its own script with spellings of one letter made one: hamza carriers, alif maqsura,
/// Persian and Urdu forms, final letters, marks.
pub(crate) fn native(text: &str) -> Text {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter_map(|letter| match letter {
            '\u{64b}'..='\u{65f}' | '\u{670}' => None,
            'أ' | 'إ' | 'آ' | 'ٱ' => Some('ا'),
            'ى' | 'ی' | 'ئ' => Some('ي'),
            'ة' | 'ھ' | 'ہ' | 'ە' => Some('ه'),
            'ک' | 'ڪ' => Some('ك'),
            'ؤ' => Some('و'),
            'ء' | 'ـ' => None,
            'ё' => Some('е'),
            'ך' => Some('כ'),
            'ם' => Some('מ'),
            'ן' => Some('נ'),
            'ף' => Some('פ'),
            'ץ' => Some('צ'),
            'ς' => Some('σ'),
            _ if letter.is_alphanumeric() => Some(letter),
            _ => None,
        })
        .collect()
}

fn cyrillic(letter: char) -> &'static str {
    match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'ё' => "yo",
        'є' => "ye",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' | 'ы' => "i",
        'ї' => "yi",
        'й' | 'ј' => "y",
        'к' | 'қ' => "k",
        'л' => "l",
        'љ' => "ly",
        'м' => "m",
        'н' | 'ң' => "n",
        'њ' => "ny",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ў' | 'ү' | 'ұ' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' | 'ћ' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ю' => "yu",
        'я' => "ya",
        'ғ' => "gh",
        'ә' => "a",
        'һ' | 'ҳ' => "h",
        'ђ' | 'џ' | 'ҷ' => "j",
        'ѕ' => "dz",
        'ӣ' => "i",
        'ӯ' => "u",
        _ => "",
    }
}

fn greek(letter: char) -> &'static str {
    match letter {
        'α' | 'ά' => "a",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' | 'έ' => "e",
        'ζ' => "z",
        'η' | 'ή' | 'ι' | 'ί' | 'ϊ' | 'ΐ' => "i",
        'θ' => "th",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' | 'ό' | 'ω' | 'ώ' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' | 'ύ' | 'ϋ' => "y",
        'φ' => "f",
        'χ' => "ch",
        'ψ' => "ps",
        _ => "",
    }
}

fn arabic(letter: char) -> &'static str {
    match letter {
        'ا' | 'أ' | 'إ' | 'آ' | 'ٱ' | 'ى' => "a",
        'ب' => "b",
        'پ' => "p",
        'ت' | 'ط' | 'ټ' | 'ٹ' => "t",
        'ث' => "th",
        'ج' => "j",
        'چ' => "ch",
        'ح' | 'ه' | 'ة' | 'ھ' | 'ہ' => "h",
        'خ' => "kh",
        'د' | 'ډ' | 'ڈ' => "d",
        'ذ' => "dh",
        'ر' | 'ړ' | 'ڑ' => "r",
        'ز' | 'ژ' => "z",
        'س' | 'ص' => "s",
        'ش' | 'ښ' => "sh",
        'ض' => "dh",
        'ظ' => "z",
        'ع' | 'ء' => "`",
        'غ' => "gh",
        'ف' | 'ڤ' => "f",
        'ق' => "q",
        'ك' | 'ک' | 'ڪ' => "k",
        'گ' | 'ګ' => "g",
        'ل' => "l",
        'م' => "m",
        'ن' | 'ڼ' => "n",
        'و' | 'ؤ' => "w",
        'ي' | 'ی' | 'ئ' | 'ې' | 'ے' => "y",
        'ځ' => "z",
        'څ' => "ts",
        _ => "",
    }
}

fn hebrew(letter: char) -> &'static str {
    match letter {
        'א' | 'ע' => "`",
        'ב' => "b",
        'ג' => "g",
        'ד' => "d",
        'ה' => "h",
        'ו' => "w",
        'ז' => "z",
        'ח' => "kh",
        'ט' | 'ת' => "t",
        'י' => "y",
        'כ' | 'ך' => "k",
        'ל' => "l",
        'מ' | 'ם' => "m",
        'נ' | 'ן' => "n",
        'ס' => "s",
        'פ' | 'ף' => "p",
        'צ' | 'ץ' => "ts",
        'ק' => "k",
        'ר' => "r",
        'ש' => "sh",
        _ => "",
    }
}

fn georgian(letter: char) -> &'static str {
    match letter {
        'ა' => "a",
        'ბ' => "b",
        'გ' => "g",
        'დ' => "d",
        'ე' => "e",
        'ვ' => "v",
        'ზ' => "z",
        'თ' | 'ტ' => "t",
        'ი' => "i",
        'კ' | 'ქ' => "k",
        'ლ' => "l",
        'მ' => "m",
        'ნ' => "n",
        'ო' => "o",
        'პ' | 'ფ' => "p",
        'ჟ' => "zh",
        'რ' => "r",
        'ს' => "s",
        'უ' => "u",
        'ღ' => "gh",
        'ყ' => "q",
        'შ' => "sh",
        'ჩ' | 'ჭ' => "ch",
        'ც' | 'წ' => "ts",
        'ძ' => "dz",
        'ხ' => "kh",
        'ჯ' => "j",
        'ჰ' => "h",
        _ => "",
    }
}

fn armenian(letter: char) -> &'static str {
    match letter {
        'ա' => "a",
        'բ' => "b",
        'գ' => "g",
        'դ' => "d",
        'ե' | 'է' => "e",
        'զ' => "z",
        'ը' => "y",
        'թ' | 'տ' => "t",
        'ժ' => "zh",
        'ի' => "i",
        'լ' => "l",
        'խ' => "kh",
        'ծ' | 'ց' => "ts",
        'կ' | 'ք' => "k",
        'հ' => "h",
        'ձ' => "dz",
        'ղ' => "gh",
        'ճ' | 'չ' => "ch",
        'մ' => "m",
        'յ' => "y",
        'ն' => "n",
        'շ' => "sh",
        'ո' | 'օ' => "o",
        'պ' | 'փ' => "p",
        'ջ' => "j",
        'ռ' | 'ր' => "r",
        'ս' => "s",
        'վ' => "v",
        'ւ' => "u",
        'ֆ' => "f",
        'և' => "ev",
        _ => "",
    }
}

/// Revised Romanisation syllable by syllable, without the sound changes between syllables that
/// passports do not write either.
fn hangul(text: &str) -> Text {
    const INITIAL: [&str; 19] = [
        "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t",
        "p", "h",
    ];
    const MEDIAL: [&str; 21] = [
        "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo",
        "we", "wi", "yu", "eu", "ui", "i",
    ];
    const FINAL: [&str; 28] = [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p",
        "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t",
    ];
    let mut out = CompactString::default();
    for letter in text.nfc() {
        let code = letter as u32;
        if (0xac00..=0xd7a3).contains(&code) {
            let index = (code - 0xac00) as usize;
            out.push_str(INITIAL[index / 588]);
            out.push_str(MEDIAL[index % 588 / 28]);
            out.push_str(FINAL[index % 28]);
        }
    }
    out
}

/// Hunterian transliteration; the inherent vowel is written unless a sign replaces it or it would
/// end the word.
fn devanagari(text: &str) -> Text {
    let mut out = CompactString::default();
    let mut inherent = false;
    for letter in text.nfc() {
        let (letters, consonant) = match letter {
            'अ' => ("a", false),
            'आ' | 'ा' => ("a", false),
            'इ' | 'ि' | 'ई' | 'ी' => ("i", false),
            'उ' | 'ु' | 'ऊ' | 'ू' => ("u", false),
            'ऋ' | 'ृ' => ("ri", false),
            'ए' | 'े' => ("e", false),
            'ऐ' | 'ै' => ("ai", false),
            'ओ' | 'ो' | 'ऑ' | 'ॉ' => ("o", false),
            'औ' | 'ौ' => ("au", false),
            'क' => ("k", true),
            'ख' => ("kh", true),
            'ग' => ("g", true),
            'घ' => ("gh", true),
            'ङ' | 'ञ' | 'ण' | 'न' => ("n", true),
            'च' | 'छ' => ("ch", true),
            'ज' => ("j", true),
            'झ' => ("jh", true),
            'ट' | 'त' => ("t", true),
            'ठ' | 'थ' => ("th", true),
            'ड' | 'द' => ("d", true),
            'ढ' | 'ध' => ("dh", true),
            'प' => ("p", true),
            'फ' => ("ph", true),
            'ब' => ("b", true),
            'भ' => ("bh", true),
            'म' => ("m", true),
            'य' => ("y", true),
            'र' => ("r", true),
            'ल' | 'ळ' => ("l", true),
            'व' => ("v", true),
            'श' | 'ष' => ("sh", true),
            'स' => ("s", true),
            'ह' => ("h", true),
            'ं' | 'ँ' => {
                if std::mem::take(&mut inherent) {
                    out.push('a');
                }
                ("n", false)
            }
            '्' => {
                inherent = false;
                continue;
            }
            _ => continue,
        };
        let sign = ('\u{93e}'..='\u{94c}').contains(&letter);
        if std::mem::take(&mut inherent) && !sign {
            out.push('a');
        }
        out.push_str(letters);
        inherent = consonant;
    }
    out
}

/// Hanyu pinyin without tones. Which language wrote the characters is not known; the comparison
/// gives such agreement less weight.
fn han(text: &str) -> Text {
    let mut out = CompactString::default();
    for syllable in text.to_pinyin().flatten() {
        for letter in syllable.plain().chars() {
            out.push(if letter == 'ü' { 'u' } else { letter });
        }
    }
    out
}

/// Modified Hepburn.
fn kana(text: &str) -> Text {
    let mut out = CompactString::default();
    let mut doubled = false;
    for letter in text.nfc() {
        // Katakana are hiragana 0x60 further on.
        let code = letter as u32;
        let hiragana = if (0x30a1..=0x30f6).contains(&code) {
            char::from_u32(code - 0x60).unwrap_or(letter)
        } else {
            letter
        };
        let sound = match hiragana {
            'あ' | 'ぁ' => "a",
            'い' | 'ぃ' => "i",
            'う' | 'ぅ' => "u",
            'え' | 'ぇ' => "e",
            'お' | 'ぉ' | 'を' => "o",
            'か' => "ka",
            'き' => "ki",
            'く' => "ku",
            'け' => "ke",
            'こ' => "ko",
            'さ' => "sa",
            'し' => "shi",
            'す' => "su",
            'せ' => "se",
            'そ' => "so",
            'た' => "ta",
            'ち' => "chi",
            'つ' => "tsu",
            'て' => "te",
            'と' => "to",
            'な' => "na",
            'に' => "ni",
            'ぬ' => "nu",
            'ね' => "ne",
            'の' => "no",
            'は' => "ha",
            'ひ' => "hi",
            'ふ' => "fu",
            'へ' => "he",
            'ほ' => "ho",
            'ま' => "ma",
            'み' => "mi",
            'む' => "mu",
            'め' => "me",
            'も' => "mo",
            'や' => "ya",
            'ゆ' => "yu",
            'よ' => "yo",
            'ら' => "ra",
            'り' => "ri",
            'る' => "ru",
            'れ' => "re",
            'ろ' => "ro",
            'わ' => "wa",
            'ん' => "n",
            'が' => "ga",
            'ぎ' => "gi",
            'ぐ' => "gu",
            'げ' => "ge",
            'ご' => "go",
            'ざ' => "za",
            'じ' | 'ぢ' => "ji",
            'ず' | 'づ' => "zu",
            'ぜ' => "ze",
            'ぞ' => "zo",
            'だ' => "da",
            'で' => "de",
            'ど' => "do",
            'ば' => "ba",
            'び' => "bi",
            'ぶ' => "bu",
            'べ' => "be",
            'ぼ' => "bo",
            'ぱ' => "pa",
            'ぴ' => "pi",
            'ぷ' => "pu",
            'ぺ' => "pe",
            'ぽ' => "po",
            'ゔ' => "vu",
            'っ' => {
                doubled = true;
                continue;
            }
            small @ ('ゃ' | 'ゅ' | 'ょ') => {
                // The small letter replaces the vowel before it: ki + ya = kya, shi + ya = sha.
                out.pop();
                if !(out.ends_with("sh") || out.ends_with("ch") || out.ends_with('j')) {
                    out.push('y');
                }
                out.push(match small {
                    'ゃ' => 'a',
                    'ゅ' => 'u',
                    _ => 'o',
                });
                continue;
            }
            _ => continue,
        };
        if std::mem::take(&mut doubled) {
            out.push_str(sound.get(..1).unwrap_or_default());
        }
        out.push_str(sound);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_has_a_latin_form() {
        for (text, latin) in [
            ("Хрущёв", "khrushchyov"),
            ("Γεώργιος", "georgios"),
            ("محمد", "mhmd"),
            ("שלום", "shlwm"),
            ("შევარდნაძე", "shevardnadze"),
            ("Պետրոսյան", "petrosyan"),
            ("王小明", "wangxiaoming"),
            ("さっぽろ", "sapporo"),
            ("キャ", "kya"),
            ("김정은", "gimjeongeun"),
            ("राजेश", "rajesh"),
            ("शर्मा", "sharma"),
        ] {
            assert_eq!(word(Writing::of_word(text), text), latin, "{text}");
        }
    }

    #[test]
    fn spellings_of_one_letter_are_one() {
        assert_eq!(native("أحمد"), native("احمد"));
        assert_eq!(native("علی"), native("على"));
        assert_eq!(native("Пётр"), native("Петр"));
    }
}
