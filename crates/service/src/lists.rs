//! Lists: which version of what is in force, who agreed to it, and what follows from a change.
//!
//! A list is [added](Service::add_list) from the files in which its publisher gives it. It is read
//! whole or refused whole; whatever a person must have seen first ([`Concern`]) needs consent, and
//! where the mandate says so, other people agree before it comes into force. Nothing that goes wrong
//! touches the version in force.

mod change;
mod entries;
mod impact;
mod proposal;
mod reading;
mod register;
mod standing;

use tidewaiter_domain::{ListedSubject, Text};
use tidewaiter_formats::lists::ListCounts;
use tidewaiter_formats::lists::version::{
    ChangeLimits, Concern, ContentHash, ListDiff, SourceReceipt, diff,
};
use tidewaiter_mandate::profile::List;
use tidewaiter_mandate::{DataSet, ListMode, RecordTags, Request, decide};
use tidewaiter_store::{Id, ListContent, ListState, ListVersion};

use change::Manner;
pub(crate) use change::not_ended;
pub use entries::{DiffPage, EntryDiff, EntryFate, FieldDiff};
pub use impact::Impact;
pub(crate) use impact::is_open;
use impact::stored_receipt;
pub use proposal::{ListBy, ListOnce, Proposal};
pub(crate) use reading::subjects_of;
use reading::{Candidate, Contents};
pub(crate) use register::{new_documents, register_of};
pub use standing::{ListStanding, ListWarning};

use crate::{Acting, Result, Service, ServiceError};

/// A file as it was given, and what whoever gave it calls it.
#[derive(Clone, Copy, Debug)]
pub struct NamedFile<'a> {
    /// Its name: kept with the version, never used to tell what it is.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What whoever adds a list says beside its files.
#[derive(Clone, Copy, Debug, Default)]
pub struct Consent<'a> {
    /// Whether they have seen every concern and want the version all the same.
    pub given: bool,
    /// Under which name of the mandate it is to stand; needed for registers of documents, which do
    /// not name themselves, and where several lists of the mandate have the same authority.
    pub list: Option<&'a str>,
}

/// What became of a list that was added, agreed to, rolled back, taken out of force; or of what was
/// proposed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListAdded {
    /// The list, by its name in the mandate.
    pub list: String,
    /// The version.
    pub version: u32,
    /// The version that was in force before.
    pub before: Option<u32>,
    /// Where the version stands now: proposed when others must agree.
    pub state: ListState,
    /// Whether this content was in force already: only the time of its receipt is new.
    pub unchanged: bool,
    /// How many entries (or documents) it has.
    pub entries: u32,
    /// What was consented to.
    pub concerns: Vec<String>,
    /// How it differs from the version before: added, removed, changed entries. Of a register of
    /// documents only numbers that came and went.
    pub difference: (u64, u64, u64),
    /// The look-back that follows.
    pub lookback: Option<Id>,
    /// Of what is proposed: the look-back that works out what it would do, and raises nothing.
    pub impact: Option<Id>,
    /// The roles that must still agree.
    pub waits_for: Vec<String>,
}

impl ListAdded {
    /// A version as it stands, with nothing done.
    fn of(version: &ListVersion) -> Self {
        Self {
            list: version.list.clone(),
            version: version.version,
            state: version.state,
            entries: version.entries,
            ..Self::default()
        }
    }
}

/// A version of a list: `un-sc@3`, or `un-sc` for the one in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRef {
    /// The list.
    pub list: String,
    /// Its version; the one in force where none is named.
    pub version: Option<u32>,
}

impl ListRef {
    /// Reads `LIST@VERSION` or `LIST`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (list, version) = match text.rsplit_once('@') {
            Some((list, version)) => (list, Some(version.parse().ok().filter(|v| *v > 0)?)),
            None => (text, None),
        };
        (!list.is_empty()).then(|| Self {
            list: list.to_owned(),
            version,
        })
    }
}

