//! A service that is served: one agency's house.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;
use tidewaiter_mandate::Mandate;
use tidewaiter_mandate::profile::{Keyring, OfficeKey, Signatures, read, sign};
use tidewaiter_service::{
    Consent, Home, Lane, Machine as Surroundings, NamedFile, NewAccount, Service, Setup, SignedIn,
    csrf_word,
};
use tidewaiter_store::Machine;
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_web::{Options, Server};
use tokio::sync::watch;

use crate::client::{Answer, Ask, ask};

/// How long something that happens by itself is waited for.
const WITHIN: Duration = Duration::from_secs(60);

/// So large may a list be.
pub(crate) const LIST_MOST: usize = 1 << 20;

pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < WITHIN, "{what} does not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The single-window profile, signed by offices of the tests.
pub(crate) fn single_window() -> Mandate {
    signed(SINGLE_WINDOW)
}

pub(crate) const SINGLE_WINDOW: &str =
    include_str!("../../../mandate/profiles/p2-single-window.toml");

/// A profile of the single window, signed by offices of the tests.
pub(crate) fn signed(text: &str) -> Mandate {
    let profile = read(text).value.unwrap();
    let (mut ring, mut signatures) = (Keyring::default(), Signatures::default());
    for (n, office) in ["director", "legal-counsel", "dpo"].into_iter().enumerate() {
        let key = OfficeKey::from_seed(&[n as u8; 32]);
        ring.install(office, key.public());
        signatures.all.push(sign(&profile, office, &key));
    }
    Mandate::in_force(profile, &signatures, &ring, Timestamp::now())
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// An agency's service, served on loopback.
pub(crate) struct House {
    pub(crate) service: Arc<Service>,
    pub(crate) address: SocketAddr,
    pub(crate) passwords: Vec<(String, String)>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl House {
    /// Opens an agency's house on a folder that others may have used before.
    pub(crate) fn open(folder: &Path, agency: &str, mandate: Mandate) -> Self {
        let service = Service::open(Setup {
            home: Home::Folder(folder.to_owned()),
            agency: agency.into(),
            mandate: Arc::new(mandate),
            custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).unwrap()),
            surroundings: Arc::new(Surroundings),
        });
        let service = Arc::new(service.unwrap());
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            is_plain: true,
            certificate: None,
            client_authority: None,
            tls_folder: folder.join("tls"),
            names: Vec::new(),
            workers: 1,
            list_most: LIST_MOST,
        };
        let server = Server::open(Arc::clone(&service), &options).unwrap();
        let address = server.address().unwrap();
        let (stop, told) = watch::channel(false);
        let thread = std::thread::spawn(move || server.run(told).unwrap());
        let first = service.first_credentials().unwrap();
        let first = first
            .iter()
            .map(|c| (c.name.clone(), c.password.reveal().to_owned()));
        let mut house = Self {
            passwords: first.collect(),
            service,
            address,
            stop,
            thread: Some(thread),
        };
        for name in house.names() {
            house.settle(&name);
        }
        house
    }

    fn names(&self) -> Vec<String> {
        self.passwords
            .iter()
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Changes a first password that must be changed.
    fn settle(&mut self, name: &str) {
        let signed_in = self.signed_in(name);
        if signed_in.must_change() {
            let (_, password) = self.passwords.iter_mut().find(|(n, _)| n == name).unwrap();
            let new = format!("settled {password}");
            self.service
                .change_password(&signed_in, password, &new)
                .unwrap();
            *password = new;
        }
    }

    pub(crate) fn token(&self, name: &str) -> String {
        let (_, password) = self.passwords.iter().find(|(n, _)| n == name).unwrap();
        let token = self.service.sign_in(name, password).unwrap();
        token.reveal().to_owned()
    }

    pub(crate) fn signed_in(&self, name: &str) -> SignedIn {
        self.service.session(&self.token(name)).unwrap()
    }

    pub(crate) fn account(&mut self, name: &str, person: &str, role: Option<&str>) {
        let admin = self.signed_in("admin");
        let new = NewAccount { name, person, role };
        let credential = self.service.open_account(&admin, &new).unwrap();
        let password = credential.password.reveal().to_owned();
        self.passwords.push((name.to_owned(), password));
        self.settle(name);
    }

    pub(crate) fn machine(&self, name: &str, carrier: &str) -> User<'_> {
        let machine = Machine {
            name: name.into(),
            carriers: vec![carrier.into()],
            lane: Lane::Live,
            is_closed: false,
            certificate: None,
        };
        let admin = self.signed_in("admin");
        let key = self
            .service
            .open_machine(&admin, &machine)
            .unwrap()
            .unwrap();
        User {
            house: self,
            name: name.to_owned(),
            credentials: vec![("authorization", format!("Bearer {}", key.reveal()))],
            purpose: String::new(),
        }
    }

    /// Somebody with a session, acting for a purpose.
    pub(crate) fn user(&self, name: &str, purpose: &str) -> User<'_> {
        let token = self.token(name);
        User {
            house: self,
            name: name.to_owned(),
            credentials: vec![
                ("x-csrf-token", csrf_word(&token)),
                ("cookie", format!("tidewaiter={token}")),
            ],
            purpose: purpose.to_owned(),
        }
    }

    pub(crate) fn ask(&self, request: &Ask<'_>) -> Answer {
        ask(self.address, request, WITHIN)
            .unwrap_or_else(|| panic!("{} is not answered", request.path))
    }

    /// The list of the templates, on which an invented person stands: TESTANI KASIM.
    pub(crate) fn list(&self, text: &str) {
        let acting = self
            .service
            .acting(&self.signed_in("local"), "evaluation", "a test");
        let files = [NamedFile {
            name: "list.csv",
            bytes: text.as_bytes(),
        }];
        let consent = Consent {
            given: true,
            ..Consent::default()
        };
        let acting = acting.unwrap();
        self.service.add_list(&acting, &files, &consent).unwrap();
    }

    /// Ends it in good order.
    pub(crate) fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking());
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.end();
    }
}

