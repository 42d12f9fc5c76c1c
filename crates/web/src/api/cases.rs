//! Cases with their notes and files, hits raised by hand, and the hand-over between shifts.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tidewaiter_service::{FILE_MOST, ManualReason};
use tidewaiter_store::{CaseFile, CaseHead, CaseNote, Claimed};
use utoipa::ToSchema;

use super::directives::TaskDto;
use super::hits::etag;
use super::intake::{hex, whole};
use super::{Json, Query, id};
use crate::app::App;
use crate::door::Officer;
use crate::problem::{Problem, Result};

/// So many cases are shown.
const MOST: u32 = 200;
/// A file comes within this time.
const FILE_WITHIN: Duration = Duration::from_secs(60);

/// What an officer raises.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByHandDto {
    /// The traveller.
    traveller: String,
    /// Why, as a code: `document`, `behaviour`, `information`, `journey`, `request`, `other`.
    reason: String,
    /// Why, in words; sealed with the hit.
    words: String,
}

/// What was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeDto {
    id: String,
}

/// Raise a hit on a traveller by hand. Raised again for the same reason, it is the same hit.
#[utoipa::path(post, path = "/hits", tag = "hits", security(("session" = [])),
    params(("Purpose" = String, Header), ("Reason" = String, Header)),
    request_body = ByHandDto, responses((status = 201, body = MadeDto)))]
pub(crate) async fn raise(
    State(app): State<Arc<App>>,
    officer: Officer,
    Json(given): Json<ByHandDto>,
) -> Result<(StatusCode, Json<MadeDto>)> {
    let traveller = id(&given.traveller)?;
    let reason = ManualReason::from_word(&given.reason);
    let reason = reason.ok_or_else(|| Problem::invalid("there is no such reason"))?;
    let hit = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let signed_in = &officer.person.signed_in;
            let raised =
                service.raise_by_hand(signed_in, &acting, &traveller, reason, &given.words);
            raised.map_err(Problem::from)
        })
        .await?;
    let id = hit.to_string();
    Ok((StatusCode::CREATED, Json(MadeDto { id })))
}

/// A case without what is in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseHeadDto {
    id: String,
    /// Its number among the agency's cases.
    number: u64,
    /// Grows with every change; the ETag.
    version: u64,
    opened_at: String,
    opened_by: String,
    changed_at: String,
    closed_at: Option<String>,
    closed_by: Option<String>,
    /// Its hits.
    hits: Vec<String>,
}

