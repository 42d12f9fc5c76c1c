//! Our own list form, CSV and JSON Lines; templates in `docs/templates/`.
//!
//! The CSV holds several values of one field separated by `;`. The JSON form takes the same keys,
//! with arrays, and also the lines that `inspect --json` prints, so that a list can be written out,
//! edited and read again.

use jiff::civil::Date;
use tidewaiter_diagnostics::{Span, codes::lists as codes};
use tidewaiter_domain::{
    ListedDocument, ListedSubject, Measure, NameKind, NameQuality, Sex, SubjectKind, Text, Validity,
};

use super::country::{country, place, place_of};
use super::dates::{Order, birth_between, day, point};
use super::detect::{Detected, ListFormat};
use super::draft::{Draft, ListReading, add_births, add_name, add_nationalities};
use super::measures::{measure, sorted};
use super::names::{parted, several, whole};
use super::node::Node;
use super::records::objects;
use super::refusal::{Refusal, entry as path_of_entry, row as path_of_row};
use super::table::{Charset, Header, Layout, rows};
use super::un::is_travel_document;

const ORDER: Order = Order::DayFirst;

pub(super) fn read_csv(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let mut draft = Draft::new("", ListFormat::OwnCsv);
    let first = found
        .bytes
        .split(|&b| b == b'\n')
        .next()
        .unwrap_or_default();
    let delimiter = [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|d| first.iter().filter(|b| *b == d).count())
        .unwrap_or(b',');
    let layout = Layout {
        delimiter,
        header: Header::Line,
        charset: Charset::utf8(&found.bytes)?,
    };
    rows(&found.bytes, found.base, &layout, |row| {
        let mut node = row.node;
        let span = node.span;
        split_fields(&mut node);
        entry(&mut draft, node).map_err(|what| {
            Refusal::within(
                &codes::LIST_COLUMNS,
                span,
                path_of_row(row.number),
                format!("row {}: {what}", row.number),
            )
        })
    })?;
    draft.finish(Span::from_range(0..found.bytes.len()))
}

pub(super) fn read_jsonl(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("", ListFormat::OwnJsonl);
    objects(text, found.base, &[], |number, node| {
        let span = node.span;
        entry(&mut draft, node).map_err(|what| {
            Refusal::within(
                &codes::LIST_MALFORMED,
                span,
                path_of_entry(number),
                format!("entry {number}: {what}"),
            )
        })
    })?;
    draft.finish(Span::from_range(0..text.len()))
}

/// Fields of a CSV row that hold several values become several parts.
fn split_fields(node: &mut Node<'static>) {
    const SEVERAL: &[&str] = &[
        "aliases",
        "weak_aliases",
        "former_names",
        "original_names",
        "born",
        "born_in",
        "nationalities",
        "nationality",
        "documents",
        "addresses",
        "programmes",
        "measures",
        "legal_references",
        "comments",
    ];
    let mut parts = Vec::with_capacity(node.parts.len());
    for part in std::mem::take(&mut node.parts) {
        if SEVERAL.contains(&part.name.as_ref()) {
            for text in several(&part.text, ';') {
                parts.push(Node::leaf(
                    part.name.clone(),
                    text.to_owned().into(),
                    part.span,
                ));
            }
        } else {
            parts.push(part);
        }
    }
    node.parts = parts;
}

