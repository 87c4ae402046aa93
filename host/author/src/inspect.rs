//! Inspect: what a component is, what it reaches for, and what it will ask whoever installs it.

use serde::Serialize;
use serde_json::Value;
use slipway_engine::{Surface, World, surface};
use slipway_model::plan::Planner;
use slipway_model::update::UpdateCheckers;

use crate::bench::Bench;
use crate::error::Error;

/// What is seen of a component.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub id: String,
    pub version: String,
    pub title: String,
    pub summary: String,
    /// With the version of the contract.
    pub world: String,
    pub digest: String,
    pub bytes: usize,
    /// What it asks for, in plain words.
    pub asks: Vec<String>,
    /// The fields of its form, or its options.
    pub fields: Vec<String>,
    /// Of a control plugin.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    pub imports: Vec<String>,
    pub exports: Vec<String>,
    /// It imports nothing of WASI: it could reach nothing even if it were let.
    pub is_pure: bool,
}

/// Looks at a component. It is compiled and asked what it is, as at an installation.
pub async fn inspect(component: Vec<u8>) -> Result<Report, Error> {
    let bytes = component.len();
    let Surface { imports, exports } = surface(&component)?;
    let bench = Bench::with(component).await?;
    let (digest, manifest) = (&bench.installed.digest, &bench.installed.manifest);
    let (title, summary, schema, operations) = match bench.installed.world {
        World::Blueprint => {
            let about = bench.engine.blueprint(digest).await?;
            (about.title, about.summary, about.values_schema, Vec::new())
        }
        World::Control => {
            let about = bench.engine.control(digest).await?;
            (about.title, about.summary, about.options_schema, about.operations)
        }
        World::UpdateChecker => {
            let about = bench.engine.update_checker(digest).await?;
            (about.title, about.summary, about.policy_schema, Vec::new())
        }
    };
    Ok(Report {
        id: manifest.id.to_string(),
        version: manifest.version.clone(),
        title,
        summary,
        world: manifest.world.clone(),
        digest: digest.to_string(),
        bytes,
        asks: manifest.wants.words(),
        fields: fields(&schema),
        operations,
        is_pure: !imports.iter().any(|it| it.starts_with("wasi:")),
        imports,
        exports,
    })
}

/// Name, type and title of each field.
fn fields(schema: &Value) -> Vec<String> {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let of = |(name, it): (&String, &Value)| {
        let (kind, title) = (text(it, "type"), text(it, "title"));
        let secret = if it["writeOnly"] == true { "secret " } else { "" };
        format!("{name} ({secret}{})  {title}", if kind.is_empty() { "any" } else { &kind })
            .trim_end()
            .to_owned()
    };
    schema["properties"].as_object().into_iter().flatten().map(of).collect()
}
