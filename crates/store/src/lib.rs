//! The store.
mod audit;
mod engine;
mod error;
mod flight;
mod id;
mod job;
pub mod keystore;
mod lookback;
mod migrate;
mod outbox;
mod receipt;
mod record;
mod seal;
mod store;
mod tenant;

pub use audit::AuditFault;
pub use error::{Result, StoreError};
pub use flight::StoredFlight;
pub use id::Id;
pub use job::{Backlog, Job, NewJob};
pub use lookback::{KeyKind, LookbackKey};
pub use outbox::{Outgoing, Waiting};
pub use receipt::{Delivery, Lane, Reading, Receipt, Received};
pub use record::{Level, NewRecord, Parts, Record, View};
pub use seal::Key;
pub use store::{Home, ReadTx, SCHEMA, Store, Tx};
pub use tenant::Tenant;
