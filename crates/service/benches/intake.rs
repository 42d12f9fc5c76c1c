//! Durable intake of generated traffic, from bytes to hits, with where the time goes.
//!
//! `cargo bench -p tidewaiter-service --bench intake`; `TIDEWAITER_FLIGHTS` (default 12) says how
//! much traffic, `TIDEWAITER_POSTGRES` (as `scripts/postgres-test` prints it) adds the other engine.
//! The pure steps are timed by themselves on the same bytes, the plain rows by writing what the store
//! holds into a SQLite file without seals, keys and audit; the rest is the store's own.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot be set up has nothing to measure, and its figures are printed"
)]

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use jiff::civil::date;
use tidewaiter_domain::Traveller;
use tidewaiter_formats::Content;
use tidewaiter_mandate::admit::{Admitted, Intake, admit};
use tidewaiter_mandate::grant::{HumanActor, PersonId, Reason, SignIn};
use tidewaiter_mandate::{Mandate, MessageKind};
use tidewaiter_picture::{OneFlight, Origin};
use tidewaiter_screening::{Inputs, Journey, Screener, Statement, Who, keys};
use tidewaiter_service::{
    Acting, Consent, Envelope, Home, Lane, Machine, NamedFile, Service, Setup,
};
use tidewaiter_simulate::{Parameters, Sink, Stream, World, generate};
use tidewaiter_store::keystore::MasterKeyFile;
use tidewaiter_store::measured::protection_cost;
use tidewaiter_syntax::edifact::Reader;

/// Receipts that are read in one transaction.
const BATCH: u32 = 8;

#[derive(Default)]
struct Traffic {
    messages: Vec<Vec<u8>>,
    list: Vec<u8>,
}

impl Sink for Traffic {
    type Error = Infallible;

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Infallible> {
        if path.starts_with("messages/") {
            self.messages.push(bytes.to_vec());
        } else if path.ends_with(".ftm.json") {
            self.list = bytes.to_vec();
        }
        Ok(())
    }

    fn lines(&mut self, _: Stream, _: &[u8]) -> Result<(), Infallible> {
        Ok(())
    }
}

fn main() {
    let flights = std::env::var("TIDEWAITER_FLIGHTS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(12);
    let mut traffic = Traffic::default();
    let world = World::new(7, Parameters::default()).expect("a world");
    generate(&world, flights, &mut traffic).expect("traffic");
    let bytes: usize = traffic.messages.iter().map(Vec::len).sum();
    println!(
        "{flights} flights, {} messages, {:.1} MB",
        traffic.messages.len(),
        bytes as f64 / 1e6
    );

    let folder = folder();
    if let Ok(each) = tidewaiter_store::sync_time(folder.path()) {
        println!("disk: one sync of 4 KiB takes {each:?}");
    }
    let home = Home::Folder(folder.path().to_owned());
    let service = open(&home);
    let whole = intake("sqlite", &service, &traffic);
    let pure = pure(&service, &traffic);
    drop(service);
    let plain = plain(folder.path());
    let rest = whole.saturating_sub(pure + plain);
    println!("  plain rows, no seals, keys, audit      {plain:>10.1?}");
    println!("  the rest: protection, JSON, reading back {rest:>8.1?}");

    if let Ok(url) = std::env::var("TIDEWAITER_POSTGRES") {
        let keys = self::folder();
        let home = Home::Server {
            url,
            schema: format!("intake_{}", std::process::id()),
            keys: keys.path().to_owned(),
        };
        let service = open(&home);
        intake("postgresql", &service, &traffic);
    }
}

/// On the disk of the build, not in memory.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the target folder can be written")
}

fn open(home: &Home) -> Service {
    Service::open(Setup {
        home: home.clone(),
        agency: "XA-CUSTOMS".into(),
        mandate: Arc::new(Mandate::evaluation()),
        custodian: Box::new(MasterKeyFile::parse(&"5a".repeat(32)).expect("a key")),
        surroundings: Arc::new(Machine),
    })
    .expect("a service")
}

