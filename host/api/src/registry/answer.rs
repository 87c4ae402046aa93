//! Refusals in the form of the distribution specification ("Error Codes"), with words that help.

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use slipway_platform::Error;
use slipway_platform::registry::{
    Error as RegistryError, Malformed, UnknownAlgorithm, name, range,
};

use super::Asked;
use crate::problem;

/// A refusal.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refused {
    fn new(status: StatusCode, code: &'static str, message: impl ToString) -> Self {
        Self { status, code, message: message.to_string() }
    }

    /// Nobody has proved who they are, and that is needed.
    pub fn sign_in() -> Self {
        let words =
            "this takes an API token of Slipway: give it as the password, with any user name";
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", words)
    }

    /// The path is none of the specification's.
    pub fn no_endpoint() -> Self {
        let words = "there is no such endpoint in the distribution specification";
        Self::new(StatusCode::NOT_FOUND, "UNSUPPORTED", words)
    }

    /// The endpoint does not know the method.
    pub fn method(asked: &Asked<'_>) -> Self {
        let words = format!("{} is not done here", asked.method);
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", words)
    }

    /// A name that cannot be.
    pub fn name(error: &name::Malformed) -> Self {
        let code = match error {
            name::Malformed::Repository(_) | name::Malformed::Place(_) => "NAME_INVALID",
            name::Malformed::Tag(_) | name::Malformed::Target(_) => "MANIFEST_INVALID",
        };
        Self::new(StatusCode::BAD_REQUEST, code, error)
    }

    /// A digest that is needed and not given.
    pub fn no_digest() -> Self {
        let words = "the query says no digest; end an upload with ?digest=sha256:…";
        Self::new(StatusCode::BAD_REQUEST, "DIGEST_INVALID", words)
    }

    /// A number that is none.
    pub fn number(text: &str) -> Self {
        let words = format!("n is {text:?}; it is a number");
        Self::new(StatusCode::BAD_REQUEST, "UNSUPPORTED", words)
    }

    /// The manifest is larger than is taken.
    pub fn manifest_too_large(limit_bytes: usize) -> Self {
        let words = format!("a manifest may have {limit_bytes} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "SIZE_INVALID", words)
    }

    /// The body broke off.
    pub fn broke_off() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "SIZE_INVALID", "what was being pushed broke off")
    }

    /// The manifest has no media type.
    pub fn no_media_type() -> Self {
        let words = "the manifest's media type is needed as Content-Type";
        Self::new(StatusCode::BAD_REQUEST, "MANIFEST_INVALID", words)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self { status, code, message } = self;
        let body = serde_json::json!({"errors": [{"code": code, "message": message}]});
        let mut response = (status, axum::Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let ask = HeaderValue::from_static("Basic realm=\"Slipway\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, ask);
        }
        response
    }
}

impl From<Malformed> for Refused {
    fn from(error: Malformed) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "DIGEST_INVALID", error)
    }
}

impl From<UnknownAlgorithm> for Refused {
    fn from(error: UnknownAlgorithm) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "DIGEST_INVALID", error)
    }
}

impl From<range::Malformed> for Refused {
    fn from(error: range::Malformed) -> Self {
        Self::new(StatusCode::RANGE_NOT_SATISFIABLE, "BLOB_UPLOAD_INVALID", error)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Registry(error) => error.into(),
            Error::Unauthenticated(words) => {
                Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", words)
            }
            Error::Forbidden(words) => Self::new(StatusCode::FORBIDDEN, "DENIED", words),
            Error::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, "NAME_UNKNOWN", error),
            error => {
                drop(problem::internal(&error));
                Self::ours(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

impl From<RegistryError> for Refused {
    fn from(error: RegistryError) -> Self {
        let Some(code) = error.code() else {
            if error.is_disk_full() {
                let words = "the disk of this instance is full";
                return Self::new(StatusCode::INSUFFICIENT_STORAGE, "UNKNOWN", words);
            }
            drop(problem::internal(&error));
            return Self::ours(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let status = match &error {
            RegistryError::RepositoryUnknown(_)
            | RegistryError::BlobUnknown { .. }
            | RegistryError::ManifestUnknown { .. }
            | RegistryError::ManifestBlobUnknown { .. }
            | RegistryError::UploadUnknown(_) => StatusCode::NOT_FOUND,
            RegistryError::OffsetMismatch { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            RegistryError::UploadBusy(_) => StatusCode::CONFLICT,
            RegistryError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            RegistryError::QuotaExceeded { .. } => StatusCode::FORBIDDEN,
            RegistryError::ManifestInvalid { .. }
            | RegistryError::NotComponent { .. }
            | RegistryError::LengthMismatch { .. }
            | RegistryError::DigestMismatch { .. }
            | RegistryError::BrokeOff(_)
            | RegistryError::Disk { .. } => StatusCode::BAD_REQUEST,
        };
        Self::new(status, code, error)
    }
}

impl Refused {
    fn ours(status: StatusCode) -> Self {
        Self::new(status, "UNKNOWN", "something went wrong here; the server's log says what")
    }
}

/// Whether the method reads.
pub fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
