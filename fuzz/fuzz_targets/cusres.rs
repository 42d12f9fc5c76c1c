//! Any bytes as the body of a CUSRES message, and as a whole input.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"UN") {
        tidewaiter_fuzz::read(bytes);
    } else {
        tidewaiter_fuzz::read(&tidewaiter_fuzz::wrapped("CUSRES", bytes));
    }
});
