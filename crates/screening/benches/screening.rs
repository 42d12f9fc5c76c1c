//! Screening travellers against 50 000 names.
//!
//! `cargo bench -p tidewaiter-screening --bench screening`

fn main() {
    divan::main();
}
