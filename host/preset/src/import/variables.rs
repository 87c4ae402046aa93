//! The variables of a template: which are asked, which are secrets, and which stand for something else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::pointer;
use crate::document::{Ask, LeftOut};

/// Characters of a secret that is made up, where the template does not say.
const LENGTH: u32 = 32;

/// What a template says of a variable.
#[derive(Clone, Debug, Default)]
pub(super) struct Declared {
    pub default: Option<String>,
    pub title: Option<String>,
    pub help: Option<String>,
    /// None: as the name sounds.
    pub secret: Option<bool>,
    pub generate: Option<u32>,
}

/// All that are named so far.
#[derive(Debug, Default)]
pub(super) struct Variables {
    declared: BTreeMap<String, Declared>,
    /// Names that stand for a text, in the words of `stack`.
    bound: BTreeMap<String, String>,
    /// In the order in which they were met.
    named: Vec<String>,
    /// Those that were needed where nothing can vary.
    settled: BTreeSet<String>,
    /// Secret texts that the template tells, by the name of the secret in their place.
    told: BTreeMap<String, String>,
    pub left_out: Vec<LeftOut>,
}

impl Variables {
    /// What the template itself says of one.
    pub fn declare(&mut self, name: &str, declared: Declared) {
        self.declared.insert(name.to_owned(), declared);
    }

    /// One that stands for a text.
    pub fn bind(&mut self, name: &str, text: &str) {
        self.bound.insert(name.to_owned(), text.to_owned());
    }

    /// A variable is named in a text: what stands there for `stack`.
    pub fn named(&mut self, name: &str, default: Option<&str>, help: Option<&str>) -> String {
        if let Some(text) = self.bound.get(name) {
            return text.clone();
        }
        let declared = self.declared.entry(name.to_owned()).or_default();
        if declared.default.is_none() {
            declared.default = default.map(str::to_owned);
        }
        if declared.help.is_none() {
            declared.help = help.filter(|it| !it.trim().is_empty()).map(str::to_owned);
        }
        if !self.named.iter().any(|it| it == name) {
            self.named.push(name.to_owned());
        }
        format!("$({name})")
    }

    /// A variable is named where nothing can vary: its default, if it has one.
    pub fn settled(&mut self, place: &str, name: &str, default: Option<String>) -> Option<String> {
        if let Some(text) = self.bound.get(name).filter(|it| !it.contains("$(")) {
            return Some(text.clone());
        }
        let declared = self.declared.get(name).and_then(|it| it.default.clone());
        let value = declared.or(default)?;
        if self.settled.insert(name.to_owned()) {
            self.left_out.push(LeftOut {
                place: place.to_owned(),
                what: format!("the variable {name}"),
                why: format!("it is {value:?} now, and the field itself can be changed instead"),
            });
        }
        Some(value)
    }

    /// `${NAME:+text}`: only one of both can be carried over.
    pub fn one_way(&mut self, place: &str, name: &str) {
        self.left_out.push(LeftOut {
            place: place.to_owned(),
            what: format!("the case that {name} is empty"),
            why: "what stands there when it is set is taken always".to_owned(),
        });
    }

    /// A text of the template that is a secret by its name: what stands there for `stack`.
    pub fn tell(&mut self, name: &str, text: &str) -> String {
        if let Some(known) = self.told.get(text) {
            return format!("$({known})");
        }
        let taken =
            |it: &str, all: &Self| all.declared.contains_key(it) || all.bound.contains_key(it);
        let mut own = name.to_owned();
        let mut number = 2;
        while taken(&own, self) {
            own = format!("{name}_{number}");
            number += 1;
        }
        let help = "The template tells one to everybody, so yours is another.".to_owned();
        let declared = Declared { secret: Some(true), help: Some(help), ..Declared::default() };
        self.declared.insert(own.clone(), declared);
        self.told.insert(text.to_owned(), own.clone());
        self.named.push(own.clone());
        format!("$({own})")
    }

