//! Where things run: projects with their members and repositories, and clusters.

use slipway_model::cluster::Contact;
use slipway_model::project::Quota;
use slipway_platform::registry::{Kept, RepositoryView};
use slipway_platform::{ClusterState, ProjectView, record};
use slipway_wire as wire;

use super::access::role;
use super::time;

pub fn project(view: ProjectView) -> wire::project::Project {
    wire::project::Project {
        name: view.project.name.to_string(),
        cluster: view.project.cluster.to_string(),
        role: role(view.role),
        created_at: time(view.project.created_unix_milliseconds),
        deployments: view.deployments,
        quota: quota(view.project.quota, view.project.registry_mebibytes),
    }
}

fn quota(it: Quota, registry_mebibytes: Option<u32>) -> wire::project::Quota {
    let Quota { pods, volume_claims, cpu_millicores, memory_mebibytes, storage_gibibytes } = it;
    wire::project::Quota {
        pods,
        volume_claims,
        cpu_millicores,
        memory_mebibytes,
        storage_gibibytes,
        registry_mebibytes,
    }
}

pub fn quota_from(it: wire::project::Quota) -> Quota {
    Quota {
        pods: it.pods,
        volume_claims: it.volume_claims,
        cpu_millicores: it.cpu_millicores,
        memory_mebibytes: it.memory_mebibytes,
        storage_gibibytes: it.storage_gibibytes,
    }
}

pub fn repository(it: RepositoryView) -> wire::project::Repository {
    let RepositoryView { name, is_public } = it;
    wire::project::Repository { name, is_public }
}

pub fn repositories(it: Kept) -> wire::project::Repositories {
    let Kept { repositories, used_bytes, quota_bytes } = it;
    let items = repositories.into_iter().map(repository).collect();
    wire::project::Repositories { items, used_bytes, quota_bytes }
}

pub fn member(member: record::Membership) -> wire::project::Member {
    wire::project::Member { user: member.user.to_string(), role: role(member.role) }
}

const LOST_HINT: &str = "Its apps go on, and what is asked meanwhile is told to it when it is back. See whether its API \
                         server runs, and whether this host still reaches the address in the kubeconfig.";
const EMBEDDED_HINT: &str =
    "It runs in this host, which was started with --no-embedded, or is just starting.";

pub fn cluster(state: ClusterState) -> wire::project::Cluster {
    let kind = match state.record.kind {
        record::ClusterKind::Embedded => "embedded",
        record::ClusterKind::Kubeconfig => "kubeconfig",
    };
    let hint = match (&state.contact, &state.record.kind) {
        (Contact::Held, _) => None,
        (Contact::Taken { .. }, _) => Some(format!(
            "Nothing is changed there from here any more. `slipway cluster take-over {}` takes it back.",
            state.record.name
        )),
        (Contact::Lost { .. }, record::ClusterKind::Embedded) => Some(EMBEDDED_HINT.to_owned()),
        (Contact::Lost { .. }, record::ClusterKind::Kubeconfig) => Some(LOST_HINT.to_owned()),
    };
    wire::project::Cluster {
        name: state.record.name.to_string(),
        kind: kind.to_owned(),
        base_domain: state.record.base_domain,
        is_connected: state.contact == Contact::Held,
        lost_since: state.contact.lost_since().map(time),
        message: match state.contact {
            Contact::Held => None,
            Contact::Lost { reason, .. } => Some(reason),
            Contact::Taken { by, .. } => Some(format!("another Slipway ({by}) works with it")),
        },
        hint,
        kubernetes_version: state.version,
        control: state.record.control.map(chosen),
    }
}

fn chosen(it: record::ControlChoice) -> wire::deployment::ControlChoice {
    wire::deployment::ControlChoice { plugin: it.plugin, options: it.options }
}

pub fn choice(it: wire::deployment::ControlChoice) -> record::ControlChoice {
    record::ControlChoice { plugin: it.plugin, options: it.options }
}
