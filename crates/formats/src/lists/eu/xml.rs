//! FSF XML 1.1.

use tidewaiter_diagnostics::Span;
use tidewaiter_domain::{ListedDocument, ListedSubject, Text};

use super::super::country::{country, known, place_of};
use super::super::dates::{day, point};
use super::super::detect::{Detected, ListFormat};
use super::super::draft::{Draft, ListReading, add_nationalities, push_new};
use super::super::node::Node;
use super::super::refusal::Refusal;
use super::super::un::is_travel_document;
use super::super::xml::{Step, walk};
use super::{BirthFields, NameFields, ORDER};

/// Attributes and parts that say where a statement comes from, not what it is.
const PROVENANCE: &[&str] = &[
    "regulationSummary",
    "@regulationLanguage",
    "@logicalId",
    "@countryDescription",
];

pub(in super::super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("eu-fsf", ListFormat::EuXml);
    walk(text, found.base, &[], |step| {
        match step {
            Step::Root(mut root) => {
                draft.published = root
                    .take_text("@generationDate")
                    .and_then(|text| day(text.get(..10).unwrap_or(&text), ORDER));
            }
            Step::Container => {}
            Step::Entry(node) => entry(&mut draft, node),
        }
        Ok(())
    })?;
    draft.finish(Span::from_range(0..text.len()))
}

fn entry(draft: &mut Draft, mut node: Node<'_>) {
    let span = node.span;
    let code = node
        .take("subjectType")
        .and_then(|mut part| part.take_text("@code"))
        .unwrap_or_default();
    let logical = node.take_text("@logicalId");
    let reference = node
        .take_text("@euReferenceNumber")
        .or(logical)
        .unwrap_or_default();
    let mut subject = ListedSubject::new(draft.list.clone(), reference, super::kind_of(&code));
    subject.listed_on = node
        .take_text("@designationDate")
        .and_then(|text| day(&text, ORDER));
    subject.comments.extend(node.take_texts("remark"));
    subject
        .comments
        .extend(node.take_text("@designationDetails"));
    for mut part in node.take_all("regulation") {
        part.forget(PROVENANCE);
        part.forget(&["publicationUrl", "@regulationType", "@organisationType"]);
        let published = part
            .take_text("@publicationDate")
            .and_then(|text| day(&text, ORDER));
        subject.changed_on = subject.changed_on.max(published);
        push_new(&mut subject.programmes, part.take_text("@programme"));
        push_new(
            &mut subject.legal_references,
            part.take_text("@numberTitle"),
        );
        part.leftover_below("regulation", &mut subject.unread);
    }
    for mut part in node.take_all("nameAlias") {
        part.forget(PROVENANCE);
        let remark = part.take_text("remark");
        let weak = part.take_text("@strong").as_deref() == Some("false");
        let [first, middle, last, whole, title, gender] = [
            "@firstName",
            "@middleName",
            "@lastName",
            "@wholeName",
            "@title",
            "@gender",
        ]
        .map(|field| part.take_text(field));
        super::name(
            &mut subject,
            &NameFields {
                first: first.as_deref(),
                middle: middle.as_deref(),
                last: last.as_deref(),
                whole: whole.as_deref(),
                title: title.as_deref(),
                gender: gender.as_deref(),
                remark: remark.as_deref(),
                weak,
            },
        );
        push_new(&mut subject.comments, part.take_text("@function"));
        push_new(&mut subject.comments, remark);
        part.forget(&["@nameLanguage"]);
        part.leftover_below("nameAlias", &mut subject.unread);
    }
    super::settle_primary(&mut subject);
    for mut part in node.take_all("citizenship") {
        add_nationalities(&mut subject, country_in(&mut part));
        part.forget(PROVENANCE);
        subject.comments.extend(part.take_texts("remark"));
        part.leftover_below("citizenship", &mut subject.unread);
    }
    for part in node.take_all("birthdate") {
        birth(draft, &mut subject, part, span);
    }
    for part in node.take_all("identification") {
        document(&mut subject, part);
    }
    for mut part in node.take_all("address") {
        let country = country_text(&mut part);
        part.forget(PROVENANCE);
        part.forget(&["@asAtListingTime"]);
        let city = part.take_text("@city");
        let rest: Vec<Text> = ["@street", "@poBox", "@zipCode", "@place", "@region"]
            .iter()
            .filter_map(|field| part.take_text(field))
            .collect();
        subject.addresses.extend(place_of(country, city, rest));
        subject.comments.extend(part.take_texts("remark"));
        part.leftover_below("address", &mut subject.unread);
    }
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
}

