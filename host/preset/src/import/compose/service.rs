//! One service: every field is read here, or listed by its fate.

use serde_json::{Map, Value, json};

use super::fields::{Fate, fate};
use super::units::{mebibytes, millicores, seconds, text};
use super::{Reading, health, mounts, ports};
use crate::import::variables::{could_be, is_secret};
use crate::import::{Error, fields, interpolate};

/// The service as `stack` wants it and the ports that were published; none where it is left out as a whole.
pub(super) fn read(
    reading: &mut Reading<'_>,
    name: &str,
    place: &str,
    json: &Value,
) -> Result<Option<(Value, Vec<u16>)>, Error> {
    if let Some(profile) = json["profiles"].as_array().and_then(|it| it.first()) {
        let what = "the service".to_owned();
        reading.leave(place, what, format!("it starts only with the profile {profile}"));
        return Ok(None);
    }
    let Some(image) = image(reading, place, json)? else { return Ok(None) };
    list(reading, place, json);
    let mut made = Map::new();
    made.insert("image".to_owned(), image.clone().into());
    for (word, own) in [("entrypoint", "command"), ("command", "args")] {
        let words = command(reading, &format!("{place}.{word}"), &json[word])?;
        if !words.is_empty() {
            made.insert(own.to_owned(), words.into());
        }
    }
    if let Some(path) = settled(reading, place, json, "working_dir")? {
        made.insert("workingDir".to_owned(), path.into());
    }
    let env = environment(reading, place, &json["environment"])?;
    let count = env.len();
    if !env.is_empty() {
        made.insert("env".to_owned(), env.into());
    }
    let published = ports::read(reading, &format!("{place}.ports"), &json["ports"])?;
    let exposed = ports::read(reading, &format!("{place}.expose"), &json["expose"])?;
    let mut all = published.clone();
    all.extend(exposed.into_iter().filter(|it| !published.contains(it)));
    let public = reading.beside.public.as_ref().filter(|(it, _)| it == name).map(|(_, port)| *port);
    all.extend(public.filter(|it| !all.contains(it)));
    if !all.is_empty() {
        made.insert("ports".to_owned(), json!(all));
    }
    let mounts::Mounts { volumes, files } = mounts::read(reading, name, place, json)?;
    let told = format!(
        "{}: {image}, {count} variables, {} ports, {} volumes, {} files",
        reading.names[name],
        all.len(),
        volumes.len(),
        files.len()
    );
    for (word, map) in [("volumes", volumes), ("files", files)] {
        if !map.is_empty() {
            made.insert(word.to_owned(), map.into());
        }
    }
    if let Some(health) =
        health::read(reading, &format!("{place}.healthcheck"), &json["healthcheck"])?
    {
        made.insert("health".to_owned(), health);
    }
    let needs = depends(reading, place, &json["depends_on"]);
    if !needs.is_empty() {
        made.insert("dependsOn".to_owned(), needs.into());
    }
    resources(reading, place, json, &mut made)?;
    user(reading, place, json, &mut made)?;
    if let Some(given) = settled(reading, place, json, "stop_grace_period")? {
        match seconds(&given) {
            Some(it) => drop(made.insert("graceSeconds".to_owned(), it.min(3600).into())),
            None => {
                reading.leave(place, format!("stop_grace_period {given:?}"), "it is no duration");
            }
        }
    }
    reading.carried.push(told);
    Ok(Some((made.into(), published)))
}

/// What has no place, by the table.
fn list(reading: &mut Reading<'_>, place: &str, json: &Value) {
    for (word, value) in fields(json) {
        let reason = match fate(&word) {
            Fate::Carried => continue,
            _ if word.starts_with("x-") || value.is_null() => continue,
            Fate::Left(reason) => reason,
            Fate::Unless(values, reason) => {
                let is = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                if values.contains(&is.as_str()) {
                    continue;
                }
                reason
            }
        };
        let what = match &value {
            Value::Object(_) | Value::Array(_) => word.clone(),
            other => format!("{word} {}", text(other).unwrap_or_default()),
        };
        reading.leave(&format!("{place}.{word}"), what, reason);
    }
}

fn image(reading: &mut Reading<'_>, place: &str, json: &Value) -> Result<Option<String>, Error> {
    let Some(given) = json["image"].as_str() else {
        let why = if json["build"].is_null() {
            "it names no image"
        } else {
            "it has to be built; build its image, push it, and name it with `image`"
        };
        reading.leave(place, "the service", why);
        return Ok(None);
    };
    let here = format!("{place}.image");
    let known = interpolate::now(&here, given, &mut reading.variables)?;
    if known.is_none() {
        let why = "a variable in the name of its image has no default";
        reading.leave(place, format!("the service with {given}"), why);
    }
    Ok(known)
}

/// A scalar that cannot vary.
fn settled(
    reading: &mut Reading<'_>,
    place: &str,
    json: &Value,
    word: &str,
) -> Result<Option<String>, Error> {
    let Some(given) = json.get(word).and_then(text) else { return Ok(None) };
    let here = format!("{place}.{word}");
    let known = interpolate::now(&here, &given, &mut reading.variables)?;
    if known.is_none() {
        reading.leave(&here, given, "a variable in it has no default");
    }
    Ok(known)
}

