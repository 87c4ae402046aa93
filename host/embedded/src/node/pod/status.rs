//! What the API is told of a pod.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{
    ContainerState, ContainerStateRunning, ContainerStateWaiting, ContainerStatus, HostIP, Pod,
    PodCondition, PodIP, PodStatus,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::api::{Patch, PatchParams};
use kube::{Api, ResourceExt as _};

use super::Run;
use super::state::{Container, Inner, Now, whole_seconds};

const FIRST_RETRY: Duration = Duration::from_millis(100);
const LAST_RETRY: Duration = Duration::from_secs(5);

/// Tells the API whenever something has changed, for ever.
pub(super) async fn keep_telling(run: Arc<Run>) {
    let mut told = run.pod.status.clone();
    loop {
        let status = now(&run);
        if told.as_ref() != Some(&status) {
            match tell_until_heard(&run).await {
                Some(heard) => told = Some(heard),
                // The pod is gone; its run will be told.
                None => return,
            }
            continue;
        }
        run.state.changed.notified().await;
    }
}

/// Tells how it ended. Once: if the API is away, the deletion that follows says enough.
pub(super) async fn tell_last(run: &Run) {
    let status = now(run);
    drop(tell(run, &status).await);
}

async fn tell_until_heard(run: &Run) -> Option<PodStatus> {
    let mut wait = FIRST_RETRY;
    loop {
        let status = now(run);
        match tell(run, &status).await {
            Ok(()) => return Some(status),
            Err(kube::Error::Api(refused)) if refused.is_not_found() => return None,
            Err(error) => {
                tracing::debug!(%error, pod = run.pod.name_any(), "its status could not be told yet");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LAST_RETRY);
            }
        }
    }
}

async fn tell(run: &Run, status: &PodStatus) -> Result<(), kube::Error> {
    let api: Api<Pod> = Api::namespaced(run.node.client.clone(), &run.name().0);
    // With the uid in it, the status cannot fall on a later pod of the same name.
    let change = serde_json::json!({ "metadata": { "uid": run.uid }, "status": status });
    let change = Patch::Merge(&change);
    api.patch_status(&run.pod.name_any(), &PatchParams::default(), &change).await.map(drop)
}

fn now(run: &Run) -> PodStatus {
    let mut inner = run.state.lock();
    let spec = run.pod.spec.clone().unwrap_or_default();
    let restart = spec.restart_policy.as_deref().unwrap_or("Always");
    let phase = phase(&inner, restart);
    let conditions = conditions(&inner, phase, &run.pod);
    inner.conditions.clone_from(&conditions);
    let image = |name: &str| {
        let mut all = spec.init_containers.iter().flatten().chain(&spec.containers);
        all.find(|it| it.name == name).and_then(|it| it.image.clone()).unwrap_or_default()
    };
    // In the order of the spec, as the kubelet does.
    let order = |name: &str| spec.containers.iter().position(|it| it.name == name);
    let mut main: Vec<_> =
        inner.main.iter().map(|(name, it)| told(name, image(name), it)).collect();
    main.sort_by_key(|it| order(&it.name));
    let init: Vec<_> = inner.init.iter().map(|(name, it)| told(name, image(name), it)).collect();
    let before = run.pod.status.as_ref();
    let started = before.and_then(|it| it.start_time.clone());
    PodStatus {
        phase: Some(phase.into()),
        conditions: Some(conditions),
        container_statuses: Some(main),
        init_container_statuses: Some(init).filter(|it| !it.is_empty()),
        host_ip: Some(run.node.host_ip.clone()),
        host_ips: Some(vec![HostIP { ip: run.node.host_ip.clone() }]),
        pod_ip: Some(run.ip.to_string()),
        pod_ips: Some(vec![PodIP { ip: run.ip.to_string() }]),
        start_time: started.or_else(|| Some(Time(whole_seconds(run.state.began)))),
        qos_class: before.and_then(|it| it.qos_class.clone()),
        observed_generation: run.pod.metadata.generation,
        ..PodStatus::default()
    }
}

