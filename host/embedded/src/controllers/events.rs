//! Events: what happened to pods and replica sets, as `kubectl describe` and Slipway's pages show it.
//!
//! Each is told from a change that was seen, by one teller for all. They are kept for an hour, as in Kubernetes.

use std::collections::{BTreeMap, HashMap};
use std::pin::pin;
use std::time::Duration;

use futures::StreamExt as _;
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::{DeleteParams, ListParams, PostParams};
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Api, Client, ResourceExt as _};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::pod;

/// How long an event is kept, and how often what is older is cleared away.
const KEPT: Duration = Duration::from_secs(3600);
const CLEARED_EVERY: u32 = 100;

/// Tells events until it is cancelled.
pub(super) async fn run(client: Client, cancel: CancellationToken) {
    let telling = async {
        let pods = pin!(
            watcher(Api::<Pod>::all(client.clone()), watcher::Config::default()).default_backoff()
        );
        let sets = pin!(
            watcher(Api::<ReplicaSet>::all(client.clone()), watcher::Config::default())
                .default_backoff()
        );
        let mut teller =
            Teller { client: client.clone(), pods: HashMap::new(), sets: HashMap::new(), told: 0 };
        let (mut pods, mut sets) = (pods.fuse(), sets.fuse());
        loop {
            tokio::select! {
                Some(Ok(event)) = pods.next() => teller.pod(event).await,
                Some(Ok(event)) = sets.next() => teller.set(event).await,
                else => return,
            }
        }
    };
    cancel.run_until_cancelled(Box::pin(telling)).await;
}

struct Teller {
    client: Client,
    pods: HashMap<String, PodFacts>,
    /// Replicas that were wanted last.
    sets: HashMap<String, i32>,
    told: u32,
}

/// What a pod was when it was seen last.
#[derive(Clone, Default, PartialEq)]
struct PodFacts {
    node: Option<String>,
    ending: bool,
    /// By container: restarts, and the reason and message of its state.
    containers: BTreeMap<String, (i32, String, String)>,
}

/// What there is to tell.
struct News {
    warns: bool,
    reason: &'static str,
    message: String,
}

impl Teller {
    async fn pod(&mut self, event: watcher::Event<Pod>) {
        match event {
            // What was so before we looked is no news.
            watcher::Event::InitApply(it) => {
                self.pods.insert(it.uid().unwrap_or_default(), facts(&it));
            }
            watcher::Event::Apply(it) => {
                let now = facts(&it);
                let before = self.pods.insert(it.uid().unwrap_or_default(), now.clone());
                if before.is_none()
                    && let Some(owner) = it.owner_references().first()
                {
                    let message = format!("Created pod: {}", it.name_any());
                    let news = News { warns: false, reason: "SuccessfulCreate", message };
                    let about = (owner.kind.as_str(), owner.name.as_str(), owner.uid.as_str());
                    self.tell(&it.namespace().unwrap_or_default(), "apps/v1", about, news).await;
                }
                for news in pod_news(&it, &before.unwrap_or_default(), &now) {
                    let (name, uid) = (it.name_any(), it.uid().unwrap_or_default());
                    self.tell(
                        &it.namespace().unwrap_or_default(),
                        "v1",
                        ("Pod", &name, &uid),
                        news,
                    )
                    .await;
                }
            }
            watcher::Event::Delete(it) => {
                self.pods.remove(&it.uid().unwrap_or_default());
            }
            watcher::Event::Init | watcher::Event::InitDone => {}
        }
    }

    async fn set(&mut self, event: watcher::Event<ReplicaSet>) {
        let wanted = |it: &ReplicaSet| it.spec.as_ref().and_then(|it| it.replicas).unwrap_or(1);
        match event {
            watcher::Event::InitApply(it) => {
                self.sets.insert(it.uid().unwrap_or_default(), wanted(&it));
            }
            watcher::Event::Apply(it) => {
                let now = wanted(&it);
                let before = self.sets.insert(it.uid().unwrap_or_default(), now).unwrap_or(0);
                let Some(owner) = it.owner_references().first().filter(|_| before != now) else {
                    return;
                };
                let way = if now > before { "up" } else { "down" };
                let name = it.name_any();
                let message = format!("Scaled {way} replica set {name} from {before} to {now}");
                let news = News { warns: false, reason: "ScalingReplicaSet", message };
                let about = (owner.kind.as_str(), owner.name.as_str(), owner.uid.as_str());
                self.tell(&it.namespace().unwrap_or_default(), "apps/v1", about, news).await;
            }
            watcher::Event::Delete(it) => {
                self.sets.remove(&it.uid().unwrap_or_default());
            }
            watcher::Event::Init | watcher::Event::InitDone => {}
        }
    }