impl Service {
    /// Takes in a list from its files (several where the publisher divides it), and puts it into
    /// force, or proposes it where the mandate wants others to agree.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`] when the person may put no list into force;
    /// [`ServiceError::ListRefused`] when the files are no list, several lists, a list that the
    /// mandate does not name, or one that may be asked and not copied;
    /// [`ServiceError::ConsentNeeded`] when somebody must have looked first. The version in force
    /// stays in force after each of them.
    pub fn add_list(
        &self,
        acting: &Acting,
        files: &[NamedFile<'_>],
        consent: &Consent<'_>,
    ) -> Result<ListAdded> {
        self.may_import(acting)?;
        let candidate = self.read_list(files, consent)?;
        let current = self
            .store
            .read(|tx| tx.list_in_force(&self.tenant, &candidate.list))?;
        if let Some(current) = &current
            && current.address == candidate.address
        {
            return self.seen_again(acting, current, &candidate);
        }
        let concerns = self.concerns(current.as_ref(), &candidate);
        if !concerns.is_empty() && !consent.given {
            return Err(ServiceError::ConsentNeeded(concerns));
        }
        let current = current.as_ref();
        self.propose(acting, &candidate, current, concerns, Manner::Here)
    }

    /// Agrees to a version that somebody else has proposed. It comes into force once everybody has
    /// agreed whom the mandate names.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`] when the person may not, or has agreed before;
    /// [`ServiceError::NotFound`] when nothing is proposed under this number;
    /// [`ServiceError::Stale`] when another version came into force since it was proposed: what was
    /// consented to was its replacement of another one. Propose it again.
    pub fn approve_list(&self, acting: &Acting, list: &str, version: u32) -> Result<ListAdded> {
        self.may_import(acting)?;
        let proposed = self
            .store
            .read(|tx| tx.list_version(&self.tenant, list, version))?;
        if proposed.state != ListState::Proposed {
            return Err(ServiceError::NotFound("proposed version of this list"));
        }
        let person = acting.actor.person().as_str();
        if proposed.agreed.iter().any(|agreed| agreed.person == person) {
            return Err(ServiceError::NotGranted(
                "a different person must agree".into(),
            ));
        }
        let current = self.store.read(|tx| tx.list_in_force(&self.tenant, list))?;
        let proposed_at = proposed.agreed.first().map(|agreed| agreed.at);
        if current.as_ref().and_then(|current| current.in_force_at) > proposed_at {
            return Err(ServiceError::Stale);
        }
        let manner = Manner::AgreedHere;
        self.agree(acting, &proposed, current.as_ref(), manner, &mut ())
    }

    /// Puts an earlier version into force again. It is agreed to like a new one.
    ///
    /// # Errors
    ///
    /// As [`Service::add_list`].
    pub fn roll_back_list(
        &self,
        acting: &Acting,
        list: &str,
        version: u32,
        consent: &Consent<'_>,
    ) -> Result<ListAdded> {
        self.may_import(acting)?;
        let (wanted, current) = self.store.read(|tx| {
            Ok((
                tx.list_version(&self.tenant, list, version)?,
                tx.list_in_force(&self.tenant, list)?,
            ))
        })?;
        if wanted.state == ListState::InForce {
            return Err(ServiceError::NotFound("earlier version of this list"));
        }
        // Whoever rolls back knows that the version is older: that is what they consent to.
        if !consent.given {
            let from = current.as_ref().map_or(0, |current| current.version);
            return Err(ServiceError::ConsentNeeded(vec![format!(
                "version {version} of {list} is to replace version {from}, which is newer"
            )]));
        }
        let concerns = vec!["rolled back".to_owned()];
        self.propose_again(acting, &wanted, current.as_ref(), concerns, Manner::Here)
    }

    /// Takes a list out of force. Its versions stay for the replay of findings and to roll back to;
    /// nothing is screened against it any more, and the hits that rest on it are marked. Where the
    /// mandate wants several people for a list, each of them calls this, and the last one does it.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`]; [`ServiceError::NotFound`] when nothing of it is in force or
    /// proposed.
    pub fn remove_list(&self, acting: &Acting, list: &str) -> Result<ListAdded> {
        self.may_import(acting)?;
        self.retire(acting, list, Manner::Here, &mut ())
    }

    /// The entries of a version of a list.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`]; [`ServiceError::Unreadable`] when this release reads the files in
    /// another way, so that the content has another address.
    pub fn list_version(&self, wanted: &ListRef) -> Result<Vec<ListedSubject>> {
        subjects_of(&self.store, &self.stored_version(wanted)?)
    }

    /// How two versions of a list differ, entry by entry and field by field.
    ///
    /// # Errors
    ///
    /// As [`Service::list_version`].
    pub fn list_diff(&self, from: &ListRef, to: &ListRef) -> Result<ListDiff> {
        Ok(diff(&self.list_version(from)?, &self.list_version(to)?))
    }

    /// The versions of a list, the newest first, from below a number on.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn list_versions_below(
        &self,
        list: &str,
        below: Option<u32>,
        most: u32,
    ) -> Result<Vec<ListVersion>> {
        Ok(self
            .store
            .read(|tx| tx.list_versions_below(&self.tenant, list, below, most))?)
    }

