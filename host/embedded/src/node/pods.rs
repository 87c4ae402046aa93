//! The pods of this node: each gets one task that brings it up, keeps it up, and takes it down.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use k8s_openapi::api::core::v1::Pod;
use kube::runtime::watcher;
use kube::{Api, ResourceExt as _};

use super::Node;
use super::pod::Run;
use crate::controllers::is_terminated;

/// The pods that run, by uid.
#[derive(Default)]
pub(super) struct Runs(Mutex<HashMap<String, Arc<Run>>>);

impl Runs {
    pub fn all(&self) -> Vec<Arc<Run>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub fn named(&self, namespace: &str, name: &str) -> Option<Arc<Run>> {
        self.all().into_iter().find(|it| it.is_named(namespace, name))
    }

    pub(super) fn forget(&self, uid: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(uid);
    }

    fn get(&self, uid: &str) -> Option<Arc<Run>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(uid).cloned()
    }

    /// Ends all guests without a word to the API: the node itself goes, and the next one starts them again.
    pub async fn abandon(&self) {
        for run in self.all() {
            run.abandon().await;
        }
    }
}

/// Follows the pods that are bound to this node, for ever.
pub(super) async fn follow(node: Arc<Node>) {
    let api: Api<Pod> = Api::all(node.client.clone());
    let config = watcher::Config::default().fields(&format!("spec.nodeName={}", node.name));
    let tidying = tidy(node.clone());
    let following = node.pods.follow(api, config, |pod| see_to(&node, pod));
    tokio::join!(following, tidying);
}

/// Looks at a pod that came, changed or went.
fn see_to(node: &Arc<Node>, changed: &Pod) {
    let Some(uid) = changed.uid() else { return };
    let name = (changed.namespace().unwrap_or_default(), changed.name_any());
    // What was handed in may be old; what counts is what is there now.
    let now = node.pods.get(&name).filter(|it| it.uid().as_deref() == Some(uid.as_str()));
    let run = node.runs.get(&uid);
    match (now, run) {
        (Some(pod), Some(run)) if pod.metadata.deletion_timestamp.is_some() => {
            run.stop(grace(&pod));
        }
        (Some(_), Some(_)) | (None, None) => {}
        (None, Some(run)) => run.stop(std::time::Duration::ZERO),
        (Some(pod), None) => begin(node, &pod, &uid),
    }
}

fn begin(node: &Arc<Node>, pod: &Arc<Pod>, uid: &str) {
    let here = pod.spec.as_ref().and_then(|it| it.node_name.as_ref()) == Some(&node.name);
    if !here {
        return;
    }
    if pod.metadata.deletion_timestamp.is_some() {
        // It was told to go while nobody ran it.
        let (node, pod) = (node.clone(), pod.clone());
        tokio::spawn(async move {
            super::pod::remove(&node, &pod).await;
            let folder = folder(&node, &pod.uid().unwrap_or_default());
            // There is none if it never ran.
            drop(tokio::fs::remove_dir_all(folder).await);
        });
        return;
    }
    if is_terminated(pod) {
        return;
    }
    let run = Run::begin(node, pod);
    node.runs.0.lock().unwrap_or_else(PoisonError::into_inner).insert(uid.to_owned(), run);
}

fn grace(pod: &Pod) -> std::time::Duration {
    let seconds = pod.metadata.deletion_grace_period_seconds.unwrap_or(30);
    std::time::Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}

/// Where a pod's logs are.
pub(super) fn folder(node: &Node, uid: &str) -> PathBuf {
    node.dir.join("pods").join(uid)
}

/// Removes what is left of pods that went while the node was down.
async fn tidy(node: Arc<Node>) {
    node.pods.wait_until_seen().await;
    let known: HashSet<_> = node.pods.all().iter().filter_map(|it| it.uid()).collect();
    let Ok(mut entries) = tokio::fs::read_dir(node.dir.join("pods")).await else { return };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !known.contains(&name)
            && let Err(error) = tokio::fs::remove_dir_all(entry.path()).await
        {
            tracing::debug!(%error, pod = name, "what is left of a pod could not be removed");
        }
    }
}