/// Receives and reads everything; how long reading took.
fn intake(name: &str, service: &Service, traffic: &Traffic) -> Duration {
    let now = service.now();
    let session = SignIn {
        person: PersonId::new("u-1").expect("a person"),
        role: "local".into(),
        until: now + SignedDuration::from_hours(8),
    };
    let mandate = service.mandate();
    let acting = Acting {
        actor: HumanActor::signed_in(mandate, session, now).expect("signed in"),
        purpose: mandate.purpose("evaluation").expect("a purpose"),
        reason: Reason::new("benchmark").expect("a reason"),
    };
    let file = NamedFile {
        name: "list",
        bytes: &traffic.list,
    };
    let consent = Consent {
        given: true,
        list: None,
    };
    service
        .add_list(&acting, &[file], &consent)
        .expect("a list");
    service.work_until_idle().expect("worked");

    let envelope = Envelope {
        sender: "bench",
        lane: Lane::Live,
        carriers: &[],
    };
    let protected_before = protection_cost();
    let started = Instant::now();
    for bytes in &traffic.messages {
        service.receive(&envelope, bytes).expect("received");
    }
    let received = started.elapsed();
    let started = Instant::now();
    let mut travellers = 0;
    let mut hits = 0;
    loop {
        let worked = service.work("bench", BATCH).expect("worked");
        if worked.is_idle() {
            break;
        }
        travellers += worked.travellers;
        hits += worked.hits;
    }
    let read = started.elapsed();
    let whole = received + read;
    println!(
        "{name}: {travellers} travellers, {hits} hits raised or changed: {:.0} travellers/s",
        travellers as f64 / whole.as_secs_f64()
    );
    let protected = protection_cost() - protected_before;
    println!("  whole                                  {whole:>10.1?}");
    println!(
        "  without seals, keys, audit, grants     {:>10.1?}  they are {:.0} % of the whole",
        whole.saturating_sub(protected),
        100.0 * protected.as_secs_f64() / whole.as_secs_f64()
    );
    println!("  receive, one transaction each          {received:>10.1?}");
    println!("  read to hits, {BATCH} receipts a transaction {read:>10.1?}");
    whole
}

/// The pure steps on the same bytes, by themselves.
fn pure(service: &Service, traffic: &Traffic) -> Duration {
    let mandate = service.mandate();
    let day = date(2026, 11, 24);
    let started = Instant::now();
    let mut contents = Vec::new();
    for bytes in &traffic.messages {
        let mut reader = Reader::of_slice(bytes);
        while let Ok(Some(message)) = reader.next() {
            contents.extend(tidewaiter_formats::read(&message, day).content);
        }
    }
    let reading = started.elapsed();

    let started = Instant::now();
    let mut admitted: Vec<Vec<Admitted<Traveller>>> = Vec::new();
    for content in contents {
        let (kind, people): (_, Vec<Traveller>) = match content {
            Content::Manifest(manifest) => (MessageKind::Paxlst, manifest.travellers),
            Content::Bookings(push) => {
                let mut people = Vec::new();
                for booking in &push.bookings {
                    people.extend(booking.people().cloned());
                }
                (MessageKind::Pnrgov, people)
            }
            _ => continue,
        };
        let intake = Intake {
            kind,
            received: service.now(),
            departs: None,
            carrier: None,
        };
        let people = people.into_iter();
        admitted.push(
            people
                .map(|one| admit(mandate, &intake, one).expect("admitted").0)
                .collect(),
        );
    }
    let admitting = started.elapsed();

    let started = Instant::now();
    let mut folded = 0;
    for people in &admitted {
        let mut flight = OneFlight::default();
        let origin = Origin {
            sent: None,
            test: false,
            message: 0,
        };
        let people = (0..).zip(people.iter().map(Admitted::value));
        flight.list(origin, tidewaiter_domain::ListEffect::Report, people);
        folded += flight.fold().api.len();
    }
    black_box(folded);
    let folding = started.elapsed();

    let watch = service.watch();
    let (purpose, _) = mandate.purposes().next().expect("a purpose");
    let started = Instant::now();
    let mut statements = Vec::new();
    let mut count = 0;
    for one in admitted.iter().flatten() {
        let statement = Statement::of(one, mandate, purpose, "").expect("admitted for it");
        count += keys::of_statement(&statement).len();
        statements.push([statement]);
    }
    let keying = started.elapsed();

    let journey = Journey::new(mandate, None, None, None, None);
    let started = Instant::now();
    let mut screener = Screener::new(watch.watchlist(), mandate, purpose).expect("a screener");
    for statement in &statements {
        let inputs = Inputs {
            who: Who::Traveller(statement),
            journey: &journey,
            answers: &[],
            at: service.now(),
        };
        black_box(screener.screen(&inputs).expect("screened"));
    }
    let screening = started.elapsed();
    println!("  of which, timed by themselves:");
    println!("  read                                   {reading:>10.1?}");
    println!("  admit                                  {admitting:>10.1?}");
    println!("  picture, each message once             {folding:>10.1?}");
    println!(
        "  statements and {:.1} keys a traveller     {keying:>10.1?}",
        count as f64 / statements.len() as f64
    );
    println!("  screen, everybody once                 {screening:>10.1?}");
    reading + admitting + folding + keying + screening
}

