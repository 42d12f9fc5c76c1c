//! Which list a file is, by its content alone.

use std::borrow::Cow;

use encoding_rs::Encoding;
use tidewaiter_diagnostics::{Span, codes::lists as codes};

use super::refusal::Refusal;
use super::table::as_utf8;
use super::xml::root_name;

/// The list formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListFormat {
    /// UN Security Council consolidated list, XML.
    UnXml,
    /// OFAC `sdn.csv` or `cons_prim.csv`.
    OfacCsv,
    /// OFAC `alt.csv`, `cons_alt.csv`: aliases.
    OfacAltCsv,
    /// OFAC `add.csv`, `cons_add.csv`: addresses.
    OfacAddressCsv,
    /// OFAC `sdn_comments.csv`, `cons_comments.csv`: the end of long remarks.
    OfacCommentsCsv,
    /// OFAC `sdn.xml`, `consolidated.xml` (sdnList).
    OfacXml,
    /// OFAC `sdn_advanced.xml`.
    OfacAdvancedXml,
    /// EU Financial Sanctions Files, XML 1.1.
    EuXml,
    /// EU Financial Sanctions Files, CSV.
    EuCsv,
    /// UK OFSI consolidated list, CSV (frozen since 28 January 2026).
    UkConListCsv,
    /// UK Sanctions List of the FCDO, XML.
    UkSanctionsListXml,
    /// Swiss SECO list, XML.
    SecoXml,
    /// Canada, SEMA and JVCFOA, XML.
    SemaXml,
    /// Australia, DFAT consolidated list, workbook.
    DfatXlsx,
    /// Australia, DFAT consolidated list, exported as CSV.
    DfatCsv,
    /// US Consolidated Screening List, CSV.
    UsCslCsv,
    /// US Denied Persons List, tab-separated.
    UsDeniedPersons,
    /// Notices in the public JSON form of INTERPOL.
    InterpolJson,
    /// OpenSanctions FollowTheMoney entities.
    FtmJson,
    /// OpenSanctions `targets.simple.csv`.
    TargetsSimpleCsv,
    /// Our own list, CSV.
    OwnCsv,
    /// Our own list, JSON Lines.
    OwnJsonl,
    /// A list of travel documents, CSV; read by [`super::documents`].
    DocumentsCsv,
    /// A list of travel documents, JSON Lines; read by [`super::documents`].
    DocumentsJsonl,
}

impl ListFormat {
    /// Whether the file only completes another one.
    pub const fn is_companion(self) -> bool {
        matches!(
            self,
            Self::OfacAltCsv | Self::OfacAddressCsv | Self::OfacCommentsCsv
        )
    }

    /// Whether it lists travel documents instead of subjects.
    pub const fn is_documents(self) -> bool {
        matches!(self, Self::DocumentsCsv | Self::DocumentsJsonl)
    }

    /// The name used in output and receipts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnXml => "un-xml",
            Self::OfacCsv => "ofac-csv",
            Self::OfacAltCsv => "ofac-alt-csv",
            Self::OfacAddressCsv => "ofac-add-csv",
            Self::OfacCommentsCsv => "ofac-comments-csv",
            Self::OfacXml => "ofac-xml",
            Self::OfacAdvancedXml => "ofac-advanced-xml",
            Self::EuXml => "eu-fsf-xml",
            Self::EuCsv => "eu-fsf-csv",
            Self::UkConListCsv => "uk-conlist-csv",
            Self::UkSanctionsListXml => "uk-sanctions-list-xml",
            Self::SecoXml => "seco-xml",
            Self::SemaXml => "sema-xml",
            Self::DfatXlsx => "dfat-xlsx",
            Self::DfatCsv => "dfat-csv",
            Self::UsCslCsv => "us-csl-csv",
            Self::UsDeniedPersons => "us-denied-persons",
            Self::InterpolJson => "interpol-json",
            Self::FtmJson => "ftm-json",
            Self::TargetsSimpleCsv => "targets-simple-csv",
            Self::OwnCsv => "own-csv",
            Self::OwnJsonl => "own-jsonl",
            Self::DocumentsCsv => "documents-csv",
            Self::DocumentsJsonl => "documents-jsonl",
        }
    }
}

