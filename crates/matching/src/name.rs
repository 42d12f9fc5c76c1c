//! A name as text, and the readings it allows.
//!
//! Which letters are a title, which half is the surname and where a name was cut cannot be known;
//! every likely reading is kept, and a comparison takes the one that fits best.

use smallvec::SmallVec;
use tidewaiter_domain::Text;

use crate::relation::{Relation, relate};
use crate::script::Writing;
use crate::sound;
use crate::word::{self, Class, SharedWord, Word};
use crate::{fold, korean, rarity};

/// Words beyond this number in one name are not compared.
pub(crate) const MOST_WORDS: usize = 16;

/// Letters beyond this number in one name are not read.
const MOST_LETTERS: usize = 400;

/// Which part of a name a word stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Role {
    Surname,
    Given,
    /// The name is one text and does not say.
    Unsaid,
}

/// A word in its place.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) word: SharedWord,
    pub(crate) role: Role,
    /// Whether the sender's field may have cut the word short.
    pub(crate) last: bool,
}

/// One way to understand a name.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) parts: SmallVec<[Part; 5]>,
    /// Why this differs from the plain reading.
    pub(crate) because: Option<&'static str>,
}

impl Reading {
    /// The written words' Latin forms with a space between.
    #[cfg(test)]
    pub(crate) fn words(&self) -> String {
        let words: Vec<&str> = self.parts.iter().map(|part| part.word.text()).collect();
        words.join(" ")
    }
}

/// What a text is split into before any word is understood.
struct Fields<'t> {
    surname: Vec<&'t str>,
    given: Vec<&'t str>,
    /// Whether the halves are told apart.
    roles: bool,
    /// Whether a reservation system wrote it, which glues titles.
    reservation: bool,
}

/// The readings of a whole name: `SURNAME, Given`, `SURNAME/GIVEN`, `SURNAME<<GIVEN`, or words in
/// any order. Best first; empty for a name without any letter.
///
/// What lists put behind a name is left off: a year of birth, another spelling in brackets. Several
/// spellings in one line are a reading each.
pub(crate) fn readings_of_text(text: &str) -> Vec<Reading> {
    let text = without_birth(cut(text));
    if let Some((outer, inner)) = aside(text) {
        let mut readings = readings_of_line(&outer);
        readings.extend(readings_of_line(inner));
        return readings;
    }
    readings_of_line(text)
}

/// A name read word by word, whatever else it may be.
pub(crate) fn word_by_word(text: &str) -> Option<Reading> {
    reading(&split(cut(text)), &[], false, None)
}

/// `Mohammad Ishaq born in 1963` without what is no name.
fn without_birth(text: &str) -> &str {
    match text.find(" born ") {
        Some(at) if at > 0 && text[at..].bytes().any(|byte| byte.is_ascii_digit()) => &text[..at],
        _ => text,
    }
}

/// A name with an aside in brackets: the name without it, and the aside where that may be a name. A
/// single Latin word in brackets is part of the name.
fn aside(text: &str) -> Option<(String, &str)> {
    let (before, rest) = text.split_once('(')?;
    let (inner, after) = rest.split_once(')').unwrap_or((rest, ""));
    // `(original script: ...)`
    let inner = inner.rsplit(':').next().unwrap_or(inner).trim();
    let foreign = Writing::of_word(inner) != Writing::of_word(before);
    if !foreign && split(inner).len() < 2 {
        return None;
    }
    let outer = format!("{} {}", before.trim(), after.trim());
    let outer = outer.trim().to_owned();
    let name = !inner.bytes().any(|byte| byte.is_ascii_digit())
        && inner
            .chars()
            .next()
            .is_some_and(|first| !first.is_lowercase());
    Some((outer, if name { inner } else { "" }))
}

