//! Any bytes as the body of a PNRGOV message, and as a whole input.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"UN") {
        tidewaiter_formats::fuzz::pnrgov(bytes);
    } else {
        tidewaiter_formats::fuzz::pnrgov(&tidewaiter_fuzz::wrapped("PNRGOV", bytes));
    }
});
