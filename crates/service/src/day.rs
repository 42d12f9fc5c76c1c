//! What a new day brings: selectors whose last day is over end, and what was entered for a later day and
//! begins today looks back at whoever is held, whose journeys lay before its first day until now.

use jiff::civil::Date;
use tidewaiter_mandate::grant::MachineActor;
use tidewaiter_store::{ListContent, LookbackCause};

use crate::lists::subjects_of;
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

impl Service {
    /// Does once what a new day asks for. How many look-backs it lined up.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub(crate) fn begin_day(&self) -> Result<u64> {
        self.end_expired_selectors(&CALENDAR)?;
        let today = number(self.today());
        let before = self.store.read(|tx| tx.day(&self.tenant))?;
        let last = before.unwrap_or(today - 1);
        if last >= today {
            return Ok(0);
        }
        let begins = self.beginning(|from| (last + 1..=today).contains(&number(from)))?;
        Ok(self.store.write(self.now(), |tx| {
            if tx.day_begins(&self.tenant, today)? != before {
                // Another process was first.
                return Ok(0);
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

    /// The entries of lists, and the selectors, whose first day is one of these.
    fn beginning(&self, is_day: impl Fn(Date) -> bool) -> Result<Vec<Begins>> {
        let (versions, selectors) = self.store.read(|tx| {
            Ok((
                tx.lists_in_force(&self.tenant)?,
                tx.selectors(&self.tenant)?,
            ))
        })?;
        let mut begins = Vec::new();
        for version in versions {
            if version.content != ListContent::Subjects {
                continue;
            }
            let subjects = match subjects_of(&self.store, &version) {
                // Not screened against either; `doctor` says so.
                Err(ServiceError::Unreadable(_)) => continue,
                subjects => subjects?,
            };
            let first = subjects.iter().filter(|subject| {
                let from = subject.validity.and_then(|validity| validity.from);
                from.is_some_and(&is_day)
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
            from.and_then(|day| day.parse().ok()).is_some_and(&is_day)
        });
        begins.extend(first.map(|selector| Begins {
            cause: LookbackCause::Selector,
            list: selector.list,
            entry: Some(selector.entry),
            version: None,
        }));
        Ok(begins)
    }
}
