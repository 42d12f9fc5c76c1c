//! Lists: proposed, looked at with what they would do, agreed to by somebody else.

pub(super) mod decide;
mod dto;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tidewaiter_service::{Consent, ListAdded, NamedFile};
use utoipa::ToSchema;

use self::dto::{DiffDto, ListDoneDto, ListDto, ListProposalDto, ListVersionsDto};
use super::intake::whole;
use super::{Json, Query};
use crate::app::App;
use crate::door::{Officer, Person};
use crate::problem::{Problem, Result};

/// A list comes within this time.
const LIST_WITHIN: Duration = Duration::from_secs(600);
/// So many versions or entries on a page, unless fewer are asked for.
const PAGE_MOST: u32 = 200;
const PAGE: u32 = 50;
/// Names of lists and files have so many characters at most.
const NAME_MOST: usize = 200;

/// A version in a path; anything else is nothing that is here.
fn number(text: &str) -> Result<u32> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(Problem::not_found)
}

fn name(text: &str) -> Result<&str> {
    let fine = !text.is_empty()
        && text.chars().count() <= NAME_MOST
        && !text.chars().any(char::is_control);
    let title = "a name has 1 to 200 characters, and none that controls";
    fine.then_some(text).ok_or_else(|| Problem::invalid(title))
}

/// The lists, with the version in force and those that wait for others to agree.
#[utoipa::path(get, path = "/lists", tag = "lists", security(("session" = [])),
    responses((status = 200, body = Vec<ListDto>)))]
pub(crate) async fn lists(
    State(app): State<Arc<App>>,
    person: Person,
) -> Result<Json<Vec<ListDto>>> {
    let standings = app
        .run(move |service| {
            service.actor(&person.signed_in)?;
            service.lists().map_err(Problem::from)
        })
        .await?;
    Ok(Json(standings.into_iter().map(Into::into).collect()))
}

/// A list, and how it stands.
#[utoipa::path(get, path = "/lists/{list}", tag = "lists", security(("session" = [])),
    params(("list" = String, Path)), responses((status = 200, body = ListDto)))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Path(list): Path<String>,
    person: Person,
) -> Result<Json<ListDto>> {
    let standing = app
        .run(move |service| {
            service.actor(&person.signed_in)?;
            service.list(&list).map_err(Problem::from)
        })
        .await?;
    Ok(Json(standing.into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionsQuery {
    after: Option<u32>,
    limit: Option<u32>,
}

/// The versions of a list, the newest first.
#[utoipa::path(get, path = "/lists/{list}/versions", tag = "lists", security(("session" = [])),
    params(("list" = String, Path), ("after" = Option<u32>, Query),
        ("limit" = Option<u32>, Query)),
    responses((status = 200, body = ListVersionsDto)))]
pub(crate) async fn versions(
    State(app): State<Arc<App>>,
    Path(list): Path<String>,
    Query(query): Query<VersionsQuery>,
    person: Person,
) -> Result<Json<ListVersionsDto>> {
    let most = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MOST);
    let mut versions = app
        .run(move |service| {
            service.actor(&person.signed_in)?;
            service.list(&list)?;
            Ok::<_, Problem>(service.list_versions_below(&list, query.after, most + 1)?)
        })
        .await?;
    let is_last = versions.len() <= most as usize;
    versions.truncate(most as usize);
    let last = versions.last().map(|version| version.version);
    Ok(Json(ListVersionsDto {
        next: last.filter(|_| !is_last),
        versions: versions.into_iter().map(Into::into).collect(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposeQuery {
    list: Option<String>,
    name: Option<String>,
    #[serde(default)]
    consent: bool,
}

/// Propose a list, as its publisher gives it: the content tells the form. Nothing is screened by it
/// before others agree. The same file again is the same version, and does nothing again.
///
/// `list`: under which name of the mandate, where the file does not say it; `name`: what the file is
/// called; `consent`: to every concern that was named.
#[utoipa::path(post, path = "/lists", tag = "lists", security(("session" = [])),
    params(("list" = Option<String>, Query), ("name" = Option<String>, Query),
        ("consent" = Option<bool>, Query), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "It is proposed", body = ListDoneDto,
            headers(("Location" = String))),
        (status = 200, description = "It is in force or proposed already", body = ListDoneDto,
            headers(("Location" = String))),
        (status = 409, description = "It wants consent, and says to what"),
        (status = 413, description = "It is too large"),
        (status = 422, description = "It is refused, and says where and why"),
    ))]
pub(crate) async fn propose(
    State(app): State<Arc<App>>,
    Query(query): Query<ProposeQuery>,
    officer: Officer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    // Whoever may not is not listened to for long.
    let officer = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service.may_import(&acting)?;
            Ok::<_, Problem>(officer)
        })
        .await?;
    let room = app.room_for_list()?;
    let bytes = whole(&headers, body, app.list_most, LIST_WITHIN).await?;
    let done = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let file = NamedFile {
                name: name(query.name.as_deref().unwrap_or("list"))?,
                bytes: &bytes,
            };
            let consent = Consent {
                given: query.consent,
                list: query.list.as_deref().map(name).transpose()?,
            };
            let done = service.propose_list(&acting, &[file], &consent)?;
            drop(room);
            Ok::<_, Problem>(done)
        })
        .await?;
    Ok(proposed(&done))
}

