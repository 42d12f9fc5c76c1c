//! Signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tidewaiter_service::Relation;
use utoipa::ToSchema;

use super::Json;
use crate::app::App;
use crate::door::{Peer, Person, cookie_name};
use crate::problem::{Problem, Result};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInDto {
    /// The account.
    name: String,
    /// Its password.
    password: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionDto {
    account: String,
    /// Who stands behind the account.
    person: String,
    /// The role of the mandate, or `administrator`.
    role: String,
    /// To be sent as `X-CSRF-Token` with everything that changes something.
    csrf: String,
    /// Whether the password must be changed before anything else.
    must_change_password: bool,
    /// When the session ends.
    until: String,
}

impl From<&Person> for SessionDto {
    fn from(person: &Person) -> Self {
        let signed_in = &person.signed_in;
        Self {
            account: signed_in.account().to_owned(),
            person: signed_in.person().to_owned(),
            role: signed_in.role().to_owned(),
            csrf: person.csrf(),
            must_change_password: signed_in.must_change(),
            until: signed_in.until().to_string(),
        }
    }
}

/// Sign in: the cookie of the session is in the answer.
#[utoipa::path(post, path = "/session", tag = "session", request_body = SignInDto,
    responses((status = 200, body = SessionDto), (status = 401, description = "Wrong"),
        (status = 429, description = "Locked, or too many attempts")))]
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    Peer(peer): Peer,
    Json(given): Json<SignInDto>,
) -> Result<Response> {
    let person = enter(&app, peer, given.name, given.password).await?;
    let mut response = Json(SessionDto::from(&person)).into_response();
    response
        .headers_mut()
        .insert(SET_COOKIE, cookie(app.is_secure, Some(&person.token))?);
    Ok(response)
}

/// Signs somebody in, from a page or a program.
pub(crate) async fn enter(
    app: &Arc<App>,
    peer: std::net::SocketAddr,
    name: String,
    password: String,
) -> Result<Person> {
    app.may_sign_in(peer.ip())?;
    let (signed_in, token) = app
        .run(move |service| {
            let token = service.sign_in(&name, &password)?;
            let signed_in = service.session(token.reveal())?;
            Ok::<_, tidewaiter_service::DoorError>((signed_in, token.reveal().to_owned()))
        })
        .await?;
    Ok(Person { signed_in, token })
}

/// The cookie of a session, or its end.
pub(crate) fn cookie(is_secure: bool, token: Option<&str>) -> Result<HeaderValue> {
    let name = cookie_name(is_secure);
    let secure = if is_secure { "; Secure" } else { "" };
    let end = if token.is_none() { "; Max-Age=0" } else { "" };
    let token = token.unwrap_or_default();
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{end}");
    HeaderValue::from_str(&text).map_err(|_| Problem::invalid("no cookie"))
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", tag = "session", security(("session" = [])),
    responses((status = 200, body = SessionDto)))]
pub(crate) async fn who(person: Person) -> Json<SessionDto> {
    Json(SessionDto::from(&person))
}

/// Sign out.
#[utoipa::path(delete, path = "/session", tag = "session", security(("session" = [])),
    responses((status = 204, description = "Signed out")))]
pub(crate) async fn sign_out(State(app): State<Arc<App>>, person: Person) -> Result<Response> {
    let signed_in = person.signed_in;
    app.run(move |service| service.sign_out(&signed_in)).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    response
        .headers_mut()
        .insert(SET_COOKIE, cookie(app.is_secure, None)?);
    Ok(response)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofDto {
    password: String,
}

/// Give the password again, before an act against a traveller.
#[utoipa::path(post, path = "/session/proof", tag = "session", security(("session" = [])),
    request_body = ProofDto, responses((status = 204, description = "Given")))]
pub(crate) async fn prove(
    State(app): State<Arc<App>>,
    Peer(peer): Peer,
    person: Person,
    Json(given): Json<ProofDto>,
) -> Result<StatusCode> {
    app.may_sign_in(peer.ip())?;
    let signed_in = person.signed_in;
    app.run(move |service| service.prove(&signed_in, &given.password))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordDto {
    old: String,
    /// At least 12 characters.
    new: String,
}

/// Change one's password; all sessions of the account end.
#[utoipa::path(post, path = "/session/password", tag = "session", security(("session" = [])),
    request_body = PasswordDto, responses((status = 204, description = "Changed: sign in again")))]
pub(crate) async fn password(
    State(app): State<Arc<App>>,
    Peer(peer): Peer,
    person: Person,
    Json(given): Json<PasswordDto>,
) -> Result<StatusCode> {
    app.may_sign_in(peer.ip())?;
    let signed_in = person.signed_in;
    app.run(move |service| service.change_password(&signed_in, &given.old, &given.new))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody whom a member of staff must not deal with. What is given is hashed and forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConflictDto {
    /// Whose conflict of interest; one's own, unless an administrator says so.
    person: String,
    surname: Option<String>,
    #[serde(default)]
    given: String,
    /// Date of birth, ISO.
    born: Option<String>,
    /// Numbers of travel documents.
    #[serde(default)]
    documents: Vec<String>,
}

/// Declare a conflict of interest.
#[utoipa::path(post, path = "/session/conflicts", tag = "session", security(("session" = [])),
    request_body = ConflictDto, responses((status = 204, description = "Declared")))]
pub(crate) async fn conflict(
    State(app): State<Arc<App>>,
    person: Person,
    Json(given): Json<ConflictDto>,
) -> Result<StatusCode> {
    let signed_in = person.signed_in;
    app.run(move |service| {
        let name = given.surname.as_deref().zip(given.born.as_deref());
        let relation = Relation {
            name: name.map(|(surname, born)| (surname, given.given.as_str(), born)),
            documents: given.documents.iter().map(String::as_str).collect(),
        };
        service.declare_conflict(&signed_in, &given.person, &relation)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
