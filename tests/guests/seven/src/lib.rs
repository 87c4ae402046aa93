//! Seven: an app of the seven kinds that most apps have, for `cargo xtask bench reconcile`. The bare client of the
//! benchmark makes the same objects from the same file.

use slipway_sdk::prelude::*;

/// The blueprint.
#[derive(Debug)]
pub struct Seven;

/// What changes in the benchmark.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Values {
    /// Any text; it stands in the pod template.
    mark: String,
}

impl Blueprint for Seven {
    type Values = Values;

    fn about() -> About {
        About::new("Seven", "Seven objects, for measuring.")
    }

    fn render(app: &App, values: &Values, _facts: &Facts) -> Result<Objects, Failure> {
        let host = app.hosts.first().map_or("", String::as_str);
        let text = include_str!("seven.json")
            .replace("NAME", &app.name)
            .replace("MARK", &values.mark)
            .replace("HOST", host);
        let objects: Vec<Value> =
            serde_json::from_str(&text).map_err(|error| Failure::invalid(error.to_string()))?;
        Ok(objects.into_iter().fold(Objects::new(), Objects::with))
    }
}

slipway_sdk::blueprint! {
    Seven,
    kinds: [
        "ServiceAccount", "PersistentVolumeClaim", "Secret", "apps/Deployment", "Service",
        "networking.k8s.io/Ingress", "autoscaling/HorizontalPodAutoscaler",
    ],
}
