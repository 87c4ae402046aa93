//! Binding a pod to its node, as schedulers do.

use http::StatusCode;
use serde_json::json;

use crate::answer::{self, Reply};
use crate::body;
use crate::meta;
use crate::refusal::Refusal;
use crate::service::Call;

/// Binds the pod to the node that the body names.
pub(crate) async fn bind(call: Call) -> Result<Reply, Refusal> {
    let binding = body::object(&call.content_type, &call.body)?;
    let node = binding["target"]["name"].as_str().unwrap_or_default().to_owned();
    if node.is_empty() {
        return Err(Refusal::bad_request("target.name: Required value"));
    }
    let dry = call.options.dry_run()?;
    let key = call.kind.key(&call.resource.namespace, call.name());
    let missing = call.not_found();
    let change = call.api.store.change(move |txn| {
        let mut pod = txn.get(&key)?.ok_or(missing)?;
        let conflict = |why: &str| Refusal::conflict("", "pods/binding", &key.name, why);
        if meta::is_deleting(&pod) {
            return Err(conflict(&format!(
                "pod {} is being deleted, cannot be assigned to a host",
                key.name
            )));
        }
        if let Some(taken) = pod["spec"]["nodeName"].as_str().filter(|it| !it.is_empty()) {
            return Err(conflict(&format!(
                "pod {} is already assigned to node {taken:?}",
                key.name
            )));
        }
        pod["spec"]["nodeName"] = json!(node);
        let conditions = &mut pod["status"]["conditions"];
        if !conditions.is_array() {
            *conditions = json!([]);
        }
        if let Some(list) = conditions.as_array_mut() {
            list.retain(|it| it["type"] != "PodScheduled");
            list.push(json!({
                "type": "PodScheduled", "status": "True", "lastTransitionTime": meta::now(),
            }));
        }
        if !dry {
            txn.put(key, &mut pod);
        }
        Ok(())
    });
    change.await?;
    let done = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201});
    Ok(answer::json(StatusCode::CREATED, &done))
}
