//! What kind of thing a source is, told by its first bytes.

use std::io::{self, Read};

use tidewaiter_diagnostics::codes::lists as codes;
use tidewaiter_formats::lists::{self, ListFormat};
use tidewaiter_formats::manifest_csv::{self, ColumnMapping};

use super::zones;

/// How many bytes the form is told from.
const HEAD_BYTES: u64 = 64 << 10;

/// Largest source that is read as a whole, in bytes: tables, machine-readable zones and lists of
/// subjects. EDIFACT and lists of documents are read as a stream and have no such bound.
pub(crate) const WHOLE_BYTES_MAX: u64 = 1 << 30;

/// How a source is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// EDIFACT, and whatever is nothing else.
    Edifact,
    /// Machine-readable zones among lines of text.
    Zones,
    /// A manifest as CSV.
    Table,
    /// A list of persons, organisations, vessels or aircraft; or XML, JSON or a packed file, of
    /// which the list reader says best what is wrong.
    List,
    /// One of several files that may be one list.
    PartOfList,
    /// A list of travel documents.
    Documents,
    /// A PNRGOV message in XML.
    Xml,
}

impl Form {
    /// The form of a source that begins with `head`.
    ///
    /// Whoever names `columns` says that what is neither EDIFACT nor a zone is a table.
    pub(crate) fn of(head: &[u8], columns: Option<&ColumnMapping>) -> Self {
        if head.is_empty() || holds_service_segment(head) {
            Self::Edifact
        } else if zones::detect(head) {
            Self::Zones
        } else if let Some(form) = Self::of_list(head, columns) {
            form
        } else if columns.is_some() || manifest_csv::detect(head) {
            Self::Table
        } else {
            Self::Edifact
        }
    }

    fn of_list(head: &[u8], columns: Option<&ColumnMapping>) -> Option<Self> {
        let first = head.iter().find(|byte| !byte.is_ascii_whitespace())?;
        let structured = b"<{[".contains(first);
        if tidewaiter_formats::is_xml(head) && names_pnrgov(head) {
            return Some(Self::Xml);
        }
        match lists::detect(whole_characters(head)) {
            Ok(format) if format.is_companion() || format == ListFormat::OfacCsv => {
                columns.is_none().then_some(Self::PartOfList)
            }
            // The columns of a list of documents are also among those of a manifest.
            Ok(ListFormat::DocumentsCsv) => {
                (columns.is_none() && !manifest_csv::detect(head)).then_some(Self::Documents)
            }
            Ok(format) if format.is_documents() => Some(Self::Documents),
            Ok(_) => (structured || columns.is_none()).then_some(Self::List),
            Err(refusal) => {
                let packed = *refusal.diagnostic.code == codes::LIST_PACKED;
                (structured || packed).then_some(Self::List)
            }
        }
    }
}

/// Whether the first element of a document is that of a PNRGOV message.
fn names_pnrgov(head: &[u8]) -> bool {
    const NAME: &[u8] = b"PNRGOV";
    let mut tags = head.split(|&byte| byte == b'<').skip(1);
    let root = tags
        .find(|tag| !tag.starts_with(b"?") && !tag.starts_with(b"!"))
        .unwrap_or_default();
    root.windows(NAME.len())
        .any(|word| word.eq_ignore_ascii_case(NAME))
}

/// `head` without the beginning of a character that its end cuts.
fn whole_characters(head: &[u8]) -> &[u8] {
    let cut = head.utf8_chunks().last().is_some_and(|chunk| {
        let open = chunk.invalid();
        (1..4).contains(&open.len()) && head.ends_with(open)
    });
    let behind = head.iter().rposition(|byte| byte & 0xc0 != 0x80);
    match behind {
        Some(at) if cut && head.len() as u64 == HEAD_BYTES => &head[..at],
        _ => head,
    }
}

