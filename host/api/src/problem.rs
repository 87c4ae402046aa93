//! From the platform's errors to problems (RFC 9457): the one place where errors get a status.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use slipway_model::cluster;
use slipway_model::plan::{self, Failure};
use slipway_platform::Error;
use slipway_wire::problem::{FieldError, Problem};

/// An error answer.
#[derive(Debug)]
pub struct Refusal(Problem);

impl Refusal {
    /// A problem of its own kind.
    pub fn new(status: StatusCode, kind: &str, title: &str, detail: impl Into<String>) -> Self {
        Self(Problem {
            kind: format!("urn:slipway:problem:{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            hint: None,
            errors: Vec::new(),
        })
    }

    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// With the fields that are wrong.
    #[must_use]
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    fn field(self, field: &str, message: &str) -> Self {
        let entry =
            FieldError { field: format!("/{field}"), message: message.to_owned(), hint: None };
        self.errors(vec![entry])
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.0)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            let ask = HeaderValue::from_static("Bearer realm=\"slipway\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, ask);
        }
        response
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::Unauthenticated(_) => {
                Self::new(StatusCode::UNAUTHORIZED, "not-signed-in", "You are not signed in", text)
            }
            Error::Forbidden(_) => {
                Self::new(StatusCode::FORBIDDEN, "not-permitted", "You may not do this", text)
            }
            Error::NotFound { .. } => {
                Self::new(StatusCode::NOT_FOUND, "not-found", "It is not here", text)
            }
            Error::Exists { .. } => {
                Self::new(StatusCode::CONFLICT, "exists", "The name is taken", text)
                    .hint("Choose another name.")
            }
            Error::Conflict(_) => {
                Self::new(StatusCode::CONFLICT, "conflict", "It cannot be done now", text)
            }
            Error::Invalid { field, message } => {
                let title = "Something in the request is wrong";
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title, &message)
                    .field(field, &message)
            }
            Error::Values(failures) => values("The values do not fit the blueprint", failures),
            Error::Options(failures) => {
                values("The options do not fit the control plugin", failures)
            }
            Error::TooMany { seconds } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many tries", text)
                    .hint(format!("Wait {seconds} seconds."))
            }
            Error::Plan(plan::Error::Refused(failure)) => {
                values("The values do not fit the blueprint", vec![failure])
            }
            Error::Plan(error) => plugin(&error),
            Error::Refused(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "not-granted",
                "The blueprint asks for more than it may",
                text,
            )
            .hint("Ask whoever runs this instance for the grant, or use another blueprint."),
            Error::Cluster(error) => unreachable(&error),
            Error::Store(slipway_store_error) => store(&slipway_store_error),
            Error::Registry(error) => registry(&error, text),
            Error::Remote(error) => remote(&error, text),
            Error::Index(_) => {
                let title = "The source gave no index";
                Self::new(StatusCode::BAD_GATEWAY, "source", title, text)
                    .hint("Nothing was changed. docs/marketplace.md says what a source can be.")
            }
            Error::Internal(_) => internal(&error),
        }
    }
}

fn values(title: &'static str, failures: Vec<Failure>) -> Refusal {
    let detail = failures.iter().map(|it| it.message.as_str()).collect::<Vec<_>>().join("; ");
    let hint = failures.iter().find_map(|it| it.hint.clone());
    let errors = failures.into_iter().map(|it| FieldError {
        field: it.field.unwrap_or_default(),
        message: it.message,
        hint: it.hint,
    });
    let refusal = Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-values", title, detail)
        .errors(errors.collect());
    match hint {
        Some(hint) => refusal.hint(hint),
        None => refusal,
    }
}

fn plugin(error: &plan::Error) -> Refusal {
    let status = match error {
        plan::Error::NotInstalled(_) | plan::Error::Barred(_) => StatusCode::CONFLICT,
        plan::Error::Unfit(_) | plan::Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        plan::Error::Compiling(_) | plan::Error::Resting { .. } => StatusCode::SERVICE_UNAVAILABLE,
        plan::Error::Trapped { .. }
        | plan::Error::OutOfTime { .. }
        | plan::Error::OutOfMemory { .. }
        | plan::Error::TooMuch { .. }
        | plan::Error::Nonsense { .. } => StatusCode::BAD_GATEWAY,
    };
    let title = match error {
        plan::Error::Barred(_) => "The plugin must not run here",
        _ => "The plugin gave no usable answer",
    };
    let refusal = Refusal::new(status, "plugin", title, error.to_string());
    match error {
        plan::Error::Unfit(_) | plan::Error::Refused(_) => refusal,
        plan::Error::Barred(_) => refusal
            .hint("Whoever runs this instance says whose plugins may run: `slipway trust list`."),
        plan::Error::NotInstalled(_) => refusal.hint("Install it again, or use another version."),
        plan::Error::Compiling(_) | plan::Error::Resting { .. } => {
            refusal.hint("Try again in a moment.")
        }
        _ => refusal.hint("Nothing was changed. Tell the plugin's author."),
    }
}

