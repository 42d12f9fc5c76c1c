//! Switzerland, State Secretariat for Economic Affairs (SECO), XML.
//!
//! A target refers to a set of sanctions inside a programme. Old identities are embedded in
//! `modification` blocks and must not be taken for current ones; the newest modification says
//! whether the target is still listed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use tidewaiter_diagnostics::Span;
use tidewaiter_domain::{
    Calendar, ListedDocument, ListedName, ListedPlace, ListedSubject, Measure, NameKind,
    NameQuality, PartialDate, Sex, SubjectKind, Text, Validity,
};

use super::country::{country, place_of};
use super::dates::{Order, birth_in, birth_of, day, point};
use super::detect::{Detected, ListFormat};
use super::draft::{Draft, ListReading, add_births, add_name, add_nationalities, push_new};
use super::measures::sorted;
use super::names::{parted, whole};
use super::node::Node;
use super::refusal::Refusal;
use super::un::is_travel_document;
use super::xml::{Step, walk};

const ORDER: Order = Order::DayFirst;

/// What the targets refer to.
#[derive(Default)]
struct Known {
    /// Set of sanctions: programme, its ordinance, the text of the set.
    sets: BTreeMap<Text, (Text, Option<Text>, Text)>,
    places: BTreeMap<Text, ListedPlace>,
}

pub(super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("ch-seco", ListFormat::SecoXml);
    let mut known = Known::default();
    walk(text, found.base, &[], |step| {
        match step {
            Step::Root(mut root) => {
                draft.published = root.take_text("@date").and_then(|text| day(&text, ORDER));
            }
            Step::Container => {}
            Step::Entry(node) => match node.name.as_ref() {
                "sanctions-program" => known.programme(node),
                "place" => known.place(node),
                _ => target(&mut draft, &known, node),
            },
        }
        Ok(())
    })?;
    draft.finish(Span::from_range(0..text.len()))
}

impl Known {
    fn programme(&mut self, mut node: Node<'_>) {
        let mut english = |tag: &str| {
            let mut parts = node.take_all(tag);
            let at = parts
                .iter()
                .position(|part| part.peek("@lang") == Some("eng"))
                .unwrap_or(0);
            (at < parts.len()).then(|| super::node::squeezed(&parts.swap_remove(at).text))
        };
        let key = english("program-key").unwrap_or_default();
        let name = english("program-name");
        for mut part in node.take_all("sanctions-set") {
            let english = part.peek("@lang") == Some("eng");
            if let Some(id) = part.take_text("@ssid") {
                let text = super::node::squeezed(&part.text);
                if english || !self.sets.contains_key(&id) {
                    self.sets.insert(id, (key.clone(), name.clone(), text));
                }
            }
        }
    }

    fn place(&mut self, mut node: Node<'_>) {
        let Some(id) = node.take_text("@ssid") else {
            return;
        };
        let country = node.take("country").map(|mut part| {
            part.take_text("@iso-code")
                .unwrap_or_else(|| super::node::squeezed(&part.text))
        });
        let city = node.take_text("location");
        let area = node.take_text("area");
        if let Some(place) = place_of(country, city, area) {
            self.places.insert(id, place);
        }
    }
}

fn target(draft: &mut Draft, known: &Known, mut node: Node<'_>) {
    let span = node.span;
    let reference = node.take_text("@ssid").unwrap_or_default();
    let mut subject = ListedSubject::new(draft.list.clone(), reference, SubjectKind::Unknown);
    for id in node.take_texts("sanctions-set-id") {
        match known.sets.get(&id) {
            Some((programme, ordinance, set)) => {
                push_new(&mut subject.programmes, Some(programme.clone()));
                push_new(&mut subject.legal_references, ordinance.clone());
                subject.measures.extend(measures_in(set));
                push_new(&mut subject.comments, Some(set.clone()));
            }
            None => subject.unread.push(("sanctions-set-id".into(), id)),
        }
    }
    subject.measures = sorted(std::mem::take(&mut subject.measures));
    for (tag, kind) in [
        ("individual", SubjectKind::Person),
        ("entity", SubjectKind::Organisation),
        ("object", SubjectKind::Unknown),
    ] {
        for mut part in node.take_all(tag) {
            subject.kind = match (kind, part.take_text("@object-type").as_deref()) {
                (_, Some("vessel")) => SubjectKind::Vessel,
                (_, Some("aircraft")) => SubjectKind::Aircraft,
                (kind, _) => kind,
            };
            subject.sex = match part.take_text("@sex").as_deref() {
                Some("male") => Some(Sex::Male),
                Some("female") => Some(Sex::Female),
                _ => subject.sex,
            };
            for identity in part.take_all("identity") {
                read_identity(draft, known, &mut subject, identity);
            }
            for tag in ["justification", "relation", "other-information"] {
                for other in part.take_all(tag) {
                    let text = super::node::squeezed(&other.text);
                    push_new(&mut subject.comments, (!text.is_empty()).then_some(text));
                }
            }
            part.leftover_below(tag, &mut subject.unread);
        }
    }
    status(&mut subject, node.take_all("modification"));
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
}

