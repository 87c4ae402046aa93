//! `slipway marketplace share|subscribe …`: links of a project, and what it follows.

use clap::Args;
use slipway_wire::market::{NewShare, NewSubscription, Share as Link, Subscription};

use super::encoded;
use crate::client::Client;
use crate::error::Error;
use crate::output::{self, Format, Row, age};

#[derive(Debug, Args)]
pub struct Share {
    /// A repository of the project: shop/blueprints/greeter.
    repository: String,
    /// For how many days the link is good; until it is taken back by default.
    #[arg(long)]
    days: Option<u32>,
}

pub async fn share(client: &Client, share: Share) -> Result<(), Error> {
    let Share { repository, days } = share;
    let new = NewShare { repository, expires_in_days: days };
    let made: Link = client.post(&path(client, "shares")?, &new).await?;
    eprintln!(
        "whoever is signed in and has this link may see {} and subscribe to it; it is told once:",
        made.repository
    );
    println!("{}{}", client.url, made.path.unwrap_or_default());
    Ok(())
}

pub async fn shares(client: &Client, format: Format) -> Result<(), Error> {
    let shares: Vec<Link> = client.get(&path(client, "shares")?).await?;
    let headings: (&[&str], &[&str]) = (&["ID", "REPOSITORY", "BY", "AGE", "ENDS"], &[]);
    output::list(format, headings, &shares, |it| Row {
        name: it.id.clone(),
        cells: vec![
            it.repository.clone(),
            it.made_by.clone(),
            age(&it.made_at),
            it.expires_at.clone().unwrap_or_default(),
        ],
        more: Vec::new(),
    });
    Ok(())
}

pub async fn unshare(client: &Client, id: &str) -> Result<(), Error> {
    client.delete(&format!("{}/{id}", path(client, "shares")?)).await?;
    eprintln!("took the link {id} back; subscriptions that came by it have ended, and apps go on");
    Ok(())
}

pub async fn subscribe(client: &Client, offer: String) -> Result<(), Error> {
    let made: Subscription =
        client.put(&path(client, "subscriptions")?, &NewSubscription { offer }).await?;
    match &made.deploys_as {
        Some(name) => {
            eprintln!("{} follows {}; it deploys it as", client.project()?, made.repository);
            println!("{name}");
        }
        None => eprintln!(
            "{} follows {}; to deploy it, an admin installs it: slipway plugin install {}",
            client.project()?,
            made.repository,
            made.offer
                .and_then(|it| Some(it.releases.first()?.reference.clone()))
                .unwrap_or_default()
        ),
    }
    Ok(())
}

pub async fn unsubscribe(client: &Client, repository: &str) -> Result<(), Error> {
    let path = path(client, "subscriptions")?;
    client.delete(&format!("{path}?repository={}", encoded(repository))).await?;
    eprintln!("{} follows {repository} no more; apps that were made go on", client.project()?);
    Ok(())
}

pub async fn subscriptions(client: &Client, format: Format) -> Result<(), Error> {
    let kept: Vec<Subscription> = client.get(&path(client, "subscriptions")?).await?;
    let headings: (&[&str], &[&str]) =
        (&["REPOSITORY", "DEPLOYS AS", "NEWEST", "STATE"], &["BY", "AGE"]);
    output::list(format, headings, &kept, |it| Row {
        name: it.repository.clone(),
        cells: vec![
            it.deploys_as.clone().unwrap_or_default(),
            it.offer
                .as_ref()
                .and_then(|it| it.releases.first())
                .map(|it| it.version.clone())
                .unwrap_or_default(),
            state(it).to_owned(),
        ],
        more: vec![it.by.clone(), age(&it.since)],
    });
    Ok(())
}

fn state(subscription: &Subscription) -> &'static str {
    match subscription {
        Subscription { offer: None, .. } => "not offered any more",
        Subscription { deploys_as: None, .. } => "not installed",
        Subscription { is_behind: true, .. } => "newer version to install",
        _ => "up to date",
    }
}

fn path(client: &Client, what: &str) -> Result<String, Error> {
    Ok(format!("/api/v1/projects/{}/{what}", client.project()?))
}
