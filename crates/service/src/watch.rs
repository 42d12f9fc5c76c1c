//! What everything is screened against now.

/// The snapshot of lists, selectors, exemptions and registers in force.
#[derive(Debug, Default)]
pub struct Watch {}