fn readings_of_line(text: &str) -> Vec<Reading> {
    let (surname, given, reservation) = if let Some((surname, given)) = text.split_once("<<") {
        (surname, given, true)
    } else if let Some((surname, given)) = text.split_once('/') {
        (surname, given, true)
    } else if let Some((surname, given)) = text.split_once(',') {
        (surname, given, false)
    } else {
        (text, "", false)
    };
    if given.is_empty()
        && let Some(readings) = spellings_in_a_row(&split(text))
    {
        return readings;
    }
    readings(&Fields {
        roles: !given.trim().is_empty(),
        surname: split(surname),
        given: split(given),
        reservation,
    })
}

/// `Abas Rashidi Abbas Rashedi Abas Rashedi`: one name spelled several times in one line.
fn spellings_in_a_row(words: &[&str]) -> Option<Vec<Reading>> {
    if words.len() < 4 {
        return None;
    }
    let read: Vec<Word> = words
        .iter()
        .take(2 * MOST_WORDS)
        .filter_map(|w| word::read(w))
        .collect();
    if read.len() != words.len() {
        return None;
    }
    let same = |a: &Word, b: &Word| {
        relate(a, b, (false, false)).is_some_and(|like| {
            !matches!(
                like.relation,
                Relation::Initial | Relation::TwoTypos | Relation::LooseRomanisation
            )
        })
    };
    let length = (2..=4).find(|length| {
        words.len().is_multiple_of(*length)
            && words.len() > *length
            && (*length..words.len()).all(|at| same(&read[at % length], &read[at]))
    })?;
    let mut readings = Vec::new();
    // Twice may also be a chain of fathers: `Mohamed Ali Mohamed Ali`.
    if words.len() == 2 * length {
        readings.extend(reading(words, &[], false, None));
    }
    for spelling in words.chunks(length) {
        readings.extend(reading(spelling, &[], false, None));
    }
    Some(readings)
}

/// The readings of a name whose halves come apart.
pub(crate) fn readings_of_fields(surname: &str, given: &[&str]) -> Vec<Reading> {
    readings(&Fields {
        surname: split(cut(surname)),
        given: given.iter().flat_map(|given| split(cut(given))).collect(),
        roles: !surname.trim().is_empty() && given.iter().any(|given| !given.trim().is_empty()),
        reservation: true,
    })
}

fn cut(text: &str) -> &str {
    text.char_indices()
        .nth(MOST_LETTERS)
        .map_or(text, |(end, _)| &text[..end])
}

/// Words as written. A hyphen parts words, an apostrophe does not.
fn split(text: &str) -> Vec<&str> {
    text.split(|letter: char| {
        letter.is_whitespace()
            || (!letter.is_alphanumeric()
                && !matches!(
                    letter,
                    '\'' | '’' | '‘' | '`' | 'ʻ' | 'ʼ' | '´' | '′' | '“' | '”'
                )
                && !is_mark(letter))
    })
    .filter(|word| word.chars().any(char::is_alphanumeric))
    .collect()
}

/// Marks that stand on or join letters and never part words.
fn is_mark(letter: char) -> bool {
    matches!(letter as u32,
        0x300..=0x36f | 0x591..=0x5c7 | 0x610..=0x61a | 0x640 | 0x64b..=0x65f | 0x670
        | 0x900..=0x903 | 0x93a..=0x94f | 0x200c..=0x200f)
}

const GLUED_TITLES: [&str; 8] = ["mstr", "miss", "mrs", "chd", "inf", "mr", "ms", "dr"];

fn readings(fields: &Fields<'_>) -> Vec<Reading> {
    let same_half = fields.roles
        && fields.surname.len() == fields.given.len()
        && fields
            .surname
            .iter()
            .zip(&fields.given)
            .all(|(a, b)| a.eq_ignore_ascii_case(b));
    let placeholder = |words: &[&str]| {
        words
            .iter()
            .all(|word| ["fnu", "lnu", "xxx", "nfn", "nln"].contains(&word.to_lowercase().as_str()))
    };
    let given: &[&str] = if same_half || placeholder(&fields.given) {
        &[]
    } else {
        &fields.given
    };
    let surname: &[&str] = if fields.roles && placeholder(&fields.surname) {
        &[]
    } else {
        &fields.surname
    };
    let roles = !surname.is_empty() && !given.is_empty();
    let mut readings = Vec::with_capacity(1);
    let because = same_half.then_some("the same name in both fields");
    readings.extend(ways(surname, given, roles, because));
    if fields.reservation
        && let Some((last, before)) = given.split_last()
    {
        let lower = last.to_ascii_lowercase();
        if let Some(stem) = GLUED_TITLES
            .iter()
            .find_map(|title| lower.strip_suffix(title))
            && stem.len() >= 2
        {
            let mut without: Vec<&str> = before.to_vec();
            without.push(&last[..stem.len()]);
            let because = Some("a title glued to the given name");
            readings.extend(ways(surname, &without, roles, because));
        }
    }
    if let Some((surname, given)) = with_abdul(surname, given) {
        let because = Some("A. may stand for Abdul");
        readings.extend(ways(&surname, &given, roles, because));
    }
    readings
}

