//! What one message says of one person.

use smallvec::SmallVec;

use crate::{
    AirportCode, BagTag, Country, LoyaltyNumber, PartialDate, PersonName, RecordLocator,
    SeatNumber, Sourced, Span, Text, TicketNumber, TravelDocument, UniqueReference,
};

/// What one message says of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traveller {
    /// Passenger, crew or in transit.
    pub role: Role,
    /// Adult, child or infant, where the message says so.
    pub category: Option<TravellerCategory>,
    /// The name.
    pub name: PersonName,
    /// Sex as stated in the document.
    pub sex: Option<Sourced<Sex>>,
    /// Date of birth.
    pub born: Option<Sourced<PartialDate>>,
    /// Place of birth.
    pub birthplace: Option<Box<Place>>,
    /// Country of residence.
    pub residence: Option<Sourced<Country>>,
    /// Nationalities, current and former.
    pub nationalities: SmallVec<[Nationality; 1]>,
    /// Travel documents and visas, in the order of the message.
    pub documents: SmallVec<[TravelDocument; 1]>,
    /// Record locator of the booking.
    pub locator: Option<Sourced<RecordLocator>>,
    /// The carrier's unique passenger reference.
    pub reference: Option<Sourced<UniqueReference>>,
    /// Seats, one for each leg where several were given.
    pub seats: SmallVec<[Seat; 1]>,
    /// Where this person's journey starts.
    pub embark: Option<Sourced<AirportCode>>,
    /// Where this person's journey ends.
    pub debark: Option<Sourced<AirportCode>>,
    /// Where the person is cleared by border control.
    pub cleared_at: Option<Sourced<AirportCode>>,
    /// Checked baggage.
    pub bags: Option<Box<Baggage>>,
    /// Addresses.
    pub addresses: Vec<Address>,
    /// Telephone numbers, e-mail addresses.
    pub contacts: Vec<Contact>,
    /// Function in the crew.
    pub crew_function: Option<Sourced<CrewFunction>>,
    /// Ticket numbers.
    pub tickets: Vec<Sourced<TicketNumber>>,
    /// Loyalty numbers.
    pub loyalty: Vec<Sourced<LoyaltyNumber>>,
    /// A government's own reference of this person (redress, known traveller).
    pub government_references: Vec<Sourced<Text>>,
    /// Whether the carrier has verified the data against the document.
    pub verified: Option<bool>,
    /// Where the person stands in the journey, as far as this message tells.
    pub status: Option<TravelStatus>,
    /// What the message says of this person and was not understood.
    pub unread: Vec<Unread>,
    /// The bytes that speak of this person.
    pub span: Span,
}

impl Traveller {
    /// A person of whom nothing is known yet.
    pub fn new(role: Role, span: Span) -> Self {
        Self {
            role,
            category: None,
            name: PersonName::default(),
            sex: None,
            born: None,
            birthplace: None,
            residence: None,
            nationalities: SmallVec::new(),
            documents: SmallVec::new(),
            locator: None,
            reference: None,
            seats: SmallVec::new(),
            embark: None,
            debark: None,
            cleared_at: None,
            bags: None,
            addresses: Vec::new(),
            contacts: Vec::new(),
            crew_function: None,
            tickets: Vec::new(),
            loyalty: Vec::new(),
            government_references: Vec::new(),
            verified: None,
            status: None,
            unread: Vec::new(),
            span,
        }
    }
}

/// What a person does on the flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Travels.
    Passenger,
    /// Travels through without entering.
    TransitPassenger,
    /// Works.
    Crew,
    /// Crew of another flight, travelling through.
    TransitCrew,
}

/// Passenger type of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TravellerCategory {
    /// Adult.
    Adult,
    /// Child with a seat.
    Child,
    /// Infant, with or without a seat.
    Infant,
}

/// Sex as documents state it (ICAO Doc 9303: M, F, X unspecified).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Stated as unspecified.
    Unspecified,
}

impl Sex {
    /// `M`, `F` or `X`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
            Self::Unspecified => "X",
        }
    }
}

/// Where a person stands in the journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TravelStatus {
    /// Holds a booking.
    Booked,
    /// Has checked in.
    CheckedIn,
    /// Is on board.
    Boarded,
    /// Did not board.
    NotBoarded,
    /// Does not travel any more.
    Cancelled,
}

impl TravelStatus {
    /// `booked`, `checked-in`, `boarded`, `not-boarded` or `cancelled`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::CheckedIn => "checked-in",
            Self::Boarded => "boarded",
            Self::NotBoarded => "not-boarded",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A nationality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nationality {
    /// Of which country.
    pub country: Sourced<Country>,
    /// Current or of the past.
    pub kind: NationalityKind,
}

/// Whether a nationality is held now (NAT 3493).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NationalityKind {
    /// Held now.
    Current,
    /// Held at birth.
    AtBirth,
    /// Held formerly.
    Former,
}

/// A place named by country, by name, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Country.
    pub country: Option<Country>,
    /// Names, from the place itself outwards.
    pub names: SmallVec<[Text; 1]>,
    /// Where it stands.
    pub span: Span,
}

/// A seat on one flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Which seat.
    pub seat: Sourced<SeatNumber>,
    /// On which flight, as written; `None` when the message has one flight only.
    pub flight: Option<Text>,
}

/// Checked baggage of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baggage {
    /// Number of pieces.
    pub count: Option<Sourced<u16>>,
    /// Weight of them all, in grams.
    pub weight_g: Option<Sourced<u32>>,
    /// Tags; a first tag with a number of consecutive ones is spelt out.
    pub tags: SmallVec<[Sourced<BagTag>; 2]>,
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub street: Option<Text>,
    /// City.
    pub city: Option<Text>,
    /// State, province or other subdivision: its code or name.
    pub region: Option<Text>,
    /// Postal code.
    pub postcode: Option<Text>,
    /// Country.
    pub country: Option<Country>,
    /// Where it stands.
    pub span: Span,
}

/// A way to reach somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Telephone, e-mail ...
    pub kind: ContactKind,
    /// Number or address; in e-mail addresses `.AT.` and `(AT)` are read as `@`.
    pub value: Text,
    /// As written, where it differs.
    pub written: Option<Text>,
    /// Where it stands.
    pub span: Span,
}

/// What kind of contact it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContactKind {
    /// Telephone.
    Phone,
    /// Mobile telephone.
    Mobile,
    /// Telefax.
    Fax,
    /// E-mail.
    Email,
    /// A kind that is not known.
    Other,
}

/// What a crew member does (EMP, PAXLST guide).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrewFunction {
    /// `CR1`: cockpit crew.
    Cockpit,
    /// `CR2`: cabin crew.
    Cabin,
    /// `CR3`: operations staff with access to the cockpit.
    Operations,
    /// `CR4`: non-cockpit crew of a cargo flight.
    Cargo,
    /// `CR5`: pilot on board who does not work.
    Positioning,
    /// Anything else, as written.
    Other(Text),
}

/// Something a message says that was not understood, kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Tag of the segment.
    pub tag: Text,
    /// The segment after its tag, decoded, separators as written.
    pub text: Text,
    /// Where it stands.
    pub span: Span,
}
