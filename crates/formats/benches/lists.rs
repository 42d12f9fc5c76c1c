//! Reading lists: bytes a second. `TIDEWAITER_SAMPLES` gives the official files; without it the
//! composed ones are repeated.
//!
//! `cargo bench -p tidewaiter-formats --bench lists`

use std::path::{Path, PathBuf};

use divan::counter::{BytesCount, ItemsCount};
use tidewaiter_formats::lists::{documents::DocumentsReader, read_one, version};

fn main() {
    divan::main();
}

/// The official file, or the composed one of the same form.
fn list(official: &str, composed: &str) -> Vec<u8> {
    let official = std::env::var_os("TIDEWAITER_SAMPLES")
        .map(|folder| PathBuf::from(folder).join("lists").join(official))
        .filter(|path| path.is_file());
    let composed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../corpus/lists")
        .join(composed);
    std::fs::read(official.unwrap_or(composed)).unwrap_or_default()
}

fn reading(bencher: divan::Bencher<'_, '_>, bytes: &[u8]) {
    bencher
        .counter(BytesCount::of_slice(bytes))
        .bench(|| read_one(bytes).map(|reading| reading.subjects.len()));
}

#[divan::bench]
fn un_xml(bencher: divan::Bencher<'_, '_>) {
    reading(
        bencher,
        &list("un-consolidated/un_consolidated_2026-02-27.xml", "un.xml"),
    );
}

#[divan::bench]
fn ofac_csv(bencher: divan::Bencher<'_, '_>) {
    reading(bencher, &list("ofac/sdn.csv", "ofac_sdn.csv"));
}

#[divan::bench]
fn ofac_xml(bencher: divan::Bencher<'_, '_>) {
    reading(
        bencher,
        &list(
            "ofac/nonsdn_consolidated_sdnList_2018-04-06.xml",
            "ofac_sdn.xml",
        ),
    );
}

#[divan::bench]
fn uk_conlist_csv(bencher: divan::Bencher<'_, '_>) {
    reading(
        bencher,
        &list("uk-ofsi/sanctionsconlist_2018-04-13.csv", "uk_conlist.csv"),
    );
}

/// Rows of a list of documents, streamed.
#[divan::bench]
fn documents_csv(bencher: divan::Bencher<'_, '_>) {
    const ROWS: usize = 100_000;
    let mut text = String::from("number,issuer,type,reason,reported\n");
    for n in 0..ROWS {
        text.push_str(&format!("X{n:07},SWE,P,stolen,2026-10-01\n"));
    }
    bencher
        .counter(BytesCount::of_str(&text))
        .counter(ItemsCount::new(ROWS))
        .bench(|| {
            let mut count = 0usize;
            if let Ok(mut reader) = DocumentsReader::open(text.as_bytes()) {
                while let Ok(Some(row)) = reader.next_row() {
                    divan::black_box(row);
                    count += 1;
                }
            }
            count
        });
}

/// The difference of a list to itself: two canonical forms of every subject.
#[divan::bench]
fn difference(bencher: divan::Bencher<'_, '_>) {
    let bytes = list("un-consolidated/un_consolidated_2026-02-27.xml", "un.xml");
    let subjects = read_one(&bytes).map(|r| r.subjects).unwrap_or_default();
    bencher
        .counter(ItemsCount::new(subjects.len()))
        .bench(|| version::diff(&subjects, &subjects));
}
