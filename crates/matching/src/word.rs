//! One word of a name, made ready to be compared.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use smallvec::SmallVec;
use tidewaiter_domain::Text;

use crate::families::{self, Memberships};
use crate::korean::{self, Divisions};
use crate::script::Writing;
use crate::sound::{self, Sounds};
use crate::{fold, rarity, romanise};

/// What a word does in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Carries identity.
    Core,
    /// A surname or given name of Korean syllables, which carries identity too.
    Korean,
    /// One letter, standing for a word.
    Initial,
    /// A father's name by its ending (`-ovich`, `-ovna`, `-oglu`): often left out.
    Patronymic,
    /// `al`, `bin`, `de`, `van`: carries nearly nothing.
    Particle,
    /// `Dr`, `Haji`, `Colonel`: carries nothing.
    Title,
}

/// One way to write a word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    pub(crate) text: Text,
    pub(crate) sounds: Sounds,
}

impl Form {
    fn new(text: Text) -> Self {
        Self {
            sounds: sound::sounds(&text),
            text,
        }
    }
}

/// A word of a name with everything a comparison asks of it.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Its Latin forms, the plain one first: marks written out, a glued article taken off.
    pub(crate) forms: SmallVec<[Form; 1]>,
    /// Its Latin letters as written, before compounds were brought to one spelling.
    pub(crate) letters: Text,
    /// Which letters those are.
    pub(crate) letters_mask: u32,
    /// In its own script, where that is not Latin.
    pub(crate) native: Option<Text>,
    pub(crate) writing: Writing,
    /// Which letters its plain form has.
    pub(crate) mask: u32,
    pub(crate) class: Class,
    pub(crate) spellings: Memberships,
    pub(crate) nicknames: Memberships,
    /// How rare the word is among people, in bits.
    pub(crate) rarity: f32,
    /// How rare the word is in any spelling of its families.
    pub(crate) family_rarity: f32,
    /// The syllables of a Korean word; none of any other.
    pub(crate) syllables: Divisions,
    /// Which title it is, in any spelling; titles of address say nothing and are none.
    pub(crate) title: Option<Title>,
}

/// A word that names share. Two are one when everything of them is the same that a comparison depends on.
///
/// A title standing as a whole name is another word than the title; a Korean word may be divided, and be
/// rare, in several ways.
#[derive(Clone, Debug)]
pub(crate) struct SharedWord {
    word: Arc<Word>,
    digest: u64,
}

/// What digests are made with, in this process: no one outside can make two words of one digest.
static SECRET: LazyLock<RandomState> = LazyLock::new(RandomState::new);

impl SharedWord {
    pub(crate) fn new(word: Word) -> Self {
        let mut state = SECRET.build_hasher();
        word.hash_whole(&mut state);
        Self {
            word: Arc::new(word),
            digest: state.finish(),
        }
    }

    /// Tells it from nearly all other words.
    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }
}

impl Deref for SharedWord {
    type Target = Word;

    fn deref(&self) -> &Word {
        &self.word
    }
}

impl PartialEq for SharedWord {
    fn eq(&self, other: &Self) -> bool {
        let is_same_digest = self.digest == other.digest;
        let (one, other) = (&*self.word, &*other.word);
        let mut forms = one.forms.iter().zip(&other.forms);
        std::ptr::eq(one, other)
            || is_same_digest
                && one.letters == other.letters
                && one.rarity.to_bits() == other.rarity.to_bits()
                && (one.class, one.writing) == (other.class, other.writing)
                && one.native == other.native
                && one.syllables == other.syllables
                && one.forms.len() == other.forms.len()
                && forms.all(|(one, other)| one.text == other.text)
    }
}

impl Eq for SharedWord {}

impl Hash for SharedWord {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.digest);
    }
}

impl Word {
    /// Hashes everything that [`SharedWord`] compares.
    fn hash_whole(&self, state: &mut impl Hasher) {
        // In one piece: a hash of many small ones takes longer than what is in them. No text holds the
        // byte between them.
        let mut whole: SmallVec<[u8; 96]> = SmallVec::new();
        let forms = self.forms.iter().map(|form| &form.text);
        for text in forms.chain([&self.letters]).chain(&self.native) {
            whole.extend_from_slice(text.as_bytes());
            whole.push(u8::MAX);
        }
        let counts = [self.forms.len() as u8, u8::from(self.native.is_some())];
        whole.extend_from_slice(&counts);
        whole.extend_from_slice(&[self.class as u8, self.writing as u8]);
        whole.extend_from_slice(&self.rarity.to_bits().to_le_bytes());
        state.write(&whole);
        if !self.syllables.is_empty() {
            self.syllables.hash(state);
        }
    }

    /// A word from its folded Latin letters.
    pub(crate) fn latin(text: Text, expanded: Option<Text>) -> Self {
        Self::new(text, expanded, None, Writing::Latin)
    }

    /// A word of another script: its romanisation and its own letters.
    pub(crate) fn foreign(text: Text, native: Text, writing: Writing) -> Self {
        Self::new(text, None, Some(native), writing)
    }

