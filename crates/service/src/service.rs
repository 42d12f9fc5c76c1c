//! One agency's open data folder.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_screening::Watchlist;
use tidewaiter_store::keystore::Custodian;
use tidewaiter_store::{Home, Id, Store, Tenant};
use zeroize::Zeroizing;

use crate::connectors::Connectors;
use crate::lookback::Ahead;
use crate::ties::Ties;
use crate::{Result, Surroundings, Watch};

/// The machine's parts, as audit lines name them.
pub(crate) const RECEIVER: MachineActor = MachineActor::new("receiver");
pub(crate) const READER: MachineActor = MachineActor::new("reader");
pub(crate) const SCREENER: MachineActor = MachineActor::new("screener");

/// What a service is opened with.
pub struct Setup {
    /// Where its data are.
    pub home: Home,
    /// In whose name it works.
    pub agency: String,
    /// The mandate in force.
    pub mandate: Arc<Mandate>,
    /// Who guards the master key.
    pub custodian: Box<dyn Custodian>,
    /// Clock and identifiers.
    pub surroundings: Arc<dyn Surroundings>,
}

/// One agency's open data folder, or PostgreSQL schema, under the mandate in force.
///
/// Synchronous; shared by `Arc` between worker threads.
pub struct Service {
    pub(crate) store: Store,
    pub(crate) tenant: Tenant,
    pub(crate) surroundings: Arc<dyn Surroundings>,
    /// Under which payment cards become tokens.
    pub(crate) card_key: Zeroizing<[u8; 32]>,
    current: RwLock<Arc<Watch>>,
    /// Held while what is screened against changes, so that one change follows the other.
    pub(crate) changing: Mutex<()>,
    /// What would be in force, of the preview that is worked out.
    pub(crate) ahead: Mutex<Option<Arc<Ahead>>>,
    /// Lists that may only be asked.
    pub(crate) connectors: Mutex<Connectors>,
    /// The watchlist of the finding that was replayed last.
    pub(crate) replayed: Mutex<Option<Watchlist>>,
    /// Whom of a flight a message reaches.
    pub(crate) ties: Ties,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({}, {:?})", self.tenant.agency(), self.store)
    }
}

impl Service {
    /// Opens the data, making them when they are not there yet.
    ///
    /// # Errors
    ///
    /// [`InUse`](crate::ServiceError::InUse) when another process has the folder; what the store
    /// meets.
    pub fn open(setup: Setup) -> Result<Self> {
        let Setup {
            home,
            agency,
            mandate,
            custodian,
            surroundings,
        } = setup;
        let store = Store::open(&home, &*custodian, None, surroundings.now())?;
        let tenant = store.enrol(&agency, mandate)?;
        if matches!(home, Home::Folder(_)) {
            // One process has a folder: whoever held a lease was killed, and nobody waits it out.
            store.write(surroundings.now(), |tx| tx.take_back_leases(None))?;
        }
        let service = Self {
            card_key: store.secret("card")?,
            store,
            tenant,
            surroundings,
            current: RwLock::default(),
            changing: Mutex::default(),
            ahead: Mutex::default(),
            connectors: Mutex::default(),
            replayed: Mutex::default(),
            ties: Ties::default(),
        };
        service.begin_watch()?;
        Ok(service)
    }

    /// The store.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// In whose name, and under which mandate, everything is done.
    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The mandate in force.
    pub fn mandate(&self) -> &Mandate {
        self.tenant.mandate()
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.surroundings.now()
    }

    pub(crate) fn fresh(&self) -> Id {
        self.surroundings.fresh()
    }

    /// Takes back the jobs that `worker` of this process had claimed and will not finish.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn give_up_leases(&self, worker: &str) -> Result<u64> {
        let give_up = self
            .store
            .write(self.now(), |tx| tx.take_back_leases(Some(worker)));
        Ok(give_up?)
    }

    /// What everything is screened against now.
    pub fn watch(&self) -> Arc<Watch> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on, everything is screened against `watch`.
    pub(crate) fn set_watch(&self, watch: Arc<Watch>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = watch;
    }
}