    /// What is stored of a version.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`].
    pub fn stored_version(&self, wanted: &ListRef) -> Result<ListVersion> {
        let ListRef { list, version } = wanted;
        let found = self.store.read(|tx| match version {
            Some(version) => tx.list_version(&self.tenant, list, *version).map(Some),
            None => tx.list_in_force(&self.tenant, list),
        })?;
        found.ok_or(ServiceError::NotFound("list in force"))
    }

    /// Whether this person may put lists into force at all.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotGranted`].
    pub fn may_import(&self, acting: &Acting) -> Result<()> {
        // A list is no record: the tags play no part in the answer.
        let nothing = RecordTags {
            data_set: DataSet::Hits,
            purposes: self.mandate().all_purposes(),
            own_agency: true,
            masked: false,
        };
        let role = acting.actor.role();
        decide(
            self.mandate(),
            role,
            acting.purpose,
            Request::ImportList,
            nothing,
        )
        .map(|_| ())
        .map_err(|refusal| {
            let mandate = self.mandate();
            ServiceError::NotGranted(tidewaiter_mandate::explain::explain(
                mandate,
                role,
                acting.purpose,
                Request::ImportList,
                refusal,
            ))
        })
    }

    /// What the mandate says of a list; under the evaluation profile, nothing of any.
    pub(crate) fn policy(&self, list: &str) -> Option<&List> {
        let mut lists = self.mandate().lists().map(|(_, policy)| policy);
        lists.find(|policy| policy.id.get() == list)
    }

    /// Under which name of the mandate the list of a publisher stands.
    fn name_of(&self, publisher: &str, named: Option<&str>) -> Result<Text> {
        let refused = |why: String| Err(ServiceError::ListRefused(why.into()));
        let known = |name: &str| self.policy(name).is_some();
        let local = |list: &List| *list.mode.get() == ListMode::Local;
        if let Some(named) = named {
            return if known(named) || self.mandate().is_evaluation() {
                Ok(named.into())
            } else {
                refused(format!("the mandate names no list {named}"))
            };
        }
        if known(publisher) {
            return Ok(publisher.into());
        }
        let mut of_authority = self
            .mandate()
            .lists()
            .map(|(_, list)| list)
            .filter(|list| list.authority.get() == publisher && local(list));
        match (of_authority.next(), of_authority.next()) {
            (Some(list), None) => Ok(list.id.get().as_str().into()),
            (Some(_), Some(_)) => refused(format!(
                "several lists of the mandate have the authority {publisher}: say which"
            )),
            (None, _) if self.mandate().is_evaluation() && !publisher.is_empty() => {
                Ok(publisher.into())
            }
            (None, _) => refused(format!(
                "the mandate names no list of this publisher ({publisher})"
            )),
        }
    }

