//! What a doctor looks at: everything that would let the service fail, lose data, show them to the
//! wrong people or keep them too long.

mod machine;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use tidewaiter_mandate::Mandate;
use tidewaiter_store::{Home, SCHEMA, Store};

use crate::{ListWarning, Service};
pub use machine::machine;

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// It could not be found out here.
    Unknown,
    /// To be mended soon.
    Warning,
    /// To be mended now: data may be lost, seen, or kept against the law.
    Critical,
}

impl Verdict {
    /// `fine`, `unknown`, `warning` or `critical`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What, in one or two words with a hyphen.
    pub name: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found.
    pub says: String,
    /// What to do about it.
    pub help: Option<&'static str>,
}

impl Check {
    /// A thing that is as it should be.
    pub fn fine(name: &'static str, says: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Fine,
            says: says.into(),
            help: None,
        }
    }

    /// A thing that is not.
    pub fn wrong(
        name: &'static str,
        verdict: Verdict,
        says: impl Into<String>,
        help: &'static str,
    ) -> Self {
        Self {
            name,
            verdict,
            says: says.into(),
            help: Some(help),
        }
    }
}

/// A sync slower than this makes every acknowledgement slow.
const SYNC_SLOW_MICROS: u128 = 20_000;
/// No disk is faster: whatever answers so quickly keeps nothing when the power goes.
const SYNC_UNLIKELY_MICROS: u128 = 20;
/// What is past its time by more is an alarm: the retention run comes at least once an hour.
const OVERDUE_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// A review is to be prepared from so many days before it is due.
const REVIEW_WARN_DAYS: i32 = 30;
/// The audit log is to be signed at least so often while it grows.
const UNSIGNED_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// So many jobs waiting are more than a day's peak.
const BACKLOG_MANY: u64 = 10_000;

/// Looks at the store: damage, schema, keys, overdue data, the log, the backlog, the disk's speed.
/// Reads the whole file.
pub fn store(store: &Store, home: &Home, now: Timestamp) -> Vec<Check> {
    let mut checks = vec![Check::fine(
        "migrations",
        format!("schema {SCHEMA}, the newest of this release"),
    )];
    let health = match store.examine(home, now) {
        Ok(health) => health,
        Err(error) => {
            checks.push(Check::wrong(
                "store",
                Verdict::Critical,
                error.to_string(),
                "see docs/operations.md, When something is wrong",
            ));
            return checks;
        }
    };
    checks.push(match health.damage.first() {
        None => Check::fine("store", "every page is sound"),
        Some(first) => Check::wrong(
            "store",
            Verdict::Critical,
            format!("{} faults, the first: {first}", health.damage.len()),
            "stop writing to it and restore a backup",
        ),
    });
    checks.push(match health.keys_missing {
        0 => Check::fine(
            "keystore",
            "opens, and has the key of every record of a sample",
        ),
        missing => Check::wrong(
            "keystore",
            Verdict::Critical,
            format!("{missing} of 100 records have no key: they open no more"),
            "the keystore is older than the data: restore the keystore that belongs to them",
        ),
    });
    checks.push(overdue(store, now));
    checks.push(log(health.unsigned_lines, health.checkpoint_age));
    checks.push(backlog(store, now));
    checks.push(if health.future {
        Check::wrong(
            "clock",
            Verdict::Critical,
            "the store holds what was received in the future: the clock was set back, or is wrong",
            "set the clock; nothing is lost, but deadlines and retention follow it",
        )
    } else {
        machine::clock(now)
    });
    let micros = health.sync.as_micros();
    let says = format!("{:.1} ms to make a write durable", micros as f64 / 1000.0);
    checks.push(match micros {
        ..SYNC_UNLIKELY_MICROS => Check::wrong(
            "sync",
            Verdict::Warning,
            format!("{says}: no disk is so quick"),
            "the folder is on a memory disk, or the disk says done before it is: put it on one \
             that keeps what it was given when the power goes",
        ),
        SYNC_UNLIKELY_MICROS..SYNC_SLOW_MICROS => Check::fine("sync", says),
        _ => Check::wrong(
            "sync",
            Verdict::Warning,
            format!("{says}: every acknowledgement waits for two of these"),
            "put the folder on a quicker disk",
        ),
    });
    checks
}

