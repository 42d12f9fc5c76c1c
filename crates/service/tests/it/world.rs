//! What the tests share: a service on either engine, a clock that stands until it is moved, and
//! identifiers that count.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use tidewaiter_domain::{CarrierCode, Traveller};
use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::grant::{HumanActor, PersonId, Reason, SignIn};
use tidewaiter_service::{
    Acting, Consent, Envelope, HitDetail, HitQuery, Home, Id, Lane, NamedFile, Receipt, Received,
    Service, Setup, Surroundings, TravellerDetail,
};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::{Backlog, Record as _};

/// A clock that stands, and identifiers that count.
pub(crate) struct Clock {
    start: Timestamp,
    seconds: AtomicI64,
    ids: AtomicU64,
}

impl Clock {
    pub(crate) fn pass(&self, hours: i64) {
        self.seconds.fetch_add(hours * 3600, Ordering::SeqCst);
    }
}

impl Surroundings for Clock {
    fn now(&self) -> Timestamp {
        self.start + SignedDuration::from_secs(self.seconds.load(Ordering::SeqCst))
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
    pub(crate) home: Home,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    /// On SQLite.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::Folder(folder.path().to_owned());
        Self::at(home, folder, clock())
    }

    /// On the PostgreSQL of this test process; `None` where there is none.
    pub(crate) fn postgres() -> Option<Self> {
        static SCHEMAS: AtomicU32 = AtomicU32::new(0);
        let url = crate::server::address()?;
        let folder = tempfile::tempdir().unwrap();
        let home = Home::Server {
            url,
            schema: format!("s{}", SCHEMAS.fetch_add(1, Ordering::Relaxed)),
            keys: folder.path().to_owned(),
        };
        Some(Self::at(home, folder, clock()))
    }

    pub(crate) fn backlog(&self) -> Backlog {
        let now = self.service.now();
        let count = self.service.store().read(|tx| tx.backlog(None, now));
        count.unwrap()
    }

    fn at(home: Home, folder: tempfile::TempDir, clock: Arc<Clock>) -> Self {
        Self {
            service: open(&home, &clock),
            clock,
            home,
            folder,
        }
    }

    /// The process dies, and another one starts.
    pub(crate) fn reopen(self) -> Self {
        let Self {
            service,
            clock,
            home,
            folder,
        } = self;
        drop(service);
        Self::at(home, folder, clock)
    }

    pub(crate) fn receive(&self, bytes: &[u8]) -> Received {
        self.receive_from("feed", Lane::Live, &[], bytes)
    }

    pub(crate) fn receive_from(
        &self,
        sender: &str,
        lane: Lane,
        carriers: &[&str],
        bytes: &[u8],
    ) -> Received {
        let carriers: Vec<_> = carriers
            .iter()
            .map(|c| CarrierCode::new(*c).unwrap())
            .collect();
        let envelope = Envelope {
            sender,
            lane,
            carriers: &carriers,
        };
        self.service.receive(&envelope, bytes).unwrap()
    }

    /// Receives, works until idle, and gives the receipt as it stands then.
    pub(crate) fn ingest(&self, bytes: &[u8]) -> Receipt {
        let (Received::New(receipt) | Received::Again(receipt)) = self.receive(bytes);
        self.service.work_until_idle().unwrap();
        self.service.receipt(&receipt.id).unwrap()
    }

