//! Why a request is refused, in the words and the `Status` object of Kubernetes.

use serde_json::{Value, json};

/// One thing that is wrong, with the field that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) reason: &'static str,
    pub(crate) field: String,
    pub(crate) message: String,
}

/// A refused request.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    pub(crate) causes: Vec<Cause>,
    /// Group, kind and name of what it is about.
    about: Option<Box<[String; 3]>>,
}

impl Refusal {
    fn of(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, reason, message, causes: Vec::new(), about: None }
    }

    fn about(mut self, group: &str, kind: &str, name: &str) -> Self {
        self.about = Some(Box::new([group, kind, name].map(str::to_owned)));
        self
    }

    /// The named object is not there.
    pub(crate) fn not_found(group: &str, plural: &str, name: &str) -> Self {
        let message = format!("{} {name:?} not found", resource(group, plural));
        Self::of(404, "NotFound", message).about(group, plural, name)
    }

    /// There is nothing at this path.
    pub(crate) fn no_such_path() -> Self {
        Self::of(404, "NotFound", "the server could not find the requested resource")
    }

    /// An object with this name is there already.
    pub(crate) fn already_exists(group: &str, plural: &str, name: &str) -> Self {
        let message = format!("{} {name:?} already exists", resource(group, plural));
        Self::of(409, "AlreadyExists", message).about(group, plural, name)
    }

    /// The object is no longer what the caller believes it to be.
    pub(crate) fn conflict(group: &str, plural: &str, name: &str, why: &str) -> Self {
        let what = resource(group, plural);
        let message = format!("Operation cannot be fulfilled on {what} {name:?}: {why}");
        Self::of(409, "Conflict", message).about(group, plural, name)
    }

    /// The caller's resource version is not the stored one.
    pub(crate) fn stale(group: &str, plural: &str, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version \
                   and try again";
        Self::conflict(group, plural, name, why)
    }

    /// A server-side apply that would take fields which others own.
    pub(crate) fn apply_conflict(causes: Vec<Cause>) -> Self {
        let number = causes.len();
        let list: Vec<_> =
            causes.iter().map(|it| format!("{}: {}", it.message, it.field)).collect();
        let plural = if number == 1 { "conflict" } else { "conflicts" };
        let message = format!("Apply failed with {number} {plural}: {}", list.join("; "));
        Self { causes, ..Self::of(409, "Conflict", message) }
    }

    /// The object breaks rules; each cause names its field.
    pub(crate) fn invalid(group: &str, kind: &str, name: &str, causes: Vec<Cause>) -> Self {
        let list: Vec<_> =
            causes.iter().map(|it| format!("{}: {}", it.field, it.message)).collect();
        let list = if list.len() == 1 { list.concat() } else { format!("[{}]", list.join(", ")) };
        let message = format!("{} {name:?} is invalid: {list}", resource(group, kind));
        Self { causes, ..Self::of(422, "Invalid", message).about(group, kind, name) }
    }

    /// The request cannot be understood.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::of(400, "BadRequest", message)
    }

    /// The request is understood and not allowed.
    pub(crate) fn forbidden(group: &str, plural: &str, name: &str, why: &str) -> Self {
        let what = resource(group, plural);
        let message = format!("{what} {name:?} is forbidden: {why}");
        Self::of(403, "Forbidden", message).about(group, plural, name)
    }

    /// No or a wrong token.
    pub(crate) fn unauthorized() -> Self {
        Self::of(401, "Unauthorized", "Unauthorized")
    }

    /// This method does not exist here.
    pub(crate) fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        Self::of(405, "MethodNotAllowed", message)
    }

    /// Kubernetes has this and the embedded cluster does not.
    pub(crate) fn not_supported(message: &str) -> Self {
        Self::of(501, "NotImplemented", message)
    }

    /// The body is in a form that is not read here.
    pub(crate) fn unsupported_media_type(got: &str, known: &str) -> Self {
        let mut message = format!(
            "the body of the request was in an unknown format ({got}) - accepted media types \
             include: {known}"
        );
        if got.contains("protobuf") {
            message.push_str(
                "; hint: add --dry-run=client -o yaml to the command and pipe it to kubectl apply -f -",
            );
        }
        Self::of(415, "UnsupportedMediaType", message)
    }

    /// The version asked for has left the window of retained events.
    pub(crate) fn expired(asked: u64, oldest: u64) -> Self {
        Self::of(410, "Expired", format!("too old resource version: {asked} ({oldest})"))
    }

    /// Something that this answer needs does not run.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::of(503, "ServiceUnavailable", message)
    }

    /// The body is larger than what is read.
    pub(crate) fn too_large(most: usize) -> Self {
        let message = format!("the request is too large: at most {most} bytes are read");
        Self::of(413, "RequestEntityTooLarge", message)
    }

    /// A fault of ours or of the disk, logged here because its source is not for the caller.
    pub(crate) fn internal(what: &str, source: &dyn std::fmt::Display) -> Self {
        tracing::error!(what, cause = %source, "embedded API: a request could not be served");
        Self::of(500, "InternalError", format!("Internal error occurred: {what}"))
    }

    /// The `Status` object.
    pub(crate) fn to_value(&self) -> Value {
        let mut details = json!({});
        if let Some([group, kind, name]) = self.about.as_deref() {
            details["name"] = json!(name);
            details["kind"] = json!(kind);
            if !group.is_empty() {
                details["group"] = json!(group);
            }
        }
        if !self.causes.is_empty() {
            let cause =
                |it: &Cause| json!({"reason": it.reason, "message": it.message, "field": it.field});
            details["causes"] = self.causes.iter().map(cause).collect();
        }
        let mut status = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "reason": self.reason, "code": self.code,
        });
        if details.as_object().is_some_and(|it| !it.is_empty()) {
            status["details"] = details;
        }
        status
    }
}

/// `deployments.apps`, or `pods` in the core group.
fn resource(group: &str, plural: &str) -> String {
    if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") }
}

macro_rules! storage {
    ($($source:ty),*) => {$(
        impl From<$source> for Refusal {
            fn from(source: $source) -> Self {
                Self::internal("the cluster's state could not be read or written", &source)
            }
        }
    )*};
}
storage!(
    redb::Error,
    redb::StorageError,
    redb::TableError,
    redb::TransactionError,
    redb::CommitError,
    redb::DatabaseError
);
