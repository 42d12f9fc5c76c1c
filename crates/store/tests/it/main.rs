//! The store from outside: one conformance suite, run on both engines, and the faults of each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail like tests"
)]
#![allow(clippy::print_stdout, reason = "a child process speaks to its parent")]

/// Each of the named functions as a test on SQLite and as one on PostgreSQL.
macro_rules! on_both_engines {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(crate::world::World::sqlite()); })*
        }
        mod postgres {
            $(#[test] fn $name() {
                if let Some(url) = crate::server::shared() {
                    super::$name(crate::world::World::postgres(&url));
                }
            })*
        }
    };
}

mod audit;
mod carriers;
mod conformance;
mod directives;
mod faults;
mod hits;
mod list_impact;
mod lists;
mod people;
mod retention;
mod round_trip;
mod server;
mod upgrade;
mod world;
