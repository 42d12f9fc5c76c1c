//! Use cases: what a living Tidewaiter does with what it receives.
//!
//! [`Service`] is one agency's open data folder under the mandate in force. Bytes are
//! [received](Service::receive) and durable before they are acknowledged; [`Service::work`] reads
//! them, admits what the mandate allows, draws the picture of each flight, screens its travellers
//! and raises hits; people look at hits and decide by an [`Acting`].
//!
//! # What this crate never does
//!
//! It knows no HTTP and no command line, reads the clock and draws identifiers through
//! [`Surroundings`] only, and shows a person to nobody without a grant.

mod acknowledge;
mod acting;
mod answer;
mod carriers;
mod connectors;
mod courier;
mod day;
mod deadlines;
mod detail;
mod error;
mod expected;
mod held;
mod hits;
mod kept;
mod looking;
mod message;
mod quality;
mod read;
mod receive;
mod screen;
mod service;
mod surroundings;
mod ties;
mod travellers;
mod watch;
mod work;

mod audit;
mod cases;
mod casework;
mod directives;
pub mod doctor;
mod lists;
mod lookback;
mod outcomes;
mod people;
mod replay;
mod retention;
mod review;
mod selectors;
mod shifts;
mod watched;

pub use acting::Acting;
pub use answer::{Answer, AnswerError, REQUEST_MOST};
pub use audit::log_name;
pub use carriers::{EXPECTED_MOST, GRACE_MOST};
pub use cases::{By, Decision, Once};
pub use casework::{FILE_MOST, ManualReason};
pub use courier::Couriered;
pub use detail::{IdentityReason, MaybeSame, Said, TravellerDetail};
pub use directives::Delivered;
pub use error::{ListFault, Result, ServiceError};
pub use hits::{FilledBy, HitDetail, HitPage, HitQuery};
pub use lists::{
    Consent, DiffPage, EntryDiff, EntryFate, FieldDiff, Impact, ListAdded, ListBy, ListOnce,
    ListRef, ListStanding, ListWarning, NamedFile, Proposal,
};
pub use looking::TravellerPage;
pub use outcomes::{ExternalApproval, NewOutcome, outcome_of};
pub use people::{Credential, DoorError, NewAccount, Relation, Secret, SignedIn, csrf_word};
pub use quality::{QualityMonth, QualityReport, Times};
pub use receive::{Envelope, SIZE_MOST};
pub use replay::Replay;
pub use retention::Retained;
pub use review::ReviewStep;
pub use selectors::{NewExemption, NewSelector};
pub use service::{Service, Setup};
pub use shifts::HandOver;
pub use surroundings::{Machine, Surroundings};
pub use tidewaiter_store::{Home, Id, Lane, Receipt, Received, StoredMessage};
pub use watch::Watch;
pub use watched::{Fate, SweepError, Taken, Watched};
pub use work::Worked;
