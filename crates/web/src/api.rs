//! The paths of `/api/v1`, and what describes them.

mod admin;
mod carriers;
mod cases;
mod directives;
mod events;
mod flights;
mod health;
pub(crate) mod hits;
mod intake;
mod lists;
mod look;
mod lookbacks;
mod once;
mod outcomes;
pub(crate) mod session;

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tidewaiter_store::Id;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use intake::hex;

use crate::app::App;
use crate::problem::{Problem, Result};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Tidewaiter",
        description = "Passenger and cargo targeting: carriers deliver and are answered, officers \
            look and decide. Every error is a problem (RFC 9457) with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem))
)]
struct Description;

/// The routes, and their description.
pub(crate) fn routes() -> (axum::Router<Arc<App>>, utoipa::openapi::OpenApi) {
    let api = OpenApiRouter::new()
        .routes(routes!(intake::messages))
        .routes(routes!(intake::receipt))
        .routes(routes!(intake::iapi))
        .routes(routes!(session::sign_in, session::who, session::sign_out))
        .routes(routes!(session::prove))
        .routes(routes!(session::password))
        .routes(routes!(session::conflict))
        .routes(routes!(admin::accounts, admin::open_account))
        .routes(routes!(admin::close_account))
        .routes(routes!(admin::reset_password))
        .routes(routes!(admin::machines, admin::open_machine))
        .routes(routes!(admin::close_machine))
        .routes(routes!(carriers::carriers))
        .routes(routes!(carriers::carrier, carriers::put_carrier))
        .routes(routes!(carriers::quality))
        .routes(routes!(carriers::told))
        .routes(routes!(carriers::ask_again))
        .routes(routes!(hits::queue, cases::raise))
        .routes(routes!(hits::one))
        .routes(routes!(hits::review))
        .routes(routes!(hits::approve))
        .routes(routes!(outcomes::outcome))
        .routes(routes!(outcomes::external_approval))
        .routes(routes!(outcomes::claim, outcomes::release))
        .routes(routes!(cases::cases, cases::open))
        .routes(routes!(cases::one))
        .routes(routes!(cases::add_hit))
        .routes(routes!(cases::add_note))
        .routes(routes!(cases::add_file))
        .routes(routes!(cases::file))
        .routes(routes!(cases::close))
        .routes(routes!(cases::reopen))
        .routes(routes!(cases::hand_over, cases::take_over))
        .routes(routes!(flights::flights))
        .routes(routes!(flights::flight))
        .routes(routes!(flights::traveller))
        .routes(routes!(directives::directives))
        .routes(routes!(directives::stop, directives::turn))
        .routes(routes!(directives::tasks))
        .routes(routes!(directives::task_done))
        .routes(routes!(lists::lists, lists::propose))
        .routes(routes!(lists::list))
        .routes(routes!(lists::versions))
        .routes(routes!(lists::version))
        .routes(routes!(lists::differences))
        .routes(routes!(lists::propose_version))
        .routes(routes!(lists::version_impact))
        .routes(routes!(lists::decide::approve_version))
        .routes(routes!(lists::decide::reject_version))
        .routes(routes!(lists::removal, lists::propose_removal))
        .routes(routes!(lists::removal_impact))
        .routes(routes!(lists::decide::approve_removal))
        .routes(routes!(lists::decide::reject_removal))
        .routes(routes!(lookbacks::lookbacks))
        .routes(routes!(lookbacks::lookback))
        .routes(routes!(look::mandate))
        .routes(routes!(look::audit))
        .routes(routes!(outcomes::statistics))
        .routes(routes!(events::events));
    OpenApiRouter::with_openapi(Description::openapi())
        .nest("/api/v1", api)
        .routes(routes!(health::health))
        .routes(routes!(health::metrics))
        .split_for_parts()
}

