//! What the schema cannot say: names, and what services have in common.

use std::collections::BTreeMap;

use slipway_sdk::prelude::*;

use crate::values::{Service, Values};

/// The longest name that a Service of Kubernetes may have.
const LONGEST_NAME: usize = 63;

/// The first thing that is wrong.
pub fn check(app: &App, values: &Values) -> Result<(), Failure> {
    if values.services.is_empty() {
        return Err(Failure::invalid("There is no service in it.")
            .at("/services")
            .hint("Add one with an image."));
    }
    for name in values.variables.keys().chain(values.secrets.keys()) {
        let list = if values.variables.contains_key(name) { "variables" } else { "secrets" };
        variable(&field(&["", list, name]), name)?;
    }
    for (name, it) in &values.services {
        label(&field(&["", "services", name]), name)?;
        if app.name.len() + 1 + name.len() > LONGEST_NAME {
            return Err(Failure::invalid(format!("{}-{name} is too long for a name.", app.name))
                .at(&field(&["", "services", name])));
        }
        service(name, it, values)?;
    }
    doors(app, &values.services)?;
    order(&values.services)
}

fn service(name: &str, it: &Service, values: &Values) -> Result<(), Failure> {
    let at = |rest: &[&str]| field(&[&["", "services", name], rest].concat());
    if it.image.trim().is_empty() {
        return Err(Failure::invalid(format!("{name} has no image.")).at(&at(&["image"])));
    }
    if it.user == Some(0) {
        return Err(Failure::invalid(format!("{name} would run as root, which is not possible."))
            .at(&at(&["user"]))
            .hint("Take an image that runs as another user, and name that user's number."));
    }
    for key in it.env.keys() {
        variable(&at(&["env", key]), key)?;
    }
    for key in it.secret_env.keys() {
        variable(&at(&["secretEnv", key]), key)?;
        if it.env.contains_key(key) {
            return Err(Failure::invalid(format!("{key} stands under Environment as well."))
                .at(&at(&["secretEnv", key])));
        }
    }
    for path in it.files.keys() {
        if !path.starts_with('/') || path.ends_with('/') || path.contains("/../") {
            return Err(Failure::invalid(format!("{path:?} is no absolute path of a file."))
                .at(&at(&["files", path])));
        }
    }
    for (volume, place) in &it.volumes {
        label(&at(&["volumes", volume]), volume)?;
        if volume == crate::workload::FILES {
            return Err(Failure::invalid(format!("{volume} is where the blueprint keeps files."))
                .at(&at(&["volumes", volume])));
        }
        if it.replicas > 1 {
            return Err(Failure::invalid(format!(
                "{name} keeps {volume}, and only one copy at a time can."
            ))
            .at(&at(&["replicas"]))
            .hint("Set it to 1, or take the volume out."));
        }
        let twin = it.volumes.iter().find(|(other, it)| *other != volume && it.path == place.path);
        if let Some((other, _)) = twin {
            return Err(Failure::invalid(format!("{volume} and {other} are at the same path."))
                .at(&at(&["volumes", volume, "path"])));
        }
    }
    if let Some(other) = it.depends_on.iter().find(|it| !values.services.contains_key(*it)) {
        return Err(Failure::invalid(format!("{name} depends on {other}, which is not here."))
            .at(&at(&["dependsOn"])));
    }
    if let Some(health) = &it.health
        && health.path.is_some() != health.command.is_empty()
    {
        return Err(Failure::invalid("Health is a path, or a command.").at(&at(&["health"])));
    }
    if let Some(health) = &it.health
        && health.path.is_some()
        && health.port.is_none()
        && it.ports.is_empty()
        && it.public.is_none()
    {
        return Err(
            Failure::invalid("At which port does the path answer?").at(&at(&["health", "port"]))
        );
    }
    Ok(())
}

/// Two services cannot answer at one host name.
fn doors(app: &App, services: &BTreeMap<String, Service>) -> Result<(), Failure> {
    let mut taken: BTreeMap<Option<&str>, &str> = BTreeMap::new();
    for (name, it) in services {
        let Some(public) = &it.public else { continue };
        let host = public.host.as_deref();
        let at = field(&["", "services", name, "public", "host"]);
        if let Some(other) = taken.insert(host, name) {
            let words = match host {
                Some(host) => format!("{other} answers at {host} already."),
                None => format!("{other} answers at the app's host names already."),
            };
            let hint = "Name another of the app's host names, or close one of them.";
            return Err(Failure::invalid(words).at(&at).hint(hint));
        }
        if let Some(host) = host.filter(|it| !app.hosts.iter().any(|own| own == it)) {
            let hint = format!("It has: {}.", app.hosts.join(", "));
            return Err(Failure::invalid(format!("{host} is no host name of this app."))
                .at(&at)
                .hint(hint));
        }
    }
    Ok(())
}

/// Nobody waits for somebody who waits for them.
fn order(services: &BTreeMap<String, Service>) -> Result<(), Failure> {
    let mut done: Vec<&str> = Vec::new();
    while done.len() < services.len() {
        let is_free = |it: &Service| it.depends_on.iter().all(|it| done.contains(&it.as_str()));
        let next = services.iter().find(|(name, it)| !done.contains(&name.as_str()) && is_free(it));
        match next {
            Some((name, _)) => done.push(name),
            None => {
                let rest = services.keys().filter(|it| !done.contains(&it.as_str()));
                let rest: Vec<&str> = rest.map(String::as_str).collect();
                let at = field(&["", "services", rest[0], "dependsOn"]);
                let words = format!("{} depend on each other in a circle.", rest.join(", "));
                return Err(Failure::invalid(words).at(&at));
            }
        }
    }
    Ok(())
}

/// A JSON Pointer of these steps; the first is empty.
pub fn field(steps: &[&str]) -> String {
    let escaped = steps.iter().map(|it| it.replace('~', "~0").replace('/', "~1"));
    escaped.collect::<Vec<_>>().join("/")
}

fn label(at: &str, name: &str) -> Result<(), Failure> {
    let is_letter = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    let inner = name.chars().all(|it| is_letter(it) || it == '-');
    if inner && name.starts_with(|it: char| it.is_ascii_lowercase()) && name.ends_with(is_letter) {
        return Ok(());
    }
    Err(Failure::invalid(format!("{name:?} cannot be a name."))
        .at(at)
        .hint("Use lower case letters, digits and '-', and begin with a letter."))
}

fn variable(at: &str, name: &str) -> Result<(), Failure> {
    let first = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    if first && name.chars().all(|it| it.is_ascii_alphanumeric() || "_.-".contains(it)) {
        return Ok(());
    }
    Err(Failure::invalid(format!("{name:?} cannot be the name of a variable."))
        .at(at)
        .hint("Use letters, digits and '_', and begin with a letter."))
}
