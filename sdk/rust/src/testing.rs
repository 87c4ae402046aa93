//! For a plugin's own tests: the inputs that the host would give, with nothing special about them.

#[cfg(not(target_family = "wasm"))]
pub(crate) mod registry;

use serde_json::{Value, json};

#[cfg(not(target_family = "wasm"))]
pub use registry::{Registry, with_registry};

use crate::control::{Observed, Step};
use crate::facts::Facts;
use crate::update::Subject;
use crate::{App, Health, SecretRef};

/// An app named `web` of the project `shop`, answering at `web.shop.localhost`.
pub fn app() -> App {
    App {
        project: "shop".into(),
        name: "web".into(),
        namespace: "shop".into(),
        hosts: vec!["web.shop.localhost".into()],
        revision: 1,
    }
}

/// What the embedded cluster tells.
pub fn facts() -> Facts {
    Facts::new(json!({"runtime": "wasm", "ingressPort": 8080}))
}

/// A secret of the form of that app, as its first revision set it.
pub fn secret(field: &str) -> SecretRef {
    SecretRef::new("web.secrets.slipway.dev", &format!("{field}.1"))
}

/// The first step of an operation, with nothing in the cluster yet.
pub fn step<O: Default>(operation: &str, desired: Vec<Value>) -> Step<O> {
    Step {
        operation: operation.to_owned(),
        operation_id: "op-1".into(),
        arguments: json!({}),
        options: O::default(),
        app: app(),
        desired,
        previous: Vec::new(),
        observed: Vec::new(),
        facts: facts(),
        memory: Value::Null,
        now_unix_milliseconds: 1_000_000,
        started_unix_milliseconds: 1_000_000,
        attempt: 0,
    }
}

/// The object as the cluster would show it.
pub fn observed(object: &Value, health: Health, reason: &str) -> Observed {
    Observed {
        object: object.clone(),
        health,
        reason: reason.to_owned(),
        message: format!("It is {reason}."),
    }
}

/// An image that may be updated, with nothing skipped.
pub fn subject(current: &str) -> Subject {
    Subject {
        kind: "image".into(),
        current: current.to_owned(),
        current_digest: None,
        skipped: Vec::new(),
        now_unix_milliseconds: 1_000_000,
    }
}
