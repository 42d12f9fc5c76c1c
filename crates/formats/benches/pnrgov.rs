//! PNRGOV from bytes to bookings that own their data.
//!
//! `cargo bench -p tidewaiter-formats --bench pnrgov`. Beside it: what the GTAS parser reached on
//! the same files, 2.8-5.6 MB/s and 1 700 bookings/s a core (quoted, see `docs/performance.md`).

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use jiff::civil::{Date, date};
use tidewaiter_formats::{CardKey, Content, read_with_key};
use tidewaiter_syntax::edifact::Reader;

const RECEIVED: Date = date(2026, 3, 14);

fn main() {
    divan::main();
}

/// Reads every message and counts the bookings.
fn bookings(bytes: &[u8]) -> usize {
    let key = CardKey::new([7; 32]);
    let mut reader = Reader::of_slice(bytes);
    let mut bookings = 0;
    while let Ok(Some(message)) = reader.next() {
        let report = black_box(read_with_key(&message, RECEIVED, Some(&key)));
        if let Some(Content::Bookings(push)) = &report.content {
            bookings += push.bookings.len();
        }
    }
    bookings
}

fn measure(bencher: Bencher<'_, '_>, bytes: &[u8]) {
    bencher
        .counter(BytesCount::of_slice(bytes))
        .counter(ItemsCount::new(bookings(bytes)))
        .bench_local(|| bookings(bytes));
}

fn sample(name: &str, times: usize) -> Vec<u8> {
    let path = format!(
        "{}/../../corpus/gtas/pnr/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut bytes = std::fs::read(path).unwrap_or_default();
    bytes.push(b'\n');
    bytes.repeat(times)
}

/// 127 bookings in one message, with check-in and bags on three legs.
#[divan::bench]
fn large_push(bencher: Bencher<'_, '_>) {
    measure(bencher, &sample("pnrWithBags.txt", 8));
}

/// 47 bookings in one message.
#[divan::bench]
fn medium_push(bencher: Bencher<'_, '_>) {
    measure(bencher, &sample("bigbigPnr.txt", 24));
}

/// All the samples one after the other: small messages, history, deviations.
#[divan::bench]
fn all_samples(bencher: Bencher<'_, '_>) {
    let folder = format!("{}/../../corpus/gtas/pnr", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    let all: Vec<u8> = names.iter().flat_map(|name| sample(name, 1)).collect();
    measure(bencher, &all.repeat(4));
}
