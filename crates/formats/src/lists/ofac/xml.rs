//! OFAC `sdn.xml` and `consolidated.xml` (sdnList). Read by element name in any namespace: the
//! published schema and the published file disagree about it.

use tidewaiter_diagnostics::{Span, codes::lists as codes};
use tidewaiter_domain::{
    ListedDocument, ListedSubject, NameKind, NameQuality, Sex, SubjectKind, Text,
};

use super::super::country::{country, place, place_of};
use super::super::dates::{Order, day, point};
use super::super::detect::{Detected, ListFormat};
use super::super::draft::{Draft, ListReading, add_name, add_nationalities};
use super::super::names::{parted, whole};
use super::super::node::Node;
use super::super::refusal::Refusal;
use super::super::un::is_travel_document;
use super::super::xml::{Step, walk};
use super::{remarks, settle_list};

const ORDER: Order = Order::DayFirst;

pub(in super::super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("ofac-sdn", ListFormat::OfacXml);
    let mut declared = None;
    walk(text, found.base, &[], |step| {
        if let Step::Entry(mut node) = step {
            if node.name == "publshInformation" {
                draft.published = node
                    .take_text("Publish_Date")
                    .and_then(|text| day(&text, Order::MonthFirst));
                declared = node
                    .take_text("Record_Count")
                    .and_then(|text| text.parse::<usize>().ok())
                    .map(|count| (count, node.span));
            } else {
                entry(&mut draft, node);
            }
        }
        Ok(())
    })?;
    if let Some((count, span)) = declared
        && count != draft.subjects.len()
    {
        let held = draft.subjects.len();
        draft.note_list(
            &codes::LIST_COUNT,
            span,
            format!("Record_Count says {count} entries, the list holds {held}"),
        );
    }
    settle_list(&mut draft);
    draft.finish(Span::from_range(0..text.len()))
}

fn entry(draft: &mut Draft, mut node: Node<'_>) {
    let span = node.span;
    let type_text = node.take_text("sdnType").unwrap_or_default();
    let kind = match type_text.to_ascii_lowercase().as_str() {
        "individual" => SubjectKind::Person,
        "entity" => SubjectKind::Organisation,
        "vessel" => SubjectKind::Vessel,
        "aircraft" => SubjectKind::Aircraft,
        _ => SubjectKind::Unknown,
    };
    let reference = node.take_text("uid").unwrap_or_default();
    let mut subject = ListedSubject::new(draft.list.clone(), reference, kind);
    if kind == SubjectKind::Unknown && !type_text.is_empty() {
        subject.unread.push(("sdnType".into(), type_text));
    }
    add_name(
        &mut subject,
        name_in(&mut node, kind, NameKind::Primary, NameQuality::Unknown),
    );
    if let Some(title) = node.take_text("title") {
        subject.comments.push(title);
    }
    for mut part in items(&mut node, "akaList", "aka") {
        part.forget(&["uid"]);
        let kind_text = part.take_text("type").unwrap_or_default();
        let name_kind = if kind_text.starts_with('f') {
            NameKind::Former
        } else {
            NameKind::Alias
        };
        let quality = match part.take_text("category").as_deref() {
            Some("strong") => NameQuality::Good,
            Some("weak") => NameQuality::Low,
            _ => NameQuality::Unknown,
        };
        let name = name_in(&mut part, kind, name_kind, quality);
        add_name(&mut subject, name);
        part.leftover_below("aka", &mut subject.unread);
    }
    for mut part in node.take_all("programList") {
        subject.programmes.extend(part.take_texts("program"));
        part.leftover_below("programList", &mut subject.unread);
    }
    for part in items(&mut node, "idList", "id") {
        document(&mut subject, part);
    }
    for mut part in items(&mut node, "addressList", "address") {
        part.forget(&["uid"]);
        let country = part.take_text("country");
        let city = part.take_text("city");
        let rest: Vec<Text> = [
            "address1",
            "address2",
            "address3",
            "stateOrProvince",
            "postalCode",
        ]
        .iter()
        .filter_map(|field| part.take_text(field))
        .collect();
        subject.addresses.extend(place_of(country, city, rest));
        part.leftover_below("address", &mut subject.unread);
    }
    for (list, item) in [
        ("nationalityList", "nationality"),
        ("citizenshipList", "citizenship"),
    ] {
        for mut part in items(&mut node, list, item) {
            part.forget(&["uid", "mainEntry"]);
            let text = part.take_text("country");
            add_nationalities(&mut subject, text.as_deref().and_then(country));
            part.leftover_below(item, &mut subject.unread);
        }
    }
    for mut part in items(&mut node, "dateOfBirthList", "dateOfBirthItem") {
        part.forget(&["uid", "mainEntry"]);
        if let Some(text) = part.take_text("dateOfBirth") {
            draft.born(&mut subject, "dateOfBirth", &text, ORDER, span);
        }
        part.leftover_below("dateOfBirthItem", &mut subject.unread);
    }
    for mut part in items(&mut node, "placeOfBirthList", "placeOfBirthItem") {
        part.forget(&["uid", "mainEntry"]);
        let text = part.take_text("placeOfBirth");
        subject.birthplaces.extend(text.as_deref().and_then(place));
        part.leftover_below("placeOfBirthItem", &mut subject.unread);
    }
    for mut part in node.take_all("vesselInfo") {
        let flag = part.take_text("vesselFlag");
        add_nationalities(&mut subject, flag.as_deref().and_then(country));
        part.leftover_below("vesselInfo", &mut subject.unread);
    }
    if let Some(text) = node.take_text("remarks") {
        remarks::read(draft, &mut subject, &text, span);
    }
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
}

