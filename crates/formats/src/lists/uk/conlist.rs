//! OFSI's ConList: one row a name, grouped by `Group ID`. Generations of 29 and of 36 columns.

use std::collections::BTreeMap;

use tidewaiter_diagnostics::{Span, codes::lists as codes};
use tidewaiter_domain::{
    Country, ListedPlace, ListedSubject, NameKind, NameQuality, SubjectKind, Text,
};

use super::super::country::{countries, numbered, place_of};
use super::super::dates::day;
use super::super::detect::{Detected, ListFormat};
use super::super::draft::{Draft, ListReading, add_name, add_nationalities, push_new};
use super::super::names::whole;
use super::super::node::Node;
use super::super::refusal::{Refusal, row as path_of_row};
use super::super::table::{Charset, Header, Layout, rows};
use super::{ORDER, document, name};

pub(in super::super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let mut draft = Draft::new("uk-ofsi", ListFormat::UkConListCsv);
    let mut bytes: &[u8] = &found.bytes;
    let mut base = found.base;
    let charset = Charset::guess(bytes, &mut draft.diagnostics);
    if bytes.starts_with(b"Last Updated") {
        let end = bytes
            .iter()
            .position(|&b| b == b'\n')
            .map_or(bytes.len(), |at| at + 1);
        let line = String::from_utf8_lossy(&bytes[..end]).into_owned();
        draft.published = line.split(',').nth(1).and_then(|text| day(text, ORDER));
        bytes = &bytes[end..];
        base += end;
    }
    draft.note_list(
        &codes::LIST_DISCONTINUED,
        Span::default(),
        "the ConList of OFSI is frozen since 2026-01-28; the UK Sanctions List is its successor",
    );
    let layout = Layout {
        delimiter: b',',
        header: Header::Line,
        charset,
    };
    let mut order: BTreeMap<Text, usize> = BTreeMap::new();
    let mut groups: Vec<(ListedSubject, Span)> = Vec::new();
    rows(bytes, base, &layout, |row| {
        let mut node = row.node;
        let span = node.span;
        let group = node
            .take_text("Group ID")
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let Some(group) = group else {
            return Err(Refusal::within(
                &codes::LIST_COLUMNS,
                span,
                path_of_row(row.number),
                format!("row {} has no number in the column Group ID", row.number),
            ));
        };
        let at = *order.entry(group.clone()).or_insert_with(|| {
            let kind = match node.peek("Group Type") {
                Some("Individual") => SubjectKind::Person,
                Some("Entity") => SubjectKind::Organisation,
                Some("Ship") => SubjectKind::Vessel,
                _ => SubjectKind::Unknown,
            };
            groups.push((ListedSubject::new("uk-ofsi", group, kind), span));
            groups.len() - 1
        });
        if let Some((subject, _)) = groups.get_mut(at) {
            row_of(&mut draft, subject, node, span);
        }
        Ok(())
    })?;
    for (subject, span) in groups {
        draft.push(subject, span);
    }
    draft.finish(Span::from_range(0..bytes.len()))
}

