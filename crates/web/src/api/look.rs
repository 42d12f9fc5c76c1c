//! The mandate, the audit log.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Json, Query};
use crate::app::App;
use crate::door::{Officer, Person};
use crate::problem::{Problem, Result};

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