    /// The text, with the secrets that the template tells elsewhere taken out of it.
    pub fn hush(&self, text: &str) -> String {
        let mut hushed = text.to_owned();
        // Short ones stand in other words by chance.
        for (secret, name) in self.told.iter().filter(|(it, _)| it.len() >= 6) {
            hushed = hushed.replace(secret, &format!("$({name})"));
        }
        hushed
    }

    /// The values of `stack` that hold them, and what is asked.
    pub fn into_values(self, values: &mut Map<String, Value>) -> (Vec<Ask>, Vec<LeftOut>) {
        let Self { declared, mut left_out, named, .. } = self;
        let mut texts = Map::new();
        let (mut needed, mut other) = (Vec::new(), Vec::new());
        for name in named {
            let Declared { default, title, help, secret, generate } =
                declared.get(&name).cloned().unwrap_or_default();
            let is_secret = secret.unwrap_or_else(|| generate.is_some() || is_secret(&name));
            let is_empty = default.as_ref().is_some_and(String::is_empty);
            let mut ask =
                Ask { title: title.or_else(|| Some(spoken(&name))), help, ..Ask::default() };
            if is_secret {
                ask.pointer = pointer(&["secrets", &name]);
                ask.secret = true;
                ask.required = !is_empty;
                ask.generate = generate.or_else(|| made_up(&name)).filter(|_| !is_empty);
                if is_empty {
                    texts.insert(name.clone(), json!(""));
                } else if default.is_some() {
                    left_out.push(LeftOut {
                        place: name.clone(),
                        what: "its default".to_owned(),
                        why: "everybody who has the template knows it; it is asked for".to_owned(),
                    });
                }
            } else {
                ask.pointer = pointer(&["variables", &name]);
                ask.required = default.is_none();
                if let Some(default) = default {
                    texts.insert(name.clone(), default.into());
                }
            }
            if ask.required { needed.push(ask) } else { other.push(ask) }
        }
        if !texts.is_empty() {
            values.insert("variables".to_owned(), texts.into());
        }
        needed.extend(other);
        (needed, left_out)
    }
}

/// Whether a variable of that name holds what nobody should read.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let ends =
        ["_FILE", "_PATH", "_DIR", "_URL", "_URI", "_ID", "_USER", "_USERNAME", "_NAME", "_EXPIRY"];
    if ends.iter().any(|it| name.ends_with(it)) || name.contains("PUBLIC") {
        return false;
    }
    let words: Vec<&str> = name.split(['_', '-']).collect();
    let whole = ["PASS", "PWD", "SECRET", "TOKEN", "SALT", "APIKEY", "KEY", "CREDENTIALS"];
    name.contains("PASSWORD")
        || name.contains("PASSWD")
        || name.contains("SECRET")
        || words.iter().any(|it| whole.contains(it))
}

/// A text that can be a secret: neither a switch nor a path.
pub(super) fn could_be(text: &str) -> bool {
    let switches = ["yes", "no", "true", "false", "on", "off", "null", "none", ""];
    !switches.contains(&text.to_ascii_lowercase().as_str())
        && !text.starts_with('/')
        && !text.contains("$(")
        && text.parse::<u8>().is_err()
}

/// Keys and tokens come from elsewhere; passwords and salts are nobody's yet.
fn made_up(name: &str) -> Option<u32> {
    let name = name.to_ascii_uppercase();
    let ours = ["PASS", "PWD", "SECRET", "SALT"].iter().any(|it| name.contains(it));
    (ours && !name.contains("CLIENT") && !name.contains("SMTP")).then_some(LENGTH)
}

/// `DB_PASSWORD` as a title: `DB password`.
fn spoken(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for (at, word) in name.split(['_', '-']).filter(|it| !it.is_empty()).enumerate() {
        words.push(if at == 0 && word.len() <= 3 {
            word.to_owned()
        } else if at == 0 {
            let lower = word.to_ascii_lowercase();
            lower[..1].to_ascii_uppercase() + &lower[1..]
        } else {
            word.to_ascii_lowercase()
        });
    }
    words.join(" ")
}