/// A text is split as a shell would; a list is taken as it is.
fn command(reading: &mut Reading<'_>, here: &str, json: &Value) -> Result<Vec<String>, Error> {
    let words: Vec<String> = match json {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        Value::String(line) => {
            shlex::split(line).ok_or_else(|| Error::shape(here, "its quotes do not end"))?
        }
        _ => Vec::new(),
    };
    words.iter().map(|it| interpolate::late(here, it, &mut reading.variables)).collect()
}

fn environment(
    reading: &mut Reading<'_>,
    place: &str,
    json: &Value,
) -> Result<Map<String, Value>, Error> {
    let here = format!("{place}.environment");
    let pairs: Vec<(String, Option<String>)> = match json {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), text(value))).collect(),
        Value::Array(items) => {
            let texts = items.iter().filter_map(text);
            let pair = |it: String| match it.split_once('=') {
                Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                None => (it, None),
            };
            texts.map(pair).collect()
        }
        _ => Vec::new(),
    };
    let mut made = Map::new();
    for (key, value) in pairs {
        let text = match value {
            // Compose takes it from the shell that it is started in.
            None => reading.variables.named(&key, None, None),
            Some(value) => interpolate::late(&here, &value, &mut reading.variables)?,
        };
        let is_told = is_secret(&key) && could_be(&text);
        let text = if is_told { reading.variables.tell(&key, &text) } else { text };
        made.insert(key, text.into());
    }
    Ok(made)
}

fn depends(reading: &mut Reading<'_>, place: &str, json: &Value) -> Vec<String> {
    let mut needs = Vec::new();
    let names: Vec<(String, Value)> = match json {
        Value::Array(items) => items
            .iter()
            .filter_map(|it| it.as_str().map(|it| (it.to_owned(), Value::Null)))
            .collect(),
        Value::Object(map) => map.iter().map(|(key, it)| (key.clone(), it.clone())).collect(),
        _ => Vec::new(),
    };
    for (name, how) in names {
        if how["condition"] == "service_completed_successfully" {
            let what = format!("that {name} has ended before");
            reading.leave(
                &format!("{place}.depends_on"),
                what,
                "services run until they are stopped",
            );
        }
        let new = reading.names.get(&name).cloned().unwrap_or(name);
        needs.push(new);
    }
    needs
}

fn resources(
    reading: &mut Reading<'_>,
    place: &str,
    json: &Value,
    made: &mut Map<String, Value>,
) -> Result<(), Error> {
    let deploy = &json["deploy"];
    let limits = &deploy["resources"]["limits"];
    let memory =
        [settled(reading, place, json, "mem_limit")?, limits["memory"].as_str().map(str::to_owned)];
    if let Some(given) = memory.into_iter().flatten().next() {
        let known = interpolate::now(place, &given, &mut reading.variables)?;
        match known.as_deref().and_then(mebibytes) {
            Some(it) => drop(made.insert("memoryMebibytes".to_owned(), it.clamp(4, 65536).into())),
            None => reading.leave(place, format!("the memory {given:?}"), "it is no size"),
        }
    }
    let cpus = [settled(reading, place, json, "cpus")?, text(&limits["cpus"])];
    if let Some(given) = cpus.into_iter().flatten().next() {
        let why = "processor time is set aside, and never taken away";
        reading.leave(place, format!("that it uses at most {given} processors"), why);
    }
    if let Some(it) =
        text(&deploy["resources"]["reservations"]["cpus"]).and_then(|it| millicores(&it))
    {
        made.insert("cpuMillicores".to_owned(), it.clamp(1, 64000).into());
    }
    let replicas = json["scale"].as_u64().or(deploy["replicas"].as_u64());
    if let Some(count) = replicas {
        let can = if made.contains_key("volumes") { count.min(1) } else { count.min(20) };
        if can != count {
            reading.leave(place, format!("{count} copies"), format!("{can} is what can run"));
        }
        made.insert("replicas".to_owned(), can.into());
    }
    for (word, value) in fields(deploy) {
        let is_known = matches!(word.as_str(), "replicas" | "resources");
        if !(is_known || value.is_null() || word == "mode" && value == "replicated") {
            let why = "how a cluster brings new versions live is for its control plugin";
            reading.leave(&format!("{place}.deploy.{word}"), word, why);
        }
    }
    for (kind, known) in [("limits", ["memory", "cpus"]), ("reservations", ["cpus", "cpus"])] {
        for (word, _) in fields(&deploy["resources"][kind]) {
            if !known.contains(&word.as_str()) {
                let here = format!("{place}.deploy.resources.{kind}");
                reading.leave(&here, word, "the cluster divides machines by cpus and memory alone");
            }
        }
    }
    Ok(())
}

fn user(
    reading: &mut Reading<'_>,
    place: &str,
    json: &Value,
    made: &mut Map<String, Value>,
) -> Result<(), Error> {
    let Some(given) = settled(reading, place, json, "user")? else { return Ok(()) };
    let here = format!("{place}.user");
    match given.split(':').next().unwrap_or_default().parse::<u32>() {
        Ok(0) => reading.leave(&here, "root", "programs cannot run as root; it runs as 65532"),
        Ok(number) => drop(made.insert("user".to_owned(), number.into())),
        Err(_) => reading.leave(&here, given, "a user is a number here; it runs as 65532"),
    }
    Ok(())
}
