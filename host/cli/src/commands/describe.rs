//! `slipway describe NAME`: everything about a deployment.

use clap::Args;
use slipway_wire::deployment::{ClusterObject, DeploymentDetail, Event, Healing, Link, Usage};
use slipway_wire::operation::Operation;

use super::{client, values};
use crate::client::Reach;
use crate::error::Error;
use crate::output::{self, Format, age, table, word};

#[derive(Debug, Args)]
pub struct Describe {
    #[command(flatten)]
    reach: Reach,
    /// Name of the deployment.
    name: String,
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,
}

pub async fn describe(describe: Describe) -> Result<(), Error> {
    let client = client(&describe.reach)?;
    let path = client.deployment(&describe.name)?;
    let detail: DeploymentDetail = client.get(&path).await?;
    if !matches!(describe.output, Format::Table | Format::Wide) {
        output::one(describe.output, &detail, &describe.name, String::new);
        return Ok(());
    }
    print!("{}", head(&detail));
    // The cluster may be away; what the store knows is shown all the same.
    if let Ok(objects) = client.get::<Vec<ClusterObject>>(&format!("{path}/objects")).await {
        let usage = client.get::<Usage>(&format!("{path}/usage")).await.ok();
        print!("\nObjects:\n{}", objects_table(&objects, usage.as_ref()));
    }
    print!("\nOperation:\n{}", operation(&detail.operation));
    if let Ok(events) = client.get::<Vec<Event>>(&format!("{path}/events")).await {
        print!("\nEvents:\n{}", events_table(&events));
    }
    Ok(())
}

fn head(detail: &DeploymentDetail) -> String {
    let it = &detail.deployment;
    let mut lines = vec![
        pair("Name", &format!("{}/{}", it.project, it.name)),
        pair("Blueprint", &format!("{} {}", it.blueprint, it.blueprint_version)),
        pair("Control", &format!("{} {}", detail.control.plugin, detail.control.version)),
        pair("Healing", &healing(&detail.healing)),
        pair("Phase", &word(&it.phase)),
        pair("Health", &format!("{}: {}", word(&it.health), it.message)),
        pair("Revision", &it.revision.to_string()),
    ];
    if let Some(update) = &detail.update {
        let news = update.changelog.lines().next().unwrap_or_default();
        let how = format!("slipway update {} --upgrade-blueprint", it.name);
        lines.push(pair("Update", &format!("{} {news} ({how})", update.version)));
    }
    if let Some(since) = &it.stale_since {
        let age = age(since);
        let words = format!("its cluster has not answered for {age}: this is what was known then");
        lines.push(pair("Stale", &words));
    }
    lines.extend(it.links.iter().map(|link| pair(address(link), &link.url)));
    let each = detail.values.as_object().into_iter().flatten();
    lines.extend(each.map(|(name, value)| pair(&format!("Value {name}"), &values::shown(value))));
    table(&lines)
}

fn healing(it: &Healing) -> String {
    match it {
        Healing { on: false, .. } => "off".to_owned(),
        Healing { is_given_up: true, tries, .. } => {
            format!("gave up after {tries} tries; what happens next is up to you")
        }
        Healing { after_seconds, tries: 0, .. } => format!("after {after_seconds} s"),
        Healing { after_seconds, tries, .. } => format!("after {after_seconds} s; {tries} tried"),
    }
}

/// A preview's link is named as such; others bear their host's name, which the URL says already.
fn address(link: &Link) -> &'static str {
    if link.name.starts_with("Preview") { "Preview" } else { "Address" }
}

fn pair(name: &str, value: &str) -> Vec<String> {
    vec![format!("{name}:"), value.to_owned()]
}

fn objects_table(objects: &[ClusterObject], usage: Option<&Usage>) -> String {
    let row = |it: &ClusterObject| {
        let used = usage.and_then(|usage| usage.pods.iter().find(|pod| pod.pod == it.name));
        let used = used
            .filter(|_| it.kind == "Pod")
            .map(|it| format!("{}m CPU, {} MiB", it.cpu_millicores, it.memory_bytes / (1 << 20)));
        vec![
            format!("  {}/{}", it.kind.to_lowercase(), it.name),
            word(&it.health),
            it.message.clone(),
            used.unwrap_or_default(),
        ]
    };
    table(&objects.iter().map(row).collect::<Vec<_>>())
}

fn operation(it: &Operation) -> String {
    let mut text = format!(
        "  {} by {}, {} ago: {} ({})\n",
        it.kind,
        it.actor,
        age(&it.started_at),
        word(&it.state),
        it.message
    );
    if !it.reason.is_empty() {
        text.push_str(&format!("  why: {}\n", it.reason));
    }
    for step in &it.steps {
        for note in &step.notes {
            text.push_str(&format!("  {}  {note}\n", step.at));
        }
    }
    if let Some(hint) = it.failure.as_ref().and_then(|it| it.hint.as_ref()) {
        text.push_str(&format!("  hint: {hint}\n"));
    }
    text
}

fn events_table(events: &[Event]) -> String {
    let row = |it: &Event| {
        vec![
            format!("  {}", age(&it.at)),
            it.kind.clone(),
            it.reason.clone(),
            it.about.clone(),
            it.message.clone(),
        ]
    };
    table(&events.iter().take(20).map(row).collect::<Vec<_>>())
}
