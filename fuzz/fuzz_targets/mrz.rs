//! Any bytes as a machine-readable zone.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tidewaiter_syntax::mrz::fuzz(bytes));
