//! A listed subject as JSON, with the keys that `inspect --json` fixes.

use serde_json::{Map, Value, json};
use tidewaiter_domain::{Calendar, ListedDocument, ListedPlace, ListedSubject, Sex};

use super::measures::MeasureTable;

/// One line of `inspect --json` for a listed subject: `{"type":"LISTED","list":…,"entry":…}`.
///
/// What is unknown is left out. `measures` are those in force by the entry or, where it says
/// nothing, by `table`; `measures_from` tells which.
pub fn subject_json(subject: &ListedSubject, table: &MeasureTable) -> Value {
    let mut line = Map::new();
    let mut put = |key: &str, value: Value| {
        let empty = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        if !empty {
            line.insert(key.to_owned(), value);
        }
    };
    put("type", json!("LISTED"));
    put("list", json!(subject.list));
    put("entry", json!(subject.entry));
    put("kind", json!(subject.kind.as_str()));
    put("names", subject.names.iter().map(name_json).collect());
    put("born", subject.born.iter().map(birth_json).collect());
    put(
        "born_in",
        subject.birthplaces.iter().map(place_json).collect(),
    );
    put("sex", json!(subject.sex.map(Sex::as_str)));
    put(
        "nationalities",
        subject
            .nationalities
            .iter()
            .map(|c| json!(c.as_str()))
            .collect(),
    );
    put(
        "documents",
        subject.documents.iter().map(document_json).collect(),
    );
    put(
        "addresses",
        subject.addresses.iter().map(place_json).collect(),
    );
    if let [only] = subject.programmes.as_slice() {
        put("programme", json!(only));
    } else if !subject.programmes.is_empty() {
        put("programme", json!(subject.programmes.join(", ")));
        put("programmes", json!(subject.programmes));
    }
    let (measures, source) = table.effective(subject);
    put(
        "measures",
        measures.iter().map(|m| json!(m.as_str())).collect(),
    );
    put("measures_from", json!(source.as_str()));
    put("legal_references", json!(subject.legal_references));
    put("listed_on", json!(subject.listed_on.map(|d| d.to_string())));
    put(
        "changed_on",
        json!(subject.changed_on.map(|d| d.to_string())),
    );
    if let Some(validity) = subject.validity {
        put("valid_from", json!(validity.from.map(|d| d.to_string())));
        put("valid_until", json!(validity.until.map(|d| d.to_string())));
    }
    put("comments", json!(subject.comments));
    put(
        "unread",
        subject
            .unread
            .iter()
            .map(|(field, text)| json!({"field": field, "text": text}))
            .collect(),
    );
    Value::Object(line)
}

fn name_json(name: &tidewaiter_domain::ListedName) -> Value {
    let mut value = json!({
        "name": name.full,
        "kind": name.kind.as_str(),
        "quality": name.quality.as_str(),
        "script": name.script.as_str(),
    });
    if let Value::Object(fields) = &mut value {
        if let Some(surname) = &name.surname {
            fields.insert("surname".to_owned(), json!(surname));
        }
        for (key, texts) in [
            ("given", &name.given),
            ("parts", &name.other_parts),
            ("titles", &name.titles),
        ] {
            if !texts.is_empty() {
                fields.insert(key.to_owned(), json!(texts));
            }
        }
    }
    value
}

fn birth_json(birth: &tidewaiter_domain::BirthDate) -> Value {
    let mut value = json!({
        "from": birth.from.to_string(),
        "to": birth.to.to_string(),
        "raw": birth.raw,
    });
    if let Value::Object(fields) = &mut value {
        if let Some(date) = birth.date {
            fields.insert("date".to_owned(), json!(date.to_string()));
        }
        if birth.circa {
            fields.insert("circa".to_owned(), json!(true));
        }
        let calendar = match birth.calendar {
            Calendar::Gregorian => None,
            Calendar::Hijri => Some("hijri"),
            Calendar::SolarHijri => Some("solar-hijri"),
        };
        if let Some(calendar) = calendar {
            fields.insert("calendar".to_owned(), json!(calendar));
        }
    }
    value
}

fn place_json(place: &ListedPlace) -> Value {
    let mut fields = Map::new();
    if let Some(country) = &place.country {
        fields.insert("country".to_owned(), json!(country.as_str()));
    }
    if let Some(city) = &place.city {
        fields.insert("city".to_owned(), json!(city));
    }
    if let Some(text) = &place.text {
        fields.insert("text".to_owned(), json!(text));
    }
    Value::Object(fields)
}

fn document_json(document: &ListedDocument) -> Value {
    let mut value = json!({
        "type": document.kind,
        "number": document.number,
        "travel": document.travel,
    });
    if let Value::Object(fields) = &mut value {
        if let Some(issuer) = &document.issuer {
            fields.insert("issuer".to_owned(), json!(issuer.as_str()));
        }
        for (key, date) in [("issued", document.issued), ("expires", document.expires)] {
            if let Some(date) = date {
                fields.insert(key.to_owned(), json!(date.to_string()));
            }
        }
        if let Some(note) = &document.note {
            fields.insert("note".to_owned(), json!(note));
        }
    }
    value
}