fn overdue(store: &Store, now: Timestamp) -> Check {
    let late = now.checked_sub(OVERDUE_AFTER).unwrap_or(Timestamp::MIN);
    let both = store.read(|tx| Ok((tx.overdue(None, late)?, tx.overdue(None, now)?)));
    let (late, due) = match both {
        Ok(both) => both,
        Err(error) => return failed("retention", &error),
    };
    let sum = late.to_mask + late.to_erase + late.raw;
    if sum > 0 {
        return Check::wrong(
            "retention",
            Verdict::Critical,
            format!(
                "overdue by more than an hour: {} records to mask, {} to erase, {} messages to drop",
                late.to_mask, late.to_erase, late.raw
            ),
            "run `tidewaiter retain` now: these data are kept against the mandate",
        );
    }
    let due = due.to_mask + due.to_erase + due.raw;
    Check::fine("retention", format!("nothing overdue, {due} due now"))
}

fn log(unsigned: u64, age: Option<SignedDuration>) -> Check {
    match age {
        Some(age) if unsigned > 0 && age >= UNSIGNED_AFTER => Check::wrong(
            "audit-log",
            Verdict::Warning,
            format!(
                "{unsigned} lines since the last signature, {} hours ago",
                age.as_hours()
            ),
            "run `tidewaiter audit verify`, which signs them",
        ),
        Some(_) => Check::fine("audit-log", format!("{unsigned} lines not signed yet")),
        None if unsigned == 0 => Check::fine("audit-log", "empty"),
        None => Check::wrong(
            "audit-log",
            Verdict::Warning,
            format!("none of {unsigned} lines is signed"),
            "run `tidewaiter audit verify`, which signs them",
        ),
    }
}

fn backlog(store: &Store, now: Timestamp) -> Check {
    let backlog = match store.read(|tx| tx.backlog(None, now)) {
        Ok(backlog) => backlog,
        Err(error) => return failed("backlog", &error),
    };
    let says = format!(
        "{} waiting, {} for later, {} being done, {} in quarantine",
        backlog.ready, backlog.later, backlog.leased, backlog.quarantined
    );
    if backlog.quarantined > 0 {
        return Check::wrong(
            "backlog",
            Verdict::Warning,
            says,
            "messages in quarantine could not be read: look at them before their clock ends",
        );
    }
    if backlog.ready > BACKLOG_MANY {
        return Check::wrong(
            "backlog",
            Verdict::Warning,
            says,
            "work comes in quicker than it is done",
        );
    }
    Check::fine("backlog", says)
}

fn failed(name: &'static str, error: &tidewaiter_store::StoreError) -> Check {
    Check::wrong(
        name,
        Verdict::Critical,
        error.to_string(),
        "see docs/operations.md, When something is wrong",
    )
}

/// Looks at the mandate: sound, signed, in force, and when it must be reviewed. `mandate` is what
/// opening it gave, `review_due` the day of its profile.
pub fn mandate(mandate: Result<&Mandate, &str>, review_due: Option<Date>, now: Timestamp) -> Check {
    const NAME: &str = "mandate";
    let mandate = match mandate {
        Ok(mandate) => mandate,
        Err(why) => {
            return Check::wrong(
                NAME,
                Verdict::Critical,
                why,
                "nothing is received, shown or decided until it is in force again; a later version \
                 is taken with --mandate FILE",
            );
        }
    };
    let name = &mandate.reference().name;
    if mandate.is_evaluation() {
        return Check::wrong(
            NAME,
            Verdict::Warning,
            "the built-in evaluation profile: complete rights for one local user",
            "not for live data: make a folder under a signed mandate",
        );
    }
    let today = Offset::UTC.to_datetime(now).date();
    let left = review_due.and_then(|due| today.until(due).ok());
    let left = left.map(|span| span.get_days());
    match (left, review_due) {
        (Some(days), Some(due)) if days < REVIEW_WARN_DAYS => Check::wrong(
            NAME,
            Verdict::Warning,
            format!("{name}, signed; its review is due on {due}, in {days} days"),
            "after that day it is in force no more: have a reviewed version signed and give it with \
             --mandate FILE",
        ),
        (_, Some(due)) => Check::fine(NAME, format!("{name}, signed; review due on {due}")),
        (_, None) => Check::fine(NAME, format!("{name}, signed")),
    }
}

