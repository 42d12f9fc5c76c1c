//! What a carrier is answered at once, before any person has looked: never a directive.

use jiff::Timestamp;

use crate::compile::Mandate;
use crate::element::ElementSet;
use crate::profile::Answers;
use crate::vocabulary::{AutomaticAnswer, DataSet};

impl Mandate {
    /// The table of the carrier with this code: its own, or that of all others.
    pub fn answers(&self, carrier: &str) -> Option<&Answers> {
        let of = |name: &str| {
            self.profile
                .answers
                .iter()
                .find(|a| a.carrier.as_str() == name)
        };
        of(carrier).or_else(|| of("*"))
    }

    /// What the carrier is answered of one person whose `present` elements were sent and who has a
    /// hit that awaits review, or not. `None` when the mandate answers no such carrier.
    pub fn automatic_answer(
        &self,
        carrier: &str,
        present: ElementSet,
        hit_pending: bool,
    ) -> Option<AutomaticAnswer> {
        let table = self.answers(carrier)?;
        let needed: ElementSet = table
            .needs
            .iter()
            .filter_map(|name| ElementSet::of_pattern(name))
            .fold(ElementSet::EMPTY, ElementSet::or);
        Some(if !needed.is_within(present) {
            table.insufficient
        } else if hit_pending {
            table.pending
        } else {
            table.unmatched
        })
    }

    /// Whether messages with a body of data are received at all, and something of them is admitted
    /// for a purpose.
    pub fn receives(&self, data_set: DataSet) -> bool {
        let accept = &self.profile.intake.accept;
        accept.iter().any(|kind| kind.data_set() == data_set)
            && self
                .purposes()
                .any(|(purpose, _)| !self.elements(purpose, data_set).is_empty())
    }

    /// Whether a carrier may be asked again for a body of data of one flight: the profile says so,
    /// and such data are received.
    pub fn may_ask_again(&self, data_set: DataSet) -> bool {
        let named = &self.profile.intake.ask_again;
        named.iter().any(|one| *one.get() == data_set) && self.receives(data_set)
    }

    /// Until when data of a flight that departs then are still received; `None` for ever.
    pub fn late_after(&self, departs: Timestamp) -> Option<Timestamp> {
        let term = self.profile.intake.late_after.as_ref()?;
        Some(term.after(departs))
    }

    /// Until when a record received at `received` is compared with new knowledge and its look-back
    /// keys are held: never past its mask or its end. `None` for a data set without a clock.
    pub fn look_back_until(&self, data_set: DataSet, received: Timestamp) -> Option<Timestamp> {
        let retention = self.profile.retention.get(&data_set.into())?;
        let terms = [
            retention.look_back.as_ref().map(|t| *t.get()),
            retention.mask_at.as_ref().map(|t| *t.get()),
            retention.delete_at.0,
        ];
        let ends = terms.into_iter().flatten().map(|term| term.after(received));
        ends.min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Element;
    use crate::regime::Regime;

    fn p2() -> Mandate {
        let text = include_str!("../profiles/p2-single-window.toml");
        let profile = crate::profile::read(text).value.unwrap();
        Mandate::compile(profile, Regime::named("icao-annex9").unwrap())
    }

    #[test]
    fn each_carrier_is_answered_by_its_table_and_a_hit_shows_nothing() {
        let mandate = p2();
        let (whole, part) = (
            [Element::Names, Element::BirthDate, Element::DocumentNumber],
            [Element::Names, Element::BirthDate],
        );
        let (whole, part) = (ElementSet::from_iter(whole), ElementSet::from_iter(part));
        use AutomaticAnswer::{Insufficient, NoObjection};
        // P2 wants the document's number, of carrier ZZ names and birth date only, and never tells
        // ZZ that something is missing.
        for (carrier, present, answer) in [
            ("QX", whole, NoObjection),
            ("QX", part, Insufficient),
            ("ZZ", part, NoObjection),
            ("ZZ", ElementSet::EMPTY, NoObjection),
        ] {
            for pending in [false, true] {
                let got = mandate.automatic_answer(carrier, present, pending);
                assert_eq!(got, Some(answer), "{carrier} {present}");
            }
        }
    }

    #[test]
    fn look_back_ends_with_the_mask_or_before() {
        let mandate = p2();
        let start: Timestamp = "2026-08-31T00:00:00Z".parse().unwrap();
        let end = |data_set| {
            mandate
                .look_back_until(data_set, start)
                .map(|t| t.to_string())
        };
        // P2: PNR is masked after six months; API has look_back = "P90D"; cargo lives five years.
        assert_eq!(end(DataSet::Pnr).unwrap(), "2027-02-28T00:00:00Z");
        assert_eq!(end(DataSet::Api).unwrap(), "2026-11-29T00:00:00Z");
        assert_eq!(end(DataSet::Cargo).unwrap(), "2031-08-31T00:00:00Z");
        assert_eq!(end(DataSet::ClearedPairs), None);
    }
}
