//! The way in: a request's host name leads to an ingress, its service, its endpoints, and into a pod's handler.
//!
//! There is no hop over TCP: the handler is called in the process. A request that meets a pod on its way out goes to
//! another one, so rolling updates and scaling down fail no request. Rules without a host are not served: on a
//! machine that projects share, names keep them apart.

mod rules;
mod upstream;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{Patch, PatchParams};
use kube::runtime::watcher;
use kube::{Api, ResourceExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::http::{Body, words};
use super::{Error, Node};
use crate::controllers::Watched;
use rules::Rules;

pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Ingress { address, source })
}

/// What requests are brought by.
struct Way {
    node: Arc<Node>,
    rules: RwLock<Arc<Rules>>,
    services: Watched<Service>,
    turn: std::sync::atomic::AtomicUsize,
}

pub(super) async fn serve(node: Arc<Node>, listener: TcpListener) {
    let address = listener.local_addr().map_or(IpAddr::from([127, 0, 0, 1]), |it| it.ip());
    let way = Arc::new(Way {
        rules: RwLock::default(),
        services: Watched::new(node.client.clone()),
        turn: std::sync::atomic::AtomicUsize::new(0),
        node: node.clone(),
    });
    let services = Api::all(node.client.clone());
    let follow_services = way.services.follow(services, watcher::Config::default(), |_| {});
    tokio::join!(follow_services, follow_ingresses(&way, address), accept(&way, listener));
}

async fn accept(way: &Arc<Way>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, client)) => {
                let way = way.clone();
                tokio::spawn(async move {
                    let answer = |request| bring(&way, client.ip(), request);
                    super::http::serve(stream, CancellationToken::new(), answer).await;
                });
            }
            Err(error) => {
                // Out of file descriptors, most likely: some will be free soon.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
}

async fn bring(way: &Way, client: IpAddr, mut request: Request<Body>) -> Response<Body> {
    let host = host_of(&request);
    let Some(host) = host else {
        return words(StatusCode::BAD_REQUEST, "the request names no host");
    };
    if request.headers().contains_key(header::UPGRADE) {
        let text =
            "this node brings plain requests only; connections cannot be upgraded (WebSocket) here";
        return words(StatusCode::NOT_IMPLEMENTED, text);
    }
    let rules = way.rules.read().unwrap_or_else(PoisonError::into_inner).clone();
    let Some(backend) = rules.find(&host, request.uri().path()) else {
        let text = format!(
            "no app answers at {host}\n\nCheck the address. If you expect an app here, open its page in Slipway: \
             it shows the app's address and whether it is running."
        );
        return words(StatusCode::NOT_FOUND, &text);
    };
    forwarded(request.headers_mut(), client, &host);
    upstream::send(way, &backend, request).await
}

fn host_of(request: &Request<Body>) -> Option<String> {
    let named = request.headers().get(header::HOST).and_then(|it| it.to_str().ok());
    let host = request.uri().host().or(named)?;
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    };
    Some(name.trim_end_matches('.').to_ascii_lowercase()).filter(|it| !it.is_empty())
}

/// Says who asked, and for what. What the client claimed of this is not passed on.
fn forwarded(headers: &mut HeaderMap, client: IpAddr, host: &str) {
    let pairs = [
        ("x-forwarded-for", client.to_string()),
        ("x-forwarded-host", host.to_owned()),
        ("x-forwarded-proto", "http".to_owned()),
    ];
    for (name, value) in pairs {
        match HeaderValue::from_str(&value) {
            Ok(value) => drop(headers.insert(HeaderName::from_static(name), value)),
            Err(_) => drop(headers.remove(name)),
        }
    }
}

async fn follow_ingresses(way: &Way, address: IpAddr) {
    let ingresses: Arc<Watched<Ingress>> = Arc::new(Watched::new(way.node.client.clone()));
    let changed = |ingress: &Ingress| {
        let rules = Arc::new(Rules::of(&ingresses.all()));
        *way.rules.write().unwrap_or_else(PoisonError::into_inner) = rules;
        let unsaid = rules::is_ours(ingress) && !has_address(ingress);
        if unsaid && ingress.metadata.deletion_timestamp.is_none() {
            tokio::spawn(say_address(way.node.client.clone(), ingress.clone(), address));
        }
    };
    let api = Api::all(way.node.client.clone());
    ingresses.follow(api, watcher::Config::default(), changed).await;
}

fn has_address(ingress: &Ingress) -> bool {
    let balancer = ingress.status.as_ref().and_then(|it| it.load_balancer.as_ref());
    balancer.is_some_and(|it| it.ingress.as_ref().is_some_and(|it| !it.is_empty()))
}

/// Writes where the ingress is reached, which is how others know that it is served.
async fn say_address(client: kube::Client, ingress: Ingress, address: IpAddr) {
    let api: Api<Ingress> = Api::namespaced(client, &ingress.namespace().unwrap_or_default());
    let status = serde_json::json!({
        "status": { "loadBalancer": { "ingress": [{ "ip": address.to_string() }] } }
    });
    let change = Patch::Merge(&status);
    let said = api.patch_status(&ingress.name_any(), &PatchParams::default(), &change).await;
    if let Err(error) = said {
        tracing::debug!(%error, ingress = ingress.name_any(), "its address could not be written");
    }
}