impl From<CaseHead> for CaseHeadDto {
    fn from(head: CaseHead) -> Self {
        let (closed_at, closed_by) = head.closed.unzip();
        Self {
            id: head.id.to_string(),
            number: head.number,
            version: head.version,
            opened_at: head.opened_at.to_string(),
            opened_by: head.opened_by,
            changed_at: head.changed_at.to_string(),
            closed_at: closed_at.map(|at| at.to_string()),
            closed_by,
            hits: head.hits.iter().map(ToString::to_string).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct NoteDto {
    id: String,
    hit: String,
    person: String,
    at: String,
    text: String,
}

impl From<CaseNote> for NoteDto {
    fn from(note: CaseNote) -> Self {
        Self {
            id: note.id.to_string(),
            hit: note.hit.to_string(),
            person: note.person,
            at: note.at.to_string(),
            text: String::from_utf8_lossy(&note.text).into_owned(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct FileDto {
    id: String,
    hit: String,
    person: String,
    at: String,
    name: String,
    media_type: String,
    bytes: u64,
    /// SHA-256 of the bytes, in hexadecimal.
    sha256: String,
}

impl From<CaseFile> for FileDto {
    fn from(file: CaseFile) -> Self {
        Self {
            id: file.id.to_string(),
            hit: file.hit.to_string(),
            person: file.person,
            at: file.at.to_string(),
            name: String::from_utf8_lossy(&file.name).into_owned(),
            media_type: file.media_type,
            bytes: file.bytes,
            sha256: hex(&file.sha256),
        }
    }
}

/// A case with its notes and files.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseDto {
    #[serde(flatten)]
    head: CaseHeadDto,
    /// Oldest first.
    notes: Vec<NoteDto>,
    /// Oldest first, without their bytes.
    files: Vec<FileDto>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CasesQuery {
    #[serde(default)]
    closed: bool,
}

/// The open cases of a purpose, or the closed ones, those changed last first.
#[utoipa::path(get, path = "/cases", tag = "cases", security(("session" = [])),
    params(("closed" = Option<bool>, Query), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 200, body = Vec<CaseHeadDto>)))]
pub(crate) async fn cases(
    State(app): State<Arc<App>>,
    Query(query): Query<CasesQuery>,
    officer: Officer,
) -> Result<Json<Vec<CaseHeadDto>>> {
    let cases = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let cases = service.cases(&acting, query.closed, MOST);
            cases.map_err(Problem::from)
        })
        .await?;
    Ok(Json(cases.into_iter().map(Into::into).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCaseDto {
    /// The hits, 1 to 50.
    hits: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OpenedDto {
    id: String,
    number: u64,
}

/// Open a case on hits.
#[utoipa::path(post, path = "/cases", tag = "cases", security(("session" = [])),
    params(("Purpose" = String, Header), ("Reason" = String, Header)),
    request_body = NewCaseDto,
    responses((status = 201, body = OpenedDto),
        (status = 409, description = "One of the hits is in a case")))]
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    officer: Officer,
    Json(given): Json<NewCaseDto>,
) -> Result<(StatusCode, Json<OpenedDto>)> {
    let hits: Vec<_> = given
        .hits
        .iter()
        .map(|hit| id(hit))
        .collect::<Result<_>>()?;
    let (case, number) = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service.open_case(&acting, &hits).map_err(Problem::from)
        })
        .await?;
    let id = case.to_string();
    Ok((StatusCode::CREATED, Json(OpenedDto { id, number })))
}

/// A case with its notes and files. Its version is the ETag.
#[utoipa::path(get, path = "/cases/{id}", tag = "cases", security(("session" = [])),
    params(("id" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = CaseDto, headers(("ETag" = String)))))]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Path(case): Path<String>,
    officer: Officer,
) -> Result<Response> {
    let case = id(&case)?;
    let view = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service.case(&acting, &case).map_err(Problem::from)
        })
        .await?;
    let tag = etag(view.head.version)?;
    let dto = CaseDto {
        head: view.head.into(),
        notes: view.notes.into_iter().map(Into::into).collect(),
        files: view.files.into_iter().map(Into::into).collect(),
    };
    let mut response = Json(dto).into_response();
    response.headers_mut().insert(ETAG, tag);
    Ok(response)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseHitDto {
    hit: String,
}

/// Take another hit into a case.
#[utoipa::path(post, path = "/cases/{id}/hits", tag = "cases", security(("session" = [])),
    params(("id" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    request_body = CaseHitDto,
    responses((status = 204, description = "Taken"),
        (status = 409, description = "The hit is in a case")))]
