//! What an administrator looks after: accounts and machines.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tidewaiter_service::{Credential, NewAccount};
use tidewaiter_store::{Account, Lane, Machine};
use utoipa::ToSchema;

use super::Json;
use crate::app::App;
use crate::door::Person;
use crate::problem::{Problem, Result};

#[derive(Serialize, ToSchema)]
pub(crate) struct AccountDto {
    name: String,
    person: String,
    /// A role of the mandate, or `administrator`.
    role: String,
    is_locked: bool,
    is_closed: bool,
}

impl From<Account> for AccountDto {
    fn from(account: Account) -> Self {
        let role = if account.role.is_empty() {
            "administrator".to_owned()
        } else {
            account.role
        };
        Self {
            name: account.name,
            person: account.person,
            role,
            is_locked: account.locked_until.is_some(),
            is_closed: account.closed_at.is_some(),
        }
    }
}

/// A first password, shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct CredentialDto {
    name: String,
    role: String,
    password: String,
}

impl From<Credential> for CredentialDto {
    fn from(credential: Credential) -> Self {
        Self {
            name: credential.name,
            role: credential.role,
            password: credential.password.reveal().to_owned(),
        }
    }
}

/// The accounts, open and closed.
#[utoipa::path(get, path = "/accounts", tag = "administration", security(("session" = [])),
    responses((status = 200, body = Vec<AccountDto>)))]
pub(crate) async fn accounts(
    State(app): State<Arc<App>>,
    person: Person,
) -> Result<Json<Vec<AccountDto>>> {
    let accounts = app
        .run(move |service| service.accounts(&person.signed_in))
        .await?;
    Ok(Json(accounts.into_iter().map(Into::into).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccountDto {
    name: String,
    /// The staff number: one for each human being.
    person: String,
    /// A role of the mandate; none for an administrator.
    role: Option<String>,
}

/// Open an account; its first password is in the answer and nowhere else.
#[utoipa::path(post, path = "/accounts", tag = "administration", security(("session" = [])),
    request_body = NewAccountDto, responses((status = 201, body = CredentialDto)))]
pub(crate) async fn open_account(
    State(app): State<Arc<App>>,
    person: Person,
    Json(given): Json<NewAccountDto>,
) -> Result<(StatusCode, Json<CredentialDto>)> {
    let credential = app
        .run(move |service| {
            let new = NewAccount {
                name: &given.name,
                person: &given.person,
                role: given.role.as_deref(),
            };
            service.open_account(&person.signed_in, &new)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(credential.into())))
}

/// Close an account and end its sessions.
#[utoipa::path(delete, path = "/accounts/{name}", tag = "administration",
    params(("name" = String, Path)), security(("session" = [])),
    responses((status = 204, description = "Closed")))]
pub(crate) async fn close_account(
    State(app): State<Arc<App>>,
    person: Person,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    app.run(move |service| service.close_account(&person.signed_in, &name))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give an account a new first password.
#[utoipa::path(post, path = "/accounts/{name}/password", tag = "administration",
    params(("name" = String, Path)), security(("session" = [])),
    responses((status = 200, body = CredentialDto)))]
pub(crate) async fn reset_password(
    State(app): State<Arc<App>>,
    person: Person,
    Path(name): Path<String>,
) -> Result<Json<CredentialDto>> {
    let asked = name.clone();
    let password = app
        .run(move |service| service.reset_password(&person.signed_in, &asked))
        .await?;
    Ok(Json(CredentialDto {
        name,
        role: String::new(),
        password: password.reveal().to_owned(),
    }))
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MachineDto {
    name: String,
    /// The carriers it speaks for; `*` for all.
    carriers: Vec<String>,
    /// `live`, or `test` while the carrier is being brought on board.
    lane: String,
    #[serde(default)]
    is_closed: bool,
    /// SHA-256, in hexadecimal, of the certificate (DER) by which it is known in place of a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
}

/// A machine's key, shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyDto {
    name: String,
    /// None for a machine that is known by its certificate.
    key: Option<String>,
}

fn fingerprint(text: &str) -> Result<[u8; 32]> {
    // As openssl prints it: with colons, in capital letters.
    let digits = text.replace(':', "").to_lowercase();
    super::outcomes::digest(&digits)
        .ok_or_else(|| Problem::invalid("a certificate is named by 64 hexadecimal digits"))
}

fn lane(word: &str) -> Result<Lane> {
    match word {
        "live" => Ok(Lane::Live),
        "test" => Ok(Lane::Test),
        _ => Err(Problem::invalid("a lane is live or test")),
    }
}

/// The machines, let in and shut out.
#[utoipa::path(get, path = "/machines", tag = "administration", security(("session" = [])),
    responses((status = 200, body = Vec<MachineDto>)))]
pub(crate) async fn machines(
    State(app): State<Arc<App>>,
    person: Person,
) -> Result<Json<Vec<MachineDto>>> {
    let machines = app
        .run(move |service| service.machines(&person.signed_in))
        .await?;
    let dto = |machine: Machine| MachineDto {
        name: machine.name,
        carriers: machine.carriers,
        lane: machine.lane.as_str().to_owned(),
        is_closed: machine.is_closed,
        certificate: machine.certificate.map(|hash| super::hex(&hash)),
    };
    Ok(Json(machines.into_iter().map(dto).collect()))
}

/// Let a machine in; its key is in the answer and nowhere else. One with a certificate has no key.
#[utoipa::path(post, path = "/machines", tag = "administration", security(("session" = [])),
    request_body = MachineDto, responses((status = 201, body = KeyDto)))]
pub(crate) async fn open_machine(
    State(app): State<Arc<App>>,
    person: Person,
    Json(given): Json<MachineDto>,
) -> Result<(StatusCode, Json<KeyDto>)> {
    let machine = Machine {
        lane: lane(&given.lane)?,
        name: given.name.clone(),
        carriers: given.carriers,
        is_closed: false,
        certificate: given.certificate.as_deref().map(fingerprint).transpose()?,
    };
    let key = app
        .run(move |service| service.open_machine(&person.signed_in, &machine))
        .await?;
    let dto = KeyDto {
        name: given.name,
        key: key.map(|key| key.reveal().to_owned()),
    };
    Ok((StatusCode::CREATED, Json(dto)))
}

/// Shut a machine out.
#[utoipa::path(delete, path = "/machines/{name}", tag = "administration",
    params(("name" = String, Path)), security(("session" = [])),
    responses((status = 204, description = "Shut out")))]
pub(crate) async fn close_machine(
    State(app): State<Arc<App>>,
    person: Person,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    app.run(move |service| service.close_machine(&person.signed_in, &name))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
