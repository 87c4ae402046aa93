//! CapRover's one-click apps: a Compose part, with `$$cap_…` wherever people or the platform fill something in.

use serde_json::{Map, Value, json};

use super::compose::{self, Beside};
use super::variables::{Declared, Variables};
use super::{Error, Imported, Source, fields, yaml};
use crate::document::LeftOut;

/// The service that has the app's own name.
const MAIN: &str = "app";
/// How CapRover's services reach each other.
const PREFIX: &str = "srv-captain--";
const NAME: &str = "$$cap_appname";
const DOMAIN: &str = "$$cap_root_domain";

/// Reads a one-click app.
pub(super) fn import(source: &Source<'_>) -> Result<Imported, Error> {
    let document = yaml::read(source.text)?;
    match &document["captainVersion"] {
        Value::Number(it) if it.as_u64() == Some(4) => {}
        Value::String(it) if it == "4" => {}
        other => {
            let what = format!("it is {other}, and 4 is what can be read");
            return Err(Error::shape("captainVersion", what));
        }
    }
    let about = &document["caproverOneClickApp"];
    let mut variables = Variables::default();
    let mut ids = Vec::new();
    for variable in about["variables"].as_array().into_iter().flatten() {
        let id = variable["id"].as_str().unwrap_or_default();
        if id.starts_with("$$cap_") {
            declare(&mut variables, id, variable);
            ids.push(id.to_owned());
        }
    }
    // The longest first: one id may begin with another.
    ids.sort_by_key(|it| std::cmp::Reverse(it.len()));
    let mut services = Map::new();
    let mut beside = Beside { is_told: true, ..Beside::default() };
    for (name, mut service) in fields(&document["services"]) {
        let own = service_name(&name);
        name_volumes(&mut service);
        let mut service = translated(&service, &ids, &mut variables);
        let extra = service.as_object_mut().and_then(|it| it.remove("caproverExtra"));
        extras(&name, &own, &extra.unwrap_or_default(), &mut service, &mut beside, &mut variables);
        services.insert(own, service);
    }
    let compose = json!({"services": services, "volumes": document["volumes"]});
    let mut imported = compose::read(&compose, variables, &beside)?;
    let text = |word: &str| about[word].as_str().map(str::to_owned);
    imported.title = text("displayName");
    imported.summary = text("description");
    let start = about["instructions"]["start"].as_str().unwrap_or_default();
    imported.docs =
        Some([start.to_owned(), text("documentation").unwrap_or_default()].join("\n\n"));
    Ok(imported)
}

/// `$$cap_db_pass` as a variable: `DB_PASS`.
fn variable_name(id: &str) -> String {
    let letters = id.trim_start_matches("$$cap_").chars();
    let text: String = letters
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' })
        .collect();
    let first = text.starts_with(|it: char| it.is_ascii_alphabetic());
    if first { text } else { format!("V_{text}") }
}

fn declare(variables: &mut Variables, id: &str, json: &Value) {
    let text = |word: &str| json[word].as_str().map(str::to_owned);
    let default = match &json["defaultValue"] {
        Value::String(it) => Some(it.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    };
    let generate = default.as_deref().and_then(random);
    let default = default.filter(|it| !it.is_empty() && generate.is_none());
    // A pattern that takes nothing at all says that it may be left empty.
    let may_be_empty = text("validRegex").is_none_or(|it| it == "/.*/" || it == "/^.*$/");
    let default = default.or_else(|| (may_be_empty && generate.is_none()).then(String::new));
    let default = default.map(|it| it.replace(NAME, "$(app.name)"));
    let declared = Declared {
        default,
        title: text("label"),
        help: text("description"),
        secret: None,
        generate,
    };
    variables.declare(&variable_name(id), declared);
}

/// The length of `$$cap_gen_random_hex(32)`.
fn random(text: &str) -> Option<u32> {
    let inner = text.trim().strip_prefix("$$cap_gen_random_hex(")?.strip_suffix(')')?;
    inner.parse::<u32>().ok().map(|it| it.clamp(8, 128))
}

fn service_name(name: &str) -> String {
    let rest = name.replace(NAME, "");
    let rest = rest.trim_matches(['-', '_']);
    if rest.is_empty() { MAIN.to_owned() } else { rest.to_owned() }
}

/// Volumes are the app's own here, so their names need not begin with its name.
fn name_volumes(service: &mut Value) {
    let volumes = service.get_mut("volumes").and_then(Value::as_array_mut);
    for volume in volumes.into_iter().flatten() {
        let Some((source, rest)) = volume.as_str().and_then(|it| it.split_once(':')) else {
            continue;
        };
        if source.starts_with(NAME) {
            let own = source.replace(NAME, "");
            let own = own.trim_matches(['-', '_']);
            let own = if own.is_empty() { "data" } else { own };
            *volume = format!("{own}:{rest}").into();
        }
    }
}

/// All texts of a service, in Compose's own words for variables.
fn translated(value: &Value, ids: &[String], variables: &mut Variables) -> Value {
    match value {
        Value::String(text) => words(text, ids, variables).into(),
        Value::Array(items) => items.iter().map(|it| translated(it, ids, variables)).collect(),
        Value::Object(map) => {
            let mut made = Map::new();
            for (key, value) in map {
                // Names of services, as `depends_on` has them when it is a map.
                let key = if key.contains(NAME) { service_name(key) } else { key.clone() };
                made.insert(key, translated(value, ids, variables));
            }
            made.into()
        }
        other => other.clone(),
    }
}

fn words(text: &str, ids: &[String], variables: &mut Variables) -> String {
    // A name alone is that of a service, in `depends_on`.
    if text.starts_with(NAME) && !text.contains('.') && !text[NAME.len()..].contains('$') {
        let known =
            text[NAME.len()..].chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it));
        if known && text.len() > NAME.len() {
            return service_name(text);
        }
    }
    let mut done = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', 's']) {
        done.push_str(&rest[..at]);
        rest = &rest[at..];
        let (put, taken) = word(rest, ids, variables);
        done.push_str(&put);
        rest = &rest[taken..];
    }
    done + rest
}

