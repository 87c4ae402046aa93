//! The environment of a container: what its spec, config maps, secrets and the pod itself say.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ConfigMap, Container, EnvVarSource, Secret};
use kube::{Api, ResourceExt as _};

use super::Run;

/// Why the environment cannot be put together yet.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Something that it names is not there.
    #[error("{0}")]
    Missing(String),
    /// The API.
    #[error("the kubernetes api did not answer")]
    Api(#[from] kube::Error),
}

pub(super) async fn of(run: &Run, container: &Container) -> Result<Vec<(String, String)>, Error> {
    let mut values: Vec<(String, String)> = Vec::new();
    for source in container.env_from.iter().flatten() {
        let prefix = source.prefix.as_deref().unwrap_or_default();
        let content = if let Some(from) = &source.config_map_ref {
            config_map(run, &from.name, from.optional == Some(true)).await?
        } else if let Some(from) = &source.secret_ref {
            secret(run, &from.name, from.optional == Some(true)).await?
        } else {
            continue;
        };
        for (key, value) in content.unwrap_or_default() {
            put(&mut values, format!("{prefix}{key}"), value);
        }
    }
    for variable in container.env.iter().flatten() {
        let value = match &variable.value_from {
            None => Some(expand(variable.value.as_deref().unwrap_or_default(), &values)),
            Some(source) => from(run, container, source).await?,
        };
        if let Some(value) = value {
            put(&mut values, variable.name.clone(), value);
        }
    }
    Ok(values)
}

fn put(values: &mut Vec<(String, String)>, name: String, value: String) {
    values.retain(|(it, _)| *it != name);
    values.push((name, value));
}

async fn from(
    run: &Run,
    container: &Container,
    source: &EnvVarSource,
) -> Result<Option<String>, Error> {
    if let Some(key) = &source.config_map_key_ref {
        let optional = key.optional == Some(true);
        let content = config_map(run, &key.name, optional).await?;
        return pick(content, "ConfigMap", &key.name, &key.key, optional);
    }
    if let Some(key) = &source.secret_key_ref {
        let optional = key.optional == Some(true);
        let content = secret(run, &key.name, optional).await?;
        return pick(content, "Secret", &key.name, &key.key, optional);
    }
    if let Some(field) = &source.field_ref {
        return self::field(run, &field.field_path).map(Some);
    }
    if let Some(field) = &source.resource_field_ref {
        let (kind, name) = field.resource.split_once('.').unwrap_or(("", &field.resource));
        let resources = container.resources.as_ref();
        let quantities = match kind {
            "limits" => resources.and_then(|it| it.limits.as_ref()),
            "requests" => resources.and_then(|it| it.requests.as_ref()),
            _ => None,
        };
        return Ok(Some(
            quantities.and_then(|it| it.get(name)).map_or("0".into(), |it| it.0.clone()),
        ));
    }
    Err(Error::Missing("an environment variable has a source that this node does not know".into()))
}

fn pick(
    content: Option<BTreeMap<String, String>>,
    kind: &str,
    name: &str,
    key: &str,
    optional: bool,
) -> Result<Option<String>, Error> {
    match content.and_then(|mut it| it.remove(key)) {
        None if !optional => Err(Error::Missing(format!("{kind} {name} has no key {key}"))),
        value => Ok(value),
    }
}

fn field(run: &Run, path: &str) -> Result<String, Error> {
    let pod = &run.pod;
    let quoted = |prefix: &str| path.strip_prefix(prefix)?.strip_suffix("']");
    if let Some(key) = quoted("metadata.labels['") {
        return Ok(pod.labels().get(key).cloned().unwrap_or_default());
    }
    if let Some(key) = quoted("metadata.annotations['") {
        return Ok(pod.annotations().get(key).cloned().unwrap_or_default());
    }
    match path {
        "metadata.name" => Ok(pod.name_any()),
        "metadata.namespace" => Ok(pod.namespace().unwrap_or_default()),
        "metadata.uid" => Ok(run.uid.clone()),
        "spec.nodeName" => Ok(run.node.name.clone()),
        "spec.serviceAccountName" => {
            let account = pod.spec.as_ref().and_then(|it| it.service_account_name.clone());
            Ok(account.unwrap_or_else(|| "default".into()))
        }
        "status.podIP" | "status.podIPs" => Ok(run.ip.to_string()),
        "status.hostIP" | "status.hostIPs" => Ok(run.node.host_ip.clone()),
        _ => Err(Error::Missing(format!("the field {path} is not known to this node"))),
    }
}

async fn config_map(
    run: &Run,
    name: &str,
    optional: bool,
) -> Result<Option<BTreeMap<String, String>>, Error> {
    let api: Api<ConfigMap> = Api::namespaced(run.node.client.clone(), &run.name().0);
    match api.get_opt(name).await? {
        Some(found) => Ok(Some(found.data.unwrap_or_default())),
        None if optional => Ok(None),
        None => Err(Error::Missing(format!("there is no ConfigMap {name}"))),
    }
}

async fn secret(
    run: &Run,
    name: &str,
    optional: bool,
) -> Result<Option<BTreeMap<String, String>>, Error> {
    let api: Api<Secret> = Api::namespaced(run.node.client.clone(), &run.name().0);
    match api.get_opt(name).await? {
        Some(found) => {
            let content = found.data.unwrap_or_default().into_iter();
            let text = |it: Vec<u8>| String::from_utf8_lossy(&it).into_owned();
            Ok(Some(content.map(|(key, value)| (key, text(value.0))).collect()))
        }
        None if optional => Ok(None),
        None => Err(Error::Missing(format!("there is no Secret {name}"))),
    }
}

/// Puts values in for `$(NAME)`; `$$` is a dollar; a name that nobody gave stays as it is.
pub(super) fn expand(text: &str, values: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|it| it.split_once(')'))
        {
            match values.iter().find(|(it, _)| it == name) {
                Some((_, value)) => out.push_str(value),
                None => out.extend(["$(", name, ")"]),
            }
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_parentheses_are_replaced() {
        let values = [("A".to_owned(), "1".to_owned())];
        for (text, expanded) in
            [("$(A)", "1"), ("x$(A)y", "x1y"), ("$(B)", "$(B)"), ("$$(A)", "$(A)"), ("5$", "5$")]
        {
            assert_eq!(expand(text, &values), expanded, "{text}");
        }
    }
}
