//! Names and persons compared: evidence in bits, an index to find them, words to explain it.
//!
//! A [`Person`] is what one side knows (a traveller, a listed subject). [`weigh`] sets two against
//! each other and gives bits of [`Evidence`]; [`Explanation`] puts them into words. A [`Snapshot`]
//! holds all entries of the lists and finds those that a traveller is like; a [`DocumentRegister`]
//! holds lost and stolen documents.
//!
//! A name goes through: words as written → folded and romanised → compounds in one spelling →
//! readings → an alignment of words, each pair with a named [`Relation`] → features → bits. The
//! weights are frozen in `weights.rs`, fitted offline by the `fit` example on labelled pairs; what
//! they are worth stands in `docs/matching.md`, which the `quality` example prints.
//!
//! # What this crate never does
//!
//! It calls nobody "the same person"; it learns nothing at run time; it reads no file and no clock.

mod align;
mod blocking;
mod date;
mod documents;
mod evidence;
mod explain;
mod families;
mod features;
pub mod fitting;
mod fold;
mod korean;
mod name;
mod person;
mod rarity;
mod relation;
mod romanise;
mod script;
mod settings;
mod snapshot;
mod sound;
mod weights;
mod word;

pub use blocking::{BlockingWord, Skeleton};
pub use date::{Born, DateRelation, relate as relate_dates};
pub use documents::{DocumentHit, DocumentRegister};
pub use evidence::{Evidence, Field, PRIOR, Weight, evidence, score, weigh};
pub use explain::{Explanation, Speaks, Without, in_tenths};
pub use person::{Document, Name, Person};
pub use relation::Relation;
pub use script::script_of;
pub use settings::{Band, Settings};
pub use snapshot::{Entry, Match, Searcher, Snapshot, SnapshotId};
