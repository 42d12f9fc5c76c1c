//! Lists of the Office of Foreign Assets Control: SDN and the non-SDN lists, in all their forms.

pub(super) mod advanced;
pub(super) mod csv;
pub(super) mod remarks;
pub(super) mod xml;

use tidewaiter_domain::{ListedName, ListedSubject, NameKind, NameQuality, Text};

use super::names::{parted, whole};

/// The programmes in a field: `SDGT] [IFSR`.
fn programmes(text: &str) -> Vec<Text> {
    text.split("] [")
        .map(|part| part.trim().trim_matches(['[', ']']).into())
        .filter(|part: &Text| !part.is_empty())
        .collect()
}

/// A name written `LAST, First` of a person; anything else as a whole.
fn name(text: &str, person: bool, kind: NameKind, quality: NameQuality) -> Option<ListedName> {
    match text.split_once(", ") {
        Some((surname, given)) if person => parted(Some(given), None, Some(surname), kind, quality),
        _ => whole(text, kind, quality),
    }
}

/// `ofac-cons` when most entries are under programmes that do not put one on the SDN list, else
/// `ofac-sdn`. Neither form of file says which list it is.
fn list_of(subjects: &[ListedSubject]) -> &'static str {
    let outside = |programme: &Text| {
        let p = programme.as_str();
        matches!(
            p,
            "NS-PLC" | "UKRAINE-EO13662" | "CAATSA - RUSSIA" | "561List" | "561-Related"
        ) || p.starts_with("FSE-")
            || p.starts_with("CMIC-")
    };
    let count = subjects
        .iter()
        .filter(|s| s.programmes.iter().any(outside))
        .count();
    if count * 2 > subjects.len() {
        "ofac-cons"
    } else {
        "ofac-sdn"
    }
}

/// Names the list once its entries are known.
fn settle_list(draft: &mut super::draft::Draft) {
    let list: Text = list_of(&draft.subjects).into();
    for subject in &mut draft.subjects {
        subject.list = list.clone();
    }
    draft.list = list;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programmes_are_split_at_brackets() {
        assert_eq!(programmes("SDGT] [IFSR"), ["SDGT", "IFSR"]);
        assert_eq!(programmes("CUBA"), ["CUBA"]);
    }

    #[test]
    fn only_persons_have_a_comma_between_names() {
        let person = name("DOE, John", true, NameKind::Primary, NameQuality::Unknown).unwrap();
        assert_eq!(person.full, "John DOE");
        let firm = name(
            "ACME CO., LTD.",
            false,
            NameKind::Primary,
            NameQuality::Unknown,
        )
        .unwrap();
        assert_eq!((firm.full.as_str(), firm.surname), ("ACME CO., LTD.", None));
    }
}
