//! Carriers deliver, and are answered.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::Serialize;
use tidewaiter_service::{REQUEST_MOST, SIZE_MOST};
use tidewaiter_store::{Receipt, Received};
use utoipa::ToSchema;

use super::{Json, id};
use crate::app::App;
use crate::door::Sender;
use crate::problem::{Problem, Result};

/// A body must be here within this time, and some bytes of it for every second of it.
const BODY_WITHIN: Duration = Duration::from_secs(120);
const REQUEST_WITHIN: Duration = Duration::from_secs(5);

/// That a message is durable here, and how reading it went.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReceiptDto {
    /// Its identifier.
    receipt: String,
    /// SHA-256 of the bytes, in hexadecimal.
    sha256: String,
    /// How many bytes.
    bytes: u64,
    /// When they came first.
    received_at: String,
    /// `live` or `test`.
    lane: &'static str,
    /// `pending`, `accepted`, `partial` or `rejected`.
    status: &'static str,
    /// How many messages they hold.
    messages: u64,
    /// How many travellers these name.
    travellers: u64,
}

impl From<Receipt> for ReceiptDto {
    fn from(receipt: Receipt) -> Self {
        Self {
            receipt: receipt.id.to_string(),
            sha256: hex(&receipt.sha256),
            bytes: receipt.bytes,
            received_at: receipt.received_at.to_string(),
            lane: receipt.lane.as_str(),
            status: receipt.status.as_str(),
            messages: receipt.messages,
            travellers: receipt.travellers,
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Deliver a message: PAXLST, PNRGOV, an acknowledgement (CUSRES 312), as it is.
#[utoipa::path(post, path = "/messages", tag = "carriers", security(("machine" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 202, description = "It is durable and will be read", body = ReceiptDto),
        (status = 200, description = "It came before", body = ReceiptDto),
        (status = 413, description = "It is too large"),
        (status = 429, description = "Too much waits: come again after Retry-After"),
    ))]
pub(crate) async fn messages(
    State(app): State<Arc<App>>,
    sender: Sender,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let room = app.room()?;
    let bytes = whole(&headers, body, SIZE_MOST as usize, BODY_WITHIN).await?;
    if bytes.is_empty() {
        return Err(Problem::invalid("there is nothing in the body"));
    }
    let received = app
        .run(move |service| {
            let received = service.receive_from(&sender.0, &bytes);
            drop(room);
            received
        })
        .await?;
    Ok(match received {
        Received::New(receipt) => {
            (StatusCode::ACCEPTED, Json(ReceiptDto::from(receipt))).into_response()
        }
        Received::Again(receipt) => Json(ReceiptDto::from(receipt)).into_response(),
    })
}

/// How reading a message went. A machine sees what it sent first.
#[utoipa::path(get, path = "/messages/{receipt}", tag = "carriers", security(("machine" = [])),
    params(("receipt" = String, Path)),
    responses((status = 200, body = ReceiptDto)))]
pub(crate) async fn receipt(
    State(app): State<Arc<App>>,
    sender: Sender,
    Path(receipt): Path<String>,
) -> Result<Json<ReceiptDto>> {
    let id = id(&receipt)?;
    let receipt = app.run(move |service| service.receipt(&id)).await?;
    // Another carrier's receipt is told apart from none by nobody.
    if receipt.sender != sender.0.name {
        return Err(Problem::not_found());
    }
    Ok(Json(receipt.into()))
}

/// Ask about travellers: PAXLST in, CUSRES out.
#[utoipa::path(post, path = "/iapi", tag = "carriers", security(("machine" = [])),
    request_body(content = Vec<u8>, content_type = "application/edifact"),
    responses(
        (status = 200, description = "CUSRES", body = Vec<u8>, content_type = "application/edifact",
            headers(("Tidewaiter-Receipt" = String))),
        (status = 403, description = "A flight of a carrier that is suspended, or that the key does \
            not speak for"),
        (status = 413, description = "Too many travellers for one request: use /messages"),
        (status = 503, description = "Received and not read yet: ask again"),
    ))]
pub(crate) async fn iapi(
    State(app): State<Arc<App>>,
    sender: Sender,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let bytes = whole(&headers, body, REQUEST_MOST, REQUEST_WITHIN).await?;
    let answer = app
        .run(move |service| service.answer(&sender.0, &bytes))
        .await?;
    let mut response = answer.bytes.into_response();
    let edifact = HeaderValue::from_static("application/edifact");
    response.headers_mut().insert(CONTENT_TYPE, edifact);
    if let Ok(receipt) = HeaderValue::from_str(&answer.receipt.id.to_string()) {
        response.headers_mut().insert("tidewaiter-receipt", receipt);
    }
    Ok(response)
}

/// A whole body of at most `most` bytes, here within `within`.
pub(crate) async fn whole(
    headers: &HeaderMap,
    body: Body,
    most: usize,
    within: Duration,
) -> Result<Vec<u8>> {
    let too_large = || {
        let title = format!("a body has at most {most} bytes here");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", title)
    };
    // Who says so beforehand is spared sending it.
    let declared = headers
        .get(axum::http::header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > most as u64) {
        return Err(too_large());
    }
    let collected = tokio::time::timeout(within, Limited::new(body, most).collect()).await;
    match collected {
        Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Problem::invalid("the body broke off")),
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "slow",
            "the body took too long",
        )),
    }
}
