//! Who acts, for what, why.

use tidewaiter_mandate::PurposeId;
use tidewaiter_mandate::grant::{HumanActor, Reason};

/// A person who acts for a purpose and says why: everything that shows a person to somebody is
/// granted to, and written down under, one of these.
#[derive(Debug)]
pub struct Acting {
    /// Who, signed in, in which role.
    pub actor: HumanActor,
    /// For what.
    pub purpose: PurposeId,
    /// Why, in their words.
    pub reason: Reason,
}
