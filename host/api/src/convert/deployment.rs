//! Deployments as they stand, with their revisions.

use slipway_model::health::Health;
use slipway_model::phase::Phase;
use slipway_model::plan::Link;
use slipway_platform::{Accepted, ControlView, Detail, Known, record};
use slipway_wire as wire;

use super::operation::operation;
use super::time;

fn control(it: ControlView) -> wire::deployment::Control {
    let ControlView { plugin, version, title, options, operations } = it;
    wire::deployment::Control { plugin, version, title, options, operations }
}

fn phase(phase: Phase) -> wire::deployment::Phase {
    match phase {
        Phase::Running => wire::deployment::Phase::Running,
        Phase::Failure => wire::deployment::Phase::Failure,
        Phase::CreatePending => wire::deployment::Phase::CreatePending,
        Phase::UpdatePending => wire::deployment::Phase::UpdatePending,
        Phase::DeletePending => wire::deployment::Phase::DeletePending,
        Phase::Archived => wire::deployment::Phase::Archived,
    }
}

pub fn health(health: Health) -> wire::deployment::Health {
    match health {
        Health::Healthy => wire::deployment::Health::Healthy,
        Health::Progressing => wire::deployment::Health::Progressing,
        Health::Degraded => wire::deployment::Health::Degraded,
        Health::Suspended => wire::deployment::Health::Suspended,
        Health::Missing => wire::deployment::Health::Missing,
        Health::Unknown => wire::deployment::Health::Unknown,
    }
}

fn link(link: Link) -> wire::deployment::Link {
    wire::deployment::Link { name: link.name, url: link.url }
}

/// By which name it is deployed.
fn blueprint(it: &record::BlueprintRef) -> String {
    match &it.project {
        Some(project) => format!("{project}/{}", it.name),
        None => it.name.to_string(),
    }
}

pub fn deployment(it: record::Deployment) -> wire::deployment::Deployment {
    wire::deployment::Deployment {
        id: it.id,
        project: it.project.to_string(),
        name: it.name.to_string(),
        blueprint: blueprint(&it.blueprint),
        blueprint_version: it.blueprint.version,
        phase: phase(it.phase),
        health: health(it.health),
        message: it.message,
        revision: it.revision,
        good_revision: it.good_revision,
        links: it.links.into_iter().map(link).collect(),
        stale_since: None,
        created_at: time(it.created_unix_milliseconds),
        updated_at: time(it.updated_unix_milliseconds),
    }
}

pub fn known(it: Known) -> wire::deployment::Deployment {
    let Known { deployment: known, stale_since } = it;
    wire::deployment::Deployment { stale_since: stale_since.map(time), ..deployment(known) }
}

pub fn detail(detail: Detail) -> wire::deployment::DeploymentDetail {
    let record::Deployment { healing, course, .. } = &detail.deployment;
    let healing = wire::deployment::Healing {
        on: healing.is_on,
        after_seconds: healing.after_seconds,
        tries: course.tries,
        is_given_up: course.is_given_up(),
    };
    wire::deployment::DeploymentDetail {
        deployment: known(Known { deployment: detail.deployment, stale_since: detail.stale_since }),
        values: detail.values,
        operation: operation(detail.operation),
        replicas: detail.replicas,
        control: control(detail.control),
        healing,
        update: detail.update.map(super::update),
    }
}

pub fn accepted(accepted: Accepted) -> wire::deployment::Accepted {
    wire::deployment::Accepted {
        deployment: deployment(accepted.deployment),
        operation: operation(accepted.operation),
    }
}

pub fn revision(it: record::Revision, current: u64) -> wire::deployment::Revision {
    wire::deployment::Revision {
        is_current: it.number == current,
        number: it.number,
        blueprint: blueprint(&it.blueprint),
        blueprint_version: it.blueprint.version,
        blueprint_digest: it.blueprint.digest.to_string(),
        values: it.values,
        author: it.author.to_string(),
        message: it.message,
        created_at: time(it.created_unix_milliseconds),
    }
}
