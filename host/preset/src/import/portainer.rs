//! Portainer's app templates, versions 2 and 3: lists of containers, and of stacks whose Compose file lies elsewhere.

use serde_json::{Map, Value, json};

use super::compose::{self, Beside};
use super::variables::{Declared, Variables};
use super::{Error, Imported, Source, fields, label, yaml};
use crate::document::LeftOut;

const CONTAINER: u64 = 1;
const EDGE_STACK: u64 = 4;

/// What has a place, of either kind.
const KNOWN: [&str; 22] = [
    "id",
    "type",
    "title",
    "name",
    "description",
    "note",
    "image",
    "env",
    "ports",
    "volumes",
    "command",
    "categories",
    "platform",
    "logo",
    "repository",
    "restart_policy",
    "hostname",
    "privileged",
    "labels",
    "administrator_only",
    "administrator-only",
    "stackFile",
];

/// Reads one template of a list.
pub(super) fn import(source: &Source<'_>) -> Result<Imported, Error> {
    let document: Value =
        serde_json::from_str(source.text).map_err(|error| Error::Json(error.to_string()))?;
    let template = chosen(&document, source.template)?;
    let text = |word: &str| template[word].as_str().map(str::to_owned);
    let mut variables = Variables::default();
    let env = environment(&template, &mut variables);
    for (word, value) in fields(&template) {
        if !KNOWN.contains(&word.as_str()) && !value.is_null() {
            let why = "it is Portainer's own".to_owned();
            variables.left_out.push(LeftOut { place: word.clone(), what: word, why });
        }
    }
    let compose = match template["type"].as_u64() {
        Some(CONTAINER) => container(&template, env),
        Some(2..=EDGE_STACK) => match (source.compose, template["stackFile"].as_str()) {
            (Some(compose), _) | (None, Some(compose)) => yaml::read(compose)?,
            (None, None) => {
                let repository = &template["repository"];
                let word = |it: &str| repository[it].as_str().unwrap_or("unknown").to_owned();
                return Err(Error::Elsewhere(format!("{} of {}", word("stackfile"), word("url"))));
            }
        },
        _ => {
            return Err(Error::shape(
                "type",
                "1 is a container, 2 and 3 are stacks; it is something else",
            ));
        }
    };
    let mut imported = compose::read(&compose, variables, &Beside::default())?;
    imported.title = text("title");
    imported.summary = text("description");
    imported.docs = text("note");
    Ok(imported)
}

fn chosen(document: &Value, wanted: Option<&str>) -> Result<Value, Error> {
    let list = match (document, &document["templates"]) {
        (Value::Array(list), _) | (_, Value::Array(list)) => list.clone(),
        _ => vec![document.clone()],
    };
    let title = |it: &Value| it["title"].as_str().unwrap_or_default().to_owned();
    let fits = |it: &Value| wanted.is_none_or(|wanted| title(it).eq_ignore_ascii_case(wanted));
    let mut found = list.iter().filter(|it| fits(it));
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only.clone()),
        (Some(_), Some(_)) => {
            let all: Vec<String> = list.iter().map(title).take(20).collect();
            Err(Error::Several(all.join(", ")))
        }
        (None, _) => {
            let all: Vec<String> = list.iter().map(title).take(20).collect();
            Err(Error::shape(
                "templates",
                format!("none has that title; there are {}", all.join(", ")),
            ))
        }
    }
}

/// Declares what is asked; for a container, the variables as Compose would have them.
fn environment(template: &Value, variables: &mut Variables) -> Map<String, Value> {
    let mut env = Map::new();
    for it in template["env"].as_array().into_iter().flatten() {
        let Some(name) = it["name"].as_str() else { continue };
        let text = |word: &str| match &it[word] {
            Value::String(it) => Some(it.clone()),
            Value::Number(it) => Some(it.to_string()),
            Value::Bool(it) => Some(it.to_string()),
            _ => None,
        };
        // `set` is how version 1 wrote a preset.
        let fixed = text("set").or_else(|| text("default").filter(|_| it["preset"] == true));
        let selected = it["select"].as_array().into_iter().flatten();
        let selected: Vec<&Value> = selected.collect();
        let chosen = selected.iter().find(|it| it["default"] == true).or(selected.first());
        let chosen = chosen.and_then(|it| it["value"].as_str()).map(str::to_owned);
        if let Some(fixed) = fixed {
            env.insert(name.to_owned(), fixed.replace('$', "$$").into());
            variables.bind(name, &fixed.replace('$', "$$"));
            continue;
        }
        let mut help = text("description").unwrap_or_default();
        if !selected.is_empty() {
            let values = selected.iter().filter_map(|it| it["value"].as_str());
            help = format!("{help} One of: {}.", values.collect::<Vec<_>>().join(", "))
                .trim()
                .to_owned();
        }
        let declared = Declared {
            default: text("default").or(chosen),
            title: text("label"),
            help: Some(help).filter(|it| !it.is_empty()),
            ..Declared::default()
        };
        variables.declare(name, declared);
        env.insert(name.to_owned(), format!("${{{name}}}").into());
    }
    env
}

/// A container as a Compose file of one service.
fn container(template: &Value, env: Map<String, Value>) -> Value {
    let name = template["name"].as_str().or(template["title"].as_str()).unwrap_or("app");
    let mut service = Map::new();
    let given = [
        ("image", "image"),
        ("command", "command"),
        ("ports", "ports"),
        ("restart_policy", "restart"),
        ("hostname", "hostname"),
        ("privileged", "privileged"),
    ];
    for (word, own) in given {
        let value = &template[word];
        if !value.is_null() && *value != "" {
            service.insert(own.to_owned(), value.clone());
        }
    }
    let volumes = template["volumes"].as_array().into_iter().flatten();
    let volumes = volumes.map(|it| {
        let read_only = it["readonly"] == true;
        let kind = if it["bind"].is_string() { "bind" } else { "volume" };
        json!({"type": kind, "source": it["bind"], "target": it["container"], "read_only": read_only})
    });
    service.insert("volumes".to_owned(), volumes.collect());
    if !env.is_empty() {
        service.insert("environment".to_owned(), env.into());
    }
    let labels = template["labels"].as_array().filter(|it| !it.is_empty());
    if let Some(labels) = labels {
        service.insert("labels".to_owned(), json!(labels));
    }
    json!({"services": {(label(name)): service}})
}
