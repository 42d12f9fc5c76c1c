//! What every handler has at hand.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use axum::http::StatusCode;
use tidewaiter_service::Service;
use tokio::sync::{Semaphore, watch};

use crate::limit::Rate;
use crate::metrics::Metrics;
use crate::problem::{Problem, Result};

/// More jobs that wait than this, and senders are asked to come later.
pub(crate) const BACKLOG_MOST: u64 = 20_000;
/// So many messages are in memory at a time.
const UPLOADS: usize = 64;
/// So many lists are: each may be as large as the configuration lets it.
const LISTS: usize = 2;

/// The service and what stands around it.
pub(crate) struct App {
    pub(crate) service: Arc<Service>,
    pub(crate) metrics: Metrics,
    /// Attempts to sign in, by where they come from.
    pub(crate) sign_ins: Rate<IpAddr>,
    /// Requests of people, by account.
    pub(crate) requests: Rate<String>,
    /// Messages being received.
    pub(crate) uploads: Arc<Semaphore>,
    /// Lists being received.
    pub(crate) lists: Arc<Semaphore>,
    /// How many bytes a list may have.
    pub(crate) list_most: usize,
    /// Jobs that wait, as a worker counted them last.
    pub(crate) backlog: AtomicU64,
    /// The number of the last event.
    pub(crate) events: watch::Sender<u64>,
    /// Whether workers are to stop.
    pub(crate) stopping: AtomicBool,
    /// Whether it is spoken to under TLS.
    pub(crate) is_secure: bool,
}

impl App {
    pub(crate) fn new(service: Arc<Service>, is_secure: bool, list_most: usize) -> Self {
        Self {
            service,
            metrics: Metrics::default(),
            sign_ins: Rate::new(20.0, 0.5),
            requests: Rate::new(200.0, 20.0),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            lists: Arc::new(Semaphore::new(LISTS)),
            list_most,
            backlog: AtomicU64::new(0),
            events: watch::Sender::new(0),
            stopping: AtomicBool::new(false),
            is_secure,
        }
    }

    /// Runs what blocks apart from the connections.
    pub(crate) async fn run<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&Service) -> Result<T, E> + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let service = Arc::clone(&self.service);
        match tokio::task::spawn_blocking(move || work(&service)).await {
            Ok(result) => result.map_err(Into::into),
            Err(_) => Err(Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "failed",
                "the service failed; its log says why",
            )),
        }
    }

    /// Room for a message; otherwise its sender is asked to come later.
    pub(crate) fn room(&self) -> Result<tokio::sync::OwnedSemaphorePermit> {
        if self.backlog.load(Ordering::Relaxed) > BACKLOG_MOST {
            return Err(Problem::later("backlog", "too much waits to be read", 10));
        }
        Arc::clone(&self.uploads)
            .try_acquire_owned()
            .map_err(|_| Problem::later("busy", "too many messages at a time", 1))
    }

    /// Room for a list; otherwise its steward is asked to come later.
    pub(crate) fn room_for_list(&self) -> Result<tokio::sync::OwnedSemaphorePermit> {
        Arc::clone(&self.lists)
            .try_acquire_owned()
            .map_err(|_| Problem::later("busy", "too many lists at a time", 5))
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Takes one of the attempts to sign in from an address.
    pub(crate) fn may_sign_in(&self, from: IpAddr) -> Result<()> {
        self.sign_ins
            .take(from, Instant::now())
            .map_err(|seconds| Problem::later("too-many", "too many attempts", seconds))
    }
}
