//! Between the platform's words and the wire's, naming every field.

mod preset;
mod trust;
mod volume;

use jiff::Timestamp;
use serde_json::Value;
use slipway_model::access as model_access;
use slipway_model::cluster::{Contact, Event, PodUsage};
use slipway_model::diff::{FieldChange, ObjectChange};
use slipway_model::grant::Grant;
use slipway_model::health::Health;
use slipway_model::operation::OperationState;
use slipway_model::page::{Page, PageRequest};
use slipway_model::phase::Phase;
use slipway_model::plan::{Failure, Link, Observed};
use slipway_model::project::Quota;
use slipway_model::rollout::Step;
use slipway_platform::registry::{Kept, RepositoryView};
use slipway_platform::{
    Accepted, ClusterState, ControlView, Detail, Difference, InstalledPlugin, Known, LogLine,
    ProjectView, record,
};
use slipway_wire as wire;

pub use preset::{preset, preset_from};
pub use trust::{preview, rule, set_rule};
pub use volume::volume;

/// RFC 3339, in UTC.
pub fn time(unix_milliseconds: u64) -> String {
    let milliseconds = i64::try_from(unix_milliseconds).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(milliseconds).map(|it| it.to_string()).unwrap_or_default()
}

pub fn page_request(query: wire::page::PageQuery) -> PageRequest {
    PageRequest::new(query.cursor, query.limit)
}

pub fn page<T, U>(page: Page<T>, item: impl FnMut(T) -> U) -> wire::page::Page<U> {
    let page = page.map(item);
    wire::page::Page { items: page.items, next: page.next }
}

pub fn role(role: model_access::Role) -> wire::access::Role {
    match role {
        model_access::Role::Viewer => wire::access::Role::Viewer,
        model_access::Role::Deployer => wire::access::Role::Deployer,
        model_access::Role::Owner => wire::access::Role::Owner,
    }
}

pub fn role_from(role: wire::access::Role) -> model_access::Role {
    match role {
        wire::access::Role::Viewer => model_access::Role::Viewer,
        wire::access::Role::Deployer => model_access::Role::Deployer,
        wire::access::Role::Owner => model_access::Role::Owner,
    }
}

pub fn scope(scope: model_access::Scope) -> wire::access::Scope {
    match scope {
        model_access::Scope::Read => wire::access::Scope::Read,
        model_access::Scope::Deploy => wire::access::Scope::Deploy,
        model_access::Scope::Admin => wire::access::Scope::Admin,
    }
}

pub fn scope_from(scope: wire::access::Scope) -> model_access::Scope {
    match scope {
        wire::access::Scope::Read => model_access::Scope::Read,
        wire::access::Scope::Deploy => model_access::Scope::Deploy,
        wire::access::Scope::Admin => model_access::Scope::Admin,
    }
}

pub fn user(user: record::User) -> wire::access::User {
    // The hash of the password stays where it is.
    let record::User { name, password_hash: _, is_admin, created_unix_milliseconds } = user;
    wire::access::User {
        name: name.to_string(),
        is_admin,
        created_at: time(created_unix_milliseconds),
    }
}

pub fn token(token: record::ApiToken) -> wire::access::Token {
    wire::access::Token {
        name: token.name,
        scope: scope(token.scope),
        created_at: time(token.created_unix_milliseconds),
        expires_at: token.expires_unix_milliseconds.map(time),
    }
}

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

fn control(it: ControlView) -> wire::deployment::Control {
    let ControlView { plugin, version, title, options, operations } = it;
    wire::deployment::Control { plugin, version, title, options, operations }
}

fn grants(grant: &Grant) -> Vec<String> {
    let word = |it: &slipway_model::grant::KindRef| {
        if it.group.is_empty() { it.kind.clone() } else { format!("{}.{}", it.kind, it.group) }
    };
    grant.kinds.iter().map(word).collect()
}

pub fn blueprint_summary(it: record::Plugin) -> wire::catalogue::BlueprintSummary {
    wire::catalogue::BlueprintSummary {
        name: it.name.to_string(),
        title: it.title,
        summary: it.summary,
        version: it.version,
        icon: it.icon,
    }
}

pub fn blueprint(it: record::Plugin) -> wire::catalogue::Blueprint {
    wire::catalogue::Blueprint {
        grants: grants(&it.grant),
        name: it.name.to_string(),
        title: it.title,
        summary: it.summary,
        version: it.version,
        icon: it.icon,
        digest: it.digest.to_string(),
        docs: it.docs,
        schema: it.schema,
        defaults: it.defaults,
    }
}

