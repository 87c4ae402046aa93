//! Why a registry did not give what was asked for, in words for the person who named it.

use oci_client::errors::{OciDistributionError, OciEnvelope, OciErrorCode};
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
    #[error("the registry of {reference} did not answer as it should{}", quoted(answered))]
    Registry {
        /// What was asked for.
        reference: String,
        /// What it said, or what kept it from being heard.
        answered: String,
        /// What happened.
        #[source]
        source: Box<OciDistributionError>,
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

pub(super) fn told(reference: &str, error: OciDistributionError) -> Error {
    use OciDistributionError as Oci;
    let reference = reference.to_owned();
    let answered = answered(&error);
    match error {
        Oci::ImageManifestNotFoundError(_) | Oci::ServerError { code: 404, .. } => {
            Error::NotFound { reference }
        }
        Oci::RegistryError { ref envelope, .. } => match envelope.errors.first().map(|it| &it.code)
        {
            Some(
                OciErrorCode::ManifestUnknown
                | OciErrorCode::NameUnknown
                | OciErrorCode::BlobUnknown
                | OciErrorCode::NotFound,
            ) => Error::NotFound { reference },
            Some(OciErrorCode::Unauthorized | OciErrorCode::Denied) => {
                Error::Unauthorized { reference, answered }
            }
            _ => Error::Registry { reference, answered, source: Box::new(error) },
        },
        Oci::UnauthorizedError { .. }
        | Oci::AuthenticationFailure(_)
        | Oci::ServerError { code: 401 | 403, .. } => Error::Unauthorized { reference, answered },
        error => Error::Registry { reference, answered, source: Box::new(error) },
    }
}

/// What a registry said, without the addresses of requests: uploads carry their state in them.
pub(super) fn answered(error: &OciDistributionError) -> String {
    use OciDistributionError as Oci;
    let sentences = |envelope: &OciEnvelope| {
        envelope.errors.iter().map(|it| it.message.clone()).collect::<Vec<_>>().join("; ")
    };
    match error {
        Oci::RegistryError { envelope, .. } => sentences(envelope),
        Oci::ServerError { code, message, .. } => match serde_json::from_str(message) {
            Ok(envelope) => format!("{code}: {}", sentences(&envelope)),
            Err(_) => format!("{code}: {}", first_line(message)),
        },
        Oci::AuthenticationFailure(message) => match serde_json::from_str(message) {
            Ok(envelope) => sentences(&envelope),
            Err(_) => first_line(message),
        },
        Oci::UnauthorizedError { .. } => String::new(),
        Oci::RequestError(error) => deepest(error),
        other => other.to_string(),
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
    text.lines().next().unwrap_or_default().chars().take(200).collect()
}

fn quoted(answered: &str) -> String {
    if answered.is_empty() { String::new() } else { format!(" (it said: {answered})") }
}
