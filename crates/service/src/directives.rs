//! Directives to carriers.
