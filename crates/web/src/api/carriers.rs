//! Carriers: where they are reached, what is agreed with them, how good their data are, what they were
//! told about them and asked for.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tidewaiter_service::{DoorError, QualityMonth, QualityReport, ServiceError};
use tidewaiter_store::{
    Acknowledgement, Carrier, CarrierMessage, CarrierState, ExpectedData, ExpectedTime,
};
use utoipa::ToSchema;

use super::hits::etag;
use super::outcomes::Months;
use super::{Json, Query, id};
use crate::app::App;
use crate::door::{Officer, Person};
use crate::problem::{Problem, Result};

/// So many messages are on a page.
const PAGE: u32 = 100;

/// Data that are expected some time before departure.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectedDto {
    /// `api` (lists of passengers) or `pnr` (bookings).
    data: String,
    /// How many minutes before departure: up to four days; 0 at departure.
    minutes_before: u32,
}

fn none() -> String {
    "none".to_owned()
}

/// Where a carrier is reached, and what is agreed with it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CarrierDto {
    /// Its name on interchanges.
    party: String,
    /// `https`, `http` (loopback only) or `files`; `none` for a carrier that is told nothing.
    transport: String,
    /// An address, or the absolute path of a folder; empty with `none`.
    address: String,
    /// The certificate, in PEM, by which its server is known, or that of whoever signed it.
    authority: Option<String>,
    /// `onboarding`: what it sends is read and counted in the test lane, and nobody in it is compared
    /// with a list; `live`; `suspended`: what it sends waits in quarantine, and it is told nothing.
    state: String,
    /// `none`; `contrl`: each interchange is acknowledged by a CONTRL; `ackres`: each push of bookings
    /// by an ACKRES.
    #[serde(default = "none")]
    acknowledges: String,
    /// What is expected of each flight, and when; nothing stands for a list of passengers at departure.
    #[serde(default)]
    expected: Vec<ExpectedDto>,
    /// How many minutes later data still count as on time: up to 120.
    #[serde(default)]
    grace_minutes: u32,
    /// Whether bookings that are missing are asked for (GOVREQ) without a person.
    #[serde(default)]
    asks_again: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct NamedCarrierDto {
    code: String,
    /// Grows with every change; the ETag.
    version: u64,
    #[serde(flatten)]
    carrier: CarrierDto,
}

impl From<Carrier> for NamedCarrierDto {
    fn from(carrier: Carrier) -> Self {
        let expected = |time: ExpectedTime| ExpectedDto {
            data: time.data.as_str().to_owned(),
            minutes_before: time.minutes,
        };
        Self {
            code: carrier.code,
            version: carrier.version,
            carrier: CarrierDto {
                party: carrier.party,
                transport: carrier.transport,
                address: carrier.address,
                authority: carrier.authority,
                state: carrier.state.as_str().to_owned(),
                acknowledges: carrier.acknowledges.as_str().to_owned(),
                expected: carrier.expected.into_iter().map(expected).collect(),
                grace_minutes: carrier.grace_minutes,
                asks_again: carrier.asks_again,
            },
        }
    }
}

/// The carriers, by code.
#[utoipa::path(get, path = "/carriers", tag = "administration", security(("session" = [])),
    responses((status = 200, body = Vec<NamedCarrierDto>)))]
pub(crate) async fn carriers(
    State(app): State<Arc<App>>,
    person: Person,
) -> Result<Json<Vec<NamedCarrierDto>>> {
    let carriers = app
        .run(move |service| service.carriers(&person.signed_in))
        .await?;
    Ok(Json(carriers.into_iter().map(Into::into).collect()))
}

/// A carrier. Its version is the ETag.
#[utoipa::path(get, path = "/carriers/{code}", tag = "administration",
    params(("code" = String, Path)), security(("session" = [])),
    responses((status = 200, body = NamedCarrierDto, headers(("ETag" = String)))))]
