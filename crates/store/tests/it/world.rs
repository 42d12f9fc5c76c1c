//! What the tests of the store share: stores of both kinds, a tenant, people who do not exist.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::{SignedDuration, Timestamp};
use tidewaiter_domain::{DocumentNumber, Role, Sourced, Span, TravelDocument, Traveller};
use tidewaiter_mandate::admit::{Admitted, Intake, admit};
use tidewaiter_mandate::grant::{HumanActor, MachineActor, PersonId, ReadGrant, Reason, SignIn};
use tidewaiter_mandate::profile::{Keyring, OfficeKey, Signatures, read, sign};
use tidewaiter_mandate::{DataSet, Mandate, MessageKind, PurposeId, PurposeSet, RecordTags};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::{Backlog, Delivery, Home, Id, Lane, Store, Tenant};

pub(crate) const READER: MachineActor = MachineActor::new("reader");
pub(crate) const MATCHER: MachineActor = MachineActor::new("matcher");

/// The single-window profile, with names of API masked as those of PNR are, signed by offices of
/// the tests.
pub(crate) fn mandate() -> Mandate {
    let text = include_str!("../../../mandate/profiles/p2-single-window.toml").replace(
        "[retention.api]\n",
        "[retention.api]\nmask_at = \"P6M\"\nmask_fields = [\"names\"]\n",
    );
    let profile = read(&text).value.unwrap();
    let (mut ring, mut signatures) = (Keyring::default(), Signatures::default());
    for (n, office) in ["director", "legal-counsel", "dpo"].into_iter().enumerate() {
        let key = OfficeKey::from_seed(&[n as u8; 32]);
        ring.install(office, key.public());
        signatures.all.push(sign(&profile, office, &key));
    }
    Mandate::in_force(profile, &signatures, &ring, at(0))
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
}

pub(crate) fn id(n: u32) -> Id {
    let mut bytes = [0; 16];
    bytes[6] = 0x70;
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    Id(bytes)
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    "2026-11-24T06:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

pub(crate) fn custodian() -> MasterKeyFile {
    MasterKeyFile::parse(&"5a".repeat(32)).unwrap()
}

/// A store on one of the engines, and what is needed to use it.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) tenant: Tenant,
    pub(crate) home: Home,
    _folder: Option<tempfile::TempDir>,
}

impl World {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::Folder(folder.path().to_owned());
        Self::at(home, Some(folder))
    }

    pub(crate) fn postgres(url: &str) -> Self {
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

    pub(crate) fn folder(path: &Path) -> Self {
        Self::at(Home::Folder(path.to_owned()), None)
    }

    fn at(home: Home, folder: Option<tempfile::TempDir>) -> Self {
        let store = Store::open(&home, &custodian(), None, at(0)).unwrap();
        let mandate = Arc::new(mandate());
        let tenant = store.enrol("XA-CUSTOMS", mandate).unwrap();
        Self {
            store,
            tenant,
            home,
            _folder: folder,
        }
    }

    pub(crate) fn reopen(self) -> Self {
        let Self {
            store,
            home,
            _folder,
            ..
        } = self;
        drop(store);
        Self::at(home, _folder)
    }

    pub(crate) fn backlog(&self, now: i64) -> Backlog {
        let tenant = Some(&self.tenant);
        self.store.read(|tx| tx.backlog(tenant, at(now))).unwrap()
    }

    pub(crate) fn purposes(&self) -> PurposeSet {
        self.tenant.mandate().all_purposes()
    }

    pub(crate) fn purpose(&self) -> PurposeId {
        self.tenant.mandate().purpose("P-CT").unwrap()
    }

    /// Bytes as a feed delivers them; ids from `n`.
    pub(crate) fn delivery<'a>(&self, n: u32, bytes: &'a [u8]) -> Delivery<'a> {
        Delivery {
            receipt: id(n),
            job: id(n + 1),
            bytes,
            sender: "feed-aa",
            carriers: "",
            lane: Lane::Live,
            data_set: DataSet::Api,
            purposes: self.purposes(),
            raw_until: at(72 * 3600),
        }
    }

    pub(crate) fn admitted(&self, surname: &str) -> Admitted<Traveller> {
        let intake = Intake {
            kind: MessageKind::Paxlst,
            received: at(0),
            departs: None,
            carrier: None,
        };
        admit(self.tenant.mandate(), &intake, traveller(surname))
            .unwrap()
            .0
    }

    pub(crate) fn officer(&self, person: &str) -> HumanActor {
        self.officer_at(person, at(0))
    }

    fn officer_at(&self, person: &str, now: Timestamp) -> HumanActor {
        let session = SignIn {
            person: PersonId::new(person).unwrap(),
            role: "supervisor".into(),
            until: now + SignedDuration::from_hours(8),
        };
        HumanActor::signed_in(self.tenant.mandate(), session, now).unwrap()
    }

    /// A grant on travellers, minted at the beginning.
    pub(crate) fn grant(&self) -> ReadGrant {
        self.granted(at(0), self.admitted("X").tags())
    }

    /// A grant on travellers, on masked ones if need be.
    pub(crate) fn grant_at(&self, now: Timestamp, masked: bool) -> ReadGrant {
        let tags = RecordTags {
            masked,
            ..self.admitted("X").tags()
        };
        self.granted(now, tags)
    }

    /// A grant on another body of data.
    pub(crate) fn grant_on(&self, data_set: DataSet) -> ReadGrant {
        let tags = RecordTags {
            data_set,
            ..self.admitted("X").tags()
        };
        self.granted(at(0), tags)
    }

    fn granted(&self, now: Timestamp, tags: RecordTags) -> ReadGrant {
        let reason = Reason::new("case 4711, by order of the court").unwrap();
        let officer = self.officer_at("u-17", now);
        self.tenant
            .mandate()
            .grant_read(&officer, self.purpose(), tags, reason, now)
            .unwrap()
    }
}

/// A person who does not exist.
pub(crate) fn traveller(surname: &str) -> Traveller {
    let mut traveller = Traveller::new(Role::Passenger, Span::default());
    traveller.name.surname = Some(surname.into());
    let mut passport = TravelDocument::new("P".into(), Span::default());
    passport.number =
        DocumentNumber::new("X7421108").map(|number| Sourced::new(number, Span::default()));
    traveller.documents.push(passport);
    traveller
}
