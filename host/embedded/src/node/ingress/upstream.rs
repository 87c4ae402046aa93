//! From a service to a pod that answers.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{HeaderValue, Request, Response, StatusCode, header};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::ResourceExt as _;

use super::Way;
use super::rules::{Backend, Port};
use crate::node::http::{Body, words};
use crate::node::server::Leaving;

/// How long a request waits for endpoints to settle, when all that are known are on their way out.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn send(way: &Way, backend: &Backend, request: Request<Body>) -> Response<Body> {
    let until = tokio::time::Instant::now() + PATIENCE;
    let mut request = request;
    loop {
        // Subscribed before looking, so that a change in between is not missed.
        let mut changes = way.node.table.changes();
        let endpoints = endpoints(way, backend);
        let first = way.turn.fetch_add(1, Ordering::Relaxed);
        for offset in 0..endpoints.len() {
            let (address, port) = endpoints[first.wrapping_add(offset) % endpoints.len()];
            let Some(server) = way.node.table.find(address, port) else { continue };
            match server.answer(request).await {
                Ok(answer) => return answer,
                Err(Leaving(untouched)) => request = untouched,
            }
        }
        if endpoints.is_empty() {
            return unready();
        }
        tokio::select! {
            _ = changes.changed() => {}
            () = tokio::time::sleep_until(until) => return unready(),
        }
    }
}

fn unready() -> Response<Body> {
    let text = "this app has no pod that is ready; it may be starting, or failing to\n\n\
                Try again in a moment. If it lasts, open the app's page in Slipway: it says what is wrong.";
    let mut answer = words(StatusCode::SERVICE_UNAVAILABLE, text);
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    answer
}

/// Where the service's pods take requests.
fn endpoints(way: &Way, backend: &Backend) -> Vec<(Ipv4Addr, u16)> {
    let Some(name) = port_name(way, backend) else { return Vec::new() };
    let mut slices = way.node.slices.in_namespace(&backend.namespace);
    slices.retain(|it| is_of(it, &backend.service));
    slices.iter().flat_map(|it| ready(it, &name)).collect()
}

/// The name that the service gives to the port that the ingress means; an only port may have none.
fn port_name(way: &Way, backend: &Backend) -> Option<String> {
    let service = way.services.get(&(backend.namespace.clone(), backend.service.clone()))?;
    let ports = service.spec.as_ref()?.ports.as_ref()?;
    let meant = ports.iter().find(|it| match &backend.port {
        Port::Name(name) => it.name.as_ref() == Some(name),
        Port::Number(number) => it.port == *number,
    });
    Some(meant?.name.clone().unwrap_or_default())
}

fn is_of(slice: &Arc<EndpointSlice>, service: &str) -> bool {
    slice.labels().get("kubernetes.io/service-name").is_some_and(|it| it == service)
}

fn ready(slice: &EndpointSlice, port: &str) -> Vec<(Ipv4Addr, u16)> {
    let ports = slice.ports.iter().flatten();
    let mut number = ports.filter(|it| it.name.as_deref().unwrap_or_default() == port);
    let number = number.find_map(|it| it.port.and_then(|it| u16::try_from(it).ok()));
    let Some(number) = number else { return Vec::new() };
    let ready = slice
        .endpoints
        .iter()
        .flatten()
        .filter(|it| it.conditions.as_ref().and_then(|it| it.ready) != Some(false));
    let addresses = ready.flat_map(|it| &it.addresses).filter_map(|it| it.parse().ok());
    addresses.map(|it| (it, number)).collect()
}
