//! What two sources say differently of one person.

use tidewaiter_domain::{CountryCode, PartialDate, Sex, TravelStatus};
use tidewaiter_matching::{self as matching, Born, DateRelation};

use crate::Person;
use crate::person::letters;

/// Something that API and booking say differently, with both values as each has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about, and in which way the values differ.
    pub subject: Subject,
    /// What the API says.
    pub api: String,
    /// What the booking says.
    pub pnr: String,
}

/// What a difference is about, and in which way the values differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The booking is cancelled, and the API has the person on the flight.
    Status,
    /// The name.
    Name(NameDifference),
    /// The date of birth.
    Born(DateRelation),
    /// The sex.
    Sex,
    /// No nationality is common to both.
    Nationality,
    /// No document is common to both.
    Document(DocumentDifference),
}

/// In which way two names differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameDifference {
    /// The same letters, divided otherwise between surname and given names.
    Divided,
    /// The same words in another order.
    Order,
    /// One is the beginning of the other: a given name left out, or a name cut short.
    Shorter,
    /// One letter changed, left out or added, or two neighbours exchanged.
    OneLetter,
    /// More letters differ, and the names still speak for one person.
    Spelling,
    /// Another name.
    Other,
}

/// In which way two documents differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentDifference {
    /// The same number by another issuer.
    Issuer,
    /// The numbers differ by one character, or by two neighbours exchanged.
    OneCharacter,
    /// Another document.
    Other,
}

impl Subject {
    /// The field: `status`, `name`, `born`, `sex`, `nationality` or `document`.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Name(_) => "name",
            Self::Born(_) => "born",
            Self::Sex => "sex",
            Self::Nationality => "nationality",
            Self::Document(_) => "document",
        }
    }

    /// The way in which the values differ: `one-letter`, `day-month-swapped` ...
    pub const fn way(self) -> &'static str {
        match self {
            Self::Status => "cancelled-in-booking",
            Self::Name(NameDifference::Divided) => "divided-otherwise",
            Self::Name(NameDifference::Order) => "another-order",
            Self::Name(NameDifference::Shorter) => "shorter",
            Self::Name(NameDifference::OneLetter) => "one-letter",
            Self::Name(NameDifference::Spelling) => "spelled-otherwise",
            Self::Name(NameDifference::Other) => "another-name",
            Self::Born(relation) => relation.as_str(),
            Self::Sex | Self::Nationality => "differs",
            Self::Document(DocumentDifference::Issuer) => "another-issuer",
            Self::Document(DocumentDifference::OneCharacter) => "one-character",
            Self::Document(DocumentDifference::Other) => "another-document",
        }
    }
}

/// Everything that the two sources say differently. What one of them leaves out is no difference.
pub(crate) fn differences(api: &Person, pnr: &Person) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut note = |subject, api: String, pnr: String| {
        found.push(Difference { subject, api, pnr });
    };
    if pnr.is_cancelled() && !api.is_cancelled() && api.status != Some(TravelStatus::NotBoarded) {
        let said = |person: &Person| person.status.map_or("", TravelStatus::as_str).to_owned();
        note(Subject::Status, said(api), said(pnr));
    }
    if let Some(way) = name(api, pnr) {
        note(Subject::Name(way), written(api), written(pnr));
    }
    if let (Some(left), Some(right)) = (api.born, pnr.born)
        && let Some(relation) = born(left, right)
    {
        note(Subject::Born(relation), left.to_string(), right.to_string());
    }
    if let (Some(left @ (Sex::Male | Sex::Female)), Some(right @ (Sex::Male | Sex::Female))) =
        (api.sex, pnr.sex)
        && left != right
    {
        note(Subject::Sex, left.as_str().into(), right.as_str().into());
    }
    let codes = |person: &Person| -> Vec<CountryCode> {
        let known = person.nationalities.iter();
        known.filter_map(|country| country.code()).collect()
    };
    let (left, right) = (codes(api), codes(pnr));
    if !left.is_empty() && !right.is_empty() && !left.iter().any(|code| right.contains(code)) {
        let joined = |codes: &[CountryCode]| {
            let codes: Vec<&str> = codes.iter().map(CountryCode::as_str).collect();
            codes.join(", ")
        };
        note(Subject::Nationality, joined(&left), joined(&right));
    }
    if let Some(way) = document(api, pnr) {
        let joined = |person: &Person| {
            let documents = person.documents.iter().map(|document| {
                let issuer = document
                    .issuer
                    .as_ref()
                    .map_or("", |issuer| issuer.as_str());
                format!("{} {issuer}", document.number)
                    .trim_end()
                    .to_owned()
            });
            documents.collect::<Vec<_>>().join(", ")
        };
        note(Subject::Document(way), joined(api), joined(pnr));
    }
    found
}

