//! How the lists stand: what is in force, how old it is, and what somebody should look at.

use jiff::Timestamp;
use jiff::civil::Date;
use tidewaiter_mandate::ListMode;
use tidewaiter_store::{ListState, ListVersion};

use crate::{Result, Service, ServiceError};

/// Something about a list that somebody should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListWarning {
    /// The mandate wants it, and nothing of it is in force: it finds nobody.
    Missing,
    /// The copy is older than the mandate allows.
    TooOld,
    /// The version does not say when it was published.
    Undated,
    /// A version waits for others to agree.
    Proposed,
    /// That it goes out of force waits for others to agree.
    RemovalProposed,
    /// The mandate does not name it: it serves no purpose.
    NotInMandate,
}

impl ListWarning {
    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooOld => "too-old",
            Self::Undated => "undated",
            Self::Proposed => "proposed",
            Self::RemovalProposed => "removal-proposed",
            Self::NotInMandate => "not-in-mandate",
        }
    }
}

/// How a list stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ListStanding {
    /// The list, by its name in the mandate.
    pub list: String,
    /// The version in force.
    pub in_force: Option<ListVersion>,
    /// Versions that wait for others to agree.
    pub proposed: Vec<ListVersion>,
    /// How many versions there are.
    pub versions: u32,
    /// The date of publication of the version in force.
    pub published: Option<Date>,
    /// Until when the copy is fresh enough for the mandate, counted from when its content was last
    /// given.
    pub fresh_until: Option<Timestamp>,
    /// Whether it is asked and not copied.
    pub query_only: bool,
    /// What somebody should look at.
    pub warnings: Vec<ListWarning>,
}

impl Service {
    /// How every list stands that is stored, or that the mandate names.
    ///
    /// # Errors
    ///
    /// What the store meets.
    pub fn lists(&self) -> Result<Vec<ListStanding>> {
        let (versions, to_remove) = self.store.read(|tx| {
            Ok((
                tx.list_versions(&self.tenant)?,
                tx.lists_to_remove(&self.tenant)?,
            ))
        })?;
        let named = self
            .mandate()
            .lists()
            .map(|(_, list)| list.id.get().clone());
        let mut names: Vec<String> = versions
            .iter()
            .map(|version| version.list.clone())
            .chain(named)
            .collect();
        names.sort();
        names.dedup();
        Ok(names
            .into_iter()
            .map(|list| {
                let is_to_go = to_remove.contains(&list);
                self.standing(list, &versions, is_to_go)
            })
            .collect())
    }

    /// How one list stands.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NotFound`] when it is neither stored nor named by the mandate.
    pub fn list(&self, list: &str) -> Result<ListStanding> {
        let all = self.lists()?;
        let found = all.into_iter().find(|standing| standing.list == list);
        found.ok_or(ServiceError::NotFound("list"))
    }

    fn standing(&self, list: String, versions: &[ListVersion], is_to_go: bool) -> ListStanding {
        let of_list = || versions.iter().filter(|version| version.list == list);
        let in_force = of_list().find(|v| v.state == ListState::InForce).cloned();
        let proposed: Vec<ListVersion> = of_list()
            .filter(|v| v.state == ListState::Proposed)
            .cloned()
            .collect();
        let policy = self.policy(&list);
        let query_only = policy.is_some_and(|list| *list.mode.get() == ListMode::QueryOnly);
        let published = in_force
            .as_ref()
            .and_then(|version| version.published.as_deref()?.parse().ok());
        let fresh_until = in_force
            .as_ref()
            .zip(policy.and_then(|list| list.max_age.as_ref()))
            .map(|(version, age)| age.get().after(version.seen_at));
        let mut warnings = Vec::new();
        let mut warn = |when: bool, warning| {
            if when {
                warnings.push(warning);
            }
        };
        warn(
            in_force.is_none() && policy.is_some() && !query_only,
            ListWarning::Missing,
        );
        warn(
            fresh_until.is_some_and(|until| until < self.now()),
            ListWarning::TooOld,
        );
        warn(
            in_force.is_some() && published.is_none(),
            ListWarning::Undated,
        );
        warn(!proposed.is_empty(), ListWarning::Proposed);
        warn(is_to_go && in_force.is_some(), ListWarning::RemovalProposed);
        warn(
            policy.is_none() && !self.mandate().is_evaluation(),
            ListWarning::NotInMandate,
        );
        ListStanding {
            versions: u32::try_from(of_list().count()).unwrap_or(u32::MAX),
            list,
            in_force,
            proposed,
            published,
            fresh_until,
            query_only,
            warnings,
        }
    }
}
