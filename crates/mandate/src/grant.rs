//! Grants: the tokens without which nothing is read, unmasked, decided or shared.
//!
//! A grant is minted here and nowhere else, for one signed-in person, one purpose and a short
//! time. It is not clonable and not serialisable, so it cannot be kept for later or handed on; the
//! store asks it for the time on every use.
//!
//! ```
//! # use tidewaiter_mandate::grant::ReadGrant;
//! fn use_it(grant: ReadGrant) { drop(grant); }
//! ```
//! ```compile_fail,E0382
//! # use tidewaiter_mandate::grant::ReadGrant;
//! fn use_it_twice(grant: ReadGrant) { drop(grant); drop(grant); }
//! ```
//! ```compile_fail,E0277
//! # use tidewaiter_mandate::grant::ReadGrant;
//! fn keep_one(_: impl Clone) {}
//! fn copy(grant: ReadGrant) { keep_one(grant) }
//! ```
//! ```compile_fail,E0277
//! # use tidewaiter_mandate::grant::UnmaskGrant;
//! fn send_away(grant: &UnmaskGrant) -> String { serde_json::to_string(grant).unwrap() }
//! ```
//! ```compile_fail,E0451
//! # use tidewaiter_mandate::grant::ShareGrant;
//! fn forge(grant: ShareGrant) -> ShareGrant { ShareGrant { ..grant } }
//! ```

mod actor;
mod mint;

pub use actor::{HumanActor, MachineActor, PersonId, Reason, SignIn};
pub use mint::{
    CountersignFault, Countersigned, DecideGrant, Expired, GrantCore, MintError, ReadGrant,
    ShareGrant, UnmaskGrant,
};
