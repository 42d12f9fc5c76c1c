//! What is recorded about a hit beside its life: what came of an act, what an authority outside has
//! approved, who works on it; and what was counted.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tidewaiter_mandate::review::{FoundKind, Outcome};
use tidewaiter_service::{ExternalApproval, NewOutcome};
use tidewaiter_store::Statistic;
use utoipa::ToSchema;

use super::once::{Asked, SteppedDto, once};
use super::{Json, Query};
use crate::app::App;
use crate::door::Officer;
use crate::problem::{Problem, Result};

/// What came of an act.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOutcomeDto {
    /// `found`, `nothing`, `not-stopped`.
    outcome: String,
    /// What was found, where something was: `listed-person`, `wanted-person`, `document`,
    /// `narcotics`, `weapons`, `cash`, `excise`, `prohibited`, `dual-use`, `misdeclared`, `other`.
    #[serde(default)]
    found: Vec<String>,
    /// In words; sealed with the outcome.
    note: Option<String>,
}

/// Record what came of the act that was done; said again, it takes the place of what was said before.
#[utoipa::path(post, path = "/hits/{id}/outcome", tag = "hits", security(("session" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    request_body = NewOutcomeDto,
    responses((status = 200, body = SteppedDto, headers(("ETag" = String))),
        (status = 412, description = "Somebody else was first: look again")))]
pub(crate) async fn outcome(
    State(app): State<Arc<App>>,
    Path(hit): Path<String>,
    headers: HeaderMap,
    officer: Officer,
    Json(given): Json<NewOutcomeDto>,
) -> Result<Response> {
    let outcome = Outcome::from_word(&given.outcome)
        .ok_or_else(|| Problem::invalid("an outcome is found, nothing or not-stopped"))?;
    let found = given.found.iter();
    let found = found
        .map(|word| FoundKind::from_word(word))
        .collect::<Option<Vec<_>>>();
    let found = found.ok_or_else(|| Problem::invalid("there is no such kind of find"))?;
    let request = serde_json::to_vec(&given).unwrap_or_default();
    let asked = Asked::of("outcome", &hit, &headers, officer, given.note, request)?;
    once(&app, asked, move |service, by, id, version| {
        let new = NewOutcome { outcome, found };
        Ok((service.record_outcome(by, id, version, &new)?, None))
    })
    .await
}

/// What an authority outside has approved.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExternalApprovalDto {
    /// Which authority: a court, an independent body.
    authority: String,
    /// The number of its document.
    reference: String,
    /// The day of the document, ISO.
    decided_on: String,
    /// SHA-256 of the document, in hexadecimal. The document itself may be put into the case.
    document: String,
    /// In words; sealed with it.
    note: Option<String>,
}

/// Record what a court or another authority has approved about a hit, by the hash of its document.
#[utoipa::path(post, path = "/hits/{id}/external-approval", tag = "hits",
    security(("session" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    request_body = ExternalApprovalDto,
    responses((status = 200, body = SteppedDto, headers(("ETag" = String))),
        (status = 412, description = "Somebody else was first: look again")))]
pub(crate) async fn external_approval(
    State(app): State<Arc<App>>,
    Path(hit): Path<String>,
    headers: HeaderMap,
    officer: Officer,
    Json(given): Json<ExternalApprovalDto>,
) -> Result<Response> {
    let decided_on = given.decided_on.parse();
    let decided_on = decided_on.map_err(|_| Problem::invalid("the day is no date"))?;
    let document = digest(&given.document)
        .ok_or_else(|| Problem::invalid("the document is named by 64 hexadecimal digits"))?;
    let new = ExternalApproval {
        authority: given.authority.clone(),
        reference: given.reference.clone(),
        decided_on,
        document,
    };
    let request = serde_json::to_vec(&given).unwrap_or_default();
    let asked = Asked::of("external", &hit, &headers, officer, given.note, request)?;
    once(&app, asked, move |service, by, id, version| {
        Ok((
            service.record_external_approval(by, id, version, &new)?,
            None,
        ))
    })
    .await
}