/// What was proposed, and where it is.
fn proposed(done: &ListAdded) -> Response {
    let status = match done.unchanged {
        true => StatusCode::OK,
        false => StatusCode::CREATED,
    };
    let mut response = (status, Json(ListDoneDto::from(done))).into_response();
    let list: String = done.list.bytes().fold(String::new(), |mut out, byte| {
        match byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
        out
    });
    let at = format!("/api/v1/lists/{list}/versions/{}", done.version);
    if let Ok(at) = HeaderValue::from_str(&at) {
        response.headers_mut().insert(LOCATION, at);
    }
    response
}

/// A version with its receipt, or what is proposed in the place of one.
async fn shown(
    app: &Arc<App>,
    officer: Officer,
    list: String,
    version: Option<u32>,
) -> Result<Response> {
    let (dto, tag) = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let proposal = service.proposal(&acting, &list, version)?;
            let tag = proposal.tag.clone();
            Ok::<_, Problem>((ListProposalDto::new(list, proposal), tag))
        })
        .await?;
    let mut response = Json(dto).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        response.headers_mut().insert(ETAG, tag);
    }
    Ok(response)
}

/// A version: its receipt, how it stands, and what putting it into force would do. For those who may
/// change lists; what they have seen is the ETag.
#[utoipa::path(get, path = "/lists/{list}/versions/{version}", tag = "lists",
    security(("session" = [])),
    params(("list" = String, Path), ("version" = u32, Path), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 200, body = ListProposalDto, headers(("ETag" = String)))))]
pub(crate) async fn version(
    State(app): State<Arc<App>>,
    Path((list, version)): Path<(String, String)>,
    officer: Officer,
) -> Result<Response> {
    shown(&app, officer, list, Some(number(&version)?)).await
}

/// That a list goes out of force: whether it is proposed, and what it would do.
#[utoipa::path(get, path = "/lists/{list}/removal", tag = "lists", security(("session" = [])),
    params(("list" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = ListProposalDto, headers(("ETag" = String)))))]
pub(crate) async fn removal(
    State(app): State<Arc<App>>,
    Path(list): Path<String>,
    officer: Officer,
) -> Result<Response> {
    shown(&app, officer, list, None).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiffQuery {
    from: Option<u32>,
    after: Option<String>,
    limit: Option<u32>,
}

/// How a version differs from `from`, or from the one in force, entry by entry and field by field.
/// Reading it leaves a line in the audit log.
#[utoipa::path(get, path = "/lists/{list}/versions/{version}/diff", tag = "lists",
    security(("session" = [])),
    params(("list" = String, Path), ("version" = u32, Path), ("from" = Option<u32>, Query),
        ("after" = Option<String>, Query), ("limit" = Option<u32>, Query),
        ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 200, body = DiffDto)))]
