//! What reading one message gives.

use tidewaiter_diagnostics::{Diagnostic, Severity, codes::api as code};
use tidewaiter_domain::{
    BookingPush, BookingRequest, ClearanceResponse, Manifest, PushAcknowledgement, SyntaxReceipt,
    Text,
};

/// What one message says, and what was noticed while reading it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Message type as in UNH: `PAXLST`, `CUSRES`; empty when there was no message.
    pub kind: Text,
    /// Version and release: `D:05B`, `13:1`.
    pub version: Text,
    /// Message reference (UNH 0062).
    pub reference: Text,
    /// What it says; `None` when nothing was usable.
    pub content: Option<Content>,
    /// What was noticed, in the order of the bytes.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a message says, by what it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Advance passenger information of one flight.
    Manifest(Box<Manifest>),
    /// Bookings on one flight.
    Bookings(Box<BookingPush>),
    /// A government's request for bookings.
    BookingRequest(Box<BookingRequest>),
    /// The acknowledgement of a push.
    PushAcknowledgement(Box<PushAcknowledgement>),
    /// A government's answer, or its acknowledgement.
    Response(Box<ClearanceResponse>),
    /// What a receiver says of an interchange's syntax.
    Receipt(Box<SyntaxReceipt>),
}

/// How much of a message was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// All of it; there may be warnings.
    Accepted,
    /// Something was left unread or had to be repaired.
    Partial,
    /// Nothing was usable.
    Rejected,
}

impl Status {
    /// `accepted`, `partial` or `rejected`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Partial => "partial",
            Self::Rejected => "rejected",
        }
    }
}

impl Report {
    /// How much was understood.
    pub fn status(&self) -> Status {
        // A list of passengers without passengers says where a flight goes, and nothing usable.
        let empty = self
            .diagnostics
            .iter()
            .any(|d| *d.code == code::EMPTY_MANIFEST);
        if self.content.is_none() || empty {
            Status::Rejected
        } else if self
            .diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
        {
            Status::Partial
        } else {
            Status::Accepted
        }
    }
}