fn birth(draft: &mut Draft, subject: &mut ListedSubject, mut part: Node<'_>, span: Span) {
    let country_text = country_text(&mut part);
    part.forget(PROVENANCE);
    let circa = part.take_text("@circa").as_deref() == Some("true");
    let [date, day, month, year, from, to, calendar] = [
        "@birthdate",
        "@dayOfMonth",
        "@monthOfYear",
        "@year",
        "@yearRangeFrom",
        "@yearRangeTo",
        "@calendarType",
    ]
    .map(|field| part.take_text(field));
    super::born(
        draft,
        subject,
        &BirthFields {
            date: date.as_deref(),
            day: day.as_deref(),
            month: month.as_deref(),
            year: year.as_deref(),
            from: from.as_deref(),
            to: to.as_deref(),
            circa,
            calendar: calendar.as_deref(),
            country: country_text.as_deref().and_then(known),
        },
        span,
    );
    let city = part.take_text("@city");
    let rest: Vec<Text> = ["@place", "@region", "@zipCode"]
        .iter()
        .filter_map(|field| part.take_text(field))
        .collect();
    if let Some(place) = place_of(country_text, city, rest)
        && !subject.birthplaces.contains(&place)
    {
        subject.birthplaces.push(place);
    }
    subject.comments.extend(part.take_texts("remark"));
    part.leftover_below("birthdate", &mut subject.unread);
}

fn document(subject: &mut ListedSubject, mut part: Node<'_>) {
    let issuer = country_text(&mut part);
    part.forget(PROVENANCE);
    let flags: Vec<&str> = [
        ("@knownExpired", "known expired"),
        ("@knownFalse", "known false"),
        ("@reportedLost", "reported lost"),
        ("@revokedByIssuer", "revoked by issuer"),
        ("@diplomatic", "diplomatic"),
    ]
    .into_iter()
    .filter(|(flag, _)| part.take_text(flag).as_deref() == Some("true"))
    .map(|(_, words)| words)
    .collect();
    let code = part
        .take_text("@identificationTypeCode")
        .unwrap_or_default();
    let described = part.take_text("@identificationTypeDescription");
    let number = part
        .take_text("@number")
        .or_else(|| part.take_text("@latinNumber"));
    part.forget(&["@latinNumber"]);
    let issued = part
        .take_any(&["@issuedDate", "@issueDate", "@validFrom"])
        .and_then(|text| point(&text, ORDER));
    let expires = part
        .take_text("@validTo")
        .and_then(|text| point(&text, ORDER));
    let mut notes: Vec<String> = flags.into_iter().map(str::to_owned).collect();
    notes.extend(
        part.take_text("@issuedBy")
            .map(|by| format!("issued by {by}")),
    );
    notes.extend(
        part.take_text("@nameOnDocument")
            .map(|name| format!("in the name of {name}")),
    );
    notes.extend(part.take_texts("remark").iter().map(Text::to_string));
    if let Some(number) = number {
        let kind = described.unwrap_or_else(|| code.clone());
        subject.documents.push(ListedDocument {
            travel: matches!(code.as_str(), "passport" | "id" | "diplomatic")
                || is_travel_document(&kind),
            kind,
            number,
            issuer: issuer.as_deref().and_then(country),
            issued,
            expires,
            note: (!notes.is_empty()).then(|| notes.join("; ").into()),
        });
    }
    part.leftover_below("identification", &mut subject.unread);
}

fn country_text(part: &mut Node<'_>) -> Option<Text> {
    let code = part
        .take_text("@countryIso2Code")
        .filter(|code| code != "00");
    let described = part
        .take_text("@countryDescription")
        .filter(|text| text != "UNKNOWN");
    code.or(described)
}

fn country_in(part: &mut Node<'_>) -> Option<tidewaiter_domain::Country> {
    country_text(part).as_deref().and_then(country)
}