/// `SURNAME, GIVEN NAMES`.
fn written(person: &Person) -> String {
    let surname = person.name.surname.as_deref().unwrap_or_default();
    let given: Vec<&str> = person.name.given.iter().map(|name| name.as_str()).collect();
    match (surname, given.is_empty()) {
        (surname, true) => surname.to_owned(),
        ("", false) => given.join(" "),
        (surname, false) => format!("{surname}, {}", given.join(" ")),
    }
}

/// In which way the names differ; `None` when they do not, or one is missing.
pub(crate) fn name(api: &Person, pnr: &Person) -> Option<NameDifference> {
    if api.name.is_empty() || pnr.name.is_empty() || api.name_key() == pnr.name_key() {
        return None;
    }
    let whole = |person: &Person| person.surname_key() + &person.given_key();
    let (left, right) = (whole(api), whole(pnr));
    if left == right {
        return Some(NameDifference::Divided);
    }
    if words(api) == words(pnr) {
        return Some(NameDifference::Order);
    }
    let begins = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
    if begins(&api.surname_key(), &pnr.surname_key()) && begins(&api.given_key(), &pnr.given_key())
    {
        return Some(NameDifference::Shorter);
    }
    if one_edit(&left, &right) {
        return Some(NameDifference::OneLetter);
    }
    let named = |person: &Person| matching::Person::named(&written(person));
    if matching::weigh(&named(api), &named(pnr)).name > 0.0 {
        Some(NameDifference::Spelling)
    } else {
        Some(NameDifference::Other)
    }
}

/// The words of a name in alphabetical order.
fn words(person: &Person) -> Vec<String> {
    let parts = person.name.surname.iter().chain(&person.name.given);
    let mut words: Vec<String> = parts
        .flat_map(|part| part.split_whitespace())
        .map(letters)
        .collect();
    words.sort();
    words
}

/// In which way the dates differ; `None` when they are equal or one lies within the other.
fn born(left: PartialDate, right: PartialDate) -> Option<DateRelation> {
    match matching::relate_dates(&Born::from(left), &Born::from(right)) {
        DateRelation::SameDay | DateRelation::Within => None,
        relation => Some(relation),
    }
}

fn document(api: &Person, pnr: &Person) -> Option<DocumentDifference> {
    if api.documents.is_empty() || pnr.documents.is_empty() {
        return None;
    }
    let pairs = || {
        let left = api.documents.iter();
        left.flat_map(|left| pnr.documents.iter().map(move |right| (left, right)))
    };
    let mut same = pairs().filter(|(left, right)| left.number == right.number);
    if same.next().is_some() {
        let agreeing = pairs().any(|(left, right)| {
            left.number == right.number
                && (left.issuer.is_none() || right.issuer.is_none() || left.issuer == right.issuer)
        });
        return (!agreeing).then_some(DocumentDifference::Issuer);
    }
    if pairs().any(|(left, right)| one_edit(&left.number, &right.number)) {
        Some(DocumentDifference::OneCharacter)
    } else {
        Some(DocumentDifference::Other)
    }
}

