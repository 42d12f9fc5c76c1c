//! Watched folders.
