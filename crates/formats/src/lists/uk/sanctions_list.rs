//! The UK Sanctions List, XML. The only list here that says entry by entry what is imposed.

use tidewaiter_diagnostics::Span;
use tidewaiter_domain::{
    ListedDocument, ListedSubject, Measure, NameKind, NameQuality, Sex, SubjectKind, Text,
};

use super::super::country::{country, place_of};
use super::super::dates::day;
use super::super::detect::{Detected, ListFormat};
use super::super::draft::{Draft, ListReading, add_name, add_nationalities, push_new};
use super::super::measures::{measure, sorted};
use super::super::names::{several, whole};
use super::super::node::Node;
use super::super::refusal::Refusal;
use super::super::xml::{Step, walk};
use super::{ORDER, document, name};

pub(in super::super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("uk-sl", ListFormat::UkSanctionsListXml);
    walk(text, found.base, &[], |step| {
        if let Step::Entry(node) = step {
            if node.name == "DateGenerated" {
                draft.published = day(&node.text, ORDER);
            } else {
                entry(&mut draft, node);
            }
        }
        Ok(())
    })?;
    draft.finish(Span::from_range(0..text.len()))
}

fn entry(draft: &mut Draft, mut node: Node<'_>) {
    let span = node.span;
    let kind = match node.take_text("IndividualEntityShip").as_deref() {
        Some("Individual") => SubjectKind::Person,
        Some("Entity") => SubjectKind::Organisation,
        Some("Ship") => SubjectKind::Vessel,
        _ => SubjectKind::Unknown,
    };
    let reference = node.take_text("UniqueID").unwrap_or_default();
    let mut subject = ListedSubject::new(draft.list.clone(), reference, kind);
    let titles = inner_texts(&mut node, "Titles", "Title");
    for mut part in inner(&mut node, "Names", "Name") {
        let fields = ["Name1", "Name2", "Name3", "Name4", "Name5", "Name6"]
            .map(|field| part.take_text(field));
        let name_kind = match part.take_text("NameType").as_deref() {
            Some("Primary Name" | "Primary name") => NameKind::Primary,
            Some(text) if text.starts_with("Former") => NameKind::Former,
            _ => NameKind::Alias,
        };
        let quality = match part.take_text("AliasStrength").as_deref() {
            Some(text) if text.starts_with("Good") => NameQuality::Good,
            Some(text) if text.starts_with("Low") => NameQuality::Low,
            _ => NameQuality::Unknown,
        };
        let mut read = name(&fields, kind == SubjectKind::Person, name_kind, quality);
        if let Some(name) = &mut read
            && name_kind == NameKind::Primary
        {
            name.titles = titles.clone();
        }
        add_name(&mut subject, read);
        part.leftover_below("Name", &mut subject.unread);
    }
    for mut part in inner(&mut node, "NonLatinNames", "NonLatinName") {
        let text = part.take_text("NameNonLatinScript").unwrap_or_default();
        let original = whole(&text, NameKind::Original, NameQuality::Unknown);
        add_name(&mut subject, original);
        part.forget(&["NonLatinScriptType", "NonLatinScriptLanguage"]);
        part.leftover_below("NonLatinName", &mut subject.unread);
    }
    push_new(&mut subject.programmes, node.take_text("RegimeName"));
    subject.measures = imposed(&mut node);
    subject
        .legal_references
        .extend(node.take_text("UNReferenceNumber"));
    let date = |text: Option<Text>| text.and_then(|text| day(&text, ORDER));
    subject.listed_on = date(node.take_text("DateDesignated"));
    subject.changed_on = date(node.take_text("LastUpdated"));
    for mut part in inner(&mut node, "Addresses", "Address") {
        let country = part.take_text("AddressCountry");
        let city = part.take_text("AddressLine6");
        let rest: Vec<Text> = [
            "AddressLine1",
            "AddressLine2",
            "AddressLine3",
            "AddressLine4",
            "AddressLine5",
            "AddressPostalCode",
        ]
        .iter()
        .filter_map(|field| part.take_text(field))
        .collect();
        subject.addresses.extend(place_of(country, city, rest));
        part.leftover_below("Address", &mut subject.unread);
    }
    subject.comments.extend(node.take_text("OtherInformation"));
    subject
        .comments
        .extend(node.take_text("UKStatementofReasons"));
    for mut part in inner(&mut node, "IndividualDetails", "Individual") {
        individual(draft, &mut subject, &mut part, span);
        part.leftover_below("Individual", &mut subject.unread);
    }
    for mut part in inner(&mut node, "ShipDetails", "Ship") {
        for number in inner_texts(&mut part, "ShipIMONumbers", "ShipIMONumber") {
            subject.documents.push(ListedDocument {
                kind: "IMO number".into(),
                travel: false,
                number,
                issuer: None,
                issued: None,
                expires: None,
                note: None,
            });
        }
        for flag in inner_texts(
            &mut part,
            "CurrentBelievedFlagOfShips",
            "CurrentBelievedFlagOfShip",
        ) {
            add_nationalities(&mut subject, country(&flag));
        }
        part.leftover_below("Ship", &mut subject.unread);
    }
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
}