/// Whether one character changed, left out or added, or two neighbours exchanged make `right` of
/// `left`.
fn one_edit(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let head = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[head..], &right[head..]);
    let tail = left.iter().rev().zip(right.iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[..left.len() - tail], &right[..right.len() - tail]);
    match (left, right) {
        ([_], [_] | []) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::tests::person;

    fn one(api: &Person, pnr: &Person) -> &'static str {
        let found = differences(api, pnr);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].subject.way()
    }

    #[test]
    fn one_edit_is_one_edit() {
        for (left, right, is) in [
            ("TOVA", "TOVE", true),
            ("TOVA", "TOV", true),
            ("TOVA", "TVOA", true),
            ("TOVA", "TOVA", false),
            ("TOVA", "ATOV", false),
            ("", "A", true),
        ] {
            assert_eq!(one_edit(left, right), is, "{left} {right}");
            assert_eq!(one_edit(right, left), is, "{right} {left}");
        }
    }

    #[test]
    fn each_way_in_which_names_differ_has_its_word() {
        let api = person("ÅKESSON", "TOVA LINNEA");
        for (surname, given, way) in [
            ("ÅKESSONTOVA", "LINNEA", "divided-otherwise"),
            ("TOVA", "LINNEA ÅKESSON", "another-order"),
            ("ÅKESSON", "TOVA", "shorter"),
            ("ÅKESSON", "TOVE LINNEA", "one-letter"),
            ("QUIST", "BO", "another-name"),
        ] {
            assert_eq!(one(&api, &person(surname, given)), way, "{surname} {given}");
        }
        assert_eq!(
            one(&person("SALAH", "MOHAMMED"), &person("SALAH", "MUHAMAD")),
            "spelled-otherwise"
        );
        assert_eq!(differences(&api, &person("åkesson", "Tova-Linnea")), []);
    }

    #[test]
    fn values_stand_as_each_source_has_them() {
        let mut api = person("QUIST", "BO");
        let mut pnr = api.clone();
        api.born = PartialDate::new(1970, Some(5), Some(2));
        pnr.born = PartialDate::new(1970, Some(2), Some(5));
        let found = differences(&api, &pnr);
        assert_eq!(found[0].subject, Subject::Born(DateRelation::Swapped));
        assert_eq!(
            (&*found[0].api, &*found[0].pnr),
            ("1970-05-02", "1970-02-05")
        );
        pnr.born = PartialDate::new(1970, None, None);
        assert_eq!(differences(&api, &pnr), []);
    }

    #[test]
    fn what_one_source_leaves_out_is_no_difference() {
        let mut api = person("QUIST", "BO");
        api.sex = Some(Sex::Male);
        api.born = PartialDate::new(1970, Some(5), Some(2));
        assert_eq!(differences(&api, &person("QUIST", "BO")), []);
    }

    #[test]
    fn documents_differ_by_a_character_an_issuer_or_altogether() {
        let with = |number: &str, issuer: &[u8; 3]| {
            let mut person = person("QUIST", "BO");
            person.documents.push(crate::Document {
                kind: tidewaiter_domain::DocumentKind::Passport,
                number: number.into(),
                issuer: CountryCode::new(*issuer).map(tidewaiter_domain::Country::Known),
            });
            person
        };
        let api = with("NX4417", b"SWE");
        assert_eq!(differences(&api, &with("NX4417", b"SWE")), []);
        assert_eq!(one(&api, &with("NX4417", b"NOR")), "another-issuer");
        assert_eq!(one(&api, &with("NX4471", b"SWE")), "one-character");
        assert_eq!(one(&api, &with("880123", b"SWE")), "another-document");
    }

    #[test]
    fn a_cancelled_booking_of_somebody_on_board_is_a_difference() {
        let mut api = person("QUIST", "BO");
        let mut pnr = api.clone();
        api.status = Some(TravelStatus::CheckedIn);
        pnr.status = Some(TravelStatus::Cancelled);
        assert_eq!(one(&api, &pnr), "cancelled-in-booking");
        api.status = Some(TravelStatus::NotBoarded);
        assert_eq!(differences(&api, &pnr), []);
    }
}
