//! Lists, the mandate, the audit log.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tidewaiter_store::ListVersion;
use utoipa::ToSchema;

use super::{Json, Query};
use crate::app::App;
use crate::door::{Officer, Person};
use crate::problem::{Problem, Result};

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
    /// `not-in-mandate`.
    warnings: Vec<&'static str>,
}

/// A version of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListVersionDto {
    version: u32,
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

impl std::convert::From<ListVersion> for ListVersionDto {
    fn from(version: ListVersion) -> Self {
        Self {
            version: version.version,
            address: super::hex(&version.address),
            published: version.published,
            entries: version.entries,
            added_at: version.added_at.to_string(),
            in_force_at: version.in_force_at.map(|at| at.to_string()),
            agreed: version.agreed.into_iter().map(|one| one.person).collect(),
        }
    }
}

/// The lists, with the version in force and those that wait for others to agree.
#[utoipa::path(get, path = "/lists", tag = "look", security(("session" = [])),
    responses((status = 200, body = Vec<ListDto>)))]
pub(crate) async fn lists(
    State(app): State<Arc<App>>,
    person: Person,
) -> Result<Json<Vec<ListDto>>> {
    let standings = app
        .run(move |service| {
            service.actor(&person.signed_in)?;
            service.lists().map_err(Problem::from)
        })
        .await?;
    let lists = standings.into_iter().map(|standing| ListDto {
        id: standing.list,
        in_force: standing.in_force.map(Into::into),
        proposed: standing.proposed.into_iter().map(Into::into).collect(),
        versions: standing.versions,
        fresh_until: standing.fresh_until.map(|at| at.to_string()),
        is_query_only: standing.query_only,
        warnings: standing.warnings.iter().map(|w| w.as_str()).collect(),
    });
    Ok(Json(lists.collect()))
}

/// The mandate in force, and what it lets whoever asks do.
#[derive(Serialize, ToSchema)]
pub(crate) struct MandateDto {
    /// `name@version`.
    mandate: String,
    /// SHA-256 of its canonical form.
    hash: String,
    title: String,
    /// Whether this is the built-in evaluation profile: no live data.
    is_evaluation: bool,
    agency: String,
    role: String,
    /// What the role can.
    capabilities: Vec<&'static str>,
    /// The purposes for which it acts.
    purposes: Vec<PurposeDto>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PurposeDto {
    name: String,
    title: String,
}

/// The mandate in force, and what it lets whoever asks do.
#[utoipa::path(get, path = "/mandate", tag = "look", security(("session" = [])),
    responses((status = 200, body = MandateDto)))]
pub(crate) async fn mandate(
    State(app): State<Arc<App>>,
    person: Person,
) -> Result<Json<MandateDto>> {
    let mandate = app.service.mandate();
    let profile = mandate.profile();
    let name = person.signed_in.role();
    let role = (!person.signed_in.is_administrator())
        .then(|| profile.roles.iter().find(|(own, _)| own.get() == name))
        .flatten();
    let purposes = role.into_iter().flat_map(|(_, role)| &role.purposes);
    let purposes = purposes.map(|purpose| PurposeDto {
        name: purpose.get().clone(),
        title: profile
            .purposes
            .iter()
            .find(|(own, _)| *own == purpose)
            .map_or_else(String::new, |(_, p)| p.title.clone()),
    });
    let capabilities = role.into_iter().flat_map(|(_, role)| &role.can);
    Ok(Json(MandateDto {
        mandate: mandate.reference().name.clone(),
        hash: mandate.reference().hash.to_string(),
        title: profile.profile.title.clone(),
        is_evaluation: mandate.is_evaluation(),
        agency: app.service.tenant().agency().to_owned(),
        role: name.to_owned(),
        capabilities: capabilities.map(|can| can.as_str()).collect(),
        purposes: purposes.collect(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct From {
    #[serde(default)]
    from: u64,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AuditDto {
    /// The lines about this agency, in order. They name no traveller.
    lines: Vec<Value>,
    /// Where to go on.
    next: u64,
}

/// Lines of the audit log. Reading it leaves a line.
#[utoipa::path(get, path = "/audit", tag = "look", security(("session" = [])),
    params(("from" = Option<u64>, Query), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 200, body = AuditDto)))]
pub(crate) async fn audit(
    State(app): State<Arc<App>>,
    Query(From { from }): Query<From>,
    officer: Officer,
) -> Result<Json<AuditDto>> {
    if i64::try_from(from).is_err() {
        return Err(Problem::invalid("there are not so many lines"));
    }
    let (lines, next) = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service.audit_lines(&acting, from).map_err(Problem::from)
        })
        .await?;
    let lines = lines
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    Ok(Json(AuditDto { lines, next }))
}
