//! OFAC `sdn_advanced.xml`: the typed form, with scripts, alias quality and precision of dates.
//!
//! Everything refers to everything by number. Reference values, locations and documents stand before
//! the parties, the sanctions behind them, so that one pass and a table by profile suffice.
//! Source: `sdn_advanced.xsd` (namespace of the UN's sanctions schema, which is ignored).

use std::collections::BTreeMap;

use tidewaiter_diagnostics::Span;
use tidewaiter_domain::{
    BirthDate, Calendar, Country, ListedDocument, ListedName, ListedPlace, ListedSubject, NameKind,
    NameQuality, PartialDate, Sex, SubjectKind, Text,
};

use super::super::country::{country, place_of};
use super::super::dates::{birth_between, birth_in, birth_of};
use super::super::detect::{Detected, ListFormat};
use super::super::draft::{Draft, ListReading, add_births, add_name, add_nationalities, push_new};
use super::super::measures::{measure, sorted};
use super::super::names::{parted, whole};
use super::super::node::{Node, squeezed};
use super::super::refusal::Refusal;
use super::super::un::is_travel_document;
use super::super::xml::{Step, walk};

const CONTAINERS: &[&str] = &[
    "ReferenceValueSets",
    "Locations",
    "IDRegDocuments",
    "DistinctParties",
    "ProfileRelationships",
    "SanctionsEntries",
    "SanctionsEntryLinks",
];

pub(in super::super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("ofac-sdn", ListFormat::OfacAdvancedXml);
    let mut known = Known::default();
    walk(text, found.base, CONTAINERS, |step| {
        if let Step::Entry(mut node) = step {
            match node.name.as_ref() {
                "DateOfIssue" => {
                    draft.published = date_point(&mut node)
                        .filter(|date| date.is_complete())
                        .map(PartialDate::earliest);
                }
                "Location" => known.location(node),
                "IDRegDocument" => known.document(node),
                "DistinctParty" => party(&mut draft, &mut known, node),
                "ProfileRelationship" => relation(&mut draft, &known, node),
                "SanctionsEntry" => sanction(&mut draft, &known, node),
                name if name.ends_with("Values") => known.values(node),
                _ => {}
            }
        }
        Ok(())
    })?;
    for subject in &mut draft.subjects {
        subject.measures = sorted(std::mem::take(&mut subject.measures));
    }
    super::settle_list(&mut draft);
    draft.finish(Span::from_range(0..text.len()))
}

#[derive(Default)]
struct Known {
    /// `AliasType` and number: text; every set of reference values.
    values: BTreeMap<(Text, Text), Text>,
    places: BTreeMap<Text, ListedPlace>,
    /// Documents by identity.
    documents: BTreeMap<Text, Vec<ListedDocument>>,
    /// Number of a profile: position of its subject.
    profiles: BTreeMap<Text, usize>,
}

impl Known {
    fn values(&mut self, mut node: Node<'_>) {
        let set = node.name.trim_end_matches("Values").to_owned();
        for mut item in node.take_all(&set) {
            if let Some(id) = item.take_text("@ID") {
                let text = squeezed(&item.text);
                self.values.insert((set.as_str().into(), id), text);
            }
        }
    }

    fn value(&self, set: &str, id: Option<Text>) -> Option<&Text> {
        self.values.get(&(set.into(), id?))
    }

    fn location(&mut self, mut node: Node<'_>) {
        let Some(id) = node.take_text("@ID") else {
            return;
        };
        let country = node
            .take("LocationCountry")
            .and_then(|mut part| self.value("Country", part.take_text("@CountryID")).cloned());
        let mut city = None;
        let mut rest = Vec::new();
        for mut part in node.take_all("LocationPart") {
            let kind = self.value("LocPartType", part.take_text("@LocPartTypeID"));
            let is_city = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("city"));
            for mut value in part.take_all("LocationPartValue") {
                let text = value.take_text("Value");
                if is_city && city.is_none() {
                    city = text;
                } else {
                    rest.extend(text);
                }
            }
        }
        if let Some(place) = place_of(country, city, rest) {
            self.places.insert(id, place);
        }
    }

    fn document(&mut self, mut node: Node<'_>) {
        let kind = self
            .value("IDRegDocType", node.take_text("@IDRegDocTypeID"))
            .cloned()
            .unwrap_or_default();
        let issuer = self
            .value("Country", node.take_text("@IssuedBy-CountryID"))
            .and_then(|text| country(text));
        let mut document = ListedDocument {
            travel: is_travel_document(&kind),
            kind,
            number: node.take_text("IDRegistrationNo").unwrap_or_default(),
            issuer,
            issued: None,
            expires: None,
            note: node.take_text("Comment"),
        };
        for mut part in node.take_all("DocumentDate") {
            let kind = self.value("IDRegDocDateType", part.take_text("@IDRegDocDateTypeID"));
            let date = part
                .take("DatePeriod")
                .and_then(|mut period| boundary(&mut period, "Start", "From"));
            match kind.map(Text::as_str) {
                Some(kind) if kind.starts_with("Issue") => document.issued = date,
                Some(kind) if kind.starts_with("Expir") => document.expires = date,
                _ => {}
            }
        }
        if let Some(identity) = node.take_text("@IdentityID")
            && !document.number.is_empty()
        {
            self.documents.entry(identity).or_default().push(document);
        }
    }
}