    async fn tell(
        &mut self,
        namespace: &str,
        version: &str,
        about: (&str, &str, &str),
        news: News,
    ) {
        let (kind, name, uid) = about;
        let now = Timestamp::now();
        let at = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let event = json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": format!("{name}.{:x}", now.as_nanosecond()), "namespace": namespace},
            "involvedObject": {"apiVersion": version, "kind": kind, "name": name, "namespace": namespace, "uid": uid},
            "type": if news.warns { "Warning" } else { "Normal" },
            "reason": news.reason,
            "message": news.message,
            "source": {"component": "slipway-embedded"},
            "firstTimestamp": at,
            "lastTimestamp": at,
            "count": 1,
        });
        let Ok(event) = serde_json::from_value::<Event>(event) else { return };
        let events: Api<Event> = Api::namespaced(self.client.clone(), namespace);
        if let Err(error) = events.create(&PostParams::default(), &event).await {
            // A namespace that is going takes no events any more; what is lost is only words.
            tracing::debug!(error = %error, "an event was not kept");
        }
        self.told += 1;
        if self.told.is_multiple_of(CLEARED_EVERY) {
            self.clear().await;
        }
    }

    async fn clear(&self) {
        let all: Api<Event> = Api::all(self.client.clone());
        let Ok(listed) = all.list(&ListParams::default()).await else { return };
        let horizon = Timestamp::now() - KEPT;
        for event in listed {
            let last = event.last_timestamp.as_ref().map(|it| it.0);
            if last.is_none_or(|it| it < horizon) {
                let namespace = event.namespace().unwrap_or_default();
                let events: Api<Event> = Api::namespaced(self.client.clone(), &namespace);
                // Another clearing may have been faster.
                let _ = events.delete(&event.name_any(), &DeleteParams::default()).await;
            }
        }
    }
}

fn facts(it: &Pod) -> PodFacts {
    let statuses =
        it.status.as_ref().and_then(|it| it.container_statuses.clone()).unwrap_or_default();
    let containers = statuses.into_iter().map(|it| {
        let state = it.state.unwrap_or_default();
        let (reason, message) = if let Some(waiting) = state.waiting {
            (waiting.reason.unwrap_or_default(), waiting.message.unwrap_or_default())
        } else if let Some(ended) = state.terminated {
            (ended.reason.unwrap_or_default(), ended.message.unwrap_or_default())
        } else {
            (if state.running.is_some() { "Running" } else { "" }.to_owned(), String::new())
        };
        (it.name, (it.restart_count, reason, message))
    });
    PodFacts {
        node: it.spec.as_ref().and_then(|it| it.node_name.clone()),
        ending: it.metadata.deletion_timestamp.is_some() && !pod::is_terminated(it),
        containers: containers.collect(),
    }
}

fn pod_news(it: &Pod, before: &PodFacts, now: &PodFacts) -> Vec<News> {
    let mut news = Vec::new();
    let mut say = |warns, reason, message| news.push(News { warns, reason, message });
    if let (None, Some(node)) = (&before.node, &now.node) {
        say(false, "Scheduled", format!("Assigned {} to {node}", it.name_any()));
    }
    for (name, (restarts, reason, message)) in &now.containers {
        let known = before.containers.get(name);
        if known.is_some_and(|(_, old, text)| old == reason && text == message) {
            continue;
        }
        match reason.as_str() {
            "Running" => {
                let times =
                    if *restarts > 0 { format!(" (restart {restarts})") } else { String::new() };
                say(false, "Started", format!("Started container {name}{times}"));
            }
            "Completed" => say(false, "Completed", format!("Container {name} ran to its end")),
            "" | "ContainerCreating" | "PodInitializing" => {}
            reason => say(true, "Failed", format!("Container {name}: {reason}: {message}")),
        }
    }
    if now.ending && !before.ending {
        say(false, "Killing", format!("Stopping {}", it.name_any()));
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(json: serde_json::Value) -> Pod {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn each_change_is_told_once() {
        let bound =
            pod(json!({"metadata": {"name": "a"}, "spec": {"nodeName": "n", "containers": []}}));
        let running = pod(
            json!({"metadata": {"name": "a"}, "spec": {"nodeName": "n", "containers": []},
            "status": {"containerStatuses": [{"name": "web", "image": "i", "imageID": "", "ready": true, "restartCount": 1,
                "state": {"running": {}}}]}}),
        );
        let reasons = |it: &Pod, before: &PodFacts| -> Vec<&'static str> {
            pod_news(it, before, &facts(it)).iter().map(|it| it.reason).collect()
        };
        assert_eq!(reasons(&bound, &PodFacts::default()), ["Scheduled"]);
        assert_eq!(reasons(&running, &facts(&bound)), ["Started"]);
        assert!(reasons(&running, &facts(&running)).is_empty());
    }

    #[test]
    fn an_image_that_cannot_be_had_is_a_warning() {
        let stuck = pod(json!({"metadata": {"name": "a"}, "spec": {"containers": []},
            "status": {"containerStatuses": [{"name": "web", "image": "i", "imageID": "", "ready": false, "restartCount": 0,
                "state": {"waiting": {"reason": "ErrImagePull", "message": "no such image"}}}]}}));
        let news = pod_news(&stuck, &PodFacts::default(), &facts(&stuck));
        assert!(news[0].warns && news[0].message.contains("no such image"));
    }
}
