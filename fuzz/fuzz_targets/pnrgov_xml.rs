//! Any bytes as a PNRGOV document in XML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tidewaiter_formats::fuzz::pnrgov_xml(bytes));