pub(crate) async fn carrier(
    State(app): State<Arc<App>>,
    person: Person,
    Path(code): Path<String>,
) -> Result<Response> {
    let carrier = app
        .run(move |service| service.carrier(&person.signed_in, &code))
        .await?;
    let tag = etag(carrier.version)?;
    let mut response = Json(NamedCarrierDto::from(carrier)).into_response();
    response.headers_mut().insert(ETAG, tag);
    Ok(response)
}

/// Say where a carrier is reached and what is agreed with it; with If-Match, when it is there already.
#[utoipa::path(put, path = "/carriers/{code}", tag = "administration",
    params(("code" = String, Path), ("If-Match" = Option<String>, Header)),
    security(("session" = [])), request_body = CarrierDto,
    responses((status = 204, description = "Said", headers(("ETag" = String))),
        (status = 412, description = "Somebody else was first: look again"),
        (status = 428, description = "It is there: say which version was seen")))]
pub(crate) async fn put_carrier(
    State(app): State<Arc<App>>,
    person: Person,
    Path(code): Path<String>,
    headers: HeaderMap,
    Json(given): Json<CarrierDto>,
) -> Result<Response> {
    let seen = match headers.get(IF_MATCH) {
        None => None,
        Some(tag) => {
            let tag = tag.to_str().ok();
            let version = tag.and_then(|tag| tag.trim_matches('"').parse::<u64>().ok());
            Some(version.ok_or_else(|| Problem::invalid("If-Match is not what the ETag was"))?)
        }
    };
    let expected = given
        .expected
        .iter()
        .map(|time| {
            Some(ExpectedTime {
                data: ExpectedData::from_word(&time.data)?,
                minutes: time.minutes_before,
            })
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Problem::invalid("data that are expected are api or pnr"))?;
    let carrier = Carrier {
        state: CarrierState::from_word(&given.state)
            .ok_or_else(|| Problem::invalid("a carrier is onboarding, live or suspended"))?,
        acknowledges: Acknowledgement::from_word(&given.acknowledges)
            .ok_or_else(|| Problem::invalid("a carrier wants none, contrl or ackres"))?,
        expected,
        grace_minutes: given.grace_minutes,
        asks_again: given.asks_again,
        version: 0,
        code,
        party: given.party,
        transport: given.transport,
        address: given.address,
        authority: given.authority,
    };
    let version = app
        .run(move |service| {
            let put = service.put_carrier(&person.signed_in, &carrier, seen);
            match put {
                Err(DoorError::Service(ServiceError::Stale)) if seen.is_none() => {
                    let title = "If-Match must say which version of the carrier was seen";
                    Err(Problem::new(
                        StatusCode::PRECONDITION_REQUIRED,
                        "version-missing",
                        title,
                    ))
                }
                put => put.map_err(Problem::from),
            }
        })
        .await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(ETAG, etag(version)?);
    Ok(response)
}

/// How often something was, of which kind.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountDto {
    name: String,
    count: i64,
}

/// What became of what was expected of flights.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimesDto {
    /// `api` or `pnr`.
    data: String,
    minutes_before: u32,
    on_time: i64,
    late: i64,
    missing: i64,
}

/// How good the data of a carrier were in one month. Counts are less than none where what an earlier
/// month counted was corrected in this one.
#[derive(Serialize, ToSchema)]
pub(crate) struct QualityMonthDto {
    /// In UTC: `2026-11`.
    month: String,
    /// `live` or `test`.
    lane: String,
    /// Messages that were read.
    messages: i64,
    /// Of these, by type.
    kinds: Vec<CountDto>,
    accepted: i64,
    /// Something was not understood or had to be repaired.
    partial: i64,
    /// Nothing was usable, or the mandate does not receive it.
    rejected: i64,
    /// Messages that came to wait in quarantine, by why.
    waiting: Vec<CountDto>,
    /// People, each as often as a message names them.
    travellers: i64,
    /// What was noticed, by code: a page for each is in `docs/errors`.
    diagnostics: Vec<CountDto>,
    /// People of passenger lists who were looked at for what is missing.
    checked: i64,
    /// Of how many of them what is missing, by data element of the mandate.
    missing: Vec<CountDto>,
    times: Vec<TimesDto>,
}