fn row_of(draft: &mut Draft, subject: &mut ListedSubject, mut node: Node<'_>, span: Span) {
    let person = subject.kind == SubjectKind::Person;
    if subject.kind != SubjectKind::Unknown {
        node.forget(&["Group Type"]);
    }
    let kind = match node.take_text("Alias Type").as_deref() {
        Some("Prime Alias" | "Primary name") => NameKind::Primary,
        Some("FKA") => NameKind::Former,
        _ => NameKind::Alias,
    };
    let quality = match node.take_text("Alias Quality").as_deref() {
        Some(text) if text.starts_with("Good") => NameQuality::Good,
        Some(text) if text.starts_with("Low") => NameQuality::Low,
        _ => NameQuality::Unknown,
    };
    let fields = ["Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"]
        .map(|field| node.take_text(field));
    let title = node.take_text("Title");
    let mut read = name(&fields, person, kind, quality);
    if let Some(name) = &mut read {
        name.titles.extend(title);
    }
    add_name(subject, read);
    if let Some(text) = node.take_text("Name Non-Latin Script") {
        let original = whole(&text, NameKind::Original, NameQuality::Unknown);
        add_name(subject, original);
    }
    node.forget(&["Non-Latin Script Type", "Non-Latin Script Language"]);
    if let Some(text) = node.take_text("DOB") {
        draft.born(subject, "DOB", &text, ORDER, span);
    }
    let town = node.take_text("Town of Birth").filter(|t| t != "-");
    let born_in = node
        .take_text("Country of Birth")
        .map(|text| countries(&text))
        .unwrap_or_default();
    for place in birthplaces(town, born_in) {
        if !subject.birthplaces.contains(&place) {
            subject.birthplaces.push(place);
        }
    }
    if let Some(text) = node.take_text("Nationality") {
        add_nationalities(subject, countries(&text));
    }
    for (kind, number_field, text_field) in [
        ("Passport", "Passport Number", "Passport Details"),
        (
            "National Identification Number",
            "National Identification Number",
            "NI Details",
        ),
        ("National Identification Number", "NI Number", ""),
    ] {
        let number = node.take_text(number_field);
        let details = node.take_text(text_field);
        documents(subject, kind, number, details);
    }
    let country = node.take_text("Country");
    let city = node.take_text("Address 6");
    let rest: Vec<Text> = [
        "Address 1",
        "Address 2",
        "Address 3",
        "Address 4",
        "Address 5",
        "Post/Zip Code",
    ]
    .iter()
    .filter_map(|field| node.take_text(field))
    .collect();
    if let Some(place) = place_of(country, city, rest)
        && !subject.addresses.contains(&place)
    {
        subject.addresses.push(place);
    }
    push_new(&mut subject.comments, node.take_text("Position"));
    push_new(&mut subject.comments, node.take_text("Other Information"));
    push_new(&mut subject.programmes, node.take_text("Regime"));
    let date = |text: Option<Text>| text.and_then(|text| day(&text, ORDER));
    let listed = date(node.take_text("Listed On"));
    subject.listed_on = subject.listed_on.or(listed);
    subject.changed_on = subject.changed_on.max(date(node.take_text("Last Updated")));
    let mut unread = Vec::new();
    node.leftover(&mut unread);
    for field in unread {
        if !subject.unread.contains(&field) {
            subject.unread.push(field);
        }
    }
}

/// One place when town and country are one each; otherwise the town as written and every country.
fn birthplaces(town: Option<Text>, countries: Vec<Country>) -> Vec<ListedPlace> {
    let single = town.as_deref().is_none_or(|town| numbered(town).len() == 1);
    if single && countries.len() <= 1 {
        let place = ListedPlace {
            country: countries.into_iter().next(),
            city: town,
            text: None,
        };
        return (place != ListedPlace::default())
            .then_some(place)
            .into_iter()
            .collect();
    }
    let towns = town.into_iter().map(|text| ListedPlace {
        text: Some(text),
        ..ListedPlace::default()
    });
    let of_country = countries.into_iter().map(|country| ListedPlace {
        country: Some(country),
        ..ListedPlace::default()
    });
    towns.chain(of_country).collect()
}

/// The documents of a number and a text. The older form has the text only, with several numbers
/// counted up: `(1) A-333602 (Indian) issued on 4 June 1985 (2) M110522 ...`.
fn documents(subject: &mut ListedSubject, kind: &str, number: Option<Text>, details: Option<Text>) {
    let mut found = Vec::new();
    match (number, details) {
        (Some(number), details) if kind == "Passport" || details.is_some() => {
            found.push(document(kind, number, details));
        }
        (number, details) => {
            for part in number
                .iter()
                .chain(&details)
                .flat_map(|text| numbered(text))
            {
                let digits = part
                    .split([' ', ':', ',', ';', '('])
                    .map(|word| word.trim_end_matches(['.', ')']))
                    .find(|word| word.bytes().any(|b| b.is_ascii_digit()) && word.len() > 3);
                match digits {
                    Some(digits) => {
                        found.push(document(kind, digits.into(), Some(part.into())));
                    }
                    None => {
                        let field = (Text::from(kind), Text::from(part));
                        if !subject.unread.contains(&field) {
                            subject.unread.push(field);
                        }
                    }
                }
            }
        }
    }
    for document in found {
        if !subject.documents.contains(&document) {
            subject.documents.push(document);
        }
    }
}
