//! Look-ups as a reader of messages makes them. `cargo bench -p tidewaiter-reference`

use divan::{Bencher, black_box};
use jiff::civil::{DateTime, date};
use tidewaiter_reference::{airport, country, currency, names, time};

fn main() {
    divan::main();
}

#[divan::bench(sample_size = 1000, args = ["USA", "gb", "D", "ROM", "XXA", "QQQ", "Korea, Republic of"])]
fn country_resolve(text: &str) -> Option<country::Match> {
    country::resolve(black_box(text))
}

#[divan::bench(sample_size = 1000, args = ["JFK", "QQQ"])]
fn airport_by_iata(code: &str) -> Option<&'static airport::Airport> {
    airport::by_iata(black_box(code))
}

#[divan::bench(sample_size = 1000, args = ["KJFK", "SBGR"])]
fn airport_by_icao(code: &str) -> Option<&'static airport::Airport> {
    airport::by_icao(black_box(code))
}

#[divan::bench(sample_size = 1000)]
fn currency_by_code() -> Option<&'static currency::Currency> {
    currency::by_code(black_box("SEK"))
}

#[divan::bench(sample_size = 1000, args = ["NASIR", "WILLIAMS", "QXZQXZ"])]
fn name_is_known(word: &str) -> bool {
    names::is_known(black_box(word))
}

const ORDINARY: DateTime = date(2026, 11, 24).at(18, 40, 0, 0);
const SKIPPED: DateTime = date(2026, 3, 8).at(2, 30, 0, 0);

#[divan::bench(sample_size = 1000, args = [ORDINARY, SKIPPED])]
fn to_instant(bencher: Bencher<'_, '_>, local: &DateTime) {
    let zone = airport::by_iata("JFK").map(airport::Airport::zone);
    bencher.bench(|| zone.and_then(|zone| time::to_instant(black_box(zone), black_box(*local))));
}

/// The same over all zones in turn, so that no rule stays in the processor's caches.
#[divan::bench(sample_size = 1000)]
fn to_instant_anywhere(bencher: Bencher<'_, '_>) {
    let mut zones = time::Zone::all().collect::<Vec<_>>().into_iter().cycle();
    for zone in time::Zone::all() {
        assert!(zone.rules().is_some());
    }
    bencher.bench_local(|| {
        zones
            .next()
            .and_then(|zone| time::to_instant(zone, ORDINARY))
    });
}
