//! `slipway marketplace search|show`: what is offered.

use clap::Args;
use slipway_wire::market::{Offer, Offers, Release};

use super::{MARKETPLACE, encoded};
use crate::client::Client;
use crate::error::Error;
use crate::output::{self, Format, Row, age};

#[derive(Debug, Args)]
pub struct Search {
    /// Words that must all be in it.
    words: Vec<String>,
    #[arg(long)]
    category: Option<String>,
    /// blueprint, control or update-checker.
    #[arg(long)]
    kind: Option<String>,
    /// Name of a source; `here` is the instance's own registry.
    #[arg(long)]
    source: Option<String>,
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

#[derive(Debug, Args)]
pub struct Show {
    /// As `search` lists it: ghcr.io/team/notes.
    repository: String,
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

pub async fn search(client: &Client, search: Search) -> Result<(), Error> {
    let Search { words, category, kind, source, output } = search;
    let mut query = format!("?limit=200&q={}", encoded(&words.join(" ")));
    for (name, value) in [("category", category), ("kind", kind), ("source", source)] {
        if let Some(value) = value {
            query.push_str(&format!("&{name}={}", encoded(&value)));
        }
    }
    let found: Offers = client.get(&format!("{MARKETPLACE}/offers{query}")).await?;
    let headings: (&[&str], &[&str]) = (
        &["REPOSITORY", "KIND", "VERSION", "USED", "TITLE"],
        &["CATEGORIES", "BY", "SOURCE", "INSTALLED"],
    );
    output::list(output, headings, &found.items, |it| Row {
        name: it.repository.clone(),
        cells: vec![it.kind.clone(), newest(it), used(it).to_string(), it.title.clone()],
        more: vec![
            it.categories.join(","),
            it.shared_by.clone(),
            it.source.clone(),
            it.installed.clone().unwrap_or_default(),
        ],
    });
    let shown = found.items.len();
    if shown < found.total {
        eprintln!("{shown} of {}; say more words", found.total);
    }
    if !found.categories.is_empty() {
        let words: Vec<_> =
            found.categories.iter().map(|(it, count)| format!("{it} {count}")).collect();
        eprintln!("categories: {}", words.join(", "));
    }
    Ok(())
}

pub async fn show(client: &Client, show: Show) -> Result<(), Error> {
    let path = format!("{MARKETPLACE}/offer?repository={}", encoded(&show.repository));
    let offer: Offer = client.get(&path).await?;
    output::one(show.output, &offer, &offer.repository, || text(&offer));
    Ok(())
}

fn newest(offer: &Offer) -> String {
    offer.releases.first().map(|it| it.version.clone()).unwrap_or_default()
}

fn used(offer: &Offer) -> u64 {
    offer.used_here + offer.used_there.unwrap_or_default()
}

fn text(offer: &Offer) -> String {
    let mut lines = vec![format!("{} ({} {})", offer.title, offer.kind, offer.name)];
    let mut say = |what: &str, text: &str| {
        if !text.is_empty() {
            lines.push(format!("{what:<12}{text}"));
        }
    };
    say("", &offer.summary);
    say("Categories", &offer.categories.join(", "));
    say("Shared by", &offer.shared_by);
    say("Licence", &offer.license);
    say("Code", &offer.code);
    say("Source", &offer.source);
    say(
        "Used",
        &match offer.used_there {
            Some(there) => format!("{} here, {there} there", offer.used_here),
            None => offer.used_here.to_string(),
        },
    );
    say("Installed", offer.installed.as_deref().unwrap_or("no"));
    lines.push(String::new());
    let mut rows = vec![["VERSION", "AGE", "SIGNED", "CHANGED"].map(str::to_owned).to_vec()];
    rows.extend(offer.releases.iter().map(|it| {
        let changed = it.changelog.lines().next().unwrap_or_default().to_owned();
        let age = it.published_at.as_deref().map(age).unwrap_or_default();
        vec![it.version.clone(), age, signed(it), changed]
    }));
    lines.push(output::table(&rows));
    if let (None, Some(newest)) = (&offer.installed, offer.releases.first()) {
        lines.push(format!("To install it: slipway plugin install {}", newest.reference));
    }
    lines.join("\n") + "\n"
}

/// A signature counts only by a key that a rule names.
fn signed(release: &Release) -> String {
    match (release.signed_by.first(), release.signatures) {
        (Some(signer), _) => format!("{} ({})", signer.key, signer.trusted_for.join(", ")),
        (None, 0) => "no".into(),
        (None, _) => "by nobody known".into(),
    }
}
