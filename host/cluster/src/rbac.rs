//! What Slipway's account must be allowed in a cluster, and nothing more: a ClusterRole without wildcards.
//!
//! The rules follow from the kinds that it works with. A cluster-wide role it is because projects, and with them
//! namespaces, come and go. Who grants a plugin a kind that is not in the table adds a rule for it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::kinds::{Use, used};
use crate::labels;

/// The ClusterRole, to be bound to the account whose kubeconfig Slipway is given.
pub fn cluster_role() -> Value {
    let made = ["get", "list", "watch", "create", "patch", "delete"];
    let seen = ["get", "list", "watch"];
    let mut rules = vec![
        // A name cannot be asked of `create`: at that moment there is none.
        rule("apiextensions.k8s.io", &["customresourcedefinitions"], &["create"]),
        json!({"apiGroups": ["apiextensions.k8s.io"], "resources": ["customresourcedefinitions"],
            "resourceNames": ["rollouts.slipway.dev"], "verbs": ["get", "update"]}),
        rule("", &["namespaces"], &["get", "list", "watch", "create", "patch", "delete"]),
        rule("", &["resourcequotas"], &["list", "watch", "create", "update"]),
        // Beside what plugins may be granted: the policy that keeps projects apart is replaced as a whole.
        rule("networking.k8s.io", &["networkpolicies"], &["update"]),
        rule("slipway.dev", &["rollouts"], &["get", "list", "watch", "create", "update", "delete"]),
        rule("slipway.dev", &["rollouts/status"], &["update"]),
        // So that objects may name a rollout as their owner, where the cluster insists on that.
        rule("slipway.dev", &["rollouts/finalizers"], &["update"]),
        rule("", &["pods/log"], &["get"]),
    ];
    rules.extend(by_group(Use::Made).map(|(group, kinds)| rule(group, &kinds, &made)));
    rules.extend(by_group(Use::Seen).map(|(group, kinds)| rule(group, &kinds, &seen)));
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "slipway", "labels": {(labels::PART_OF): "slipway"}},
        "rules": rules,
    })
}

fn by_group(wanted: Use) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (group, plural) in used(wanted) {
        groups.entry(group).or_default().push(plural);
    }
    groups.into_iter()
}

fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> Value {
    json!({"apiGroups": [group], "resources": resources, "verbs": verbs})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_no_wildcard() {
        assert!(!cluster_role().to_string().contains('*'));
    }
}
