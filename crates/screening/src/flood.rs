//! One entry that meets very many travellers is shown as one flood. Nothing is dropped.

use std::collections::BTreeMap;

use crate::finding::{Cause, Finding};

/// From how many travellers on one cause a group is a flood, unless told otherwise.
pub const FLOOD: usize = 25;

/// The findings of one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The cause they share.
    pub cause: Cause,
    /// Their places in what was given, the weightiest first.
    pub findings: Vec<usize>,
    /// Whether they are so many that they are shown as one.
    pub is_flood: bool,
}

/// Groups `findings` by cause; each is in exactly one group. A group of `flood` findings or more is a
/// flood. Floods stand first, the largest before the others; then the groups by their weightiest
/// finding.
pub fn group<'f>(findings: impl IntoIterator<Item = &'f Finding>, flood: usize) -> Vec<Group> {
    let findings: Vec<&Finding> = findings.into_iter().collect();
    let mut by_cause: BTreeMap<&Cause, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        by_cause.entry(&finding.cause).or_default().push(at);
    }
    let mut groups: Vec<Group> = by_cause
        .into_iter()
        .map(|(cause, mut places)| {
            places.sort_by(|a, b| findings[*b].bits.total_cmp(&findings[*a].bits));
            Group {
                cause: cause.clone(),
                is_flood: places.len() >= flood.max(2),
                findings: places,
            }
        })
        .collect();
    let weight = |group: &Group| findings[group.findings[0]].bits;
    groups.sort_by(|a, b| {
        let floods = b.is_flood.cmp(&a.is_flood);
        let sizes = || match a.is_flood && b.is_flood {
            true => b.findings.len().cmp(&a.findings.len()),
            false => std::cmp::Ordering::Equal,
        };
        floods
            .then_with(sizes)
            .then_with(|| weight(b).total_cmp(&weight(a)))
            .then_with(|| a.cause.cmp(&b.cause))
    });
    groups
}