/// A file whose format is known.
#[derive(Debug)]
pub(super) struct Detected<'a> {
    pub(super) format: ListFormat,
    /// The file without its byte order mark; transcoded when it was not of one byte a letter.
    pub(super) bytes: Cow<'a, [u8]>,
    /// Offset of the first of `bytes` in the file.
    pub(super) base: usize,
}

impl Detected<'_> {
    /// The file as text.
    pub(super) fn text(&self) -> Result<&str, Refusal> {
        as_utf8(&self.bytes).map_err(|mut refusal| {
            let by = u32::try_from(self.base).unwrap_or(u32::MAX);
            let span = &mut refusal.diagnostic.span;
            *span = Span::new(span.start.saturating_add(by), span.end.saturating_add(by));
            refusal
        })
    }
}

/// The format of `bytes`.
///
/// # Errors
///
/// Refuses what is no list: web pages, packed files, files in no known form.
pub fn detect(bytes: &[u8]) -> Result<ListFormat, Refusal> {
    classify(bytes).map(|found| found.format)
}

pub(super) fn classify(bytes: &[u8]) -> Result<Detected<'_>, Refusal> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Detected {
            format: ListFormat::DfatXlsx,
            bytes: Cow::Borrowed(bytes),
            base: 0,
        });
    }
    for (magic, what) in [
        (&b"\x1f\x8b"[..], "the file is compressed (gzip)"),
        (
            b"\xd0\xcf\x11\xe0",
            "the file is a workbook of the old binary form (.xls)",
        ),
        (b"%PDF", "the file is a PDF document"),
        (b"7z\xbc\xaf", "the file is compressed (7z)"),
    ] {
        if bytes.starts_with(magic) {
            return Err(Refusal::new(
                &codes::LIST_PACKED,
                Span::from_range(0..magic.len()),
                what,
            ));
        }
    }
    let (bytes, base) = decoded(bytes)?;
    let start = bytes
        .iter()
        .position(|b| !b.is_ascii_whitespace())
        .ok_or_else(|| {
            Refusal::new(
                &codes::LIST_EMPTY,
                Span::from_range(0..bytes.len()),
                "the file is empty",
            )
        })?;
    let unknown = |what: &str| {
        Err(Refusal::new(
            &codes::LIST_UNKNOWN,
            Span::from_range(base + start..base + start + first_line(&bytes[start..]).len()),
            what,
        ))
    };
    let format = match bytes[start] {
        b'<' => {
            if is_html(&bytes[start..]) {
                return Err(html(base + start));
            }
            let found = Detected {
                format: ListFormat::UnXml,
                bytes: Cow::Borrowed(&bytes),
                base,
            };
            let text = found.text()?;
            match root_name(text) {
                Some("CONSOLIDATED_LIST") => ListFormat::UnXml,
                Some("sdnList") => ListFormat::OfacXml,
                Some("Sanctions" | "sanctionsData") => ListFormat::OfacAdvancedXml,
                Some("export") => ListFormat::EuXml,
                Some("Designations") => ListFormat::UkSanctionsListXml,
                Some("swiss-sanctions-list") => ListFormat::SecoXml,
                Some("data-set") => ListFormat::SemaXml,
                Some(name) if name.eq_ignore_ascii_case("html") => {
                    return Err(html(base + start));
                }
                Some(_) => return unknown("the root element is that of no list"),
                None => {
                    return Err(Refusal::new(
                        &codes::LIST_TRUNCATED,
                        Span::from_range(base + start..base + bytes.len()),
                        "the file has no root element",
                    ));
                }
            }
        }
        b'{' | b'[' => match json_format(&bytes[start..]) {
            Some(format) => format,
            None => return unknown("the first object has the keys of no list"),
        },
        _ => match table_format(&bytes[start..]) {
            Some(format) => format,
            None => return unknown("the first line is that of no list"),
        },
    };
    Ok(Detected {
        format,
        bytes,
        base,
    })
}

