//! Formats of the outside world and the domain.

pub mod lists;