fn party(draft: &mut Draft, known: &mut Known, mut node: Node<'_>) {
    let span = node.span;
    let reference = node.take_text("@FixedRef").unwrap_or_default();
    let mut subject = ListedSubject::new(draft.list.clone(), reference, SubjectKind::Unknown);
    subject.comments.extend(node.take_text("Comment"));
    let mut profiles = Vec::new();
    for mut profile in node.take_all("Profile") {
        profiles.extend(profile.take_text("@ID"));
        let kind = known.value("PartySubType", profile.take_text("@PartySubTypeID"));
        subject.kind = match kind.map(Text::as_str) {
            Some("Vessel") => SubjectKind::Vessel,
            Some("Aircraft") => SubjectKind::Aircraft,
            Some("Entity") => SubjectKind::Organisation,
            Some("Individual") => SubjectKind::Person,
            // The sub-type of persons and entities is "Unknown" in the file; a person is told by
            // the parts of the name.
            _ => SubjectKind::Unknown,
        };
        for identity in profile.take_all("Identity") {
            read_identity(known, &mut subject, identity);
        }
        for feature in profile.take_all("Feature") {
            read_feature(draft, known, &mut subject, feature);
        }
        profile.forget(&["SanctionsEntryReference"]);
        profile.leftover_below("Profile", &mut subject.unread);
    }
    node.leftover(&mut subject.unread);
    for profile in profiles {
        known.profiles.insert(profile, draft.subjects.len());
    }
    draft.push(subject, span);
}

fn read_identity(known: &Known, subject: &mut ListedSubject, mut node: Node<'_>) {
    if let Some(documents) = node
        .take_text("@ID")
        .and_then(|id| known.documents.get(&id))
    {
        subject.documents.extend(documents.iter().cloned());
    }
    let false_identity = node.take_text("@False").as_deref() == Some("true");
    // What a part of a name is stands in a group that the part refers to.
    let mut roles: BTreeMap<Text, Text> = BTreeMap::new();
    for mut groups in node.take_all("NamePartGroups") {
        for mut master in groups.take_all("MasterNamePartGroup") {
            for mut group in master.take_all("NamePartGroup") {
                let role = known.value("NamePartType", group.take_text("@NamePartTypeID"));
                if let Some((id, role)) = group.take_text("@ID").zip(role) {
                    roles.insert(id, role.clone());
                }
            }
        }
    }
    if subject.kind == SubjectKind::Unknown && !roles.is_empty() {
        let entity = roles.values().any(|role| role.as_str() == "Entity Name");
        let ship = roles.values().any(|role| role.as_str() == "Vessel Name");
        let plane = roles.values().any(|role| role.as_str() == "Aircraft Name");
        subject.kind = match (entity, ship, plane) {
            (true, ..) => SubjectKind::Organisation,
            (_, true, _) => SubjectKind::Vessel,
            (.., true) => SubjectKind::Aircraft,
            _ => SubjectKind::Person,
        };
    }
    for mut alias in node.take_all("Alias") {
        let primary = alias.take_text("@Primary").as_deref() == Some("true");
        let low = alias.take_text("@LowQuality").as_deref() == Some("true");
        let former = known
            .value("AliasType", alias.take_text("@AliasTypeID"))
            .is_some_and(|kind| kind.starts_with('F'));
        let kind = match (primary && !false_identity, former) {
            (true, _) => NameKind::Primary,
            (false, true) => NameKind::Former,
            (false, false) => NameKind::Alias,
        };
        let quality = match (low, primary) {
            (true, _) => NameQuality::Low,
            (false, true) => NameQuality::Unknown,
            (false, false) => NameQuality::Good,
        };
        for mut documented in alias.take_all("DocumentedName") {
            let mut parts = Vec::new();
            for mut part in documented.take_all("DocumentedNamePart") {
                for mut value in part.take_all("NamePartValue") {
                    let role = value
                        .take_text("@NamePartGroupID")
                        .and_then(|id| roles.get(&id).cloned())
                        .unwrap_or_default();
                    parts.push((role, squeezed(&value.text)));
                }
            }
            let mut name = of_parts(&parts, kind, quality);
            if let Some(name) = &mut name {
                let latin = tidewaiter_domain::Script::LATIN;
                if name.script != latin && name.script != tidewaiter_domain::Script::UNKNOWN {
                    name.kind = NameKind::Original;
                }
            }
            add_name(subject, name);
        }
        alias.leftover_below("Alias", &mut Vec::new());
    }
    if false_identity {
        push_new(&mut subject.comments, Some("has a false identity".into()));
    }
}

