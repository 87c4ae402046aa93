//! `slipway get WHAT`: lists.

use clap::{Args, ValueEnum};
use serde::de::DeserializeOwned;
use slipway_wire::deployment::{ClusterObject, Deployment, Event, Revision};
use slipway_wire::operation::Operation;
use slipway_wire::page::Page;

use super::client;
use crate::client::{Client, Reach};
use crate::error::Error;
use crate::output::{self, Format, Row, age, word};

#[derive(Debug, Args)]
pub struct Get {
    #[command(flatten)]
    reach: Reach,
    #[arg(value_enum)]
    what: What,
    /// Deployment; needed for all but deployments.
    name: Option<String>,
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    #[value(alias = "deployment", alias = "deploy")]
    Deployments,
    #[value(alias = "revision")]
    Revisions,
    #[value(alias = "operation")]
    Operations,
    #[value(alias = "object", alias = "pods")]
    Objects,
    #[value(alias = "event")]
    Events,
}

pub async fn get(get: Get) -> Result<(), Error> {
    let client = client(&get.reach)?;
    let below = |what: &str| {
        let name = get.name.as_deref();
        let name =
            name.ok_or_else(|| Error::Usage(format!("say whose {what}: slipway get {what} NAME")))?;
        Ok::<_, Error>(format!("{}/{what}", client.deployment(name)?))
    };
    match get.what {
        What::Deployments => {
            let found = match &get.name {
                None => {
                    let path = format!("/api/v1/projects/{}/deployments", client.project()?);
                    pages(&client, &path).await?
                }
                Some(name) => {
                    let path = client.deployment(name)?;
                    let detail: slipway_wire::deployment::DeploymentDetail =
                        client.get(&path).await?;
                    vec![detail.deployment]
                }
            };
            deployments(get.output, &found);
        }
        What::Revisions => revisions(get.output, &pages(&client, &below("revisions")?).await?),
        What::Operations => operations(get.output, &pages(&client, &below("operations")?).await?),
        What::Objects => objects(get.output, &client.get::<Vec<_>>(&below("objects")?).await?),
        What::Events => events(get.output, &client.get::<Vec<_>>(&below("events")?).await?),
    }
    Ok(())
}

async fn pages<T: DeserializeOwned>(client: &Client, path: &str) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    let mut next = format!("{path}?limit=200");
    loop {
        let page: Page<T> = client.get(&next).await?;
        all.extend(page.items);
        match page.next {
            Some(cursor) => next = format!("{path}?limit=200&cursor={cursor}"),
            None => return Ok(all),
        }
    }
}

fn deployments(format: Format, found: &[Deployment]) {
    let headings: (&[&str], &[&str]) =
        (&["NAME", "PHASE", "HEALTH", "REVISION", "AGE"], &["BLUEPRINT", "ADDRESS", "MESSAGE"]);
    output::list(format, headings, found, |it| Row {
        name: it.name.clone(),
        cells: vec![word(&it.phase), health(it), it.revision.to_string(), age(&it.created_at)],
        more: vec![
            format!("{}@{}", it.blueprint, it.blueprint_version),
            it.links.first().map(|it| it.url.clone()).unwrap_or_default(),
            it.message.clone(),
        ],
    });
}

/// What is known of an app whose cluster does not answer is old, and says so.
pub fn health(it: &Deployment) -> String {
    match &it.stale_since {
        None => word(&it.health),
        Some(since) => format!("{}, {} ago", word(&it.health), age(since)),
    }
}

fn revisions(format: Format, found: &[Revision]) {
    let headings: (&[&str], &[&str]) =
        (&["REVISION", "CURRENT", "AUTHOR", "AGE", "MESSAGE"], &["BLUEPRINT"]);
    output::list(format, headings, found, |it| Row {
        name: it.number.to_string(),
        cells: vec![
            if it.is_current { "yes" } else { "" }.to_owned(),
            it.author.clone(),
            age(&it.created_at),
            it.message.clone(),
        ],
        more: vec![format!("{}@{}", it.blueprint, it.blueprint_version)],
    });
}

fn operations(format: Format, found: &[Operation]) {
    let headings: (&[&str], &[&str]) =
        (&["OPERATION", "STATE", "REVISION", "ACTOR", "AGE", "MESSAGE"], &["ID"]);
    output::list(format, headings, found, |it| Row {
        name: it.kind.clone(),
        cells: vec![
            word(&it.state),
            it.revision.to_string(),
            it.actor.clone(),
            age(&it.started_at),
            it.message.clone(),
        ],
        more: vec![it.id.clone()],
    });
}

fn objects(format: Format, found: &[ClusterObject]) {
    let headings: (&[&str], &[&str]) = (&["OBJECT", "HEALTH", "AGE", "MESSAGE"], &["REASON"]);
    output::list(format, headings, found, |it| Row {
        name: format!("{}/{}", it.kind.to_lowercase(), it.name),
        cells: vec![word(&it.health), age(&it.created_at), it.message.clone()],
        more: vec![it.reason.clone()],
    });
}

fn events(format: Format, found: &[Event]) {
    let headings: (&[&str], &[&str]) = (&["ABOUT", "TYPE", "REASON", "AGE", "MESSAGE"], &["COUNT"]);
    output::list(format, headings, found, |it| Row {
        name: it.about.clone(),
        cells: vec![it.kind.clone(), it.reason.clone(), age(&it.at), it.message.clone()],
        more: vec![it.count.to_string()],
    });
}