/// The rows that the store holds, written into a plain file in as many transactions.
fn plain(folder: &std::path::Path) -> Duration {
    let from = rusqlite::Connection::open(folder.join("store.db")).expect("the store's file");
    let to = rusqlite::Connection::open(folder.join("plain.db")).expect("a file");
    to.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        .expect("settings");
    let mut all = Vec::new();
    let mut rows_of_all = 0;
    for table in [
        "receipt",
        "flight",
        "message",
        "statement",
        "record",
        "lookback",
        "hit",
        "finding",
    ] {
        let sql: Vec<String> = from
            .prepare("SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL")
            .and_then(|mut query| {
                query
                    .query_map([table], |row| row.get(0))
                    .and_then(Iterator::collect)
            })
            .expect("the schema");
        for sql in sql {
            // Without the references, whose tables are not all here.
            let mut plain = String::new();
            let mut rest = sql.as_str();
            while let Some((before, after)) = rest.split_once("REFERENCES ") {
                plain.push_str(before);
                rest = after.split_once(')').map_or("", |(_, rest)| rest);
            }
            plain.push_str(rest);
            to.execute_batch(&plain).expect("the same table");
        }
        let mut query = from
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("rows");
        let columns = query.column_count();
        let rows: Vec<Vec<rusqlite::types::Value>> = query
            .query_map([], |row| (0..columns).map(|at| row.get(at)).collect())
            .and_then(Iterator::collect)
            .expect("rows");
        rows_of_all += rows.len();
        let marks = vec!["?"; columns].join(", ");
        all.push((format!("INSERT INTO {table} VALUES ({marks})"), rows));
    }
    let transactions = all[0].1.len() * 2;
    let started = Instant::now();
    for turn in 0..transactions {
        to.execute_batch("BEGIN IMMEDIATE").expect("begun");
        for (sql, rows) in &all {
            let mut insert = to.prepare_cached(sql).expect("prepared");
            let (first, last) = (
                rows.len() * turn / transactions,
                rows.len() * (turn + 1) / transactions,
            );
            for row in &rows[first..last] {
                insert
                    .execute(rusqlite::params_from_iter(row))
                    .expect("inserted");
            }
        }
        to.execute_batch("COMMIT").expect("committed");
    }
    println!("  {rows_of_all} rows in the store");
    started.elapsed()
}
