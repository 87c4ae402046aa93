//! Hello web: a small web app with an address, as many replicas as wanted, and updates that nobody notices.

use std::collections::BTreeMap;

use slipway_sdk::prelude::*;

/// The blueprint.
#[derive(Debug)]
pub struct HelloWeb;

/// What the form asks.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Values {
    /// # Greeting
    /// What the page says.
    #[schemars(length(min = 1, max = 200))]
    greeting: String,

    /// # Access code
    /// Whoever opens the page is asked for it. Without one the page is open to everybody.
    #[schemars(length(min = 4, max = 200))]
    access_code: Option<SecretRef>,

    /// # Image
    /// The program: a WebAssembly image on the embedded cluster, a container image on others. It answers HTTP.
    #[schemars(length(min = 1, max = 500), extend("x-slipway" = {"role": "image"}))]
    image: String,

    /// # Replicas
    /// How many copies run side by side.
    #[schemars(range(min = 1, max = 20), extend("x-slipway" = {"role": "replicas"}))]
    replicas: u32,

    /// # Port
    /// Where the program listens.
    #[schemars(range(min = 1024, max = 65535), extend("x-slipway" = {"advanced": true}))]
    port: u16,

    /// # Health path
    /// A copy gets visitors while this path answers with success.
    #[schemars(regex(pattern = r"^/[^\s]*$"), extend("x-slipway" = {"advanced": true}))]
    health_path: String,

    /// # Memory
    /// What each copy may use at most.
    #[schemars(range(min = 16, max = 4096), extend("x-slipway" = {"advanced": true, "unit": "MiB"}))]
    memory_mebibytes: u32,

    /// # Environment
    /// Further variables for the program, by name.
    #[schemars(extend("x-slipway" = {"advanced": true}))]
    environment: BTreeMap<String, String>,

    /// # Secret environment
    /// Further variables whose values nobody reads back, by name.
    #[schemars(extend("x-slipway" = {"advanced": true}))]
    secret_environment: BTreeMap<String, SecretRef>,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            greeting: "Hello".into(),
            access_code: None,
            image: "slipway.local/hello-app:1.0.0".into(),
            replicas: 1,
            port: 8080,
            health_path: "/healthz".into(),
            memory_mebibytes: 128,
            environment: BTreeMap::new(),
            secret_environment: BTreeMap::new(),
        }
    }
}

impl Blueprint for HelloWeb {
    type Values = Values;

    fn about() -> About {
        About::new("Hello web", "A small web app: an address, replicas, and updates without a gap.")
            .docs(include_str!("../README.md"))
            .icon(include_str!("icon.svg"))
            .extra("categories", json!(["web", "example"]))
    }

    fn render(app: &App, values: &Values, _facts: &Facts) -> Result<Objects, Failure> {
        let mut container = Container::new("web", &values.image)
            .env("GREETING", &values.greeting)
            .env("PORT", &values.port.to_string())
            .env_from_field("POD_NAME", "metadata.name");
        if let Some(code) = &values.access_code {
            container = container.env_secret("ACCESS_CODE", code);
        }
        for (name, value) in &values.environment {
            container = container.env(checked("environment", name)?, value);
        }
        for (name, secret) in &values.secret_environment {
            if values.environment.contains_key(name) {
                return Err(twice(name));
            }
            container = container.env_secret(checked("secretEnvironment", name)?, secret);
        }
        let container = container
            .port("http", values.port)
            .ready_at(&values.health_path, "http")
            .linger_seconds(5)
            .memory(values.memory_mebibytes, values.memory_mebibytes.min(16))
            .cpu(10);
        Ok(Objects::new()
            .with(Deployment::new(&app.name, Pod::new(container)).replicas(values.replicas))
            .with(Service::new(&app.name).port(80, "http"))
            .with_some(Ingress::new(&app.name, &app.hosts, &app.name, 80)))
    }
}

/// Names that this blueprint sets itself.
const OURS: [&str; 4] = ["GREETING", "PORT", "POD_NAME", "ACCESS_CODE"];

fn field(list: &str, name: &str) -> String {
    format!("/{list}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn twice(name: &str) -> Failure {
    Failure::invalid(format!("{name} stands under Environment as well."))
        .at(&field("secretEnvironment", name))
        .hint("Take one of the two out.")
}

fn checked<'a>(list: &str, name: &'a str) -> Result<&'a str, Failure> {
    let field = field(list, name);
    if OURS.contains(&name) {
        return Err(Failure::invalid(format!("{name} is set by the blueprint itself."))
            .at(&field)
            .hint("Take it out, or change the field that it comes from."));
    }
    let first = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    let rest = name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    if first && rest {
        return Ok(name);
    }
    Err(Failure::invalid(format!("{name:?} cannot be the name of a variable."))
        .at(&field)
        .hint("Use letters, digits and '_', and begin with a letter."))
}

slipway_sdk::blueprint! {
    HelloWeb,
    kinds: ["apps/Deployment", "Service", "networking.k8s.io/Ingress"],
}

#[cfg(test)]
mod tests;
