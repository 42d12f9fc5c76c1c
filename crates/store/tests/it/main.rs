//! The store from outside: one conformance suite, run on both engines, and the faults of each.

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
mod conformance;
mod faults;
mod hits;
mod retention;
mod server;
mod upgrade;
mod world;
