//! The interface over the network, attacked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail like tests"
)]

mod busy;
mod carriers;
mod client;
mod crawler;
mod eyes;
mod fuzz;
mod house;
mod lists;
mod schema;
mod work;
