//! How good the data of carriers are: counted as messages are read, told month by month. It is about
//! nobody, and survives everybody it was counted from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tidewaiter_diagnostics::Severity;
use tidewaiter_domain::{Text, Traveller};
use tidewaiter_formats::Report;
use tidewaiter_mandate::{DataSet, Element, ElementSet, Mandate};
use tidewaiter_store::{Lane, QualityCount, Reading, StoreError, Tx};

use crate::Service;
use crate::message::Message;
use crate::people::{Result, SignedIn};

/// How good the data of one message are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quality {
    /// Whose data they are: the carrier that flies, or the only one the sender speaks for.
    pub(crate) carrier: Option<Text>,
    /// What was noticed, as often as it was.
    diagnostics: BTreeMap<&'static str, u32>,
    /// How many people were looked at for what is missing.
    checked: u32,
    /// Of how many of them what is missing.
    missing: BTreeMap<&'static str, u32>,
}

/// Whether something is said of a traveller.
type IsThere = fn(&Traveller) -> bool;

/// What a passenger list should say of everybody, and whether it does.
const FIELDS: [(Element, IsThere); 7] = [
    (Element::Names, |t| {
        t.name.surname.is_some() || !t.name.given.is_empty()
    }),
    (Element::BirthDate, |t| t.born.is_some()),
    (Element::Sex, |t| t.sex.is_some()),
    (Element::Nationality, |t| !t.nationalities.is_empty()),
    (Element::DocumentNumber, |t| {
        t.documents.iter().any(|d| d.number.is_some())
    }),
    (Element::DocumentIssuer, |t| {
        t.documents.iter().any(|d| d.issuer.is_some())
    }),
    (Element::DocumentDates, |t| {
        t.documents.iter().any(|d| d.expires.is_some())
    }),
];

/// The elements of passenger lists that somebody may see: what nobody may see is no carrier's fault.
fn admitted(mandate: &Mandate) -> ElementSet {
    mandate
        .purposes()
        .map(|(purpose, _)| mandate.elements(purpose, DataSet::Api))
        .fold(ElementSet::EMPTY, ElementSet::or)
}

impl Quality {
    /// What was noticed in a message.
    pub(crate) fn of(report: &Report, carrier: Option<Text>) -> Self {
        let mut diagnostics: BTreeMap<&'static str, u32> = BTreeMap::new();
        for diagnostic in &report.diagnostics {
            if diagnostic.severity > Severity::Info {
                *diagnostics.entry(diagnostic.code.slug).or_default() += 1;
            }
        }
        Self {
            carrier,
            diagnostics,
            ..Self::default()
        }
    }

    /// Looks what a passenger list does not say of its people.
    pub(crate) fn check(&mut self, mandate: &Mandate, people: &[Traveller]) {
        let admitted = admitted(mandate);
        self.checked = u32::try_from(people.len()).unwrap_or(u32::MAX);
        for (element, is_there) in FIELDS.iter().filter(|(e, _)| admitted.has(*e)) {
            let missing = people.iter().filter(|one| !is_there(one)).count();
            if missing > 0 {
                let missing = u32::try_from(missing).unwrap_or(u32::MAX);
                self.missing.insert(element.as_str(), missing);
            }
        }
    }
}

/// Counts of one transaction, by carrier and lane.
#[derive(Default)]
pub(crate) struct QualityCounts(BTreeMap<(String, Lane, String), i64>);

impl QualityCounts {
    pub(crate) fn add(&mut self, (carrier, lane): (&str, Lane), name: String, times: i64) {
        let key = (carrier.to_owned(), lane, name);
        *self.0.entry(key).or_default() += times;
    }

    /// Counts a message; `is_known` is one that waited in quarantine before.
    pub(crate) fn message(&mut self, message: &Message, is_known: bool) {
        let Quality {
            carrier,
            diagnostics,
            checked,
            missing,
        } = &message.quality;
        let of = (carrier.as_deref().unwrap_or_default(), message.lane);
        if message.is_waiting() && is_known {
            return;
        }
        let mut add = |name: String, times: u32| self.add(of, name, i64::from(times));
        if message.is_waiting() {
            let fault = message.fault.unwrap_or_default();
            return add(format!("waiting:{fault}"), 1);
        }
        add("messages".to_owned(), 1);
        add(format!("messages:{}", message.kind), 1);
        add(message.status.as_str().to_owned(), 1);
        add("travellers".to_owned(), message.people);
        for (code, times) in diagnostics {
            add(format!("diagnostic:{code}"), *times);
        }
        if *checked > 0 {
            add("checked".to_owned(), *checked);
        }
        for (element, times) in missing {
            add(format!("missing:{element}"), *times);
        }
    }