    fn limits(&self, list: &str) -> ChangeLimits {
        let mut limits = ChangeLimits::default();
        let approvals = &self.mandate().profile().approvals;
        let alarm = approvals
            .iter()
            .find(|(subject, _)| subject.get() == "list-import")
            .and_then(|(_, approval)| approval.delta_alarm_pct);
        if let Some(percent) = alarm {
            (limits.shrink, limits.growth) =
                (f64::from(percent) / 100.0, f64::from(percent) / 100.0);
        }
        if let Some(age) = self.policy(list).and_then(|list| list.max_age.as_ref()) {
            let now = self.now();
            let hours = age.get().after(now).duration_since(now).as_hours();
            // A list says the day, not the hour: a copy of a day's age is one of yesterday.
            limits.max_age_days =
                i32::try_from(hours.div_euclid(24).max(0) + 1).unwrap_or(i32::MAX);
        }
        limits
    }

    /// What a person must have seen before the candidate replaces the version in force.
    fn concerns(&self, current: Option<&ListVersion>, candidate: &Candidate) -> Vec<String> {
        self.concerns_about(current, &candidate.receipt(), &candidate.list)
    }

    /// The same by what is kept of a version.
    fn concerns_about(
        &self,
        current: Option<&ListVersion>,
        next: &SourceReceipt,
        list: &str,
    ) -> Vec<String> {
        let receipt = current.map(|current| receipt_of(current, next));
        let limits = self.limits(list);
        tidewaiter_formats::lists::version::concerns(receipt.as_ref(), next, self.today(), &limits)
            .iter()
            .map(words)
            .collect()
    }

    /// Today, in UTC.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        jiff::tz::Offset::UTC.to_datetime(self.now()).date()
    }
}

/// The receipt of a stored version, in the words of another receipt where only that has any.
fn receipt_of(version: &ListVersion, like: &SourceReceipt) -> SourceReceipt {
    SourceReceipt {
        published: version
            .published
            .as_deref()
            .and_then(|date| date.parse().ok()),
        counts: reading::counts_from_json(&version.counts).unwrap_or(ListCounts {
            unknown: version.entries,
            ..ListCounts::default()
        }),
        version: ContentHash::of(&version.address),
        ..like.clone()
    }
}

/// A concern in words.
fn words(concern: &Concern) -> String {
    match concern {
        Concern::Shrunk { from, to } => format!("shrinks from {from} to {to} entries"),
        Concern::Grown { from, to } => format!("grows from {from} to {to} entries"),
        Concern::Older { from, to } => {
            format!("is of {to}, older than the version in force ({from})")
        }
        Concern::Stale { published, days } if *days < 0 => {
            format!("is of {published}, which lies in the future")
        }
        Concern::Stale { published, days } => format!("is of {published}, {days} days old"),
        Concern::Undated => "does not say when it was published".to_owned(),
        Concern::OtherList { from, to } => format!("is of another list ({to}) than {from}"),
    }
}

/// How two contents differ, in numbers.
fn difference(before: &Contents, after: &Contents) -> (u64, u64, u64) {
    match (before, after) {
        (before, Contents::Documents(after)) => {
            let nothing = register::Numbers::default();
            let before = match before {
                Contents::Documents(before) => before,
                Contents::Subjects(_) => &nothing,
            };
            let (added, removed) = register::came_and_went(before, after);
            (added as u64, removed as u64, 0)
        }
        (before, after) => {
            let diff = diff(before.subjects(), after.subjects());
            (
                diff.added.len() as u64,
                diff.removed.len() as u64,
                diff.changed.len() as u64,
            )
        }
    }
}

/// What a list of this content is to the store.
const fn content(contents: &Contents) -> ListContent {
    match contents {
        Contents::Subjects(_) => ListContent::Subjects,
        Contents::Documents(_) => ListContent::Documents,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_named_by_list_and_number() {
        let read = |text: &str| ListRef::parse(text).map(|r| (r.list, r.version));
        assert_eq!(read("un-sc@3"), Some(("un-sc".into(), Some(3))));
        assert_eq!(read("un-sc"), Some(("un-sc".into(), None)));
        assert_eq!(read("a@b@12"), Some(("a@b".into(), Some(12))));
        for text in ["", "@3", "un-sc@", "un-sc@0", "un-sc@x"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
