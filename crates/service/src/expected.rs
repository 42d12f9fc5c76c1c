//! What is expected of a flight, and when: noticed and counted where it is late, and where it does not
//! come. Of a carrier with which no times are agreed, a list of passengers is expected at departure.

use jiff::{SignedDuration, Timestamp};
use tidewaiter_domain::ListEffect;
use tidewaiter_mandate::DataSet;
use tidewaiter_store::{
    Carrier, Expectation, ExpectedData, ExpectedTime, FlightStatement, Lane, StatementEffect,
    StoreError, StoredFlight, Timeliness, Tx,
};

use crate::carriers::data_set;
use crate::quality::QualityCounts;
use crate::{Result, Service};

pub(crate) const MANIFEST_MISSING: &str = "manifest-missing";
const BOOKINGS_MISSING: &str = "bookings-missing";
const BOOKINGS_LATE: &str = "bookings-late";

/// Expected of a carrier with which nothing is agreed.
const USUAL: [ExpectedTime; 1] = [ExpectedTime {
    data: ExpectedData::Api,
    minutes: 0,
}];

/// What a statement brings of what is expected.
fn brings(statement: &FlightStatement) -> Option<ExpectedData> {
    match statement.effect {
        StatementEffect::List(ListEffect::Report) => {
            (statement.people > 0).then_some(ExpectedData::Api)
        }
        StatementEffect::List(
            ListEffect::Closed | ListEffect::ClosedOnBoard | ListEffect::ClosedNotOnBoard,
        ) => Some(ExpectedData::Api),
        StatementEffect::List(_) => None,
        StatementEffect::Booking | StatementEffect::Withdrawn => Some(ExpectedData::Pnr),
    }
}

/// What is expected of a flight that departs then, each time with the one before as its beginning.
fn expectations(
    flight: &StoredFlight,
    departs: Timestamp,
    times: &[ExpectedTime],
    grace_minutes: u32,
) -> Vec<Expectation> {
    let mut times = times.to_vec();
    // Of each kind of data, first due first.
    times.sort_by_key(|time| (time.data, std::cmp::Reverse(time.minutes)));
    let mut all: Vec<Expectation> = Vec::with_capacity(times.len());
    for time in times {
        let later = i64::from(grace_minutes) - i64::from(time.minutes);
        let due_at = departs
            .checked_add(SignedDuration::from_mins(later))
            .unwrap_or(departs);
        let before = all.last().filter(|before| before.time.data == time.data);
        all.push(Expectation {
            flight: flight.id,
            time,
            opens_at: before.map(|before| before.due_at),
            due_at,
            state: Timeliness::Waiting,
        });
    }
    all
}

/// What becomes of an expectation when data come; `None` when nothing does.
fn settled(expectation: &Expectation, received: Timestamp) -> Option<Timeliness> {
    use Timeliness::{Late, Missing, OnTime, Waiting};
    let is_late = received > expectation.due_at;
    let is_early = expectation.opens_at.is_some_and(|opens| received <= opens);
    match expectation.state {
        Waiting | Missing if is_late => Some(Late),
        Waiting if !is_early => Some(OnTime),
        _ => None,
    }
}

fn name(time: ExpectedTime, state: Timeliness) -> String {
    let ExpectedTime { data, minutes } = time;
    format!("{}:{minutes}:{}", data.as_str(), state.as_str())
}

impl Service {
    /// Expects what is agreed of a flight that was said something of, and settles what came with it.
    /// When what is expected first of its passenger lists is due, where that is known.
    pub(crate) fn expect_of(
        &self,
        tx: &mut Tx<'_, '_>,
        flight: &StoredFlight,
        new: &[FlightStatement],
        counts: &mut QualityCounts,
    ) -> Result<Option<Timestamp>, StoreError> {
        let Some(departs) = flight.departs_at else {
            return Ok(None);
        };
        let tenant = &self.tenant;
        if flight.status == "cancelled" {
            tx.expect_no_more(tenant, &flight.id)?;
            return Ok(Some(departs));
        }
        let carrier = &flight.key.carrier;
        let agreed = tx.reading().carrier(tenant, carrier)?;
        let grace = agreed.as_ref().map_or(0, |agreed| agreed.grace_minutes);
        let times = self.agreed_times(agreed.as_ref());
        let mut standing = tx.expectations(tenant, &flight.id)?;
        for wanted in expectations(flight, departs, &times, grace) {
            let known = standing.iter_mut().find(|one| one.time == wanted.time);
            match known {
                Some(known) if known.state != Timeliness::Waiting => {}
                Some(known) if known.due_at == wanted.due_at => {}
                Some(known) => {
                    tx.expect(tenant, &wanted)?;
                    *known = wanted;
                }
                None => {
                    // What was due before anybody knew of the flight is late when it comes, and was
                    // never waited for.
                    let comes = new.iter().any(|s| brings(s) == Some(wanted.time.data));
                    if wanted.due_at >= tx.now() || comes {
                        tx.expect(tenant, &wanted)?;
                        standing.push(wanted);
                    }
                }
            }
        }
        let of = (carrier.as_str(), flight.lane);
        for statement in new {
            let Some(data) = brings(statement) else {
                continue;
            };
            for one in standing.iter_mut().filter(|one| one.time.data == data) {
                let Some(state) = settled(one, statement.received_at) else {
                    continue;
                };
                if one.state == Timeliness::Missing {
                    counts.add(of, name(one.time, Timeliness::Missing), -1);
                }
                counts.add(of, name(one.time, state), 1);
                tx.settle(tenant, &flight.id, one.time, state)?;
                one.state = state;
                if data == ExpectedData::Pnr && state == Timeliness::Late {
                    tx.notice(tenant, &flight.id, BOOKINGS_LATE)?;
                }
            }
            if data == ExpectedData::Pnr {
                tx.end_notice(&flight.id, BOOKINGS_MISSING)?;
                self.request_answered(tx, flight, statement.received_at)?;
            }
        }
        let lists = standing
            .iter()
            .filter(|one| one.time.data == ExpectedData::Api);
        Ok(Some(lists.map(|one| one.due_at).min().unwrap_or(departs)))
    }

