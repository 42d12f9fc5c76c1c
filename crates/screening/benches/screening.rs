//! Screening admitted travellers against a watchlist of 50 000 names and more.
//!
//! `cargo bench -p tidewaiter-screening --bench screening`
//!
//! The list is invented, of as many persons as have 50 000 names; the travellers are those of ten
//! generated flights, some of whom are on it. A finding is counted whole: evidence, explanation,
//! effect, context and canonical bytes.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::sync::LazyLock;

use divan::counter::ItemsCount;
use tidewaiter_domain::ListedSubject;
use tidewaiter_formats::lists::MeasureTable;
use tidewaiter_mandate::admit::{Intake, admit};
use tidewaiter_mandate::{Mandate, MessageKind, PurposeId};
use tidewaiter_screening::{
    Inputs, Journey, ListVersion, Screener, Statement, Watchlist, Who, keys,
};
use tidewaiter_simulate::Parameters;

fn main() {
    let scene = &*SCENE;
    let names: usize = scene
        .subjects
        .iter()
        .map(|subject| subject.names.len())
        .sum();
    println!(
        "{} names of {} persons; {} travellers",
        names,
        scene.subjects.len(),
        scene.statements.len()
    );
    divan::main();
}

struct Scene {
    subjects: Vec<ListedSubject>,
    watchlist: Watchlist,
    mandate: Mandate,
    purpose: PurposeId,
    statements: Vec<Statement>,
    journey: Journey,
    at: jiff::Timestamp,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let mut parameters = Parameters::default();
    parameters.listed = 30_000;
    let traffic = common::traffic_of(7, 10, parameters);
    let at = "2026-11-24T08:00:00Z".parse().unwrap();
    let mandate = Mandate::evaluation();
    let (purpose, _) = mandate.purposes().next().unwrap();
    let mut statements = Vec::new();
    let mut journey = Journey::new(&mandate, None, None, None, None);
    for manifest in traffic.manifests {
        if let Some(flight) = manifest.flight() {
            journey = Journey::of_flight(&mandate, flight);
        }
        let intake = Intake {
            kind: MessageKind::Paxlst,
            received: at,
            departs: None,
            carrier: None,
        };
        let (admitted, _) = admit(&mandate, &intake, manifest).unwrap();
        statements.extend(Statement::all(&admitted, &mandate, purpose, "bench").unwrap());
    }
    let watchlist = common::watchlist(std::slice::from_ref(&traffic.list));
    Scene {
        subjects: traffic.list.1,
        watchlist,
        mandate,
        purpose,
        statements,
        journey,
        at,
    }
});

/// Travellers a second, findings made whole.
#[divan::bench(sample_count = 10)]
fn travellers(bencher: divan::Bencher<'_, '_>) {
    let scene = &*SCENE;
    let mut screener = Screener::new(&scene.watchlist, &scene.mandate, scene.purpose).unwrap();
    bencher
        .counter(ItemsCount::new(scene.statements.len()))
        .bench_local(|| {
            let mut bytes = 0;
            for statement in &scene.statements {
                let inputs = Inputs {
                    who: Who::Traveller(std::slice::from_ref(statement)),
                    journey: &scene.journey,
                    answers: &[],
                    at: scene.at,
                };
                let found = screener.screen(&inputs).unwrap();
                bytes += found
                    .iter()
                    .map(|found| found.encode().len())
                    .sum::<usize>();
            }
            bytes
        });
}

/// A delta of a hundred entries, with its address.
#[divan::bench(sample_count = 10)]
fn delta_of_100_entries(bencher: divan::Bencher<'_, '_>) {
    let scene = &*SCENE;
    let version = tidewaiter_screening::Digest::of(b"next");
    bencher.bench(|| {
        let next = scene
            .watchlist
            .changed("invented", version, &scene.subjects[..100], &[]);
        next.id()
    });
}

/// The whole list indexed.
#[divan::bench(sample_count = 2)]
fn build(bencher: divan::Bencher<'_, '_>) {
    let scene = &*SCENE;
    let version = ListVersion {
        list: "invented".into(),
        version: tidewaiter_screening::Digest::of(b"1"),
        subjects: &scene.subjects,
    };
    bencher
        .counter(ItemsCount::new(scene.subjects.len()))
        .bench(|| Watchlist::build(std::slice::from_ref(&version), MeasureTable::shipped()));
}

/// The look-back keys of held travellers.
#[divan::bench(sample_count = 10)]
fn look_back_keys(bencher: divan::Bencher<'_, '_>) {
    let scene = &*SCENE;
    bencher
        .counter(ItemsCount::new(scene.statements.len()))
        .bench(|| {
            let statements = scene.statements.iter();
            statements
                .map(|one| keys::of_statement(one).len())
                .sum::<usize>()
        });
}