fn entry(draft: &mut Draft, mut node: Node<'static>) -> Result<(), &'static str> {
    let span = node.span;
    node.forget(&["type", "measures_from"]);
    let list = node.take_text("list").unwrap_or_else(|| "own".into());
    if draft.list.is_empty() {
        draft.list = list.clone();
    }
    let published = node
        .take_any(&["list_date", "published"])
        .and_then(|text| day(&text, ORDER));
    draft.published = draft.published.max(published);
    let kind = match node.take_text("kind").as_deref() {
        Some("person") | None => SubjectKind::Person,
        Some("organisation" | "organization" | "entity") => SubjectKind::Organisation,
        Some("vessel") => SubjectKind::Vessel,
        Some("aircraft") => SubjectKind::Aircraft,
        Some("unknown") => SubjectKind::Unknown,
        Some(_) => return Err("the column kind holds no kind of subject"),
    };
    let reference = node.take_text("entry").unwrap_or_default();
    let mut subject = ListedSubject::new(list, reference, kind);
    names(&mut subject, &mut node);
    births(draft, &mut subject, &mut node, span)?;
    for mut part in node.take_all("born_in") {
        subject.birthplaces.extend(place_in(&mut part));
        part.leftover_below("born_in", &mut subject.unread);
    }
    for mut part in node.take_all("addresses") {
        subject.addresses.extend(place_in(&mut part));
        part.leftover_below("addresses", &mut subject.unread);
    }
    subject.sex = match node.take_text("sex").as_deref() {
        Some("M" | "m" | "male") => Some(Sex::Male),
        Some("F" | "f" | "female") => Some(Sex::Female),
        Some("X" | "x") => Some(Sex::Unspecified),
        Some("U" | "u") | None => None,
        Some(_) => return Err("the column sex holds none of M, F, X, U"),
    };
    for field in ["nationalities", "nationality"] {
        for text in node.take_texts(field) {
            add_nationalities(&mut subject, country(&text));
        }
    }
    for part in node.take_all("documents") {
        document(&mut subject, part);
    }
    subject.programmes = node.take_texts("programmes");
    if subject.programmes.is_empty() {
        subject.programmes.extend(node.take_text("programme"));
    }
    node.forget(&["programme"]);
    subject.measures = sorted(
        node.take_texts("measures")
            .iter()
            .map(|text| measure(text))
            .collect::<Vec<Measure>>(),
    );
    subject.legal_references = node.take_texts("legal_references");
    subject
        .legal_references
        .extend(node.take_text("legal_reference"));
    subject.comments = node.take_texts("comments");
    subject.comments.extend(node.take_text("comment"));
    subject.listed_on = date(&mut node, "listed_on")?;
    subject.changed_on = date(&mut node, "changed_on")?;
    let validity = Validity {
        from: date(&mut node, "valid_from")?,
        until: date(&mut node, "valid_until")?,
    };
    if validity != Validity::default() {
        subject.validity = Some(validity);
    }
    for mut part in node.take_all("unread") {
        let field = part.take_text("field").unwrap_or_default();
        if let Some(text) = part.take_text("text") {
            subject.unread.push((field, text));
        }
    }
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
    Ok(())
}

fn date(node: &mut Node<'_>, field: &str) -> Result<Option<Date>, &'static str> {
    match node.take_text(field) {
        None => Ok(None),
        Some(text) => day(&text, ORDER)
            .map(Some)
            .ok_or("a column of dates holds no date"),
    }
}

fn names(subject: &mut ListedSubject, node: &mut Node<'_>) {
    for mut part in node.take_all("names") {
        let kind = match part.take_text("kind").as_deref() {
            Some("primary") => NameKind::Primary,
            Some("fka") => NameKind::Former,
            Some("original") => NameKind::Original,
            _ => NameKind::Alias,
        };
        let quality = match part.take_text("quality").as_deref() {
            Some("good") => NameQuality::Good,
            Some("low") => NameQuality::Low,
            _ => NameQuality::Unknown,
        };
        let full = part.take_text("name");
        let text = full
            .clone()
            .unwrap_or_else(|| super::node::squeezed(&part.text));
        let surname = part.take_text("surname");
        let given = part.take_texts("given");
        let joined = given.join(" ");
        let mut name = if full.is_some() {
            whole(&text, kind, quality)
        } else {
            parted(Some(&joined), None, surname.as_deref(), kind, quality)
                .or_else(|| whole(&text, kind, quality))
        };
        if let Some(name) = &mut name {
            name.surname = surname;
            name.given = given;
            name.other_parts = part.take_texts("parts");
            name.titles = part.take_texts("titles");
        }
        part.forget(&["script"]);
        add_name(subject, name);
        part.leftover_below("names", &mut subject.unread);
    }
    let (surname, given) = (node.take_text("surname"), node.take_text("given"));
    let name = node.take_text("name");
    let title = node.take_text("title");
    let mut primary = parted(
        given.as_deref(),
        None,
        surname.as_deref(),
        NameKind::Primary,
        NameQuality::Unknown,
    );
    match (&mut primary, name) {
        (Some(read), Some(name)) => read.full = name,
        (None, Some(name)) => {
            primary = whole(&name, NameKind::Primary, NameQuality::Unknown);
        }
        (_, None) => {}
    }
    if let Some(read) = &mut primary {
        read.titles.extend(title);
    }
    add_name(subject, primary);
    for (field, kind, quality) in [
        ("aliases", NameKind::Alias, NameQuality::Good),
        ("weak_aliases", NameKind::Alias, NameQuality::Low),
        ("former_names", NameKind::Former, NameQuality::Unknown),
        ("original_names", NameKind::Original, NameQuality::Unknown),
    ] {
        for text in node.take_texts(field) {
            add_name(subject, whole(&text, kind, quality));
        }
    }
}

fn births(
    draft: &mut Draft,
    subject: &mut ListedSubject,
    node: &mut Node<'_>,
    span: Span,
) -> Result<(), &'static str> {
    for mut part in node.take_all("born") {
        let ends = part
            .take_text("from")
            .and_then(|text| point(&text, ORDER))
            .zip(part.take_text("to").and_then(|text| point(&text, ORDER)));
        let raw = part
            .take_text("raw")
            .unwrap_or_else(|| super::node::squeezed(&part.text));
        let circa = part.take_text("circa").as_deref() == Some("true");
        part.forget(&["date"]);
        let mut read = super::dates::birth_dates(&raw, ORDER);
        match ends {
            // The interval is what counts; the text may hold several dates.
            Some((from, to)) => {
                let interval = birth_between(from, to, circa, raw.clone());
                let at = read
                    .iter()
                    .position(|d| d.from == interval.from && d.to == interval.to);
                let kept = at.map_or(interval, |at| read.swap_remove(at));
                let calendar = part.take_text("calendar");
                add_births(
                    subject,
                    vec![tidewaiter_domain::BirthDate {
                        circa: kept.circa || circa,
                        calendar: match calendar.as_deref() {
                            Some("hijri") => tidewaiter_domain::Calendar::Hijri,
                            Some("solar-hijri") => tidewaiter_domain::Calendar::SolarHijri,
                            _ => kept.calendar,
                        },
                        ..kept
                    }],
                );
            }
            None => draft.born(subject, "born", &raw, ORDER, span),
        }
        part.leftover_below("born", &mut subject.unread);
    }
    Ok(())
}

/// `Passport:X123456:SWE:2030-01-31` or an object with `type`, `number`, `issuer`, `expires`.
fn document(subject: &mut ListedSubject, mut part: Node<'_>) {
    let inline = super::node::squeezed(&part.text);
    let mut texts = inline.split(':').map(str::trim).map(Text::from);
    let (kind, number, issuer, expires) = match part.take_text("number") {
        Some(number) => (
            part.take_text("type"),
            Some(number),
            part.take_text("issuer"),
            part.take_text("expires"),
        ),
        None => (texts.next(), texts.next(), texts.next(), texts.next()),
    };
    let Some(number) = number.filter(|number| !number.is_empty()) else {
        subject.unread.push(("documents".into(), inline));
        return;
    };
    let kind = kind.unwrap_or_default();
    let stated = part.take_text("travel");
    let issued = part
        .take_text("issued")
        .and_then(|text| point(&text, ORDER));
    subject.documents.push(ListedDocument {
        travel: stated.map_or_else(|| is_travel_document(&kind), |text| text == "true"),
        kind,
        number,
        issuer: issuer.as_deref().and_then(country),
        issued,
        expires: expires.and_then(|text| point(&text, ORDER)),
        note: part.take_text("note"),
    });
    part.leftover_below("documents", &mut subject.unread);
}

fn place_in(part: &mut Node<'_>) -> Option<tidewaiter_domain::ListedPlace> {
    if part.parts.is_empty() {
        return place(&part.text);
    }
    let country = part.take_text("country");
    let city = part.take_text("city");
    place_of(country, city, part.take_text("text"))
}