/// A hash in hexadecimal.
pub(crate) fn digest(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

/// How a hit is taken on.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimDto {
    /// Whether it is taken over from whoever has it.
    #[serde(default)]
    take_over: bool,
}

/// Take a hit on: nobody else judges it or proposes anything about it meanwhile.
#[utoipa::path(post, path = "/hits/{id}/claim", tag = "hits", security(("session" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    request_body = ClaimDto,
    responses((status = 200, body = SteppedDto, headers(("ETag" = String))),
        (status = 409, description = "Somebody else works on it"),
        (status = 412, description = "Somebody else was first: look again")))]
pub(crate) async fn claim(
    State(app): State<Arc<App>>,
    Path(hit): Path<String>,
    headers: HeaderMap,
    officer: Officer,
    Json(given): Json<ClaimDto>,
) -> Result<Response> {
    let request = serde_json::to_vec(&given).unwrap_or_default();
    let asked = Asked::of("claim", &hit, &headers, officer, None, request)?;
    once(&app, asked, move |service, by, id, version| {
        Ok((service.claim_hit(by, id, version, given.take_over)?, None))
    })
    .await
}

/// Lay a hit down that one had taken on.
#[utoipa::path(delete, path = "/hits/{id}/claim", tag = "hits", security(("session" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 200, body = SteppedDto, headers(("ETag" = String))),
        (status = 412, description = "Somebody else was first: look again")))]
pub(crate) async fn release(
    State(app): State<Arc<App>>,
    Path(hit): Path<String>,
    headers: HeaderMap,
    officer: Officer,
) -> Result<Response> {
    let asked = Asked::of("release", &hit, &headers, officer, None, Vec::new())?;
    once(&app, asked, |service, by, id, version| {
        Ok((service.release_hit(by, id, version)?, None))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Months {
    from: Option<String>,
    until: Option<String>,
}

impl Months {
    /// Refuses what is no month.
    pub(crate) fn checked(self) -> Result<Self> {
        for month in [&self.from, &self.until].into_iter().flatten() {
            if format!("{month}-01").parse::<jiff::civil::Date>().is_err() {
                return Err(Problem::invalid("a month is written 2026-11"));
            }
        }
        Ok(self)
    }

    /// The first month and the last, where they are given.
    pub(crate) fn span(&self) -> (Option<&str>, Option<&str>) {
        (self.from.as_deref(), self.until.as_deref())
    }
}

/// Something that was counted in a month, about nobody.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatisticDto {
    /// In UTC: `2026-11`.
    month: String,
    /// `travellers`, `matches`, `judged:same`, `outcome:found` …
    name: String,
    /// Of which list; empty for all.
    list: String,
    /// Of which carrier; empty for all.
    carrier: String,
    /// Less than none where what an earlier month counted was corrected in this one.
    count: i64,
}

impl From<Statistic> for StatisticDto {
    fn from(statistic: Statistic) -> Self {
        let Statistic {
            month,
            name,
            list,
            carrier,
            count,
        } = statistic;
        Self {
            month,
            name,
            list,
            carrier,
            count,
        }
    }
}

/// What was counted, month by month: the last twelve months unless others are asked for.
#[utoipa::path(get, path = "/statistics", tag = "look", security(("session" = [])),
    params(("from" = Option<String>, Query), ("until" = Option<String>, Query),
        ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = Vec<StatisticDto>)))]
pub(crate) async fn statistics(
    State(app): State<Arc<App>>,
    Query(months): Query<Months>,
    officer: Officer,
) -> Result<Json<Vec<StatisticDto>>> {
    let months = months.checked()?;
    let counted = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service
                .statistics(&acting, months.span())
                .map_err(Problem::from)
        })
        .await?;
    Ok(Json(counted.into_iter().map(Into::into).collect()))
}
