//! The outside world to the domain, and back.
//!
//! [`read`] takes one message of [`tidewaiter_syntax::edifact`] and gives a [`Report`]: what it
//! says in the nouns of [`tidewaiter_domain`], and everything that was noticed. It reads by
//! *trigger segments* (NAD, TDT, DOC ...), never by a fixed order, and keeps what it does not
//! understand.
//!
//! # What this crate never does
//!
//! It drops nothing silently and decides nothing: whether a field may be kept is for
//! `tidewaiter-mandate`. It reads no clock; the day on which a message was received is an argument.

mod cards;
pub mod contrl;
pub mod cusres;
#[doc(hidden)]
pub mod fuzz;
pub mod lists;
pub mod manifest_csv;

mod name;
mod notes;
mod paxlst;
mod pnrgov;
mod report;
mod series;
pub mod ssr;
mod transmission;
mod value;

use jiff::civil::Date;
use tidewaiter_diagnostics::{SegmentPath, Span, codes};
use tidewaiter_domain::Text;
use tidewaiter_syntax::edifact::Message;

pub use cards::{CardKey, mask as mask_cards};
pub use pnrgov::govreq::{PadisVersion, write_acknowledgement, write_request};
pub use pnrgov::{is_xml, read_xml};
pub use report::{Content, Report, Status};
pub use series::{SERIES_REMEMBERED_MAX, SERIES_REPORTS_MAX, Series};
pub use transmission::Transmission;

/// Reads one message.
///
/// `received` is the day on which the message came; it places years of two digits where the
/// message itself does not say when it was written.
pub fn read(message: &Message<'_>, received: Date) -> Report {
    read_with_key(message, received, None)
}

/// Reads one message; card numbers in bookings become tokens under `key`.
///
/// Without a key they are reduced all the same, but two payments by one card cannot be told to be.
pub fn read_with_key(message: &Message<'_>, received: Date, key: Option<&CardKey>) -> Report {
    let mut notes = notes::Notes::new(message, received);
    let Some(header) = message.header() else {
        let whole = Span::from_range(0..message.bytes().len());
        notes.note(
            &codes::syntax::NOT_A_MESSAGE,
            whole,
            SegmentPath::default(),
            "these bytes hold no message",
        );
        return Report {
            kind: Text::default(),
            version: Text::default(),
            reference: Text::default(),
            content: None,
            diagnostics: notes.finish(),
        };
    };
    let content = match header.kind.as_ref() {
        "PAXLST" => paxlst::read(message, &mut notes),
        "PNRGOV" => pnrgov::read(message, &mut notes, key),
        "GOVREQ" => pnrgov::govreq::read_request(message, &mut notes),
        "ACKRES" => pnrgov::govreq::read_acknowledgement(message, &mut notes),
        "CUSRES" => cusres::read(message, &mut notes),
        "CONTRL" => contrl::read(message, &mut notes),
        kind => {
            let text = format!("messages of type {:?} are not read", clip(kind));
            let path = SegmentPath::segment(1, *b"UNH");
            notes.note(&codes::api::UNSUPPORTED_TYPE, header.span, path, text);
            None
        }
    };
    Report {
        kind: Text::from(header.kind),
        version: match (header.version.as_ref(), header.release.as_ref()) {
            (version, "") => Text::new(version),
            (version, release) => Text::from(format!("{version}:{release}")),
        },
        reference: Text::from(header.reference),
        content,
        diagnostics: notes.finish(),
    }
}

/// At most eight characters of a service value, for a diagnostic.
fn clip(text: &str) -> String {
    text.chars().take(8).collect()
}
