//! Volumes, configs and secrets of a service: what is kept, what is a file, and what has no place.

use serde_json::{Map, Value, json};

use super::Reading;
use super::units::text;
use crate::import::{Error, fields, interpolate, label};

/// What a volume has, since Compose does not say.
const SIZE_MEBIBYTES: u32 = 1024;

/// What a service mounts.
#[derive(Default)]
pub(super) struct Mounts {
    pub volumes: Map<String, Value>,
    pub files: Map<String, Value>,
}

struct Mount {
    kind: String,
    source: Option<String>,
    target: String,
    read_only: bool,
    /// Coolify's: the text of the file.
    content: Option<String>,
}

pub(super) fn read(
    reading: &mut Reading<'_>,
    service: &str,
    place: &str,
    json: &Value,
) -> Result<Mounts, Error> {
    let mut mounts = Mounts::default();
    for (at, item) in json["volumes"].as_array().into_iter().flatten().enumerate() {
        let here = format!("{place}.volumes[{at}]");
        let Some(mount) = mount(reading, &here, item)? else { continue };
        place_it(reading, &mut mounts, service, &here, mount)?;
    }
    for (at, item) in json["configs"].as_array().into_iter().flatten().enumerate() {
        config(reading, &mut mounts, &format!("{place}.configs[{at}]"), item)?;
    }
    for item in json["secrets"].as_array().into_iter().flatten() {
        let name = item.as_str().or(item["source"].as_str()).unwrap_or_default().to_owned();
        let why = "secrets reach programs by their environment; name one there as ${NAME}";
        reading.leave(&format!("{place}.secrets"), format!("the file /run/secrets/{name}"), why);
    }
    Ok(mounts)
}

fn mount(reading: &mut Reading<'_>, here: &str, item: &Value) -> Result<Option<Mount>, Error> {
    let settled = |reading: &mut Reading<'_>, text: &str| {
        interpolate::now(here, text, &mut reading.variables)
    };
    if let Some(given) = item.as_str() {
        let Some(whole) = settled(reading, given)? else {
            reading.leave(here, given, "a variable in it has no default");
            return Ok(None);
        };
        let parts: Vec<&str> = whole.split(':').collect();
        let (source, target, mode) = match parts.as_slice() {
            [target] => (None, *target, ""),
            [source, target] => (Some(*source), *target, ""),
            [source, target, mode] => (Some(*source), *target, *mode),
            _ => {
                reading.leave(here, whole.clone(), "it is no volume as Compose writes them");
                return Ok(None);
            }
        };
        let is_path = source.is_some_and(|it| it.starts_with(['.', '/', '~']));
        return Ok(Some(Mount {
            kind: if is_path { "bind" } else { "volume" }.to_owned(),
            source: source.map(str::to_owned),
            target: target.to_owned(),
            read_only: mode.split(',').any(|it| it == "ro"),
            content: None,
        }));
    }
    let (source, target) = (item["source"].as_str(), item["target"].as_str().unwrap_or_default());
    let source = source.map(|it| settled(reading, it)).transpose()?.flatten();
    let Some(target) = settled(reading, target)? else {
        reading.leave(here, target, "a variable in it has no default");
        return Ok(None);
    };
    Ok(Some(Mount {
        kind: item["type"].as_str().unwrap_or("volume").to_owned(),
        source,
        target,
        read_only: item["read_only"] == true,
        content: item["content"].as_str().map(str::to_owned),
    }))
}

fn place_it(
    reading: &mut Reading<'_>,
    mounts: &mut Mounts,
    service: &str,
    here: &str,
    mount: Mount,
) -> Result<(), Error> {
    let Mount { kind, source, target, read_only, content } = mount;
    if !target.starts_with('/') {
        reading.leave(here, format!("{target:?}"), "it is no absolute path");
        return Ok(());
    }
    let known = source.as_ref().and_then(|it| reading.beside.files.get(it).cloned());
    if let Some(content) = content.or(known) {
        let text = interpolate::late(here, &content, &mut reading.variables)?;
        mounts.files.insert(target, text.into());
        return Ok(());
    }
    match kind.as_str() {
        "volume" => {
            let name = source.unwrap_or_else(|| format!("{service}{}", target.replace('/', "-")));
            let external = reading.document.pointer(&format!("/volumes/{name}/external"));
            if external.is_some_and(|it| *it == true) {
                reading.leave(
                    here,
                    format!("that {name} is there already"),
                    "an empty volume is made",
                );
            }
            let mut volume = json!({"path": target, "sizeMebibytes": SIZE_MEBIBYTES});
            if read_only {
                volume["readOnly"] = true.into();
            }
            let mut own = label(&name);
            if mounts.volumes.contains_key(&own) {
                // One volume at two places of one service: Kubernetes mounts it twice, `stack` names each once.
                own = label(&format!("{name}{}", volume["path"].as_str().unwrap_or_default()));
                let why = "each place has a volume of its own";
                reading.leave(here, format!("that {name} is the same at both paths"), why);
            }
            mounts.volumes.insert(own, volume);
        }
        "bind" => {
            let source = source.unwrap_or_default();
            let why = if source.contains("docker.sock") {
                "there is no Docker to talk to"
            } else {
                "files of the machine stay there; give the text as a config with content, or use a volume"
            };
            reading.leave(here, format!("{source} at {target}"), why);
        }
        "tmpfs" => {
            let why = "the file system of the container can be written until it ends";
            reading.leave(here, format!("the memory at {target}"), why);
        }
        other => reading.leave(
            here,
            format!("{target} of type {other}"),
            "volumes are the only storage here",
        ),
    }
    Ok(())
}

fn config(
    reading: &mut Reading<'_>,
    mounts: &mut Mounts,
    here: &str,
    item: &Value,
) -> Result<(), Error> {
    let name = item.as_str().or(item["source"].as_str()).unwrap_or_default();
    let target = item["target"].as_str().map_or_else(|| format!("/{name}"), str::to_owned);
    for word in ["uid", "gid", "mode"] {
        if item.get(word).and_then(text).is_some() {
            reading.leave(here, word, "files are read only, for everybody in the container");
        }
    }
    let config = fields(&reading.document["configs"][name]);
    let text = match (config.get("content"), config.get("environment")) {
        (Some(Value::String(text)), _) => text.clone(),
        (_, Some(Value::String(variable))) => format!("${{{variable}}}"),
        _ => {
            reading.leave(here, format!("the config {name}"), "its text is not in this file");
            return Ok(());
        }
    };
    let text = interpolate::late(here, &text, &mut reading.variables)?;
    mounts.files.insert(target, text.into());
    Ok(())
}
