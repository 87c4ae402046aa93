//! Namespaces: a label with their own name, and the finalizer that waits for their content.

use serde_json::{Value, json};

use super::{Rules, fill};
use crate::meta;

/// The rules for namespaces.
pub(crate) const NAMESPACE: Rules =
    Rules { defaults, first: |_| Some(json!({"phase": "Active"})), check: |_, _, _| () };

fn defaults(namespace: &mut Value) {
    let name = meta::name(namespace).to_owned();
    if !name.is_empty() {
        fill(&mut namespace["metadata"], "labels", json!({}));
        namespace["metadata"]["labels"]["kubernetes.io/metadata.name"] = json!(name);
    }
    if !meta::is_deleting(namespace) {
        fill(namespace, "spec", json!({}));
        fill(&mut namespace["spec"], "finalizers", json!(["kubernetes"]));
    }
}
