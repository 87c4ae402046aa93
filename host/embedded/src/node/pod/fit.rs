//! What a pod asks for that this node has not: said in words, with what to do.

use k8s_openapi::api::core::v1::{Container, Pod, Probe};

/// The reason of a pod that waits for another kind of cluster.
pub(super) const REASON: &str = "NeedsContainerRuntime";

const ADVICE: &str = "This node runs WebAssembly images only. Connect a Kubernetes cluster that runs containers \
                      (`slipway cluster add --kubeconfig FILE`) and deploy the app there.";

/// The message for a pod that needs this.
pub(super) fn message(what: &str) -> String {
    format!("{what}. {ADVICE}")
}

/// The first thing in a pod that this node has not.
pub(super) fn missing(pod: &Pod) -> Option<String> {
    let spec = pod.spec.as_ref()?;
    if spec.host_network == Some(true) || spec.host_pid == Some(true) || spec.host_ipc == Some(true)
    {
        return Some("The pod asks for namespaces of the host".into());
    }
    let containers = spec.init_containers.iter().flatten().chain(&spec.containers);
    containers.into_iter().find_map(of_container)
}

fn of_container(container: &Container) -> Option<String> {
    let name = &container.name;
    if let Some(mount) = container.volume_mounts.iter().flatten().next() {
        return Some(format!(
            "Container {name} mounts the volume {}; there are no files here",
            mount.name
        ));
    }
    if container.volume_devices.as_ref().is_some_and(|it| !it.is_empty()) {
        return Some(format!("Container {name} asks for a device"));
    }
    if container.restart_policy.as_deref() == Some("Always") {
        return Some(format!("Container {name} is a sidecar"));
    }
    let probes = [&container.liveness_probe, &container.readiness_probe, &container.startup_probe];
    if probes.into_iter().flatten().any(needs_container) {
        return Some(format!("A probe of container {name} runs a command or speaks gRPC"));
    }
    None
}

fn needs_container(probe: &Probe) -> bool {
    probe.exec.is_some() || probe.grpc.is_some()
}