/// Somebody, or a machine, with credentials.
pub(crate) struct User<'a> {
    pub(crate) house: &'a House,
    pub(crate) name: String,
    pub(crate) credentials: Vec<(&'static str, String)>,
    pub(crate) purpose: String,
}

impl User<'_> {
    /// Asks; a path of the API without its head.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let full = if path.starts_with('/') {
            format!("/api/v1{path}")
        } else {
            format!("/{path}")
        };
        let mut headers: Vec<(&str, &str)> = Vec::new();
        headers.extend(self.credentials.iter().map(|(n, v)| (*n, v.as_str())));
        if !self.purpose.is_empty() {
            headers.extend([("purpose", self.purpose.as_str()), ("reason", "a test")]);
        }
        headers.extend(more);
        self.house.ask(&Ask {
            method,
            path: &full,
            headers: &headers,
            body,
        })
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let json = [("content-type", "application/json")];
        self.ask(method, path, &json, body.to_string().as_bytes())
    }

    /// A step of a hit as it stands now.
    pub(crate) fn step(&self, hit: &str, path: &str, body: &Value) -> Answer {
        let seen = self.get(&format!("/hits/{hit}"));
        assert_eq!(seen.status, 200, "{}", seen.text());
        let headers = [
            ("content-type", "application/json"),
            ("if-match", seen.header("etag").unwrap()),
        ];
        let path = format!("/hits/{hit}/{path}");
        self.ask("POST", &path, &headers, body.to_string().as_bytes())
    }
}

/// Somebody on a list of passengers of tomorrow's flight.
pub(crate) struct Passenger<'a> {
    pub(crate) surname: &'a str,
    pub(crate) given: &'a str,
    pub(crate) born: &'a str,
    pub(crate) reference: &'a str,
}

/// A list of passengers on tomorrow's flight.
pub(crate) fn paxlst(flight: &str, transaction: &str, people: &[Passenger<'_>]) -> String {
    use std::fmt::Write as _;
    let now = jiff::tz::Offset::UTC.to_datetime(Timestamp::now());
    let day = now
        .checked_add(1.day())
        .unwrap()
        .strftime("%y%m%d")
        .to_string();
    let sent = now.strftime("%y%m%d:%H%M").to_string();
    let mut body = format!(
        "UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'RFF+TN:{transaction}'TDT+20+{flight}'LOC+125+ORD'\
         DTM+189:{day}0915:201'LOC+87+JFK'DTM+232:{day}1340:201'"
    );
    for person in people {
        let Passenger {
            surname,
            given,
            born,
            reference,
        } = person;
        let _ = write!(
            body,
            "NAD+FL+++{surname}:{given}'ATT+2++M'DTM+329:{born}:102'LOC+178+ORD'LOC+179+JFK'\
             NAT+2+IRQ'RFF+AVF:LOCABC'RFF+ABO:{reference}'DOC+P:110:111+D{reference}'\
             DTM+36:300131'LOC+91+IRQ'"
        );
    }
    let count = body.matches('\'').count() + 2;
    format!(
        "UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+{sent}+{transaction}++IAPI'{body}CNT+42:{}'UNT+{count}+1'\
         UNZ+1+{transaction}'",
        people.len()
    )
}