/// The bytes without byte order mark, transcoded to UTF-8 when they declare another character set.
fn decoded(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, usize), Refusal> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return Ok((Cow::Borrowed(rest), 3));
    }
    let by_mark = [
        (&b"\xff\xfe"[..], encoding_rs::UTF_16LE),
        (b"\xfe\xff", encoding_rs::UTF_16BE),
    ]
    .into_iter()
    .find(|(mark, _)| bytes.starts_with(mark))
    .map(|(mark, encoding)| (encoding, &bytes[mark.len()..]));
    let declared = match by_mark {
        Some(found) => Some(found),
        None => declared_encoding(bytes)?.map(|encoding| (encoding, bytes)),
    };
    let Some((encoding, rest)) = declared else {
        return Ok((Cow::Borrowed(bytes), 0));
    };
    match encoding.decode_without_bom_handling_and_without_replacement(rest) {
        Some(text) => Ok((Cow::Owned(text.into_owned().into_bytes()), 0)),
        None => {
            let (valid, _) = encoding.decode_without_bom_handling(rest);
            let place = valid
                .find('\u{fffd}')
                .map_or(0, |at| encoding.encode(&valid[..at]).0.len());
            Err(Refusal::new(
                &codes::LIST_ENCODING,
                Span::from_range(place..place + 1),
                format!("this is not text of the declared set {}", encoding.name()),
            ))
        }
    }
}

/// The character set that an XML declaration names, unless it is UTF-8.
fn declared_encoding(bytes: &[u8]) -> Result<Option<&'static Encoding>, Refusal> {
    let head = &bytes[..bytes.len().min(200)];
    if !head.starts_with(b"<?xml") {
        return Ok(None);
    }
    let head = String::from_utf8_lossy(head);
    let declaration = head.split("?>").next().unwrap_or_default();
    let Some((before, after)) = declaration.split_once("encoding=") else {
        return Ok(None);
    };
    let label: String = after
        .chars()
        .skip(1)
        .take_while(|c| !matches!(c, '"' | '\''))
        .collect();
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if encoding == encoding_rs::UTF_8 => Ok(None),
        // Without a byte order mark a file that calls itself UTF-16 in bytes of ASCII is not.
        Some(encoding) if encoding.output_encoding() != encoding => Ok(None),
        Some(encoding) => Ok(Some(encoding)),
        None => Err(Refusal::new(
            &codes::LIST_ENCODING,
            Span::from_range(before.len()..before.len() + 9),
            "the file declares a character set that is not known",
        )),
    }
}

fn is_html(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase();
    [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<script",
        "<title",
    ]
    .iter()
    .any(|tag| head.starts_with(tag))
}

fn html(at: usize) -> Refusal {
    Refusal::new(
        &codes::LIST_HTML,
        Span::from_range(at..at + 1),
        "the file is a web page, not a list",
    )
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let end = bytes
        .iter()
        .position(|&b| b == b'\n' || b == b'\r')
        .unwrap_or(bytes.len());
    &bytes[..end.min(65_536)]
}

/// By the keys that stand in the head of the file; every object of a list has the same.
fn json_format(bytes: &[u8]) -> Option<ListFormat> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(65_536)]);
    let has = |key: &str| {
        head.match_indices(key).any(|(at, _)| {
            head[..at].ends_with('"') && {
                let rest = head[at + key.len()..].strip_prefix('"');
                rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
            }
        })
    };
    if has("schema") && has("properties") {
        Some(ListFormat::FtmJson)
    } else if has("entity_id") || has("notices") {
        Some(ListFormat::InterpolJson)
    } else if has("entry") && (has("name") || has("names") || has("surname")) {
        Some(ListFormat::OwnJsonl)
    } else if has("number") && has("issuer") {
        Some(ListFormat::DocumentsJsonl)
    } else {
        None
    }
}

fn table_format(bytes: &[u8]) -> Option<ListFormat> {
    let line = String::from_utf8_lossy(first_line(bytes)).into_owned();
    let lower = line.to_lowercase().replace('"', "");
    let columns: Vec<&str> = lower.split([',', ';', '\t']).map(str::trim).collect();
    let has = |name: &str| columns.contains(&name);
    if lower.starts_with("last updated,") || lower.starts_with("name 6,name 1,") {
        Some(ListFormat::UkConListCsv)
    } else if has("source_list_url") || (has("source") && has("entity_number")) {
        Some(ListFormat::UsCslCsv)
    } else if has("street_address") && has("standard_order") {
        Some(ListFormat::UsDeniedPersons)
    } else if has("entity_logical_id") || has("entity_logicalid") {
        Some(ListFormat::EuCsv)
    } else if has("id") && has("schema") && has("name") {
        Some(ListFormat::TargetsSimpleCsv)
    } else if has("name of individual or entity") {
        Some(ListFormat::DfatCsv)
    } else if has("entry") && has("name") {
        Some(ListFormat::OwnCsv)
    } else if has("number") && has("issuer") {
        Some(ListFormat::DocumentsCsv)
    } else {
        ofac_part(bytes)
    }
}