    pub(crate) fn write(&self, service: &Service, tx: &mut Tx<'_, '_>) -> Result<(), StoreError> {
        for ((carrier, lane, name), times) in &self.0 {
            if *times != 0 {
                tx.count_quality(&service.tenant, (carrier, *lane), name, *times)?;
            }
        }
        Ok(())
    }
}

/// How good the data of a carrier were in one month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QualityMonth {
    /// `2026-11`, in UTC.
    pub month: String,
    /// `live` or `test`.
    pub lane: String,
    /// Messages that were read.
    pub messages: i64,
    /// Of these, by type.
    pub kinds: BTreeMap<String, i64>,
    /// Of which everything was understood.
    pub accepted: i64,
    /// Of which something was not understood or had to be repaired.
    pub partial: i64,
    /// Of which nothing was usable.
    pub rejected: i64,
    /// Messages that came to wait in quarantine, by why.
    pub waiting: BTreeMap<String, i64>,
    /// People, each as often as a message names them.
    pub travellers: i64,
    /// What was noticed, by code.
    pub diagnostics: BTreeMap<String, i64>,
    /// People of passenger lists who were looked at for what is missing.
    pub checked: i64,
    /// Of how many of them what is missing, by data element; nothing is missing of an element that is
    /// not named.
    pub missing: BTreeMap<String, i64>,
    /// What was expected, by data and minutes before departure, and what became of it.
    pub times: BTreeMap<(String, u32), Times>,
}

/// What became of what was expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// It came in time.
    pub on_time: i64,
    /// It came later.
    pub late: i64,
    /// It did not come.
    pub missing: i64,
}

/// How good the data of a carrier are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityReport {
    /// The carrier.
    pub carrier: String,
    /// What a passenger list should say of everybody, as the mandate names it.
    pub required: Vec<&'static str>,
    /// Months in which something was counted, first to last; live before test.
    pub months: Vec<QualityMonth>,
}

impl QualityReport {
    fn of(carrier: &str, mandate: &Mandate, counts: &[QualityCount]) -> Self {
        let admitted = admitted(mandate);
        let mut months: Vec<QualityMonth> = Vec::new();
        for count in counts {
            let lane = count.lane.as_str();
            let is_same = |m: &QualityMonth| m.month == count.month && m.lane == lane;
            if !months.last().is_some_and(is_same) {
                months.push(QualityMonth {
                    month: count.month.clone(),
                    lane: lane.to_owned(),
                    ..QualityMonth::default()
                });
            }
            if let Some(month) = months.last_mut() {
                month.take(&count.name, count.count);
            }
        }
        Self {
            carrier: carrier.to_owned(),
            required: FIELDS
                .iter()
                .map(|(element, _)| *element)
                .filter(|element| admitted.has(*element))
                .map(Element::as_str)
                .collect(),
            months,
        }
    }

    /// As a text that can be sent to the carrier.
    pub fn text(&self) -> String {
        let mut text = format!("Data quality of carrier {}\n", self.carrier);
        if self.months.is_empty() {
            text.push_str("\nNothing was received.\n");
        }
        for month in &self.months {
            month.tell(&self.required, &mut text);
        }
        text
    }
}

impl QualityMonth {
    fn take(&mut self, name: &str, count: i64) {
        match name {
            "messages" => self.messages = count,
            "travellers" => self.travellers = count,
            "checked" => self.checked = count,
            name if name == Reading::Accepted.as_str() => self.accepted = count,
            name if name == Reading::Partial.as_str() => self.partial = count,
            name if name == Reading::Rejected.as_str() => self.rejected = count,
            name => self.take_parted(name, count),
        }
    }

    fn take_parted(&mut self, name: &str, count: i64) {
        let Some((head, rest)) = name.split_once(':') else {
            return;
        };
        let of = match head {
            "messages" => &mut self.kinds,
            "waiting" => &mut self.waiting,
            "diagnostic" => &mut self.diagnostics,
            "missing" => &mut self.missing,
            data => {
                let Some((minutes, state)) = rest.split_once(':') else {
                    return;
                };
                let Ok(minutes) = minutes.parse() else { return };
                let times = self.times.entry((data.to_owned(), minutes)).or_default();
                match state {
                    "on-time" => times.on_time = count,
                    "late" => times.late = count,
                    _ => times.missing = count,
                }
                return;
            }
        };
        of.insert(rest.to_owned(), count);
    }

