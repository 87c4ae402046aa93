//! A container's log, as it is and as it grows.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use jiff::{SignedDuration, Timestamp};
use kube::ResourceExt as _;
use tokio::sync::watch;

use crate::node::http::{Body, full, words};
use crate::node::log::{self, Wanted};
use crate::node::{Node, pods};

/// What was asked for.
#[derive(Default)]
struct Asked {
    wanted: Wanted,
    follow: bool,
    previous: bool,
}

/// The place in a log that is being followed.
struct Following {
    path: PathBuf,
    wanted: Wanted,
    from: u64,
    lines: watch::Receiver<u64>,
}

pub(super) async fn answer(
    node: &Arc<Node>,
    (namespace, pod, container): (&str, &str, &str),
    query: &str,
) -> Response<Body> {
    let asked = match asked(query) {
        Ok(asked) => asked,
        Err(text) => return words(StatusCode::BAD_REQUEST, &text),
    };
    let Some(run) = node.runs.named(namespace, pod) else {
        return of_an_earlier_node(node, (namespace, pod, container), asked).await;
    };
    let Some((log, restarts)) = run.state.log(container) else {
        let text =
            format!("container {container} of pod {pod} has not started yet, so it has no log");
        return words(StatusCode::BAD_REQUEST, &text);
    };
    if asked.previous {
        let path = log::file(&run.folder(), container, restarts - 1);
        return previous(path, asked.wanted, container).await;
    }
    let lines = log.lines();
    let path = log.path().to_owned();
    if !asked.follow {
        return whole(path, asked.wanted).await;
    }
    // The log itself is not held: when its run is over, the last line has been told.
    drop(log);
    plain(follow(Following { path, wanted: asked.wanted, from: 0, lines }))
}

/// The log of a pod that had ended when this node started.
async fn of_an_earlier_node(
    node: &Node,
    (namespace, pod, container): (&str, &str, &str),
    asked: Asked,
) -> Response<Body> {
    let Some(found) = node.pods.get(&(namespace.to_owned(), pod.to_owned())) else {
        return words(
            StatusCode::NOT_FOUND,
            &format!("no pod {namespace}/{pod} runs on this node"),
        );
    };
    let statuses = found.status.iter().flat_map(|it| it.container_statuses.iter().flatten());
    let restarts = statuses.filter(|it| it.name == container).map(|it| it.restart_count).next();
    let run = restarts.unwrap_or(0) - i32::from(asked.previous);
    let folder = pods::folder(node, &found.uid().unwrap_or_default());
    previous(log::file(&folder, container, run), asked.wanted, container).await
}

async fn previous(path: PathBuf, wanted: Wanted, container: &str) -> Response<Body> {
    if path.exists() {
        return whole(path, wanted).await;
    }
    let text = format!("container {container} has no log of such a run");
    words(StatusCode::BAD_REQUEST, &text)
}

async fn whole(path: PathBuf, wanted: Wanted) -> Response<Body> {
    let reading = tokio::task::spawn_blocking(move || log::read(&path, &wanted, 0)).await;
    match reading.map_err(std::io::Error::other).and_then(|it| it) {
        Ok(part) => plain(full(part.text)),
        Err(error) => words(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn plain(body: Body) -> Response<Body> {
    let mut answer = Response::new(body);
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

fn follow(following: Following) -> Body {
    let parts = futures::stream::unfold(Some(following), |following| async {
        let mut it = following?;
        loop {
            it.lines.mark_unchanged();
            let (path, wanted, from) = (it.path.clone(), it.wanted.clone(), it.from);
            let reading = tokio::task::spawn_blocking(move || log::read(&path, &wanted, from));
            let part = reading.await.ok()?.ok()?;
            it.from = part.end;
            // The last lines were for the beginning only.
            it.wanted.tail_lines = None;
            if !part.text.is_empty() {
                return Some((Bytes::from(part.text), Some(it)));
            }
            if it.lines.changed().await.is_err() {
                return None;
            }
        }
    });
    let frames = parts.map(|it| Ok::<_, wasmtime_wasi_http::Error>(Frame::data(it)));
    BodyExt::boxed_unsync(StreamBody::new(frames))
}

fn asked(query: &str) -> Result<Asked, String> {
    let mut asked = Asked::default();
    for pair in query.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, "true"));
        let yes = matches!(value, "true" | "1" | "");
        let number =
            || value.parse::<u32>().map_err(|_| format!("{name} is a number, not {value:?}"));
        match name {
            "follow" => asked.follow = yes,
            "previous" => asked.previous = yes,
            "timestamps" => asked.wanted.timestamps = yes,
            "tailLines" => asked.wanted.tail_lines = usize::try_from(number()?).ok(),
            "sinceSeconds" => {
                let ago = SignedDuration::from_secs(i64::from(number()?));
                asked.wanted.since = Some(Timestamp::now() - ago);
            }
            _ => {}
        }
    }
    Ok(asked)
}
