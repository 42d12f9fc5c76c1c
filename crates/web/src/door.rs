//! Who asks: taken from the request before a handler runs.
//!
//! A machine shows its key (`Authorization: Bearer …`) or its certificate, a person the cookie of their session. What
//! changes something needs, beside the cookie, the word that only our own pages know (CSRF). What
//! shows a traveller needs a purpose and a reason (`Purpose`, `Reason`), every time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use tidewaiter_service::{Acting, SignedIn, csrf_word};
use tidewaiter_store::Machine;

use crate::app::App;
use crate::problem::{Problem, Result};

/// The cookie of a session; under TLS with the prefix that binds it to this very host.
pub(crate) fn cookie_name(is_secure: bool) -> &'static str {
    if is_secure {
        "__Host-tidewaiter"
    } else {
        "tidewaiter"
    }
}

/// Where a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let peer = parts.extensions.get::<Self>().copied();
        peer.ok_or_else(Problem::unauthenticated)
    }
}

/// A machine of a carrier or partner.
pub(crate) struct Sender(pub(crate) Machine);

/// The certificate that the other end has shown, and holds the key of: its SHA-256.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientCertificate(pub(crate) [u8; 32]);

impl FromRequestParts<Arc<App>> for Sender {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let header = parts.headers.get(AUTHORIZATION);
        let shown = parts.extensions.get::<ClientCertificate>().copied();
        if let (None, Some(ClientCertificate(certificate))) = (header, shown) {
            let ask = move |service: &tidewaiter_service::Service| {
                service.machine_of_certificate(&certificate)
            };
            return Ok(Self(app.run(ask).await?));
        }
        let key = header
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(Problem::unauthenticated)?
            .trim()
            .to_owned();
        let machine = app.run(move |service| service.machine(&key)).await?;
        Ok(Self(machine))
    }
}

/// Somebody who is signed in.
pub(crate) struct Person {
    pub(crate) signed_in: SignedIn,
    pub(crate) token: String,
}

impl FromRequestParts<Arc<App>> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let token = token(&parts.headers, app).ok_or_else(Problem::unauthenticated)?;
        if !matches!(parts.method, Method::GET | Method::HEAD) && !is_ours(parts, &token) {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "csrf",
                "the header X-CSRF-Token is missing or of another session",
            ));
        }
        Self::of_token(app, token).await
    }
}

impl OptionalFromRequestParts<Arc<App>> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Option<Self>> {
        match <Self as FromRequestParts<_>>::from_request_parts(parts, app).await {
            Ok(person) => Ok(Some(person)),
            Err(problem) if problem.status == 401 => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

impl Person {
    /// The person of a session's cookie, for a page: forms carry the word themselves.
    pub(crate) async fn of_headers(app: &Arc<App>, headers: &HeaderMap) -> Result<Self> {
        let token = token(headers, app).ok_or_else(Problem::unauthenticated)?;
        Self::of_token(app, token).await
    }

    async fn of_token(app: &Arc<App>, token: String) -> Result<Self> {
        let asked = token.clone();
        let signed_in = app.run(move |service| service.session(&asked)).await?;
        app.requests
            .take(signed_in.account().to_owned(), Instant::now())
            .map_err(|seconds| Problem::later("too-many", "too many requests", seconds))?;
        Ok(Self { signed_in, token })
    }

    /// The word that our pages send along with what changes something.
    pub(crate) fn csrf(&self) -> String {
        csrf_word(&self.token)
    }
}

/// Somebody who is signed in and says for what and why they ask.
pub(crate) struct Officer {
    pub(crate) person: Person,
    pub(crate) purpose: String,
    pub(crate) reason: String,
}

impl FromRequestParts<Arc<App>> for Officer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let person = <Person as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        // Under the evaluation profile both have a default, as on the command line.
        let default = app
            .service
            .mandate()
            .is_evaluation()
            .then_some("evaluation");
        let said = |name| {
            let value = parts
                .headers
                .get(name)
                .map(axum::http::HeaderValue::as_bytes);
            let text = value.and_then(|bytes| std::str::from_utf8(bytes).ok());
            text.or(default).map(str::to_owned).ok_or_else(|| {
                let title = format!("the header {name} is missing: for what, and why?");
                Problem::new(StatusCode::BAD_REQUEST, "purpose-missing", title)
            })
        };
        Ok(Self {
            purpose: said("Purpose")?,
            reason: said("Reason")?,
            person,
        })
    }
}

impl Officer {
    /// The person in their role, for this purpose and reason.
    pub(crate) fn acting(&self, service: &tidewaiter_service::Service) -> Result<Acting> {
        Ok(service.acting(&self.person.signed_in, &self.purpose, &self.reason)?)
    }
}

fn token(headers: &HeaderMap, app: &App) -> Option<String> {
    cookie_of(headers, cookie_name(app.is_secure))
}

/// The value of a cookie.
pub(crate) fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(own, _)| *own == name)
        .map(|(_, value)| value.to_owned())
}

fn is_ours(parts: &Parts, token: &str) -> bool {
    let header = parts.headers.get("x-csrf-token");
    header.is_some_and(|word| same(word.as_bytes(), csrf_word(token).as_bytes()))
}

/// Compares without saying by its time how much is the same.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |d, (a, b)| d | (a ^ b)) == 0
}
