//! What a list in force is compared with, and what it orders.

use jiff::Timestamp;
use tidewaiter_domain::ListedSubject;

use crate::compile::{ListId, Mandate, PurposeId};
use crate::element::Element;
use crate::profile::List;
use crate::vocabulary::{DataSet, ListKind, MeasureKind};

/// What a list orders against one of its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Orders {
    /// Neither the entry nor the profile says.
    Unstated,
    /// A travel ban, with or without other measures.
    TravelBan,
    /// Other measures only: nobody is kept out for them.
    NoTravelBan,
}

impl Orders {
    /// Every one.
    pub const ALL: &[Self] = &[Self::Unstated, Self::TravelBan, Self::NoTravelBan];
}

impl Mandate {
    /// What the list orders against `entry`: what the entry states itself, or else what the profile
    /// says of its programmes (`*` for those it does not name), in the order of the vocabulary.
    /// `None` when nobody says.
    pub fn measures(&self, list: ListId, entry: &ListedSubject) -> Option<Vec<MeasureKind>> {
        let mut found: Vec<MeasureKind> = Vec::new();
        if entry.measures.is_empty() {
            let said = &self.profile.lists.get(usize::from(list.0))?.measures;
            let of = |programme: &str| said.iter().find(|(name, _)| name.as_str() == programme);
            let others = of("*");
            let mut programmes = entry.programmes.iter().peekable();
            let rows: Vec<_> = match programmes.peek() {
                None => others.into_iter().collect(),
                Some(_) => programmes.filter_map(|p| of(p).or(others)).collect(),
            };
            if rows.is_empty() {
                return None;
            }
            found.extend(rows.iter().flat_map(|(_, kinds)| kinds.iter()));
        } else {
            found.extend(entry.measures.iter().filter_map(MeasureKind::of));
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    /// Whether the list bans `entry` from travelling.
    pub fn orders(&self, list: ListId, entry: &ListedSubject) -> Orders {
        match self.measures(list, entry) {
            None => Orders::Unstated,
            Some(kinds) if kinds.contains(&MeasureKind::TravelBan) => Orders::TravelBan,
            Some(_) => Orders::NoTravelBan,
        }
    }

    /// Whether a copy of the list published at `published` may still be compared at `now`. A list
    /// without `max_age` is asked, or is a partner's filter: it does not grow old here.
    pub fn is_fresh(&self, list: ListId, published: Timestamp, now: Timestamp) -> bool {
        let said = self.profile.lists.get(usize::from(list.0));
        said.is_some_and(|list| {
            let max_age = list.max_age.as_ref();
            max_age.is_none_or(|term| now <= term.after(published))
        })
    }

    /// Whether the list is compared with records of `data_set` for `purpose`: it serves the
    /// purpose, is meant for such records, and the purpose admits what it is compared by.
    pub fn compares(&self, list: ListId, purpose: PurposeId, data_set: DataSet) -> bool {
        let Some(profile) = self.profile.lists.get(usize::from(list.0)) else {
            return false;
        };
        let serves = self
            .lists
            .get(usize::from(list.0))
            .is_some_and(|table| table.purposes.has(purpose));
        let admitted = self.elements(purpose, data_set);
        serves
            && is_against(profile, data_set)
            && compared_by(profile.kind, data_set).is_some_and(|element| admitted.has(element))
    }
}

fn is_against(list: &List, data_set: DataSet) -> bool {
    list.against.is_empty() || list.against.iter().any(|set| *set.get() == data_set)
}

/// The element without which a list of `kind` cannot be compared with records of `data_set`;
/// `None` when it never is.
pub(crate) const fn compared_by(kind: ListKind, data_set: DataSet) -> Option<Element> {
    match (kind, data_set) {
        (
            ListKind::Person | ListKind::Party | ListKind::BlindFilter,
            DataSet::Api | DataSet::Pnr,
        ) => Some(Element::Names),
        (ListKind::Person | ListKind::Party | ListKind::BlindFilter, DataSet::Cash) => {
            Some(Element::CashParties)
        }
        (ListKind::Person | ListKind::Party, DataSet::Cargo) => Some(Element::CargoParties),
        (ListKind::Document, DataSet::Api | DataSet::Pnr) => Some(Element::DocumentNumber),
        (ListKind::Goods, DataSet::Cargo) => Some(Element::CargoGoods),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regime::Regime;
    use tidewaiter_domain::{Measure, SubjectKind};

    fn p2() -> Mandate {
        let text = include_str!("../profiles/p2-single-window.toml");
        let profile = crate::profile::read(text).value.unwrap();
        Mandate::compile(profile, Regime::named("icao-annex9").unwrap())
    }

    fn entry(programmes: &[&str], measures: &[Measure]) -> ListedSubject {
        let mut one = ListedSubject::new("unsc", "QDi.901", SubjectKind::Person);
        one.programmes = programmes.iter().map(|p| (*p).into()).collect();
        one.measures = measures.to_vec();
        one
    }

    #[test]
    fn an_entry_speaks_before_its_programme_and_the_programme_before_all_others() {
        let mandate = p2();
        let unsc = mandate.list("unsc-1267").unwrap();
        // P2: Al-Qaida is banned from travelling, everything else frozen only.
        for (programmes, measures, orders) in [
            (&["Al-Qaida"][..], &[][..], Orders::TravelBan),
            (&["GB"], &[], Orders::NoTravelBan),
            (&["GB", "Al-Qaida"], &[], Orders::TravelBan),
            (&[], &[], Orders::NoTravelBan),
            (&["Al-Qaida"], &[Measure::AssetFreeze], Orders::NoTravelBan),
            (&["GB"], &[Measure::TravelBan], Orders::TravelBan),
            (
                &["Al-Qaida"],
                &[Measure::Other("reporting".into())],
                Orders::NoTravelBan,
            ),
        ] {
            let entry = entry(programmes, measures);
            assert_eq!(mandate.orders(unsc, &entry), orders, "{entry:?}");
        }
        let own = mandate.list("national-1373").unwrap();
        assert_eq!(mandate.orders(own, &entry(&[], &[])), Orders::Unstated);
    }

    // proves part of: MAT-01
    #[test]
    fn a_list_grows_old_to_the_second() {
        let mandate = p2();
        // P2: unsc-1267 has max_age = "PT24H"; SLTD is asked and never copied.
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let published = at("2026-11-22T12:00:00Z");
        let unsc = mandate.list("unsc-1267").unwrap();
        assert!(mandate.is_fresh(unsc, published, at("2026-11-23T12:00:00Z")));
        assert!(!mandate.is_fresh(unsc, published, at("2026-11-23T12:00:01Z")));
        let sltd = mandate.list("interpol-sltd").unwrap();
        assert!(mandate.is_fresh(sltd, published, at("2036-11-23T12:00:01Z")));
        assert!(!mandate.is_fresh(ListId(99), published, published));
    }

    #[test]
    fn a_list_is_compared_only_where_its_purpose_admits_what_it_is_compared_by() {
        let mandate = p2();
        let (ct, goods, imm) = (
            mandate.purpose("P-CT").unwrap(),
            mandate.purpose("P-GOODS").unwrap(),
            mandate.purpose("P-IMM").unwrap(),
        );
        let unsc = mandate.list("unsc-1267").unwrap();
        let sltd = mandate.list("interpol-sltd").unwrap();
        assert!(mandate.compares(unsc, ct, DataSet::Api));
        assert!(mandate.compares(unsc, ct, DataSet::Pnr));
        assert!(!mandate.compares(unsc, goods, DataSet::Api));
        assert!(!mandate.compares(unsc, ct, DataSet::Cargo));
        assert!(mandate.compares(sltd, imm, DataSet::Api));
        assert!(!mandate.compares(sltd, imm, DataSet::Pnr));
        assert!(!mandate.compares(ListId(99), ct, DataSet::Api));
    }
}
