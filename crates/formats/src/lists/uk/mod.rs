//! The lists of the United Kingdom: the live UK Sanctions List (XML of the FCDO) and the
//! consolidated list of OFSI (CSV), frozen since 28 January 2026.

pub(super) mod conlist;
pub(super) mod sanctions_list;

use tidewaiter_domain::{ListedDocument, ListedName, NameKind, NameQuality, Text};

use super::country::known;
use super::dates::{Order, date_behind};
use super::names::{parted, whole};
use super::node::squeezed;

const ORDER: Order = Order::DayFirst;

/// A name of the six name fields: the sixth is the family name and stands last; of an organisation
/// it is the whole name.
fn name(
    fields: &[Option<Text>; 6],
    person: bool,
    kind: NameKind,
    quality: NameQuality,
) -> Option<ListedName> {
    let [given @ .., surname] = fields;
    let given: Vec<&str> = given.iter().flatten().map(Text::as_str).collect();
    let joined = given.join(" ");
    if !person {
        let all = [joined.as_str(), surname.as_deref().unwrap_or_default()].join(" ");
        return whole(&all, kind, quality);
    }
    let mut name = parted(Some(&joined), None, surname.as_deref(), kind, quality)?;
    name.given = given.into_iter().map(squeezed).collect();
    Some(name)
}

/// A passport or identity number with the remarks that stand beside it.
fn document(kind: &str, number: Text, about: Option<Text>) -> ListedDocument {
    let text = about.as_deref().unwrap_or_default();
    ListedDocument {
        kind: kind.into(),
        travel: kind == "Passport",
        number,
        issuer: issuer_in(text),
        issued: date_behind(text, &["issued"], ORDER),
        expires: date_behind(text, &["expire", "valid until"], ORDER),
        note: about,
    }
}

/// The country that remarks begin with ("Afghanistan passport number ...") or name in brackets
/// ("(Tunisian)").
fn issuer_in(text: &str) -> Option<tidewaiter_domain::Country> {
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    (1..=words.len())
        .rev()
        .find_map(|n| known(&words[..n].join(" ")))
        .or_else(|| {
            let inside = text.split_once('(')?.1.split(')').next()?;
            known(inside).or_else(|| known(inside.split_whitespace().next()?))
        })
        .map(tidewaiter_domain::Country::Known)
}