/// What stands for the beginning of the text, and how much of it.
fn word(rest: &str, ids: &[String], variables: &mut Variables) -> (String, usize) {
    if let Some(after) = rest.strip_prefix(PREFIX)
        && let Some(after) = after.strip_prefix(NAME)
    {
        let is_name = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        let length = after.find(|it| !is_name(it)).unwrap_or(after.len());
        let service = service_name(&format!("{NAME}{}", &after[..length]));
        let name = bound(variables, &format!("host.{}", super::label(&service)));
        return (name, PREFIX.len() + NAME.len() + length);
    }
    let whole = format!("{NAME}.{DOMAIN}");
    for (word, name) in [(whole.as_str(), "app.host"), (NAME, "app.name"), (DOMAIN, "app.host")] {
        if rest.starts_with(word) {
            return (bound(variables, name), word.len());
        }
    }
    if let Some(id) = ids.iter().find(|it| rest.starts_with(it.as_str())) {
        return (format!("${{{}}}", variable_name(id)), id.len());
    }
    if rest.starts_with("$$cap_gen_random_hex(")
        && let Some(end) = rest.find(')')
    {
        let length = random(&rest[..=end]);
        let name = "RANDOM";
        variables.declare(
            name,
            Declared { generate: length, secret: Some(true), ..Declared::default() },
        );
        return (format!("${{{name}}}"), end + 1);
    }
    match rest.strip_prefix('$') {
        Some(_) => ("$$".to_owned(), 1),
        None => (rest[..1].to_owned(), 1),
    }
}

/// A name of `stack`'s own, by a name that Compose can write.
fn bound(variables: &mut Variables, name: &str) -> String {
    let alias: String = name
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' })
        .collect();
    let alias = format!("SLIPWAY_{alias}");
    variables.bind(&alias, &format!("$({name})"));
    format!("${{{alias}}}")
}

fn extras(
    name: &str,
    own: &str,
    extra: &Value,
    service: &mut Value,
    beside: &mut Beside,
    variables: &mut Variables,
) {
    let place = format!("services.{name}.caproverExtra");
    let mut leave = |what: &str, why: &str| {
        let (what, why) = (what.to_owned(), why.to_owned());
        variables.left_out.push(LeftOut { place: place.clone(), what, why });
    };
    for (word, value) in fields(extra) {
        match word.as_str() {
            "notExposeAsWebApp" | "containerHttpPort" | "websocketSupport" => {}
            "dockerfileLines" => {
                let lines = value.as_array().into_iter().flatten().filter_map(Value::as_str);
                let lines: Vec<&str> = lines.collect();
                let from = lines.first().and_then(|it| it.strip_prefix("FROM "));
                match from {
                    Some(image) if service["image"].is_null() => {
                        service["image"] = image.trim().into();
                    }
                    _ => leave("dockerfileLines", "images are built elsewhere and named here"),
                }
                if lines.len() > 1 {
                    let what = format!("{} lines of the Dockerfile", lines.len() - 1);
                    leave(&what, "images are built elsewhere and named here");
                }
            }
            other => leave(other, "it is CapRover's own"),
        }
    }
    let hidden = matches!(&extra["notExposeAsWebApp"], Value::Bool(true))
        || extra["notExposeAsWebApp"] == "true";
    if !hidden && beside.public.is_none() {
        let port = match &extra["containerHttpPort"] {
            Value::String(it) => it.parse().unwrap_or(80),
            other => other.as_u64().and_then(|it| u16::try_from(it).ok()).unwrap_or(80),
        };
        beside.public = Some((own.to_owned(), port));
    } else if !hidden {
        leave(
            "that it is a web app of its own",
            "one service is at the app's address; the others reach its port",
        );
    }
}