/// The newest modification decides: since when listed, when changed, until when.
fn status(subject: &mut ListedSubject, modifications: Vec<Node<'_>>) {
    let mut newest: Option<(Date, Text)> = None;
    for mut part in modifications {
        let kind = part.take_text("@modification-type").unwrap_or_default();
        let date = part
            .take_any(&["@effective-date", "@publication-date", "@enactment-date"])
            .and_then(|text| day(&text, ORDER));
        let Some(date) = date else {
            continue;
        };
        if kind == "listed" {
            subject.listed_on = Some(subject.listed_on.map_or(date, |known| known.min(date)));
        }
        if newest.as_ref().is_none_or(|(known, _)| *known < date) {
            newest = Some((date, kind));
        }
    }
    if let Some((date, kind)) = newest {
        subject.changed_on = Some(date);
        if kind == "de-listed" {
            subject.validity = Some(Validity {
                from: subject.listed_on,
                until: Some(date),
            });
        }
    }
}

fn read_identity(
    draft: &mut Draft,
    known: &Known,
    subject: &mut ListedSubject,
    mut node: Node<'_>,
) {
    let span = node.span;
    node.forget(&["@ssid"]);
    let main = node.take_text("@main").as_deref() != Some("false");
    for part in node.take_all("name") {
        names(subject, part, main);
    }
    for mut part in node.take_all("day-month-year") {
        part.forget(&["@ssid", "@quality"]);
        birth(draft, subject, part, span);
    }
    for tag in ["place-of-birth", "address"] {
        for mut part in node.take_all(tag) {
            part.forget(&["@ssid", "@quality", "@main"]);
            let mut place = part
                .take_text("@place-id")
                .and_then(|id| known.places.get(&id).cloned())
                .unwrap_or_default();
            let rest: Vec<Text> = ["address-details", "p-o-box", "zip-code", "c-o"]
                .iter()
                .filter_map(|field| part.take_text(field))
                .collect();
            if !rest.is_empty() {
                let mut texts: Vec<&str> = rest.iter().map(Text::as_str).collect();
                texts.extend(place.text.as_deref());
                place.text = Some(texts.join(", ").into());
            }
            if place != ListedPlace::default() {
                if tag == "address" {
                    subject.addresses.push(place);
                } else {
                    subject.birthplaces.push(place);
                }
            }
            part.leftover_below(tag, &mut subject.unread);
        }
    }
    for mut part in node.take_all("nationality") {
        part.forget(&["@ssid", "@quality"]);
        let text = part.take("country").map(|mut country| {
            country
                .take_text("@iso-code")
                .unwrap_or_else(|| super::node::squeezed(&country.text))
        });
        add_nationalities(subject, text.as_deref().and_then(country));
        part.leftover_below("nationality", &mut subject.unread);
    }
    for mut part in node.take_all("identification-document") {
        part.forget(&["@ssid", "@quality"]);
        let kind = part.take_text("@document-type").unwrap_or_default();
        let issuer = part.take("issuer").map(|mut issuer| {
            issuer
                .take_text("@code")
                .unwrap_or_else(|| super::node::squeezed(&issuer.text))
        });
        let issued = part
            .take_text("date-of-issue")
            .and_then(|text| point(&text, ORDER));
        let expires = part
            .take_text("expiry-date")
            .and_then(|text| point(&text, ORDER));
        let note = part.take_text("remark");
        if let Some(number) = part.take_text("number") {
            subject.documents.push(ListedDocument {
                travel: kind == "id-card" || is_travel_document(&kind),
                kind,
                number,
                issuer: issuer.as_deref().and_then(country),
                issued,
                expires,
                note,
            });
        }
        part.leftover_below("identification-document", &mut subject.unread);
    }
    node.leftover_below("identity", &mut subject.unread);
}

