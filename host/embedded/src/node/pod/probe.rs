//! Probes: questions put to a container, really, to know whether it has started, lives, and is ready.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use k8s_openapi::api::core::v1::{Container, HTTPGetAction, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use tokio::net::TcpStream;

use super::Run;
use super::state::Place;
use crate::node::http::{Body, full};
use crate::node::server::{Leaving, Server};

/// Whom the probes are about.
#[derive(Clone)]
pub(super) struct Watching<'a> {
    pub run: &'a Run,
    pub container: &'a Container,
    pub place: Place,
    pub server: Option<Arc<Server>>,
}

/// Probes the container, and notes whether it is ready. Ends when it must be restarted, with the reason.
pub(super) async fn until_it_must_end(watching: Watching<'_>) -> String {
    let container = watching.container;
    if let Some(probe) = &container.startup_probe {
        if let Some(why) = until_started(&watching, probe).await {
            return format!("the startup probe failed: {why}");
        }
        let ready = container.readiness_probe.is_none();
        watching.note(|it| {
            it.started = true;
            it.ready = ready;
        });
    }
    let readiness = async {
        match &container.readiness_probe {
            Some(probe) => keep_ready_noted(&watching, probe).await,
            None => std::future::pending().await,
        }
    };
    let liveness = async {
        match &container.liveness_probe {
            Some(probe) => until_dead(&watching, probe).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = readiness => "its readiness is no longer watched".into(),
        why = liveness => format!("the liveness probe failed: {why}"),
    }
}

/// Nothing once it has started, the reason if it never does.
async fn until_started(watching: &Watching<'_>, probe: &Probe) -> Option<String> {
    delay(probe).await;
    let mut failures = 0;
    loop {
        match watching.ask(probe).await {
            Ok(()) => return None,
            Err(why) => {
                failures += 1;
                if failures >= threshold(probe.failure_threshold, 3) {
                    return Some(why);
                }
            }
        }
        pause(probe).await;
    }
}

async fn until_dead(watching: &Watching<'_>, probe: &Probe) -> String {
    delay(probe).await;
    let mut failures = 0;
    loop {
        match watching.ask(probe).await {
            Ok(()) => failures = 0,
            Err(why) => {
                failures += 1;
                if failures >= threshold(probe.failure_threshold, 3) {
                    return why;
                }
            }
        }
        pause(probe).await;
    }
}

async fn keep_ready_noted(watching: &Watching<'_>, probe: &Probe) {
    delay(probe).await;
    let (mut successes, mut failures) = (0, 0);
    let mut ready = false;
    loop {
        match watching.ask(probe).await {
            Ok(()) => (successes, failures) = (successes + 1, 0),
            Err(why) => {
                (successes, failures) = (0, failures + 1);
                tracing::debug!(container = watching.container.name, why, "not ready");
            }
        }
        let now = if ready {
            failures < threshold(probe.failure_threshold, 3)
        } else {
            successes >= threshold(probe.success_threshold, 1)
        };
        if now != ready {
            ready = now;
            watching.note(|it| it.ready = now);
        }
        pause(probe).await;
    }
}

impl Watching<'_> {
    fn note(&self, change: impl FnOnce(&mut super::state::Container)) {
        self.run.state.change(self.place, &self.container.name, change);
    }

    async fn ask(&self, probe: &Probe) -> Result<(), String> {
        let within = seconds(probe.timeout_seconds, 1).max(Duration::from_secs(1));
        let asked = tokio::time::timeout(within, async {
            if let Some(action) = &probe.http_get {
                self.get(action).await
            } else if let Some(action) = &probe.tcp_socket {
                self.connect(&action.port).await
            } else {
                Err("the probe asks nothing that this node knows".into())
            }
        });
        asked.await.unwrap_or_else(|_| Err(format!("no answer within {} s", within.as_secs())))
    }

    async fn get(&self, action: &HTTPGetAction) -> Result<(), String> {
        let port = self.port(&action.port)?;
        if action.scheme.as_deref() == Some("HTTPS") {
            return Err("apps on this node answer by HTTP, and the probe asks by HTTPS".into());
        }
        let server =
            self.server.as_ref().ok_or("the container is a command and answers no requests")?;
        let path = action.path.as_deref().filter(|it| !it.is_empty()).unwrap_or("/");
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let host = format!("{}:{port}", self.run.ip);
        let mut request =
            Request::get(&path).header("host", &host).header("user-agent", "kube-probe");
        for header in action.http_headers.iter().flatten() {
            request = request.header(&header.name, &header.value);
        }
        let request = request.body(full("")).map_err(|it| it.to_string())?;
        match server.answer(request).await {
            Ok(answer) => judge(answer).await,
            Err(Leaving(_)) => Err("the pod is on its way out".into()),
        }
    }

    async fn connect(&self, port: &IntOrString) -> Result<(), String> {
        let port = self.port(port)?;
        let address = SocketAddr::from((self.run.ip, port));
        TcpStream::connect(address).await.map(drop).map_err(|it| format!("{address}: {it}"))
    }

    fn port(&self, port: &IntOrString) -> Result<u16, String> {
        let number = match port {
            IntOrString::Int(number) => Some(*number),
            IntOrString::String(name) => {
                let mut ports = self.container.ports.iter().flatten();
                let named = ports.find(|it| it.name.as_ref() == Some(name));
                named.map(|it| it.container_port).or_else(|| name.parse().ok())
            }
        };
        number
            .and_then(|it| u16::try_from(it).ok())
            .ok_or_else(|| format!("the container has no port {port:?}"))
    }
}

async fn judge(answer: Response<Body>) -> Result<(), String> {
    let status = answer.status();
    // Read to its end, so that the guest is not cut off in its answer.
    let whole = http_body_util::Limited::new(answer.into_body(), 64 << 10).collect().await;
    let text = whole.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    if (200..400).contains(&status.as_u16()) {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&text);
    let first: String = text.lines().next().unwrap_or_default().chars().take(200).collect();
    Err(format!("status {}: {first}", status.as_u16()))
}

async fn delay(probe: &Probe) {
    tokio::time::sleep(seconds(probe.initial_delay_seconds, 0)).await;
}

async fn pause(probe: &Probe) {
    let pause = seconds(probe.period_seconds, 10).max(Duration::from_secs(1));
    tokio::time::sleep(pause).await;
}

fn seconds(asked: Option<i32>, otherwise: u64) -> Duration {
    Duration::from_secs(asked.and_then(|it| u64::try_from(it).ok()).unwrap_or(otherwise))
}

fn threshold(asked: Option<i32>, otherwise: i32) -> i32 {
    asked.filter(|it| *it > 0).unwrap_or(otherwise)
}
