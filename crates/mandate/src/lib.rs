//! The mandate: what the law lets an administration see, keep and do.
//!
//! [`profile`] reads a profile, [`lint`] refuses one that is looser than its [`regime`], and
//! [`Mandate::in_force`] makes of a sound and signed one the only source of rights:
//!
//! - [`decide()`] answers whether a role may do something for a purpose, and [`explain`] says why
//!   not, in words for the officer;
//! - [`admit`] drops what may not be processed, before anything is stored or screened;
//! - [`grant`] mints the tokens without which nothing is read, unmasked, decided or shared;
//! - [`review`] is the life of a hit: no act without a person, no adverse act without two;
//! - [`audit`] is the log that proves all of it to somebody who trusts nobody.
//!
//! # What this crate never does
//!
//! It reads no traveller, no file and no clock: instants are given to it. It draws no random
//! number.

pub mod admit;
mod answer;
pub mod audit;
pub mod calendar;
mod compile;
mod decide;
mod element;
pub mod explain;
pub mod grant;
pub mod lint;
mod lists;
pub mod profile;
pub mod regime;
pub mod review;
mod standing;
mod vocabulary;

pub use calendar::{Clocks, Deletion, Term};
pub use compile::{
    ListId, Mandate, MandateRef, PartnerId, PurposeId, PurposeSet, RoleId, Timeline, Trigger,
};
pub use decide::{
    Case, Disclosure, Obligations, Occasion, Permit, RecordTags, Refusal, Request, Stage,
    acts_offered, decide,
};
pub use element::{Element, ElementSet};
pub use lists::Orders;
pub use standing::{Journey, Standing};
pub use vocabulary::*;
