//! Why a registry did not give what was asked for, in words for the person who named it.

use oci_client::errors::{OciDistributionError, OciErrorCode};
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
    #[error("the registry of {reference} refused us; it needs credentials, or others")]
    Unauthorized {
        /// What was asked for.
        reference: String,
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
    #[error("the registry of {reference} did not answer as it should")]
    Registry {
        /// What was asked for.
        reference: String,
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
            | Self::TooLarge { .. }
            | Self::Malformed { .. } => false,
        }
    }
}

pub(super) fn told(reference: &str, error: OciDistributionError) -> Error {
    use OciDistributionError as Oci;
    let reference = reference.to_owned();
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
                Error::Unauthorized { reference }
            }
            _ => Error::Registry { reference, source: Box::new(error) },
        },
        Oci::UnauthorizedError { .. }
        | Oci::AuthenticationFailure(_)
        | Oci::ServerError { code: 401 | 403, .. } => Error::Unauthorized { reference },
        error => Error::Registry { reference, source: Box::new(error) },
    }
}