    fn new(text: Text, expanded: Option<Text>, native: Option<Text>, writing: Writing) -> Self {
        let letters = text.clone();
        let text = canonical(text);
        let class = class_of(&text);
        let mut forms = SmallVec::new();
        let bare = without_glued_article(&text);
        let spellings = families::spellings(&text);
        let nicknames = families::nicknames(&text);
        let rarity = rarity::bits(&text, class);
        let mask = sound::letters(&text);
        let letters_mask = sound::letters(&letters);
        let family_rarity = rarity::of_families(&spellings, rarity);
        let title = (class == Class::Title).then(|| title_of(&text)).flatten();
        forms.push(Form::new(text));
        forms.extend(expanded.map(canonical).map(Form::new));
        forms.extend(bare.map(Form::new));
        Self {
            forms,
            letters,
            letters_mask,
            native,
            writing,
            mask,
            class,
            spellings,
            nicknames,
            rarity,
            family_rarity,
            syllables: Divisions::new(),
            title,
        }
    }

    /// The word as part of a Korean name, read in `syllables`.
    pub(crate) fn korean(mut self, syllables: Divisions) -> Self {
        if self.class == Class::Initial || !self.counts() {
            self.rarity = rarity::KOREAN_SYLLABLE;
            self.family_rarity = rarity::KOREAN_SYLLABLE;
        }
        self.class = Class::Korean;
        self.syllables = syllables;
        self
    }

    /// Two syllables of a Korean given name as one word.
    pub(crate) fn korean_pair(first: &Self, second: &Self) -> Option<Self> {
        let syllables = korean::pair(first.text(), second.text())?;
        let text = Text::from(first.text()) + second.text();
        let native = first.native.clone().zip(second.native.clone());
        let mut word = match native {
            Some((one, other)) => Self::foreign(text, one + &other, first.writing),
            None => Self::latin(text, None),
        };
        word.rarity = rarity::korean_pair(first.rarity, second.rarity);
        word.family_rarity = word.rarity;
        Some(Self {
            class: Class::Korean,
            syllables,
            ..word
        })
    }

    /// The plain Latin form.
    pub(crate) fn text(&self) -> &str {
        &self.forms[0].text
    }

    /// Whether it carries identity.
    pub(crate) const fn is_core(&self) -> bool {
        matches!(self.class, Class::Core | Class::Korean)
    }

    /// Whether it counts when two names are weighed.
    pub(crate) const fn counts(&self) -> bool {
        !matches!(self.class, Class::Particle | Class::Title)
    }
}

/// A title that a person is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Title {
    Haji,
    Mullah,
    Maulavi,
    Sheikh,
    Qari,
    Mufti,
    Akhund,
    Sahib,
    Rank,
}

fn title_of(text: &str) -> Option<Title> {
    Some(match text {
        "haji" | "hajji" | "hadji" | "hajj" | "alhaji" | "alhaj" => Title::Haji,
        "mullah" | "mulla" | "mollah" | "molah" | "molla" => Title::Mullah,
        "maulavi" | "mawlawi" | "maulawi" | "molvi" | "maulvi" | "molawi" | "molavi"
        | "mawlavi" | "mowlavi" | "moulavi" | "maulana" | "mawlana" | "moulana" | "mowlana" => {
            Title::Maulavi
        }
        "sheikh" | "shaykh" | "shaikh" | "sheik" | "cheikh" | "sheykh" => Title::Sheikh,
        "qari" => Title::Qari,
        "mufti" => Title::Mufti,
        "akhund" | "akhond" | "akhwand" | "akhoond" => Title::Akhund,
        "sahib" | "saheb" | "sahab" => Title::Sahib,
        "general" | "gen" | "colonel" | "col" | "major" | "maj" | "captain" | "capt"
        | "lieutenant" | "lt" | "brigadier" | "commander" | "commandant" => Title::Rank,
        _ => return None,
    })
}

/// Splits off one word as written and makes it ready.
pub(crate) fn read(written: &str) -> Option<Word> {
    let writing = Writing::of_word(written);
    let word = match writing {
        Writing::Latin => {
            let folded = fold::latin(written);
            Word::latin(folded.plain, folded.expanded)
        }
        _ => {
            let native = romanise::native(written);
            let text = match native.as_str() {
                "ابو" => "abu".into(),
                "بن" => "bin".into(),
                "ابن" => "ibn".into(),
                "بنت" => "bint".into(),
                "ولد" => "ould".into(),
                "عبد" => "abd".into(),
                "ال" => "al".into(),
                "الله" | "اللّه" => "allah".into(),
                "ام" => "umm".into(),
                _ => romanise::word(writing, written),
            };
            Word::foreign(text, native, writing)
        }
    };
    let empty = word.text().is_empty() && word.native.as_ref().is_none_or(Text::is_empty);
    (!empty).then_some(word)
}

