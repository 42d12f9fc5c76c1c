//! UN/EDIFACT (ISO 9735 v3 and v4) as carriers send it.
//!
//! [`Reader`] finds the messages of a slice or stream, [`Message`] gives their [`Segment`]s,
//! [`Component`]s and what was noticed, [`Writer`] writes segments that read back the same.
//!
//! ```
//! use tidewaiter_syntax::edifact::Reader;
//!
//! let bytes = b"UNB+UNOA:4+QZAIR+TWCUST+260314:0610+42'UNH+1+PAXLST:D:15B:UN:IATA'\
//!               BGM+745'NAD+FL+++O?'MARREN:TOVA'UNT+4+1'UNZ+1+42'";
//! let mut reader = Reader::of_slice(bytes);
//! let message = reader.next()?.expect("one message");
//! let person = message.segments().find(|segment| segment.tag() == *b"NAD").expect("a NAD");
//! assert_eq!(person.text(4, 1), "O'MARREN");
//! assert!(message.diagnostics().is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```

mod advice;
mod charset;
mod envelope;
mod header;
mod message;
mod reader;
mod region;
mod scan;
mod segment;
mod tags;
mod tape;
mod writer;

pub use advice::Separators;
pub use charset::{Charset, Decoded};
pub use envelope::Envelope;
pub use header::{Group, Interchange, MessageHeader, Party, Sequence};
pub use message::Message;
pub use reader::Reader;
pub use scan::Scanner;
pub use segment::{Component, Segment, Segments, Tag};
pub use tape::Token;
pub use writer::{InterchangeWriter, Writer};
