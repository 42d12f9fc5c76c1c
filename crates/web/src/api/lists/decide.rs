//! How a proposal ends: others agree, having seen what it would do, or it is rejected.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, IF_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use tidewaiter_service::{DoorError, ListAdded, ListBy, ListOnce, Service};

use super::dto::ListDoneDto;
use super::{ConsentDto, number};
use crate::api::Json;
use crate::api::once::{is_late, kept, key_of};
use crate::app::App;
use crate::door::Officer;
use crate::problem::{Problem, Result};

/// What somebody asks about a proposal that they have seen.
struct Asked {
    list: String,
    version: Option<u32>,
    tag: String,
    key: Option<String>,
    hash: [u8; 32],
    officer: Officer,
}

impl Asked {
    fn of(
        what: &str,
        list: String,
        version: Option<u32>,
        headers: &HeaderMap,
        officer: Officer,
    ) -> Result<Self> {
        let tag = headers.get(IF_MATCH).and_then(|tag| tag.to_str().ok());
        let tag = tag.map(|tag| tag.trim_matches('"')).ok_or_else(|| {
            let title = "If-Match must say what was seen of the proposal";
            Problem::new(StatusCode::PRECONDITION_REQUIRED, "version-missing", title)
        })?;
        let mut hash = Sha256::new();
        for part in [what, &list, &version.unwrap_or(0).to_string(), tag] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Ok(Self {
            tag: tag.to_owned(),
            key: key_of(headers)?,
            hash: hash.finalize().into(),
            list,
            version,
            officer,
        })
    }
}

/// Ends a proposal once, one way or the other. What it is answered is kept in the transaction of what
/// it does.
async fn once(
    app: &Arc<App>,
    asked: Asked,
    end: impl FnOnce(&Service, ListBy<'_>, &str, Option<u32>) -> Result<ListAdded, DoorError>
    + Send
    + 'static,
) -> Result<Response> {
    let body = app
        .run(move |service| {
            let acting = asked.officer.acting(service)?;
            let signed_in = &asked.officer.person.signed_in;
            let before = || match &asked.key {
                Some(key) => kept(service, signed_in, key, &asked.hash),
                None => Ok(None),
            };
            if let Some(body) = before()? {
                return Ok::<_, Problem>(body);
            }
            let answer = |done: &ListAdded| {
                serde_json::to_string(&ListDoneDto::from(done)).unwrap_or_default()
            };
            let once = asked.key.as_deref().map(|key| ListOnce {
                key,
                request: asked.hash,
                answer: &answer,
            });
            let by = ListBy {
                signed_in,
                acting: &acting,
                tag: &asked.tag,
                once: once.as_ref(),
            };
            match end(service, by, &asked.list, asked.version) {
                Ok(done) => Ok(answer(&done)),
                // The same request at the same time was first: this one is answered as that was.
                Err(error) if is_late(&error) => match before()? {
                    Some(body) => Ok(body),
                    None => Err(error.into()),
                },
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    let mut response = body.into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

async fn approved(app: &Arc<App>, asked: Asked, consent: bool) -> Result<Response> {
    once(app, asked, move |service, by, list, version| {
        service.approve_proposal(by, list, version, consent)
    })
    .await
}

async fn rejected(app: &Arc<App>, asked: Asked) -> Result<Response> {
    once(app, asked, |service, by, list, version| {
        Ok(service.reject_proposal(by, list, version)?)
    })
    .await
}

/// Agree to a version that somebody else has proposed, having seen what it would do. Once everybody
/// has agreed whom the mandate names, it comes into force, and everybody held is looked at.
#[utoipa::path(post, path = "/lists/{list}/versions/{version}/approve", tag = "lists",
    security(("session" = [])),
    params(("list" = String, Path), ("version" = u32, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    request_body = ConsentDto,
    responses((status = 200, body = ListDoneDto),
        (status = 403, description = "The mandate, four eyes, or a proof is missing"),
        (status = 409, description = "It is not proposed, wants consent, or nobody has worked out \
            what it would do to what is in force now"),
        (status = 412, description = "It does not stand as it was seen: look again")))]
pub(crate) async fn approve_version(
    State(app): State<Arc<App>>,
    Path((list, version)): Path<(String, String)>,
    headers: HeaderMap,
    officer: Officer,
    Json(given): Json<ConsentDto>,
) -> Result<Response> {
    let what = format!("approve {}", given.consent);
    let asked = Asked::of(&what, list, Some(number(&version)?), &headers, officer)?;
    approved(&app, asked, given.consent).await
}

/// Agree that a list goes out of force.
#[utoipa::path(post, path = "/lists/{list}/removal/approve", tag = "lists",
    security(("session" = [])),
    params(("list" = String, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    request_body = ConsentDto,
    responses((status = 200, body = ListDoneDto),
        (status = 403, description = "The mandate, four eyes, or a proof is missing"),
        (status = 409, description = "It is not proposed, or nobody has worked out what it would do \
            to what is in force now"),
        (status = 412, description = "It does not stand as it was seen: look again")))]
pub(crate) async fn approve_removal(
    State(app): State<Arc<App>>,
    Path(list): Path<String>,
    headers: HeaderMap,
    officer: Officer,
    Json(given): Json<ConsentDto>,
) -> Result<Response> {
    let what = format!("approve {}", given.consent);
    let asked = Asked::of(&what, list, None, &headers, officer)?;
    approved(&app, asked, given.consent).await
}

/// End a proposal without its being done: whoever proposed it withdraws it, others reject it.
#[utoipa::path(post, path = "/lists/{list}/versions/{version}/reject", tag = "lists",
    security(("session" = [])),
    params(("list" = String, Path), ("version" = u32, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 200, body = ListDoneDto),
        (status = 409, description = "It is not proposed"),
        (status = 412, description = "It does not stand as it was seen: look again")))]
pub(crate) async fn reject_version(
    State(app): State<Arc<App>>,
    Path((list, version)): Path<(String, String)>,
    headers: HeaderMap,
    officer: Officer,
) -> Result<Response> {
    let version = Some(number(&version)?);
    let asked = Asked::of("reject", list, version, &headers, officer)?;
    rejected(&app, asked).await
}

/// End the proposal that a list goes out of force.
#[utoipa::path(post, path = "/lists/{list}/removal/reject", tag = "lists",
    security(("session" = [])),
    params(("list" = String, Path), ("If-Match" = String, Header),
        ("Idempotency-Key" = Option<String>, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 200, body = ListDoneDto),
        (status = 409, description = "It is not proposed"),
        (status = 412, description = "It does not stand as it was seen: look again")))]
pub(crate) async fn reject_removal(
    State(app): State<Arc<App>>,
    Path(list): Path<String>,
    headers: HeaderMap,
    officer: Officer,
) -> Result<Response> {
    let asked = Asked::of("reject", list, None, &headers, officer)?;
    rejected(&app, asked).await
}
