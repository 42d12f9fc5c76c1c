//! What of a person is held for the picture of a flight.

use smallvec::SmallVec;
use tidewaiter_domain::{
    Country, DocumentKind, NationalityKind, PartialDate, PersonName, RecordLocator, Role, Sex,
    Text, TravelStatus, Traveller, UniqueReference,
};

/// What one source says of one person on one flight: as much as linking and comparing need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Passenger, crew or in transit.
    pub role: Role,
    /// The name.
    pub name: PersonName,
    /// Sex as stated.
    pub sex: Option<Sex>,
    /// Date of birth.
    pub born: Option<PartialDate>,
    /// Nationalities held now.
    pub nationalities: SmallVec<[Country; 1]>,
    /// Travel documents with a number; no visas.
    pub documents: SmallVec<[Document; 1]>,
    /// References of the booking, in all systems that hold it.
    pub locators: SmallVec<[RecordLocator; 1]>,
    /// The carrier's unique reference.
    pub reference: Option<UniqueReference>,
    /// Where the person stands, as the newest message that tells it says.
    pub status: Option<TravelStatus>,
    /// Which message gave these data: [`crate::Origin::message`].
    pub message: u32,
    /// Everything that was said of this person, the oldest first: what these data were folded
    /// from. Empty only where nobody gave the people places.
    pub observations: SmallVec<[Observation; 2]>,
    /// Which of them gave these data; the others were superseded, or said only where the person
    /// stands.
    pub told_by: Observation,
}

/// What one message said of one person, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observation {
    /// [`crate::Origin::message`].
    pub message: u32,
    /// The person's place among the people of the message, from 0: travellers in their order, and
    /// of a push booking after booking, [`tidewaiter_domain::Booking::people`].
    pub place: u32,
}

/// A travel document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What kind of document.
    pub kind: DocumentKind,
    /// Its number, capital letters and digits only.
    pub number: Text,
    /// Who issued it.
    pub issuer: Option<Country>,
}

impl Person {
    /// What `message` says of `traveller`, who is at `place` among its people.
    pub(crate) fn of(traveller: &Traveller, message: u32, place: u32) -> Self {
        let told_by = Observation { message, place };
        let documents = traveller.documents.iter().filter_map(|document| {
            Some(Document {
                kind: document.kind,
                number: Text::new(document.number.as_ref()?.value.as_str()),
                issuer: document.issuer.as_ref().map(|issuer| issuer.value.clone()),
            })
        });
        let held = traveller.nationalities.iter();
        Self {
            role: traveller.role,
            name: traveller.name.clone(),
            sex: traveller.sex.as_ref().map(|sex| sex.value),
            born: traveller.born.as_ref().map(|born| born.value),
            nationalities: held
                .filter(|nationality| nationality.kind == NationalityKind::Current)
                .map(|nationality| nationality.country.value.clone())
                .collect(),
            documents: documents
                .filter(|document| document.kind != DocumentKind::Visa)
                .collect(),
            locators: traveller.locator.iter().map(|l| l.value.clone()).collect(),
            reference: traveller.reference.as_ref().map(|r| r.value.clone()),
            status: traveller.status,
            message,
            observations: SmallVec::from_slice(&[told_by]),
            told_by,
        }
    }

    /// Whether the person works on the flight or travels as crew.
    pub const fn is_crew(&self) -> bool {
        matches!(self.role, Role::Crew | Role::TransitCrew)
    }

    /// Whether the person does not travel on the flight any more.
    pub fn is_cancelled(&self) -> bool {
        self.status == Some(TravelStatus::Cancelled)
    }

    /// Surname and given names in capitals, letters and digits only, a slash between; empty when
    /// there is no name.
    pub(crate) fn name_key(&self) -> String {
        if self.name.is_empty() {
            return String::new();
        }
        format!("{}/{}", self.surname_key(), self.given_key())
    }

    pub(crate) fn surname_key(&self) -> String {
        self.name
            .surname
            .as_deref()
            .map(letters)
            .unwrap_or_default()
    }

    pub(crate) fn given_key(&self) -> String {
        self.name.given.iter().map(|name| letters(name)).collect()
    }
}

/// Letters and digits in capitals.
pub(crate) fn letters(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_uppercase).collect()
}
