//! Names of invented people: the tables of `data/names.tsv` by culture, in the forms that
//! documents and systems make of them.

use smallvec::SmallVec;

use crate::dice::Dice;

static TABLE: &str = include_str!("../data/names.tsv");

/// A name in capitals, three times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// With its letters: `MÜLLER`, `O'BRIEN`.
    pub kept: Box<str>,
    /// As ICAO Doc 9303 spells it in a document: `MUELLER`, `OBRIEN`, `AL MASRI`.
    pub icao: Box<str>,
    /// With everything above and beside the letters dropped: `MULLER`.
    pub plain: Box<str>,
}

/// Index of a name in the table.
pub(crate) type NameId = u32;

/// What becomes of letters beyond A to Z; in the order of [`crate::Mix::Diacritics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As in the machine-readable zone.
    Icao,
    /// Dropped.
    Plain,
    /// Kept.
    Kept,
}

/// How the names of a culture are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// One or more given names, a surname.
    Plain,
    /// Two surnames.
    TwoSurnames,
    /// A patronymic after the given name.
    Patronymic,
    /// Own name, father's, often grandfather's, then the family's.
    Chain,
    /// Surname from the father's name.
    FromFather,
}

/// The names of one culture.
#[derive(Clone, Debug)]
struct Culture {
    name: &'static str,
    manner: Manner,
    /// Of men, of women.
    surnames: [Vec<NameId>; 2],
    given: [Vec<NameId>; 2],
    patronymics: [Vec<NameId>; 2],
}

/// Every name.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    names: Vec<Name>,
    cultures: Vec<Culture>,
}

/// What a person is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Called {
    /// Surnames, rarely none.
    pub surnames: SmallVec<[NameId; 2]>,
    /// Given names; none of a person with one name.
    pub given: SmallVec<[NameId; 3]>,
}

