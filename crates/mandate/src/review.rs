//! The life of a hit, as one pure function.
//!
//! ```text
//! received ─► matched ─► in-review ─► same ─► proposed ─► approved ─► done
//!     │          │           ├─► not-the-same    ├─► refused    └─► withdrawn
//!     │          │           └─► cannot-tell     ├─► withdrawn
//!     │          ├─► awaiting-source             └─► expired
//!     │          ├─► lapsed: not found any more, and nobody had looked
//!     │          └─► expired
//!     └─► auto-cleared ─► (sampled) in-review        … re-opened ─► in-review
//! ```
//!
//! [`step()`] answers every event in every state: with the next hit and what follows from it, or
//! with the reason why not. Only [`Effect::Act`] reaches the outside, and only from a person's
//! review; an adverse act only from two. A test walks every reachable state.

mod event;
mod hit;
mod outcome;
mod step;
mod stored;

pub use event::{Effect, Event, Judgement, ReasonCode};
pub use hit::{EntryState, Hit, Proposal, State};
pub use outcome::{FoundKind, Outcome};
pub use step::{NotPossible, step};