/// OFAC's tables have no header; the number of columns of the first row tells them apart.
fn ofac_part(bytes: &[u8]) -> Option<ListFormat> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut record).ok()? {
        return None;
    }
    let number = |at: usize| {
        record.get(at).is_some_and(|field| {
            let field = field.trim_ascii();
            !field.is_empty() && field.iter().all(u8::is_ascii_digit)
        })
    };
    if !number(0) {
        return None;
    }
    match record.len() {
        12 => Some(ListFormat::OfacCsv),
        6 if number(1) => Some(ListFormat::OfacAddressCsv),
        5 if number(1) => Some(ListFormat::OfacAltCsv),
        2 => Some(ListFormat::OfacCommentsCsv),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> (&'static str, u32) {
        let refusal = detect(bytes).unwrap_err().diagnostic;
        (refusal.code.slug, refusal.span.start)
    }

    #[test]
    fn formats_are_told_by_content() {
        for (bytes, format) in [
            (
                &b"\xef\xbb\xbf <?xml version='1.0'?>\n<CONSOLIDATED_LIST/>"[..],
                ListFormat::UnXml,
            ),
            (b"<sdnList xmlns='x'/>", ListFormat::OfacXml),
            (b"<ns:export xmlns:ns='x'/>", ListFormat::EuXml),
            (
                b"36,\"A\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n",
                ListFormat::OfacCsv,
            ),
            (b"36,12,\"aka\",\"B\",-0- \r\n", ListFormat::OfacAltCsv),
            (
                b"36,25,-0- ,\"Havana\",\"Cuba\",-0- \r\n",
                ListFormat::OfacAddressCsv,
            ),
            (b"36,\"more\"\r\n", ListFormat::OfacCommentsCsv),
            (b"Last Updated,13/04/2018,,\n", ListFormat::UkConListCsv),
            (
                b"{\"id\":\"x\",\"schema\":\"Person\",\"properties\":{}}",
                ListFormat::FtmJson,
            ),
            (
                b"{\"number\":\"X1\",\"issuer\":\"SWE\"}",
                ListFormat::DocumentsJsonl,
            ),
            (b"number,issuer,type\n", ListFormat::DocumentsCsv),
        ] {
            assert_eq!(
                detect(bytes).unwrap(),
                format,
                "{}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn a_file_in_utf16_is_read() {
        let mut bytes = b"\xff\xfe".to_vec();
        bytes.extend(
            "<CONSOLIDATED_LIST/>"
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        );
        assert_eq!(detect(&bytes).unwrap(), ListFormat::UnXml);
    }

    #[test]
    fn what_is_no_list_is_refused_by_name() {
        assert_eq!(refused(b" <!DOCTYPE html><html></html>"), ("list-html", 1));
        assert_eq!(
            refused(b"<?xml version='1.0'?><html xmlns='x'/>"),
            ("list-html", 0)
        );
        assert_eq!(refused(b"\x1f\x8b\x08"), ("list-packed", 0));
        assert_eq!(refused(b"\xd0\xcf\x11\xe0 xls"), ("list-packed", 0));
        assert_eq!(refused(b""), ("list-empty", 0));
        assert_eq!(refused(b"hello"), ("list-unknown-format", 0));
        assert_eq!(refused(b"{\"a\":1}"), ("list-unknown-format", 0));
        assert_eq!(refused(b"<rss/>"), ("list-unknown-format", 0));
        assert_eq!(refused(b"<CONSOLIDATED_LIST>\xff"), ("list-encoding", 19));
        assert_eq!(refused(b"<?xml version='1.0'"), ("list-truncated", 0));
        assert_eq!(
            refused(b"<?xml version='1.0' encoding='klingon'?><x/>"),
            ("list-encoding", 20)
        );
    }
}
