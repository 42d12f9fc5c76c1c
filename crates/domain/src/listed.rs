//! Who a list names: the person, organisation, vessel or aircraft an entry is about.

use jiff::civil::Date;

use crate::{Country, PartialDate, Sex, Text};

/// One entry of a list, in one form for all lists.
///
/// Nothing of the entry is dropped: what was not understood stands in [`ListedSubject::unread`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSubject {
    /// Which list: `un-sc`, `ofac-sdn`, `eu-fsf` ...
    pub list: Text,
    /// The list's own reference of the entry (UN `REFERENCE_NUMBER`, OFAC `ent_num` ...).
    pub entry: Text,
    /// What kind of subject.
    pub kind: SubjectKind,
    /// Names, the primary one first.
    pub names: Vec<ListedName>,
    /// Dates of birth (or of founding, building); several when the list gives several.
    pub born: Vec<BirthDate>,
    /// Places of birth.
    pub birthplaces: Vec<ListedPlace>,
    /// Sex, where the list gives it.
    pub sex: Option<Sex>,
    /// Nationalities; of vessels and aircraft the flag.
    pub nationalities: Vec<Country>,
    /// Documents and registrations.
    pub documents: Vec<ListedDocument>,
    /// Addresses.
    pub addresses: Vec<ListedPlace>,
    /// Programmes or regimes the entry belongs to (`SDGT`, `Al-Qaida`).
    pub programmes: Vec<Text>,
    /// What the list orders against the subject, where it says so.
    pub measures: Vec<Measure>,
    /// Legal references (resolution, regulation, decision).
    pub legal_references: Vec<Text>,
    /// Date of listing.
    pub listed_on: Option<Date>,
    /// Last date on which the entry was changed.
    pub changed_on: Option<Date>,
    /// Since and until when the entry is in force, where it says so.
    pub validity: Option<Validity>,
    /// Remarks, as written.
    pub comments: Vec<Text>,
    /// What the entry says and was not understood: name of the field and its text.
    pub unread: Vec<(Text, Text)>,
}

impl ListedSubject {
    /// An entry of which only the reference is known so far.
    pub fn new(list: impl Into<Text>, entry: impl Into<Text>, kind: SubjectKind) -> Self {
        Self {
            list: list.into(),
            entry: entry.into(),
            kind,
            names: Vec::new(),
            born: Vec::new(),
            birthplaces: Vec::new(),
            sex: None,
            nationalities: Vec::new(),
            documents: Vec::new(),
            addresses: Vec::new(),
            programmes: Vec::new(),
            measures: Vec::new(),
            legal_references: Vec::new(),
            listed_on: None,
            changed_on: None,
            validity: None,
            comments: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// The primary name, or the first one.
    pub fn primary_name(&self) -> Option<&ListedName> {
        self.names
            .iter()
            .find(|name| name.kind == NameKind::Primary)
            .or_else(|| self.names.first())
    }
}

/// What kind of subject an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubjectKind {
    /// A natural person.
    Person,
    /// A company, group, authority.
    Organisation,
    /// A ship.
    Vessel,
    /// An aircraft.
    Aircraft,
    /// The list does not say.
    Unknown,
}

impl SubjectKind {
    /// `person`, `organisation`, `vessel`, `aircraft` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Vessel => "vessel",
            Self::Aircraft => "aircraft",
            Self::Unknown => "unknown",
        }
    }
}

/// One name of a listed subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedName {
    /// The whole name as the list writes it, parts joined by single spaces.
    pub full: Text,
    /// Family name, where the list separates it.
    pub surname: Option<Text>,
    /// Given names, where the list separates them.
    pub given: Vec<Text>,
    /// Father's name, grandfather's name, maiden name ..., where the list separates them.
    /// Where a list separates parts without saying which is which (UN `FIRST_NAME` to
    /// `FOURTH_NAME`), surname and given names are empty and all parts stand here in order; they
    /// are the same words as in `full`.
    pub other_parts: Vec<Text>,
    /// Titles (`Haji`, `Dr.`).
    pub titles: Vec<Text>,
    /// Primary, alias ...
    pub kind: NameKind,
    /// How good the list says it is.
    pub quality: NameQuality,
    /// Script of most of its letters, ISO 15924.
    pub script: Script,
}

/// What a name is to its bearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameKind {
    /// The name the entry is listed under.
    Primary,
    /// Also known as.
    Alias,
    /// Formerly known as.
    Former,
    /// The name in its original script.
    Original,
}

impl NameKind {
    /// `primary`, `aka`, `fka` or `original`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Alias => "aka",
            Self::Former => "fka",
            Self::Original => "original",
        }
    }
}

/// How good a list says a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameQuality {
    /// UN "good", OFAC "strong".
    Good,
    /// UN "low", OFAC "weak": too common or too short to match alone.
    Low,
    /// The list does not say.
    Unknown,
}

impl NameQuality {
    /// `good`, `low` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Low => "low",
            Self::Unknown => "unknown",
        }
    }
}

/// A script by its ISO 15924 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Script(pub [u8; 4]);

impl Script {
    /// Latin.
    pub const LATIN: Self = Self(*b"Latn");
    /// No letter, or none of a known script.
    pub const UNKNOWN: Self = Self(*b"Zyyy");

    /// The four-letter code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("Zyyy")
    }
}

/// A date of birth as a list gives it: an interval, however precise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BirthDate {
    /// First day it can mean.
    pub from: Date,
    /// Last day it can mean.
    pub to: Date,
    /// The date itself, where it is one date known to some precision.
    pub date: Option<PartialDate>,
    /// Whether the list calls it approximate.
    pub circa: bool,
    /// Whether it was converted from another calendar.
    pub calendar: Calendar,
    /// As written.
    pub raw: Text,
}

/// The calendar a date was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// Gregorian.
    Gregorian,
    /// Islamic (Hijri).
    Hijri,
    /// Solar Hijri (Persian, Afghan).
    SolarHijri,
}

/// A place of a listed subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedPlace {
    /// Country.
    pub country: Option<Country>,
    /// City.
    pub city: Option<Text>,
    /// The rest, as written.
    pub text: Option<Text>,
}

/// A document or registration of a listed subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDocument {
    /// What it is, as the list says it: `Passport`, `National Identification Number` ...
    pub kind: Text,
    /// Whether it is a travel document (passport, identity card).
    pub travel: bool,
    /// Its number as written.
    pub number: Text,
    /// Who issued it.
    pub issuer: Option<Country>,
    /// Date of issue.
    pub issued: Option<PartialDate>,
    /// Date of expiry.
    pub expires: Option<PartialDate>,
    /// Remarks of the list: false, expired, cancelled ...
    pub note: Option<Text>,
}

/// What a list orders against a subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// No entry, no transit.
    TravelBan,
    /// Funds and economic resources are frozen.
    AssetFreeze,
    /// No arms may be supplied.
    ArmsEmbargo,
    /// Anything else, as written.
    Other(Text),
}

impl Measure {
    /// `travel-ban`, `asset-freeze`, `arms-embargo`, or the text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::TravelBan => "travel-ban",
            Self::AssetFreeze => "asset-freeze",
            Self::ArmsEmbargo => "arms-embargo",
            Self::Other(text) => text,
        }
    }
}

/// When an entry is in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}