impl From<QualityMonth> for QualityMonthDto {
    fn from(month: QualityMonth) -> Self {
        let counts = |counts: std::collections::BTreeMap<String, i64>| {
            let dto = |(name, count)| CountDto { name, count };
            counts.into_iter().map(dto).collect()
        };
        Self {
            month: month.month,
            lane: month.lane,
            messages: month.messages,
            kinds: counts(month.kinds),
            accepted: month.accepted,
            partial: month.partial,
            rejected: month.rejected,
            waiting: counts(month.waiting),
            travellers: month.travellers,
            diagnostics: counts(month.diagnostics),
            checked: month.checked,
            missing: counts(month.missing),
            times: month
                .times
                .into_iter()
                .map(|((data, minutes_before), times)| TimesDto {
                    data,
                    minutes_before,
                    on_time: times.on_time,
                    late: times.late,
                    missing: times.missing,
                })
                .collect(),
        }
    }
}

/// How good the data of a carrier are. It is about nobody.
#[derive(Serialize, ToSchema)]
pub(crate) struct QualityDto {
    carrier: String,
    /// What a passenger list should say of everybody.
    required: Vec<&'static str>,
    months: Vec<QualityMonthDto>,
}

impl From<QualityReport> for QualityDto {
    fn from(report: QualityReport) -> Self {
        Self {
            carrier: report.carrier,
            required: report.required,
            months: report.months.into_iter().map(Into::into).collect(),
        }
    }
}

/// How good the data of a carrier are, month by month: the last twelve months unless others are asked
/// for. With `Accept: text/plain` as a text that can be sent to the carrier.
#[utoipa::path(get, path = "/carriers/{code}/quality", tag = "administration",
    params(("code" = String, Path), ("from" = Option<String>, Query),
        ("until" = Option<String>, Query), ("Accept" = Option<String>, Header)),
    security(("session" = [])),
    responses((status = 200, content((QualityDto = "application/json"), (String = "text/plain")))))]
pub(crate) async fn quality(
    State(app): State<Arc<App>>,
    person: Person,
    Path(code): Path<String>,
    Query(months): Query<Months>,
    headers: HeaderMap,
) -> Result<Response> {
    let months = months.checked()?;
    let report = app
        .run(move |service| service.quality(&person.signed_in, &code, months.span()))
        .await?;
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| accept.starts_with("text/plain")) {
        let mut response = report.text().into_response();
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, plain);
        return Ok(response);
    }
    Ok(Json(QualityDto::from(report)).into_response())
}

/// What a carrier was told about its messages, or asked for; without what it says.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToldDto {
    id: String,
    carrier: String,
    /// `contrl`, `ackres`, `resend-request`.
    kind: &'static str,
    lane: &'static str,
    /// The receipt that is acknowledged.
    receipt: Option<String>,
    /// The flight whose bookings are asked for.
    flight: Option<String>,
    /// The control reference of its interchange.
    reference: String,
    /// `waiting`, `sent`, `answered`, `expired`.
    state: &'static str,
    attempts: u32,
    /// Why the last attempt failed: `unreachable`, `untrusted`, `refused`, `slow`, `protocol`, `folder`,
    /// `no-endpoint`, `suspended`.
    fault: Option<String>,
    made_at: String,
    /// A person, or the name of a part of the machine.
    made_by: String,
    until: String,
    sent_at: Option<String>,
    answered_at: Option<String>,
    /// Since when somebody should see to it.
    alarmed_at: Option<String>,
}

