//! What of a listed name bounds its evidence, packed into sixteen bytes: that most names cannot reach
//! the floor is seen without looking them up.

use tidewaiter_domain::{CountryCode, NameQuality, Sex, SubjectKind};

use super::reach::Shape;
use super::vocabulary::WordId;
use crate::evidence::{
    OTHER_KIND, OTHER_NATIONALITY, OTHER_SEX, SAME_NATIONALITY, SAME_SEX, kinds_differ,
    quality_bits,
};
use crate::person::Person;

/// Most counting words of a name that are kept beside each other.
pub(crate) const FEW_WORDS: usize = 4;

/// The counting words of a name where they are few, filled up with a word that no name has, or the first
/// of many; and its traits in the upper bytes of the first three.
#[derive(Clone, Copy, Default)]
pub(crate) struct Glance([u32; FEW_WORDS]);

/// A glance without one of its words, which stands elsewhere.
#[derive(Clone, Copy, Default)]
pub(crate) struct Others([u32; FEW_WORDS - 1]);

impl Others {
    pub(crate) fn words(self) -> [WordId; FEW_WORDS - 1] {
        self.0.map(|word| word & Glance::WORD)
    }

    pub(crate) fn traits(self) -> Traits {
        self.with(0).traits()
    }

    pub(crate) fn with(self, word: WordId) -> Glance {
        let [a, b, c] = self.0;
        Glance([a, b, c, word])
    }
}

impl Glance {
    /// In a vocabulary as large as this, or larger, all names have too many words to be told.
    pub(crate) const MOST_WORDS: usize = 1 << 24;

    const WORD: u32 = (1 << 24) - 1;

    pub(crate) fn new(words: [WordId; FEW_WORDS], traits: Traits) -> Self {
        let [a, b, c, d] = words.map(|word| word & Self::WORD);
        let of = |byte: u8| u32::from(byte) << 24;
        Self([
            a | of(traits.shape),
            b | of(traits.nation),
            c | of(traits.rest),
            d,
        ])
    }

    /// The counting words, filled up.
    pub(crate) fn words(self) -> [WordId; FEW_WORDS] {
        self.0.map(|word| word & Self::WORD)
    }

    pub(crate) fn traits(self) -> Traits {
        let [shape, nation, rest, _] = self.0.map(|word| (word >> 24) as u8);
        Traits {
            shape,
            nation,
            rest,
        }
    }

    /// Leaves out the word at `own`.
    pub(crate) fn without(self, own: usize) -> Others {
        let mut words = self.words();
        words[own..].rotate_left(1);
        let Self([a, b, c, _]) = Self::new(words, self.traits());
        Others([a, b, c])
    }
}

/// What is told of a name and its entry in three bytes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Traits {
    /// The shape, and whether the words are too many to be told.
    shape: u8,
    /// The nationality: its number from 1 on, [`Nations::NONE`] or [`Nations::SEVERAL`].
    nation: u8,
    /// Sex, quality and kind.
    rest: u8,
}

impl Traits {
    const MANY_WORDS: u8 = 1 << 7;
    const MALE: u8 = 1;
    const FEMALE: u8 = 2;
    const LOW_QUALITY: u8 = 1 << 2;
    const KIND: u32 = 3;
    /// Number of values of `rest`.
    const RESTS: usize = 1 << 6;

    pub(crate) fn new(
        shape: Shape,
        nation: u8,
        (sex, quality, kind): (Option<Sex>, NameQuality, SubjectKind),
    ) -> Self {
        let sex = match sex {
            Some(Sex::Male) => Self::MALE,
            Some(Sex::Female) => Self::FEMALE,
            Some(Sex::Unspecified) | None => 0,
        };
        let quality = match quality {
            NameQuality::Low => Self::LOW_QUALITY,
            NameQuality::Good | NameQuality::Unknown => 0,
        };
        let kind = KINDS
            .iter()
            .position(|one| *one == kind)
            .unwrap_or_default() as u8;
        Self {
            shape: shape.number(),
            nation,
            rest: sex | quality | kind << Self::KIND,
        }
    }

