//! How two versions of a list differ.

use std::collections::BTreeMap;

use serde::Serialize;
use tidewaiter_domain::{ListedSubject, Text};

use super::canonical::canonical;

/// The differences between two versions, by the list's own references in their order as text.
///
/// Serialises as `lists diff --json` prints it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListDiff {
    /// References that only the later version has.
    pub added: Vec<Text>,
    /// References that only the earlier version has.
    pub removed: Vec<Text>,
    /// References that both have and whose subject differs.
    pub changed: Vec<Change>,
}

/// One subject that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The reference.
    #[serde(rename = "ref")]
    pub reference: Text,
    /// Which fields differ, named as in `inspect --json`.
    pub fields: Vec<&'static str>,
}

impl ListDiff {
    /// Whether nothing differs.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// The differences from `earlier` to `later`. Order, white space and update stamps do not count.
pub fn diff(earlier: &[ListedSubject], later: &[ListedSubject]) -> ListDiff {
    let index = |subjects: &'_ [ListedSubject]| -> BTreeMap<Text, usize> {
        let entries = subjects.iter().enumerate();
        entries
            .map(|(at, subject)| (subject.entry.clone(), at))
            .collect()
    };
    let (before, after) = (index(earlier), index(later));
    let mut diff = ListDiff {
        added: after
            .keys()
            .filter(|reference| !before.contains_key(*reference))
            .cloned()
            .collect(),
        ..ListDiff::default()
    };
    for (reference, &at) in &before {
        let old = earlier.get(at);
        let new = after.get(reference).and_then(|&at| later.get(at));
        match (old, new) {
            (Some(old), Some(new)) => {
                let fields = differing(old, new);
                if !fields.is_empty() {
                    diff.changed.push(Change {
                        reference: reference.clone(),
                        fields,
                    });
                }
            }
            _ => diff.removed.push(reference.clone()),
        }
    }
    diff
}

fn differing(old: &ListedSubject, new: &ListedSubject) -> Vec<&'static str> {
    let (old, new) = (canonical(old), canonical(new));
    let mut fields: Vec<&'static str> = old
        .keys()
        .chain(new.keys())
        .copied()
        .filter(|field| old.get(field) != new.get(field))
        .collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

#[cfg(test)]
mod tests {
    use super::super::address;
    use super::*;
    use crate::lists::read_one;

    fn list(lines: &[&str]) -> Vec<ListedSubject> {
        read_one(lines.join("\n").as_bytes()).unwrap().subjects
    }

    const A: &str =
        r#"{"list":"t","entry":"1","name":"Ana  Berg","aliases":["A B","C D"],"born":["1970"]}"#;
    const A_REORDERED: &str = r#"{"list":"t","entry":"1","name":"Ana Berg","aliases":["C D"," A B"],"born":["1970"],"changed_on":"2026-01-01"}"#;
    const A_CHANGED: &str =
        r#"{"list":"t","entry":"1","name":"Ana Berg","aliases":["A B"],"born":["1971"]}"#;
    const B: &str = r#"{"list":"t","entry":"2","name":"Bo Dahl"}"#;
    const C: &str = r#"{"list":"t","entry":"3","name":"Cy Eklund"}"#;

    #[test]
    fn added_removed_and_changed_are_named() {
        let diff = diff(&list(&[A, B]), &list(&[C, A_CHANGED]));
        assert_eq!(
            serde_json::to_string(&diff).unwrap(),
            r#"{"added":["3"],"removed":["2"],"changed":[{"ref":"1","fields":["born","names"]}]}"#
        );
    }

    #[test]
    fn order_space_and_stamps_are_no_difference() {
        let (old, new) = (list(&[A, B]), list(&[B, A_REORDERED]));
        assert!(diff(&old, &new).is_empty());
        assert_eq!(address(&old), address(&new));
        assert_ne!(address(&old), address(&list(&[A_CHANGED, B])));
    }
}
