//! A flight's people across messages.
//!
//! Messages are given to a [`Picture`] in any order. [`Picture::flights`] folds them: per flight and
//! source the newer statement supersedes the older one, people of the API are linked with people of
//! the bookings, every [`Link`] says why, and where the two disagree both values stand in a
//! [`Difference`]. Nothing is averaged away, and nobody vanishes for being absent from a later
//! message, since parts of reports get lost.
//!
//! # What this crate never does
//!
//! It reads no bytes and no clock, it decides which source is right of no field, and it compares
//! nobody with a list.

mod difference;
mod flight;
mod fold;
mod link;
mod one_flight;
mod person;
mod tie;

pub use difference::{Difference, DocumentDifference, NameDifference, Subject};
pub use flight::{Designators, FlightPicture, Load, Origin, Picture};
pub use link::{Link, Reason};
pub use one_flight::{OneFlight, People};
pub use person::{Document, Observation, Person};
pub use tie::{ties_of_booking, ties_of_person};