    fn tell(&self, required: &[&str], text: &mut String) {
        let lane = if self.lane == "test" {
            ", test lane"
        } else {
            ""
        };
        // Writing into a String does not fail.
        let _ = writeln!(text, "\n{}{lane}", self.month);
        let mut line = |name: &str, what: String| {
            let _ = writeln!(text, "  {name:<44} {what}");
        };
        line("messages read", self.messages.to_string());
        for (kind, count) in &self.kinds {
            line(&format!("  of type {kind}"), count.to_string());
        }
        for (word, count) in [
            ("understood", self.accepted),
            ("understood in part", self.partial),
            ("rejected", self.rejected),
        ] {
            line(&format!("  {word}"), share(count, self.messages));
        }
        for (fault, count) in &self.waiting {
            line(&format!("in quarantine: {fault}"), count.to_string());
        }
        line("travellers named", self.travellers.to_string());
        if self.checked > 0 {
            for element in required {
                let missing = self.missing.get(*element).copied().unwrap_or_default();
                line(
                    &format!("  without {}", element.replace(['.', '_'], " ")),
                    share(missing, self.checked),
                );
            }
        }
        for ((data, minutes), times) in &self.times {
            let all = times.on_time + times.late + times.missing;
            let what = format!("{} {minutes} min before departure", data.to_uppercase());
            line(&format!("{what}, on time"), share(times.on_time, all));
            line(&format!("{what}, late"), share(times.late, all));
            line(&format!("{what}, missing"), share(times.missing, all));
        }
        for (code, count) in &self.diagnostics {
            line(&format!("noticed: {code}"), count.to_string());
        }
    }
}

/// A count with its share of all, in tenths of a per cent.
fn share(count: i64, all: i64) -> String {
    if all <= 0 {
        return count.to_string();
    }
    let tenths = count.saturating_mul(1000) / all;
    format!("{count} of {all} ({}.{} %)", tenths / 10, tenths.abs() % 10)
}

impl Service {
    /// How good the data of a carrier were from a month to a month (`2026-01`), both included; the last
    /// twelve where none is named. It names nobody.
    ///
    /// # Errors
    ///
    /// [`crate::DoorError::OtherAccount`] for whoever is neither an administrator nor in a role.
    pub fn quality(
        &self,
        by: &SignedIn,
        carrier: &str,
        (from, until): (Option<&str>, Option<&str>),
    ) -> Result<QualityReport> {
        self.may_see_carriers(by)?;
        Ok(self.quality_of(carrier, (from, until))?)
    }

    /// As [`Service::quality`], for whoever has the data folder and its master key.
    ///
    /// # Errors
    ///
    /// [`crate::ServiceError::NotFound`] when it is no carrier's code.
    pub fn quality_of(
        &self,
        carrier: &str,
        (from, until): (Option<&str>, Option<&str>),
    ) -> crate::Result<QualityReport> {
        if !crate::people::is_carrier(carrier) || carrier == "*" {
            return Err(crate::ServiceError::NotFound("carrier"));
        }
        let today = self.today();
        let year_ago = today.saturating_sub(jiff::ToSpan::months(11));
        let (first, last) = (
            year_ago.strftime("%Y-%m").to_string(),
            today.strftime("%Y-%m").to_string(),
        );
        let (from, until) = (from.unwrap_or(&first), until.unwrap_or(&last));
        let counts = self
            .store
            .read(|tx| tx.quality(&self.tenant, carrier, (from, until)))?;
        Ok(QualityReport::of(carrier, self.mandate(), &counts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_tells_shares_and_names_nobody() {
        let counts = [
            ("accepted", 3),
            ("api:30:late", 1),
            ("api:30:on-time", 3),
            ("checked", 200),
            ("diagnostic:count-mismatch", 2),
            ("messages", 4),
            ("messages:PAXLST", 4),
            ("missing:dob", 3),
            ("rejected", 1),
            ("travellers", 200),
            ("waiting:without-flight", 1),
        ];
        let counts = counts.map(|(name, count)| QualityCount {
            month: "2026-11".to_owned(),
            lane: Lane::Live,
            name: name.to_owned(),
            count,
        });
        let report = QualityReport::of("QZ", &Mandate::evaluation(), &counts);
        let [month] = report.months.as_slice() else {
            panic!("one month")
        };
        assert_eq!((month.messages, month.rejected), (4, 1));
        assert_eq!(month.times[&("api".to_owned(), 30)].on_time, 3);
        let text = report.text();
        for line in [
            "Data quality of carrier QZ",
            "without dob 3 of 200 (1.5 %)",
            "without names 0 of 200 (0.0 %)",
            "rejected 1 of 4 (25.0 %)",
            "API 30 min before departure, late 1 of 4 (25.0 %)",
            "noticed: count-mismatch 2",
            "in quarantine: without-flight 1",
        ] {
            let is_this = |told: &str| told.split_whitespace().eq(line.split_whitespace());
            assert!(text.lines().any(is_this), "{line}\n{text}");
        }
        assert_eq!(share(0, 0), "0");
    }
}
