//! What a new day brings: selectors and entries of lists whose last day is over end, and what was entered
//! for a later day and begins today looks back at whoever is held, whose journeys lay before its first
//! day until now.

use std::collections::BTreeSet;

use jiff::civil::Date;
use tidewaiter_domain::Text;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_store::{ListContent, LookbackCause};

use crate::lists::{not_ended, subjects_of};
use crate::lookback::Lookback;
use crate::{Result, Service, ServiceError};

/// Who turns the day, as audit lines name it.
const CALENDAR: MachineActor = MachineActor::new("calendar");

/// Entries of a list that begin on one day and are looked back for one by one; with more, the list is.
const ONE_BY_ONE: usize = 20;

/// A day as the store notes it: `20261126`.
fn number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// Something that begins.
struct Begins {
    cause: LookbackCause,
    list: String,
    entry: Option<String>,
    version: Option<u32>,
}

/// A list in force of which an entry has ended.
struct Ends {
    list: String,
    version: u32,
    /// The entries that have not.
    standing: BTreeSet<Text>,
}

impl Service {
    /// Does once what a new day asks for. How many look-backs it lined up.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub(crate) fn begin_day(&self) -> Result<u64> {
        self.end_expired_selectors(&CALENDAR)?;
        let day = self.today();
        let today = number(day);
        let before = self.store.read(|tx| tx.day(&self.tenant))?;
        let last = before.unwrap_or(today - 1);
        if last >= today {
            return Ok(0);
        }
        let (begins, ends) = self.turning(last, day)?;
        Ok(self.store.write(self.now(), |tx| {
            if tx.day_begins(&self.tenant, today)? != before {
                // Another process was first.
                return Ok(0);
            }
            for ends in &ends {
                let in_force = tx.reading().list_in_force(&self.tenant, &ends.list)?;
                // Another version has come into force, and its entries were marked then.
                if in_force.is_some_and(|version| version.version == ends.version) {
                    let standing = ends.standing.iter().map(Text::as_str).collect();
                    self.mark_entries(tx, &ends.list, &standing)?;
                }
            }
            for begins in &begins {
                self.line_up(
                    tx,
                    &Lookback {
                        cause: begins.cause,
                        list: &begins.list,
                        entry: begins.entry.as_deref(),
                        after: begins.version,
                        ..Lookback::default()
                    },
                )?;
            }
            Ok(begins.len() as u64)
        })?)
    }

    /// What begins on one of the days after `last` until `day`; and the lists of which an entry has had
    /// its last day since.
    fn turning(&self, last: i64, day: Date) -> Result<(Vec<Begins>, Vec<Ends>)> {
        let begins_now = |from: Date| (last + 1..=number(day)).contains(&number(from));
        let has_ended = |until: Date| (last..number(day)).contains(&number(until));
        let (versions, selectors) = self.store.read(|tx| {
            Ok((
                tx.lists_in_force(&self.tenant)?,
                tx.selectors(&self.tenant)?,
            ))
        })?;
        let mut begins = Vec::new();
        let mut ends = Vec::new();
        for version in versions {
            if version.content != ListContent::Subjects {
                continue;
            }
            let subjects = match subjects_of(&self.store, &version) {
                // Not screened against either; `doctor` says so.
                Err(ServiceError::Unreadable(_)) => continue,
                subjects => subjects?,
            };
            let validities = || subjects.iter().filter_map(|subject| subject.validity);
            if validities().any(|validity| validity.until.is_some_and(has_ended)) {
                ends.push(Ends {
                    list: version.list.clone(),
                    version: version.version,
                    standing: not_ended(&subjects, day)
                        .into_iter()
                        .map(Text::from)
                        .collect(),
                });
            }
            let first = subjects.iter().filter(|subject| {
                let from = subject.validity.and_then(|validity| validity.from);
                from.is_some_and(begins_now)
            });
            let entries: Vec<String> = first.map(|subject| subject.entry.to_string()).collect();
            let of = |entry| Begins {
                cause: LookbackCause::List,
                list: version.list.clone(),
                entry,
                version: Some(version.version),
            };
            match entries.len() {
                0..=ONE_BY_ONE => begins.extend(entries.into_iter().map(|entry| of(Some(entry)))),
                _ => begins.push(of(None)),
            }
        }
        let running = selectors.into_iter().filter(|selector| !selector.has_ended);
        let first = running.filter(|selector| {
            let from = selector.starts_on.as_deref();
            from.and_then(|day| day.parse().ok())
                .is_some_and(begins_now)
        });
        begins.extend(first.map(|selector| Begins {
            cause: LookbackCause::Selector,
            list: selector.list,
            entry: Some(selector.entry),
            version: None,
        }));
        Ok((begins, ends))
    }
}
