//! Why a registry did not give what was asked for, in words for the person who named it.

use oci_client::errors::OciDistributionError;
use reqwest::StatusCode;
use serde::Deserialize;
use slipway_model::digest::Digest;

use crate::layout::Refusal;

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is no reference.
    #[error("{reference:?} is no image reference; write host/name:tag or host/name@sha256:…")]
    Reference {
        /// What was written.
        reference: String,
        /// What the parser said.
        #[source]
        source: oci_client::ParseError,
    },
    /// A mirror's address is none.
    #[error(
        "the mirror of {registry} is {base:?}; it must be http://host[:port] or https://host[:port]"
    )]
    Mirror {
        /// Whose mirror.
        registry: String,
        /// What was configured.
        base: String,
    },
    /// There is an image, and it is for containers.
    #[error("{reference} cannot run here: {refusal}")]
    NotWasm {
        /// What was asked for.
        reference: String,
        /// What it holds.
        refusal: Refusal,
    },
    /// The registry does not know it.
    #[error("{reference} was not found in its registry")]
    NotFound {
        /// What was asked for.
        reference: String,
    },
    /// The registry wants someone else.
    #[error(
        "the registry of {reference} refused us; it needs credentials, or others{}",
        quoted(answered)
    )]
    Unauthorized {
        /// What was asked for.
        reference: String,
        /// What it said.
        answered: String,
    },
    /// Docker's configuration names a helper that gives nothing, or cannot be read.
    #[error("the credentials for {registry} in docker's configuration cannot be used: {reason}")]
    Credentials {
        /// Whose credentials.
        registry: String,
        /// What is wrong.
        reason: String,
    },
    /// The tag is somebody's already.
    #[error(
        "{reference} is there already and names {there}, another component than this one ({here}); nothing was \
         pushed. Give it a new version, or push with --force"
    )]
    Taken {
        /// What was to be pushed.
        reference: String,
        /// What it names.
        there: Digest,
        /// What it was to name.
        here: Digest,
    },
    /// The registry offers no such list.
    #[error("{registry} does not list its repositories to us; name one{}", quoted(answered))]
    NoCatalog {
        /// The registry.
        registry: String,
        /// What it said.
        answered: String,
    },
    /// More than is fetched.
    #[error("{reference} is larger than the {limit_bytes} bytes that are fetched")]
    TooLarge {
        /// What was asked for.
        reference: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// Content that is not what its digest says.
    #[error("the registry answered {reference} with other content ({actual}); it was thrown away")]
    Altered {
        /// What was asked for.
        reference: String,
        /// What arrived.
        actual: Digest,
    },
    /// A manifest that cannot be read.
    #[error("the manifest of {reference} cannot be read: {reason}")]
    Malformed {
        /// What was asked for.
        reference: String,
        /// What is wrong.
        reason: String,
    },
    /// The download broke off.
    #[error("the download of {reference} broke off")]
    BrokeOff {
        /// What was asked for.
        reference: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The registry cannot be reached, or fails.
    #[error("the registry of {reference} did not answer as it should: {answered}")]
    Registry {
        /// What was asked for.
        reference: String,
        /// What it said, or what kept it from being heard.
        answered: String,
    },
}

impl Error {
    pub(super) fn refused(reference: &str, refusal: Refusal) -> Self {
        Self::NotWasm { reference: reference.into(), refusal }
    }

    /// Whether asking again may help without anybody's doing.
    pub fn passes(&self) -> bool {
        match self {
            Self::Altered { .. } | Self::BrokeOff { .. } | Self::Registry { .. } => true,
            Self::Reference { .. }
            | Self::Mirror { .. }
            | Self::NotWasm { .. }
            | Self::NotFound { .. }
            | Self::Unauthorized { .. }
            | Self::Credentials { .. }
            | Self::Taken { .. }
            | Self::NoCatalog { .. }
            | Self::TooLarge { .. }
            | Self::Malformed { .. } => false,
        }
    }
}

/// The body of a refusal (distribution specification, "Error Codes").
#[derive(Deserialize)]
struct Envelope {
    errors: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// What a refusal means: by its code, or else by its status.
pub(super) fn refused(reference: &str, status: StatusCode, body: &[u8]) -> Error {
    let envelope: Option<Envelope> = serde_json::from_slice(body).ok();
    let code = envelope.and_then(|it| it.errors.into_iter().next()).map(|it| it.code);
    match code.as_deref() {
        Some("MANIFEST_UNKNOWN" | "NAME_UNKNOWN" | "BLOB_UNKNOWN" | "NOT_FOUND") => {
            Error::NotFound { reference: reference.to_owned() }
        }
        Some("UNAUTHORIZED" | "DENIED") => unauthorized(reference, status, body),
        _ if status == StatusCode::NOT_FOUND => Error::NotFound { reference: reference.to_owned() },
        _ if matches!(status.as_u16(), 401 | 403) => unauthorized(reference, status, body),
        _ => wrong(reference, &answered(status, body)),
    }
}

pub(super) fn unauthorized(reference: &str, status: StatusCode, body: &[u8]) -> Error {
    Error::Unauthorized { reference: reference.to_owned(), answered: answered(status, body) }
}

/// The registry does what registries do not.
pub(super) fn wrong(reference: &str, how: &str) -> Error {
    Error::Registry { reference: reference.to_owned(), answered: how.to_owned() }
}

/// The registry was not heard. The address of the request is not told: a redirect may have brought a signature into it.
pub(super) fn unheard(reference: &str, error: reqwest::Error) -> Error {
    wrong(reference, &deepest(&error.without_url()))
}

/// What a push failed with.
pub(super) fn told(reference: &str, error: OciDistributionError) -> Error {
    use OciDistributionError as Oci;
    match error {
        Oci::ServerError { code, message, .. } => match StatusCode::from_u16(code) {
            Ok(status) => refused(reference, status, message.as_bytes()),
            Err(_) => wrong(reference, &first_line(&message)),
        },
        // The library has read the refusal, and kept no status.
        Oci::RegistryError { envelope, .. } => {
            let body = serde_json::to_vec(&envelope).unwrap_or_default();
            refused(reference, StatusCode::BAD_REQUEST, &body)
        }
        Oci::AuthenticationFailure(message) => {
            unauthorized(reference, StatusCode::UNAUTHORIZED, message.as_bytes())
        }
        Oci::UnauthorizedError { .. } => unauthorized(reference, StatusCode::UNAUTHORIZED, b""),
        Oci::RequestError(error) => unheard(reference, error),
        other => wrong(reference, &other.to_string()),
    }
}

/// What a registry said: the sentences of its refusal, or the beginning of whatever else it sent.
fn answered(status: StatusCode, body: &[u8]) -> String {
    let envelope: Option<Envelope> = serde_json::from_slice(body).ok();
    let sentences = envelope.into_iter().flat_map(|it| it.errors).map(|it| it.message);
    let said = sentences.filter(|it| !it.is_empty()).collect::<Vec<_>>().join("; ");
    if said.is_empty() {
        format!("{status} {}", first_line(&String::from_utf8_lossy(body))).trim_end().to_owned()
    } else {
        first_line(&said)
    }
}

/// The cause under all others is the one that says what to mend: a refused connection, an unknown authority.
pub(super) fn deepest(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// Servers answer with pages, too.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}

fn quoted(answered: &str) -> String {
    if answered.is_empty() { String::new() } else { format!(" (it said: {answered})") }
}
