//! Queries as they are written, and the persons they ask for.

use serde::Deserialize;
use serde_json::Value;
use tidewaiter_domain::{CountryCode, PartialDate, Sex, SubjectKind};
use tidewaiter_matching::{Document, Name, Person};
use tidewaiter_reference::country;

/// Most characters of one name. The longest on any list has some hundreds.
const NAME_CHARACTERS_MAX: usize = 1_000;

/// A query, or one side of a pair. Keys that are not known are left aside.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    pub(super) id: Value,
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
    pub(super) surname: Option<String>,
    pub(super) given: Option<Texts>,
    pub(super) born: Option<Texts>,
    pub(super) sex: Option<String>,
    pub(super) nationality: Option<Texts>,
    pub(super) documents: Option<Vec<QueryDocument>>,
}

/// One text or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Texts {
    One(String),
    Many(Vec<String>),
    /// A year without quotes.
    Number(u32),
}

impl Texts {
    fn all(&self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text.clone()],
            Self::Many(texts) => texts.clone(),
            Self::Number(number) => vec![number.to_string()],
        }
    }
}

/// A document of a query.
#[derive(Debug, Deserialize)]
pub(super) struct QueryDocument {
    pub(super) number: String,
    pub(super) issuer: Option<String>,
}

/// Why a query cannot be answered.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum QueryError {
    #[error("it asks for nobody: it has neither a name nor a document")]
    Nobody,
    #[error("the name has {0} characters; the most is {NAME_CHARACTERS_MAX}")]
    TooLong(usize),
    #[error("the kind is none of person, organisation and vessel")]
    Kind,
}

/// What a query asks for, and which of its fields could not be used; those weigh nothing.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) person: Person,
    pub(super) notes: Vec<String>,
}

impl Query {
    /// The person asked for. A field that cannot be read is left out and noted: a wrong birth date
    /// must not hide a person.
    pub(super) fn asked(&self) -> Result<Asked, QueryError> {
        let mut notes = Vec::new();
        let mut person = Person {
            kind: match self.kind.as_deref().map(str::trim) {
                None | Some("person" | "") => SubjectKind::Person,
                Some("organisation" | "organization") => SubjectKind::Organisation,
                Some("vessel") => SubjectKind::Vessel,
                Some(_) => return Err(QueryError::Kind),
            },
            names: self.names()?,
            ..Person::default()
        };
        for text in all(self.born.as_ref()) {
            match date(&text) {
                Some(date) => person.born.push(date.into()),
                None => notes.push(
                    "born is no date (YYYY, YYYY-MM or YYYY-MM-DD); it was weighed as unknown"
                        .to_owned(),
                ),
            }
        }
        match self.sex.as_deref().map(str::trim) {
            None | Some("" | "X" | "x" | "U" | "u") => {}
            Some("M" | "m" | "male") => person.sex = Some(Sex::Male),
            Some("F" | "f" | "female") => person.sex = Some(Sex::Female),
            Some(_) => {
                notes.push("sex is none of M, F and X; it was weighed as unknown".to_owned())
            }
        }
        for text in all(self.nationality.as_ref()) {
            match code(&text) {
                Some(code) => person.nationalities.push(code),
                None => notes
                    .push("nationality is no known country; it was weighed as unknown".to_owned()),
            }
        }
        for document in self.documents.iter().flatten() {
            let issuer = document.issuer.as_deref().filter(|i| !i.trim().is_empty());
            let known = issuer.and_then(code);
            if issuer.is_some() && known.is_none() {
                notes.push(
                    "a document's issuer is no known country; it was weighed as unknown".to_owned(),
                );
            }
            match Document::new(&document.number, known) {
                Some(document) => person.documents.push(document),
                None => notes.push(
                    "a document's number has neither letters nor digits; it was left out"
                        .to_owned(),
                ),
            }
        }
        if person.names.is_empty() && person.documents.is_empty() {
            return Err(QueryError::Nobody);
        }
        Ok(Asked { person, notes })
    }

