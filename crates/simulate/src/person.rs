//! Invented people: each is a function of a key, so that nobody need be remembered.

use compact_str::{CompactString, ToCompactString};
use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::dice::{Dice, mix};
use crate::names::{Called, NameId};
use crate::parameters::{Mix, Rate};
use crate::tally::Draw;
use crate::world::World;

/// Sex as documents have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sex {
    /// M.
    Male,
    /// F.
    Female,
    /// X.
    Other,
}

impl Sex {
    /// The letter.
    pub(crate) const fn letter(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
            Self::Other => "X",
        }
    }
}

/// A travel document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    /// `P` passport, `I` identity card.
    pub kind: &'static str,
    /// Its number.
    pub number: CompactString,
    /// Index of the issuing country.
    pub issuer: usize,
    /// Last day.
    pub expires: Date,
}

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The key that made the person: the same person on another flight has the same.
    pub id: u64,
    /// Names.
    pub called: Called,
    /// Culture of the names.
    pub culture: u8,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub born: Date,
    /// Index of the country of nationality.
    pub land: usize,
    /// Index of the country of a second nationality.
    pub second: Option<usize>,
    /// The document travelled on.
    pub document: Document,
}

/// People who live together and share surname and address.
#[derive(Clone, Debug)]
pub(crate) struct Household {
    /// Its key.
    pub key: u64,
    /// Index of the country.
    pub land: usize,
    culture: u8,
    /// Surname in the form for men.
    family: NameId,
}

/// How old somebody is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// 18 or older.
    Adult,
    /// As chance has it for those who do not travel alone.
    Any,
    /// From 2 to 11.
    Child,
}

/// Mean size of a booking, from [`Mix::BookingSize`]: groups have 10 to 38.
const MEAN_SIZE: f64 = 1.658;

impl Household {
    /// The household of a key in a country.
    pub(crate) fn new(world: &World, key: u64, land: usize, draw: &mut Draw<'_>) -> Self {
        draw.with(mix(key, 1), |draw| {
            let mut culture = world.lands[land].culture;
            if draw.chance(Rate::OtherCulture) {
                let others = world.names.cultures() as u32 - 1;
                culture = (culture + 1 + draw.dice.below(others) as u8) % (others as u8 + 1);
            }
            let family = world.names.surname(culture, false, &mut draw.dice);
            Self {
                key,
                land,
                culture,
                family,
            }
        })
    }

    /// Member `number` of the household; 0 is an adult. Ages are as of `on`.
    pub(crate) fn member(
        &self,
        world: &World,
        number: u32,
        age: Age,
        on: Date,
        draw: &mut Draw<'_>,
    ) -> Person {
        let id = mix(self.key, 16 + u64::from(number));
        draw.with(id, |draw| {
            let sex = [Sex::Male, Sex::Female, Sex::Other][draw.part(Mix::Sex)];
            let years = match age {
                Age::Adult => draw.dice.triangular(18.0, 36.0, 80.0),
                Age::Child => 2.0 + draw.dice.unit() * 9.9,
                Age::Any => companion_age(&mut draw.dice),
            };
            let born = birth_date(on, years, &mut draw.dice);
            self.person(world, id, sex, born, draw)
        })
    }

    fn person(
        &self,
        world: &World,
        id: u64,
        sex: Sex,
        mut born: Date,
        draw: &mut Draw<'_>,
    ) -> Person {
        let country = world.lands[self.land].alpha3;
        if matches!(country, "AFG" | "SOM" | "SDN" | "IRQ" | "YEM")
            && draw.chance(Rate::FirstOfJanuary)
        {
            born = date(born.year(), 1, 1);
        }
        let one_name = matches!(country, "AFG" | "IDN" | "IND") && draw.chance(Rate::Mononym);
        let female = sex == Sex::Female;
        let family = world.names.surname_for(self.culture, self.family, female);
        let called = world
            .names
            .call(self.culture, female, family, one_name, &mut draw.dice);
        let second = draw
            .chance(Rate::DualNational)
            .then(|| world.any_land(&mut draw.dice));
        let mut document = document(world, self.land, &mut draw.dice);
        if draw.chance(Rate::Expired) {
            document.expires = document.expires.saturating_sub(11.years());
        }
        if draw.chance(Rate::IssuerDiffers) {
            document.issuer = second.unwrap_or((self.land + 7) % world.lands.len());
        }
        Person {
            id,
            called,
            culture: self.culture,
            sex,
            born,
            land: self.land,
            second: second.filter(|second| *second != self.land),
            document,
        }
    }
}

