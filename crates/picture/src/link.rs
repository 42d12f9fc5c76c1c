//! Who in the API is who in the bookings.

use std::collections::{BTreeMap, BTreeSet};

use crate::difference::{self, Difference, NameDifference};
use crate::person::Person;

/// One person in both sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Index among the people of the API.
    pub api: usize,
    /// Index among the people of the bookings.
    pub pnr: usize,
    /// Everything that speaks for it, the strongest first; never empty.
    pub reasons: Vec<Reason>,
    /// What the two say differently.
    pub differences: Vec<Difference>,
}

/// Why two records are held for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Both have the carrier's unique reference.
    Reference,
    /// The same document number.
    Document,
    /// The same booking and name.
    LocatorAndName,
    /// The same name and date of birth.
    NameAndBirthDate,
    /// The same booking and date of birth.
    LocatorAndBirthDate,
    /// The same booking and a similar name, and no third person it could be.
    LocatorAndSimilarName,
    /// The same name, nothing else known on both sides, and no third person it could be.
    NameAlone,
}

impl Reason {
    /// All reasons, the strongest first.
    pub const ALL: [Self; 7] = [
        Self::Reference,
        Self::Document,
        Self::LocatorAndName,
        Self::NameAndBirthDate,
        Self::LocatorAndBirthDate,
        Self::LocatorAndSimilarName,
        Self::NameAlone,
    ];

    /// `unique-reference`, `document`, `locator+name` ...
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reference => "unique-reference",
            Self::Document => "document",
            Self::LocatorAndName => "locator+name",
            Self::NameAndBirthDate => "name+birth-date",
            Self::LocatorAndBirthDate => "locator+birth-date",
            Self::LocatorAndSimilarName => "locator+similar-name",
            Self::NameAlone => "name-alone",
        }
    }

    /// What a record must share with another one for this reason; empty when it has no such thing.
    fn keys(self, person: &Person) -> Vec<String> {
        let name = person.name_key();
        let named = |key: String| (!name.is_empty()).then_some(key);
        let at = |rest: &str| -> Vec<String> {
            let locators = person.locators.iter();
            locators
                .map(|locator| format!("{locator} {rest}"))
                .collect()
        };
        match self {
            Self::Reference => person.reference.iter().map(|r| r.to_string()).collect(),
            Self::Document => person
                .documents
                .iter()
                .map(|d| d.number.to_string())
                .collect(),
            Self::LocatorAndName if name.is_empty() => Vec::new(),
            Self::LocatorAndName => at(&name),
            Self::NameAndBirthDate => person
                .born
                .and_then(|born| named(format!("{name} {born}")))
                .into_iter()
                .collect(),
            Self::LocatorAndBirthDate => person.born.map_or(Vec::new(), |b| at(&b.to_string())),
            Self::LocatorAndSimilarName => at(""),
            Self::NameAlone => named(name.clone()).into_iter().collect(),
        }
    }

    /// What beside a common key must hold.
    fn holds(self, api: &Person, pnr: &Person) -> bool {
        match self {
            Self::LocatorAndSimilarName => matches!(
                difference::name(api, pnr),
                Some(
                    NameDifference::Divided
                        | NameDifference::Order
                        | NameDifference::Shorter
                        | NameDifference::OneLetter
                )
            ),
            Self::NameAlone => {
                let unknown = |a: bool, b: bool| !a || !b;
                unknown(api.born.is_some(), pnr.born.is_some())
                    && unknown(!api.locators.is_empty(), !pnr.locators.is_empty())
            }
            _ => true,
        }
    }
}

/// Links people, reason after reason, the strongest first and live bookings before cancelled ones.
/// A reason that fits several people links none of them: a weaker one that tells them apart may.
pub(crate) fn link(api: &[Person], pnr: &[Person]) -> Vec<Link> {
    let mut left: BTreeSet<usize> = (0..api.len()).filter(|&at| !api[at].is_crew()).collect();
    let mut links = Vec::new();
    for cancelled in [false, true] {
        let mut right: BTreeSet<usize> = (0..pnr.len())
            .filter(|&at| pnr[at].is_cancelled() == cancelled)
            .collect();
        for reason in Reason::ALL {
            for (api_at, pnr_at) in pairs(reason, (api, &left), (pnr, &right)) {
                left.remove(&api_at);
                right.remove(&pnr_at);
                let (one, other) = (&api[api_at], &pnr[pnr_at]);
                links.push(Link {
                    api: api_at,
                    pnr: pnr_at,
                    reasons: reasons(one, other),
                    differences: difference::differences(one, other),
                });
            }
        }
    }
    links.sort_by_key(|link| link.api);
    links
}