impl From<&CarrierMessage> for ToldDto {
    fn from(message: &CarrierMessage) -> Self {
        let text = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
        Self {
            id: message.id.to_string(),
            carrier: message.carrier.clone(),
            kind: message.kind.as_str(),
            lane: message.lane.as_str(),
            receipt: message.receipt.map(|id| id.to_string()),
            flight: message.flight.map(|id| id.to_string()),
            reference: message.reference.clone(),
            state: message.state.as_str(),
            attempts: message.attempts,
            fault: message.fault.clone(),
            made_at: message.made_at.to_string(),
            made_by: message.made_by.clone(),
            until: message.until.to_string(),
            sent_at: text(message.sent_at),
            answered_at: text(message.answered_at),
            alarmed_at: text(message.alarmed_at),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ToldPageDto {
    messages: Vec<ToldDto>,
    /// What to ask for as `after` to see the next page; nothing when this is the last.
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    after: Option<String>,
}

/// What a carrier was told about its messages and asked for, last first.
#[utoipa::path(get, path = "/carriers/{code}/messages", tag = "administration",
    params(("code" = String, Path), ("after" = Option<String>, Query)),
    security(("session" = [])), responses((status = 200, body = ToldPageDto)))]
pub(crate) async fn told(
    State(app): State<Arc<App>>,
    person: Person,
    Path(code): Path<String>,
    Query(page): Query<After>,
) -> Result<Json<ToldPageDto>> {
    let before = match page.after.as_deref() {
        None => None,
        Some(text) => {
            let place = text.split_once('_').and_then(|(at, message)| {
                let at = jiff::Timestamp::from_microsecond(at.parse().ok()?).ok()?;
                Some((at, id(message).ok()?))
            });
            Some(place.ok_or_else(|| Problem::invalid("after is not what next was"))?)
        }
    };
    let messages = app
        .run(move |service| service.carrier_messages(&person.signed_in, &code, before, PAGE))
        .await?;
    let last = messages
        .last()
        .filter(|_| messages.len() == PAGE as usize)
        .map(|last| format!("{}_{}", last.made_at.as_microsecond(), last.id));
    Ok(Json(ToldPageDto {
        messages: messages.iter().map(Into::into).collect(),
        next: last,
    }))
}

/// Ask the carrier of a flight to send its bookings again (GOVREQ), because they are missing, late or
/// could not be read. The reason is the header's.
#[utoipa::path(post, path = "/flights/{id}/resend-request", tag = "travellers",
    security(("session" = [])),
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header),
        ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 202, description = "It is on its way", body = ToldDto),
        (status = 403, description = "The mandate does not let carriers be asked again"),
        (status = 409, description = "It was asked already, cannot be reached, or it is too late")))]
pub(crate) async fn ask_again(
    State(app): State<Arc<App>>,
    Path(flight): Path<String>,
    headers: HeaderMap,
    officer: Officer,
) -> Result<Response> {
    let flight = id(&flight)?;
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    if key
        .as_ref()
        .is_some_and(|key| key.is_empty() || key.len() > 128)
    {
        return Err(Problem::invalid(
            "an idempotency key has 1 to 128 characters",
        ));
    }
    let mut hash = Sha256::new();
    hash.update(b"resend-request\0");
    hash.update(flight.0);
    let request: [u8; 32] = hash.finalize().into();
    let body = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let signed_in = &officer.person.signed_in;
            let before = || match &key {
                Some(key) => super::once::kept(service, signed_in, key, &request),
                None => Ok(None),
            };
            if let Some(body) = before()? {
                return Ok::<_, Problem>(body);
            }
            let answer = |message: &CarrierMessage| {
                serde_json::to_string(&ToldDto::from(message)).unwrap_or_default()
            };
            let once = key.as_deref().map(|key| (key, request));
            match service.ask_again(&acting, &flight, once, &answer) {
                Ok(message) => Ok(answer(&message)),
                // The same request at the same time was first.
                Err(error) => match before()? {
                    Some(body) => Ok(body),
                    None => Err(error.into()),
                },
            }
        })
        .await?;
    let mut response = (StatusCode::ACCEPTED, body).into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}
