//! Which service answers at which host and path.

use std::collections::HashMap;
use std::sync::Arc;

use k8s_openapi::api::networking::v1::{Ingress, IngressBackend};
use kube::ResourceExt as _;

/// The class of ingresses that this node serves; those that name no class are served too.
const CLASS: &str = "slipway";

/// A service's port, by name or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Backend {
    pub namespace: String,
    pub service: String,
    pub port: Port,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Port {
    Name(String),
    Number(i32),
}

#[derive(Default)]
pub(super) struct Rules {
    hosts: HashMap<String, Host>,
}

struct Host {
    /// A host belongs to the namespace that named it first: no other may take a part of it.
    namespace: String,
    /// Exact paths first, then long ones.
    paths: Vec<(Path, Backend)>,
}

#[derive(Debug)]
struct Path {
    text: String,
    exact: bool,
}

pub(super) fn is_ours(ingress: &Ingress) -> bool {
    let spec = ingress.spec.as_ref();
    spec.and_then(|it| it.ingress_class_name.as_deref()).is_none_or(|it| it == CLASS)
}

impl Rules {
    pub fn of(ingresses: &[Arc<Ingress>]) -> Self {
        let mut oldest_first: Vec<_> = ingresses.iter().filter(|it| is_ours(it)).collect();
        oldest_first.sort_by_key(|it| {
            let made = it.metadata.creation_timestamp.as_ref().map(|at| at.0);
            (made, it.namespace(), it.name_any())
        });
        let mut rules = Self::default();
        for ingress in oldest_first {
            rules.add(ingress);
        }
        for host in rules.hosts.values_mut() {
            // Stable, so that of two equal paths the older one stays in front.
            host.paths.sort_by_key(|(path, _)| (!path.exact, std::cmp::Reverse(path.text.len())));
        }
        rules
    }

    fn add(&mut self, ingress: &Ingress) {
        let namespace = ingress.namespace().unwrap_or_default();
        let Some(spec) = &ingress.spec else { return };
        let otherwise = spec.default_backend.as_ref().and_then(|it| backend(&namespace, it));
        for rule in spec.rules.iter().flatten() {
            let Some(name) = rule.host.as_ref().filter(|it| !it.is_empty()) else { continue };
            let host = self
                .hosts
                .entry(name.to_ascii_lowercase())
                .or_insert_with(|| Host { namespace: namespace.clone(), paths: Vec::new() });
            if host.namespace != namespace {
                tracing::warn!(host = name, namespace, "the host belongs to another namespace");
                continue;
            }
            for path in rule.http.iter().flat_map(|it| &it.paths) {
                let Some(backend) = backend(&namespace, &path.backend) else { continue };
                let text = path.path.clone().unwrap_or_else(|| "/".into());
                host.paths.push((Path { text, exact: path.path_type == "Exact" }, backend));
            }
            if let Some(backend) = &otherwise {
                let root = Path { text: "/".into(), exact: false };
                host.paths.push((root, backend.clone()));
            }
        }
    }

    pub fn find(&self, host: &str, path: &str) -> Option<Backend> {
        let wildcard = || {
            let (_, domain) = host.split_once('.')?;
            self.hosts.get(&format!("*.{domain}"))
        };
        let host = self.hosts.get(host).or_else(wildcard)?;
        let fitting = host.paths.iter().find(|(it, _)| it.fits(path));
        fitting.map(|(_, backend)| backend.clone())
    }
}

impl Path {
    fn fits(&self, path: &str) -> bool {
        if self.exact {
            return self.text == path;
        }
        // A prefix is of whole parts: `/a` is one of `/a/b` and not of `/ab`.
        let prefix = self.text.trim_end_matches('/');
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

fn backend(namespace: &str, backend: &IngressBackend) -> Option<Backend> {
    let service = backend.service.as_ref()?;
    let port = service.port.as_ref()?;
    let port = match (&port.name, port.number) {
        (Some(name), _) if !name.is_empty() => Port::Name(name.clone()),
        (_, Some(number)) => Port::Number(number),
        _ => return None,
    };
    Some(Backend { namespace: namespace.into(), service: service.name.clone(), port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ingress(namespace: &str, name: &str, host: &str, paths: &[(&str, &str)]) -> Arc<Ingress> {
        let paths: Vec<_> = paths
            .iter()
            .map(|(path, kind)| {
                serde_json::json!({
                    "path": path,
                    "pathType": kind,
                    "backend": { "service": { "name": format!("{name}{path}"), "port": { "number": 80 } } },
                })
            })
            .collect();
        let ingress = serde_json::json!({
            "metadata": { "name": name, "namespace": namespace },
            "spec": { "rules": [{ "host": host, "http": { "paths": paths } }] },
        });
        Arc::new(serde_json::from_value(ingress).unwrap())
    }

    fn found(rules: &Rules, host: &str, path: &str) -> Option<String> {
        rules.find(host, path).map(|it| it.service)
    }

    #[test]
    fn the_longest_path_wins_and_exact_ones_before_all() {
        let paths = [("/", "Prefix"), ("/api", "Prefix"), ("/api", "Exact")];
        let rules = Rules::of(&[ingress("p", "a", "a.localhost", &paths)]);
        assert_eq!(found(&rules, "a.localhost", "/"), Some("a/".into()));
        assert_eq!(found(&rules, "a.localhost", "/api/x"), Some("a/api".into()));
        assert_eq!(found(&rules, "a.localhost", "/apix"), Some("a/".into()));
        assert_eq!(found(&rules, "b.localhost", "/"), None);
    }

    #[test]
    fn a_host_belongs_to_one_namespace() {
        let mine = ingress("p", "mine", "a.localhost", &[("/", "Prefix")]);
        let theirs = ingress("q", "theirs", "a.localhost", &[("/admin", "Prefix")]);
        let rules = Rules::of(&[theirs, mine]);
        assert_eq!(found(&rules, "a.localhost", "/admin"), Some("mine/".into()));
    }

    #[test]
    fn a_wildcard_stands_for_one_part() {
        let rules = Rules::of(&[ingress("p", "a", "*.a.localhost", &[("/", "Prefix")])]);
        assert!(found(&rules, "x.a.localhost", "/").is_some());
        assert!(found(&rules, "x.y.a.localhost", "/").is_none());
        assert!(found(&rules, "a.localhost", "/").is_none());
    }
}
