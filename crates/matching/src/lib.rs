//! Names and persons compared: evidence in bits, an index to find them, words to explain it.
mod align;
mod date;
mod documents;
mod evidence;
mod families;
mod features;
pub mod fitting;
mod fold;
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

pub use date::{Born, DateRelation, relate as relate_dates};
pub use documents::{DocumentHit, DocumentRegister};
pub use evidence::{Evidence, Field, PRIOR, Weight, evidence, score, weigh};
pub use person::{Document, Name, Person};
pub use relation::Relation;
pub use script::script_of;
pub use settings::{Band, Settings};
pub use snapshot::{Entry, Match, Searcher, Snapshot, SnapshotId};
