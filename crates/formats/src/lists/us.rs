//! Other lists of the United States: the Consolidated Screening List (CSV of the International Trade
//! Administration, eleven lists in one) and the Denied Persons List of the Bureau of Industry and
//! Security (tab-separated).

use tidewaiter_diagnostics::{Span, codes::lists as codes};
use tidewaiter_domain::{
    ListedDocument, ListedSubject, NameKind, NameQuality, SubjectKind, Text, Validity,
};

use super::country::{countries, country, known, place, place_of};
use super::dates::{Order, day};
use super::detect::{Detected, ListFormat};
use super::draft::{Draft, ListReading, add_name, add_nationalities, made_reference};
use super::names::{parted, several, whole};
use super::node::Node;
use super::refusal::{Refusal, row as path_of_row};
use super::table::{Charset, Header, Layout, rows};
use super::un::is_travel_document;

const ORDER: Order = Order::MonthFirst;

/// Kinds of identifiers that are remarks about the entry and no numbers.
const NOTES: &[&str] = &[
    "Additional Sanctions Information -",
    "Secondary sanctions risk:",
    "Executive Order 13662 Directive Determination -",
];

/// The Consolidated Screening List.
pub(super) fn screening_list(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let mut draft = Draft::new("us-csl", ListFormat::UsCslCsv);
    let layout = Layout {
        delimiter: b',',
        header: Header::Line,
        charset: Charset::guess(&found.bytes, &mut draft.diagnostics),
    };
    rows(&found.bytes, found.base, &layout, |row| {
        screening_row(&mut draft, row.node);
        Ok(())
    })?;
    draft.finish(Span::from_range(0..found.bytes.len()))
}

fn screening_row(draft: &mut Draft, mut node: Node<'_>) {
    let span = node.span;
    let type_text = node.take_text("type");
    let kind = match type_text.as_deref() {
        Some("Individual") => SubjectKind::Person,
        Some("Entity") => SubjectKind::Organisation,
        Some("Vessel") => SubjectKind::Vessel,
        Some("Aircraft") => SubjectKind::Aircraft,
        _ => SubjectKind::Unknown,
    };
    let source = node.take_text("source");
    let number = node.take_text("entity_number");
    let name_text = node.take_text("name").unwrap_or_default();
    let start = node.take_text("start_date");
    let programmes: Vec<Text> = node
        .take_text("programs")
        .map(|text| several(&text, ';').map(Text::from).collect())
        .unwrap_or_default();
    let reference = number.unwrap_or_else(|| {
        let texts = [source.as_deref(), Some(&name_text), start.as_deref()];
        made_reference(
            texts
                .into_iter()
                .flatten()
                .chain(programmes.iter().map(Text::as_str)),
        )
    });
    let mut subject = ListedSubject::new(draft.list.clone(), reference, kind);
    let person = kind == SubjectKind::Person;
    let read = |text: &str, kind: NameKind| match text.split_once(", ") {
        Some((surname, given)) if person => {
            parted(Some(given), None, Some(surname), kind, NameQuality::Unknown)
        }
        _ => whole(text, kind, NameQuality::Unknown),
    };
    add_name(&mut subject, read(&name_text, NameKind::Primary));
    if let Some(text) = node.take_text("alt_names") {
        for alias in several(&text, ';') {
            add_name(&mut subject, read(alias, NameKind::Alias));
        }
    }
    subject.programmes = source.into_iter().chain(programmes).collect();
    if let Some(text) = node.take_text("addresses") {
        subject.addresses = several(&text, ';').filter_map(place).collect();
    }
    for field in ["citizenships", "nationalities", "vessel_flag"] {
        if let Some(text) = node.take_text(field) {
            for one in several(&text, ';') {
                add_nationalities(&mut subject, country(one));
            }
        }
    }
    if let Some(text) = node.take_text("dates_of_birth") {
        for one in several(&text, ';') {
            draft.born(&mut subject, "dates_of_birth", one, ORDER, span);
        }
    }
    if let Some(text) = node.take_text("places_of_birth") {
        subject.birthplaces = several(&text, ';').filter_map(place).collect();
    }
    if let Some(text) = node.take_text("ids") {
        for one in several(&text, ';') {
            match identifier(one) {
                Some(document) if NOTES.contains(&document.kind.as_str()) => subject
                    .comments
                    .push(format!("{} {}", document.kind, document.number).into()),
                Some(document) => subject.documents.push(document),
                None => subject.unread.push(("ids".into(), one.into())),
            }
        }
    }
    subject
        .legal_references
        .extend(node.take_text("federal_register_notice"));
    let until = node
        .take_text("end_date")
        .and_then(|text| day(&text, ORDER));
    let from = start.as_deref().and_then(|text| day(text, ORDER));
    if from.is_some() || until.is_some() {
        subject.validity = Some(Validity { from, until });
    }
    for field in [
        "title",
        "remarks",
        "license_requirement",
        "license_policy",
        "standard_order",
    ] {
        subject.comments.extend(node.take_text(field));
    }
    node.forget(&[
        "_id",
        "source_list_url",
        "source_information_url",
        "entity_id",
    ]);
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
}

