//! Rolling: applies the wanted revision and waits until all of it is healthy.
//!
//! How pods are replaced is the workload's own strategy. What an earlier revision made and this one lacks is
//! removed by the host, once a step says that it is done.

mod restart;
mod waiting;

use slipway_sdk::control::Link;
use slipway_sdk::prelude::*;

/// The control plugin.
#[derive(Debug)]
pub struct Rolling;

/// What can be set per cluster or deployment.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// # Deadline
    /// An operation has failed when the app is not healthy after this many seconds.
    #[schemars(range(min = 10, max = 86400), extend("x-slipway" = {"unit": "s"}))]
    progress_deadline_seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { progress_deadline_seconds: 600 }
    }
}

impl Control for Rolling {
    type Options = Options;

    const OPERATIONS: &'static [&'static str] =
        &["create", "update", "rollback", "restart", "heal", "restore", "archive", "cleanup"];

    fn about() -> About {
        About::new("Rolling", "Applies the new revision and waits until it is healthy.")
            .docs(include_str!("../README.md"))
    }

    fn step(step: &Step<Options>) -> Result<Decision, Failure> {
        Ok(match step.operation.as_str() {
            "archive" => Decision::done().note("Everything but volumes is removed."),
            "cleanup" => Decision::done().removing(claims(step)),
            _ => bring_live(step),
        })
    }
}

fn bring_live(step: &Step<Options>) -> Decision {
    let objects = restart::mark(step);
    waiting::decide(step).applying(objects).linking(links(step))
}

/// The volume claims that are still there.
fn claims(step: &Step<Options>) -> Vec<ObjectRef> {
    let claims = step.observed.iter().filter(|it| it.object["kind"] == "PersistentVolumeClaim");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reference = |it: &Observed| ObjectRef {
        api_version: text(&it.object["apiVersion"]),
        kind: text(&it.object["kind"]),
        name: text(&it.object["metadata"]["name"]),
    };
    claims.map(reference).collect()
}

/// An address for every host of every Ingress.
fn links(step: &Step<Options>) -> Vec<Link> {
    let ingresses = step.desired.iter().filter(|it| it["kind"] == "Ingress");
    let rules = ingresses.filter_map(|it| it["spec"]["rules"].as_array()).flatten();
    let hosts = rules.filter_map(|it| it["host"].as_str());
    hosts.map(|host| Link { name: host.to_owned(), url: step.facts.url(host) }).collect()
}

slipway_sdk::control! { Rolling }

#[cfg(test)]
mod tests;