/// The description of the API, as `docs/openapi.json` has it.
pub fn openapi() -> Value {
    let (_, description) = routes();
    let mut json = serde_json::to_value(&description).unwrap_or_default();
    json["components"]["securitySchemes"] = json!({
        "session": {"type": "apiKey", "in": "cookie", "name": "__Host-tidewaiter"},
        "machine": {"type": "http", "scheme": "bearer", "description": "The key of a machine. \
            Where the service asks for client certificates, a machine that is known by its \
            certificate sends no key."},
    });
    let schemas = json.pointer_mut("/components/schemas");
    if let Some(schemas) = schemas.and_then(Value::as_object_mut) {
        merge_parts(schemas);
    }
    // Whatever goes wrong is a problem; each operation says so in one word.
    let problem = json!({
        "description": "A problem",
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"}
        }},
    });
    let paths = json["paths"].as_object_mut();
    for operations in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        for operation in operations
            .as_object_mut()
            .into_iter()
            .flat_map(|o| o.values_mut())
        {
            if let Some(responses) = operation["responses"].as_object_mut() {
                responses.insert("default".to_owned(), problem.clone());
            }
        }
    }
    json
}

/// Writes what is made of another schema and more fields (`allOf`) as one schema: the other may be a
/// body that takes no more fields, and nothing could be both.
fn merge_parts(schemas: &mut Map<String, Value>) {
    let parts_of = |schema: &Value| schema["allOf"].as_array().cloned();
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in names {
        let Some(parts) = schemas.get(&name).and_then(parts_of) else {
            continue;
        };
        let (mut fields, mut required) = (Map::new(), Vec::new());
        for part in &parts {
            let referred = part["$ref"]
                .as_str()
                .and_then(|path| path.rsplit('/').next());
            let part = referred.and_then(|name| schemas.get(name)).unwrap_or(part);
            fields.extend(part["properties"].as_object().cloned().unwrap_or_default());
            required.extend(part["required"].as_array().cloned().unwrap_or_default());
        }
        let mut whole = json!({"type": "object", "required": required, "properties": fields});
        if let Some(description) = schemas.get(&name).and_then(|s| s.get("description")) {
            whole["description"] = description.clone();
        }
        schemas.insert(name, whole);
    }
}

/// `GET /api/openapi.json`.
pub(crate) async fn description() -> axum::Json<Value> {
    axum::Json(openapi())
}

pub(crate) async fn no_such_path() -> Problem {
    Problem::not_found()
}

pub(crate) async fn no_such_method() -> Problem {
    let title = "this path does not take this method";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "no-such-method", title)
}

/// A body in JSON; what is wrong with one is a problem that does not repeat it.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self> {
        match axum::Json::from_request(request, app).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::BytesRejection(_)) => Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "the body is too large or broke off",
            )),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "no-json",
                "the body must be application/json",
            )),
            Err(_) => Err(Problem::invalid("the body is not the JSON it should be")),
        }
    }
}

impl<T: Serialize> axum::response::IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}

/// An identifier in a path; anything else is nothing that is here.
pub(crate) fn id(text: &str) -> Result<Id> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
    let hex = std::str::from_utf8(&digits).map_err(|_| Problem::not_found())?;
    if text.len() != 36 || hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Problem::not_found());
    }
    let number = u128::from_str_radix(hex, 16).map_err(|_| Problem::not_found())?;
    Ok(Id(number.to_be_bytes()))
}

/// Parameters of a query; what is wrong with them is a problem.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> axum::extract::FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        app: &Arc<App>,
    ) -> Result<Self> {
        axum::extract::Query::from_request_parts(parts, app)
            .await
            .map(|query| Self(query.0))
            .map_err(|_| Problem::invalid("the query is not what this path takes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_or_nothing() {
        let id_ = Id([0x01, 0x91, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 7]);
        assert_eq!(id(&id_.to_string()).ok(), Some(id_));
        for text in [
            "",
            "x",
            "0191",
            "0191é000-0000-7000-8000-000000000007",
            &"-".repeat(36),
        ] {
            assert!(id(text).is_err(), "{text}");
        }
    }

    /// Writes the file when `TIDEWAITER_WRITE` is set.
    #[test]
    fn the_committed_description_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        let mut text = serde_json::to_string_pretty(&openapi()).unwrap();
        text.push('\n');
        if std::env::var_os("TIDEWAITER_WRITE").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap();
        assert!(
            committed == text,
            "docs/openapi.json is of another API: run with TIDEWAITER_WRITE=1"
        );
    }
}
