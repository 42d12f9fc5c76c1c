//! Look-backs: how far what changed was compared with everybody held, and what came of it.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use tidewaiter_store::{LookbackCause, LookbackRun};
use utoipa::ToSchema;

use super::{Json, Query, id};
use crate::app::App;
use crate::door::Officer;
use crate::problem::{Problem, Result};

/// So many on a page, unless fewer are asked for.
const PAGE_MOST: u32 = 200;
const PAGE: u32 = 50;

/// A look-back: numbers about nobody.
#[derive(Serialize, ToSchema)]
pub(crate) struct LookbackDto {
    id: String,
    /// What changed: `list`, `documents`, `selector`, `exemption`, `mandate`, `measure`.
    cause: &'static str,
    /// The list; empty where everything was looked at anew.
    list: String,
    /// Its one entry that changed.
    entry: Option<String>,
    /// The version that was in force.
    before: Option<u32>,
    /// The version that is.
    after: Option<u32>,
    /// Whether whom it concerns is found by `keys`, or it is `exhaustive`.
    mode: &'static str,
    /// `find`, `current` (flights of today and later), `all` (everybody else), `done`.
    stage: &'static str,
    /// How many travellers it is about, once that is known.
    total: Option<u64>,
    screened: u64,
    /// Hits raised.
    raised: u64,
    /// Hits that are to be looked at again, or whose entry is back.
    changed: u64,
    /// Hits whose ground is gone.
    closed: u64,
    started_at: String,
    finished_at: Option<String>,
}

impl From<LookbackRun> for LookbackDto {
    fn from(run: LookbackRun) -> Self {
        Self {
            id: run.id.to_string(),
            cause: run.cause.as_str(),
            list: run.list,
            entry: run.entry,
            before: run.before,
            after: run.after,
            mode: run.mode.as_str(),
            stage: run.stage.as_str(),
            total: run.total,
            screened: run.screened,
            raised: run.raised,
            changed: run.changed,
            closed: run.closed,
            started_at: run.started_at.to_string(),
            finished_at: run.finished_at.map(|at| at.to_string()),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LookbackQuery {
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct LookbacksDto {
    /// The newest first.
    look_backs: Vec<LookbackDto>,
    /// To be given as `after` for the next page; none on the last.
    next: Option<String>,
}

/// The look-backs, page by page. For those who may change lists.
#[utoipa::path(get, path = "/look-backs", tag = "lists", security(("session" = [])),
    params(("after" = Option<String>, Query), ("limit" = Option<u32>, Query),
        ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = LookbacksDto)))]
pub(crate) async fn lookbacks(
    State(app): State<Arc<App>>,
    Query(query): Query<LookbackQuery>,
    officer: Officer,
) -> Result<Json<LookbacksDto>> {
    let behind = query.after.as_deref().map(id).transpose()?;
    let most = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MOST);
    let mut runs = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service.may_import(&acting)?;
            Ok::<_, Problem>(service.lookbacks_behind(behind.as_ref(), most + 1)?)
        })
        .await?;
    let is_last = runs.len() <= most as usize;
    runs.truncate(most as usize);
    let last = runs.last().map(|run| run.id.to_string());
    Ok(Json(LookbacksDto {
        next: last.filter(|_| !is_last),
        look_backs: runs.into_iter().map(Into::into).collect(),
    }))
}

/// A look-back: how far it has come, and what it found.
#[utoipa::path(get, path = "/look-backs/{id}", tag = "lists", security(("session" = [])),
    params(("id" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = LookbackDto)))]
pub(crate) async fn lookback(
    State(app): State<Arc<App>>,
    Path(run): Path<String>,
    officer: Officer,
) -> Result<Json<LookbackDto>> {
    let run = id(&run);
    let run = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service.may_import(&acting)?;
            Ok::<_, Problem>(service.lookback(&run?)?)
        })
        .await?;
    // What only counts beforehand is shown with what is proposed.
    if run.cause == LookbackCause::Preview {
        return Err(Problem::not_found());
    }
    Ok(Json(run.into()))
}
