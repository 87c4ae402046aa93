//! The address of a pod, where it really listens at the ports that it names.

use std::net::Ipv4Addr;
use std::sync::Arc;

use http::{Request, Response, StatusCode};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::node::http::{Body, serve, words};
use crate::node::log::{Log, Source};
use crate::node::server::{Leaving, Server};

/// Listens until told to stop. Ports that cannot be had are told in the container's log: requests through the
/// ingress do not need them.
pub(super) fn at(
    ip: Ipv4Addr,
    ports: &[u16],
    server: &Arc<Server>,
    log: &Arc<Log>,
    stop: &CancellationToken,
) {
    // Only Linux routes all of 127.0.0.0/8 to itself.
    if !cfg!(target_os = "linux") {
        return;
    }
    for port in ports.iter().copied() {
        let (server, log, stop) = (server.clone(), log.clone(), stop.clone());
        tokio::spawn(async move {
            match TcpListener::bind((ip, port)).await {
                Ok(listener) => accept(listener, server, stop).await,
                Err(error) => {
                    let text =
                        format!("the node cannot listen at {ip}:{port} for this pod: {error}");
                    log.line(Source::Error, text.as_bytes());
                }
            }
        });
    }
}

async fn accept(listener: TcpListener, server: Arc<Server>, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let (server, stop) = (server.clone(), stop.clone());
        tokio::spawn(async move {
            serve(stream, stop, |request| answer(&server, request)).await;
        });
    }
}

async fn answer(server: &Server, request: Request<Body>) -> Response<Body> {
    match server.answer(request).await {
        Ok(response) => response,
        Err(Leaving(_)) => words(StatusCode::SERVICE_UNAVAILABLE, "this pod is on its way out"),
    }
}
