//! The EU's Financial Sanctions Files: XML 1.1 and CSV.
//!
//! Every name is called strong there and none primary: the first Latin one is taken for the primary
//! name, and the quality is read from the remark ("low quality alias"). The files carry the asset
//! freeze; a travel ban stands only in the legal act.

pub(super) mod csv;
pub(super) mod xml;

use tidewaiter_diagnostics::{Span, codes::lists as codes};
use tidewaiter_domain::{
    Calendar, CountryCode, ListedName, ListedSubject, NameKind, NameQuality, PartialDate, Script,
    Sex, SubjectKind,
};

use super::dates::{Order, birth_between, birth_in, birth_of, point};
use super::draft::{Draft, add_births, add_name};
use super::names::{parted, whole};
use super::node::squeezed;

const ORDER: Order = Order::DayFirst;

fn kind_of(code: &str) -> SubjectKind {
    match code {
        "person" | "P" => SubjectKind::Person,
        "enterprise" | "E" => SubjectKind::Organisation,
        _ => SubjectKind::Unknown,
    }
}

/// The fields of a name, as both forms have them.
#[derive(Default)]
struct NameFields<'t> {
    first: Option<&'t str>,
    middle: Option<&'t str>,
    last: Option<&'t str>,
    whole: Option<&'t str>,
    title: Option<&'t str>,
    gender: Option<&'t str>,
    remark: Option<&'t str>,
    weak: bool,
}

fn name(subject: &mut ListedSubject, fields: &NameFields<'_>) {
    let remark = fields.remark.unwrap_or_default().to_lowercase();
    let quality = if fields.weak || remark.contains("low quality") {
        NameQuality::Low
    } else if remark.contains("good quality") {
        NameQuality::Good
    } else {
        NameQuality::Unknown
    };
    let kind = if remark.contains("formerly") {
        NameKind::Former
    } else {
        NameKind::Alias
    };
    let separated = fields.last.is_some() && (fields.first.is_some() || fields.middle.is_some());
    let mut read: Option<ListedName> = if separated {
        parted(fields.first, fields.middle, fields.last, kind, quality)
    } else {
        let all = fields.whole.or(fields.last).or(fields.first);
        all.and_then(|text| whole(text, kind, quality))
    };
    if let Some(name) = &mut read {
        if let Some(text) = fields.whole.map(squeezed).filter(|t| !t.is_empty()) {
            name.full = text;
        }
        name.titles.extend(fields.title.map(squeezed));
        if name.script != Script::LATIN && name.script != Script::UNKNOWN {
            name.kind = NameKind::Original;
        }
    }
    add_name(subject, read);
    if let Some(sex) = match fields.gender {
        Some("M") => Some(Sex::Male),
        Some("F") => Some(Sex::Female),
        _ => None,
    } {
        subject.sex = Some(sex);
    }
}

/// Makes the first Latin alias the primary name.
fn settle_primary(subject: &mut ListedSubject) {
    let best = subject
        .names
        .iter()
        .position(|name| name.kind == NameKind::Alias && name.quality != NameQuality::Low)
        .or_else(|| subject.names.iter().position(|n| n.kind == NameKind::Alias));
    if let Some(at) = best {
        subject.names[at].kind = NameKind::Primary;
    }
}

/// The fields of a date of birth, as both forms have them.
#[derive(Default)]
struct BirthFields<'t> {
    date: Option<&'t str>,
    day: Option<&'t str>,
    month: Option<&'t str>,
    year: Option<&'t str>,
    from: Option<&'t str>,
    to: Option<&'t str>,
    circa: bool,
    calendar: Option<&'t str>,
    country: Option<CountryCode>,
}

/// Adds the date of birth; gives the raw text back when it is not understood.
fn born(draft: &mut Draft, subject: &mut ListedSubject, fields: &BirthFields<'_>, span: Span) {
    let number = |text: Option<&str>| text.and_then(|t| t.parse::<i64>().ok());
    let mut raw = [
        fields.date,
        fields.day.filter(|_| fields.date.is_none()),
        fields.month.filter(|_| fields.date.is_none()),
        fields.year.filter(|_| fields.date.is_none()),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join("/");
    if let (Some(from), Some(to)) = (fields.from, fields.to) {
        raw = format!("{from} to {to}");
    }
    if fields.circa {
        raw = format!("circa {raw}");
    }
    if raw.trim().is_empty() || raw == "N/A" {
        return;
    }
    let islamic = fields
        .calendar
        .is_some_and(|calendar| !calendar.eq_ignore_ascii_case("GREGORIAN"));
    if islamic {
        raw = format!("{raw} ({})", fields.calendar.unwrap_or_default());
        let year = number(fields.year).or_else(|| number(fields.from));
        let (month, day) = (number(fields.month), number(fields.day));
        let solar_too = fields
            .country
            .is_some_and(|c| matches!(c.as_str(), "IRN" | "AFG"));
        let calendars: &[Calendar] = if solar_too {
            &[Calendar::SolarHijri, Calendar::Hijri]
        } else {
            &[Calendar::Hijri]
        };
        let dates: Vec<_> = calendars
            .iter()
            .filter_map(|&calendar| {
                birth_in(
                    calendar,
                    year?,
                    month,
                    day,
                    fields.circa,
                    raw.as_str().into(),
                )
            })
            .collect();
        if dates.is_empty() {
            draft.date_unread(subject, "birthdate", &raw, span);
        } else if dates.len() > 1 {
            draft.note(
                &codes::ENTRY_CALENDAR,
                span,
                "the date is called Islamic; in this country the solar year is in use beside the lunar one",
            );
        }
        add_births(subject, dates);
        return;
    }
    let exact = fields.date.and_then(|text| point(text, ORDER)).or_else(|| {
        let small = |text| number(text).and_then(|n| u8::try_from(n).ok());
        let year = i16::try_from(number(fields.year)?).ok()?;
        PartialDate::new(year, small(fields.month), small(fields.day))
            .or_else(|| PartialDate::new(year, None, None))
    });
    let range = fields
        .from
        .and_then(|text| point(text, ORDER))
        .zip(fields.to.and_then(|text| point(text, ORDER)));
    match (exact, range) {
        (Some(date), _) => add_births(subject, vec![birth_of(date, fields.circa, raw.into())]),
        (None, Some((from, to))) => {
            add_births(
                subject,
                vec![birth_between(from, to, fields.circa, raw.into())],
            );
        }
        (None, None) => draft.born(subject, "birthdate", &raw, ORDER, span),
    }
}
