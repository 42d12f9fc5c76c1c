//! The store.
mod engine;
mod error;
mod id;
pub mod keystore;
mod migrate;
mod seal;

pub use error::{Result, StoreError};
pub use id::Id;
pub use seal::Key;
