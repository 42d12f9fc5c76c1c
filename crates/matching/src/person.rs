//! A person as one side knows them, ready to be compared.

use std::sync::Arc;

use smallvec::SmallVec;
use tidewaiter_domain::{
    Country, CountryCode, ListedSubject, NameQuality, Sex, SubjectKind, Text, Traveller,
};

use crate::date::Born;
use crate::evidence;
use crate::name::{self, Reading};

/// One name and the readings it allows.
#[derive(Clone, Debug)]
pub struct Name {
    /// As written.
    pub text: Text,
    /// How good the list says it is.
    pub quality: NameQuality,
    pub(crate) readings: Arc<[Reading]>,
}

impl Name {
    /// A whole name: `SURNAME, Given`, `SURNAME/GIVEN`, `SURNAME<<GIVEN`, or words in any order.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            quality: NameQuality::Unknown,
            readings: name::readings_of_text(text).into(),
        }
    }

    /// A name whose halves come apart.
    pub fn of_parts(surname: &str, given: &[&str]) -> Self {
        let mut text = Text::from(surname);
        for part in given.iter().filter(|part| !part.is_empty()) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
        }
        Self {
            text,
            quality: NameQuality::Unknown,
            readings: name::readings_of_fields(surname, given).into(),
        }
    }

    /// The same name with the quality a list gives it.
    #[must_use]
    pub fn with_quality(mut self, quality: NameQuality) -> Self {
        self.quality = quality;
        self
    }

    /// Whether there is nothing in it to compare.
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty()
    }
}

/// A travel document's number and who issued it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Capital letters and digits of the number.
    pub number: Text,
    /// Who issued it.
    pub issuer: Option<CountryCode>,
}

impl Document {
    /// The number with everything but letters and digits taken out; `None` when nothing is left.
    pub fn new(number: &str, issuer: Option<CountryCode>) -> Option<Self> {
        let number: Text = number
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        (!number.is_empty()).then_some(Self { number, issuer })
    }

    /// The number with letters and digits that are taken for one another made one.
    pub fn lookalike(&self) -> String {
        evidence::lookalike(&self.number)
    }
}

/// What is known of a person (or organisation, vessel), each part of which may be unknown.
#[derive(Clone, Debug)]
pub struct Person {
    /// What kind of subject it is.
    pub kind: SubjectKind,
    /// Names, the likeliest or primary one first.
    pub names: Vec<Name>,
    /// Dates of birth; several when several are claimed.
    pub born: SmallVec<[Born; 1]>,
    /// Sex, where stated as male or female.
    pub sex: Option<Sex>,
    /// Nationalities.
    pub nationalities: SmallVec<[CountryCode; 2]>,
    /// Countries of birth.
    pub birth_countries: SmallVec<[CountryCode; 1]>,
    /// Travel and identity documents.
    pub documents: Vec<Document>,
}

impl Default for Person {
    fn default() -> Self {
        Self {
            kind: SubjectKind::Person,
            names: Vec::new(),
            born: SmallVec::new(),
            sex: None,
            nationalities: SmallVec::new(),
            birth_countries: SmallVec::new(),
            documents: Vec::new(),
        }
    }
}

impl Person {
    /// A person of whom only a name is known.
    pub fn named(text: &str) -> Self {
        Self {
            names: vec![Name::new(text)],
            ..Self::default()
        }
    }
}

impl Person {
    /// A reading by the number of its name and its own.
    pub(crate) fn reading(&self, (name, reading): (usize, usize)) -> Option<&Reading> {
        self.names.get(name)?.readings.get(reading)
    }
}

impl From<&Traveller> for Person {
    /// Every reading the message allows becomes a name: what was understood, what was written, and
    /// what else it may mean.
    fn from(traveller: &Traveller) -> Self {
        let name = &traveller.name;
        let parts = |surname: Option<&str>, given: &[Text]| {
            let given: Vec<&str> = given.iter().map(Text::as_str).collect();
            Name::of_parts(surname.unwrap_or_default(), &given)
        };
        let mut names = vec![parts(name.surname.as_deref(), &name.given)];
        names.extend(
            name.written
                .iter()
                .map(|written| parts(Some(&written.surname), &written.given)),
        );
        names.extend(
            name.hypotheses
                .iter()
                .map(|other| parts(other.surname.as_deref(), &other.given)),
        );
        names.retain(|name| !name.is_empty());
        Self {
            kind: SubjectKind::Person,
            names,
            born: traveller
                .born
                .iter()
                .map(|born| born.value.into())
                .collect(),
            sex: traveller
                .sex
                .as_ref()
                .map(|sex| sex.value)
                .filter(|sex| *sex != Sex::Unspecified),
            nationalities: traveller
                .nationalities
                .iter()
                .filter_map(|nationality| nationality.country.code())
                .collect(),
            birth_countries: traveller
                .birthplace
                .iter()
                .filter_map(|place| place.country.as_ref()?.code())
                .collect(),
            documents: traveller
                .documents
                .iter()
                .filter_map(|document| {
                    let issuer = document
                        .issuer
                        .as_ref()
                        .and_then(|issuer| issuer.value.code());
                    Document::new(document.number.as_ref()?.value.as_str(), issuer)
                })
                .collect(),
        }
    }
}

impl From<&ListedSubject> for Person {
    fn from(subject: &ListedSubject) -> Self {
        let names = subject
            .names
            .iter()
            .map(|listed| {
                let name = match &listed.surname {
                    Some(surname) if !listed.given.is_empty() => {
                        let mut given: Vec<&str> = listed.given.iter().map(Text::as_str).collect();
                        given.extend(listed.other_parts.iter().map(Text::as_str));
                        Name {
                            text: listed.full.clone(),
                            ..Name::of_parts(surname, &given)
                        }
                    }
                    _ => Name::new(&listed.full),
                };
                name.with_quality(listed.quality)
            })
            .filter(|name| !name.is_empty())
            .collect();
        Self {
            kind: subject.kind,
            names,
            born: subject.born.iter().map(Born::from).collect(),
            sex: subject.sex.filter(|sex| *sex != Sex::Unspecified),
            nationalities: subject
                .nationalities
                .iter()
                .filter_map(Country::code)
                .collect(),
            birth_countries: subject
                .birthplaces
                .iter()
                .filter_map(|place| place.country.as_ref()?.code())
                .collect(),
            documents: subject
                .documents
                .iter()
                .filter_map(|document| {
                    let issuer = document.issuer.as_ref().and_then(Country::code);
                    Document::new(&document.number, issuer)
                })
                .collect(),
        }
    }
}
