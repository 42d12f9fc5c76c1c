//! What the messages write of a person: the same in each message of a flight, with its noise.

use compact_str::CompactString;
use jiff::civil::Date;
use smallvec::SmallVec;

use crate::flight::{Kind, Style};
use crate::names::Spelling;
use crate::noise;
use crate::parameters::{Mix, Rate};
use crate::person::{Person, Sex, age_on};
use crate::tally::Draw;
use crate::world::World;

/// What went wrong with a record, by the names of the rates.
pub(crate) type Noise = SmallVec<[Rate; 2]>;

/// What a passenger list writes of a person, as a reader without fault reads it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ApiRecord {
    /// Surname.
    pub surname: CompactString,
    /// Given names, one a component.
    pub given: SmallVec<[CompactString; 2]>,
    /// Sex.
    pub sex: Option<&'static str>,
    /// Birth date.
    pub born: Option<Date>,
    /// Nationality: index of the country.
    pub nationality: Option<usize>,
    /// Whether countries are written with codes that are no ISO alpha-3.
    pub odd_country: bool,
    /// Document number, letters and digits.
    pub number: Option<CompactString>,
    /// The same as written.
    pub number_written: CompactString,
    /// Issuer of the document.
    pub issuer: Option<usize>,
    /// Expiry of the document.
    pub expires: Option<Date>,
    /// Whether the data were swiped.
    pub swiped: bool,
    /// What went wrong.
    pub noise: Noise,
}

/// What a booking writes of a person.
#[derive(Clone, Debug, Default)]
pub(crate) struct PnrRecord {
    /// Surname.
    pub surname: CompactString,
    /// Given names without title, parted by spaces.
    pub given: CompactString,
    /// Title.
    pub title: &'static str,
    /// Given names and title as written.
    pub given_written: CompactString,
    /// Whether the document is in the booking, and whether it is shifted by one field.
    pub docs: Option<bool>,
    /// What went wrong.
    pub noise: Noise,
}

/// The letters that remain of a name; [`Mix::Diacritics`].
pub(crate) fn spelling(draw: &mut Draw<'_>) -> Spelling {
    [Spelling::Icao, Spelling::Plain, Spelling::Kept][draw.part(Mix::Diacritics)]
}

fn joined(world: &World, ids: &[u32], spelling: Spelling) -> CompactString {
    let mut out = CompactString::default();
    for (i, id) in ids.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        out.push_str(world.names.spelt(*id, spelling));
    }
    out
}

/// The title that goes with a person.
pub(crate) fn title(person: &Person, on: Date) -> &'static str {
    let child = age_on(person.born, on) < 12;
    match (person.sex, child) {
        (Sex::Male, false) => "MR",
        (Sex::Male, true) => "MSTR",
        (Sex::Female, true) => "MISS",
        (Sex::Female, false) if person.id.is_multiple_of(3) => "MS",
        (Sex::Female, false) => "MRS",
        (Sex::Other, _) => "MX",
    }
}

impl ApiRecord {
    /// Writes a person for a passenger list. `noisy` puts in a slip or another spelling for sure.
    pub(crate) fn of(
        world: &World,
        person: &Person,
        on: Date,
        style: Style,
        noisy: bool,
        draw: &mut Draw<'_>,
    ) -> Self {
        let charset = Mix::Charset.parts()[style.charset].0;
        let ids = || person.called.surnames.iter().chain(&person.called.given);
        let spelt = match spelling(draw) {
            Spelling::Kept if charset == "UNOA" => Spelling::Icao,
            // ISO 8859-1 has the letters of western Europe only.
            Spelling::Kept
                if charset == "UNOC"
                    && ids().any(|id| world.names.get(*id).kept.chars().any(|c| c > 'ÿ')) =>
            {
                Spelling::Icao
            }
            other => other,
        };
        let mut noise = Noise::new();
        let mut given: SmallVec<[u32; 3]> = person.called.given.clone();
        if given.len() > 1 && draw.chance(Rate::MiddleDroppedApi) {
            given.truncate(1);
            noise.push(Rate::MiddleDroppedApi);
        }
        let mut record = Self {
            surname: joined(world, &person.called.surnames, spelt),
            ..Self::default()
        };
        if given.len() > 1 && draw.chance(Rate::GivenJoinedApi) {
            let all: String = given
                .iter()
                .map(|id| world.names.spelt(*id, spelt))
                .collect();
            record.given.push(all.into());
            noise.push(Rate::GivenJoinedApi);
        } else {
            record
                .given
                .extend(given.first().map(|id| world.names.spelt(*id, spelt).into()));
            if given.len() > 1 {
                record.given.push(joined(world, &given[1..], spelt));
            }
        }
        record.swiped = !draw.chance(Rate::Typed);
        let typo = if record.swiped {
            Rate::TypoSwiped
        } else {
            Rate::TypoTyped
        };
        let mut changed = false;
        if (draw.chance(typo) || noisy && draw.dice.chance(0.5))
            && let Some(slipped) = noise::slip(&record.surname, &mut draw.dice)
        {
            record.surname = slipped;
            noise.push(typo);
            changed = true;
        }
        if noisy
            && !changed
            && let Some(other) = noise::spelt_otherwise(&record.surname, &mut draw.dice)
        {
            record.surname = other;
            noise.push(Rate::SpeltOtherwise);
        }
        if draw.chance(Rate::TruncatedApi)
            && let Some(short) = noise::cut(&record.surname, &mut draw.dice)
        {
            record.surname = short;
            noise.push(Rate::TruncatedApi);
        }
        if !record.given.is_empty() {
            if draw.chance(Rate::TitleGluedApi)
                && let Some(last) = record.given.last_mut()
            {
                last.push_str(title(person, on));
                noise.push(Rate::TitleGluedApi);
            } else if draw.chance(Rate::Swapped) {
                let mut first = CompactString::default();
                for (i, word) in record.given.iter().enumerate() {
                    first.push_str(if i > 0 { " " } else { "" });
                    first.push_str(word);
                }
                record.given.clear();
                record
                    .given
                    .push(std::mem::replace(&mut record.surname, first));
                noise.push(Rate::Swapped);
            } else if draw.chance(Rate::Filler) {
                record.given.clear();
                record.given.push("FNU".into());
                noise.push(Rate::Filler);
            }
        }
        record.data(person, noise, style.long_dates, draw);
        record
    }

