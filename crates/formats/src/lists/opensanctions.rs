//! OpenSanctions: FollowTheMoney entities (JSON) and `targets.simple.csv`.
//!
//! The data are CC BY-NC: whoever uses them commercially needs a licence. Subjects refer to entities
//! of their own for addresses, and passports and sanctions refer to subjects; both are resolved. What
//! refers to nobody listed here is counted in a diagnostic.

use std::collections::BTreeMap;

use tidewaiter_diagnostics::{Span, codes::lists as codes};
use tidewaiter_domain::{
    ListedDocument, ListedPlace, ListedSubject, NameKind, NameQuality, Script, Sex, SubjectKind,
    Text,
};

use super::country::{country, place};
use super::dates::{Order, day, point};
use super::detect::{Detected, ListFormat};
use super::draft::{Draft, ListReading, add_name, add_nationalities, push_new};
use super::names::{several, whole};
use super::node::Node;
use super::records::objects;
use super::refusal::Refusal;
use super::table::{Charset, Header, Layout, rows};
use super::un::is_travel_document;
use super::us::codes_in;

const ORDER: Order = Order::DayFirst;

fn subject_kind(schema: &str) -> Option<SubjectKind> {
    Some(match schema {
        "Person" => SubjectKind::Person,
        "Organization" | "Company" | "PublicBody" => SubjectKind::Organisation,
        "Vessel" => SubjectKind::Vessel,
        "Airplane" => SubjectKind::Aircraft,
        "LegalEntity" | "Thing" | "Asset" | "CryptoWallet" | "Security" => SubjectKind::Unknown,
        _ => return None,
    })
}