/// The ways to read words of which titles and fields are settled: as a Korean name when it is one,
/// else word by word.
fn ways(
    surname: &[&str],
    given: &[&str],
    roles: bool,
    because: Option<&'static str>,
) -> SmallVec<[Reading; 2]> {
    let korean = korean(surname, given, roles, because);
    if korean.is_empty() {
        reading(surname, given, roles, because)
            .into_iter()
            .collect()
    } else {
        korean
    }
}

/// A two-syllable word that is commoner than this is no Korean given name (`Anna`, `Karim`).
const COMMON_ELSEWHERE: f32 = 11.5;

/// The readings of a Korean name: a surname and a given name, in either order.
fn korean(
    surname: &[&str],
    given: &[&str],
    roles: bool,
    because: Option<&'static str>,
) -> SmallVec<[Reading; 2]> {
    let mut readings = SmallVec::new();
    if surname.len() + given.len() > 5 {
        return readings;
    }
    let words = |texts: &[&str]| -> SmallVec<[Word; 4]> {
        texts
            .iter()
            .flat_map(|text| hangul(text))
            .filter(|word| word.class != Class::Title)
            .collect()
    };
    let (first, second) = (words(surname), words(given));
    let mut add = |surname: &[Word], given: &[Word], turned: bool| {
        let [surname] = surname else { return false };
        let Some((surname, given)) = korean_words(surname, given) else {
            return false;
        };
        let mut parts: SmallVec<[Part; 5]> = SmallVec::new();
        parts.push(part(surname, Role::Surname));
        parts.push(part(given, Role::Given));
        if turned {
            parts.reverse();
        }
        readings.push(Reading { parts, because });
        true
    };
    if roles {
        let _ = add(&first, &second, false) || add(&second, &first, true);
        return readings;
    }
    let all: SmallVec<[Word; 4]> = first.into_iter().chain(second).collect();
    if let [one, rest @ ..] = &all[..]
        && matches!(rest.len(), 1 | 2)
        && !(add(std::slice::from_ref(one), rest, false) && rest.len() == 1)
        && let [rest @ .., last] = &all[..]
    {
        add(std::slice::from_ref(last), rest, true);
    }
    readings
}

/// A word as written; one of Hangul alone is a whole name, and its first syllable the surname.
fn hangul(text: &str) -> SmallVec<[Word; 3]> {
    let syllables = text.chars().count();
    if Writing::of_word(text) == Writing::Hangul && (2..=3).contains(&syllables) {
        let mut letter = [0; 4];
        return text
            .chars()
            .filter_map(|syllable| word::read(syllable.encode_utf8(&mut letter)))
            .collect();
    }
    word::read(text).into_iter().collect()
}

/// Surname and given name as Korean words, if they are that.
fn korean_words(surname: &Word, given: &[Word]) -> Option<(Word, Word)> {
    let own = surname.native.is_some();
    let written = |word: &Word| match word.writing {
        Writing::Latin => !own,
        Writing::Hangul => own,
        _ => false,
    };
    if !written(surname) || !given.iter().all(written) {
        return None;
    }
    let divided = korean::one_syllable(surname.text())
        .filter(|_| own || korean::is_surname(surname.text()))?;
    let given = match given {
        [given] => {
            let text = given.text();
            let mut all = korean::one_syllable(text).unwrap_or_default();
            if !rarity::commoner_than(text, COMMON_ELSEWHERE) {
                all.extend(korean::two_syllables(text).unwrap_or_default());
            }
            (!all.is_empty()).then(|| given.clone().korean(all))?
        }
        [first, second] => Word::korean_pair(first, second)?,
        _ => return None,
    };
    Some((surname.clone().korean(divided), given))
}

