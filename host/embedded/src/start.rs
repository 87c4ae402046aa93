//! What a cluster begins with, and what runs as long as it is open.

use std::sync::Arc;

use serde_json::json;
use tokio::task::AbortHandle;

use crate::admission;
use crate::collector;
use crate::custom::registration;
use crate::managers::{self, Operation};
use crate::meta;
use crate::refusal::Refusal;
use crate::request::Options;
use crate::service::Api;
use crate::verbs::create;

/// The namespaces that every cluster has.
const NAMESPACES: [&str; 2] = ["default", "kube-system"];

/// The work in the background; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Background(AbortHandle);

impl Drop for Background {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Writes what is missing and starts the work in the background.
pub(crate) async fn start(api: &Arc<Api>) -> Result<Background, Refusal> {
    registration::refresh(api).await?;
    let kind = api.registry.now().find("", "v1", "namespaces").ok_or_else(Refusal::no_such_path)?;
    for name in NAMESPACES {
        if api.store.view()?.get(&kind.key("", name))?.is_some() {
            continue;
        }
        let mut namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        meta::stamp(&mut namespace);
        let mut namespace =
            admission::incoming(&kind, namespace, &Options::default(), Operation::Update)?;
        admission::first(&kind, &mut namespace);
        let kind = Arc::clone(&kind);
        let writer = managers::Writer {
            manager: "slipway".into(),
            operation: Operation::Update,
            subresource: None,
        };
        let change = api.store.change(move |txn| {
            managers::updated(&kind, None, &mut namespace, &writer);
            create::insert(txn, &kind, namespace, false)
        });
        change.await?;
    }
    let work = tokio::spawn(collector::run(Arc::downgrade(api)));
    Ok(Background(work.abort_handle()))
}
