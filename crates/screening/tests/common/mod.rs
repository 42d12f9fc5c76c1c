//! Generated traffic and lists for tests, benches and examples.
#![allow(dead_code, reason = "each uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use tidewaiter_domain::{BookingPush, ListedSubject, Manifest, Traveller};
use tidewaiter_formats::Content;
use tidewaiter_formats::lists::version::address;
use tidewaiter_formats::lists::{ListFile, MeasureTable, read, read_one};
use tidewaiter_screening::{ListVersion, Watchlist};
use tidewaiter_simulate::{Parameters, Sink, Stream, World, generate};
use tidewaiter_syntax::edifact::Reader;

/// A list by its name.
pub(crate) type List = (String, Vec<ListedSubject>);

/// What a run of the generator said.
pub(crate) struct Traffic {
    /// The list of invented persons, some of whom travel.
    pub(crate) list: List,
    pub(crate) manifests: Vec<Manifest>,
    pub(crate) pushes: Vec<BookingPush>,
    /// Everybody of the manifests and bookings.
    pub(crate) travellers: Vec<Traveller>,
}

#[derive(Default)]
struct Files(Vec<(String, Vec<u8>)>);

impl Sink for Files {
    type Error = Infallible;

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.push((path.to_owned(), bytes.to_vec()));
        Ok(())
    }

    fn lines(&mut self, _: Stream, _: &[u8]) -> Result<(), Infallible> {
        Ok(())
    }
}

pub(crate) fn traffic(seed: u64, flights: u64) -> Traffic {
    traffic_of(seed, flights, Parameters::default())
}

pub(crate) fn traffic_of(seed: u64, flights: u64, parameters: Parameters) -> Traffic {
    let world = World::new(seed, parameters).unwrap();
    let mut files = Files::default();
    generate(&world, flights, &mut files).unwrap();
    let mut traffic = Traffic {
        list: ("invented".into(), Vec::new()),
        manifests: Vec::new(),
        pushes: Vec::new(),
        travellers: Vec::new(),
    };
    for (path, bytes) in &files.0 {
        if path.ends_with("list.jsonl") {
            traffic.list.1 = read_one(bytes).expect("a list").subjects;
        } else if !path.starts_with("lists/") {
            let mut reader = Reader::of_slice(bytes);
            while let Some(message) = reader.next().unwrap() {
                match tidewaiter_formats::read(&message, date(2026, 11, 24)).content {
                    Some(Content::Manifest(manifest)) => {
                        traffic.travellers.extend(manifest.travellers.clone());
                        traffic.manifests.push(*manifest);
                    }
                    Some(Content::Bookings(push)) => {
                        let people = push.bookings.iter().flat_map(|b| b.people().cloned());
                        traffic.travellers.extend(people);
                        traffic.pushes.push(*push);
                    }
                    _ => {}
                }
            }
        }
    }
    traffic
}

/// The official lists under `TIDEWAITER_SAMPLES`, or the composed ones of the repository.
pub(crate) fn lists() -> Vec<List> {
    let samples = std::env::var_os("TIDEWAITER_SAMPLES").map(|s| PathBuf::from(s).join("lists"));
    let official = [
        "un-consolidated/un_consolidated_2026-02-27.xml",
        "ofac/sdn.csv",
        "ofac/alt.csv",
        "ofac/add.csv",
        "eu-fsf/EUSanctionsShort_2018-07-04.csv",
        "uk-ofsi/sanctionsconlist_2018-04-13.csv",
        "us-other/csl.csv",
        "canada-sema/sema-lmes_2020-04.xml",
    ];
    let composed = [
        "un.xml",
        "ofac_sdn.csv",
        "ofac_alt.csv",
        "ofac_add.csv",
        "eu.csv",
        "uk_conlist.csv",
        "us_csl.csv",
        "sema_2020.xml",
    ];
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/lists");
    let files: Vec<(String, Vec<u8>)> = match samples.filter(|folder| folder.is_dir()) {
        Some(folder) => load(&folder, &official),
        None => load(&corpus, &composed),
    };
    let given: Vec<ListFile<'_>> = files
        .iter()
        .map(|(name, bytes)| ListFile { name, bytes })
        .collect();
    let mut lists: Vec<List> = Vec::new();
    for reading in read(&given).into_iter().filter_map(|r| r.outcome.ok()) {
        lists.push((reading.list.to_string(), reading.subjects));
    }
    lists
}

fn load(folder: &Path, names: &[&str]) -> Vec<(String, Vec<u8>)> {
    names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), std::fs::read(folder.join(name)).ok()?)))
        .collect()
}

pub(crate) fn watchlist(lists: &[List]) -> Watchlist {
    let versions: Vec<ListVersion<'_>> = lists
        .iter()
        .map(|(name, subjects)| ListVersion {
            list: name.as_str().into(),
            version: address(subjects).into(),
            subjects,
        })
        .collect();
    Watchlist::build(&versions, MeasureTable::shipped())
}