/// `A. Kabir` and `RAHMAN/A` with the letter written out, where that makes a known name.
fn with_abdul<'t>(surname: &[&'t str], given: &[&'t str]) -> Option<(Vec<&'t str>, Vec<&'t str>)> {
    let letter = |word: &&str| word.eq_ignore_ascii_case("a");
    let known = |word: &str| {
        let text = "abd".to_owned() + &fold::latin(word).plain;
        rarity::commoner_than(&word::canonical(text.into()), rarity::UNKNOWN)
    };
    let within = |words: &[&'t str]| {
        let at = words
            .windows(2)
            .position(|pair| letter(&pair[0]) && known(pair[1]))?;
        let mut words = words.to_vec();
        words[at] = "Abdul";
        Some(words)
    };
    if let Some(surname) = within(surname) {
        return Some((surname, given.to_vec()));
    }
    if let Some(given) = within(given) {
        return Some((surname.to_vec(), given));
    }
    let (last, before) = given.split_last()?;
    let next = surname.first()?;
    (letter(last) && known(next)).then(|| {
        let mut whole = vec!["Abdul"];
        whole.extend_from_slice(surname);
        (whole, before.to_vec())
    })
}

fn reading(
    surname: &[&str],
    given: &[&str],
    roles: bool,
    because: Option<&'static str>,
) -> Option<Reading> {
    let mut parts = SmallVec::new();
    let (first, second) = if roles {
        (Role::Surname, Role::Given)
    } else {
        (Role::Unsaid, Role::Unsaid)
    };
    append(&mut parts, surname, first);
    append(&mut parts, given, second);
    parts.truncate(MOST_WORDS);
    // A name of nothing but titles and particles is still a name.
    if !parts.iter().any(|part| part.word.counts()) {
        for part in &mut parts {
            part.word = SharedWord::new(Word {
                class: Class::Core,
                title: None,
                rarity: rarity::TITLE_AS_NAME,
                ..(*part.word).clone()
            });
        }
    }
    (!parts.is_empty()).then_some(Reading { parts, because })
}

/// Reads words and joins the compounds of Arabic names: `abd al X`, `abu X`, `X al din`, `X allah`.
fn append(parts: &mut SmallVec<[Part; 5]>, written: &[&str], role: Role) {
    let mut words: Vec<Word> = Vec::with_capacity(written.len());
    for text in written.iter().take(2 * MOST_WORDS) {
        if Writing::of_word(text) == Writing::Arabic {
            words.extend(arabic_words(text));
        } else {
            words.extend(word::read(text));
        }
    }
    let start = parts.len();
    let mut at = 0;
    while at < words.len() {
        let text = words[at].text();
        let head = match text {
            "abd" | "abdul" | "abdel" | "abdal" | "abdoul" | "abdur" | "abder" | "abdar"
            | "abdus" | "abdou" | "abdu" | "abdol" => Some("abd"),
            "abu" | "abou" | "abo" | "aboo" => Some("abu"),
            "umm" | "oum" => Some("umm"),
            _ => None,
        };
        let mut next = at + 1;
        if let Some(head) = head {
            while next < words.len() && is_article(words[next].text()) {
                next += 1;
            }
            if let Some(name) = words.get(next).filter(|name| name.class == Class::Core) {
                let bare = match name.text() {
                    "allah" | "ullah" => "allah",
                    text if name.forms.len() > 1 && text.starts_with("al") => {
                        &name.forms[name.forms.len() - 1].text
                    }
                    text => text,
                };
                parts.push(part(joined(&[head, bare], &words[at..=next]), role));
                at = next + 1;
                continue;
            }
            next = at + 1;
        }
        // X [al] din, X allah.
        let mut tail = next;
        while tail < words.len() && is_article(words[tail].text()) {
            tail += 1;
        }
        let ending = words.get(tail).and_then(|word| match word.text() {
            "din" | "dine" | "deen" | "eddin" | "eddine" | "uddin" | "aldin" | "eldin" | "dyn" => {
                Some("din")
            }
            "allah" | "ullah" | "ollah" => Some("allah"),
            _ => None,
        });
        if let Some(ending) = ending
            && words[at].class == Class::Core
            && (tail > next || words[tail].text() != "din")
            && words[at].text() != ending
        {
            parts.push(part(joined(&[text, ending], &words[at..=tail]), role));
            at = tail + 1;
            continue;
        }
        parts.push(part(words[at].clone(), role));
        at = next;
    }
    if let Some(last) = parts.len().checked_sub(1).filter(|last| *last >= start) {
        parts[last].last = true;
    }
}

