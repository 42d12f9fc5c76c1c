//! The store from outside: one conformance suite, run on both engines, and the faults of each.

mod audit;
mod conformance;
mod server;
mod world;
