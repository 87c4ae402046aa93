//! Logs: read once, or followed over a WebSocket.

use std::time::Duration;

use axum::Json;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use futures::StreamExt;
use futures::stream::BoxStream;
use slipway_model::cluster::{Error as ClusterError, LogRequest};
use slipway_platform::LogLine as Line;
use slipway_wire::deployment::{LogLine, LogQuery};
use tokio_util::sync::CancellationToken;

use crate::convert;
use crate::credential::{Shown, Signed, foreign, is_same_origin};
use crate::problem::Refusal;
use crate::router::{Api, HEARTBEAT};

/// Most lines that one answer holds.
const MOST_LINES: usize = 10_000;
/// How often it is asked whether whoever follows still may.
const LOOK: Duration = Duration::from_secs(1);

type Lines = BoxStream<'static, Result<Line, ClusterError>>;

/// The last lines of one pod or of all.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/logs", tag = "observe", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path), LogQuery), responses((status = 200, body = Vec<LogLine>)))]
pub async fn log_read(
    State(api): State<Api>,
    Signed(caller): Signed,
    Path((project, deployment)): Path<(String, String)>,
    Query(query): Query<LogQuery>,
) -> Result<Json<Vec<LogLine>>, Refusal> {
    let request = request(query, false);
    let lines = api.platform.log_lines(&caller, &project, &deployment, request).await?;
    let lines: Vec<_> = lines.take(MOST_LINES).collect().await;
    let mut read = Vec::with_capacity(lines.len());
    for line in lines {
        read.push(convert::log_line(line.map_err(slipway_platform::Error::from)?));
    }
    read.sort_by(|a, b| a.at.cmp(&b.at));
    Ok(Json(read))
}

/// Lines as they come, each a JSON text message, over a WebSocket.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deployments/{deployment}/logs/stream", tag = "observe", extensions(("x-permission" = json!("view"))), params(("project" = String, Path), ("deployment" = String, Path), LogQuery), responses((status = 101)))]
pub async fn log_stream(
    State(api): State<Api>,
    Signed(caller): Signed,
    Shown(credential): Shown,
    Path((project, deployment)): Path<(String, String)>,
    Query(query): Query<LogQuery>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    if headers.contains_key(header::ORIGIN) && !is_same_origin(&headers) {
        return Err(foreign());
    }
    let request = request(query, true);
    let lines = api.platform.log_lines(&caller, &project, &deployment, request).await?;
    let upgrade = upgrade.map_err(|error| {
        let title = "This is a WebSocket";
        Refusal::new(error.status(), "websocket", title, error.body_text())
            .hint("Read the last lines once at the same path without /stream.")
    })?;
    let may_look = move || {
        let still = api.platform.authenticate_again(&credential, &caller);
        still.and_then(|caller| api.platform.project_get(&caller, &project)).is_ok()
    };
    let cancel = api.cancel.clone();
    Ok(upgrade.on_upgrade(move |socket| follow(socket, lines, may_look, cancel)))
}

fn request(query: LogQuery, follow: bool) -> LogRequest {
    LogRequest {
        pod: query.pod.unwrap_or_default(),
        container: query.container,
        follow,
        tail_lines: Some(query.tail.unwrap_or(100).clamp(0, 10_000)),
        since_seconds: query.since_seconds,
        previous: query.previous,
    }
}

/// Sends lines as long as they come and whoever reads them may.
async fn follow(
    mut socket: WebSocket,
    mut lines: Lines,
    may_look: impl Fn() -> bool,
    cancel: CancellationToken,
) {
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    let mut look = tokio::time::interval(LOOK);
    loop {
        let message = tokio::select! {
            biased;
            () = cancel.cancelled() => break,
            _ = look.tick() => {
                if may_look() {
                    continue;
                }
                break;
            }
            _ = heartbeat.tick() => Message::Ping(bytes::Bytes::new()),
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
            line = lines.next() => match line {
                Some(Ok(line)) => {
                    let line = convert::log_line(line);
                    let Ok(text) = serde_json::to_string(&line) else { continue };
                    Message::Text(text.into())
                }
                // One pod's lines ended: those of the others go on.
                Some(Err(_)) => continue,
                None => break,
            },
        };
        if socket.send(message).await.is_err() {
            return;
        }
    }
    // The other side may be gone already.
    let _ = socket.send(Message::Close(None)).await;
}
