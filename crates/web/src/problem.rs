//! What went wrong, as `application/problem+json` (RFC 9457). Texts are ours, and say nothing of
//! a record or of what was sent.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tidewaiter_service::{AnswerError, DoorError, ServiceError};
use tidewaiter_store::StoreError;
use utoipa::ToSchema;

/// Why a request was not done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The HTTP status.
    pub(crate) status: u16,
    /// A stable word for programs.
    pub(crate) code: &'static str,
    /// A text for people.
    pub(crate) title: String,
    /// Of a list that is refused: the code of what is wrong with its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    diagnostic: Option<&'static str>,
    /// At which byte of the file, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    byte: Option<u64>,
    /// What wants consent, one by one, with the figures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    concerns: Vec<String>,
    #[serde(skip)]
    #[schema(ignore)]
    retry_after: Option<u64>,
}

pub(crate) type Result<T, E = Problem> = std::result::Result<T, E>;

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, title: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            code,
            title: title.into(),
            diagnostic: None,
            byte: None,
            concerns: Vec::new(),
            retry_after: None,
        }
    }

    pub(crate) fn later(code: &'static str, title: &str, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, title)
        }
    }

    pub(crate) fn invalid(title: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title)
    }

    pub(crate) fn unauthenticated() -> Self {
        let title = "sign in, or show the key or the certificate of a machine";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", title)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "there is no such thing here",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, json);
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        ServiceError::from(error).into()
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        use StatusCode as S;
        let title = error.to_string();
        match error {
            ServiceError::NotFound(_) => Self::not_found(),
            ServiceError::NotGranted(_) => Self::new(S::FORBIDDEN, "not-granted", title),
            ServiceError::NotPossible(_) => Self::new(S::CONFLICT, "not-possible", title),
            ServiceError::Stale => Self::new(S::PRECONDITION_FAILED, "stale", title),
            ServiceError::TooLarge { .. } => Self::new(S::PAYLOAD_TOO_LARGE, "too-large", title),
            ServiceError::Empty => Self::invalid(title),
            ServiceError::ListRefused(fault) => Self {
                diagnostic: fault.code,
                byte: fault.byte,
                ..Self::new(S::UNPROCESSABLE_ENTITY, "list-refused", title)
            },
            ServiceError::ConsentNeeded(concerns) => Self {
                concerns,
                ..Self::new(S::CONFLICT, "consent-needed", title)
            },
            ServiceError::ImpactMissing { is_coming, .. } => {
                let code = match is_coming {
                    true => "impact-computing",
                    false => "impact-missing",
                };
                Self::new(S::CONFLICT, code, title)
            }
            ServiceError::Store(StoreError::Value(why)) => Self::invalid(why),
            ServiceError::Store(StoreError::KeyDestroyed) => {
                Self::new(S::GONE, "erased", "the data were lawfully erased")
            }
            ServiceError::Store(StoreError::Full) => {
                Self::new(S::INSUFFICIENT_STORAGE, "full", "the disk is full")
            }
            ServiceError::Store(error) if error.is_transient() => Self {
                retry_after: Some(1),
                ..Self::new(S::SERVICE_UNAVAILABLE, "busy", "repeat in a moment")
            },
            // What it is stands in the log; whoever asked can do nothing about it.
            other => {
                crate::log::line(
                    "error",
                    "failed",
                    serde_json::json!({"error": other.to_string()}),
                );
                let title = "the service failed; its log says why";
                Self::new(S::INTERNAL_SERVER_ERROR, "failed", title)
            }
        }
    }
}

impl From<DoorError> for Problem {
    fn from(error: DoorError) -> Self {
        use StatusCode as S;
        let title = error.to_string();
        match error {
            DoorError::Service(error) => error.into(),
            DoorError::Wrong => Self::new(S::UNAUTHORIZED, "wrong-credentials", title),
            DoorError::Ended => Self::new(S::UNAUTHORIZED, "session-ended", title),
            DoorError::Locked(seconds) => Self {
                retry_after: Some(seconds.unsigned_abs()),
                ..Self::new(S::TOO_MANY_REQUESTS, "locked", title)
            },
            DoorError::ProveAgain => Self::new(S::FORBIDDEN, "prove-again", title),
            DoorError::MustChange => Self::new(S::FORBIDDEN, "must-change-password", title),
            DoorError::OtherAccount => Self::new(S::FORBIDDEN, "other-account", title),
            DoorError::Conflict => Self::new(S::FORBIDDEN, "conflict-of-interest", title),
            DoorError::Taken => Self::new(S::CONFLICT, "taken", title),
            DoorError::Invalid(_) => Self::invalid(title),
        }
    }
}

impl From<AnswerError> for Problem {
    fn from(error: AnswerError) -> Self {
        use StatusCode as S;
        let title = error.to_string();
        match error {
            AnswerError::Service(error) => error.into(),
            AnswerError::OtherCarrier => Self::new(S::FORBIDDEN, "other-carrier", title),
            AnswerError::Suspended => Self::new(S::FORBIDDEN, "carrier-suspended", title),
            AnswerError::NoMessage => Self::invalid(title),
            AnswerError::NotYet => Self {
                retry_after: Some(1),
                ..Self::new(S::SERVICE_UNAVAILABLE, "not-yet", title)
            },
        }
    }
}