    pub(crate) fn acting(&self) -> Acting {
        Acting {
            actor: self.actor("u-1", "local"),
            purpose: self.service.mandate().purpose("evaluation").unwrap(),
            reason: Reason::new("test of the living core").unwrap(),
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

    pub(crate) fn hits(&self) -> Vec<HitDetail> {
        self.service
            .hits(&self.acting(), &HitQuery::default())
            .unwrap()
    }

    /// Puts a list into force: entry, name, date of birth.
    pub(crate) fn watch_for(&self, rows: &[(&str, &str, &str)]) {
        let mut text = "list,list_date,entry,kind,name,born\n".to_owned();
        for (entry, name, born) in rows {
            text.push_str(&format!("own,2026-03-12,{entry},person,{name},{born}\n"));
        }
        self.add_list(text.as_bytes());
    }

    /// Puts a list into force.
    pub(crate) fn add_list(&self, bytes: &[u8]) {
        let file = NamedFile {
            name: "list",
            bytes,
        };
        let consent = Consent {
            given: true,
            list: None,
        };
        self.service
            .add_list(&self.acting(), &[file], &consent)
            .unwrap();
        self.service.work_until_idle().unwrap();
    }

    /// The flight of most messages of the corpus.
    pub(crate) fn qz417(&self) -> Id {
        self.flight(Lane::Live, "QZ", "417", "2026-03-14")
            .expect("the flight is there")
    }

    pub(crate) fn flight(&self, lane: Lane, carrier: &str, number: &str, date: &str) -> Option<Id> {
        let key = tidewaiter_domain::FlightKey {
            carrier: carrier.into(),
            number: number.into(),
            date: date.parse().unwrap(),
        };
        let tenant = self.service.tenant();
        self.service
            .store()
            .write(self.service.now(), |tx| tx.flight_named(tenant, lane, &key))
            .unwrap()
    }

    /// Everybody on a flight, read page by page.
    fn rows(&self, flight: &Id) -> Vec<(Id, String, Traveller)> {
        let (mut rows, mut behind) = (Vec::new(), None);
        loop {
            let page = self
                .service
                .travellers_of(&self.acting(), flight, behind, 3);
            let page = page.unwrap();
            rows.extend(page.travellers.into_iter().map(|view| {
                let traveller = Traveller::from_parts(&view.parts);
                (view.id, view.status, traveller)
            }));
            behind = page.next;
            if behind.is_none() {
                return rows;
            }
        }
    }

    /// Surname and status of everybody on a flight, in the order of the names.
    pub(crate) fn people(&self, flight: &Id) -> Vec<(String, String)> {
        let rows = self.rows(flight).into_iter();
        let mut people: Vec<_> = rows
            .map(|(_, status, traveller)| {
                let surname = traveller.name.surname.unwrap_or_default();
                (surname.to_string(), status)
            })
            .collect();
        people.sort();
        people
    }

    /// The traveller of a surname.
    pub(crate) fn traveller(&self, flight: &Id, surname: &str) -> TravellerDetail {
        let rows = self.rows(flight);
        let mut rows = rows.iter();
        let (id, ..) = rows
            .find(|(_, _, traveller)| traveller.name.surname.as_deref() == Some(surname))
            .expect("somebody of that name");
        self.service.traveller(&self.acting(), id).unwrap()
    }

    /// What was noticed of flights and is still so.
    pub(crate) fn notices(&self) -> Vec<String> {
        let tenant = self.service.tenant();
        let notices = self.service.store().read(|tx| tx.notices(tenant)).unwrap();
        notices.into_iter().map(|notice| notice.kind).collect()
    }

    pub(crate) fn counted(&self, name: &str) -> u64 {
        let tenant = self.service.tenant();
        let counted = self
            .service
            .store()
            .read(|tx| tx.statistics(tenant, "2026-01", "2027-12"))
            .unwrap();
        let of_name = counted.iter().filter(|one| one.name == name);
        of_name.map(|one| one.count.unsigned_abs()).sum()
    }
}

/// A file of the corpus.
pub(crate) fn corpus(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/composed");
    std::fs::read(std::path::Path::new(folder).join(name)).unwrap()
}

fn clock() -> Arc<Clock> {
    Arc::new(Clock {
        start: "2026-03-13T06:00:00Z".parse().unwrap(),
        seconds: AtomicI64::new(0),
        ids: AtomicU64::new(0),
    })
}

fn open(home: &Home, clock: &Arc<Clock>) -> Service {
    Service::open(Setup {
        home: home.clone(),
        agency: "XA-CUSTOMS".into(),
        mandate: Arc::new(Mandate::evaluation()),
        custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).unwrap()),
        surroundings: Arc::<Clock>::clone(clock),
    })
    .unwrap()
}