/// The pairs that `reason` links: each of the two has only the other.
fn pairs(
    reason: Reason,
    api: (&[Person], &BTreeSet<usize>),
    pnr: (&[Person], &BTreeSet<usize>),
) -> Vec<(usize, usize)> {
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &at in pnr.1 {
        for key in reason.keys(&pnr.0[at]) {
            by_key.entry(key).or_default().push(at);
        }
    }
    let mut candidates: BTreeSet<(usize, usize)> = BTreeSet::new();
    for &at in api.1 {
        for key in reason.keys(&api.0[at]) {
            let fitting = by_key.get(&key).into_iter().flatten();
            candidates.extend(
                fitting
                    .filter(|&&other| reason.holds(&api.0[at], &pnr.0[other]))
                    .map(|&other| (at, other)),
            );
        }
    }
    let mut counts: (BTreeMap<usize, u32>, BTreeMap<usize, u32>) = Default::default();
    for (one, other) in &candidates {
        *counts.0.entry(*one).or_default() += 1;
        *counts.1.entry(*other).or_default() += 1;
    }
    candidates.retain(|(one, other)| counts.0[one] == 1 && counts.1[other] == 1);
    candidates.into_iter().collect()
}

/// Everything that speaks for the pair. The weak ones are named only where nothing stronger holds.
fn reasons(api: &Person, pnr: &Person) -> Vec<Reason> {
    let shared = |reason: &Reason| {
        let keys = reason.keys(pnr);
        reason.keys(api).iter().any(|key| keys.contains(key)) && reason.holds(api, pnr)
    };
    let mut found: Vec<Reason> = Reason::ALL.into_iter().filter(shared).collect();
    if found[0] < Reason::LocatorAndBirthDate {
        found.retain(|reason| *reason < Reason::LocatorAndBirthDate);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::tests::person;
    use tidewaiter_domain::{PartialDate, RecordLocator, TravelStatus, UniqueReference};

    fn at(mut person: Person, locator: &str) -> Person {
        person.locators.extend(RecordLocator::new(locator));
        person
    }

    fn born(mut person: Person, year: i16) -> Person {
        person.born = PartialDate::new(year, Some(3), Some(4));
        person
    }

    fn linked(api: &[Person], pnr: &[Person]) -> Vec<(usize, usize, Vec<&'static str>)> {
        let links = link(api, pnr).into_iter();
        links
            .map(|l| (l.api, l.pnr, l.reasons.iter().map(|r| r.as_str()).collect()))
            .collect()
    }

    #[test]
    fn a_link_names_everything_that_speaks_for_it() {
        let mut one = born(at(person("QUIST", "BO"), "K7Q2LM"), 1970);
        one.reference = UniqueReference::new("QZ91000");
        assert_eq!(
            linked(&[one.clone()], &[one]),
            [(
                0,
                0,
                vec!["unique-reference", "locator+name", "name+birth-date"]
            )]
        );
    }

    #[test]
    fn father_and_son_of_one_name_are_told_apart_by_birth_date_or_not_linked() {
        let father = at(person("QUIST", "BO"), "K7Q2LM");
        let api = [born(father.clone(), 1970), born(father.clone(), 2001)];
        let pnr = [born(father.clone(), 2001), born(father.clone(), 1970)];
        let pairs: Vec<_> = linked(&api, &pnr).iter().map(|l| (l.0, l.1)).collect();
        assert_eq!(pairs, [(0, 1), (1, 0)]);
        assert_eq!(linked(&api, &[father.clone(), father]), []);
    }

    #[test]
    fn a_slip_in_the_name_is_linked_within_a_booking_only() {
        let api = at(person("QUIST", "BO"), "K7Q2LM");
        let slip = at(person("QUIST", "BA"), "K7Q2LM");
        assert_eq!(
            linked(std::slice::from_ref(&api), &[slip]),
            [(0, 0, vec!["locator+similar-name"])]
        );
        assert_eq!(linked(&[api], &[at(person("QUIST", "BA"), "ZZZZZZ")]), []);
    }

    #[test]
    fn a_name_alone_links_where_nothing_contradicts() {
        let bare = person("QUIST", "BO");
        let other = born(bare.clone(), 1970);
        assert_eq!(
            linked(std::slice::from_ref(&bare), std::slice::from_ref(&other)),
            [(0, 0, vec!["name-alone"])]
        );
        assert_eq!(linked(&[born(bare, 1971)], &[other]), []);
    }

    #[test]
    fn a_live_booking_comes_before_a_cancelled_one() {
        let api = at(person("QUIST", "BO"), "K7Q2LM");
        let mut cancelled = api.clone();
        cancelled.status = Some(TravelStatus::Cancelled);
        let links = link(std::slice::from_ref(&api), &[cancelled, api.clone()]);
        assert_eq!((links.len(), links[0].pnr), (1, 1));
    }
}
