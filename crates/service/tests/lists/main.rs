//! Lists in a living service: what comes into force and what does not, what is found when it does,
//! and whether everything can be shown to have been found again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail like tests"
)]

mod asked;
mod force;
mod found;
mod proposed;
#[path = "../shared/server.rs"]
mod server;
mod world;
