//! The HTTP interface: carriers deliver and are answered, officers sign in, look and decide.
//!
//! - [`Server::open`] opens the door, [`Server::run`] serves until it is told to stop; workers do
//!   the jobs beside it.
//! - `api` holds the paths of `/api/v1`, one file a subject; [`openapi`] describes them, and the
//!   committed `docs/openapi.json` is that description.
//! - `plain` is the queue of hits as plain pages, without scripts: the emergency page.
//!
//! # What this crate never does
//!
//! It holds no rule of the domain: who may see and do what is asked of the service on every
//! request. It writes no personal data to its log, and nothing of a request but its route.

mod api;
mod app;
mod door;
mod limit;
mod log;
mod metrics;
mod plain;
mod problem;
mod server;
mod tls;
mod workers;

pub use api::openapi;
pub use server::{Options, ServeError, Server};
