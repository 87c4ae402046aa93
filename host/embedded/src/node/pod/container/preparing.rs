//! What a container needs before it can run: its image, its environment, its limits.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use k8s_openapi::api::core::v1::Container;
use kube::ResourceExt as _;
use slipway_model::quantity::Quantity;
use slipway_registry::remote;

use super::super::environment::{self, expand};
use super::super::state::Place;
use super::super::{Run, fit};
use crate::node::image::{self, Policy};
use crate::node::log::{self, Log};
use crate::node::meter::Meter;
use crate::node::outgoing::{self, Allowed, Outgoing};
use crate::node::program::{Program, Setting};

/// What a container may use if it does not say.
const MEMORY_BYTES: usize = 128 << 20;

/// A container that is ready to run.
pub(super) struct Prepared {
    pub program: Arc<Program>,
    pub setting: Arc<Setting>,
    pub image_id: String,
}

/// Why it is not ready, in the words of Kubernetes.
pub(super) struct NotYet {
    pub reason: &'static str,
    /// The reason while waiting for another try.
    pub later: &'static str,
    pub message: String,
    pub retry: Option<Retry>,
}

#[derive(Clone, Copy)]
pub(super) enum Retry {
    /// What is missing may come any moment.
    Soon,
    /// With more and more time in between.
    Later,
}

pub(super) async fn prepare(
    run: &Run,
    container: &Container,
    place: Place,
) -> Result<Prepared, NotYet> {
    let image = container.image.clone().unwrap_or_default();
    let policy = Policy::of(container.image_pull_policy.as_deref(), &image);
    let loaded = run.node.images.load(&image, policy).await.map_err(|it| no_image(&it))?;
    let env =
        environment::of(run, container).await.map_err(|error| config_error(described(&error)))?;
    let memory = memory_limit(container).map_err(config_error)?;
    let outgoing = outgoing(run).map_err(config_error)?;
    let words = container.command.iter().flatten().chain(container.args.iter().flatten());
    let mut args: Vec<_> = words.map(|it| expand(it, &env)).collect();
    if container.command.as_ref().is_none_or(Vec::is_empty) {
        // A component has no entry point with a name: programs still expect one in front.
        args.insert(0, container.name.clone());
    }
    let restarts = {
        let inner = run.state.lock();
        let containers = if place == Place::Init { &inner.init } else { &inner.main };
        containers.get(&container.name).map_or(0, |it| it.restarts)
    };
    remove_old_logs(run, container, restarts).await;
    let setting = Setting {
        env,
        args,
        log: Log::open(log::file(&run.folder(), &container.name, restarts)),
        meter: Arc::new(Meter::new(memory)),
        ticker: run.node.images.ticker(),
        outgoing,
        starved: AtomicBool::new(false),
    };
    let name = image.split('@').next().unwrap_or(&image);
    let image_id = format!("{name}@{}", loaded.digest);
    Ok(Prepared { program: loaded.program, setting: Arc::new(setting), image_id })
}

/// Nobody can ask for the log of a run before the previous one: kept, they would fill the disk for a container that
/// keeps failing.
async fn remove_old_logs(run: &Run, container: &Container, restarts: i32) {
    let (folder, name) = (run.folder(), container.name.clone());
    let work = move || log::remove_before(&folder, &name, restarts - 1);
    let removed = tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other);
    if let Err(error) = removed.and_then(|it| it) {
        let pod = run.pod.name_any();
        tracing::warn!(pod, container = container.name, %error, "old logs could not be removed");
    }
}

/// The ports that a container names, where it is reached by TCP.
pub(super) fn ports(container: &Container) -> Vec<u16> {
    let ports = container.ports.iter().flatten();
    let tcp = ports.filter(|it| it.protocol.as_deref().is_none_or(|it| it == "TCP"));
    tcp.filter_map(|it| u16::try_from(it.container_port).ok()).collect()
}

fn no_image(error: &image::Error) -> NotYet {
    if let image::Error::Pull(remote::Error::NotWasm { reference, refusal }) = error {
        let message = fit::message(&format!("{reference}: {refusal}"));
        return NotYet { reason: fit::REASON, later: fit::REASON, message, retry: None };
    }
    let message = described(error);
    let retry = Some(Retry::Later);
    match error {
        image::Error::Pull(remote::Error::Reference { .. }) => {
            NotYet { reason: "InvalidImageName", later: "InvalidImageName", message, retry: None }
        }
        image::Error::Absent(_) => {
            NotYet { reason: "ErrImageNeverPull", later: "ErrImageNeverPull", message, retry }
        }
        image::Error::Program { .. } => NotYet {
            reason: "CreateContainerError",
            later: "CreateContainerError",
            message,
            retry: None,
        },
        image::Error::Pull(_) | image::Error::Spoiled(_) | image::Error::Disk { .. } => {
            NotYet { reason: "ErrImagePull", later: "ImagePullBackOff", message, retry }
        }
    }
}

fn config_error(message: String) -> NotYet {
    let reason = "CreateContainerConfigError";
    NotYet { reason, later: reason, message, retry: Some(Retry::Soon) }
}

/// The error with its causes: this text is read by a person, and nothing else will tell why.
fn described(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        text.push_str(": ");
        text.push_str(&it.to_string());
        cause = it.source();
    }
    text
}

fn outgoing(run: &Run) -> Result<Outgoing, String> {
    let Some(text) = run.pod.annotations().get(outgoing::ANNOTATION) else {
        return Ok(Outgoing::default());
    };
    let allowed = Allowed::parse(text)
        .map_err(|error| format!("the annotation {}: {error}", outgoing::ANNOTATION))?;
    Outgoing::to(allowed).map_err(|error| error.source().unwrap_or(&error).to_string())
}

fn memory_limit(container: &Container) -> Result<usize, String> {
    let limits = container.resources.as_ref().and_then(|it| it.limits.as_ref());
    match limits.and_then(|it| it.get("memory")) {
        None => Ok(MEMORY_BYTES),
        Some(amount) => {
            let bytes = amount.0.parse::<Quantity>().ok().map(Quantity::ceil);
            bytes
                .and_then(|it| usize::try_from(it).ok())
                .ok_or_else(|| format!("the memory limit {:?} is no quantity of bytes", amount.0))
        }
    }
}