fn individual(draft: &mut Draft, subject: &mut ListedSubject, part: &mut Node<'_>, span: Span) {
    for text in inner_texts(part, "DOBs", "DOB") {
        draft.born(subject, "DOB", &text, ORDER, span);
    }
    for (list, item, kind, number, about) in [
        (
            "PassportDetails",
            "Passport",
            "Passport",
            "PassportNumber",
            "PassportAdditionalInformation",
        ),
        (
            "NationalIdentifierDetails",
            "NationalIdentifier",
            "National Identification Number",
            "NationalIdentifierNumber",
            "NationalIdentifierAdditionalInformation",
        ),
    ] {
        for mut one in inner(part, list, item) {
            let about = one.take_text(about);
            // Identical passports are repeated in the official file.
            match one.take_text(number) {
                Some(number) => {
                    let document = document(kind, number, about);
                    if !subject.documents.contains(&document) {
                        subject.documents.push(document);
                    }
                }
                None => push_new(&mut subject.comments, about),
            }
            one.leftover_below(item, &mut subject.unread);
        }
    }
    for text in inner_texts(part, "Nationalities", "Nationality") {
        add_nationalities(subject, country(&text));
    }
    for text in inner_texts(part, "Positions", "Position") {
        push_new(&mut subject.comments, Some(text));
    }
    for mut place in inner(part, "BirthDetails", "Location") {
        let country = place.take_text("CountryOfBirth");
        let town = place.take_text("TownOfBirth");
        subject.birthplaces.extend(place_of(country, town, []));
        place.leftover_below("Location", &mut subject.unread);
    }
    for text in inner_texts(part, "Genders", "Gender") {
        subject.sex = match text.as_str() {
            "Male" => Some(Sex::Male),
            "Female" => Some(Sex::Female),
            _ => subject.sex,
        };
    }
}

/// The measures: `Asset freeze|Travel Ban`, or the indicators where that field is missing.
fn imposed(node: &mut Node<'_>) -> Vec<Measure> {
    let listed = node.take_text("SanctionsImposed");
    let indicators = node.take("SanctionsImposedIndicators");
    let found = match (listed, indicators) {
        (Some(text), _) => several(&text, '|').map(measure).collect(),
        (None, Some(node)) => node
            .parts
            .iter()
            .filter(|part| part.text.trim() == "true")
            .map(|part| match part.name.as_ref() {
                "AssetFreeze" => Measure::AssetFreeze,
                "TravelBan" => Measure::TravelBan,
                "ArmsEmbargo" | "TargetedArmsEmbargo" => Measure::ArmsEmbargo,
                other => Measure::Other(other.into()),
            })
            .collect(),
        (None, None) => Vec::new(),
    };
    sorted(found)
}

fn inner<'a>(node: &mut Node<'a>, list: &str, item: &str) -> Vec<Node<'a>> {
    node.take_all(list)
        .into_iter()
        .flat_map(|mut list| list.take_all(item))
        .collect()
}

fn inner_texts(node: &mut Node<'_>, list: &str, item: &str) -> Vec<Text> {
    node.take_all(list)
        .into_iter()
        .flat_map(|mut list| list.take_texts(item))
        .collect()
}
