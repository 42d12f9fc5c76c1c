//! What a government answers a carrier, and a carrier acknowledges.

use crate::{
    AirportCode, FlightDesignator, LegTime, RecordLocator, Sourced, Text, TransactionReference,
    UniqueReference, Unread,
};

/// An answer to a manifest (CUSRES), or its acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClearanceResponse {
    /// Answer, unsolicited directive, acknowledgement.
    pub kind: ResponseKind,
    /// The transmission it answers.
    pub transaction: Option<Sourced<TransactionReference>>,
    /// The flight it speaks of.
    pub flight: Option<Sourced<FlightDesignator>>,
    /// Departure airport and time.
    pub from: Option<Sourced<AirportCode>>,
    /// Arrival airport.
    pub to: Option<Sourced<AirportCode>>,
    /// Scheduled departure, local.
    pub departs: Option<Sourced<LegTime>>,
    /// Scheduled arrival, local.
    pub arrives: Option<Sourced<LegTime>>,
    /// What is said of the message as a whole.
    pub message: Option<MessageError>,
    /// What is said of each person.
    pub clearances: Vec<Clearance>,
    /// What was not understood.
    pub unread: Vec<Unread>,
}

/// What kind of response it is (BGM 1001).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResponseKind {
    /// 962: answer to a request.
    Answer,
    /// 132: the government's own message; a status changed.
    Unsolicited,
    /// 312: the carrier acknowledges an unsolicited message.
    Acknowledgement,
    /// 961 or another: general response.
    General,
    /// 963: error response.
    Error,
}

/// What is said of a message as a whole (ERP 1, ERC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageError {
    /// `0` accepted, `1` rejected, or an application error code.
    pub code: Text,
    /// Text for the agent.
    pub text: Option<Text>,
}

/// What is said of one person (ERP 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearance {
    /// The carrier's unique reference; enough to find the person.
    pub reference: Option<Sourced<UniqueReference>>,
    /// Record locator.
    pub locator: Option<Sourced<RecordLocator>>,
    /// The directive.
    pub status: Sourced<BoardingStatus>,
    /// The status code as written, both positions (`0Z`).
    pub code: Text,
    /// Text for the agent.
    pub text: Option<Text>,
}

/// What a carrier is told about one person (ERC 9321, first position).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoardingStatus {
    /// `0`: no objection at this time.
    NoObjection,
    /// `1`: do not board.
    DoNotBoard,
    /// `2`: additional check.
    Check,
    /// `3`: reserved.
    Reserved,
    /// `4`: insufficient data; complete and send again.
    InsufficientData,
    /// Anything else. Means no directive, never that boarding is allowed.
    NoDirective,
}
