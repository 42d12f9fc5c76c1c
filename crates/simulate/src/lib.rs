//! Synthetic traffic with planted truth: an invented world whose flights, people and bookings are
//! told in PAXLST and PNRGOV as carriers send them, with the mistakes that carriers make, and with
//! the truth beside it.
//!
//! One seed decides every byte. Each flight is a function of the seed and its place in the
//! schedule, so a run holds one flight at a time, however long it is.
//!
//! ```
//! use tidewaiter_simulate::{Parameters, Sink, Stream, World, generate};
//!
//! struct Count(usize);
//! impl Sink for Count {
//!     type Error = std::convert::Infallible;
//!     fn file(&mut self, _: &str, bytes: &[u8]) -> Result<(), Self::Error> {
//!         self.0 += bytes.len();
//!         Ok(())
//!     }
//!     fn lines(&mut self, _: Stream, _: &[u8]) -> Result<(), Self::Error> {
//!         Ok(())
//!     }
//! }
//!
//! let world = World::new(1, Parameters::default())?;
//! let mut sink = Count(0);
//! let summary = generate(&world, 2, &mut sink)?;
//! assert_eq!(summary.counts.flights, 2);
//! assert!(sink.0 > 100_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate never does
//!
//! It ships to no production path, reads no clock and no file, and knows no real person: names are
//! drawn from public tables, carriers are invented, only the airports are real.

mod booking;
mod dice;
mod flight;
mod generate;
mod list;
mod names;
mod noise;
mod out;
mod parameters;
mod paxlst;
mod person;
mod plant;
mod pnrgov;
mod record;
mod tables;
mod tally;
mod transmit;
mod truth;
mod world;

pub use generate::{Counts, GenerateError, Sink, Stream, Summary, generate};
pub use list::LIST;
pub use parameters::{Mix, Origin, Parameters, Rate};
pub use tally::RateLine;
pub use world::{Carrier, Home, World, WorldError};