pub(crate) async fn add_hit(
    State(app): State<Arc<App>>,
    Path(case): Path<String>,
    officer: Officer,
    Json(given): Json<CaseHitDto>,
) -> Result<StatusCode> {
    let (case, hit) = (id(&case)?, id(&given.hit)?);
    app.run(move |service| {
        let acting = officer.acting(service)?;
        service
            .add_to_case(&acting, &case, &hit)
            .map_err(Problem::from)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNoteDto {
    /// The hit of the case that it is about: it goes with whom that is about.
    hit: String,
    /// 1 to 4 000 characters.
    text: String,
}

/// Write a note about a hit of a case.
#[utoipa::path(post, path = "/cases/{id}/notes", tag = "cases", security(("session" = [])),
    params(("id" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    request_body = NewNoteDto, responses((status = 201, body = MadeDto)))]
pub(crate) async fn add_note(
    State(app): State<Arc<App>>,
    Path(case): Path<String>,
    officer: Officer,
    Json(given): Json<NewNoteDto>,
) -> Result<(StatusCode, Json<MadeDto>)> {
    let (case, hit) = (id(&case)?, id(&given.hit)?);
    let note = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let note = service.add_case_note(&acting, &case, &hit, &given.text);
            note.map_err(Problem::from)
        })
        .await?;
    let id = note.to_string();
    Ok((StatusCode::CREATED, Json(MadeDto { id })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileQuery {
    hit: String,
    name: String,
}

/// Where a file is kept, and what it was.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptDto {
    id: String,
    /// SHA-256 of the bytes, in hexadecimal.
    sha256: String,
}

/// Put a file into a case: PDF, PNG, JPEG, TIFF or plain text of up to 10 MiB, as the body.
#[utoipa::path(post, path = "/cases/{id}/files", tag = "cases", security(("session" = [])),
    params(("id" = String, Path), ("hit" = String, Query), ("name" = String, Query),
        ("Purpose" = String, Header), ("Reason" = String, Header)),
    request_body(content((Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"),
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/tiff"), (String = "text/plain"))),
    responses((status = 201, body = KeptDto), (status = 413, description = "It is too large")))]
pub(crate) async fn add_file(
    State(app): State<Arc<App>>,
    Path(case): Path<String>,
    Query(query): Query<FileQuery>,
    officer: Officer,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<KeptDto>)> {
    let (case, hit) = (id(&case)?, id(&query.hit)?);
    let media = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media = media.unwrap_or_default().to_owned();
    let room = app.room()?;
    let bytes = whole(&headers, body, FILE_MOST, FILE_WITHIN).await?;
    let (file, sha256) = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let what = (query.name.as_str(), media.as_str());
            let kept = service.add_case_file(&acting, &case, &hit, what, &bytes);
            drop(room);
            kept.map_err(Problem::from)
        })
        .await?;
    let dto = KeptDto {
        id: file.to_string(),
        sha256: hex(&sha256),
    };
    Ok((StatusCode::CREATED, Json(dto)))
}

/// A file of a case, to be kept and never to be shown in place.
#[utoipa::path(get, path = "/cases/{id}/files/{file}", tag = "cases", security(("session" = [])),
    params(("id" = String, Path), ("file" = String, Path), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 200, content((Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"),
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/tiff"), (String = "text/plain")))))]
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    Path((case, file)): Path<(String, String)>,
    officer: Officer,
) -> Result<Response> {
    let (case, file) = (id(&case)?, id(&file)?);
    let (kept, bytes) = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service
                .case_file(&acting, &case, &file)
                .map_err(Problem::from)
        })
        .await?;
    let mut response = bytes.to_vec().into_response();
    let headers = response.headers_mut();
    let media = HeaderValue::from_str(&kept.media_type).map_err(|_| Problem::not_found())?;
    headers.insert(CONTENT_TYPE, media);
    // Its name is personal, and is in the case: none is put into a header.
    let attached = HeaderValue::from_static("attachment");
    headers.insert(CONTENT_DISPOSITION, attached);
    Ok(response)
}

async fn turn(
    app: &Arc<App>,
    case: &str,
    headers: &HeaderMap,
    officer: Officer,
    is_closed: bool,
) -> Result<StatusCode> {
    let case = id(case)?;
    let tag = headers.get(IF_MATCH).and_then(|value| value.to_str().ok());
    let version = tag.and_then(|tag| tag.trim_matches('"').parse::<u64>().ok());
    let version = version.ok_or_else(|| {
        let title = "If-Match must say which version of the case was seen";
        Problem::new(StatusCode::PRECONDITION_REQUIRED, "version-missing", title)
    })?;
    app.run(move |service| {
        let acting = officer.acting(service)?;
        let turned = service.turn_case(&acting, &case, version, is_closed);
        turned.map_err(Problem::from)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Close a case: nothing is put into it any more.
#[utoipa::path(post, path = "/cases/{id}/close", tag = "cases", security(("session" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 204, description = "Closed"),
        (status = 412, description = "Somebody else was first: look again")))]
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    Path(case): Path<String>,
    headers: HeaderMap,
    officer: Officer,
) -> Result<StatusCode> {
    turn(&app, &case, &headers, officer, true).await
}

/// Open a closed case again; the reason is the header's.
#[utoipa::path(post, path = "/cases/{id}/reopen", tag = "cases", security(("session" = [])),
    params(("id" = String, Path), ("If-Match" = String, Header), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 204, description = "Open again"),
        (status = 412, description = "Somebody else was first: look again")))]
