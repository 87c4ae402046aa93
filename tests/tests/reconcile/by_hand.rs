//! A planner that answers what the values and options say.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use slipway_model::digest::Digest;
use slipway_model::grant::{Grant, KindRef};
use slipway_model::health::rules::Rules;
use slipway_model::object::{Object, ObjectRef};
use slipway_model::plan::{
    BlueprintDescription, ControlDescription, Error, Failure, Outcome, Planner, RenderInput,
    Rendered, StepInput, Stepped, Trace,
};

/// Renders the objects that the values hold, and applies them in one step.
#[derive(Debug)]
pub struct ByHand;

fn trace() -> Trace {
    let digest = Digest::of(b"by hand");
    let (plugin, input, output) = (digest.clone(), digest.clone(), digest);
    Trace { plugin, input, output, microseconds: 0, log: Vec::new() }
}

#[async_trait]
impl Planner for ByHand {
    async fn grant(&self, _: &Digest) -> Result<Grant, Error> {
        let kind = |group: &str, kind: &str| KindRef { group: group.into(), kind: kind.into() };
        let kinds = vec![
            kind("", "ConfigMap"),
            kind("", "PersistentVolumeClaim"),
            kind("apps", "Deployment"),
            kind("autoscaling", "HorizontalPodAutoscaler"),
        ];
        Ok(Grant { kinds, ..Grant::nothing() })
    }

    async fn blueprint(&self, digest: &Digest) -> Result<BlueprintDescription, Error> {
        Err(Error::NotInstalled(digest.clone()))
    }

    /// A config map is as well as it says.
    async fn health_rules(&self, _: &Digest) -> Result<Arc<Rules>, Error> {
        let broken = json!({"group": "", "kind": "ConfigMap", "when": [{"pointer": "/data/state", "equals": "broken"}],
            "health": "Degraded", "reason": "SaysSo", "message": "It says that it is {/data/state}."});
        Ok(Arc::new(Rules::read(&json!([broken])).expect("they are rules")))
    }

    async fn control(&self, digest: &Digest) -> Result<ControlDescription, Error> {
        Err(Error::NotInstalled(digest.clone()))
    }

    async fn check(&self, _: &Digest, _: RenderInput) -> Result<Vec<Failure>, Error> {
        Ok(Vec::new())
    }

    async fn render(&self, _: &Digest, input: RenderInput) -> Result<Rendered, Error> {
        let objects = input.values["objects"].as_array().expect("the test gave objects").clone();
        let objects = objects.into_iter().map(|it| Object::new(it).expect("it is one")).collect();
        Ok(Rendered { objects, trace: trace() })
    }

    async fn step(&self, _: &Digest, input: &StepInput) -> Result<Stepped, Error> {
        assert!(input.options["panics"] != true, "the options say so");
        let named = |option: &str| -> Vec<ObjectRef> {
            serde_json::from_value(input.options[option].clone()).unwrap_or_default()
        };
        let waits = input.options["waits"] == true;
        Ok(Stepped {
            keep: named("keep"),
            remove: named("remove"),
            apply: input.desired.clone(),
            memory: Value::Null,
            outcome: if waits {
                // Words that change by themselves, with the hour.
                Outcome::Wait { reason: hour(input.now_unix_milliseconds) }
            } else {
                Outcome::Done
            },
            recheck_after_milliseconds: waits.then_some(100),
            notes: Vec::new(),
            links: Vec::new(),
            trace: trace(),
        })
    }
}

/// What an operation says that waits, at a time.
pub fn hour(unix_milliseconds: u64) -> String {
    format!("hour {}", unix_milliseconds / 3_600_000)
}
