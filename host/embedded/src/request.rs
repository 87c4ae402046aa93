//! What a request asks for: its path taken apart, and the options in its query.

use std::collections::BTreeMap;

use axum::extract::Query;
use http::Uri;

use crate::refusal::Refusal;

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// `/api`, `/apis`, `/version` and the like, as its segments.
    Other(Vec<String>),
    /// Objects of a kind.
    Resource(Resource),
}

/// Objects of a kind, or one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) plural: String,
    /// Empty: cluster-wide, or all namespaces.
    pub(crate) namespace: String,
    /// `None` is the collection.
    pub(crate) name: Option<String>,
    pub(crate) sub: Option<String>,
}

impl Target {
    /// Takes a path apart.
    pub(crate) fn parse(path: &str) -> Self {
        let parts: Vec<String> = path.split('/').filter(|it| !it.is_empty()).map(decode).collect();
        let texts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let (group, version, rest) = match texts.as_slice() {
            ["api", version, rest @ ..] if !rest.is_empty() => ("", *version, rest),
            ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, rest),
            _ => return Self::Other(parts),
        };
        let (namespace, plural, rest) = match rest {
            // `/namespaces/x` is the namespace itself, and so are its own subresources.
            ["namespaces"] => ("", "namespaces", &[][..]),
            ["namespaces", _] | ["namespaces", _, "status" | "finalize"] => {
                ("", "namespaces", &rest[1..])
            }
            ["namespaces", namespace, plural, rest @ ..] => (*namespace, *plural, rest),
            [plural, rest @ ..] => ("", *plural, rest),
            [] => return Self::Other(parts),
        };
        if rest.len() > 2 {
            return Self::Other(parts);
        }
        Self::Resource(Resource {
            group: group.into(),
            version: version.into(),
            plural: plural.into(),
            namespace: namespace.into(),
            name: rest.first().map(|it| (*it).to_owned()),
            sub: rest.get(1).map(|it| (*it).to_owned()),
        })
    }
}

/// Percent escapes, as in `system%3Aadmin`.
fn decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| segment.get(at + 1..at + 3)).flatten();
        if let Some(byte) = hex.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The options of a request.
#[derive(Debug, Default)]
pub(crate) struct Options(BTreeMap<String, String>);

impl Options {
    /// Reads the query.
    pub(crate) fn of(uri: &Uri) -> Result<Self, Refusal> {
        let pairs: Query<Vec<(String, String)>> = Query::try_from_uri(uri)
            .map_err(|_| Refusal::bad_request("the query of the request cannot be read"))?;
        Ok(Self(pairs.0.into_iter().collect()))
    }

    /// The text of an option; an empty one is as good as none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|it| !it.is_empty())
    }

    /// Whether an option is switched on.
    pub(crate) fn on(&self, name: &str) -> bool {
        // A bare `watch` counts as on, as in Kubernetes.
        self.0.get(name).is_some_and(|it| matches!(it.as_str(), "" | "1" | "true" | "True"))
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let read = |it: &str| {
            it.parse().map_err(|_| {
                Refusal::bad_request(format!("{name}: Invalid value: {it:?}: must be a number"))
            })
        };
        self.text(name).map(read).transpose()
    }

    /// Whether nothing must be written.
    pub(crate) fn dry_run(&self) -> Result<bool, Refusal> {
        match self.text("dryRun") {
            None => Ok(false),
            Some("All") => Ok(true),
            Some(other) => Err(Refusal::bad_request(format!(
                "dryRun: Unsupported value: {other:?}: supported values: \"All\""
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Resource, Target};

    fn check(path: &str, expected: (&str, &str, &str, &str, Option<&str>, Option<&str>)) {
        let (group, version, plural, namespace, name, sub) = expected;
        let expected = Target::Resource(Resource {
            group: group.into(),
            version: version.into(),
            plural: plural.into(),
            namespace: namespace.into(),
            name: name.map(str::to_owned),
            sub: sub.map(str::to_owned),
        });
        assert_eq!(Target::parse(path), expected, "{path}");
    }

    #[test]
    fn paths_name_what_kubernetes_means_by_them() {
        check("/api/v1/pods", ("", "v1", "pods", "", None, None));
        check("/api/v1/namespaces", ("", "v1", "namespaces", "", None, None));
        check("/api/v1/namespaces/a", ("", "v1", "namespaces", "", Some("a"), None));
        check(
            "/api/v1/namespaces/a/status",
            ("", "v1", "namespaces", "", Some("a"), Some("status")),
        );
        check("/api/v1/namespaces/a/pods", ("", "v1", "pods", "a", None, None));
        check("/api/v1/namespaces/a/pods/b/log", ("", "v1", "pods", "a", Some("b"), Some("log")));
        check(
            "/apis/apps/v1/namespaces/a/deployments/b/scale",
            ("apps", "v1", "deployments", "a", Some("b"), Some("scale")),
        );
        check(
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aadmin",
            ("rbac.authorization.k8s.io", "v1", "clusterroles", "", Some("system:admin"), None),
        );
        assert!(matches!(Target::parse("/apis/apps/v1"), Target::Other(_)));
    }
}
