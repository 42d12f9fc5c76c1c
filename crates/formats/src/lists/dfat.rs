//! Australia, Department of Foreign Affairs and Trade: the consolidated list as a workbook, or as
//! CSV exported from it.
//!
//! One row a name; the reference is a number and a letter a row (`1`, `1a`, `1b`). Cells of birth are
//! serial days, bare years and free text beside each other.

use std::collections::BTreeMap;

use tidewaiter_diagnostics::{Span, codes::lists as codes};
use tidewaiter_domain::{ListedSubject, Measure, NameKind, NameQuality, SubjectKind, Text};

use super::country::{countries, numbered, place};
use super::dates::{Order, day};
use super::detect::{Detected, ListFormat};
use super::draft::{Draft, ListReading, add_name, add_nationalities, push_new};
use super::measures::sorted;
use super::names::whole;
use super::node::Node;
use super::refusal::{Refusal, row as path_of_row};
use super::table::{Charset, Header, Layout, rows};

const ORDER: Order = Order::DayFirst;

#[derive(Default)]
struct Groups {
    order: BTreeMap<Text, usize>,
    subjects: Vec<(ListedSubject, Span)>,
}

pub(super) fn read_csv(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let mut draft = Draft::new("au-dfat", ListFormat::DfatCsv);
    let layout = Layout {
        delimiter: b',',
        header: Header::Line,
        charset: Charset::guess(&found.bytes, &mut draft.diagnostics),
    };
    let mut groups = Groups::default();
    rows(&found.bytes, found.base, &layout, |row| {
        groups.add(&mut draft, row.number, row.node)
    })?;
    groups.finish(draft, found.bytes.len())
}

pub(super) fn read_workbook(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let mut draft = Draft::new("au-dfat", ListFormat::DfatXlsx);
    let mut groups = Groups::default();
    let mut header: Vec<String> = Vec::new();
    super::workbook::rows(&found.bytes, |number, cells| {
        if header.is_empty() {
            if cells
                .iter()
                .any(|c| c.trim() == "Name of Individual or Entity")
            {
                header = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            } else if number > 20 {
                return Err(Refusal::new(
                    &codes::LIST_UNKNOWN,
                    Span::default(),
                    "the workbook does not have the columns of the DFAT list",
                ));
            }
            return Ok(());
        }
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        let parts = header
            .iter()
            .zip(cells)
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(name, cell)| Node::leaf(name.clone().into(), cell.into(), Span::default()))
            .collect();
        let node = Node {
            parts,
            ..Node::default()
        };
        groups.add(&mut draft, number, node)
    })?;
    groups.finish(draft, found.bytes.len())
}

impl Groups {
    fn add(&mut self, draft: &mut Draft, number: u32, mut node: Node<'_>) -> Result<(), Refusal> {
        let span = node.span;
        let reference = node.take_text("Reference").unwrap_or_default();
        let group: Text = reference.chars().take_while(char::is_ascii_digit).collect();
        if group.is_empty() {
            return Err(Refusal::within(
                &codes::LIST_COLUMNS,
                span,
                path_of_row(number),
                format!("row {number} has no number in the column Reference"),
            ));
        }
        let at = *self.order.entry(group.clone()).or_insert_with(|| {
            let kind = match node.peek("Type") {
                Some("Individual") => SubjectKind::Person,
                Some("Entity") => SubjectKind::Organisation,
                Some("Vessel") => SubjectKind::Vessel,
                Some("Aircraft") => SubjectKind::Aircraft,
                _ => SubjectKind::Unknown,
            };
            self.subjects
                .push((ListedSubject::new("au-dfat", group, kind), span));
            self.subjects.len() - 1
        });
        if let Some((subject, _)) = self.subjects.get_mut(at) {
            row_of(draft, subject, node, span);
        }
        Ok(())
    }

    fn finish(self, mut draft: Draft, length: usize) -> Result<ListReading, Refusal> {
        for (subject, span) in self.subjects {
            draft.push(subject, span);
        }
        draft.finish(Span::from_range(0..length))
    }
}

fn row_of(draft: &mut Draft, subject: &mut ListedSubject, mut node: Node<'_>, span: Span) {
    if subject.kind != SubjectKind::Unknown {
        node.forget(&["Type"]);
    }
    let kind_text = node
        .take_text("Name Type")
        .unwrap_or_default()
        .to_lowercase();
    let kind = match kind_text.as_str() {
        text if text.starts_with("primary") => NameKind::Primary,
        text if text.starts_with("original") => NameKind::Original,
        text if text.starts_with("f") => NameKind::Former,
        _ => NameKind::Alias,
    };
    let strength = node
        .take_text("Alias Strength")
        .unwrap_or_default()
        .to_lowercase();
    let quality = match strength.as_str() {
        "strong" | "good" => NameQuality::Good,
        "weak" | "low" => NameQuality::Low,
        _ => NameQuality::Unknown,
    };
    let name = node
        .take_text("Name of Individual or Entity")
        .and_then(|text| whole(&text, kind, quality));
    add_name(subject, name);
    if let Some(text) = node.take_text("Date of Birth") {
        draft.born(subject, "Date of Birth", &text, ORDER, span);
    }
    for (field, birth) in [("Place of Birth", true), ("Address", false)] {
        if let Some(text) = node.take_text(field) {
            for read in numbered(&text).into_iter().filter_map(place) {
                let places = if birth {
                    &mut subject.birthplaces
                } else {
                    &mut subject.addresses
                };
                if !places.contains(&read) {
                    places.push(read);
                }
            }
        }
    }
    if let Some(text) = node.take_text("Citizenship") {
        add_nationalities(subject, countries(&text));
    }
    for (field, imposed) in [
        ("Targeted Financial Sanction", Measure::AssetFreeze),
        ("Travel Ban", Measure::TravelBan),
        ("Arms Embargo", Measure::ArmsEmbargo),
    ] {
        let yes = node
            .take_text(field)
            .is_some_and(|text| matches!(text.to_lowercase().as_str(), "yes" | "true" | "1" | "x"));
        if yes {
            subject.measures.push(imposed);
        }
    }
    subject.measures = sorted(std::mem::take(&mut subject.measures));
    push_new(
        &mut subject.comments,
        node.take_text("Additional Information"),
    );
    push_new(
        &mut subject.legal_references,
        node.take_text("Listing Information"),
    );
    push_new(
        &mut subject.legal_references,
        node.take_text("Instrument of Designation"),
    );
    push_new(&mut subject.programmes, node.take_text("Committees"));
    if let Some(date) = node
        .take_text("Control Date")
        .and_then(|text| day(&text, ORDER))
    {
        subject.changed_on = subject.changed_on.max(Some(date));
        draft.published = draft.published.max(Some(date));
    }
    let mut unread = Vec::new();
    node.leftover(&mut unread);
    for field in unread {
        if !subject.unread.contains(&field) {
            subject.unread.push(field);
        }
    }
}
