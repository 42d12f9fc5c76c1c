//! tidewaiter.
fn main() {}