fn part(word: Word, role: Role) -> Part {
    Part {
        word: SharedWord::new(word),
        role,
        last: false,
    }
}

fn is_article(text: &str) -> bool {
    matches!(
        text,
        "al" | "el"
            | "ul"
            | "ur"
            | "ud"
            | "il"
            | "ad"
            | "ed"
            | "ash"
            | "ar"
            | "er"
            | "an"
            | "at"
            | "az"
            | "as"
            | "us"
            | "es"
    )
}

fn joined(texts: &[&str], words: &[Word]) -> Word {
    let text: Text = texts.concat().into();
    let writing = words[words.len() - 1].writing;
    let letters: String = words.iter().map(|word| word.letters.as_str()).collect();
    let mut word = if words.iter().all(|word| word.native.is_some()) {
        let native: String = words
            .iter()
            .filter_map(|word| word.native.as_deref())
            .collect();
        Word::foreign(text, native.into(), writing)
    } else {
        Word::latin(text, None)
    };
    word.letters_mask = sound::letters(&letters);
    word.letters = letters.into();
    word
}

/// An Arabic word with the article, or `abd al`, taken off.
fn arabic_words(text: &str) -> SmallVec<[Word; 3]> {
    let native = crate::romanise::native(text);
    let mut words = SmallVec::new();
    let mut rest = native.as_str();
    if let Some(after) = rest
        .strip_prefix("عبدال")
        .filter(|after| after.chars().count() >= 2)
    {
        words.extend(word::read("عبد"));
        words.extend(word::read("ال"));
        rest = if after == "له" { "الله" } else { after };
    } else if rest != "الله"
        && let Some(after) = rest
            .strip_prefix("ال")
            .filter(|after| after.chars().count() >= 3)
    {
        words.extend(word::read("ال"));
        rest = after;
    } else if let Some(after) = rest
        .strip_prefix("ابو")
        .filter(|after| after.chars().count() >= 3)
    {
        words.extend(word::read("ابو"));
        rest = after;
    }
    words.extend(word::read(rest));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        readings_of_text(text).iter().map(Reading::words).collect()
    }

    #[test]
    fn forms_of_writing() {
        assert_eq!(words("DOE/JOHNMR"), ["doe johnmr", "doe john"]);
        assert_eq!(words("OMAR/OMAR"), ["omar"]);
        assert_eq!(words("KAINA<<INNOCENT<<<<"), ["kaina innocent"]);
        assert_eq!(words("GORAN JELISIC/FNU"), ["goran jelisic"]);
        assert_eq!(
            words("Abd Al-Rahman bin Nur ul-Din"),
            ["abdrahman bin nurdin"]
        );
        assert_eq!(words("عبد الله أبو بكر"), ["abdallah abubkr"]);
        assert!(words("  ").is_empty());
        assert_eq!(words("AMR"), ["amr"]);
    }

    #[test]
    fn endless_names_are_cut() {
        assert_eq!(
            readings_of_text(&"ab ".repeat(10_000))[0].parts.len(),
            MOST_WORDS
        );
    }
}