pub fn plugin(installed: InstalledPlugin) -> wire::catalogue::Plugin {
    let InstalledPlugin { plugin, is_current, is_withdrawn, barred } = installed;
    let is_control = plugin.kind == record::PluginKind::Control;
    wire::catalogue::Plugin {
        digest: plugin.digest.to_string(),
        kind: plugin.kind.as_str().to_owned(),
        name: plugin.name.to_string(),
        version: plugin.version,
        title: plugin.title,
        summary: plugin.summary,
        options_schema: is_control.then_some(plugin.schema),
        options_defaults: is_control.then_some(plugin.defaults),
        grants: grants(&plugin.grant),
        may: plugin.grant.words(),
        is_current,
        is_withdrawn,
        is_accepted: plugin.is_accepted,
        origin: trust::origin(plugin.origin),
        barred,
        installed_by: plugin.installed_by,
        installed_at: time(plugin.installed_unix_milliseconds),
    }
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

fn health(health: Health) -> wire::deployment::Health {
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

pub fn deployment(it: record::Deployment) -> wire::deployment::Deployment {
    wire::deployment::Deployment {
        id: it.id,
        project: it.project.to_string(),
        name: it.name.to_string(),
        blueprint: it.blueprint.name.to_string(),
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
        blueprint: it.blueprint.name.to_string(),
        blueprint_version: it.blueprint.version,
        blueprint_digest: it.blueprint.digest.to_string(),
        values: it.values,
        author: it.author.to_string(),
        message: it.message,
        created_at: time(it.created_unix_milliseconds),
    }
}

fn state(state: OperationState) -> wire::operation::OperationState {
    match state {
        OperationState::Pending => wire::operation::OperationState::Pending,
        OperationState::Running => wire::operation::OperationState::Running,
        OperationState::Succeeded => wire::operation::OperationState::Succeeded,
        OperationState::Failed => wire::operation::OperationState::Failed,
        OperationState::Superseded => wire::operation::OperationState::Superseded,
    }
}

pub fn operation(it: record::Operation) -> wire::operation::Operation {
    let finished = it.finished_unix_milliseconds;
    wire::operation::Operation {
        id: it.id,
        kind: it.kind.to_string(),
        state: state(it.state),
        actor: it.actor,
        revision: it.revision,
        message: it.message,
        reason: it.reason,
        failure: it.failure.map(failure),
        started_at: time(it.started_unix_milliseconds),
        finished_at: finished.map(time),
        duration_milliseconds: finished.map(|end| end.saturating_sub(it.started_unix_milliseconds)),
        steps: it.steps.into_iter().map(step).collect(),
    }
}

fn failure(it: Failure) -> wire::operation::Failure {
    let field = it.field.map(|field| wire::problem::FieldError {
        field,
        message: it.message.clone(),
        hint: it.hint.clone(),
    });
    wire::operation::Failure { code: it.code, message: it.message, hint: it.hint, field }
}

fn step(it: Step) -> wire::operation::Step {
    wire::operation::Step {
        at: time(it.at_unix_milliseconds),
        plugin: it.plugin.to_string(),
        input: it.input.to_string(),
        output: it.output.to_string(),
        microseconds: it.microseconds,
        outcome: it.outcome,
        notes: it.notes,
    }
}

pub fn difference(difference: Difference) -> wire::deployment::Diff {
    wire::deployment::Diff {
        values: difference.values.into_iter().map(value_change).collect(),
        objects: difference.objects.into_iter().map(object_change).collect(),
    }
}

fn value_change(it: FieldChange) -> wire::deployment::ValueChange {
    wire::deployment::ValueChange { field: it.field, before: it.before, after: it.after }
}

fn object_change(it: ObjectChange) -> wire::deployment::ObjectChange {
    wire::deployment::ObjectChange {
        api_version: it.object.api_version,
        kind: it.object.kind,
        name: it.object.name,
        fate: it.fate.as_str().to_owned(),
        text: it.text,
    }
}

pub fn object(it: Observed) -> wire::deployment::ClusterObject {
    let object = it.object;
    let owner = object.at("/metadata/ownerReferences/0").map(|owner| {
        let text = |key: &str| owner[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("kind"), text("name"))
    });
    let containers = object.at("/spec/containers").filter(|_| object.kind() == "Pod");
    let names = containers
        .and_then(Value::as_array)
        .map(|it| it.iter().filter_map(|it| it["name"].as_str().map(str::to_owned)).collect());
    let statuses = object.at("/status/containerStatuses").and_then(Value::as_array);
    let restarts = statuses.map(|it| it.iter().filter_map(|it| it["restartCount"].as_u64()).sum());
    wire::deployment::ClusterObject {
        api_version: object.api_version().to_owned(),
        kind: object.kind().to_owned(),
        name: object.name().to_owned(),
        health: health(it.verdict.health),
        reason: it.verdict.reason,
        message: it.verdict.message,
        created_at: object.text("/metadata/creationTimestamp").to_owned(),
        owner,
        containers: names.unwrap_or_default(),
        restarts,
        object: object.into_json(),
    }
}

pub fn event(it: Event) -> wire::deployment::Event {
    wire::deployment::Event {
        at: it.at,
        kind: it.kind,
        reason: it.reason,
        message: it.message,
        about: it.about,
        count: it.count,
    }
}

pub fn usage(pods: Option<Vec<PodUsage>>) -> wire::deployment::Usage {
    let pod = |it: PodUsage| wire::deployment::PodUsage {
        pod: it.pod,
        cpu_millicores: it.cpu_millicores,
        memory_bytes: it.memory_bytes,
    };
    wire::deployment::Usage {
        available: pods.is_some(),
        pods: pods.unwrap_or_default().into_iter().map(pod).collect(),
    }
}

pub fn log_line(it: LogLine) -> wire::deployment::LogLine {
    wire::deployment::LogLine { pod: it.pod, at: it.at, line: it.line }
}