/// FollowTheMoney entities.
pub(super) fn entities(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("opensanctions", ListFormat::FtmJson);
    let mut addresses: BTreeMap<Text, ListedPlace> = BTreeMap::new();
    let mut attached: Vec<(Text, Node<'static>)> = Vec::new();
    let mut waiting: Vec<(Text, Text)> = Vec::new();
    let mut others: BTreeMap<Text, u32> = BTreeMap::new();
    let mut newest = None;
    objects(text, found.base, &[], |_, mut node| {
        let schema = node.take_text("schema").unwrap_or_default();
        let mut fields = node.take("properties").unwrap_or_default();
        newest = newest.max(node.peek("last_seen").and_then(|text| day(text, ORDER)));
        match subject_kind(&schema) {
            Some(kind) => {
                let id = node.peek("id").map(Text::from).unwrap_or_default();
                for address in fields.take_texts("addressEntity") {
                    waiting.push((id.clone(), address));
                }
                subject(&mut draft, kind, node, fields);
            }
            None => {
                let id = node.take_text("id").unwrap_or_default();
                match schema.as_str() {
                    "Address" => {
                        let city = fields.take_text("city");
                        let full = fields.take_text("full");
                        let code = fields.take_text("country");
                        let read = super::country::place_of(code, city, full);
                        addresses.extend(read.map(|place| (id, place)));
                    }
                    "Passport" | "Identification" | "Sanction" => attached.push((schema, fields)),
                    _ => *others.entry(schema).or_default() += 1,
                }
            }
        }
        Ok(())
    })?;
    let at: BTreeMap<Text, usize> = draft
        .subjects
        .iter()
        .enumerate()
        .map(|(at, subject)| (subject.entry.clone(), at))
        .collect();
    for (id, address) in waiting {
        let subject = at.get(&id).and_then(|&at| draft.subjects.get_mut(at));
        if let Some(subject) = subject {
            match addresses.get(&address) {
                Some(place) => subject.addresses.push(place.clone()),
                None => subject.unread.push(("addressEntity".into(), address)),
            }
        }
    }
    for (schema, fields) in attached {
        let mut fields = fields;
        let holder = fields.take_any(&["holder", "entity"]).unwrap_or_default();
        match at.get(&holder).and_then(|&at| draft.subjects.get_mut(at)) {
            Some(subject) => attach(subject, &schema, fields),
            None => *others.entry(schema).or_default() += 1,
        }
    }
    if !others.is_empty() {
        let counted: Vec<String> = others.iter().map(|(s, n)| format!("{n} {s}")).collect();
        draft.note_list(
            &codes::LIST_ORPHAN,
            Span::default(),
            format!(
                "entities that complete nobody listed here: {}",
                counted.join(", ")
            ),
        );
    }
    draft.published = newest;
    draft.finish(Span::from_range(0..text.len()))
}

fn subject(draft: &mut Draft, kind: SubjectKind, mut node: Node<'_>, mut fields: Node<'_>) {
    let span = node.span;
    let id = node.take_text("id").unwrap_or_default();
    let mut subject = ListedSubject::new(draft.list.clone(), id, kind);
    let caption = node.take_text("caption").unwrap_or_default();
    add_name(
        &mut subject,
        whole(&caption, NameKind::Primary, NameQuality::Unknown),
    );
    for (field, kind, quality) in [
        ("name", NameKind::Alias, NameQuality::Unknown),
        ("alias", NameKind::Alias, NameQuality::Unknown),
        ("weakAlias", NameKind::Alias, NameQuality::Low),
        ("previousName", NameKind::Former, NameQuality::Unknown),
    ] {
        for text in fields.take_texts(field) {
            let mut name = whole(&text, kind, quality);
            if text == caption {
                continue;
            }
            if let Some(name) = &mut name
                && name.script != Script::LATIN
                && name.kind == NameKind::Alias
            {
                name.kind = NameKind::Original;
            }
            add_name(&mut subject, name);
        }
    }
    for text in fields.take_texts("birthDate") {
        draft.born(&mut subject, "birthDate", &text, ORDER, span);
    }
    for text in fields.take_texts("birthPlace") {
        subject.birthplaces.extend(place(&text));
    }
    for field in [
        "nationality",
        "citizenship",
        "flag",
        "country",
        "jurisdiction",
    ] {
        for text in fields.take_texts(field) {
            add_nationalities(&mut subject, country(&text));
        }
    }
    for text in fields.take_texts("gender") {
        subject.sex = match text.as_str() {
            "male" => Some(Sex::Male),
            "female" => Some(Sex::Female),
            _ => subject.sex,
        };
    }
    for (field, kind) in [
        ("passportNumber", "Passport"),
        ("idNumber", "Identification number"),
        ("taxNumber", "Tax number"),
        ("registrationNumber", "Registration number"),
        ("imoNumber", "IMO number"),
        ("mmsi", "MMSI"),
        ("innCode", "INN"),
        ("ogrnCode", "OGRN"),
        ("leiCode", "LEI"),
        ("serialNumber", "Serial number"),
    ] {
        for number in fields.take_texts(field) {
            subject.documents.push(numbered(kind, number));
        }
    }
    for text in fields.take_texts("address") {
        subject.addresses.extend(place(&text));
    }
    for field in ["program", "programId"] {
        for text in fields.take_texts(field) {
            push_new(&mut subject.programmes, Some(text));
        }
    }
    for text in node.take_texts("datasets") {
        push_new(&mut subject.programmes, Some(text));
    }
    for field in ["notes", "position", "summary"] {
        subject.comments.extend(fields.take_texts(field));
    }
    subject.listed_on = fields
        .take_texts("createdAt")
        .iter()
        .filter_map(|text| day(text, ORDER))
        .min();
    subject.changed_on = node
        .take_text("last_change")
        .and_then(|text| day(&text, ORDER));
    node.forget(&["target", "first_seen", "last_seen", "origin"]);
    fields.leftover(&mut subject.unread);
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
}

fn attach(subject: &mut ListedSubject, schema: &str, mut fields: Node<'_>) {
    if schema == "Sanction" {
        for field in ["program", "programId"] {
            for text in fields.take_texts(field) {
                push_new(&mut subject.programmes, Some(text));
            }
        }
        for text in fields.take_texts("authority") {
            push_new(&mut subject.legal_references, Some(text));
        }
        for text in fields.take_texts("reason") {
            push_new(&mut subject.comments, Some(text));
        }
        let listed = fields
            .take_any(&["listingDate", "startDate"])
            .and_then(|text| day(&text, ORDER));
        subject.listed_on = subject.listed_on.or(listed);
    } else if let Some(number) = fields.take_text("number") {
        let kind = fields.take_text("type").unwrap_or_else(|| schema.into());
        let mut document = numbered(&kind, number);
        document.travel |= schema == "Passport";
        document.issuer = fields.take_text("country").as_deref().and_then(country);
        document.issued = fields
            .take_text("startDate")
            .and_then(|text| point(&text, ORDER));
        document.expires = fields
            .take_text("endDate")
            .and_then(|text| point(&text, ORDER));
        subject.documents.push(document);
    }
    fields.leftover_below(schema, &mut subject.unread);
}

fn numbered(kind: &str, number: Text) -> ListedDocument {
    ListedDocument {
        kind: kind.into(),
        travel: is_travel_document(kind),
        number,
        issuer: None,
        issued: None,
        expires: None,
        note: None,
    }
}

/// `targets.simple.csv`.
pub(super) fn targets(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let mut draft = Draft::new("opensanctions", ListFormat::TargetsSimpleCsv);
    let layout = Layout {
        delimiter: b',',
        header: Header::Line,
        charset: Charset::utf8(&found.bytes)?,
    };
    let mut newest = None;
    rows(&found.bytes, found.base, &layout, |row| {
        let mut node = row.node;
        let span = node.span;
        let schema = node.take_text("schema").unwrap_or_default();
        let kind = subject_kind(&schema).unwrap_or(SubjectKind::Unknown);
        let id = node.take_text("id").unwrap_or_default();
        let mut subject = ListedSubject::new(draft.list.clone(), id, kind);
        let name = node.take_text("name").unwrap_or_default();
        add_name(
            &mut subject,
            whole(&name, NameKind::Primary, NameQuality::Unknown),
        );
        let mut take = |field: &str| node.take_text(field).unwrap_or_default();
        for alias in several(&take("aliases"), ';') {
            add_name(
                &mut subject,
                whole(alias, NameKind::Alias, NameQuality::Unknown),
            );
        }
        let births = take("birth_date");
        add_nationalities(&mut subject, codes_in(&take("countries")));
        subject.addresses = several(&take("addresses"), ';').filter_map(place).collect();
        for number in several(&take("identifiers"), ';') {
            subject
                .documents
                .push(numbered("Identifier", number.into()));
        }
        for field in ["program_ids", "sanctions", "dataset"] {
            for text in several(&take(field), ';') {
                push_new(&mut subject.programmes, Some(text.into()));
            }
        }
        subject.listed_on = day(&take("first_seen"), ORDER);
        subject.changed_on = day(&take("last_change"), ORDER);
        newest = newest.max(day(&take("last_seen"), ORDER));
        for one in several(&births, ';') {
            draft.born(&mut subject, "birth_date", one, ORDER, span);
        }
        node.leftover(&mut subject.unread);
        draft.push(subject, span);
        Ok(())
    })?;
    draft.published = newest;
    draft.finish(Span::from_range(0..found.bytes.len()))
}