/// Looks at the lists: there, whole, and as fresh as the mandate wants.
pub fn lists(service: &Service) -> Check {
    const NAME: &str = "lists";
    const HELP: &str =
        "`tidewaiter lists show` says how they stand, `lists add` takes a new version";
    let standings = match service.lists() {
        Ok(standings) => standings,
        Err(error) => return Check::wrong(NAME, Verdict::Critical, error.to_string(), HELP),
    };
    let in_force = standings.iter().filter(|list| list.in_force.is_some());
    let count = in_force.count();
    let warned: Vec<String> = standings
        .iter()
        .flat_map(|list| {
            let name = &list.list;
            let warnings = list.warnings.iter();
            warnings.map(move |warning| format!("{name} {}", warning.as_str()))
        })
        .collect();
    let stale = standings.iter().any(|list| {
        let bad = [ListWarning::TooOld, ListWarning::Missing];
        list.warnings.iter().any(|warning| bad.contains(warning))
    });
    if stale {
        let says = format!("{count} in force; {}", warned.join(", "));
        return Check::wrong(NAME, Verdict::Critical, says, HELP);
    }
    if count == 0 {
        return Check::wrong(NAME, Verdict::Warning, "none: nobody is screened", HELP);
    }
    if warned.is_empty() {
        return Check::fine(NAME, format!("{count} in force"));
    }
    let says = format!("{count} in force; {}", warned.join(", "));
    Check::wrong(NAME, Verdict::Warning, says, HELP)
}

/// Looks at the master key's file: there, its owner's alone, and not on the disk of the data.
pub fn master_key(key: &Path, home: &Path) -> Check {
    const NAME: &str = "master-key";
    let at = key.display();
    let metadata = match fs::metadata(key) {
        Ok(metadata) => metadata,
        Err(error) => {
            return Check::wrong(
                NAME,
                Verdict::Critical,
                format!("{at}: {error}"),
                "put it back, or bring the keystore back with `tidewaiter keys recover`",
            );
        }
    };
    if metadata.permissions().mode() & 0o077 != 0 {
        return Check::wrong(
            NAME,
            Verdict::Critical,
            format!("{at} can be read by others than its owner"),
            "chmod 600, and `tidewaiter keys rotate` if somebody may have read it",
        );
    }
    let same_disk = fs::metadata(home).is_ok_and(|home| home.dev() == metadata.dev());
    if same_disk {
        return Check::wrong(
            NAME,
            Verdict::Warning,
            format!("{at} is on the disk of the data: whoever takes the disk has both"),
            "`tidewaiter keys move` puts it elsewhere",
        );
    }
    Check::fine(NAME, format!("{at}, its owner's alone, on another disk"))
}

/// Looks at the data folder itself: its owner's alone.
pub fn folder(home: &Path) -> Check {
    const NAME: &str = "folder";
    const HELP: &str = "chmod 700: flights, times and states of hits lie in it in the clear";
    match fs::metadata(home) {
        Ok(metadata) if metadata.permissions().mode() & 0o077 == 0 => {
            Check::fine(NAME, "its owner's alone")
        }
        Ok(_) => Check::wrong(
            NAME,
            Verdict::Warning,
            "can be looked into by others than its owner",
            HELP,
        ),
        Err(error) => Check::wrong(NAME, Verdict::Critical, error.to_string(), HELP),
    }
}

/// Looks at the escrow key.
pub fn escrow(there: bool) -> Check {
    const NAME: &str = "escrow";
    if there {
        return Check::fine(
            NAME,
            "the holder of its secret half can bring the keystore back",
        );
    }
    Check::wrong(
        NAME,
        Verdict::Warning,
        "none: when the master key is lost, so are all data",
        "`tidewaiter keys escrow` makes one; its secret half belongs in a safe",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_evaluation_profile_is_a_warning_and_a_refused_mandate_critical() {
        let now = at("2026-11-25T12:00:00Z");
        let evaluation = Mandate::evaluation();
        assert_eq!(
            mandate(Ok(&evaluation), None, now).verdict,
            Verdict::Warning
        );
        let check = mandate(Err("unsigned"), None, now);
        assert_eq!(
            (check.verdict, check.says.as_str()),
            (Verdict::Critical, "unsigned")
        );
    }

    #[test]
    fn a_master_key_that_others_read_is_critical_and_one_beside_the_data_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("master.key");
        assert_eq!(master_key(&key, folder.path()).verdict, Verdict::Critical);
        fs::write(&key, "5a").unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(master_key(&key, folder.path()).verdict, Verdict::Critical);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(master_key(&key, folder.path()).verdict, Verdict::Warning);
        assert_eq!(master_key(&key, Path::new("/proc")).verdict, Verdict::Fine);
    }
}
