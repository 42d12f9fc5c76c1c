//! Lists, versions, proposals and impacts as JSON.

use serde::Serialize;
use serde_json::Value;
use tidewaiter_service::{
    DiffPage, EntryDiff, FieldDiff, Impact, ListAdded, ListStanding, Proposal,
};
use tidewaiter_store::{Agreement, ImpactCounts, ListSource, ListVersion};
use utoipa::ToSchema;

use crate::api::hex;

/// A list that is stored or that the mandate names, and how it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListDto {
    /// Its name in the mandate.
    id: String,
    in_force: Option<ListVersionDto>,
    /// Versions that wait for others to agree.
    proposed: Vec<ListVersionDto>,
    /// How many versions there are.
    versions: u32,
    /// Until when the copy is fresh enough for the mandate.
    fresh_until: Option<String>,
    /// Whether it is asked and not copied.
    is_query_only: bool,
    /// What somebody should look at: `missing`, `too-old`, `undated`, `proposed`,
    /// `removal-proposed`, `not-in-mandate`.
    warnings: Vec<&'static str>,
}

impl From<ListStanding> for ListDto {
    fn from(standing: ListStanding) -> Self {
        Self {
            id: standing.list,
            in_force: standing.in_force.map(Into::into),
            proposed: standing.proposed.into_iter().map(Into::into).collect(),
            versions: standing.versions,
            fresh_until: standing.fresh_until.map(|at| at.to_string()),
            is_query_only: standing.query_only,
            warnings: standing.warnings.iter().map(|w| w.as_str()).collect(),
        }
    }
}

/// A version of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListVersionDto {
    version: u32,
    /// `proposed`, `in-force` or `retired`.
    state: &'static str,
    /// The address of its content: SHA-256 in hexadecimal.
    address: String,
    /// When its authority published it, ISO.
    published: Option<String>,
    entries: u32,
    added_at: String,
    in_force_at: Option<String>,
    /// Who agreed, first whoever added it.
    agreed: Vec<String>,
}

impl From<ListVersion> for ListVersionDto {
    fn from(version: ListVersion) -> Self {
        Self {
            version: version.version,
            state: version.state.as_str(),
            address: hex(&version.address),
            published: version.published,
            entries: version.entries,
            added_at: version.added_at.to_string(),
            in_force_at: version.in_force_at.map(|at| at.to_string()),
            agreed: version.agreed.into_iter().map(|one| one.person).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ListVersionsDto {
    /// The newest first.
    pub(super) versions: Vec<ListVersionDto>,
    /// To be given as `after` for the next page; none on the last.
    pub(super) next: Option<u32>,
}

/// A file that a version was read from.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListFileDto {
    /// What whoever gave it called it.
    name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
}

impl From<ListSource> for ListFileDto {
    fn from(file: ListSource) -> Self {
        Self {
            name: file.name,
            sha256: hex(&file.sha256),
        }
    }
}

/// Somebody who agreed.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgreementDto {
    person: String,
    role: String,
    at: String,
}

impl From<Agreement> for AgreementDto {
    fn from(agreed: Agreement) -> Self {
        Self {
            person: agreed.person,
            role: agreed.role,
            at: agreed.at.to_string(),
        }
    }
}

/// What would follow for those who are held: numbers only.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImpactCountsDto {
    /// Travellers with a new hit.
    travellers: u64,
    /// New hits in the band of alerts.
    alert: u64,
    /// New hits in the band of reviews.
    review: u64,
    /// New hits on pairs that somebody has cleared: cleared at once.
    cleared: u64,
    /// Hits that are to be looked at again, since what they rest on says something else.
    reviewed_again: u64,
    /// Hits that lapse: nobody has looked, and the entry fits no more.
    lapsed: u64,
}

impl From<ImpactCounts> for ImpactCountsDto {
    fn from(counts: ImpactCounts) -> Self {
        Self {
            travellers: counts.travellers,
            alert: counts.alert,
            review: counts.review,
            cleared: counts.cleared,
            reviewed_again: counts.reviewed_again,
            lapsed: counts.lapsed,
        }
    }
}

/// What a change of a list would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImpactDto {
    /// `computing`, `done`, or `overtaken`: what it was compared with is not in force any more.
    state: &'static str,
    /// Whether it says what would happen now: it is done, and of the version and the mandate in force.
    is_current: bool,
    /// The version that was in force.
    against: Option<u32>,
    asked_by: String,
    asked_at: String,
    done_at: Option<String>,
    /// How many of those who are held it is about, once that is known.
    total: Option<u64>,
    screened: u64,
    /// What whoever agrees consents to, with the figures.
    concerns: Vec<String>,
    /// Entries that are new.
    added: u64,
    /// Entries that are gone.
    removed: u64,
    /// Entries that differ.
    changed: u64,
    /// Open hits whose entry goes: no act can rest on them any more, and a person closes them.
    marked: u64,
    /// Open hits whose entry comes back.
    restored: u64,
    /// On flights of today and later.
    coming: ImpactCountsDto,
    /// Among all who are held, those on coming flights included.
    held: ImpactCountsDto,
}