pub(crate) async fn differences(
    State(app): State<Arc<App>>,
    Path((list, version)): Path<(String, String)>,
    Query(query): Query<DiffQuery>,
    officer: Officer,
) -> Result<Json<DiffDto>> {
    let version = number(&version)?;
    let most = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MOST) as usize;
    let page = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let of = (list.as_str(), version);
            let page =
                service.list_diff_page(&acting, of, query.from, query.after.as_deref(), most)?;
            Ok::<_, Problem>(page)
        })
        .await?;
    Ok(Json(page.into()))
}

/// What somebody consents to.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentDto {
    /// To every concern that is named.
    #[serde(default)]
    pub(super) consent: bool,
}

/// Propose a version that is stored: an earlier one, to which the list is rolled back, or one that was
/// rejected.
#[utoipa::path(post, path = "/lists/{list}/versions/{version}/propose", tag = "lists",
    security(("session" = [])),
    params(("list" = String, Path), ("version" = u32, Path), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    request_body = ConsentDto,
    responses((status = 201, body = ListDoneDto, headers(("Location" = String))),
        (status = 200, description = "It is proposed already", body = ListDoneDto,
            headers(("Location" = String))),
        (status = 409, description = "It wants consent, and says to what")))]
pub(crate) async fn propose_version(
    State(app): State<Arc<App>>,
    Path((list, version)): Path<(String, String)>,
    officer: Officer,
    Json(given): Json<ConsentDto>,
) -> Result<Response> {
    let version = number(&version)?;
    let done = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            let consent = Consent {
                given: given.consent,
                list: None,
            };
            service
                .propose_version(&acting, &list, version, &consent)
                .map_err(Problem::from)
        })
        .await?;
    Ok(proposed(&done))
}

/// Propose that a list goes out of force.
#[utoipa::path(post, path = "/lists/{list}/removal", tag = "lists", security(("session" = [])),
    params(("list" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 201, body = ListDoneDto),
        (status = 200, description = "It is proposed already", body = ListDoneDto)))]
pub(crate) async fn propose_removal(
    State(app): State<Arc<App>>,
    Path(list): Path<String>,
    officer: Officer,
) -> Result<Response> {
    let done = app
        .run(move |service| {
            let acting = officer.acting(service)?;
            service
                .propose_removal(&acting, &list)
                .map_err(Problem::from)
        })
        .await?;
    // Nothing was done yet: `is_unchanged` speaks of the list, the roles that are waited for of this.
    let status = match done.impact {
        Some(_) => StatusCode::CREATED,
        None => StatusCode::OK,
    };
    Ok((status, Json(ListDoneDto::from(&done))).into_response())
}

async fn previewed(
    app: &Arc<App>,
    officer: Officer,
    list: String,
    version: Option<u32>,
) -> Result<StatusCode> {
    app.run(move |service| {
        let acting = officer.acting(service)?;
        service
            .preview_list(&acting, &list, version)
            .map_err(Problem::from)
    })
    .await?;
    Ok(StatusCode::ACCEPTED)
}

/// Have it worked out anew what putting a version into force would do.
#[utoipa::path(post, path = "/lists/{list}/versions/{version}/impact", tag = "lists",
    security(("session" = [])),
    params(("list" = String, Path), ("version" = u32, Path), ("Purpose" = String, Header),
        ("Reason" = String, Header)),
    responses((status = 202, description = "It is being worked out: the version shows it")))]
pub(crate) async fn version_impact(
    State(app): State<Arc<App>>,
    Path((list, version)): Path<(String, String)>,
    officer: Officer,
) -> Result<StatusCode> {
    previewed(&app, officer, list, Some(number(&version)?)).await
}

/// Have it worked out anew what taking a list out of force would do.
#[utoipa::path(post, path = "/lists/{list}/removal/impact", tag = "lists",
    security(("session" = [])),
    params(("list" = String, Path), ("Purpose" = String, Header), ("Reason" = String, Header)),
    responses((status = 202, description = "It is being worked out: the removal shows it")))]
pub(crate) async fn removal_impact(
    State(app): State<Arc<App>>,
    Path(list): Path<String>,
    officer: Officer,
) -> Result<StatusCode> {
    previewed(&app, officer, list, None).await
}