    /// The name in its parts, or as a whole; both when both are given.
    fn names(&self) -> Result<Vec<Name>, QueryError> {
        let surname = self.surname.as_deref().unwrap_or_default().trim();
        let given = all(self.given.as_ref());
        let whole = self.name.as_deref().unwrap_or_default().trim();
        let lengths = [surname, whole].map(|text| text.chars().count());
        let given_length: usize = given.iter().map(|text| text.chars().count()).sum();
        let longest = (lengths[0] + given_length).max(lengths[1]);
        if longest > NAME_CHARACTERS_MAX {
            return Err(QueryError::TooLong(longest));
        }
        let given: Vec<&str> = given
            .iter()
            .flat_map(|text| text.split_whitespace())
            .collect();
        let mut names = Vec::new();
        if !surname.is_empty() || !given.is_empty() {
            names.push(Name::of_parts(surname, &given));
        }
        if !whole.is_empty() {
            names.push(Name::new(whole));
        }
        names.retain(|name| !name.is_empty());
        Ok(names)
    }
}

fn all(texts: Option<&Texts>) -> Vec<String> {
    let texts = texts.map(Texts::all).unwrap_or_default();
    texts.into_iter().filter(|t| !t.trim().is_empty()).collect()
}

fn code(text: &str) -> Option<CountryCode> {
    CountryCode::new(country::resolve(text)?.alpha3)
}

/// `1970`, `1970-05` or `1970-05-17`.
pub(super) fn date(text: &str) -> Option<PartialDate> {
    let mut parts = text.trim().split('-');
    let mut part = |digits: usize| match parts.next() {
        None => Some(None),
        Some(text) if text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()) => {
            text.parse::<i16>().ok().map(Some)
        }
        Some(_) => None,
    };
    let (year, month, day) = (part(4)??, part(2)?, part(2)?);
    let small = |number: Option<i16>| number.and_then(|n| u8::try_from(n).ok());
    let whole = parts.next().is_none();
    PartialDate::new(year, small(month), small(day)).filter(|_| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(json: &str) -> Query {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn dates_are_whole_or_partial_and_possible() {
        assert_eq!(date("1970").unwrap().to_string(), "1970");
        assert_eq!(date("1970-05").unwrap().to_string(), "1970-05");
        assert_eq!(date("1972-02-29").unwrap().to_string(), "1972-02-29");
        for text in [
            "",
            "70",
            "1970-13",
            "1971-02-29",
            "1970-5-1",
            "1970-05-17-1",
            "x",
            "-1970",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn a_field_that_cannot_be_read_is_noted_and_left_out() {
        let asked = query(
            r#"{"name":"A B","born":"1970-02-31","sex":"Q","nationality":["ZZZ","SYR"],
                "documents":[{"number":"--"},{"number":"X 1","issuer":"??"}]}"#,
        )
        .asked()
        .unwrap();
        assert_eq!(asked.notes.len(), 5, "{:?}", asked.notes);
        assert!(asked.person.born.is_empty() && asked.person.sex.is_none());
        assert_eq!(asked.person.nationalities.len(), 1);
        assert_eq!(asked.person.documents.len(), 1);
    }

    #[test]
    fn a_query_for_nobody_or_a_book_is_refused() {
        for json in [r#"{}"#, r#"{"name":"  "}"#, r#"{"surname":"","given":[]}"#] {
            assert_eq!(
                query(json).asked().unwrap_err(),
                QueryError::Nobody,
                "{json}"
            );
        }
        let long = Query {
            name: Some("A".repeat(10_000)),
            ..Query::default()
        };
        assert_eq!(long.asked().unwrap_err(), QueryError::TooLong(10_000));
        assert_eq!(
            query(r#"{"name":"A","kind":"ghost"}"#).asked().unwrap_err(),
            QueryError::Kind
        );
    }

    #[test]
    fn one_or_many_and_years_without_quotes() {
        let asked = query(r#"{"surname":"A","given":"B C","born":1970,"nationality":"sy"}"#)
            .asked()
            .unwrap();
        assert_eq!(asked.notes, Vec::<String>::new());
        assert_eq!(asked.person.born.len(), 1);
    }
}
