//! What one API message says of one flight and its people.

use crate::{Contact, Flight, Sourced, Text, TransactionReference, Traveller, Unread};

/// What one API message says of one flight and its people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// What kind of list it is.
    pub function: ManifestFunction,
    /// What the list does to what was known before.
    pub effect: ListEffect,
    /// Document code and identifier as written (`745`, `266+CLOB`).
    pub function_written: Text,
    /// The reference that a response echoes.
    pub transaction: Option<Sourced<TransactionReference>>,
    /// Who reports.
    pub reporting_party: Option<Box<ReportingParty>>,
    /// The flights in the order of the message. One with the leg over the border is
    /// [`Manifest::flight`].
    pub flights: Vec<Flight>,
    /// The people, in the order of the message.
    pub travellers: Vec<Traveller>,
    /// How many people the message says the whole flight has.
    pub declared_count: Option<Sourced<u32>>,
    /// Which part of a report in several messages this is.
    pub part: Option<Part>,
    /// What stands outside every person and was not understood.
    pub unread: Vec<Unread>,
}

impl Manifest {
    /// The flight over the border: the one with a marked leg, or else the last.
    pub fn flight(&self) -> Option<&Flight> {
        self.flights
            .iter()
            .find(|flight| flight.legs.iter().any(|leg| leg.border))
            .or_else(|| self.flights.last())
    }
}

/// What kind of list a manifest is (BGM 1001).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ManifestFunction {
    /// 745: passengers.
    Passengers,
    /// 250: crew.
    Crew,
    /// 266: state of the flight: closed, cancelled, changed.
    FlightStatus,
    /// 336: master list of a carrier's crew.
    MasterCrew,
    /// 655: request for a gate pass.
    GatePass,
    /// Another code; the people are read all the same.
    Unknown,
}

impl ManifestFunction {
    /// The word of `inspect --json`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passengers => "passenger-manifest",
            Self::Crew => "crew-manifest",
            Self::FlightStatus => "flight-status",
            Self::MasterCrew => "master-crew-list",
            Self::GatePass => "gate-pass",
            Self::Unknown => "unknown",
        }
    }
}

/// What a list does to what was known before (BGM 1004).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListEffect {
    /// New or complete data.
    Report,
    /// `CP`, `CC` ...: each person listed is replaced whole.
    Change,
    /// `XR`: each person listed does not travel any more.
    Cancel,
    /// `RP`: the party is reduced by each person listed.
    Reduction,
    /// `CLOB`: the flight is closed and each person listed is on board.
    ClosedOnBoard,
    /// `CLNB`: the flight is closed and each person listed is not on board.
    ClosedNotOnBoard,
    /// `CL`: the flight is closed; the list says nothing more.
    Closed,
    /// `XF`: the flight is cancelled.
    CancelFlight,
    /// `CF`: the flight is changed.
    ChangeFlight,
    /// `G`: each person listed is added to the master crew list.
    Add,
    /// `H`: each person listed is removed from it.
    Delete,
    /// An identifier that is not known.
    Unknown,
}

impl ListEffect {
    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Change => "change",
            Self::Cancel => "cancel",
            Self::Reduction => "reduction",
            Self::ClosedOnBoard => "closed-on-board",
            Self::ClosedNotOnBoard => "closed-not-on-board",
            Self::Closed => "closed",
            Self::CancelFlight => "flight-cancelled",
            Self::ChangeFlight => "flight-changed",
            Self::Add => "add",
            Self::Delete => "delete",
            Self::Unknown => "unknown",
        }
    }
}

/// Who reports (NAD+MS).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportingParty {
    /// Name of the person or desk, or an agreed profile.
    pub name: Option<Text>,
    /// How to reach them.
    pub contacts: Vec<Contact>,
}

/// Which part of a report in several messages one is (UNH S010).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its number, from 1.
    pub number: u32,
    /// Whether it says to be the last one.
    pub last: bool,
}

impl Part {
    /// Whether the report is this one message.
    pub const fn is_whole(self) -> bool {
        self.number == 1 && self.last
    }
}
