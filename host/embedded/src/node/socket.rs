//! The socket through which the host asks for logs and figures: HTTP on `node.sock`, for this user only.
//!
//! - `GET /logs/{namespace}/{pod}/{container}?follow=&tailLines=&sinceSeconds=&previous=&timestamps=`
//! - `GET /stats`

mod logs;

use std::path::Path;
use std::sync::Arc;

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

use super::http::{Body, full, words};
use super::stats::Sampler;
use super::{Error, Node};

pub(super) fn listen(dir: &Path) -> Result<UnixListener, Error> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = dir.join("node.sock");
    let failed = |source| Error::Socket { path: path.clone(), source };
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    // The directory is for this user only, so nobody comes in before the mode is set.
    let listener = UnixListener::bind(&path).map_err(failed)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

pub(super) async fn serve(node: Arc<Node>, listener: UnixListener) {
    let sampler = Arc::new(Sampler::default());
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let (node, sampler) = (node.clone(), sampler.clone());
        tokio::spawn(async move {
            let answer = |request| answer(&node, &sampler, request);
            super::http::serve(stream, CancellationToken::new(), answer).await;
        });
    }
}

async fn answer(node: &Arc<Node>, sampler: &Sampler, request: Request<Body>) -> Response<Body> {
    if request.method() != Method::GET {
        return words(StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here");
    }
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let parts: Vec<_> = path.split('/').collect();
    match parts.as_slice() {
        ["stats"] => {
            let stats = sampler.measure(node).await;
            match serde_json::to_vec(&stats) {
                Ok(text) => json(text),
                Err(error) => words(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
            }
        }
        ["logs", namespace, pod, container] => {
            let query = request.uri().query().unwrap_or_default();
            logs::answer(node, (namespace, pod, container), query).await
        }
        _ => {
            words(StatusCode::NOT_FOUND, "there are /logs/{namespace}/{pod}/{container} and /stats")
        }
    }
}

fn json(text: Vec<u8>) -> Response<Body> {
    let mut answer = Response::new(full(text));
    let kind = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}
