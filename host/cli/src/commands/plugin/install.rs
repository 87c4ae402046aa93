//! `slipway plugin install|accept`: shows what a plugin will be let do, asks, and installs.

use std::path::Path;

use serde_json::json;
use slipway_wire::catalogue::{Plugin, PluginPreview};

use crate::ask;
use crate::client::Client;
use crate::error::Error;
use crate::file;

const PLUGINS: &str = "/api/v1/plugins";

/// What is installed: a file, or what a registry has under a name.
enum What {
    File(Vec<u8>),
    Reference(String),
}

pub async fn install(client: &Client, what: &str, yes: bool, replace: bool) -> Result<(), Error> {
    let path = Path::new(what);
    let what = if path.is_file() || path.extension().is_some_and(|it| it == "wasm") {
        What::File(file::bytes(path)?)
    } else {
        What::Reference(what.to_owned())
    };
    if replace && matches!(what, What::Reference(_)) {
        let words = "--replace is for files: a version in a registry is one component for good";
        return Err(Error::Usage(words.into()));
    }
    let seen: PluginPreview = match &what {
        What::File(bytes) => client.upload(&format!("{PLUGINS}/preview"), bytes.clone()).await?,
        What::Reference(reference) => {
            let body = json!({ "reference": reference });
            client.post(&format!("{PLUGINS}/from-registry/preview"), &body).await?
        }
    };
    eprint!("{}", told(&seen));
    consent(yes)?;
    let installed: Plugin = match what {
        What::File(bytes) => {
            client.upload(&format!("{PLUGINS}?accepts=true&replaces={replace}"), bytes).await?
        }
        What::Reference(reference) => {
            // What was shown is what is installed, wherever the tag has moved meanwhile.
            let body = json!({ "reference": exactly(&reference, &seen), "accepts": true });
            client.post(&format!("{PLUGINS}/from-registry"), &body).await?
        }
    };
    eprintln!("installed {} {} {}", installed.kind, installed.name, installed.version);
    println!("{}", installed.digest);
    Ok(())
}

/// The tag stays in the name, so that a tag that moves later is noticed; the digest makes it exact.
fn exactly(reference: &str, seen: &PluginPreview) -> String {
    match &seen.pinned {
        Some(pinned) if !reference.contains('@') => {
            let digest = pinned.split_once('@').map_or("", |(_, it)| it);
            format!("{reference}@{digest}")
        }
        _ => reference.to_owned(),
    }
}

/// Accepts what a version that waits asks for.
pub async fn accept(client: &Client, which: &str, yes: bool) -> Result<(), Error> {
    let plugins: Vec<Plugin> = client.get(PLUGINS).await?;
    let waiting = |it: &&Plugin| !it.is_accepted && (it.name == which || it.digest == which);
    let waiting: Vec<&Plugin> = plugins.iter().filter(waiting).collect();
    let plugin = match waiting[..] {
        [plugin] => plugin,
        [] => return Err(Error::Usage(format!("no version of {which} waits to be accepted"))),
        _ => {
            let digests: Vec<&str> = waiting.iter().map(|it| it.digest.as_str()).collect();
            let words =
                format!("several versions of {which} wait; name one: {}", digests.join(", "));
            return Err(Error::Usage(words));
        }
    };
    eprint!("{} {} {} asks to\n{}", plugin.kind, plugin.name, plugin.version, lines(&plugin.may));
    consent(yes)?;
    let accepted: Plugin =
        client.post(&format!("{PLUGINS}/{}/accept", plugin.digest), &json!({})).await?;
    eprintln!(
        "accepted {} {} {}; its name stands for it now",
        accepted.kind, accepted.name, accepted.version
    );
    println!("{}", accepted.digest);
    Ok(())
}

fn consent(yes: bool) -> Result<(), Error> {
    if yes { Ok(()) } else { ask::confirm_or("Let it?", "nothing was installed") }
}

fn told(seen: &PluginPreview) -> String {
    let PluginPreview { kind, name, version, asks, more, signatures, .. } = seen;
    let signed = match signatures {
        0 => "",
        _ => ", signed",
    };
    let more = match more {
        None => String::new(),
        Some(more) if more.is_empty() => "That is no more than the version in use may do.\n".into(),
        Some(more) => format!("Beyond what the version in use may do, it asks to\n{}", lines(more)),
    };
    format!(
        "{kind} {name} {version}{signed}. In the projects that use it, it asks to\n{}{more}",
        lines(asks)
    )
}

fn lines(words: &[String]) -> String {
    let mut lines: String = words.iter().map(|it| format!("  {it}\n")).collect();
    if !words.iter().any(|it| it.starts_with("send requests")) {
        lines.push_str("It reaches no network.\n");
    }
    lines
}
