//! Telling a client of changes as they happen.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use http::HeaderValue;
use serde_json::{Value, json};
use tokio::sync::watch::Receiver;
use tokio::time::Instant;

use super::read::{all, metadata_only, parse};
use crate::answer::{self, BoxError, Reply};
use crate::form::Form;
use crate::kinds::Kind;
use crate::refusal::Refusal;
use crate::selector::Selector;
use crate::service::{Api, Call};
use crate::store::{Event, Sketch, What};
use crate::table;

/// How many changes are taken from the window at once: a slow client holds no more than these.
const MOST_AT_ONCE: usize = 64;
const BOOKMARK_EVERY: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_hours(1);

/// The state of one watch.
#[expect(clippy::struct_excessive_bools, reason = "what a client asked for, and what it has got")]
struct Watch {
    api: Arc<Api>,
    kind: Arc<Kind>,
    namespace: String,
    selector: Selector,
    form: Form,
    bookmarks: bool,
    bell: Receiver<u64>,
    /// Changes up to here have been looked at.
    seen: u64,
    /// The version that the client knows of, by an object or a bookmark.
    told: u64,
    /// The texts of the objects that were there before, and then the bookmark that ends them.
    initial: VecDeque<String>,
    initial_end: bool,
    ready: VecDeque<Arc<Event>>,
    until: Instant,
    next_bookmark: Instant,
    columns_sent: bool,
    over: bool,
}

/// Answers with a stream of events.
pub(crate) fn watch(call: Call) -> Result<Reply, Refusal> {
    let watch = Watch::start(call)?;
    let lines = futures::stream::unfold(watch, |mut watch| async move {
        let line = watch.next().await?;
        Some((Ok(Bytes::from(line)), watch))
    });
    Ok(answer::stream(HeaderValue::from_static("application/json"), boxed(lines)))
}

fn boxed(
    lines: impl Stream<Item = Result<Bytes, BoxError>> + Send + 'static,
) -> impl Stream<Item = Result<Bytes, BoxError>> + Send + 'static {
    Box::pin(lines)
}

impl Watch {
    fn start(call: Call) -> Result<Self, Refusal> {
        let Call { api, kind, resource, options, form, .. } = call;
        let mut selector = Selector::of(&options)?;
        if let Some(name) = &resource.name {
            selector = selector.and_name(name);
        }
        let version = options.number("resourceVersion")?.unwrap_or(0);
        let wants_initial = options.text("sendInitialEvents").is_some();
        let from_now = wants_initial && !options.on("sendInitialEvents");
        let bell = api.store.events.bell();
        let view = api.store.view()?;
        if version > view.version {
            // A version of another state, which was here before this one: the client must look again.
            return Err(Refusal::expired(version, view.version));
        }
        let with_initial = !from_now && (version == 0 || options.on("sendInitialEvents"));
        let initial = if with_initial {
            all(&view, &kind, &resource.namespace, &selector)?
        } else {
            Vec::new()
        };
        let seen = if with_initial || version == 0 { view.version } else { version };
        let longest = options.number("timeoutSeconds")?.map(Duration::from_secs);
        let now = Instant::now();
        Ok(Self {
            bookmarks: options.on("allowWatchBookmarks"),
            initial: initial.into(),
            initial_end: with_initial && wants_initial,
            until: now + longest.filter(|it| !it.is_zero()).unwrap_or(LONGEST).min(LONGEST),
            next_bookmark: now + BOOKMARK_EVERY,
            namespace: resource.namespace,
            told: seen,
            ready: VecDeque::new(),
            columns_sent: false,
            over: false,
            api,
            kind,
            selector,
            form,
            bell,
            seen,
        })
    }

    /// The next line, or the end.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(text) = self.initial.pop_front() {
                return Some(self.line("ADDED", &text));
            }
            if std::mem::take(&mut self.initial_end) && self.bookmarks {
                return Some(self.bookmark(true));
            }
            if self.over {
                return None;
            }
            if let Some(event) = self.ready.pop_front() {
                if let Some(word) = self.word(&event) {
                    self.told = event.version;
                    return Some(self.line(word, &event.text));
                }
                continue;
            }
            self.bell.borrow_and_update();
            if let Err(refusal) = self.fetch() {
                self.over = true;
                return Some(line(&json!({"type": "ERROR", "object": refusal.to_value()})));
            }
            if self.ready.is_empty()
                && let Some(line) = self.wait().await
            {
                return Some(line);
            }
        }
    }

    fn fetch(&mut self) -> Result<(), Refusal> {
        let wanted = |event: &Event| {
            event.store == self.kind.store
                && (self.namespace.is_empty() || event.sketch.namespace == self.namespace)
        };
        let found = self.api.store.events.after(self.seen, MOST_AT_ONCE, wanted);
        let (events, seen) = found.map_err(|gone| Refusal::expired(self.seen, gone.0))?;
        self.seen = seen;
        self.ready.extend(events);
        Ok(())
    }

    /// Waits for something newer, a bookmark's time or the end.
    async fn wait(&mut self) -> Option<String> {
        // Another look first: the window may hold more than was taken at once.
        if *self.bell.borrow() > self.seen {
            return None;
        }
        let alarm = self.until.min(self.next_bookmark);
        match tokio::time::timeout_at(alarm, self.bell.changed()).await {
            Ok(Ok(())) => None,
            Ok(Err(_)) => {
                self.over = true;
                None
            }
            Err(_) => {
                let now = Instant::now();
                self.over = now >= self.until;
                self.next_bookmark = now + BOOKMARK_EVERY;
                (self.bookmarks && (self.seen > self.told || !self.over))
                    .then(|| self.bookmark(false))
            }
        }
    }

    /// What the change is for this client, whose selector may see an object come or go.
    fn word(&self, event: &Event) -> Option<&'static str> {
        let sees = |sketch: &Sketch| self.selector.takes(sketch);
        let saw = event.before.as_deref().is_some_and(sees);
        match (event.what, saw, sees(&event.sketch)) {
            (What::Deleted, true, _) | (_, true, false) => Some("DELETED"),
            (What::Deleted, false, _) | (_, false, false) => None,
            (_, true, true) => Some("MODIFIED"),
            (_, false, true) => Some("ADDED"),
        }
    }

    fn line(&mut self, word: &str, text: &str) -> String {
        if self.form == Form::Whole && !self.kind.converts() {
            return format!("{{\"type\":\"{word}\",\"object\":{text}}}\n");
        }
        let object = parse(&self.kind, text).unwrap_or(Value::Null);
        let object = match self.form {
            Form::Whole => object,
            Form::Metadata => metadata_only(object),
            Form::Table => {
                let first = !std::mem::replace(&mut self.columns_sent, true);
                let version = json!({"resourceVersion": object["metadata"]["resourceVersion"]});
                table::of(&self.kind, &[object], &version, first)
            }
        };
        line(&json!({"type": word, "object": object}))
    }

    fn bookmark(&mut self, ends_initial: bool) -> String {
        self.told = self.seen;
        let mut metadata = json!({"resourceVersion": self.seen.to_string()});
        if ends_initial {
            metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        let (version, kind) = match self.form {
            Form::Metadata => ("meta.k8s.io/v1".to_owned(), "PartialObjectMetadata"),
            Form::Whole | Form::Table => (self.kind.api_version(), self.kind.kind.as_str()),
        };
        let object = json!({"apiVersion": version, "kind": kind, "metadata": metadata});
        line(&json!({"type": "BOOKMARK", "object": object}))
    }
}

fn line(event: &Value) -> String {
    format!("{event}\n")
}
