//! Dokploy's templates: a Compose file and a `template.toml`, beside each other or in one base64 text.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::compose::{self, Beside};
use super::variables::{Declared, Variables};
use super::{Error, Imported, Source, yaml};
use crate::document::LeftOut;

#[derive(Default, Deserialize)]
struct Template {
    #[serde(default)]
    variables: BTreeMap<String, toml::Value>,
    #[serde(default)]
    config: Config,
}

#[derive(Default, Deserialize)]
struct Config {
    #[serde(default)]
    domains: Vec<Domain>,
    env: Option<toml::Value>,
    #[serde(default)]
    mounts: Vec<Mount>,
    #[serde(flatten)]
    other: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Domain {
    service_name: String,
    port: Option<u16>,
    host: Option<String>,
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mount {
    file_path: Option<String>,
    #[serde(default)]
    content: String,
}

/// What the platform copies to the clipboard.
#[derive(Deserialize)]
struct Both {
    compose: String,
    config: String,
}

/// Whether it is one of the two forms.
pub(super) fn looks_like(text: &str) -> bool {
    let is_toml = |it: &str| it == "[config]" || it == "[variables]" || it == "[[config.domains]]";
    text.lines().any(|it| is_toml(it.trim())) || unpacked(text).is_some()
}

/// Reads a template.
pub(super) fn import(source: &Source<'_>) -> Result<Imported, Error> {
    let both = match (unpacked(source.text), source.compose) {
        (Some(both), _) => both,
        (None, Some(compose)) => {
            Both { compose: compose.to_owned(), config: source.text.to_owned() }
        }
        (None, None) => {
            return Err(Error::Elsewhere("docker-compose.yml beside template.toml".to_owned()));
        }
    };
    let template: Template =
        toml::from_str(&both.config).map_err(|error| Error::Toml(error.message().to_owned()))?;
    let mut document = yaml::read(&both.compose)?;
    let mut reader = Reader { texts: BTreeMap::new(), variables: Variables::default() };
    let Template { variables, config } = template;
    let mut open: Vec<(String, String)> =
        variables.iter().map(|(key, it)| (key.clone(), plain(it))).collect();
    // One may name another that stands below it.
    for _ in 0..=open.len() {
        open.retain(|(name, text)| {
            let Some(put) = reader.put(name, text) else { return true };
            reader.texts.insert(name.clone(), put);
            false
        });
    }
    for (name, _) in open {
        let what = "its variable, which names itself or nothing that is known".to_owned();
        let why = "it is asked for instead".to_owned();
        reader.variables.left_out.push(LeftOut { place: name, what, why });
    }
    let env: Vec<String> = pairs(config.env.clone()).into_iter().map(|(name, _)| name).collect();
    unfold_env_file(&mut document, &env);
    let beside = reader.config(config);
    compose::read(&document, reader.variables, &beside)
}

/// Dokploy writes its variables into `.env`, so a service that reads that file has them all.
fn unfold_env_file(document: &mut Value, names: &[String]) {
    let services = document.get_mut("services").and_then(Value::as_object_mut);
    for service in
        services.into_iter().flat_map(|it| it.values_mut()).filter_map(Value::as_object_mut)
    {
        let is_own = |it: &Value| it == ".env" || it == "./.env" || *it == json!([".env"]);
        if !service.get("env_file").is_some_and(is_own) {
            continue;
        }
        service.remove("env_file");
        let environment = service.entry("environment").or_insert_with(|| json!({}));
        for name in names {
            let text = format!("${{{name}}}");
            let starts = format!("{name}=");
            match environment {
                Value::Object(map) => drop(map.entry(name.clone()).or_insert_with(|| text.into())),
                Value::Array(items) => {
                    let is_there =
                        |it: &Value| it.as_str().is_some_and(|it| it.starts_with(&starts));
                    if !items.iter().any(is_there) {
                        items.push(format!("{starts}{text}").into());
                    }
                }
                _ => {}
            }
        }
    }
}

fn unpacked(text: &str) -> Option<Both> {
    let packed: String = text.split_whitespace().collect();
    let bytes = if text.trim_start().starts_with('{') {
        text.as_bytes().to_vec()
    } else {
        STANDARD.decode(packed).ok()?
    };
    serde_json::from_slice(&bytes).ok()
}

fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

struct Reader {
    /// What a variable of the template stands for, in the words of `stack`.
    texts: BTreeMap<String, String>,
    variables: Variables,
}

impl Reader {
    /// The text with its variables put in; none while one of them is not known yet.
    fn put(&mut self, owner: &str, text: &str) -> Option<String> {
        let mut done = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            done.push_str(&rest[..at].replace('$', "$$"));
            let end = rest[at..].find('}').map(|it| at + it)?;
            let name = &rest[at + 2..end];
            let known = self.texts.get(name).cloned();
            done.push_str(&known.or_else(|| self.help(owner, name))?);
            rest = &rest[end + 1..];
        }
        Some(done + &rest.replace('$', "$$"))
    }

    /// What a helper makes up.
    fn help(&mut self, owner: &str, helper: &str) -> Option<String> {
        let (word, length) = helper.split_once(':').unwrap_or((helper, ""));
        let name = owner.to_ascii_uppercase().replace(['-', '.'], "_");
        let secret = |generate: Option<u32>, help: &str| Declared {
            secret: Some(true),
            generate,
            help: Some(help.to_owned()).filter(|it| !it.is_empty()),
            ..Declared::default()
        };
        let text = |default: &str| Declared {
            default: Some(default.to_owned()),
            secret: Some(false),
            ..Declared::default()
        };
        let length = length.parse::<u32>().unwrap_or(32).clamp(8, 128);
        let declared = match word {
            "domain" => return Some("$(app.host)".to_owned()),
            "password" | "hash" => secret(Some(length), ""),
            "base64" => secret(None, &format!("The app wants {length} bytes in base64.")),
            "uuid" => secret(None, "The app wants a UUID."),
            "jwt" => secret(None, "A signed token: make it as the app's documentation says."),
            "randomPort" => text("8080"),
            "email" => text("admin@example.com"),
            "username" => text("admin"),
            "timestamp" | "timestamps" | "timestampms" => text("0"),
            _ => return None,
        };
        self.variables.declare(&name, declared);
        Some(self.variables.named(&name, None, None))
    }

    fn config(&mut self, config: Config) -> Beside {
        let Config { domains, env, mounts, other } = config;
        let mut beside = Beside { is_told: true, ..Beside::default() };
        for Domain { service_name, port, host, path } in domains {
            let place = format!("config.domains ({service_name})");
            if beside.public.is_some() {
                self.leave(
                    &place,
                    "a domain",
                    "one service is at the app's address; the others reach its port",
                );
                continue;
            }
            if let Some(path) = path.filter(|it| it != "/") {
                self.leave(&place, &format!("the path {path}"), "the app has the whole address");
            }
            if host.is_some_and(|it| !it.contains("${")) {
                self.leave(&place, "its host name", "apps get theirs from the platform");
            }
            beside.public = Some((service_name, port.unwrap_or(80)));
        }
        for (name, text) in pairs(env) {
            let known = self.put(&name, &text);
            match known {
                Some(text) => self.variables.bind(&name, &text),
                None => self.leave(
                    &name,
                    &text,
                    "it names a variable that the template has not; it is asked for",
                ),
            }
        }
        for Mount { file_path, content } in mounts {
            let Some(path) = file_path else { continue };
            let known = self.files(&content);
            for prefix in ["../files", "../files/", "./files/"] {
                beside.files.insert(format!("{prefix}{path}"), known.clone());
            }
        }
        for word in other.keys() {
            self.leave(&format!("config.{word}"), word, "it is Dokploy's own");
        }
        beside
    }

    /// A file's text in Compose's words, since it is read as one of its configs.
    fn files(&mut self, content: &str) -> String {
        let mut done = content.replace('$', "$$");
        for (name, text) in &self.texts {
            let alias = format!("SLIPWAY_{}", name.to_ascii_uppercase().replace(['-', '.'], "_"));
            let spelled = format!("$${{{name}}}");
            if done.contains(&spelled) {
                self.variables.bind(&alias, text);
                done = done.replace(&spelled, &format!("${{{alias}}}"));
            }
        }
        done
    }

    fn leave(&mut self, place: &str, what: &str, why: &str) {
        let (place, what, why) = (place.to_owned(), what.to_owned(), why.to_owned());
        self.variables.left_out.push(LeftOut { place, what, why });
    }
}

/// A table, or a list of `NAME=text`.
fn pairs(env: Option<toml::Value>) -> Vec<(String, String)> {
    match env {
        Some(toml::Value::Table(table)) => {
            table.into_iter().map(|(name, it)| (name, plain(&it))).collect()
        }
        Some(toml::Value::Array(items)) => {
            let split =
                |it: String| it.split_once('=').map(|(name, it)| (name.to_owned(), it.to_owned()));
            items.iter().map(plain).filter_map(split).collect()
        }
        _ => Vec::new(),
    }
}
