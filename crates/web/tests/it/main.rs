//! The interface over the network, attacked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail like tests"
)]

mod client;
mod crawler;
mod house;