fn unreachable(error: &cluster::Error) -> Refusal {
    let text = error.to_string();
    match error {
        cluster::Error::Unreachable { .. } => Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "cluster-unreachable",
            "The cluster does not answer",
            text,
        )
        .hint("Nothing is lost: what was accepted is brought there as soon as it answers."),
        cluster::Error::Held { .. } => Refusal::new(
            StatusCode::CONFLICT,
            "cluster-held",
            "Another Slipway works with the cluster",
            text,
        )
        .hint(
            "Two at once would undo each other's work. Remove the cluster there; or, where that one is gone for good, \
             take it over: `slipway cluster add --take-over`, `slipway cluster take-over NAME`.",
        ),
        cluster::Error::Refused { .. } => {
            Refusal::new(StatusCode::BAD_GATEWAY, "cluster-refused", "The cluster said no", text)
        }
        cluster::Error::NotFound { .. } => {
            Refusal::new(StatusCode::NOT_FOUND, "not-found", "It is not there", text)
        }
        cluster::Error::NotOffered { .. } => Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            "not-offered",
            "The cluster cannot do this",
            text,
        ),
    }
}

fn registry(error: &slipway_platform::registry::Error, text: String) -> Refusal {
    if error.is_disk_full() {
        return Refusal::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "disk-full",
            "The disk is full",
            text,
        );
    }
    match error.code() {
        Some("MANIFEST_UNKNOWN" | "BLOB_UNKNOWN" | "NAME_UNKNOWN") => {
            Refusal::new(StatusCode::NOT_FOUND, "not-found", "It is not here", text)
        }
        Some(_) => Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unfit-artifact",
            "The artifact cannot be used",
            text,
        ),
        None => internal(error),
    }
}

/// Registries of others: the words are for whoever named one.
fn remote(error: &slipway_platform::registry::RemoteError, text: String) -> Refusal {
    use slipway_platform::registry::RemoteError as Remote;
    let status = match error {
        Remote::NotFound { .. } => StatusCode::NOT_FOUND,
        Remote::Reference { .. }
        | Remote::NotWasm { .. }
        | Remote::TooLarge { .. }
        | Remote::Malformed { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Remote::Mirror { .. }
        | Remote::Unauthorized { .. }
        | Remote::Credentials { .. }
        | Remote::Taken { .. }
        | Remote::NoCatalog { .. }
        | Remote::Altered { .. }
        | Remote::BrokeOff { .. }
        | Remote::Registry { .. } => StatusCode::BAD_GATEWAY,
    };
    let refusal = Refusal::new(status, "registry", "The registry gave no component", text);
    match error {
        Remote::Unauthorized { .. } => {
            refusal.hint("The server signs in with docker's config.json of the user that it runs as.")
        }
        Remote::Registry { .. } => refusal.hint(
            "Is its name right? The server takes --registry-ca-file for an authority of its own, and \
             --registry-plain-http for a registry without TLS.",
        ),
        _ => refusal,
    }
}

fn store(error: &slipway_platform::StoreError) -> Refusal {
    use slipway_platform::StoreError;
    match error {
        StoreError::DiskFull => Refusal::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "disk-full",
            "The disk is full",
            error.to_string(),
        ),
        other => internal(other),
    }
}

/// Logged with all its causes; the caller hears only that it went wrong here.
pub fn internal(error: &(dyn std::error::Error + 'static)) -> Refusal {
    let mut causes = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        causes = format!("{causes}: {source}");
        next = source.source();
    }
    tracing::error!(error = causes, "a request failed by our own fault");
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong here",
        "the server could not do this; its log says why",
    )
    .hint("Try again; if it stays, show the server's log to whoever runs it.")
}
