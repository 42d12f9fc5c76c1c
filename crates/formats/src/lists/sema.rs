//! Canada's list under the Special Economic Measures Act and the Justice for Victims of Corrupt
//! Foreign Officials Act, XML. Flat records in two generations of element names; the reference is
//! regulation, schedule and item, for there is no other.

use tidewaiter_diagnostics::Span;
use tidewaiter_domain::{ListedDocument, ListedSubject, NameKind, NameQuality, SubjectKind, Text};

use super::dates::{Order, day};
use super::detect::{Detected, ListFormat};
use super::draft::{Draft, ListReading, add_name};
use super::names::{parted, several, whole};
use super::node::Node;
use super::refusal::Refusal;
use super::xml::{Step, walk};

const ORDER: Order = Order::DayFirst;

pub(super) fn read(found: &Detected<'_>) -> Result<ListReading, Refusal> {
    let text = found.text()?;
    let mut draft = Draft::new("ca-sema", ListFormat::SemaXml);
    walk(text, found.base, &[], |step| {
        if let Step::Entry(node) = step {
            entry(&mut draft, node);
        }
        Ok(())
    })?;
    draft.finish(Span::from_range(0..text.len()))
}

fn entry(draft: &mut Draft, mut node: Node<'_>) {
    let span = node.span;
    let regime = node.take_any(&["Country", "Country-Pays"]);
    let last = node.take_any(&["LastName", "LastName-NomDeFamille"]);
    let given = node.take_any(&["GivenName", "GivenName-Prenom"]);
    let entity = node.take_any(&["Entity", "EntityOrShip-EntiteOuNavire"]);
    let ship = node.take_any(&["ShipIMONumber-NumeroOMIDuNavire"]);
    let title = node.take_any(&["Title", "TitleOrShipType-TitreOuTypeDeNavire"]);
    let kind = match (&ship, last.is_some() || given.is_some()) {
        (Some(_), _) => SubjectKind::Vessel,
        (None, true) => SubjectKind::Person,
        (None, false) => SubjectKind::Organisation,
    };
    let regime_short = regime
        .as_deref()
        .map(|text| text.split(" / ").next().unwrap_or(text).trim())
        .unwrap_or_default();
    let schedule = node.take_any(&["Schedule", "Schedule-Annexe"]);
    let item = node.take_any(&["Item", "Item-NumeroDarticle"]);
    let reference: Vec<&str> = [Some(regime_short), schedule.as_deref(), item.as_deref()]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    let mut subject = ListedSubject::new(draft.list.clone(), reference.join("/"), kind);
    let mut primary = match kind {
        SubjectKind::Person => parted(
            given.as_deref(),
            None,
            last.as_deref(),
            NameKind::Primary,
            NameQuality::Unknown,
        ),
        _ => whole(
            entity.as_deref().unwrap_or_default(),
            NameKind::Primary,
            NameQuality::Unknown,
        ),
    };
    match (&mut primary, title) {
        (Some(name), Some(title)) if kind == SubjectKind::Person => name.titles.push(title),
        (_, Some(title)) => subject.comments.push(title),
        (_, None) => {}
    }
    add_name(&mut subject, primary);
    if let Some(text) = node.take_any(&["Aliases", "Aliases-Alias"]) {
        for alias in aliases(&text) {
            // A single word behind a person is another spelling of the given name.
            let name = if kind == SubjectKind::Person && !alias.contains(' ') && alias.is_ascii() {
                parted(
                    Some(alias),
                    None,
                    last.as_deref(),
                    NameKind::Alias,
                    NameQuality::Unknown,
                )
            } else {
                whole(alias, NameKind::Alias, NameQuality::Unknown)
            };
            add_name(&mut subject, name);
        }
        subject.unread.push(("Aliases".into(), text));
    }
    if let Some(number) = ship {
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
    if let Some(text) = node.take_any(&[
        "DateOfBirth",
        "DateOfBirthOrShipBuildDate-DateDeNaissanceOuDateDeConstructionDuNavire",
    ]) {
        draft.born(&mut subject, "DateOfBirth", &text, ORDER, span);
    }
    subject.listed_on = node
        .take_any(&["DateOfListing-DateDinscription"])
        .and_then(|text| day(&text, ORDER));
    subject.programmes.extend(regime);
    subject.legal_references.extend(schedule.map(|schedule| {
        let item = item.as_deref().unwrap_or("-");
        Text::from(format!("schedule {schedule}, item {item}"))
    }));
    node.leftover(&mut subject.unread);
    draft.push(subject, span);
}

/// The aliases of a field: at `;`, else at commas that no form of company follows. The field as
/// written is kept as well, for commas are ambiguous.
fn aliases(text: &str) -> Vec<&str> {
    if text.contains(';') {
        return several(text, ';').collect();
    }
    let mut found = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(", ") {
        let rest = text[at + 2..].to_lowercase();
        let form = [
            "ltd", "inc", "llc", "l.l.c", "co.", "s.a", "pjs", "plc", "corp", "gmbh",
        ]
        .iter()
        .any(|form| rest.starts_with(form));
        if !form {
            found.push(&text[from..at]);
            from = at + 2;
        }
    }
    found.push(&text[from..]);
    found
        .into_iter()
        .map(|alias| alias.trim().trim_end_matches(','))
        .filter(|alias| !alias.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::aliases;

    #[test]
    fn commas_part_aliases_but_not_forms_of_company() {
        assert_eq!(aliases("A; B, C"), ["A", "B, C"]);
        assert_eq!(
            aliases("Htoo Wood, Htoo Co., Ltd."),
            ["Htoo Wood", "Htoo Co., Ltd."]
        );
        assert_eq!(aliases(" Andrei "), ["Andrei"]);
    }
}
