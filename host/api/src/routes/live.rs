//! Live state: what happens in the caller's projects, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, future, stream};
use serde::Deserialize;
use slipway_platform::{Caller, FeedEvent, News};
use slipway_wire::live::LiveEvent;
use tokio_stream::wrappers::BroadcastStream;

use crate::convert;
use crate::credential::{Shown, Signed};
use crate::problem::Refusal;
use crate::router::{Api, HEARTBEAT};

/// Which events are wanted.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LiveQuery {
    /// Only of this project.
    #[serde(default)]
    pub project: Option<String>,
}

/// What happens in the caller's projects. `Last-Event-ID` resumes; a `reset` event says that something
/// may have been missed.
#[utoipa::path(get, path = "/api/v1/live", tag = "live", extensions(("x-permission" = json!("use"))), params(LiveQuery), responses((status = 200, content_type = "text/event-stream", body = LiveEvent)))]
pub async fn live(
    State(api): State<Api>,
    Signed(caller): Signed,
    Shown(credential): Shown,
    Query(query): Query<LiveQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    if let Some(project) = &query.project {
        // A stranger hears at once that there is no such project.
        api.platform.project_get(&caller, project)?;
    }
    let last = headers.get("last-event-id").and_then(|it| it.to_str().ok()?.parse().ok());
    let (missed, line) = api.platform.feed().since(last);
    let begin = match missed {
        Ok(missed) => missed.into_iter().map(Some).collect(),
        Err(_) => vec![None],
    };
    // A listener who was too slow has missed some.
    let coming = BroadcastStream::new(line).map(Result::ok);
    let cancel = api.cancel.clone();
    let platform = Arc::clone(&api.platform);
    let events = stream::iter(begin).chain(coming).scan((), move |(), event| {
        let still = platform.authenticate_again(&credential, &caller);
        // Whoever is not let in any more hears nothing more.
        future::ready(still.ok().map(|caller| (caller, event)))
    });
    let events = events.filter_map(move |(caller, event)| {
        let shown = show(&api, &caller, query.project.as_deref(), event);
        future::ready(shown.map(Ok))
    });
    let events = events.take_until(cancel.cancelled_owned());
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

/// The event as the caller may see it. Membership is asked for each event: it can end while one listens.
fn show(api: &Api, caller: &Caller, only: Option<&str>, event: Option<FeedEvent>) -> Option<Event> {
    let Some(FeedEvent { id, news }) = event else {
        return Event::default().json_data(LiveEvent::Reset).ok();
    };
    let project = news.project().as_str();
    if only.is_some_and(|only| only != project) {
        return None;
    }
    api.platform.project_get(caller, project).ok()?;
    let event = match news {
        News::Deployment(both) => {
            let (deployment, operation) = *both;
            LiveEvent::Deployment {
                deployment: convert::deployment(deployment),
                operation: convert::operation(operation),
            }
        }
        News::Gone { project, name } => {
            LiveEvent::Gone { project: project.to_string(), name: name.to_string() }
        }
        News::Touched { project, name } => {
            LiveEvent::Touched { project: project.to_string(), name: name.to_string() }
        }
    };
    Event::default().id(id.to_string()).json_data(event).ok()
}
