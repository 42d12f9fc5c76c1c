//! Headers of interchanges, groups and messages (ISO 9735 UNB, UNG, UNH).

use std::borrow::Cow;

use tidewaiter_diagnostics::Span;

use super::advice::Separators;
use super::charset::Charset;
use super::segment::Segment;

/// The header of an interchange (UNB).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interchange {
    /// Its separators.
    pub separators: Separators,
    /// Its character set.
    pub charset: Charset,
    /// Syntax identifier as written (`UNOA`, `IATA`); empty when there was no UNB.
    pub syntax: String,
    /// Syntax version; 0 when not given.
    pub version: u8,
    /// Who sends it.
    pub sender: Party,
    /// Whom it is for.
    pub recipient: Party,
    /// Date of preparation as written: `YYMMDD`, or `CCYYMMDD` from version 4 on.
    pub date: String,
    /// Time of preparation as written: `HHMM`.
    pub time: String,
    /// Control reference (0020). Parts of one report often share it.
    pub reference: String,
    /// Application reference (0026): `APIS`, `IAPI` ...
    pub application: String,
    /// Whether an acknowledgement is asked for (0031).
    pub acknowledge: bool,
    /// Whether it is marked as a test (0035). Test traffic is never live.
    pub test: bool,
    /// Where UNB stands, relative to the first message of the interchange; empty without one.
    pub span: Span,
}

/// A party of an interchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Identification (0004, 0010).
    pub id: String,
    /// Its qualifier (0007); `ZZ` mutually agreed.
    pub qualifier: String,
}

/// The header of a group (UNG).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Message type of the group (0038).
    pub kind: String,
    /// Who sends it.
    pub sender: Party,
    /// Whom it is for.
    pub recipient: Party,
    /// Group reference (0048).
    pub reference: String,
}

/// The header of a message (UNH).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageHeader<'m> {
    /// Message reference (0062).
    pub reference: Cow<'m, str>,
    /// Message type (0065): `PAXLST`.
    pub kind: Cow<'m, str>,
    /// Version (0052): `D`; of IATA messages the number before the release.
    pub version: Cow<'m, str>,
    /// Release (0054): `05B`.
    pub release: Cow<'m, str>,
    /// Controlling agency (0051): `UN`, `IA`.
    pub agency: Cow<'m, str>,
    /// Association assigned code (0057): `IATA`, `CBP`.
    pub association: Cow<'m, str>,
    /// Common access reference (0068): the same in all parts of one report.
    pub access_reference: Cow<'m, str>,
    /// Which part of a report it is (S010).
    pub sequence: Option<Sequence>,
    /// Where UNH stands.
    pub span: Span,
}

/// Place of a message in a report of several (S010).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sequence {
    /// Number, from 1 (0070).
    pub number: u32,
    /// First of several (`C` in 0073).
    pub first: bool,
    /// Last, or the only one (`F` in 0073).
    pub last: bool,
}

impl Interchange {
    /// The header of an interchange without UNB.
    pub(super) fn absent(separators: Separators) -> Self {
        Self {
            separators: Separators {
                repetition: None,
                ..separators
            },
            charset: Charset::Unknown,
            syntax: String::new(),
            version: 0,
            sender: Party::default(),
            recipient: Party::default(),
            date: String::new(),
            time: String::new(),
            reference: String::new(),
            application: String::new(),
            acknowledge: false,
            test: false,
            span: Span::default(),
        }
    }

    pub(super) fn of_segment(unb: &Segment<'_>, separators: Separators) -> Self {
        let syntax = unb.text(1, 1).to_ascii_uppercase();
        let version = unb.text(1, 2).parse().unwrap_or(0);
        // Repetition exists from version 4 on; IATA and SIRENA systems announce it and mean text.
        let repeats = version >= 4 && syntax.starts_with("UNO");
        Self {
            separators: Separators {
                repetition: separators.repetition.filter(|_| repeats),
                ..separators
            },
            charset: Charset::of_identifier(&syntax),
            syntax,
            version,
            sender: Party::of_element(unb, 2),
            recipient: Party::of_element(unb, 3),
            date: unb.text(4, 1).into_owned(),
            time: unb.text(4, 2).into_owned(),
            reference: unb.text(5, 1).into_owned(),
            application: unb.text(7, 1).into_owned(),
            acknowledge: unb.text(9, 1) == "1",
            test: unb.text(11, 1) == "1",
            span: unb.span(),
        }
    }
}

impl Party {
    fn of_element(segment: &Segment<'_>, element: u8) -> Self {
        Self {
            id: segment.text(element, 1).into_owned(),
            qualifier: segment.text(element, 2).into_owned(),
        }
    }
}

impl Group {
    pub(super) fn of_segment(ung: &Segment<'_>) -> Self {
        Self {
            kind: ung.text(1, 1).into_owned(),
            sender: Party::of_element(ung, 2),
            recipient: Party::of_element(ung, 3),
            reference: ung.text(5, 1).into_owned(),
        }
    }
}

impl<'m> MessageHeader<'m> {
    pub(super) fn of_segment(unh: &Segment<'m>) -> Self {
        Self {
            reference: unh.text(1, 1),
            kind: upper(unh.text(2, 1)),
            version: unh.text(2, 2),
            release: unh.text(2, 3),
            agency: unh.text(2, 4),
            association: unh.text(2, 5),
            access_reference: unh.text(3, 1),
            sequence: Sequence::of(&unh.text(4, 1), &unh.text(4, 2)),
            span: unh.span(),
        }
    }
}

impl Sequence {
    /// From 0070 and 0073; `None` when neither says anything. Type-B gateways write `10:F` for the
    /// tenth and last part.
    fn of(number: &str, letter: &str) -> Option<Self> {
        let number = number.parse().ok();
        let (first, last) = (
            letter.eq_ignore_ascii_case("C"),
            letter.eq_ignore_ascii_case("F"),
        );
        if number.is_none() && !first && !last {
            return None;
        }
        Some(Self {
            number: number.unwrap_or(1),
            first,
            last,
        })
    }
}

fn upper(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_lowercase()) {
        Cow::Owned(text.to_ascii_uppercase())
    } else {
        text
    }
}