/// `CO, 1978075, Matricula Mercantil No`: country if any, number, kind.
fn identifier(text: &str) -> Option<ListedDocument> {
    let (head, kind) = text.rsplit_once(", ")?;
    let (issuer, number) = match head.split_once(", ") {
        Some((code, number)) if known(code).is_some() && code.len() <= 3 => (country(code), number),
        _ => (None, head),
    };
    Some(ListedDocument {
        travel: is_travel_document(kind),
        kind: kind.trim().into(),
        number: number.trim().into(),
        issuer,
        issued: None,
        expires: None,
        note: None,
    })
}

/// The Denied Persons List.
pub(super) fn denied_persons(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let mut draft = Draft::new("us-dpl", ListFormat::UsDeniedPersons);
    let layout = Layout {
        delimiter: b'\t',
        header: Header::Line,
        charset: Charset::guess(&found.bytes, &mut draft.diagnostics),
    };
    rows(&found.bytes, found.base, &layout, |row| {
        let mut node = row.node;
        let span = node.span;
        let name_text = node.take_text("Name").unwrap_or_default();
        let from_text = node.take_text("Effective_Date");
        let from = from_text.as_deref().and_then(|text| day(text, ORDER));
        let until = node
            .take_text("Expiration_Date")
            .and_then(|text| day(&text, ORDER));
        if from_text.is_some() && from.is_none() {
            return Err(Refusal::within(
                &codes::LIST_COLUMNS,
                span,
                path_of_row(row.number),
                format!(
                    "row {} has no date in the column Effective_Date",
                    row.number
                ),
            ));
        }
        let street = node.take_text("Street_Address");
        let city = node.take_text("City");
        let reference = made_reference(
            [
                Some(name_text.as_str()),
                from_text.as_deref(),
                street.as_deref(),
                city.as_deref(),
            ]
            .into_iter()
            .flatten(),
        );
        // The list does not tell persons from firms.
        let mut subject = ListedSubject::new(draft.list.clone(), reference, SubjectKind::Unknown);
        let name = whole(&name_text, NameKind::Primary, NameQuality::Unknown);
        add_name(&mut subject, name);
        let rest: Vec<Text> = [
            street,
            node.take_text("State"),
            node.take_text("Postal_Code"),
        ]
        .into_iter()
        .flatten()
        .collect();
        subject
            .addresses
            .extend(place_of(node.take_text("Country"), city, rest));
        subject.programmes.push("DPL".into());
        subject.validity = Some(Validity { from, until });
        subject.changed_on = node
            .take_text("Last_Update")
            .and_then(|text| day(&text, ORDER));
        subject
            .legal_references
            .extend(node.take_text("FR_Citation"));
        subject.comments.extend(node.take_text("Action"));
        node.leftover(&mut subject.unread);
        draft.push(subject, span);
        Ok(())
    })?;
    draft.published = draft.subjects.iter().filter_map(|s| s.changed_on).max();
    draft.finish(Span::from_range(0..found.bytes.len()))
}

/// Countries in the forms of these lists, for other readers of several codes in one field.
pub(super) fn codes_in(text: &str) -> Vec<tidewaiter_domain::Country> {
    several(text, ';').flat_map(countries).collect()
}