    /// The shape; odd also when the date is approximate.
    pub(crate) fn shape(self) -> Shape {
        Shape::numbered(self.shape & !Self::MANY_WORDS)
    }

    /// Whether the words are not told.
    pub(crate) fn has_many_words(self) -> bool {
        self.shape & Self::MANY_WORDS != 0
    }

    pub(crate) fn have_many_words(&mut self) {
        self.shape |= Self::MANY_WORDS;
    }
}

const KINDS: [SubjectKind; 5] = [
    SubjectKind::Unknown,
    SubjectKind::Person,
    SubjectKind::Organisation,
    SubjectKind::Vessel,
    SubjectKind::Aircraft,
];

/// The nationalities of a segment's entries by number.
#[derive(Default)]
pub(crate) struct Nations(Vec<CountryCode>);

impl Nations {
    const NONE: u8 = 0;
    /// Several, or one beyond those that have a number.
    const SEVERAL: u8 = u8::MAX;

    /// The number of what an entry says.
    pub(crate) fn number(&mut self, nationalities: &[CountryCode]) -> u8 {
        let [one] = nationalities else {
            return if nationalities.is_empty() {
                Self::NONE
            } else {
                Self::SEVERAL
            };
        };
        let known = self.0.iter().position(|nation| nation == one);
        let at = known.unwrap_or_else(|| {
            if self.0.len() + 1 < usize::from(Self::SEVERAL) {
                self.0.push(*one);
            } else {
                return usize::from(Self::SEVERAL) - 1;
            }
            self.0.len() - 1
        });
        at as u8 + 1
    }
}

/// What an entry's traits take from the most that nationality, sex, quality and kind can weigh for a
/// query: nothing or less.
pub(crate) struct Allowance {
    nation: [f32; 1 << 8],
    rest: [f32; Traits::RESTS],
}

impl Allowance {
    pub(crate) fn new(query: &Person, nations: &Nations) -> Self {
        let mut nation = [0.0; 1 << 8];
        if !query.nationalities.is_empty() {
            nation = [OTHER_NATIONALITY - SAME_NATIONALITY; 1 << 8];
            nation[usize::from(Nations::NONE)] = -SAME_NATIONALITY;
            nation[usize::from(Nations::SEVERAL)] = 0.0;
            for code in &query.nationalities {
                if let Some(at) = nations.0.iter().position(|nation| nation == code) {
                    nation[at + 1] = 0.0;
                }
            }
        }
        let sex = |rest: u8| match (query.sex, rest & (Traits::MALE | Traits::FEMALE)) {
            (None | Some(Sex::Unspecified), _) => 0.0,
            (Some(Sex::Male), Traits::MALE) | (Some(Sex::Female), Traits::FEMALE) => 0.0,
            (Some(_), 0) => -SAME_SEX,
            (Some(_), _) => OTHER_SEX - SAME_SEX,
        };
        let sexes: [f32; 4] = std::array::from_fn(|rest| sex(rest as u8));
        let kinds = KINDS.map(|kind| match kinds_differ(query.kind, kind) {
            true => OTHER_KIND,
            false => 0.0,
        });
        let low = quality_bits(NameQuality::Low);
        let rest = std::array::from_fn(|rest| {
            let quality = if rest & usize::from(Traits::LOW_QUALITY) != 0 {
                low
            } else {
                0.0
            };
            let kind = kinds.get(rest >> Traits::KIND).copied();
            sexes[rest % sexes.len()] + quality + kind.unwrap_or_default()
        });
        Self { nation, rest }
    }

    pub(crate) fn of(&self, traits: Traits) -> f32 {
        self.nation[usize::from(traits.nation)]
            + self.rest[usize::from(traits.rest) % Traits::RESTS]
    }
}
