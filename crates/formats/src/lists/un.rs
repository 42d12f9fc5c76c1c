//! The consolidated list of the United Nations Security Council, XML.
//!
//! Source: `sc-sanctions.xsd`, read by element name and never by order, for the official file breaks
//! it. Names are FIRST to FOURTH_NAME without saying which is the family name, so the parts stand in
//! `other_parts` and the whole in `full`. The measures follow from the regime; only the Libya list
//! states them, in its comments.

use tidewaiter_diagnostics::Span;
use tidewaiter_domain::{
    ListedDocument, ListedSubject, Measure, NameKind, NameQuality, Sex, SubjectKind, Text,
};

use super::country::{countries, country, place_of};
use super::dates::{Order, birth_between, birth_of, date_behind, day, point};
use super::detect::{Detected, ListFormat};
use super::draft::{Draft, ListReading, add_births, add_name, add_nationalities};
use super::measures::measure;
use super::names::whole;
use super::node::Node;
use super::refusal::Refusal;
use super::xml::{Step, walk};

const ORDER: Order = Order::DayFirst;

pub(super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("un-sc", ListFormat::UnXml);
    walk(text, found.base, &["INDIVIDUALS", "ENTITIES"], |step| {
        match step {
            Step::Root(mut root) => {
                draft.published = root
                    .take_text("@dateGenerated")
                    .and_then(|text| day(&text, ORDER));
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
    let kind = match node.name.as_ref() {
        "INDIVIDUAL" => SubjectKind::Person,
        "ENTITY" => SubjectKind::Organisation,
        _ => SubjectKind::Unknown,
    };
    let reference = node.take_text("REFERENCE_NUMBER").unwrap_or_default();
    let mut subject = ListedSubject::new(draft.list.clone(), reference, kind);

    let parts: Vec<Text> = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"]
        .iter()
        .filter_map(|name| node.take_text(name))
        .collect();
    let titles = texts_inside(&mut node, "TITLE");
    let mut primary = whole(&parts.join(" "), NameKind::Primary, NameQuality::Unknown);
    if let Some(name) = &mut primary {
        name.titles = titles;
        if parts.len() > 1 {
            name.other_parts = parts;
        }
    }
    add_name(&mut subject, primary);
    if let Some(original) = node.take_text("NAME_ORIGINAL_SCRIPT") {
        let name = whole(&original, NameKind::Original, NameQuality::Unknown);
        add_name(&mut subject, name);
    }
    for tag in ["INDIVIDUAL_ALIAS", "ENTITY_ALIAS"] {
        for part in node.take_all(tag) {
            alias(draft, &mut subject, part, tag);
        }
    }

    subject.programmes.extend(node.take_text("UN_LIST_TYPE"));
    subject.sex = match node.peek("GENDER") {
        Some("Male") => Some(Sex::Male),
        Some("Female") => Some(Sex::Female),
        _ => None,
    };
    if subject.sex.is_some() {
        node.forget(&["GENDER"]);
    }
    for text in texts_inside(&mut node, "NATIONALITY") {
        add_nationalities(&mut subject, countries(&text));
    }
    for part in node.take_all("INDIVIDUAL_DATE_OF_BIRTH") {
        birth(draft, &mut subject, part);
    }
    for mut part in node.take_all("INDIVIDUAL_PLACE_OF_BIRTH") {
        subject.birthplaces.extend(place_in(&mut part));
        part.leftover_below("INDIVIDUAL_PLACE_OF_BIRTH", &mut subject.unread);
    }
    for tag in ["INDIVIDUAL_ADDRESS", "ENTITY_ADDRESS"] {
        for mut part in node.take_all(tag) {
            subject.addresses.extend(place_in(&mut part));
            part.leftover_below(tag, &mut subject.unread);
        }
    }
    for part in node.take_all("INDIVIDUAL_DOCUMENT") {
        document(&mut subject, part);
    }
    subject.listed_on = node
        .take_text("LISTED_ON")
        .and_then(|text| day(&text, ORDER));
    subject.changed_on = texts_inside(&mut node, "LAST_DAY_UPDATED")
        .iter()
        .filter_map(|text| day(text, ORDER))
        .max();
    for text in texts_inside(&mut node, "DESIGNATION") {
        subject.comments.push(text);
    }
    if let Some(comment) = node.take_text("COMMENTS1") {
        subject.measures = stated_measures(&comment);
        subject.comments.push(comment);
    }
    // "UN List" at every entry, and keys for sorting that are always empty.
    node.forget(&["LIST_TYPE", "SORT_KEY", "SORT_KEY_LAST_MOD"]);
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
}

fn alias(draft: &mut Draft, subject: &mut ListedSubject, mut node: Node<'_>, tag: &str) {
    let span = node.span;
    let quality_text = node.take_text("QUALITY").unwrap_or_default();
    let note = node.take_text("NOTE");
    let former = quality_text == "f.k.a."
        || note.as_deref().is_some_and(|note| {
            let note = note.to_lowercase();
            note.starts_with("formerly listed") || note.starts_with("previously listed")
        });
    let kind = if former {
        NameKind::Former
    } else {
        NameKind::Alias
    };
    let quality = match quality_text.as_str() {
        "Good" => NameQuality::Good,
        "Low" => NameQuality::Low,
        _ => NameQuality::Unknown,
    };
    let name = node
        .take_text("ALIAS_NAME")
        .and_then(|text| whole(&text, kind, quality));
    add_name(subject, name);
    if let Some(text) = node.take_text("DATE_OF_BIRTH") {
        draft.born(
            subject,
            "INDIVIDUAL_ALIAS/DATE_OF_BIRTH",
            &text,
            ORDER,
            span,
        );
    }
    let born_in = place_of(
        node.take_text("COUNTRY_OF_BIRTH"),
        node.take_text("CITY_OF_BIRTH"),
        [],
    );
    if let Some(place) = born_in
        && !subject.birthplaces.contains(&place)
    {
        subject.birthplaces.push(place);
    }
    if let Some(note) = note {
        subject.unread.push(([tag, "/NOTE"].concat().into(), note));
    }
    node.leftover_below(tag, &mut subject.unread);
}

fn birth(draft: &mut Draft, subject: &mut ListedSubject, mut node: Node<'_>) {
    const FIELD: &str = "INDIVIDUAL_DATE_OF_BIRTH";
    let span = node.span;
    let form = node.take_text("TYPE_OF_DATE").unwrap_or_default();
    let note = node.take_text("NOTE");
    let circa = form == "APPROXIMATELY"
        || note
            .as_deref()
            .is_some_and(|note| note.eq_ignore_ascii_case("approximately"));
    let raw = {
        let texts: Vec<&str> = ["DATE", "YEAR", "FROM_YEAR", "TO_YEAR"]
            .iter()
            .filter_map(|field| node.peek(field))
            .chain(note.as_deref())
            .collect();
        let joined = texts.join(if form == "BETWEEN" { " to " } else { " " });
        match form.as_str() {
            "APPROXIMATELY" => Text::from(format!("approximately {joined}")),
            _ => joined.into(),
        }
    };
    let mut year_in = |field: &str| {
        let read = node.peek(field).and_then(|text| point(text, ORDER));
        if read.is_some() {
            node.forget(&[field]);
        }
        read
    };
    let (date, year) = (year_in("DATE"), year_in("YEAR"));
    let (first, last) = (year_in("FROM_YEAR"), year_in("TO_YEAR"));
    let mut note_used = circa && form != "APPROXIMATELY";
    if let Some(date) = date {
        add_births(subject, vec![birth_of(date, circa, raw)]);
    } else if let Some(year) = year {
        // A month may stand in the note: 1958, "Sep.".
        let finer = note
            .as_deref()
            .and_then(|note| point(&format!("{note} {year}"), ORDER));
        note_used |= finer.is_some();
        add_births(subject, vec![birth_of(finer.unwrap_or(year), circa, raw)]);
    } else if let (Some(first), Some(last)) = (first, last) {
        add_births(subject, vec![birth_between(first, last, circa, raw)]);
    } else if let Some(note) = &note {
        // Only a note: "Nov. 1973", "24/06/1402 (Hijri Calendar)", "30-35 years old".
        draft.born(subject, FIELD, note, ORDER, span);
        note_used = true;
    }
    if let Some(note) = note
        && !note_used
    {
        subject
            .unread
            .push(([FIELD, "/NOTE"].concat().into(), note));
    }
    node.leftover_below(FIELD, &mut subject.unread);
}

fn document(subject: &mut ListedSubject, mut node: Node<'_>) {
    const FIELD: &str = "INDIVIDUAL_DOCUMENT";
    let kind = node.take_text("TYPE_OF_DOCUMENT");
    let finer = node.take_text("TYPE_OF_DOCUMENT2");
    if let Some(number) = node.take_text("NUMBER") {
        let issuer = node
            .take_text("ISSUING_COUNTRY")
            .or_else(|| node.take_text("COUNTRY_OF_ISSUE"));
        let note = node.take_text("NOTE");
        let expires = note.as_deref().and_then(|note| {
            date_behind(note, &["expir", "valid until", "expiration date"], ORDER)
        });
        let issued = node
            .peek("DATE_OF_ISSUE")
            .and_then(|text| point(text, ORDER));
        if issued.is_some() {
            node.forget(&["DATE_OF_ISSUE"]);
        }
        let said = kind.unwrap_or_default();
        let all = format!("{said} {}", finer.as_deref().unwrap_or_default());
        subject.documents.push(ListedDocument {
            travel: is_travel_document(&all),
            kind: said,
            number,
            issuer: issuer.as_deref().and_then(country),
            issued,
            expires,
            note: joined(finer, note),
        });
    } else {
        // A document without a number: its kind and remarks are all there is.
        for (name, text) in [("TYPE_OF_DOCUMENT", kind), ("TYPE_OF_DOCUMENT2", finer)] {
            if let Some(text) = text {
                subject
                    .unread
                    .push(([FIELD, "/", name].concat().into(), text));
            }
        }
    }
    node.leftover_below(FIELD, &mut subject.unread);
}

fn joined(first: Option<Text>, second: Option<Text>) -> Option<Text> {
    match (first, second) {
        (Some(a), Some(b)) => Some(format!("{a}; {b}").into()),
        (one, other) => one.or(other),
    }
}

/// Whether a kind of document, in words of any of the languages the lists use, lets one travel.
pub(super) fn is_travel_document(kind: &str) -> bool {
    let kind = kind.to_lowercase();
    [
        "passport",
        "passeport",
        "pasaporte",
        "identity card",
        "identification card",
        "personal id card",
        "national id card",
        "bundespersonalausweis",
        "travel document",
        "laissez",
        "cédula",
        "cedula",
        "seaman",
        "seafarer",
        "refugee",
    ]
    .iter()
    .any(|word| kind.contains(word))
}

/// A place of the fields that the list's places and addresses share.
fn place_in(node: &mut Node<'_>) -> Option<tidewaiter_domain::ListedPlace> {
    let country = node.take_text("COUNTRY");
    let city = node.take_text("CITY");
    let rest: Vec<Text> = ["STREET", "STATE_PROVINCE", "ZIP_CODE", "NOTE"]
        .iter()
        .filter_map(|field| node.take_text(field))
        .collect();
    place_of(country, city, rest)
}

/// The `VALUE`s inside parts called `tag`.
fn texts_inside(node: &mut Node<'_>, tag: &str) -> Vec<Text> {
    node.take_all(tag)
        .into_iter()
        .flat_map(|mut part| part.take_texts("VALUE"))
        .collect()
}

/// What a comment of the Libya list states: "Listed pursuant to paragraphs 15 and 17 of resolution
/// 1970 (Travel Ban, Asset Freeze)".
fn stated_measures(comment: &str) -> Vec<Measure> {
    let mut found = Vec::new();
    for at in comment.match_indices("of resolution 19").map(|(at, _)| at) {
        let rest = comment.get(at..).unwrap_or_default();
        let Some((open, close)) = rest.find('(').zip(rest.find(')')) else {
            continue;
        };
        if open < close && open < 30 {
            found.extend(
                rest[open + 1..close]
                    .split(',')
                    .map(measure)
                    .filter(|measure| !matches!(measure, Measure::Other(_))),
            );
        }
    }
    super::measures::sorted(found)
}
