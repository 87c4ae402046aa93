//! Coolify's service templates: Compose files with `SERVICE_…` variables, and a head of comments.

use serde_json::{Value, json};

use super::compose::{self, Beside};
use super::variables::{Declared, Variables};
use super::{Error, Imported, Source, yaml};

/// Reads a template.
pub(super) fn import(source: &Source<'_>) -> Result<Imported, Error> {
    let mut document = yaml::read(source.text)?;
    let mut variables = Variables::default();
    for name in names(source.text) {
        magic(&mut variables, &name);
    }
    let mut beside = Beside { public: doors(&mut document), ..Beside::default() };
    let head = |word: &str| {
        let lines = source.text.lines().map_while(|it| it.trim_start().strip_prefix('#'));
        lines
            .filter_map(|it| it.split_once(':'))
            .find(|(key, _)| key.trim() == word)
            .map(|(_, text)| text.trim().to_owned())
    };
    if let (None, Some(port)) = (&beside.public, head("port").and_then(|it| it.parse().ok())) {
        let first = document["services"].as_object().and_then(|it| it.keys().next().cloned());
        beside.public = first.map(|it| (it, port));
    }
    let mut imported = compose::read(&document, variables, &beside)?;
    imported.summary = head("slogan");
    imported.docs = head("documentation").map(|it| format!("Documentation: {it}"));
    Ok(imported)
}

/// Every `SERVICE_…` of the text.
fn names(text: &str) -> Vec<String> {
    let is_name = |it: char| it.is_ascii_alphanumeric() || "_-".contains(it);
    let mut names = Vec::new();
    for (at, _) in text.match_indices("SERVICE_") {
        let starts = text[..at].chars().next_back().is_none_or(|it| !is_name(it) || it == '-');
        let end = text[at..].find(|it| !is_name(it)).map_or(text.len(), |it| at + it);
        // `${NAME:-default}`: the dash belongs to the default only behind a colon, which ends the name already.
        let name = text[at..end].trim_end_matches('-').to_owned();
        if starts && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What Coolify makes of a name.
fn magic(variables: &mut Variables, name: &str) {
    let rest = name.strip_prefix("SERVICE_").unwrap_or_default();
    let is = |words: &[&str]| words.iter().any(|it| rest.starts_with(it));
    if is(&["FQDN_"]) {
        return variables.bind(name, "$(app.host)");
    }
    if is(&["URL_"]) {
        return variables.bind(name, "$(app.url)");
    }
    if let Some(service) = rest.strip_prefix("NAME_") {
        let service = super::label(service);
        return variables.bind(name, &format!("$(host.{service})"));
    }
    if is(&["USER_", "LOWERCASEUSER_"]) {
        let declared = Declared {
            default: Some("slipway".to_owned()),
            secret: Some(false),
            ..Declared::default()
        };
        return variables.declare(name, declared);
    }
    let help = if is(&["SUPABASE"]) {
        Some("A signed token: make it as the app's documentation says.")
    } else if is(&["REALBASE64"]) {
        Some("The app wants text in base64.")
    } else if is(&["HEX_"]) {
        Some("The app wants hexadecimal digits.")
    } else {
        None
    };
    let is_plain = is(&["PASSWORD", "BASE64"]);
    let length = rest.split('_').find_map(|it| it.parse::<u32>().ok()).unwrap_or(32);
    let declared = Declared {
        secret: Some(true),
        generate: is_plain.then(|| length.clamp(8, 128)),
        help: help.map(str::to_owned),
        ..Declared::default()
    };
    if is_plain || help.is_some() {
        variables.declare(name, declared);
    }
}

/// `SERVICE_FQDN_UMAMI_3000` in an environment says that people reach that port; as a variable it is the app's address.
fn doors(document: &mut Value) -> Option<(String, u16)> {
    let mut door = None;
    let services = document.get_mut("services").and_then(Value::as_object_mut)?;
    for (name, service) in services {
        let environment = service.get("environment").cloned().unwrap_or_default();
        let keys: Vec<(String, Option<String>)> = match &environment {
            Value::Array(items) => {
                let split = |it: &str| match it.split_once('=') {
                    Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                    None => (it.to_owned(), None),
                };
                items.iter().filter_map(Value::as_str).map(split).collect()
            }
            Value::Object(map) => {
                let text = |it: &Value| it.as_str().map(str::to_owned);
                map.iter().map(|(key, value)| (key.clone(), text(value))).collect()
            }
            _ => continue,
        };
        for (key, value) in &keys {
            let Some(rest) =
                key.strip_prefix("SERVICE_FQDN_").or_else(|| key.strip_prefix("SERVICE_URL_"))
            else {
                continue;
            };
            let port = rest.rsplit_once('_').and_then(|(_, it)| it.parse::<u16>().ok());
            if door.is_none() {
                door = Some((name.clone(), port.or_else(|| first_port(service)).unwrap_or(80)));
            }
            // A path behind it is a part of the address.
            let path = value.clone().filter(|it| it.starts_with('/')).unwrap_or_default();
            put(service, key, &format!("${{{key}}}{path}"));
        }
    }
    door
}

fn first_port(service: &Value) -> Option<u16> {
    let lists = [&service["ports"], &service["expose"]];
    let items = lists.into_iter().filter_map(Value::as_array).flatten();
    let mut texts = items.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
    texts.find_map(|it| it.rsplit(':').next()?.split('/').next()?.parse().ok())
}

fn put(service: &mut Value, key: &str, text: &str) {
    match &mut service["environment"] {
        Value::Array(items) => {
            items.retain(|it| it.as_str().is_none_or(|it| it.split('=').next() != Some(key)));
            items.push(json!(format!("{key}={text}")));
        }
        Value::Object(map) => drop(map.insert(key.to_owned(), text.into())),
        _ => {}
    }
}
