//! The nouns of border control and their invariants.
//!
//! A [`Manifest`] is what one API message says of one flight and its people; a [`Traveller`] is
//! what one message says of one person. Both are statements, not truths: every field is optional,
//! remembers the bytes it was read from ([`Sourced`]), and what was not understood is kept beside
//! it ([`Unread`]).
//!
//! # What this crate never does
//!
//! It parses no file, holds no policy and reads no clock. It does not know which country codes or
//! airports exist; that is `tidewaiter-reference`.

mod booking;
mod consignment;
mod country;
mod date;
mod document;
mod flight;
mod listed;
mod manifest;
mod name;
mod receipt;
mod response;
mod text;
mod traveller;

pub use booking::{
    BookedBags, BookedSeat, BookedTraveller, Booking, BookingPush, BookingRequest, CardToken,
    CheckIn, CheckedIn, Division, HistoryAction, HistoryEntry, Index, ItinerarySegment, LapInfant,
    Locator, Moment, Originator, OtherService, Payer, Payment, PaymentCard, PaymentForm,
    PushAcknowledgement, PushFunction, PushOutcome, Remark, RemarkKind, RequestKind, SegmentKind,
    SegmentStatus, ServiceRequest, Ticket, WrittenAmount,
};
pub use consignment::{
    Call, CallKind, CargoDocument, CashDeclaration, CashItem, CashKind, CashParty, Consignment,
    ConsignmentLevel, Container, GoodsItem, Money, Packages, Party, PartyRole, TransportMode,
};
pub use country::{Country, CountryCode};
pub use date::PartialDate;
pub use document::{DocumentKind, TravelDocument};
pub use flight::{Flight, FlightDesignator, FlightKey, Leg, LegTime, SectorKind};
pub use listed::{
    BirthDate, Calendar, ListedDocument, ListedName, ListedPlace, ListedSubject, Measure, NameKind,
    NameQuality, Script, SubjectKind, Validity,
};
pub use manifest::{ListEffect, Manifest, ManifestFunction, Part, ReportingParty};
pub use name::{NameHypothesis, PersonName, WrittenName};
pub use receipt::{
    ElementFault, GroupReceipt, MessageReceipt, PartyId, ReceiptAction, SegmentFault, SyntaxError,
    SyntaxReceipt, Verdict,
};
pub use response::{
    BoardingStatus, Clearance, ClearanceResponse, MessageOutcome, ResponseKind, StatusCode,
};
pub use text::{
    AirportCode, BagTag, CarrierCode, CurrencyCode, DocumentNumber, LoyaltyNumber, RecordLocator,
    SeatNumber, Text, TicketNumber, TransactionReference, UniqueReference,
};
pub use tidewaiter_diagnostics::{Sourced, Span};
pub use traveller::{
    Address, Baggage, Contact, ContactKind, CrewFunction, Nationality, NationalityKind, Place,
    Role, Seat, Sex, TravelStatus, Traveller, TravellerCategory, Unread,
};