fn phase(inner: &Inner, restart: &str) -> &'static str {
    let ended = |it: &Container| match &it.now {
        Now::Ended(ended) => Some(ended.exit_code),
        _ => None,
    };
    if inner.init.values().any(|it| ended(it).is_some_and(|code| code != 0)) && restart == "Never" {
        return "Failed";
    }
    if inner.init.values().any(|it| ended(it) != Some(0)) {
        return "Pending";
    }
    let codes: Vec<_> = inner.main.values().map(ended).collect();
    if !codes.is_empty()
        && codes.iter().all(Option::is_some)
        && (restart != "Always" || inner.leaving)
    {
        let well = codes.iter().all(|it| *it == Some(0));
        return if well { "Succeeded" } else { "Failed" };
    }
    let begun = |it: &Container| !matches!(it.now, Now::Waiting { .. }) || it.last.is_some();
    // The kubelet says Running only when every container has been made.
    if inner.main.values().all(begun) { "Running" } else { "Pending" }
}

fn conditions(inner: &Inner, phase: &str, pod: &Pod) -> Vec<PodCondition> {
    let names = |fits: fn(&Container) -> bool| {
        let unfit = inner.main.iter().filter(|(_, it)| !fits(it));
        unfit.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ")
    };
    let unready = names(|it| it.ready);
    let initialized =
        inner.init.values().all(|it| matches!(&it.now, Now::Ended(ended) if ended.exit_code == 0));
    let over = matches!(phase, "Succeeded" | "Failed");
    let not_ready = if over {
        Some((if phase == "Succeeded" { "PodCompleted" } else { "PodFailed" }, String::new()))
    } else {
        let message = format!("containers with unready status: [{unready}]");
        (!unready.is_empty()).then_some(("ContainersNotReady", message))
    };
    let not_initialized = (!initialized).then_some(("ContainersNotInitialized", String::new()));
    let gates = pod.spec.iter().flat_map(|it| it.readiness_gates.iter().flatten());
    let shut = gates.map(|it| it.condition_type.as_str()).find(|gate| {
        let condition = inner.conditions.iter().find(|it| it.type_ == *gate);
        condition.is_none_or(|it| it.status != "True")
    });
    let ready = not_ready.clone().or_else(|| {
        shut.map(|it| ("ReadinessGatesNotReady", format!("the readiness gate {it} is not open")))
    });
    let mut conditions = vec![
        said(inner, "PodScheduled", None),
        said(inner, "Initialized", not_initialized),
        said(inner, "ContainersReady", not_ready),
        said(inner, "Ready", ready),
    ];
    let ours = ["PodScheduled", "Initialized", "ContainersReady", "Ready"];
    let others = inner.conditions.iter().filter(|it| !ours.contains(&it.type_.as_str()));
    conditions.extend(others.cloned());
    conditions
}

fn said(inner: &Inner, kind: &str, not: Option<(&str, String)>) -> PodCondition {
    let before = inner.conditions.iter().find(|it| it.type_ == kind);
    let status = if not.is_none() { "True" } else { "False" };
    let same = before.filter(|it| it.status == status);
    let since = same.and_then(|it| it.last_transition_time.clone());
    let (reason, message) = not.map_or((None, None), |(reason, message)| {
        (Some(reason.to_owned()), Some(message).filter(|it| !it.is_empty()))
    });
    PodCondition {
        type_: kind.into(),
        status: status.into(),
        reason,
        message,
        last_transition_time: since.or_else(|| Some(Time(whole_seconds(Timestamp::now())))),
        ..PodCondition::default()
    }
}

fn told(name: &str, image: String, container: &Container) -> ContainerStatus {
    let state = match &container.now {
        Now::Waiting { reason, message } => ContainerState {
            waiting: Some(ContainerStateWaiting {
                reason: Some(reason.clone()),
                message: Some(message.clone()).filter(|it| !it.is_empty()),
            }),
            ..ContainerState::default()
        },
        Now::Running { since } => ContainerState {
            running: Some(ContainerStateRunning { started_at: Some(Time(whole_seconds(*since))) }),
            ..ContainerState::default()
        },
        Now::Ended(ended) => ended.told(),
    };
    ContainerStatus {
        name: name.into(),
        image,
        image_id: container.image_id.clone(),
        state: Some(state),
        last_state: container.last.clone(),
        ready: container.ready,
        started: Some(container.started),
        restart_count: container.restarts,
        ..ContainerStatus::default()
    }
}