impl Names {
    /// Reads the table.
    pub(crate) fn new() -> Self {
        let mut all = Self {
            names: Vec::new(),
            cultures: Vec::new(),
        };
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(culture), Some(kind), Some(words)) =
                (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            if all.cultures.last().is_none_or(|last| last.name != culture) {
                all.cultures.push(Culture {
                    name: culture,
                    manner: manner(culture),
                    surnames: Default::default(),
                    given: Default::default(),
                    patronymics: Default::default(),
                });
            }
            let ids: Vec<NameId> = words.split('|').map(|word| all.add(word)).collect();
            let Some(of) = all.cultures.last_mut() else {
                continue;
            };
            match kind {
                "s" => of.surnames[0] = ids,
                "S" => of.surnames[1] = ids,
                "m" => of.given[0] = ids,
                _ => of.given[1] = ids,
            }
        }
        for index in 0..all.cultures.len() {
            if all.cultures[index].surnames[1].is_empty() {
                all.cultures[index].surnames[1] = all.cultures[index].surnames[0].clone();
            }
            all.derive(index);
        }
        all
    }

    /// Index of a culture.
    pub(crate) fn culture(&self, name: &str) -> Option<u8> {
        self.cultures
            .iter()
            .position(|culture| culture.name == name)
            .map(|index| index as u8)
    }

    /// How many cultures there are.
    pub(crate) fn cultures(&self) -> usize {
        self.cultures.len()
    }

    /// A name.
    pub(crate) fn get(&self, id: NameId) -> &Name {
        &self.names[id as usize]
    }

    /// A name as it is spelt.
    pub(crate) fn spelt(&self, id: NameId, spelling: Spelling) -> &str {
        let name = self.get(id);
        match spelling {
            Spelling::Icao => &name.icao,
            Spelling::Plain => &name.plain,
            Spelling::Kept => &name.kept,
        }
    }

    /// A surname of a culture.
    pub(crate) fn surname(&self, culture: u8, female: bool, dice: &mut Dice) -> NameId {
        let table = &self.cultures[usize::from(culture)].surnames[usize::from(female)];
        table[dice.ranked(table.len())]
    }

    /// The same family's surname for a man or a woman, where the table has both.
    pub(crate) fn surname_for(&self, culture: u8, surname: NameId, female: bool) -> NameId {
        let of = &self.cultures[usize::from(culture)];
        let (from, to) = (
            &of.surnames[usize::from(!female)],
            &of.surnames[usize::from(female)],
        );
        if from.len() != to.len() {
            return surname;
        }
        from.iter()
            .position(|id| *id == surname)
            .map_or(surname, |index| to[index])
    }

    /// Calls a person: `family` is the household's surname.
    pub(crate) fn call(
        &self,
        culture: u8,
        female: bool,
        family: NameId,
        one_name: bool,
        dice: &mut Dice,
    ) -> Called {
        let of = &self.cultures[usize::from(culture)];
        let given = &of.given[usize::from(female)];
        let mut called = Called::default();
        let own = given[dice.ranked(given.len())];
        if one_name {
            called.surnames.push(own);
            return called;
        }
        called.given.push(own);
        called.surnames.push(family);
        match of.manner {
            Manner::Plain => {
                if dice.chance(0.35) {
                    self.push_new(&mut called, given, dice);
                }
            }
            Manner::TwoSurnames => {
                let mother = &of.surnames[1];
                called.surnames.push(mother[dice.ranked(mother.len())]);
                if dice.chance(0.45) {
                    self.push_new(&mut called, given, dice);
                }
            }
            Manner::Patronymic => {
                let fathers = &of.patronymics[usize::from(female)];
                called.given.push(fathers[dice.ranked(fathers.len())]);
            }
            Manner::Chain => {
                for _ in 0..dice.between(0, 2) {
                    self.push_new(&mut called, &of.given[0], dice);
                }
            }
            Manner::FromFather => {
                let fathers = &of.patronymics[usize::from(female)];
                called.surnames[0] = fathers[dice.ranked(fathers.len())];
                if dice.chance(0.5) {
                    self.push_new(&mut called, given, dice);
                }
            }
        }
        called
    }

    fn push_new(&self, called: &mut Called, from: &[NameId], dice: &mut Dice) {
        let id = from[dice.ranked(from.len())];
        if !called.given.contains(&id) {
            called.given.push(id);
        }
    }

    fn add(&mut self, word: &str) -> NameId {
        let kept = word.to_uppercase();
        let name = Name {
            icao: fold(&kept, true).into(),
            plain: fold(&kept, false).into(),
            kept: kept.into(),
        };
        self.names.push(name);
        self.names.len() as NameId - 1
    }

    /// Patronymics from the men's given names, where the culture has them.
    fn derive(&mut self, index: usize) {
        let culture = &self.cultures[index];
        let ends = match (culture.manner, culture.name) {
            (Manner::FromFather, _) => ["SSON", "SDÓTTIR"],
            (Manner::Patronymic, "bulgarian") => ["OV", "OVA"],
            (Manner::Patronymic, _) => ["OVICH", "OVNA"],
            _ => return,
        };
        let fathers: Vec<String> = culture.given[0]
            .iter()
            .map(|id| {
                self.names[*id as usize]
                    .kept
                    .trim_end_matches(['A', 'I', 'Y', 'O', 'U'])
                    .to_owned()
            })
            .collect();
        for (sex, end) in ends.into_iter().enumerate() {
            let ids = fathers
                .iter()
                .map(|father| self.add(&format!("{father}{end}")))
                .collect();
            self.cultures[index].patronymics[sex] = ids;
        }
    }
}

fn manner(culture: &str) -> Manner {
    match culture {
        "spanish" | "spanish-american" | "portuguese" | "brazilian" | "philippine" => {
            Manner::TwoSurnames
        }
        "russian" | "ukrainian" | "bulgarian" => Manner::Patronymic,
        "arabic" | "maghreb" | "somali" | "persian" => Manner::Chain,
        "icelandic" => Manner::FromFather,
        _ => Manner::Plain,
    }
}