/// A name and its spelling variants: one name more for every language and script that has some.
fn names(subject: &mut ListedSubject, mut node: Node<'_>, main: bool) {
    node.forget(&["@ssid", "@lang"]);
    let kind = match node.take_text("@name-type").as_deref() {
        Some("primary-name") if main => NameKind::Primary,
        Some("formerly-known-as" | "former-name") => NameKind::Former,
        _ => NameKind::Alias,
    };
    let quality = match node.take_text("@quality").as_deref() {
        Some("good") => NameQuality::Good,
        Some("low") => NameQuality::Low,
        _ => NameQuality::Unknown,
    };
    let mut parts = Vec::new();
    for mut part in node.take_all("name-part") {
        part.forget(&["@ssid"]);
        let order = part.take_text("@order").and_then(|t| t.parse::<u32>().ok());
        let role = part.take_text("@name-part-type").unwrap_or_default();
        let value = part.take_text("value");
        let mut variants = Vec::new();
        for mut variant in part.take_all("spelling-variant") {
            let language = variant.take_text("@lang").unwrap_or_default();
            let script = variant.take_text("@script").unwrap_or_default();
            variants.push(((language, script), super::node::squeezed(&variant.text)));
        }
        if let Some(value) = value {
            parts.push((order.unwrap_or(u32::MAX), role, value, variants));
        }
        part.leftover_below("name-part", &mut subject.unread);
    }
    parts.sort_by_key(|(order, ..)| *order);
    let latin = |key: &(Text, Text)| key.1.is_empty() || key.1.eq_ignore_ascii_case("latn");
    // Where a part has no variant, the part itself stands in, unless it is of another script.
    let pairs = |key: Option<&(Text, Text)>| -> Vec<(Text, Text)> {
        parts
            .iter()
            .filter_map(|(_, role, value, variants)| {
                let other = variants.iter().find(|(k, _)| Some(k) == key);
                let own = key.is_none_or(latin).then_some(value);
                Some((role.clone(), other.map(|(_, v)| v).or(own)?.clone()))
            })
            .collect()
    };
    add_name(subject, of_parts(&pairs(None), kind, quality));
    let mut keys: Vec<&(Text, Text)> = parts
        .iter()
        .flat_map(|(.., variants)| variants.iter().map(|(key, _)| key))
        .collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let kind = match kind {
            NameKind::Primary | NameKind::Alias if !latin(key) => NameKind::Original,
            NameKind::Primary => NameKind::Alias,
            other => other,
        };
        add_name(subject, of_parts(&pairs(Some(key)), kind, quality));
    }
    node.leftover_below("name", &mut subject.unread);
}

/// A name of parts with their roles; the family name is put last.
fn of_parts(parts: &[(Text, Text)], kind: NameKind, quality: NameQuality) -> Option<ListedName> {
    let of = |roles: &[&str]| -> Vec<Text> {
        parts
            .iter()
            .filter(|(role, _)| roles.contains(&role.as_str()))
            .map(|(_, text)| text.clone())
            .collect()
    };
    let family = of(&["family-name"]);
    let given = of(&["given-name", "further-given-name"]);
    let titles = of(&["title"]);
    let between = of(&["father-name", "grand-father-name"]);
    let others = of(&["maiden-name", "tribal-name", "suffix", "other"]);
    if family.is_empty() && given.is_empty() {
        let all: Vec<&str> = parts
            .iter()
            .filter(|(role, _)| role != "title")
            .map(|(_, text)| text.as_str())
            .collect();
        let mut name = whole(&all.join(" "), kind, quality)?;
        name.titles = titles;
        return Some(name);
    }
    let mut name = parted(
        Some(&given.join(" ")),
        Some(&between.join(" ")),
        Some(&family.join(" ")),
        kind,
        quality,
    )?;
    name.given = given;
    name.other_parts = between.into_iter().chain(others).collect();
    name.titles = titles;
    Some(name)
}

fn birth(draft: &mut Draft, subject: &mut ListedSubject, mut node: Node<'_>, span: Span) {
    let [year, month, date] = ["@year", "@month", "@day"].map(|field| node.take_text(field));
    let calendar = node.take_text("@calendar").unwrap_or_default();
    let raw: Text = [&year, &month, &date]
        .into_iter()
        .flatten()
        .map(Text::as_str)
        .collect::<Vec<_>>()
        .join("-")
        .into();
    let number = |text: &Option<Text>| text.as_deref().and_then(|t| t.parse::<i64>().ok());
    let other = match calendar.as_str() {
        "" | "Gregorian" => None,
        text if text.eq_ignore_ascii_case("islamic") || text.eq_ignore_ascii_case("hijri") => {
            Some(Calendar::Hijri)
        }
        _ => Some(Calendar::SolarHijri),
    };
    let read = match (other, number(&year)) {
        (Some(calendar), Some(year)) => birth_in(
            calendar,
            year,
            number(&month),
            number(&date),
            false,
            raw.clone(),
        ),
        (None, Some(year)) => {
            let small = |text| number(text).and_then(|n| u8::try_from(n).ok());
            i16::try_from(year)
                .ok()
                .and_then(|year| PartialDate::new(year, small(&month), small(&date)))
                .map(|date| birth_of(date, false, raw.clone()))
        }
        (_, None) => None,
    };
    match read {
        Some(birth) => add_births(subject, vec![birth]),
        None if raw.is_empty() => {}
        None => draft.date_unread(subject, "day-month-year", &raw, span),
    }
    node.leftover_below("day-month-year", &mut subject.unread);
}

/// The measures that the text of a set of sanctions names.
fn measures_in(text: &str) -> Vec<Measure> {
    let text = text.to_lowercase();
    let mut found = Vec::new();
    for (words, measure) in [
        (
            &["travel", "entry into switzerland", "entry and transit"][..],
            Measure::TravelBan,
        ),
        (
            &["financial sanctions", "freez", "assets"],
            Measure::AssetFreeze,
        ),
        (&["arms", "military"], Measure::ArmsEmbargo),
    ] {
        if words.iter().any(|word| text.contains(word)) {
            found.push(measure);
        }
    }
    found
}