impl From<Impact> for ImpactDto {
    fn from(impact: Impact) -> Self {
        let counted = impact.counted;
        Self {
            state: counted.state.as_str(),
            is_current: impact.is_current,
            against: counted.against,
            asked_by: counted.asked_by,
            asked_at: counted.asked_at.to_string(),
            done_at: counted.done_at.map(|at| at.to_string()),
            total: impact.total,
            screened: impact.screened,
            concerns: impact.concerns,
            added: counted.basis.added,
            removed: counted.basis.removed,
            changed: counted.basis.changed,
            marked: counted.basis.marked,
            restored: counted.basis.restored,
            coming: counted.now.into(),
            held: counted.now.plus(counted.past).into(),
        }
    }
}

/// A version with its receipt, or that the list goes out of force; whether it is proposed, and what it
/// would do. Whoever agrees to it sends its ETag.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListProposalDto {
    list: String,
    /// None where the list is to go out of force.
    version: Option<ListVersionDto>,
    /// The form of the files: `un-xml` …
    format: Option<String>,
    files: Vec<ListFileDto>,
    /// How many of everything.
    counts: Option<Value>,
    /// What whoever proposed it consented to.
    consented: Vec<String>,
    /// The version in force.
    in_force: Option<u32>,
    /// Whether it is proposed and waits for others.
    is_open: bool,
    /// Who agreed, first whoever proposed it.
    agreed: Vec<AgreementDto>,
    /// The roles that must still agree.
    waits_for: Vec<String>,
    impact: Option<ImpactDto>,
}

impl ListProposalDto {
    pub(super) fn new(list: String, proposal: Proposal) -> Self {
        let stored = proposal.version;
        let files = stored.iter().flat_map(|version| version.files.clone());
        let json = |text: Option<&str>| text.and_then(|text| serde_json::from_str(text).ok());
        let consented = stored.as_ref().map(|version| version.consented.as_str());
        Self {
            list,
            format: stored.as_ref().map(|version| version.format.clone()),
            files: files.map(Into::into).collect(),
            counts: json(stored.as_ref().map(|version| version.counts.as_str())),
            consented: consented
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default(),
            version: stored.map(Into::into),
            in_force: proposal.in_force.map(|version| version.version),
            is_open: proposal.is_open,
            agreed: proposal.agreed.into_iter().map(Into::into).collect(),
            waits_for: proposal.waits_for,
            impact: proposal.impact.map(Into::into),
        }
    }
}

/// What became of a proposal.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListDoneDto {
    list: String,
    /// The version; of a list that is to go out of force, the one that is or was in force.
    version: u32,
    /// The version that was in force before.
    before: Option<u32>,
    /// Where the version stands now: `proposed`, `in-force`, `retired`.
    state: &'static str,
    /// Whether it was in force or proposed already: nothing was done.
    is_unchanged: bool,
    entries: u32,
    /// How many entries it adds to the version in force, takes away, changes.
    added: u64,
    removed: u64,
    changed: u64,
    /// What was consented to.
    concerns: Vec<String>,
    /// The roles that must still agree.
    waits_for: Vec<String>,
    /// The look-back that follows: `/look-backs/{id}`.
    look_back: Option<String>,
}

impl From<&ListAdded> for ListDoneDto {
    fn from(done: &ListAdded) -> Self {
        let (added, removed, changed) = done.difference;
        Self {
            list: done.list.clone(),
            version: done.version,
            before: done.before,
            state: done.state.as_str(),
            is_unchanged: done.unchanged,
            entries: done.entries,
            added,
            removed,
            changed,
            concerns: done.concerns.clone(),
            waits_for: done.waits_for.clone(),
            look_back: done.lookback.map(|id| id.to_string()),
        }
    }
}

/// A field of an entry, as `inspect --json` calls it.
#[derive(Serialize, ToSchema)]
pub(crate) struct FieldDiffDto {
    field: String,
    /// What the earlier version says; null for nothing.
    before: Value,
    /// What the later version says; null for nothing.
    after: Value,
}

impl From<FieldDiff> for FieldDiffDto {
    fn from(diff: FieldDiff) -> Self {
        Self {
            field: diff.field,
            before: diff.before,
            after: diff.after,
        }
    }
}

/// An entry that differs.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryDiffDto {
    /// The list's own reference.
    entry: String,
    /// `added`, `removed` or `changed`.
    fate: &'static str,
    /// Of a changed entry the fields that differ; otherwise all it says.
    fields: Vec<FieldDiffDto>,
}

impl From<EntryDiff> for EntryDiffDto {
    fn from(diff: EntryDiff) -> Self {
        Self {
            entry: diff.entry.to_string(),
            fate: diff.fate.as_str(),
            fields: diff.fields.into_iter().map(Into::into).collect(),
        }
    }
}

/// A page of the differences between two versions.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiffDto {
    /// The earlier version; none where nothing is in force.
    from: Option<u32>,
    /// How many entries are added, taken away, changed in all.
    added: u64,
    removed: u64,
    changed: u64,
    /// In the order of their references. Of a register of documents none: it is counted only.
    entries: Vec<EntryDiffDto>,
    /// To be given as `after` for the next page; none on the last.
    next: Option<String>,
}

impl From<DiffPage> for DiffDto {
    fn from(page: DiffPage) -> Self {
        let (added, removed, changed) = page.counts;
        Self {
            from: page.from,
            added,
            removed,
            changed,
            entries: page.entries.into_iter().map(Into::into).collect(),
            next: page.next.map(|entry| entry.to_string()),
        }
    }
}
