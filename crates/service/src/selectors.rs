//! Selectors and exemptions.
