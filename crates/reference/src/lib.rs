//! What the world's codes mean: countries, airports and their time zones, currencies, known names.
//!
//! Everything is compiled in and read-only; look-ups allocate nothing, and the common ones are one
//! step into a table indexed by the letters. An unknown code is unknown, not a guess.
//!
//! # Sources and size
//!
//! The tables lie as text under `data/`, where a README names their sources and licences; the build
//! script compiles them. In the binary they take 1.4 MB: airports 1.0 MB (17 340 rows of 28 bytes,
//! 463 kB of names, 37 kB of indices), known names 221 kB, countries 80 kB, currencies 7 kB. The
//! time zone rules come with `jiff` and are not counted.
//!
//! # What this crate never does
//!
//! It reads no file, no clock and no setting of the machine: the time zone rules are compiled in as
//! well. There is no table of carriers, for want of a source whose licence allows one.

pub mod airport;
pub mod country;
pub mod currency;
mod key;
mod letters;
pub mod names;
pub mod time;
