//! OFAC's CSV lists: `sdn.csv` or `cons_prim.csv`, with aliases, addresses and comments in files of
//! their own (`dat_spec.txt` of the Treasury). No header, `-0-` for nothing, Windows-1252.

use std::collections::{BTreeMap, BTreeSet};

use tidewaiter_diagnostics::{SegmentPath, Span, codes::lists as codes};
use tidewaiter_domain::{ListedSubject, NameKind, NameQuality, SubjectKind, Text};

use super::super::ListFile;
use super::super::country::{country, place_of};
use super::super::detect::{Detected, ListFormat};
use super::super::draft::{Draft, ListReading, add_name, add_nationalities};
use super::super::node::Node;
use super::super::refusal::{Refusal, row as path_of_row};
use super::super::table::{Charset, Header, Layout, rows};
use super::{name, programmes, remarks, settle_list};

const PRIMARY: &[&str] = &[
    "ent_num",
    "SDN_Name",
    "SDN_Type",
    "Program",
    "Title",
    "Call_Sign",
    "Vess_type",
    "Tonnage",
    "GRT",
    "Vess_flag",
    "Vess_owner",
    "Remarks",
];
const ALIASES: &[&str] = &["ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks"];
const ADDRESSES: &[&str] = &[
    "ent_num",
    "Add_num",
    "Address",
    "City/State/Province/Postal Code",
    "Country",
    "Add_remarks",
];
const COMMENTS: &[&str] = &["ent_num", "Remarks"];

/// Each list of `files` with the companions that belong to it: the list most of whose numbers the
/// companion carries.
pub(in super::super) fn join(
    detected: &[Result<Detected<'_>, Refusal>],
    files: &[ListFile<'_>],
) -> Vec<(usize, Vec<usize>)> {
    struct List<'b> {
        at: usize,
        numbers: BTreeSet<&'b [u8]>,
        parts: Vec<usize>,
    }
    let mut lists: Vec<List<'_>> = detected
        .iter()
        .enumerate()
        .filter(|(_, found)| {
            found
                .as_ref()
                .is_ok_and(|found| found.format == ListFormat::OfacCsv)
        })
        .map(|(at, _)| List {
            at,
            numbers: numbers(files[at].bytes).collect(),
            parts: Vec::new(),
        })
        .collect();
    for (at, found) in detected.iter().enumerate() {
        if !found.as_ref().is_ok_and(|f| f.format.is_companion()) {
            continue;
        }
        let shared = |list: &List<'_>| {
            numbers(files[at].bytes)
                .filter(|number| list.numbers.contains(number))
                .count()
        };
        // Of equal ones the first: the last of the reversed.
        let best = lists.iter_mut().rev().max_by_key(|list| shared(list));
        if let Some(list) = best {
            list.parts.push(at);
        }
    }
    lists
        .into_iter()
        .map(|list| (list.at, list.parts))
        .collect()
}

