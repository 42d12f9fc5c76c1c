//! Notices in the public JSON form of INTERPOL: a page of search results or one notice in full.
//!
//! `entity_id` is written `2099/1` in the notice and `2099-1` in its links; the latter is used.

use tidewaiter_diagnostics::Span;
use tidewaiter_domain::{ListedSubject, NameKind, NameQuality, Sex, SubjectKind, Text};

use super::country::{country, place_of};
use super::dates::Order;
use super::detect::{Detected, ListFormat};
use super::draft::{Draft, ListReading, add_name, add_nationalities, push_new};
use super::names::parted;
use super::node::Node;
use super::records::objects;
use super::refusal::Refusal;

pub(super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("interpol-notices", ListFormat::InterpolJson);
    objects(text, found.base, &["_embedded", "notices"], |_, node| {
        entry(&mut draft, node);
        Ok(())
    })?;
    draft.finish(Span::from_range(0..text.len()))
}

fn entry(draft: &mut Draft, mut node: Node<'_>) {
    let span = node.span;
    let reference = node
        .take_text("entity_id")
        .map(|id| Text::from(id.replace('/', "-")))
        .unwrap_or_default();
    let mut subject = ListedSubject::new(draft.list.clone(), reference, SubjectKind::Person);
    let surname = node.take_text("name");
    let given = node.take_text("forename");
    add_name(
        &mut subject,
        parted(
            given.as_deref(),
            None,
            surname.as_deref(),
            NameKind::Primary,
            NameQuality::Unknown,
        ),
    );
    if let Some(text) = node.take_text("date_of_birth") {
        draft.born(&mut subject, "date_of_birth", &text, Order::DayFirst, span);
    }
    let born_in = node.take_text("country_of_birth_id");
    let city = node.take_text("place_of_birth");
    subject.birthplaces.extend(place_of(born_in, city, []));
    for text in node.take_texts("nationalities") {
        add_nationalities(&mut subject, country(&text));
    }
    subject.sex = match node.take_text("sex_id").as_deref() {
        Some("M") => Some(Sex::Male),
        Some("F") => Some(Sex::Female),
        _ => None,
    };
    for mut warrant in node.take_all("arrest_warrants") {
        push_new(&mut subject.comments, warrant.take_text("charge"));
        push_new(
            &mut subject.comments,
            warrant.take_text("charge_translation"),
        );
        push_new(
            &mut subject.legal_references,
            warrant.take_text("issuing_country_id"),
        );
        warrant.leftover_below("arrest_warrants", &mut subject.unread);
    }
    if let Some(mut links) = node.take("_links") {
        let path = links
            .take("self")
            .and_then(|mut link| link.take_text("href"))
            .unwrap_or_default();
        for colour in ["red", "yellow", "un", "blue", "black"] {
            if path.contains(&format!("/{colour}/")) {
                push_new(
                    &mut subject.programmes,
                    Some(format!("{colour} notice").into()),
                );
            }
        }
    }
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
}
