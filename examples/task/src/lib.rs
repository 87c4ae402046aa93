//! Task: a program that runs once for each revision, and is done when it has ended well.

use std::collections::BTreeMap;

use slipway_sdk::prelude::*;

/// The blueprint.
#[derive(Debug)]
pub struct Task;

/// What a shell calls a name; the host refuses others before this is asked.
const VARIABLE: &str = "^[A-Za-z_][A-Za-z0-9_]*$";

/// What the form asks.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Values {
    /// # Image
    /// The program: a WebAssembly image on the embedded cluster, a container image on others. It ends by itself.
    #[schemars(length(min = 1, max = 500), extend("x-slipway" = {"role": "image"}))]
    image: String,

    /// # Arguments
    /// What the program is told, a word each.
    #[schemars(length(max = 100))]
    arguments: Vec<String>,

    /// # Environment
    /// Variables for the program, by name.
    #[schemars(extend("propertyNames" = {"pattern": VARIABLE}))]
    environment: BTreeMap<String, String>,

    /// # Secret environment
    /// Variables whose values nobody reads back, by name.
    #[schemars(extend("propertyNames" = {"pattern": VARIABLE}))]
    secret_environment: BTreeMap<String, SecretRef>,

    /// # Retries
    /// How often a run that failed is tried again.
    #[schemars(range(max = 10))]
    retries: u32,

    /// # Time limit
    /// A run that takes longer is ended, and has failed.
    #[schemars(range(min = 1, max = 1440), extend("x-slipway" = {"unit": "min"}))]
    minutes: u32,

    /// # Memory
    /// What it may use at most.
    #[schemars(range(min = 16, max = 65536), extend("x-slipway" = {"advanced": true, "unit": "MiB"}))]
    memory_mebibytes: u32,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            image: "slipway.local/hello-job:1.0.0".into(),
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            secret_environment: BTreeMap::new(),
            retries: 0,
            minutes: 60,
            memory_mebibytes: 256,
        }
    }
}

impl Blueprint for Task {
    type Values = Values;

    fn about() -> About {
        About::new("Task", "A program that runs once for each revision.")
            .docs(include_str!("../README.md"))
            .icon(include_str!("icon.svg"))
            .extra("categories", json!(["jobs", "example"]))
    }

    fn render(app: &App, values: &Values, _facts: &Facts) -> Result<Objects, Failure> {
        Ok(Objects::new().with(job(app, values, container(values)?)))
    }
}

fn container(values: &Values) -> Result<Container, Failure> {
    let mut container =
        Container::new("task", &values.image).env_from_field("POD_NAME", "metadata.name");
    for (name, value) in &values.environment {
        container = container.env(name, value);
    }
    for (name, secret) in &values.secret_environment {
        if values.environment.contains_key(name) {
            return Err(Failure::invalid(format!("{name} stands under Environment as well."))
                .at(&format!("/secretEnvironment/{name}"))
                .hint("Take one of the two out."));
        }
        container = container.env_secret(name, secret);
    }
    let limit = values.memory_mebibytes;
    Ok(container.memory(limit, limit.min(64)).cpu(10))
}

/// A Job cannot be changed, so each revision has one of its own name.
fn job(app: &App, values: &Values, container: Container) -> Value {
    let labels = json!({"app.kubernetes.io/name": app.name});
    // What the builders have no words for.
    let mut pod = Value::from(Pod::new(container));
    pod["restartPolicy"] = "Never".into();
    if !values.arguments.is_empty() {
        pod["containers"][0]["args"] = json!(values.arguments);
    }
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": format!("{}-{}", app.name, app.revision), "labels": labels},
        "spec": {
            "backoffLimit": values.retries,
            "activeDeadlineSeconds": values.minutes * 60,
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    })
}

slipway_sdk::blueprint! {
    Task,
    kinds: ["batch/Job"],
}

#[cfg(test)]
mod tests;
