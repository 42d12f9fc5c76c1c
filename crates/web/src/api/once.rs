//! Steps that are taken once: by somebody who says which version of a hit they have seen, and, with an
//! idempotency key, answered the same whenever the same request comes again.

use std::sync::Arc;

use axum::http::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tidewaiter_service::{By, DoorError, Once, Service, ServiceError, SignedIn};
use tidewaiter_store::{Id, Stepped};
use utoipa::ToSchema;

use super::hits::etag;
use super::id;
use crate::app::App;
use crate::door::Officer;
use crate::problem::{Problem, Result};

/// Where a hit stands after a step.
#[derive(Serialize, ToSchema)]
pub(crate) struct SteppedDto {
    id: String,
    version: u64,
    status: &'static str,
    /// Why the approved act was not done at once, where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_done: Option<String>,
}

/// What somebody asks about a hit.
pub(crate) struct Asked {
    hit: Id,
    version: u64,
    officer: Officer,
    note: Option<String>,
    key: Option<String>,
    hash: [u8; 32],
}

impl Asked {
    /// Reads the head of a request; `what` is the path's last word, `request` the body.
    pub(crate) fn of(
        what: &str,
        hit: &str,
        headers: &HeaderMap,
        officer: Officer,
        note: Option<String>,
        request: Vec<u8>,
    ) -> Result<Self> {
        let hit = id(hit)?;
        let tag = headers.get(IF_MATCH).and_then(|tag| tag.to_str().ok());
        let version = tag
            .and_then(|tag| tag.trim_matches('"').parse::<u64>().ok())
            .ok_or_else(|| {
                let title = "If-Match must say which version of the hit was seen";
                Problem::new(StatusCode::PRECONDITION_REQUIRED, "version-missing", title)
            })?;
        let key = key_of(headers)?;
        let mut hash = Sha256::new();
        hash.update(what.as_bytes());
        hash.update([0]);
        hash.update(hit.0);
        hash.update(version.to_be_bytes());
        hash.update(&request);
        Ok(Self {
            hit,
            version,
            officer,
            note,
            key,
            hash: hash.finalize().into(),
        })
    }
}

/// The idempotency key of a request, if it has one.
pub(crate) fn key_of(headers: &HeaderMap) -> Result<Option<String>> {
    let key = headers.get("idempotency-key");
    let key = key.and_then(|value: &HeaderValue| value.to_str().ok());
    if key.is_some_and(|key| key.is_empty() || key.len() > 128) {
        return Err(Problem::invalid(
            "an idempotency key has 1 to 128 characters",
        ));
    }
    Ok(key.map(str::to_owned))
}

/// Takes a step once. What it is answered is kept in the transaction of the step itself.
pub(crate) async fn once(
    app: &Arc<App>,
    asked: Asked,
    step: impl FnOnce(&Service, By<'_>, &Id, u64) -> Result<(Stepped, Option<DoorError>), DoorError>
    + Send
    + 'static,
) -> Result<Response> {
    let body = app
        .run(move |service| {
            let acting = asked.officer.acting(service)?;
            let signed_in = &asked.officer.person.signed_in;
            let Asked { hit, version, .. } = asked;
            let before = || match &asked.key {
                Some(key) => kept(service, signed_in, key, &asked.hash),
                None => Ok(None),
            };
            if let Some(body) = before()? {
                return Ok::<_, Problem>(body);
            }
            let answer = |stepped: &Stepped, not_done: Option<&DoorError>| {
                let dto = SteppedDto {
                    id: hit.to_string(),
                    version: stepped.version,
                    status: stepped.hit.state().as_str(),
                    not_done: not_done.map(|error| error.to_string()),
                };
                serde_json::to_string(&dto).unwrap_or_default()
            };
            let once = asked.key.as_deref().map(|key| Once {
                key,
                request: asked.hash,
                answer: &answer,
            });
            let by = By {
                signed_in,
                acting: &acting,
                note: asked.note.as_deref(),
                once: once.as_ref(),
            };
            match step(service, by, &hit, version) {
                Ok((stepped, not_done)) => Ok(answer(&stepped, not_done.as_ref())),
                // The same request at the same time was first: this one is answered as that was.
                Err(error) if is_late(&error) => match before()? {
                    Some(body) => Ok(body),
                    None => Err(error.into()),
                },
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    let version = serde_json::from_str::<serde_json::Value>(&body)
        .ok()
        .and_then(|body| body["version"].as_u64());
    let json = HeaderValue::from_static("application/json");
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, json);
    if let Some(version) = version {
        headers.insert(ETAG, etag(version)?);
    }
    Ok(response)
}

pub(crate) const fn is_late(error: &DoorError) -> bool {
    matches!(error, DoorError::Service(ServiceError::Stale))
}

/// What a request with this key was answered before.
pub(crate) fn kept(
    service: &Service,
    signed_in: &SignedIn,
    key: &str,
    request: &[u8; 32],
) -> Result<Option<String>> {
    match service.answered(signed_in, key, request) {
        Err(DoorError::Taken) => Err(Problem::new(
            StatusCode::CONFLICT,
            "key-taken",
            "the idempotency key was used for another request",
        )),
        result => Ok(result?.map(|(_, body)| body)),
    }
}