/// A birth date `years` before `on`.
pub(crate) fn birth_date(on: Date, years: f64, dice: &mut Dice) -> Date {
    let days = (years * 365.25) as i64 + i64::from(dice.below(2));
    on.saturating_sub(days.days())
}

/// Ages of those who are not the first of a booking, such that all travellers together come out
/// at 1.2 % infants, 6 % from 2 to 11 and 4 % from 12 to 17 (sheet 3.2).
fn companion_age(dice: &mut Dice) -> f64 {
    let scale = MEAN_SIZE / (MEAN_SIZE - 1.0);
    let throw = dice.unit() / scale;
    if throw < 0.012 {
        0.04 + dice.unit() * 1.9
    } else if throw < 0.072 {
        2.01 + dice.unit() * 9.95
    } else if throw < 0.112 {
        12.01 + dice.unit() * 5.95
    } else {
        dice.triangular(18.0, 36.0, 80.0)
    }
}

/// Years that have passed from `born` to `on`.
pub(crate) fn age_on(born: Date, on: Date) -> i32 {
    let before = (on.month(), on.day()) < (born.month(), born.day());
    i32::from(on.year()) - i32::from(born.year()) - i32::from(before)
}

/// A document of a country. How numbers look is invented country by country.
pub(crate) fn document(world: &World, land: usize, dice: &mut Dice) -> Document {
    let letters = land % 3;
    let mut number = CompactString::default();
    for _ in 0..letters {
        number.push(char::from(b'A' + dice.below(26) as u8));
    }
    for _ in letters..9 - land % 2 {
        number.push(char::from(b'0' + dice.below(10) as u8));
    }
    let card = matches!(
        world.lands[land].alpha3,
        "DEU" | "FRA" | "ITA" | "BEL" | "ESP" | "PRT" | "NLD" | "ROU" | "HRV"
    ) && dice.chance(0.1);
    let expires = world
        .parameters
        .first_day
        .saturating_add((60 + dice.below(3500)).to_span());
    Document {
        kind: if card { "I" } else { "P" },
        number,
        issuer: land,
        expires,
    }
}

/// Whole days as a span.
trait Days {
    fn to_span(self) -> jiff::Span;
}

impl Days for u32 {
    fn to_span(self) -> jiff::Span {
        i64::from(self).days()
    }
}

/// A telephone number in a country: its prefix and nine digits.
pub(crate) fn phone(world: &World, land: usize, dice: &mut Dice) -> CompactString {
    let mut number = world.lands[land].dial.to_compact_string();
    number.push_str("555");
    for _ in 0..6 {
        number.push(char::from(b'0' + dice.below(10) as u8));
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::Parameters;
    use crate::tally::Tally;

    #[test]
    fn a_key_makes_the_same_person_again() {
        let world = World::new(1, Parameters::default()).unwrap();
        let mut tally = Tally::default();
        let mut make = |dice: u64| {
            let mut draw = Draw {
                dice: Dice::new(dice),
                parameters: &world.parameters,
                tally: &mut tally,
            };
            let household = Household::new(&world, 99, 3, &mut draw);
            household.member(&world, 1, Age::Any, date(2026, 11, 24), &mut draw)
        };
        let (one, two) = (make(1), make(2));
        assert_eq!(one.called, two.called);
        assert_eq!((one.born, &one.document), (two.born, &two.document));
    }

    #[test]
    fn ages_count_full_years() {
        assert_eq!(age_on(date(2000, 2, 29), date(2026, 2, 28)), 25);
        assert_eq!(age_on(date(2000, 2, 29), date(2026, 3, 1)), 26);
    }
}
