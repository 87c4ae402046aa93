//! Health of one Kubernetes object, in Argo CD's words, each with the rule that decided.
//!
//! Pure: one object and the time in, one verdict out. The rules are Argo CD's (`gitops-engine/pkg/health` and
//! `resource_customizations` of argo-cd at 37ee009; each function names its source), except where its users asked
//! for more; there the function says what differs and why. They decide in this order: deletion, the rule of a built-in
//! kind, the [rules] that a blueprint brings, kstatus.
//!
//! A message never counts time that runs on ("for 12 minutes"): it is written into statuses, and an object to which
//! nothing happens must get the same verdict again.

mod argo;
mod batch;
mod cert_manager;
mod condition;
mod deadline;
mod gateway;
mod kstatus;
mod network;
mod platform;
mod pod;
pub mod rules;
mod scaling;
mod seen;
mod slipway;
mod storage;
mod workload;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::rules::Rules;
use self::seen::Seen;
use crate::object::Object;

/// Argo CD's six words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Health {
    /// It is as it was asked for.
    Healthy,
    /// It was told to stand still.
    Suspended,
    /// It is on its way.
    Progressing,
    /// It does not exist.
    Missing,
    /// It does not get there by itself.
    Degraded,
    /// It cannot be judged.
    Unknown,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A word, the rule that decided it, and the same for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub health: Health,
    /// `CamelCase` name of the rule.
    pub reason: String,
    /// For somebody who does not know Kubernetes.
    pub message: String,
}

impl Verdict {
    /// A verdict from its three parts.
    pub fn new(health: Health, reason: &str, message: impl Into<String>) -> Self {
        Self { health, reason: reason.to_owned(), message: message.into() }
    }

    /// The object does not exist.
    pub fn missing() -> Self {
        Self::new(Health::Missing, "NotFound", "It does not exist in the cluster yet.")
    }

    fn healthy(reason: &str, message: impl Into<String>) -> Self {
        Self::new(Health::Healthy, reason, message)
    }

    fn progressing(reason: &str, message: impl Into<String>) -> Self {
        Self::new(Health::Progressing, reason, message)
    }

    fn degraded(reason: &str, message: impl Into<String>) -> Self {
        Self::new(Health::Degraded, reason, message)
    }

    fn suspended(reason: &str, message: impl Into<String>) -> Self {
        Self::new(Health::Suspended, reason, message)
    }

    fn unknown(reason: &str, message: impl Into<String>) -> Self {
        Self::new(Health::Unknown, reason, message)
    }

    /// The controller of the kind has not looked at the current spec.
    fn not_observed() -> Self {
        Self::progressing("NotObserved", "The cluster has not taken up the latest change yet.")
    }
}

/// The verdict on one object as the cluster shows it, at a time.
pub fn assess_at(object: &Object, now_unix_milliseconds: u64) -> Verdict {
    assess_with(object, &Rules::default(), now_unix_milliseconds)
}

/// The same, with a blueprint's rules for its own kinds.
pub fn assess_with(object: &Object, rules: &Rules, now_unix_milliseconds: u64) -> Verdict {
    let seen = Seen::at(object, now_unix_milliseconds);
    if let Some(terminating) = kstatus::terminating(&seen) {
        return terminating;
    }
    if let Some(rule) = built_in(object.group(), object.kind()) {
        return rule(&seen);
    }
    if seen.is_unobserved() {
        return Verdict::not_observed();
    }
    rules.judge(&seen).unwrap_or_else(|| kstatus::by_conditions(&seen))
}

type Rule = fn(&Seen<'_>) -> Verdict;

/// The host's own rule for a kind, in any of its versions.
fn built_in(group: &str, kind: &str) -> Option<Rule> {
    Some(match (group, kind) {
        ("apps", "Deployment") => workload::deployment,
        ("apps", "StatefulSet") => workload::stateful_set,
        ("apps", "DaemonSet") => workload::daemon_set,
        ("apps", "ReplicaSet") => workload::replica_set,
        ("", "Pod") => pod::pod,
        ("batch", "Job") => batch::job,
        ("batch", "CronJob") => batch::cron_job,
        ("", "PersistentVolumeClaim") => storage::claim,
        ("", "Service") => network::service,
        ("networking.k8s.io" | "extensions", "Ingress") => network::ingress,
        ("autoscaling", "HorizontalPodAutoscaler") => scaling::autoscaler,
        ("policy", "PodDisruptionBudget") => scaling::disruption_budget,
        ("apiregistration.k8s.io", "APIService") => platform::api_service,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => platform::definition,
        ("gateway.networking.k8s.io", "GatewayClass") => gateway::class,
        ("gateway.networking.k8s.io", "Gateway") => gateway::gateway,
        ("gateway.networking.k8s.io", "BackendTLSPolicy") => gateway::policy,
        ("gateway.networking.k8s.io", kind) if kind.ends_with("Route") => gateway::route,
        ("cert-manager.io", "Certificate") => cert_manager::certificate,
        ("cert-manager.io", "Issuer" | "ClusterIssuer") => cert_manager::issuer,
        ("argoproj.io", "Rollout") => argo::rollout,
        ("argoproj.io", "AnalysisRun" | "Experiment" | "Workflow") => argo::run,
        ("slipway.dev", "Rollout") => slipway::rollout,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
