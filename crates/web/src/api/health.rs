//! Whether the service lives, and how much it does. Neither says anything of anybody.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tidewaiter_store::StoreError;
use utoipa::ToSchema;

use super::Json;
use crate::app::App;
use crate::problem::Result;

#[derive(Serialize, ToSchema)]
pub(crate) struct HealthDto {
    /// `ok`, or `failing` when the store cannot be read.
    status: &'static str,
    version: &'static str,
    /// Whether the evaluation profile is in use: no live data.
    is_evaluation: bool,
}

/// Whether the service lives.
#[utoipa::path(get, path = "/health", tag = "operation",
    responses((status = 200, body = HealthDto), (status = 503, body = HealthDto)))]
pub(crate) async fn health(State(app): State<Arc<App>>) -> Response {
    let lives = app
        .run(|service| {
            let tenant = service.tenant();
            service.store().read(|tx| tx.stop_switch(tenant))
        })
        .await
        .is_ok();
    let dto = HealthDto {
        status: if lives { "ok" } else { "failing" },
        version: env!("CARGO_PKG_VERSION"),
        is_evaluation: app.service.mandate().is_evaluation(),
    };
    let status = if lives {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(dto)).into_response()
}

/// Counts and times for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Result<Response> {
    let (backlog, hits, directives, stopped, overdue) = app
        .run(|service| {
            let now = service.now();
            service.store().read(|tx| {
                let tenant = service.tenant();
                let stopped = tx.stop_switch(tenant)?.is_some_and(|switch| switch.is_on);
                Ok::<_, StoreError>((
                    tx.backlog(Some(tenant), now)?,
                    tx.hit_counts(tenant)?,
                    tx.directive_counts(tenant)?,
                    stopped,
                    tx.overdue(Some(tenant), now)?,
                ))
            })
        })
        .await?;
    let by =
        |label: &str, word: &str, count: u64| (format!("{{{label}=\"{word}\"}}"), count as f64);
    let gauges = [
        (
            "tidewaiter_jobs",
            "Jobs by state.",
            vec![
                by("state", "ready", backlog.ready),
                by("state", "later", backlog.later),
                by("state", "leased", backlog.leased),
                by("state", "quarantined", backlog.quarantined),
            ],
        ),
        (
            "tidewaiter_hits",
            "Hits by state.",
            hits.iter()
                .map(|(state, count)| by("state", state.as_str(), *count))
                .collect(),
        ),
        (
            "tidewaiter_directives",
            "Directives by state.",
            directives
                .iter()
                .map(|(state, count, _)| by("state", state.as_str(), *count))
                .collect(),
        ),
        (
            "tidewaiter_directives_alarmed",
            "Directives for which somebody was called, by state.",
            directives
                .iter()
                .map(|(state, _, alarmed)| by("state", state.as_str(), *alarmed))
                .collect(),
        ),
        (
            "tidewaiter_stop_switch",
            "1 while all directives are held.",
            vec![(String::new(), f64::from(u8::from(stopped)))],
        ),
        (
            "tidewaiter_overdue",
            "What is past its time: anything but 0 is an alarm.",
            vec![
                by("what", "mask", overdue.to_mask),
                by("what", "erase", overdue.to_erase),
                by("what", "raw", overdue.raw),
            ],
        ),
    ];
    let text = app.metrics.text(&gauges);
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
