//! Screening from admission to finding.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
mod common;

mod ban;
mod findings;
mod properties;
mod scene;
mod traffic;
