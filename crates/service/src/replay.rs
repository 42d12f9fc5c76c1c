//! Findings computed anew.