fn of_parts(parts: &[(Text, Text)], kind: NameKind, quality: NameQuality) -> Option<ListedName> {
    let of = |role: &str| -> String {
        parts
            .iter()
            .filter(|(r, _)| r.as_str() == role)
            .map(|(_, text)| text.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (last, first, middle) = (of("Last Name"), of("First Name"), of("Middle Name"));
    if last.is_empty() {
        let all: Vec<&str> = parts.iter().map(|(_, text)| text.as_str()).collect();
        return whole(&all.join(" "), kind, quality);
    }
    let mut name = parted(Some(&first), Some(&middle), Some(&last), kind, quality)?;
    name.other_parts = parts
        .iter()
        .filter(|(role, _)| !matches!(role.as_str(), "Last Name" | "First Name" | "Middle Name"))
        .map(|(_, text)| text.clone())
        .collect();
    for part in &name.other_parts {
        name.full.push(' ');
        name.full.push_str(part);
    }
    Some(name)
}

fn read_feature(draft: &mut Draft, known: &Known, subject: &mut ListedSubject, mut node: Node<'_>) {
    let span = node.span;
    let kind = known
        .value("FeatureType", node.take_text("@FeatureTypeID"))
        .cloned()
        .unwrap_or_default();
    for mut version in node.take_all("FeatureVersion") {
        let comment = version.take_text("Comment");
        let mut texts: Vec<Text> = Vec::new();
        for mut detail in version.take_all("VersionDetail") {
            let referred = known.value("DetailReference", detail.take_text("@DetailReferenceID"));
            let text = squeezed(&detail.text);
            texts.extend(referred.cloned());
            if !text.is_empty() {
                texts.push(text);
            }
        }
        let places: Vec<ListedPlace> = version
            .take_all("VersionLocation")
            .iter_mut()
            .filter_map(|part| known.places.get(&part.take_text("@LocationID")?).cloned())
            .collect();
        let countries = places.iter().filter_map(|place| place.country.clone());
        match kind.as_str() {
            "Birthdate" | "Aircraft Manufacture Date" | "Organization Established Date" => {
                for period in version.take_all("DatePeriod") {
                    birth(draft, known, subject, period, span);
                }
            }
            "Place of Birth" => {
                subject.birthplaces.extend(places);
                subject.birthplaces.extend(
                    texts
                        .iter()
                        .filter_map(|text| super::super::country::place(text)),
                );
            }
            "Nationality Country" | "Citizenship Country" | "Nationality of Registration" => {
                add_nationalities(subject, countries.collect::<Vec<Country>>());
                for text in &texts {
                    add_nationalities(subject, country(text));
                }
            }
            "Vessel Flag" | "VESSEL FLAG" => {
                add_nationalities(subject, countries.collect::<Vec<Country>>());
                for text in &texts {
                    add_nationalities(subject, country(text));
                }
            }
            "Gender" => {
                subject.sex = match texts.first().map(Text::as_str) {
                    Some("Male") => Some(Sex::Male),
                    Some("Female") => Some(Sex::Female),
                    _ => subject.sex,
                };
            }
            "Location" => subject.addresses.extend(places),
            "Title" => subject.comments.extend(texts),
            _ => {
                for text in texts {
                    subject.unread.push((kind.clone(), text));
                }
            }
        }
        subject.comments.extend(comment);
    }
}

fn birth(
    draft: &mut Draft,
    known: &Known,
    subject: &mut ListedSubject,
    mut period: Node<'_>,
    span: Span,
) {
    let calendar = known
        .value("CalendarType", period.take_text("@CalendarTypeID"))
        .map(|name| name.to_lowercase())
        .unwrap_or_default();
    let approximate =
        |node: &mut Node<'_>| node.take_text("@Approximate").as_deref() == Some("true");
    let mut circa = approximate(&mut period);
    for side in ["Start", "End"] {
        if let Some(part) = period.parts.iter_mut().find(|part| part.name == side) {
            circa |= approximate(part);
        }
    }
    let first = boundary(&mut period, "Start", "From");
    let last = boundary(&mut period, "End", "To");
    let raw: Text = match (first, last) {
        (Some(a), Some(b)) if a == b => a.to_string().into(),
        (Some(a), Some(b)) => format!("{a} to {b}").into(),
        (a, b) => a.or(b).map(|d| d.to_string()).unwrap_or_default().into(),
    };
    let read: Option<BirthDate> = match (first, last) {
        _ if calendar.contains("islam") || calendar.contains("hijri") => first.and_then(|date| {
            birth_in(
                Calendar::Hijri,
                date.year().into(),
                date.month().map(Into::into),
                date.day().map(Into::into),
                circa,
                raw.clone(),
            )
        }),
        // A whole year or month is written as its first and its last day.
        (Some(a), Some(b)) if a != b => Some(match span_of(a, b) {
            Some(date) => birth_of(date, circa, raw),
            None => birth_between(a, b, circa, raw),
        }),
        (Some(date), _) | (None, Some(date)) => Some(birth_of(date, circa, raw)),
        (None, None) => None,
    };
    match read {
        Some(birth) => add_births(subject, vec![birth]),
        None => draft.date_unread(subject, "Birthdate", "no date in the period", span),
    }
}

/// The year or month that begins with `a` and ends with `b`.
fn span_of(a: PartialDate, b: PartialDate) -> Option<PartialDate> {
    let year = PartialDate::new(a.year(), None, None)?;
    let month = PartialDate::new(a.year(), a.month(), None)?;
    [year, month]
        .into_iter()
        .find(|date| date.earliest() == a.earliest() && date.latest() == b.latest())
}

fn boundary(period: &mut Node<'_>, side: &str, end: &str) -> Option<PartialDate> {
    let mut side = period.take(side)?;
    date_point(&mut side.take(end)?)
}

fn date_point(node: &mut Node<'_>) -> Option<PartialDate> {
    let mut number = |field: &str| node.take_text(field).and_then(|t| t.parse::<i16>().ok());
    let (year, month, day) = (number("Year")?, number("Month"), number("Day"));
    let small = |n: Option<i16>| n.and_then(|n| u8::try_from(n).ok()).filter(|n| *n > 0);
    PartialDate::new(year, small(month), small(month).and_then(|_| small(day)))
}

fn relation(draft: &mut Draft, known: &Known, mut node: Node<'_>) {
    let kind = known
        .value("RelationType", node.take_text("@RelationTypeID"))
        .cloned()
        .unwrap_or_else(|| "related to".into());
    let at = |id: Option<Text>| known.profiles.get(&id?).copied();
    let from = at(node.take_text("@From-ProfileID"));
    let to = at(node.take_text("@To-ProfileID"));
    let Some((from, to)) = from.zip(to) else {
        return;
    };
    let Some(other) = draft.subjects.get(to).map(|subject| subject.entry.clone()) else {
        return;
    };
    if let Some(subject) = draft.subjects.get_mut(from) {
        subject.comments.push(format!("{kind} {other}").into());
    }
}

fn sanction(draft: &mut Draft, known: &Known, mut node: Node<'_>) {
    let Some(&at) = node
        .take_text("@ProfileID")
        .and_then(|id| known.profiles.get(&id))
    else {
        return;
    };
    let Some(subject) = draft.subjects.get_mut(at) else {
        return;
    };
    for mut event in node.take_all("EntryEvent") {
        let basis = known.value("LegalBasis", event.take_text("@LegalBasisID"));
        push_new(&mut subject.legal_references, basis.cloned());
        let date = event
            .take("Date")
            .and_then(|mut date| date_point(&mut date))
            .filter(|date| date.is_complete())
            .map(PartialDate::earliest);
        subject.listed_on = match (subject.listed_on, date) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    for mut part in node.take_all("SanctionsMeasure") {
        let kind = known.value("SanctionsType", part.take_text("@SanctionsTypeID"));
        let comment = part.take_text("Comment");
        match kind.map(Text::as_str) {
            Some("Program") => push_new(&mut subject.programmes, comment),
            Some("Block") => subject
                .measures
                .push(tidewaiter_domain::Measure::AssetFreeze),
            Some(kind) => subject.measures.push(measure(kind)),
            None => subject.comments.extend(comment),
        }
    }
}