    /// What is expected of a carrier's flights now. A mandate that came later may receive less than was
    /// agreed.
    fn agreed_times(&self, agreed: Option<&Carrier>) -> Vec<ExpectedTime> {
        let own = agreed.map(|agreed| agreed.expected.as_slice());
        let times = own.filter(|times| !times.is_empty()).unwrap_or(&USUAL);
        let received = |time: &ExpectedTime| self.mandate().receives(data_set(time.data));
        times.iter().copied().filter(received).collect()
    }

    /// Notices what was expected until now and did not come. How many.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub(crate) fn miss_expected(&self, most: u32) -> Result<u64> {
        let now = self.now();
        let due = self
            .store
            .read_once(|tx| tx.overdue_expectations(&self.tenant, now, most))?;
        if due.is_empty() {
            return Ok(0);
        }
        Ok(self.store.write(now, |tx| {
            let mut counts = QualityCounts::default();
            let mut missed = 0;
            for one in &due {
                missed += u64::from(self.miss(tx, one, &mut counts)?);
            }
            counts.write(self, tx)?;
            Ok(missed)
        })?)
    }

    fn miss(
        &self,
        tx: &mut Tx<'_, '_>,
        one: &Expectation,
        counts: &mut QualityCounts,
    ) -> Result<bool, StoreError> {
        let tenant = &self.tenant;
        let standing = tx.expectations(tenant, &one.flight)?;
        // It came, or its time was moved, since the look.
        if !standing.contains(one) {
            return Ok(false);
        }
        let flight = tx.reading().flight(tenant, &one.flight)?;
        let carrier = flight.key.carrier.as_str();
        let agreed = tx.reading().carrier(tenant, carrier)?;
        if !self.agreed_times(agreed.as_ref()).contains(&one.time) {
            // Something else was agreed since.
            tx.expect_not(tenant, &one.flight, one.time)?;
            return Ok(false);
        }
        tx.settle(tenant, &one.flight, one.time, Timeliness::Missing)?;
        counts.add(
            (carrier, flight.lane),
            name(one.time, Timeliness::Missing),
            1,
        );
        match one.time.data {
            ExpectedData::Api => {
                let has_none = flight.status == "expected";
                let is_new = has_none && tx.notice(tenant, &flight.id, MANIFEST_MISSING)?;
                if is_new && flight.lane == Lane::Live {
                    tx.count(tenant, MANIFEST_MISSING, "", carrier, 1)?;
                }
            }
            ExpectedData::Pnr => {
                tx.notice(tenant, &flight.id, BOOKINGS_MISSING)?;
                let asks = agreed.is_some_and(|agreed| agreed.asks_again);
                if asks && self.mandate().may_ask_again(DataSet::Pnr) {
                    self.ask_again_by_itself(tx, &flight)?;
                }
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_takes_what_came_since_the_one_before() {
        let at = |minutes: i64| {
            let departs: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
            departs + SignedDuration::from_mins(minutes)
        };
        let flight = StoredFlight {
            id: crate::Id([0; 16]),
            lane: crate::Lane::Live,
            key: tidewaiter_domain::FlightKey {
                carrier: "QZ".into(),
                number: "417".into(),
                date: "2026-11-24".parse().unwrap(),
            },
            origin: None,
            destination: None,
            departs_at: Some(at(0)),
            arrives_at: None,
            status: "expected".into(),
        };
        let time = |data, minutes| ExpectedTime { data, minutes };
        let times = [
            time(ExpectedData::Pnr, 0),
            time(ExpectedData::Api, 30),
            time(ExpectedData::Pnr, 1440),
        ];
        let all = expectations(&flight, at(0), &times, 10);
        let seen: Vec<_> = all
            .iter()
            .map(|one| (one.time.minutes, one.opens_at, one.due_at))
            .collect();
        assert_eq!(
            seen,
            [
                (30, None, at(-20)),
                (1440, None, at(-1430)),
                (0, Some(at(-1430)), at(10)),
            ]
        );
        let last = &all[2];
        assert_eq!(settled(last, at(-1430)), None, "it was for the time before");
        assert_eq!(settled(last, at(-1429)), Some(Timeliness::OnTime));
        assert_eq!(settled(last, at(10)), Some(Timeliness::OnTime));
        assert_eq!(settled(last, at(11)), Some(Timeliness::Late));
        let missing = Expectation {
            state: Timeliness::Missing,
            ..*last
        };
        assert_eq!(settled(&missing, at(11)), Some(Timeliness::Late));
        let done = Expectation {
            state: Timeliness::OnTime,
            ..*last
        };
        assert_eq!(settled(&done, at(11)), None);
    }
}
