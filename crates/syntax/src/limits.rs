//! Every bound against hostile input, named.
//!
//! Reaching a bound is diagnosed (`limit-exceeded`), never silent, and costs only the message in
//! which it happens. There is no bound on a file or an interchange: both are read as a stream.

/// Largest message, with its envelope, in bytes. The memory of a reader is a small multiple of the
/// largest message it has seen.
pub const MESSAGE_BYTES_MAX: usize = 64 << 20;

/// Largest segment in bytes; real ones (PNRGOV history in LTS) reach a few thousand.
pub const SEGMENT_BYTES_MAX: usize = 64 << 10;

/// Most components of one segment.
pub const SEGMENT_COMPONENTS_MAX: usize = 1_000;

/// Most segments of one message.
pub const MESSAGE_SEGMENTS_MAX: usize = 2_000_000;

/// Most bytes before or between interchanges that are searched for a beginning before they are
/// reported as stray and left behind.
pub const STRAY_BYTES_MAX: usize = 1 << 20;

/// Longest service string advice, with what follows it up to UNB, that is still recognised.
pub const ADVICE_BYTES_MAX: usize = 24;

/// First size of a reader's window, in bytes. It grows only for a message that does not fit.
pub const WINDOW_BYTES_MIN: usize = 1 << 20;
