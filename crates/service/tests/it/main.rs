//! The living core on real and generated traffic: what comes in, and what becomes of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up fails"
)]

mod carriers;
mod codeshares;
mod flights;
mod intake;
mod linked;
#[path = "../shared/server.rs"]
mod server;
mod traffic;
mod world;