    /// Replaces the name by an alias, written without noise.
    pub(crate) fn called(&mut self, surname: &str, given: &str) {
        self.surname = surname.into();
        self.given.clear();
        self.given.push(given.into());
    }

    /// Everything but the name.
    fn data(&mut self, person: &Person, mut noise: Noise, long: bool, draw: &mut Draw<'_>) {
        let mut missing = |draw: &mut Draw<'_>, rate| {
            let hit = draw.chance(rate);
            if hit {
                noise.push(rate);
            }
            hit
        };
        if !missing(draw, Rate::SexMissing) {
            self.sex = Some(person.sex.letter());
        }
        if !missing(draw, Rate::BirthMissing) {
            let (y, m, d) = (person.born.year(), person.born.month(), person.born.day());
            self.born = Some(person.born);
            if d <= 12 && d != m && missing(draw, Rate::BirthTransposed) {
                self.born = Date::new(y, d, m).ok();
            } else if long && (1912..2000).contains(&y) && missing(draw, Rate::BirthCentury) {
                self.born = Date::new(y - 100, m, d).ok().or(self.born);
            }
        }
        if !missing(draw, Rate::NationalityMissing) {
            self.nationality = Some(person.land);
        }
        let document = &person.document;
        if !missing(draw, Rate::NumberMissing) {
            self.number = Some(document.number.clone());
            self.number_written = document.number.clone();
            if missing(draw, Rate::OddNumber) {
                let filler = *draw.dice.pick(&[" ", "-", "<"]);
                self.number_written.insert_str(2, filler);
            }
        }
        if !missing(draw, Rate::IssuerMissing) {
            self.issuer = Some(document.issuer);
        }
        if !missing(draw, Rate::ExpiryMissing) {
            self.expires = Some(document.expires);
        }
        self.odd_country = missing(draw, Rate::OddCountry);
        self.noise = noise;
    }
}

impl PnrRecord {
    /// Replaces the name by an alias, written without noise.
    pub(crate) fn called(&mut self, surname: &str, given: &str) {
        self.surname = surname.into();
        self.given = given.into();
        self.given_written = given.into();
        self.title = "";
    }

    /// Writes a person for a booking.
    pub(crate) fn of(
        world: &World,
        person: &Person,
        kind: Kind,
        on: Date,
        noisy: bool,
        draw: &mut Draw<'_>,
    ) -> Self {
        let spelt = match spelling(draw) {
            Spelling::Kept => Spelling::Plain,
            other => other,
        };
        let mut noise = Noise::new();
        let mut given: SmallVec<[u32; 3]> = person.called.given.clone();
        if given.len() > 1 && draw.chance(Rate::MiddleDroppedPnr) {
            given.truncate(1);
            noise.push(Rate::MiddleDroppedPnr);
        }
        let mut record = Self {
            surname: joined(world, &person.called.surnames, spelt),
            given: joined(world, &given, spelt),
            title: title(person, on),
            ..Self::default()
        };
        if given.len() > 1 && draw.chance(Rate::GivenJoinedPnr) {
            record.given.retain(|c| c != ' ');
            noise.push(Rate::GivenJoinedPnr);
        }
        let other = (draw.chance(Rate::SpeltOtherwise) || noisy)
            .then(|| noise::spelt_otherwise(&record.surname, &mut draw.dice))
            .flatten();
        if let Some(other) = other {
            record.surname = other;
            noise.push(Rate::SpeltOtherwise);
        } else if (draw.chance(Rate::TypoPnr) || noisy)
            && let Some(slipped) = noise::slip(&record.surname, &mut draw.dice)
        {
            record.surname = slipped;
            noise.push(Rate::TypoPnr);
        }
        if draw.chance(Rate::TruncatedPnr)
            && let Some(short) = noise::cut(&record.surname, &mut draw.dice)
        {
            record.surname = short;
            noise.push(Rate::TruncatedPnr);
        }
        if kind == Kind::Infant && draw.chance(Rate::InfantNameless) {
            record.given = "INF".into();
            record.given_written = record.given.clone();
            record.title = "";
            noise.push(Rate::InfantNameless);
        } else if record.given.is_empty() {
            record.given_written = record.title.into();
        } else if draw.chance(Rate::TitleGluedPnr) {
            record.given_written = record.given.clone();
            record.given_written.push_str(record.title);
            noise.push(Rate::TitleGluedPnr);
        } else {
            record.given_written = record.given.clone();
            if draw.dice.chance(0.5) {
                record.given_written.push(' ');
                record.given_written.push_str(record.title);
            } else {
                record.title = "";
            }
            if draw.chance(Rate::Swapped) {
                std::mem::swap(&mut record.surname, &mut record.given_written);
                record.given = record.given_written.clone();
                noise.push(Rate::Swapped);
            }
        }
        if draw.chance(Rate::DocsInPnr) {
            let shifted = draw.chance(Rate::DocsShifted);
            if shifted {
                noise.push(Rate::DocsShifted);
            }
            record.docs = Some(shifted);
        }
        record.noise = noise;
        record
    }
}