/// The first bytes of `read`, and `read` as if they had not been taken.
pub(crate) fn peek(mut read: impl Read) -> io::Result<(Vec<u8>, impl Read)> {
    let mut head = Vec::new();
    read.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    let again = io::Cursor::new(head.clone()).chain(read);
    Ok((head, again))
}

/// All bytes of `read`; `None` when there are more than `limit`.
pub(crate) fn whole(read: impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let there = read.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((there as u64 <= limit).then_some(bytes))
}

/// Whether an interchange or a message begins somewhere: UNA with its six characters, or UNB or UNH
/// with a separator. Telex lines or a mail may stand before it.
fn holds_service_segment(head: &[u8]) -> bool {
    // A name in a table or in a zone may be UNA, so separators of those do not count.
    let separates = |c: &u8| {
        (c.is_ascii_punctuation() || c.is_ascii_control()) && !b"<,;|\"'\t\r\n".contains(c)
    };
    head.windows(3).enumerate().any(|(at, tag)| {
        let begins = at
            .checked_sub(1)
            .and_then(|before| head.get(before))
            .is_none_or(|before| !before.is_ascii_alphanumeric());
        let rest = head.get(at + 3..).unwrap_or_default();
        begins
            && if tag.eq_ignore_ascii_case(b"UNA") {
                rest.get(..6)
                    .is_some_and(|six| !six.iter().any(u8::is_ascii_alphanumeric))
                    && rest
                        .iter()
                        .take(ADVICE_REACH)
                        .any(|&c| c == b'U' || c == b'u')
            } else {
                (tag.eq_ignore_ascii_case(b"UNB") || tag.eq_ignore_ascii_case(b"UNH"))
                    && rest.first().is_some_and(separates)
            }
    })
}

/// Within how many bytes behind UNA the segment follows that it advises for.
const ADVICE_REACH: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_segments_are_edifact_wherever_they_begin() {
        for head in [
            &b"UNB+UNOA:4+QZ+GOV"[..],
            b"\x01QU ABCXYZ\r\n.QZAIR 241200\r\nUNA:+.? 'UNB+UNOA:4",
            b"UNA\x1d\x1e.? \x1cUNB\x1eUNOA",
            b"UNH*1*PAXLST:US",
            b"unb+unoa:4+qz",
        ] {
            assert_eq!(Form::of(head, None), Form::Edifact, "{head:?}");
            let named = "surname=N".parse().unwrap();
            assert_eq!(Form::of(head, Some(&named)), Form::Edifact, "{head:?}");
        }
    }

    #[test]
    fn a_person_named_like_a_service_segment_makes_no_edifact() {
        let table = b"surname,given,sex,born\nQUIST,UNA,F,1980-02-03\nUNB,UNH;,M,1979-01-01\n";
        assert_eq!(Form::of(table, None), Form::Table);
        let zone = b"P<UTOQUIST<<UNA<UNB<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
        assert_eq!(Form::of(zone, None), Form::Zones);
    }

    #[test]
    fn columns_that_are_named_make_a_table() {
        let bytes = b"Nachname;Vorname\nQUIST;TOVA\n";
        assert_eq!(Form::of(bytes, None), Form::Edifact);
        let named = "surname=Nachname,given=Vorname".parse().unwrap();
        assert_eq!(Form::of(bytes, Some(&named)), Form::Table);
    }

    #[test]
    fn peeking_takes_nothing_away() {
        let long = b"0123456789".repeat(10_000);
        let (head, again) = peek(&long[..]).unwrap();
        assert_eq!(head, long[..1 << 16]);
        assert_eq!(whole(again, 1 << 20).unwrap(), Some(long));
    }

    #[test]
    fn a_source_beyond_the_limit_is_not_held() {
        assert_eq!(
            whole(&b"12345"[..], 5).unwrap().as_deref(),
            Some(&b"12345"[..])
        );
        assert_eq!(whole(&b"123456"[..], 5).unwrap(), None);
    }
}
