//! What the tests share: a service on a folder, with a clock that stands, and people who do not exist.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::grant::{HumanActor, PersonId, Reason, SignIn};
use tidewaiter_mandate::profile::{Keyring, OfficeKey, Signatures, read, sign};
use tidewaiter_service::{
    Acting, Consent, Home, Id, ListAdded, NamedFile, Service, ServiceError, Setup, Surroundings,
};
use tidewaiter_store::keystore::MasterKeyFile;

/// Noon of 24 November 2026, and identifiers that count.
#[derive(Default)]
pub(crate) struct Clock {
    seconds: AtomicI64,
    ids: AtomicU64,
}

impl Clock {
    pub(crate) fn pass(&self, hours: i64) {
        self.seconds.fetch_add(hours * 3600, Ordering::SeqCst);
    }

    pub(crate) fn pass_a_minute(&self) {
        self.seconds.fetch_add(60, Ordering::SeqCst);
    }
}

impl Surroundings for Clock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        start + SignedDuration::from_secs(self.seconds.load(Ordering::SeqCst))
    }

    fn fresh(&self) -> Id {
        let n = self.ids.fetch_add(1, Ordering::SeqCst) + 1;
        let mut bytes = [0; 16];
        bytes[6] = 0x70;
        bytes[8..].copy_from_slice(&n.to_be_bytes());
        Id(bytes)
    }
}

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) clock: Arc<Clock>,
    mandate: fn() -> Mandate,
    home: Home,
    folder: tempfile::TempDir,
}

impl World {
    /// Under the evaluation profile.
    pub(crate) fn new() -> Self {
        Self::under(Mandate::evaluation)
    }

    pub(crate) fn under(mandate: fn() -> Mandate) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::Folder(folder.path().to_owned());
        Self::at(home, folder, Arc::new(Clock::default()), mandate)
    }

    /// One on each engine; PostgreSQL where there is one.
    pub(crate) fn on_both(mandate: fn() -> Mandate) -> Vec<Self> {
        static SCHEMAS: AtomicU64 = AtomicU64::new(0);
        let mut worlds = vec![Self::under(mandate)];
        worlds.extend(crate::server::address().map(|url| {
            let folder = tempfile::tempdir().unwrap();
            let home = Home::Server {
                url,
                schema: format!("l{}", SCHEMAS.fetch_add(1, Ordering::Relaxed)),
                keys: folder.path().to_owned(),
            };
            Self::at(home, folder, Arc::new(Clock::default()), mandate)
        }));
        worlds
    }

    fn at(
        home: Home,
        folder: tempfile::TempDir,
        clock: Arc<Clock>,
        mandate: fn() -> Mandate,
    ) -> Self {
        Self {
            service: open(&home, mandate(), &clock),
            clock,
            mandate,
            home,
            folder,
        }
    }

    pub(crate) fn reopen(self) -> Self {
        let mandate = self.mandate;
        self.reopen_under(mandate)
    }

    pub(crate) fn reopen_under(self, mandate: fn() -> Mandate) -> Self {
        let Self {
            service,
            clock,
            home,
            folder,
            ..
        } = self;
        drop(service);
        Self::at(home, folder, clock, mandate)
    }

    pub(crate) fn acting(&self) -> Acting {
        self.acting_as("u-1", "local", "evaluation")
    }

    pub(crate) fn acting_as(&self, person: &str, role: &str, purpose: &str) -> Acting {
        Acting {
            actor: self.actor(person, role),
            purpose: self.service.mandate().purpose(purpose).unwrap(),
            reason: Reason::new("test of lists").unwrap(),
        }
    }

    pub(crate) fn actor(&self, person: &str, role: &str) -> HumanActor {
        let now = self.service.now();
        let session = SignIn {
            person: PersonId::new(person).unwrap(),
            role: role.into(),
            until: now + SignedDuration::from_hours(8),
        };
        HumanActor::signed_in(self.service.mandate(), session, now).unwrap()
    }

    pub(crate) fn add(&self, text: &str, consent: bool) -> Result<ListAdded, ServiceError> {
        self.add_as(None, text, consent)
    }

    pub(crate) fn add_as(
        &self,
        list: Option<&str>,
        text: &str,
        consent: bool,
    ) -> Result<ListAdded, ServiceError> {
        let file = NamedFile {
            name: "list",
            bytes: text.as_bytes(),
        };
        let consent = Consent {
            given: consent,
            list,
        };
        self.service.add_list(&self.acting(), &[file], &consent)
    }

    /// The address of what is screened against now.
    pub(crate) fn watched(&self) -> String {
        self.service.watch().watchlist().id().to_string()
    }
}

fn open(home: &Home, mandate: Mandate, clock: &Arc<Clock>) -> Service {
    Service::open(Setup {
        home: home.clone(),
        agency: "XA-CUSTOMS".into(),
        mandate: Arc::new(mandate),
        custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).unwrap()),
        surroundings: Arc::<Clock>::clone(clock),
    })
    .unwrap()
}

/// The single-window profile, signed by offices of the tests.
pub(crate) fn single_window() -> Mandate {
    signed(include_str!(
        "../../../mandate/profiles/p2-single-window.toml"
    ))
}

/// The same with another version, and so another hash.
pub(crate) fn single_window_later() -> Mandate {
    let text = include_str!("../../../mandate/profiles/p2-single-window.toml");
    let later = text.replacen("title = \"", "title = \"Later: ", 1);
    assert_ne!(later, text);
    signed(&later)
}

fn signed(text: &str) -> Mandate {
    let profile = read(text).value.unwrap();
    let (mut ring, mut signatures) = (Keyring::default(), Signatures::default());
    for (n, office) in ["director", "legal-counsel", "dpo"].into_iter().enumerate() {
        let key = OfficeKey::from_seed(&[n as u8; 32]);
        ring.install(office, key.public());
        signatures.all.push(sign(&profile, office, &key));
    }
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    Mandate::in_force(profile, &signatures, &ring, now)
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// The sample of the UN list in the corpus.
pub(crate) fn un() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/lists/un.xml");
    std::fs::read_to_string(path).unwrap()
}

/// An own list of yesterday with these rows of entry, name and date of birth.
pub(crate) fn own(list: &str, rows: &[(&str, &str, &str)]) -> String {
    let mut text = "list,list_date,entry,kind,name,born\n".to_owned();
    for (entry, name, born) in rows {
        text.push_str(&format!("{list},2026-11-23,{entry},person,{name},{born}\n"));
    }
    text
}
