//! One service: what runs it, what it reads, and what it keeps.

use std::collections::BTreeSet;

use slipway_sdk::prelude::*;

use crate::check::field;
use crate::text::{Names, Text};
use crate::values::{Health as Check, Service, Values};

/// Nobody in particular, as the SDK's pods run.
const NOBODY: u32 = 65532;
/// The volume of the files.
pub const FILES: &str = "slipway-files";

/// The name of what runs a service.
pub fn name(app: &App, service: &str) -> String {
    format!("{}-{service}", app.name)
}

/// Ports that it listens on, each once.
pub fn ports(service: &Service) -> BTreeSet<u16> {
    service.ports.iter().copied().chain(service.public.iter().map(|it| it.port)).collect()
}

/// The name of a port within the pod.
pub fn port_name(port: u16) -> String {
    format!("p{port}")
}

/// The Deployment, or the StatefulSet where something is kept, and the ConfigMap of its files.
///
/// The embedded cluster (`wasm`) has no StatefulSets; there a Deployment ends its one pod before it starts the next.
pub fn objects(
    app: &App,
    key: &str,
    values: &Values,
    names: &Names<'_>,
    facts: &Facts,
) -> Result<Vec<Value>, Failure> {
    let service = &values.services[key];
    let name = name(app, key);
    let files = files(key, service, names)?;
    let (container, more) = container(key, service, values, names);
    let workload = Deployment::new(&name, Pod::new(container)).replicas(service.replicas);
    let mut workload = Value::from(workload);
    let pod = &mut workload["spec"]["template"]["spec"];
    for (word, value) in more {
        pod["containers"][0][word] = value;
    }
    if let Some(seconds) = service.grace_seconds {
        pod["terminationGracePeriodSeconds"] = seconds.into();
    }
    if let Some(user) = service.user.filter(|it| *it != NOBODY) {
        for word in ["runAsUser", "runAsGroup", "fsGroup"] {
            pod["securityContext"][word] = user.into();
        }
    }
    places(app, service, pod, &name, &files);
    if !service.volumes.is_empty() && facts.text("runtime") == Some("wasm") {
        workload["spec"]["strategy"] = json!({"type": "Recreate"});
    } else if !service.volumes.is_empty() {
        workload["kind"] = "StatefulSet".into();
        workload["spec"]["serviceName"] = name.clone().into();
        if let Some(spec) = workload["spec"].as_object_mut() {
            spec.remove("strategy");
        }
    }
    let mut objects = vec![workload];
    if !files.is_empty() {
        let map = ConfigMap::new(&name);
        let entries = files.iter().enumerate();
        objects.push(entries.fold(map, |map, (at, (_, text))| map.entry(&entry(at), text)).into());
    }
    Ok(objects)
}

/// The container, and what the SDK's builder has no word for.
fn container(
    key: &str,
    service: &Service,
    values: &Values,
    names: &Names<'_>,
) -> (Container, serde_json::Map<String, Value>) {
    let mut secrets = BTreeSet::new();
    let mut put = |text: &str| {
        let Text { text, secrets: named } = names.in_command(text);
        secrets.extend(named);
        text
    };
    let command: Vec<String> = service.command.iter().map(|it| put(it)).collect();
    let args: Vec<String> = service.args.iter().map(|it| put(it)).collect();
    let env: Vec<(&String, String)> = service.env.iter().map(|(key, it)| (key, put(it))).collect();
    let mut container = Container::new(key, &service.image);
    // What others name must stand before them.
    for name in secrets.iter().filter(|it| !service.env.contains_key(*it)) {
        container = container.env_secret(name, &values.secrets[name]);
    }
    for (name, secret) in service.secret_env.iter().filter(|(it, _)| !secrets.contains(*it)) {
        container = container.env_secret(name, secret);
    }
    for (key, text) in env {
        // A variable that is nothing but a secret is the secret.
        let whole = text.strip_prefix("$(").and_then(|it| it.strip_suffix(')'));
        container = match whole.and_then(|it| values.secrets.get(it)) {
            Some(secret) => container.env_secret(key, secret),
            None => container.env(key, &text),
        };
    }
    for port in ports(service) {
        container = container.port(&port_name(port), port);
    }
    let request = service.memory_mebibytes.min(64);
    let container = container.memory(service.memory_mebibytes, request).cpu(service.cpu_millicores);
    let mut more = serde_json::Map::new();
    for (word, list) in [("command", command), ("args", args)] {
        if !list.is_empty() {
            more.insert(word.into(), list.into());
        }
    }
    if let Some(path) = &service.working_dir {
        more.insert("workingDir".into(), path.clone().into());
    }
    if let Some(check) = &service.health {
        more.insert("readinessProbe".into(), probe(check, service));
    }
    (container, more)
}

fn probe(check: &Check, service: &Service) -> Value {
    let mut probe = match &check.path {
        Some(path) => {
            let port = check.port.or_else(|| ports(service).first().copied());
            json!({"httpGet": {"path": path, "port": port}})
        }
        None => json!({"exec": {"command": check.command}}),
    };
    let words = [
        ("periodSeconds", Some(check.interval_seconds.unwrap_or(10))),
        ("timeoutSeconds", Some(check.timeout_seconds.unwrap_or(5))),
        ("failureThreshold", check.retries),
        ("initialDelaySeconds", check.start_seconds),
    ];
    for (word, number) in words {
        if let Some(number) = number {
            probe[word] = number.into();
        }
    }
    probe
}

/// Path and text of each file.
fn files(
    key: &str,
    service: &Service,
    names: &Names<'_>,
) -> Result<Vec<(String, String)>, Failure> {
    let put = |(path, text): (&String, &String)| {
        let Text { text, secrets } = names.in_file(text);
        match secrets.first() {
            None => Ok((path.clone(), text)),
            Some(secret) => Err(Failure::invalid(format!(
                "{path} names the secret {secret}, and files are no place for secrets."
            ))
            .at(&field(&["", "services", key, "files", path]))
            .hint("Have the program read it from its environment.")),
        }
    };
    service.files.iter().map(put).collect()
}

fn places(app: &App, service: &Service, pod: &mut Value, name: &str, files: &[(String, String)]) {
    let (mut volumes, mut mounts) = (Vec::new(), Vec::new());
    for (volume, place) in &service.volumes {
        let claim = json!({"claimName": claim(app, volume)});
        volumes.push(json!({"name": volume, "persistentVolumeClaim": claim}));
        let mut mount = json!({"name": volume, "mountPath": place.path});
        if place.read_only {
            mount["readOnly"] = true.into();
        }
        mounts.push(mount);
    }
    if !files.is_empty() {
        volumes.push(json!({"name": FILES, "configMap": {"name": name}}));
    }
    for (at, (path, _)) in files.iter().enumerate() {
        mounts.push(
            json!({"name": FILES, "mountPath": path, "subPath": entry(at), "readOnly": true}),
        );
    }
    if !mounts.is_empty() {
        pod["volumes"] = volumes.into();
        pod["containers"][0]["volumeMounts"] = mounts.into();
    }
}

/// The name of a volume's claim.
pub fn claim(app: &App, volume: &str) -> String {
    format!("{}-{volume}", app.name)
}

fn entry(at: usize) -> String {
    format!("file-{at}")
}
