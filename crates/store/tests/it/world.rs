//! What the tests of the store share: stores of both kinds, a tenant, people who do not exist.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::{SignedDuration, Timestamp};
use tidewaiter_domain::{DocumentNumber, Role, Sourced, Span, TravelDocument, Traveller};
use tidewaiter_mandate::admit::{Admitted, Intake, admit};
use tidewaiter_mandate::grant::{HumanActor, MachineActor, PersonId, Reason, ReadGrant, SignIn};
use tidewaiter_mandate::{DataSet, Mandate, MessageKind, PurposeId, PurposeSet};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::{Delivery, Home, Id, Lane, Store, Tenant};

pub const READER: MachineActor = MachineActor::new("reader");

pub fn id(n: u32) -> Id {
    let mut bytes = [0; 16];
    bytes[6] = 0x70;
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    Id(bytes)
}

pub fn at(seconds: i64) -> Timestamp {
    "2026-11-24T06:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

pub fn custodian() -> MasterKeyFile {
    MasterKeyFile::parse(&"5a".repeat(32)).unwrap()
}

/// A store on one of the engines, and what is needed to use it.
pub struct World {
    pub store: Store,
    pub tenant: Tenant,
    pub home: Home,
    _folder: Option<tempfile::TempDir>,
}

impl World {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::Folder(folder.path().to_owned());
        Self::at(home, Some(folder))
    }

    pub fn postgres(url: &str) -> Self {
        static SCHEMAS: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().unwrap();
        let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
        let home = Home::Server {
            url: url.to_owned(),
            schema: format!("t{number}"),
            keys: folder.path().to_owned(),
        };
        Self::at(home, Some(folder))
    }

    pub fn folder(path: &Path) -> Self {
        Self::at(Home::Folder(path.to_owned()), None)
    }

    fn at(home: Home, folder: Option<tempfile::TempDir>) -> Self {
        let store = Store::open(&home, &custodian(), None, at(0)).unwrap();
        let mandate = Arc::new(Mandate::evaluation());
        let tenant = store.enrol("XA-CUSTOMS", mandate).unwrap();
        Self {
            store,
            tenant,
            home,
            _folder: folder,
        }
    }

    pub fn reopen(self) -> Self {
        let Self {
            store,
            home,
            _folder,
            ..
        } = self;
        drop(store);
        Self::at(home, _folder)
    }

    pub fn purposes(&self) -> PurposeSet {
        self.tenant.mandate().all_purposes()
    }

    pub fn purpose(&self) -> PurposeId {
        self.tenant.mandate().purposes().next().unwrap().0
    }

    /// Bytes as a feed delivers them; ids from `n`.
    pub fn delivery<'a>(&self, n: u32, bytes: &'a [u8]) -> Delivery<'a> {
        Delivery {
            receipt: id(n),
            job: id(n + 1),
            bytes,
            sender: "feed-aa",
            lane: Lane::Live,
            data_set: DataSet::Api,
            purposes: self.purposes(),
            raw_until: at(72 * 3600),
        }
    }

    pub fn admitted(&self, surname: &str) -> Admitted<Traveller> {
        let intake = Intake {
            kind: MessageKind::Paxlst,
            received: at(0),
            departs: None,
            carrier: None,
        };
        admit(self.tenant.mandate(), &intake, traveller(surname)).unwrap().0
    }

    pub fn officer(&self) -> HumanActor {
        let mandate = self.tenant.mandate();
        let role = mandate.roles().next().unwrap().1;
        let session = SignIn {
            person: PersonId::new("u-17").unwrap(),
            role: role.into(),
            until: at(8 * 3600),
        };
        HumanActor::signed_in(mandate, session, at(0)).unwrap()
    }

    pub fn grant(&self) -> ReadGrant {
        let mandate = self.tenant.mandate();
        let reason = Reason::new("case 4711, by order of the court").unwrap();
        let tags = self.admitted("X").tags();
        mandate.grant_read(&self.officer(), self.purpose(), tags, reason, at(0)).unwrap()
    }
}

/// A person who does not exist.
pub fn traveller(surname: &str) -> Traveller {
    let mut traveller = Traveller::new(Role::Passenger, Span::default());
    traveller.name.surname = Some(surname.into());
    let mut passport = TravelDocument::new("P".into(), Span::default());
    passport.number = DocumentNumber::new("X7421108")
        .map(|number| Sourced::new(number, Span::default()));
    traveller.documents.push(passport);
    traveller
}
