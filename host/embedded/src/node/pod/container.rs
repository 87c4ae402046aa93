//! The life of a container: its image, its runs, and what happens between them.

mod command;
mod preparing;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Container;
use tokio::task::JoinSet;

use super::backoff::Backoff;
use super::state::{Ended, Now, Place};
use super::{Run, fit, listen, probe};
use crate::node::program::Program;
use crate::node::server::Server;
use crate::node::table::Entry;
use preparing::{NotYet, Prepared};

/// When a container that ended is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Restart {
    Always,
    OnFailure,
    Never,
}

/// Runs the containers of a pod: those that initialize one after another, then the others side by side.
pub(super) async fn run_all(run: Arc<Run>) {
    let spec = run.pod.spec.clone().unwrap_or_default();
    if let Some(what) = fit::missing(&run.pod) {
        let message = fit::message(&what);
        for container in &spec.containers {
            run.state.wait_for(Place::Main, &container.name, fit::REASON, &message);
        }
        return run.end.cancelled().await;
    }
    let restart = match spec.restart_policy.as_deref() {
        Some("Never") => Restart::Never,
        Some("OnFailure") => Restart::OnFailure,
        _ => Restart::Always,
    };
    for container in spec.init_containers.iter().flatten() {
        let for_init = if restart == Restart::Never { Restart::Never } else { Restart::OnFailure };
        for waiting in &spec.containers {
            run.state.wait_for(Place::Main, &waiting.name, "PodInitializing", "");
        }
        if live(&run, container, Place::Init, for_init).await != Some(0) {
            return run.end.cancelled().await;
        }
    }
    let mut containers = JoinSet::new();
    for container in spec.containers {
        let run = run.clone();
        containers.spawn(async move { live(&run, &container, Place::Main, restart).await });
    }
    while containers.join_next().await.is_some() {}
}

/// Runs one container until it has ended for good; answers with its exit code, or nothing if it was told to end.
async fn live(run: &Run, container: &Container, place: Place, restart: Restart) -> Option<i32> {
    let mut backoff = Backoff::default();
    loop {
        let prepared = tokio::select! {
            prepared = prepare(run, container, place) => prepared,
            () = run.end.cancelled() => return None,
        };
        let began = Instant::now();
        let ended = one_run(run, container, place, prepared).await;
        let code = ended.exit_code;
        let ran = began.elapsed();
        let again = match restart {
            Restart::Always => true,
            Restart::OnFailure => code != 0,
            Restart::Never => false,
        };
        let over = run.end.is_cancelled();
        run.state.change(place, &container.name, |it| {
            it.ready = place == Place::Init && code == 0;
            it.started = false;
            it.server = None;
            if again && !over {
                it.last = Some(ended.told());
                it.restarts += 1;
            }
            it.now = Now::Ended(ended);
        });
        if over {
            return None;
        }
        if !again {
            return Some(code);
        }
        let wait = backoff.restart(ran);
        if !wait.is_zero() {
            let message = format!(
                "back-off {}s restarting failed container {}; it ended with status {code}",
                wait.as_secs(),
                container.name
            );
            run.state.wait_for(place, &container.name, "CrashLoopBackOff", &message);
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = run.end.cancelled() => return None,
        }
    }
}

/// Gets everything ready, however often that must be tried.
async fn prepare(run: &Run, container: &Container, place: Place) -> Prepared {
    let mut backoff = Backoff::default();
    loop {
        let not_yet = match preparing::prepare(run, container, place).await {
            Ok(prepared) => return prepared,
            Err(not_yet) => not_yet,
        };
        let NotYet { reason, later, message, retry } = not_yet;
        run.state.wait_for(place, &container.name, reason, &message);
        match retry {
            // Nothing that happens here can help.
            None => std::future::pending::<()>().await,
            Some(preparing::Retry::Soon) => tokio::time::sleep(Duration::from_secs(2)).await,
            Some(preparing::Retry::Later) => {
                // A moment for the reason itself to be seen, then the word for waiting.
                tokio::time::sleep(Duration::from_secs(1)).await;
                run.state.wait_for(place, &container.name, later, &message);
                tokio::time::sleep(backoff.failed()).await;
            }
        }
    }
}

async fn one_run(run: &Run, container: &Container, place: Place, prepared: Prepared) -> Ended {
    let started = Timestamp::now();
    let (code, reason, message) = match &*prepared.program {
        Program::Command(_) => {
            running(run, container, place, &prepared, None, started);
            let probes = probe::Watching { run, container, place, server: None };
            tokio::select! {
                ended = command::run(&prepared) => ended,
                why = probe::until_it_must_end(probes) => (137, "Error", why),
                () = run.end.cancelled() => (137, "Error", "the pod was told to end".into()),
            }
        }
        Program::Server(_) if place == Place::Init => {
            (1, "Error", "a server cannot initialize a pod: it never ends".into())
        }
        Program::Server(_) => serve(run, container, &prepared, started).await,
    };
    Ended { exit_code: code, reason, message, started, finished: Timestamp::now() }
}

async fn serve(
    run: &Run,
    container: &Container,
    prepared: &Prepared,
    started: Timestamp,
) -> (i32, &'static str, String) {
    let server = Server::new(prepared.program.clone(), prepared.setting.clone());
    let Some(server) = server.map(Arc::new) else {
        return (1, "Error", "the program is no server".into());
    };
    let ports = preparing::ports(container);
    let entry =
        Entry { container: container.name.clone(), ports: ports.clone(), server: server.clone() };
    run.node.table.put(run.ip, entry);
    let closed = run.end.child_token();
    listen::at(run.ip, &ports, &server, &prepared.setting.log, &closed);
    running(run, container, Place::Main, prepared, Some(server.clone()), started);
    let probes =
        probe::Watching { run, container, place: Place::Main, server: Some(server.clone()) };
    let ended = tokio::select! {
        why = probe::until_it_must_end(probes) => (137, "Error", why),
        () = run.end.cancelled() => (0, "Completed", String::new()),
    };
    run.node.table.remove(run.ip, &container.name);
    closed.cancel();
    server.end();
    ended
}

fn running(
    run: &Run,
    container: &Container,
    place: Place,
    prepared: &Prepared,
    server: Option<Arc<Server>>,
    since: Timestamp,
) {
    run.state.change(place, &container.name, |it| {
        it.now = Now::Running { since };
        it.log = Some(prepared.setting.log.clone());
        it.meter = Some(prepared.setting.meter.clone());
        it.image_id.clone_from(&prepared.image_id);
        it.server = server;
        it.started = container.startup_probe.is_none();
        it.ready = it.started && container.readiness_probe.is_none();
    });
}
