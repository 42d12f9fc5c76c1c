//! The generator from the outside: seeds, rates, and every message read back.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod documented;
mod read_back;
mod run;
mod seeds_and_rates;
