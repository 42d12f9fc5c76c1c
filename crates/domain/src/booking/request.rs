//! What a government asks for (GOVREQ), and how a push is acknowledged (ACKRES).

use smallvec::SmallVec;

use super::{ItinerarySegment, Locator, Originator};
use crate::{PersonName, Text, Unread};

/// A request for bookings (GOVREQ).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingRequest {
    /// What is asked for.
    pub kind: RequestKind,
    /// Who asks, or whom; as carriers and governments agree.
    pub originator: Option<Box<Originator>>,
    /// The flight.
    pub flight: Option<Box<ItinerarySegment>>,
    /// The bookings asked for.
    pub locators: SmallVec<[Locator; 2]>,
    /// The travellers asked for.
    pub travellers: Vec<PersonName>,
    /// What was not understood.
    pub unread: Vec<Unread>,
}

/// What a request asks for (MSG 1225).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// 43: every booking on a flight.
    Flight,
    /// 77: bookings by their locator.
    Locator,
    /// Another function, as written.
    Other(Text),
}

impl RequestKind {
    /// The code of MSG 1225.
    pub fn code(&self) -> &str {
        match self {
            Self::Flight => "43",
            Self::Locator => "77",
            Self::Other(code) => code,
        }
    }

    /// What a code means.
    pub fn from_code(code: &str) -> Self {
        match code {
            "43" => Self::Flight,
            "77" => Self::Locator,
            other => Self::Other(Text::new(other)),
        }
    }
}

/// The acknowledgement of a push (ACKRES).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushAcknowledgement {
    /// Whether the push was processed.
    pub outcome: PushOutcome,
    /// Error codes (ERC), as written.
    pub errors: SmallVec<[Text; 1]>,
    /// Who acknowledges.
    pub originator: Option<Box<Originator>>,
    /// The flight of the push.
    pub flight: Option<Box<ItinerarySegment>>,
    /// What was not understood.
    pub unread: Vec<Unread>,
}

/// What became of a push (MSG 4343, response type).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushOutcome {
    /// 3: processed.
    Processed,
    /// 7: not processed.
    NotProcessed,
    /// Not said, or another code as written. Means neither.
    Unknown(Text),
}

impl PushOutcome {
    /// The code of MSG 4343.
    pub fn code(&self) -> &str {
        match self {
            Self::Processed => "3",
            Self::NotProcessed => "7",
            Self::Unknown(code) => code,
        }
    }

    /// What a code means.
    pub fn from_code(code: &str) -> Self {
        match code {
            "3" => Self::Processed,
            "7" => Self::NotProcessed,
            other => Self::Unknown(Text::new(other)),
        }
    }
}