pub(crate) async fn reopen(
    State(app): State<Arc<App>>,
    Path(case): Path<String>,
    headers: HeaderMap,
    officer: Officer,
) -> Result<StatusCode> {
    turn(&app, &case, &headers, officer, false).await
}

/// An open hit, and who works on it.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenHitDto {
    hit: String,
    version: u64,
    /// `matched`, `in-review` …
    status: &'static str,
    claimed_by: Option<String>,
    claimed_at: Option<String>,
    due_at: Option<String>,
}

impl From<Claimed> for OpenHitDto {
    fn from(claimed: Claimed) -> Self {
        Self {
            hit: claimed.hit.to_string(),
            version: claimed.version,
            status: claimed.state.as_str(),
            claimed_by: claimed.person,
            claimed_at: claimed.since.map(|at| at.to_string()),
            due_at: claimed.due_at.map(|at| at.to_string()),
        }
    }
}

/// What a shift leaves to the next.
#[derive(Serialize, ToSchema)]
pub(crate) struct HandOverDto {
    /// When it was looked at.
    at: String,
    /// The open hits of live traffic, those due first.
    open: Vec<OpenHitDto>,
    /// How many of them nobody works on.
    unclaimed: usize,
    /// How many of them are past their time.
    overdue: usize,
    /// What our own staff must do, oldest first.
    tasks: Vec<TaskDto>,
    /// How many cases are open.
    cases: usize,
}

/// What is open, who works on it, when it is due.
#[utoipa::path(get, path = "/hand-over", tag = "cases", security(("session" = [])),
    params(("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = HandOverDto)))]
pub(crate) async fn hand_over(
    State(app): State<Arc<App>>,
    officer: Officer,
) -> Result<Json<HandOverDto>> {
    let left = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service.hand_over(&acting).map_err(Problem::from)
        })
        .await?;
    let open = left.open.iter();
    Ok(Json(HandOverDto {
        unclaimed: open.clone().filter(|hit| hit.person.is_none()).count(),
        overdue: open
            .filter(|hit| hit.due_at.is_some_and(|due| due <= left.at))
            .count(),
        at: left.at.to_string(),
        open: left.open.into_iter().map(Into::into).collect(),
        tasks: left.tasks.into_iter().map(Into::into).collect(),
        cases: left.cases,
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TakeOverDto {
    /// Whose work is taken over: the person, as hits say it.
    from: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct TakenDto {
    /// The hits that were taken over.
    taken: Vec<String>,
}

/// Take over the open hits that somebody else works on; each says so in its history.
#[utoipa::path(post, path = "/hand-over", tag = "cases", security(("session" = [])),
    params(("Purpose" = String, Header), ("Reason" = String, Header)),
    request_body = TakeOverDto, responses((status = 200, body = TakenDto)))]
pub(crate) async fn take_over(
    State(app): State<Arc<App>>,
    officer: Officer,
    Json(given): Json<TakeOverDto>,
) -> Result<Json<TakenDto>> {
    let taken = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let signed_in = &officer.person.signed_in;
            service
                .take_over(signed_in, &acting, &given.from)
                .map_err(Problem::from)
        })
        .await?;
    let taken = taken.iter().map(ToString::to_string).collect();
    Ok(Json(TakenDto { taken }))
}