/// The numbers at the heads of the lines.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes
        .split(|&b| b == b'\n')
        .filter_map(|line| line.split(|&b| b == b',').next())
        .filter(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// The refusal of a companion that came without its list.
pub(in super::super) fn alone(format: ListFormat) -> Refusal {
    Refusal::new(
        &codes::LIST_COMPANION,
        Span::default(),
        format!("{} completes a list that was not given", format.as_str()),
    )
}

pub(in super::super) fn read(
    found: &Detected<'_>,
    companions: &[&[u8]],
) -> Result<ListReading, Refusal> {
    let mut draft = Draft::new("ofac-sdn", ListFormat::OfacCsv);
    let parts = Companions::read(companions, &mut draft)?;
    let bytes = trimmed(&found.bytes);
    let layout = Layout {
        delimiter: b',',
        header: Header::Fixed(PRIMARY),
        charset: Charset::guess(bytes, &mut draft.diagnostics),
    };
    let mut known = BTreeSet::new();
    let mut cut_short = 0u32;
    rows(bytes, found.base, &layout, |row| {
        let mut node = row.node;
        let span = node.span;
        let number = reference(&mut node, span, row.number)?;
        known.insert(number.clone());
        let kind = match said(&mut node, "SDN_Type").as_deref() {
            Some("individual") => SubjectKind::Person,
            Some("vessel") => SubjectKind::Vessel,
            Some("aircraft") => SubjectKind::Aircraft,
            None => SubjectKind::Organisation,
            Some(_) => {
                return Err(Refusal::within(
                    &codes::LIST_COLUMNS,
                    span,
                    path_of_row(row.number),
                    format!("row {} has no type of subject in column 3", row.number),
                ));
            }
        };
        let person = kind == SubjectKind::Person;
        let mut subject = ListedSubject::new("ofac-sdn", number.clone(), kind);
        if let Some(text) = said(&mut node, "SDN_Name") {
            add_name(
                &mut subject,
                name(&text, person, NameKind::Primary, NameQuality::Unknown),
            );
        }
        for alias in parts.aliases.get(&number).into_iter().flatten() {
            let kind = match alias.kind.as_str() {
                "fka" => NameKind::Former,
                _ => NameKind::Alias,
            };
            add_name(
                &mut subject,
                name(&alias.name, person, kind, NameQuality::Good),
            );
            if let Some(remark) = &alias.remark {
                subject.unread.push(("alt_remarks".into(), remark.clone()));
            }
        }
        for address in parts.addresses.get(&number).into_iter().flatten() {
            subject.addresses.extend(place_of(
                address.country.clone(),
                address.city.clone(),
                address.street.clone(),
            ));
            if let Some(remark) = &address.remark {
                subject.unread.push(("Add_remarks".into(), remark.clone()));
            }
        }
        if let Some(text) = said(&mut node, "Program") {
            subject.programmes = programmes(&text);
        }
        if let Some(title) = said(&mut node, "Title") {
            subject.comments.push(title);
        }
        if let Some(flag) = said(&mut node, "Vess_flag") {
            add_nationalities(&mut subject, country(&flag));
        }
        let mut text = node
            .take("Remarks")
            .map(|node| node.text.into_owned())
            .unwrap_or_default();
        if let Some(rest) = parts.comments.get(&number) {
            text.push_str(rest);
        } else if text.len() >= remarks::REMARK_LIMIT {
            cut_short += 1;
        }
        remarks::read(&mut draft, &mut subject, &text, span);
        for field in PRIMARY {
            if let Some(text) = said(&mut node, field) {
                subject.unread.push(((*field).into(), text));
            }
        }
        draft.push(subject, span);
        Ok(())
    })?;
    parts.report(&known, &mut draft);
    missing(&parts, cut_short, &mut draft);
    settle_list(&mut draft);
    draft.finish(Span::from_range(0..bytes.len()))
}

fn missing(parts: &Companions, cut_short: u32, draft: &mut Draft) {
    let mut absent = Vec::new();
    if parts.aliases.is_empty() {
        absent.push("aliases (alt)".to_owned());
    }
    if parts.addresses.is_empty() {
        absent.push("addresses (add)".to_owned());
    }
    if cut_short > 0 && parts.comments.is_empty() {
        absent.push(format!("the end of {cut_short} remarks (comments)"));
    }
    if !absent.is_empty() {
        draft.note_list(
            &codes::LIST_COMPANION_MISSING,
            Span::default(),
            format!("not given: {}", absent.join(", ")),
        );
    }
}

struct AliasRow {
    kind: Text,
    name: Text,
    remark: Option<Text>,
}

struct AddressRow {
    street: Option<Text>,
    city: Option<Text>,
    country: Option<Text>,
    remark: Option<Text>,
}

/// What the other files say, by number of the entry.
#[derive(Default)]
struct Companions {
    aliases: BTreeMap<Text, Vec<AliasRow>>,
    addresses: BTreeMap<Text, Vec<AddressRow>>,
    comments: BTreeMap<Text, String>,
}

impl Companions {
    fn read(files: &[&[u8]], draft: &mut Draft) -> Result<Self, Refusal> {
        let mut parts = Self::default();
        for file in files {
            let found = super::super::detect::classify(file)?;
            let columns = match found.format {
                ListFormat::OfacAltCsv => ALIASES,
                ListFormat::OfacAddressCsv => ADDRESSES,
                _ => COMMENTS,
            };
            let bytes = trimmed(&found.bytes);
            let layout = Layout {
                delimiter: b',',
                header: Header::Fixed(columns),
                charset: Charset::guess(bytes, &mut draft.diagnostics),
            };
            rows(bytes, found.base, &layout, |row| {
                let mut node = row.node;
                let span = node.span;
                let number = reference(&mut node, span, row.number)?;
                match found.format {
                    ListFormat::OfacAltCsv => {
                        if let Some(name) = said(&mut node, "alt_name") {
                            parts.aliases.entry(number).or_default().push(AliasRow {
                                kind: said(&mut node, "alt_type").unwrap_or_default(),
                                name,
                                remark: said(&mut node, "alt_remarks"),
                            });
                        }
                    }
                    ListFormat::OfacAddressCsv => {
                        parts.addresses.entry(number).or_default().push(AddressRow {
                            street: said(&mut node, "Address"),
                            city: said(&mut node, "City/State/Province/Postal Code"),
                            country: said(&mut node, "Country"),
                            remark: said(&mut node, "Add_remarks"),
                        });
                    }
                    _ => {
                        let text = node.take("Remarks").map(|n| n.text.into_owned());
                        parts
                            .comments
                            .entry(number)
                            .or_default()
                            .push_str(&text.unwrap_or_default());
                    }
                }
                Ok(())
            })?;
        }
        Ok(parts)
    }

    fn report(&self, known: &BTreeSet<Text>, draft: &mut Draft) {
        let numbers = self
            .aliases
            .keys()
            .chain(self.addresses.keys())
            .chain(self.comments.keys());
        let orphans: BTreeSet<&Text> = numbers.filter(|number| !known.contains(*number)).collect();
        if !orphans.is_empty() {
            let shown: Vec<&str> = orphans.iter().take(5).map(|n| n.as_str()).collect();
            draft
                .diagnostics
                .push(tidewaiter_diagnostics::Diagnostic::new(
                    &codes::LIST_ORPHAN,
                    Span::default(),
                    SegmentPath::default(),
                    format!(
                        "{} entries that the list does not have are completed by other files: {}{}",
                        orphans.len(),
                        shown.join(", "),
                        if orphans.len() > 5 { " ..." } else { "" }
                    ),
                ));
        }
    }
}

/// The number of the entry; a row without one has shifted columns.
fn reference(node: &mut Node<'_>, span: Span, number: u32) -> Result<Text, Refusal> {
    said(node, "ent_num")
        .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
        .ok_or_else(|| {
            Refusal::within(
                &codes::LIST_COLUMNS,
                span,
                path_of_row(number),
                format!("row {number} does not begin with the number of an entry"),
            )
        })
}

/// Takes a field; `-0-` says nothing.
fn said(node: &mut Node<'_>, field: &str) -> Option<Text> {
    node.take_text(field).filter(|text| text != "-0-")
}

/// Without the end-of-file byte of DOS that the Treasury's files may carry.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let trimmed = bytes.trim_ascii_end();
    trimmed.strip_suffix(b"\x1a").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::super::{read as read_files, read_one};
    use super::*;

    const SDN: &[u8] = b"10,\"DOE, Jane\",\"individual\",\"SDGT] [IFSR\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1970.\"\r\n\
        11,\"ACME\",-0- ,\"SDNT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a";
    const ALT: &[u8] = b"10,1,\"aka\",\"ROE, Jane\",-0- \r\n99,2,\"aka\",\"X\",-0- ";

    fn file<'a>(name: &'a str, bytes: &'a [u8]) -> ListFile<'a> {
        ListFile { name, bytes }
    }

    #[test]
    fn companions_join_their_list_by_number() {
        let results = read_files(&[file("alt.csv", ALT), file("sdn.csv", SDN)]);
        assert_eq!(results.len(), 1);
        assert_eq!(results[0].files, [1, 0]);
        let reading = results[0].outcome.as_ref().unwrap();
        assert_eq!(reading.counts.entries(), 2);
        assert_eq!(reading.subjects[0].names[1].full, "Jane ROE");
        assert_eq!(reading.subjects[0].programmes, ["SDGT", "IFSR"]);
        let slugs: Vec<&str> = reading.diagnostics.iter().map(|d| d.code.slug).collect();
        assert!(slugs.contains(&"list-orphan-row"), "{slugs:?}");
        assert!(slugs.contains(&"list-companion-missing"), "{slugs:?}");
    }

    #[test]
    fn a_companion_alone_is_refused() {
        let refusal = read_one(ALT).unwrap_err();
        assert_eq!(refusal.diagnostic.code.slug, "list-companion-alone");
    }

    #[test]
    fn a_row_whose_columns_moved_is_refused() {
        let shifted =
            b"10,\"DOE, Jane\",\"individual\",\"SDGT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\
            11,-0- ,\"ACME\",\"SDNT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
        let refusal = read_one(shifted).unwrap_err().diagnostic;
        assert_eq!(refusal.code.slug, "list-columns-shifted");
        assert_eq!(refusal.path.segment, 2);
    }
}