/// Spells capitals with A to Z only: as ICAO Doc 9303 part 3 section 6 recommends, or with what
/// is beyond them dropped.
fn fold(name: &str, icao: bool) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let text = match c {
            'A'..='Z' => {
                out.push(c);
                continue;
            }
            ' ' | '-' => " ",
            'Ä' | 'Æ' if icao => "AE",
            'Ö' | 'Ø' | 'Œ' if icao => "OE",
            'Ü' if icao => "UE",
            'Å' if icao => "AA",
            'ẞ' | 'ß' => "SS",
            'Þ' => "TH",
            'Ĳ' => "IJ",
            'À'..='Å' | 'Ā' | 'Ă' | 'Ą' | 'Ả' | 'Ạ' | 'Ắ' | 'Ằ' | 'Ấ' | 'Ầ' | 'Ậ' => {
                "A"
            }
            'Ç' | 'Ć' | 'Č' | 'Ĉ' | 'Ċ' => "C",
            'Ð' | 'Đ' | 'Ď' => "D",
            'È'..='Ë' | 'Ē' | 'Ė' | 'Ę' | 'Ě' | 'Ế' | 'Ề' | 'Ễ' | 'Ệ' | 'Ẽ' | 'Ẹ' | 'Ə' => {
                "E"
            }
            'Ĝ' | 'Ğ' | 'Ģ' | 'Ġ' => "G",
            'Ħ' => "H",
            'Ì'..='Ï' | 'Ī' | 'Į' | 'İ' | 'Ĩ' | 'Ị' => "I",
            'Ķ' => "K",
            'Ł' | 'Ļ' | 'Ľ' | 'Ĺ' => "L",
            'Ñ' | 'Ń' | 'Ņ' | 'Ň' | 'Ŋ' => "N",
            'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ő' | 'Ọ' | 'Ố' | 'Ồ' | 'Ộ' | 'Ơ' => "O",
            'Œ' => "OE",
            'Æ' => "AE",
            'Ŕ' | 'Ř' => "R",
            'Ś' | 'Š' | 'Ş' | 'Ș' | 'Ṣ' => "S",
            'Ţ' | 'Ť' | 'Ț' => "T",
            'Ù'..='Ü' | 'Ū' | 'Ů' | 'Ű' | 'Ų' | 'Ư' | 'Ũ' => "U",
            'Ŵ' => "W",
            'Ý' | 'Ÿ' => "Y",
            'Ź' | 'Ż' | 'Ž' => "Z",
            _ => "",
        };
        out.push_str(text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_as_documents_do() {
        assert_eq!(fold("MÜLLER", true), "MUELLER");
        assert_eq!(fold("MÜLLER", false), "MULLER");
        assert_eq!(fold("O'BRIEN", true), "OBRIEN");
        assert_eq!(fold("AL-MASRI", true), "AL MASRI");
        assert_eq!(fold("ŁĘCKI", true), "LECKI");
    }

    #[test]
    fn every_name_has_letters_in_every_form() {
        let names = Names::new();
        assert!(names.cultures() > 40);
        for name in &names.names {
            for form in [&name.icao, &name.plain] {
                assert!(form.len() >= 2 || name.kept.chars().count() < 3, "{name:?}");
                assert!(
                    form.bytes().all(|b| b.is_ascii_uppercase() || b == b' '),
                    "{name:?}"
                );
            }
        }
        for culture in &names.cultures {
            for table in culture.surnames.iter().chain(&culture.given) {
                assert!(table.len() >= 8, "{}", culture.name);
            }
        }
    }

    #[test]
    fn a_spanish_woman_has_two_surnames_and_a_russian_man_a_patronymic() {
        let names = Names::new();
        let mut dice = Dice::new(5);
        let spanish = names.culture("spanish").unwrap();
        let family = names.surname(spanish, true, &mut dice);
        assert_eq!(
            names
                .call(spanish, true, family, false, &mut dice)
                .surnames
                .len(),
            2
        );
        let russian = names.culture("russian").unwrap();
        let family = names.surname(russian, false, &mut dice);
        let called = names.call(russian, false, family, false, &mut dice);
        assert!(names.get(called.given[1]).icao.ends_with("OVICH"));
        let daughter = names.surname_for(russian, family, true);
        assert_ne!(daughter, family);
    }
}
