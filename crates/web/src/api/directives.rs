//! What carriers were told, the switch that holds it, and what our own staff must do.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tidewaiter_store::{Directive, Task};
use utoipa::ToSchema;

use super::{Json, id};
use crate::app::App;
use crate::door::{Officer, Person};
use crate::problem::{Problem, Result};

/// So many are shown.
const MOST: u32 = 200;

/// What a carrier was told of a traveller; without the traveller.
#[derive(Serialize, ToSchema)]
pub(crate) struct DirectiveDto {
    id: String,
    hit: String,
    carrier: String,
    /// The transaction reference that the acknowledgement names.
    reference: String,
    /// `1Z` do not board, `0Z` no objection.
    code: String,
    lane: &'static str,
    /// The directive that it takes back.
    revokes: Option<String>,
    /// `waiting`, `sent`, `acknowledged`, `withdrawn`, `revoked`, `expired`.
    state: &'static str,
    attempts: u32,
    /// Why the last attempt failed.
    fault: Option<String>,
    made_at: String,
    sent_at: Option<String>,
    acknowledged_at: Option<String>,
    /// Since when somebody is to telephone.
    alarmed_at: Option<String>,
}

impl From<Directive> for DirectiveDto {
    fn from(directive: Directive) -> Self {
        let text = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
        Self {
            id: directive.id.to_string(),
            hit: directive.hit.to_string(),
            carrier: directive.carrier,
            reference: directive.reference,
            code: directive.code,
            lane: directive.lane.as_str(),
            revokes: directive.revokes.map(|id| id.to_string()),
            state: directive.state.as_str(),
            attempts: directive.attempts,
            fault: directive.fault,
            made_at: directive.made_at.to_string(),
            sent_at: text(directive.sent_at),
            acknowledged_at: text(directive.acknowledged_at),
            alarmed_at: text(directive.alarmed_at),
        }
    }
}

/// The directives of the last week, last first.
#[utoipa::path(get, path = "/directives", tag = "directives", security(("session" = [])),
    params(("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = Vec<DirectiveDto>)))]
pub(crate) async fn directives(
    State(app): State<Arc<App>>,
    officer: Officer,
) -> Result<Json<Vec<DirectiveDto>>> {
    let directives = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service.directives_for(&acting, MOST).map_err(Problem::from)
        })
        .await?;
    Ok(Json(directives.into_iter().map(Into::into).collect()))
}

/// Whether all directives are held.
#[derive(Serialize, ToSchema)]
pub(crate) struct StopDto {
    is_on: bool,
    person: Option<String>,
    reason: Option<String>,
    changed_at: Option<String>,
}

/// Whether all directives are held.
#[utoipa::path(get, path = "/directives/stop", tag = "directives", security(("session" = [])),
    responses((status = 200, body = StopDto)))]
pub(crate) async fn stop(State(app): State<Arc<App>>, person: Person) -> Result<Json<StopDto>> {
    let switch = app
        .run(move |service| {
            // Whoever is signed in in a role, and no administrator.
            service.actor(&person.signed_in)?;
            service.stop_switch().map_err(Problem::from)
        })
        .await?;
    Ok(Json(switch.map_or(
        StopDto {
            is_on: false,
            person: None,
            reason: None,
            changed_at: None,
        },
        |switch| StopDto {
            is_on: switch.is_on,
            person: Some(switch.person),
            reason: Some(switch.reason),
            changed_at: Some(switch.changed_at.to_string()),
        },
    )))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TurnDto {
    is_on: bool,
}

/// Hold all directives, or let them go. The reason is the header's.
#[utoipa::path(put, path = "/directives/stop", tag = "directives", security(("session" = [])),
    params(("Purpose" = String, Header), ("Reason" = String, Header)), request_body = TurnDto,
    responses((status = 204, description = "Turned")))]
pub(crate) async fn turn(
    State(app): State<Arc<App>>,
    officer: Officer,
    Json(given): Json<TurnDto>,
) -> Result<StatusCode> {
    app.run(move |service| {
        let acting = officer.acting(service)?;
        service
            .turn_stop_switch(&acting, given.is_on)
            .map_err(Problem::from)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Something that our own staff must do.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskDto {
    id: String,
    /// `meet-flight`, `look-again`, `call-carrier`, `departs-in-3-hours`, `departs-in-1-hour`,
    /// `departs-in-30-minutes`.
    kind: String,
    hit: String,
    flight: Option<String>,
    made_at: String,
}

impl From<Task> for TaskDto {
    fn from(task: Task) -> Self {
        Self {
            id: task.id.to_string(),
            kind: task.kind,
            hit: task.hit.to_string(),
            flight: task.flight.map(|id| id.to_string()),
            made_at: task.made_at.to_string(),
        }
    }
}

/// The open tasks of a purpose, oldest first.
#[utoipa::path(get, path = "/tasks", tag = "directives", security(("session" = [])),
    params(("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = Vec<TaskDto>)))]
pub(crate) async fn tasks(
    State(app): State<Arc<App>>,
    officer: Officer,
) -> Result<Json<Vec<TaskDto>>> {
    let tasks = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service.tasks(&acting, MOST).map_err(Problem::from)
        })
        .await?;
    Ok(Json(tasks.into_iter().map(Into::into).collect()))
}

/// Take a task off the list.
#[utoipa::path(post, path = "/tasks/{id}/done", tag = "directives", security(("session" = [])),
    params(("id" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 204, description = "Done")))]
pub(crate) async fn task_done(
    State(app): State<Arc<App>>,
    Path(task): Path<String>,
    officer: Officer,
) -> Result<StatusCode> {
    let task = id(&task)?;
    app.run(move |service| {
        let acting = officer.acting(service)?;
        service.task_done(&acting, &task).map_err(Problem::from)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