/// Compound names in one spelling: `abdulrahman`, `abdelrahman`, `abd al rahman` are `abdrahman`;
/// `nuruddin`, `noureddine` end in `din`; `nasrullah` ends in `allah`.
pub(crate) fn canonical(text: Text) -> Text {
    if let Some(stem) = ["ullah", "ollah", "allah", "ulla", "olla"]
        .iter()
        .find_map(|ending| text.strip_suffix(ending))
        && stem.len() >= 3
    {
        return Text::from(stem) + "allah";
    }
    if let Some(stem) = [
        "ouddine", "ouddin", "eddine", "uddine", "addine", "uddin", "eddin", "oddin", "addin",
        "iddin", "aldin", "eldin", "oudine", "udeen", "uddeen", "ettin", "udin", "odin", "aldine",
        "aldeen",
    ]
    .iter()
    .find_map(|ending| text.strip_suffix(ending))
        && stem.len() >= 3
    {
        return Text::from(stem) + "din";
    }
    if let Some(rest) = text.strip_prefix("abd")
        && rest.len() >= 4
    {
        let vowels = rest.trim_start_matches(['a', 'e', 'i', 'o', 'u']);
        let stem = if vowels.len() == rest.len() {
            rest
        } else if let Some(stem) = vowels.strip_prefix('l') {
            stem
        } else {
            let letters = vowels.as_bytes();
            match letters {
                [first, second, ..] if first == second => &vowels[1..],
                _ => vowels,
            }
        };
        if stem.len() >= 3 {
            return Text::from("abd") + stem;
        }
    }
    text
}

/// `alkhazali` also as `khazali`, `essaadi` as `saadi`.
fn without_glued_article(text: &str) -> Option<Text> {
    if text.len() < 6 || !text.is_ascii() {
        return None;
    }
    let letters = text.as_bytes();
    if !matches!(letters[0], b'a' | b'e') {
        return None;
    }
    // `Alinejad` and `Alipour` are Ali's, not the article's.
    if let Some(rest) = text.strip_prefix("ali")
        && WITH_ALI.iter().any(|start| rest.starts_with(start))
    {
        return None;
    }
    let article = letters[1] == b'l'
        || (letters[1] == letters[2]
            && matches!(letters[1], b's' | b'n' | b'd' | b'r' | b't' | b'z'));
    article.then(|| Text::from(&text[2..]))
}

/// How names that are made of `Ali` go on.
const WITH_ALI: [&str; 9] = [
    "abad", "akbar", "khan", "nejad", "nezhad", "pour", "reza", "yar", "zad",
];

/// The head of a compound name (`abd`, `abu`, `umm`) and the number of its sounds; the rest tells
/// such names apart.
pub(crate) fn compound_head(text: &str) -> Option<(&'static str, usize)> {
    [("abd", 3), ("abu", 3), ("umm", 2)]
        .into_iter()
        .find(|(head, _)| text.len() >= head.len() + 3 && text.starts_with(head))
}

fn class_of(text: &str) -> Class {
    match text {
        "al" | "el" | "ul" | "ur" | "ud" | "il" | "ad" | "ed" | "ash" | "esh" | "ar" | "er"
        | "an" | "en" | "at" | "et" | "az" | "ez" | "as" | "es" | "bin" | "ben" | "ibn"
        | "bint" | "binti" | "ould" | "uld" | "wa" | "de" | "da" | "do" | "dos" | "das" | "del"
        | "della" | "di" | "du" | "la" | "las" | "los" | "le" | "van" | "von" | "vom" | "der"
        | "den" | "ter" | "zu" | "y" | "e" | "und" | "and" | "oglu" | "kyzy" | "ogly" | "qizi"
        | "zade" | "bt" | "na" | "of" | "the" => Class::Particle,
        _ if title_of(text).is_some() => Class::Title,
        "mr" | "mrs" | "ms" | "miss" | "mstr" | "dr" | "prof" | "professor" | "sir" | "mme"
        | "mlle" | "sr" | "sra" | "jr" | "ii" | "iii" | "iv" | "ayatollah" | "hojatoleslam"
        | "ustaz" | "ustadz" | "eng" | "engineer" | "hon" | "rev" | "imam" | "emir" | "chief"
        | "president" | "minister" | "fnu" | "lnu" | "xxx" => Class::Title,
        _ if text.chars().nth(1).is_none() && !text.is_empty() => Class::Initial,
        _ if text.len() >= 7
            && [
                "ovich", "evich", "ovna", "evna", "ovych", "evych", "ivna", "ovitch", "evitch",
                "ovic", "evic", "ogly", "oglu", "avich", "ouna", "yevich", "ichna",
            ]
            .iter()
            .any(|ending| text.ends_with(ending)) =>
        {
            Class::Patronymic
        }
        _ => Class::Core,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_have_one_spelling() {
        for spelling in ["abdulrahman", "abdelrahman", "abdurrahman", "abdrahman"] {
            assert_eq!(canonical(spelling.into()), "abdrahman");
        }
        assert_eq!(canonical("abdullah".into()), canonical("abdallah".into()));
        assert_eq!(canonical("nuruddin".into()), "nurdin");
        assert_eq!(canonical("abdi".into()), "abdi");
    }

    #[test]
    fn classes() {
        assert_eq!(class_of("vladimirovich"), Class::Patronymic);
        assert_eq!(class_of("j"), Class::Initial);
        assert_eq!(class_of("nasir"), Class::Core);
    }
}