/// The parts `item` of the part `list`.
fn items<'a>(node: &mut Node<'a>, list: &str, item: &str) -> Vec<Node<'a>> {
    node.take_all(list)
        .into_iter()
        .flat_map(|mut list| list.take_all(item))
        .collect()
}

fn name_in(
    node: &mut Node<'_>,
    subject: SubjectKind,
    kind: NameKind,
    quality: NameQuality,
) -> Option<tidewaiter_domain::ListedName> {
    let last = node.take_text("lastName");
    let first = node.take_text("firstName");
    match (&last, &first) {
        (Some(last), None) if subject != SubjectKind::Person => whole(last, kind, quality),
        _ => parted(first.as_deref(), None, last.as_deref(), kind, quality),
    }
}

fn document(subject: &mut ListedSubject, mut node: Node<'_>) {
    node.forget(&["uid"]);
    let kind = node.take_text("idType").unwrap_or_default();
    let number = node.take_text("idNumber").unwrap_or_default();
    match kind.as_str() {
        "Gender" => {
            subject.sex = match number.as_str() {
                "Male" => Some(Sex::Male),
                "Female" => Some(Sex::Female),
                _ => None,
            };
            if subject.sex.is_none() {
                subject.unread.push(("Gender".into(), number));
            }
        }
        "Additional Sanctions Information -"
        | "Secondary sanctions risk:"
        | "For more information, please see:"
        | "Executive Order 13662 Directive Determination -"
        | "Linked To:" => subject.comments.push(format!("{kind} {number}").into()),
        "Nationality of Registration" => {
            add_nationalities(subject, country(&number));
        }
        _ if !number.is_empty() => {
            let issued = node
                .take_text("issueDate")
                .and_then(|text| point(&text, ORDER));
            let expires = node
                .take_text("expirationDate")
                .and_then(|text| point(&text, ORDER));
            let issuer = node.take_text("idCountry");
            subject.documents.push(ListedDocument {
                travel: is_travel_document(&kind),
                kind,
                number,
                issuer: issuer.as_deref().and_then(country),
                issued,
                expires,
                note: None,
            });
        }
        _ => {
            let text: Text = format!("{kind} {number}").into();
            subject.unread.push(("id".into(), text));
        }
    }
    node.leftover_below("id", &mut subject.unread);
}
