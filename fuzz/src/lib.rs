//! What must hold for every input, whatever it is.

use jiff::civil::Date;
use tidewaiter_formats::{Content, Report};
use tidewaiter_syntax::edifact::{Message, Reader};

/// The day on which fuzzed messages are received.
const RECEIVED: Date = Date::constant(2026, 11, 24);

/// Reads `bytes` as a slice and as a stream, and checks what must hold for both.
///
/// # Panics
///
/// When something does not hold, which is a defect of the reader.
pub fn tokenise(bytes: &[u8]) {
    let whole = regions(Reader::of_slice(bytes), bytes, |message| {
        for segment in message.all_segments() {
            let span = segment.span();
            assert!(span.end as usize <= message.bytes().len(), "a segment outside its message");
            for component in segment.components() {
                let inner = component.span();
                assert!(span.start <= inner.start && inner.end <= span.end);
                let _ = component.text();
            }
        }
    });
    // One byte at a time, so that every boundary falls between two reads once.
    let stream = regions(Reader::of_stream(Drip(bytes)), bytes, |_| {});
    assert_eq!(whole, stream, "a stream is divided otherwise than a slice");
}

/// Reads `bytes` through every floor.
///
/// # Panics
///
/// When something does not hold, which is a defect of a reader.
pub fn read(bytes: &[u8]) {
    regions(Reader::of_slice(bytes), bytes, |message| {
        let report = tidewaiter_formats::read(message, RECEIVED);
        spans(message, &report);
        assert_eq!(report, tidewaiter_formats::read(message, RECEIVED), "reading is no function");
    });
}

/// Wraps `body` as a message of `kind`, so that a fuzzer need not find the envelope by itself.
pub fn wrapped(kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "UNB+UNOA:4+QZAIR:ZZ+TWCUST:ZZ+260314:0610+1'UNH+1+{kind}:D:15B:UN:IATA'"
    );
    [head.as_bytes(), body, b"'UNT+3+1'UNZ+1+1'"].concat()
}

/// The lengths of the regions, which must lie end to end and leave out nothing but blanks at the end.
fn regions(
    mut reader: Reader<'_>,
    bytes: &[u8],
    mut each: impl FnMut(&Message<'_>),
) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut next = 0;
    while let Some(message) = reader.next().expect("reading from memory cannot fail") {
        assert_eq!(message.offset(), next, "a gap between two regions");
        assert!(!message.bytes().is_empty(), "a region without a byte");
        for diagnostic in message.diagnostics() {
            assert!(diagnostic.span.end as usize <= message.bytes().len());
        }
        each(&message);
        next += message.bytes().len() as u64;
        lengths.push(message.bytes().len());
    }
    let left = bytes.get(next as usize..).unwrap_or_default();
    assert!(left.iter().all(|b| *b <= b' '), "bytes without a region");
    lengths
}

/// Every span of a report lies in its message.
fn spans(message: &Message<'_>, report: &Report) {
    let length = message.bytes().len();
    for diagnostic in &report.diagnostics {
        assert!(diagnostic.span.end as usize <= length, "{diagnostic:?}");
    }
    if let Some(Content::Manifest(manifest)) = &report.content {
        for traveller in &manifest.travellers {
            assert!(traveller.span.end as usize <= length);
            for document in &traveller.documents {
                assert!(document.span.end as usize <= length);
            }
        }
    }
}

/// A stream that gives one byte at a time.
struct Drip<'a>(&'a [u8]);

impl std::io::Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (Some((first, rest)), Some(place)) = (self.0.split_first(), buffer.first_mut()) else {
            return Ok(0);
        };
        *place = *first;
        self.0 = rest;
        Ok(1)
    }
}
