//! Reading one object, or a page of many.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};

use crate::answer::{self, Reply};
use crate::convert;
use crate::form::Form;
use crate::kinds::Kind;
use crate::refusal::Refusal;
use crate::scale;
use crate::selector::Selector;
use crate::service::Call;
use crate::store::{Key, Sketch, View};
use crate::table;

/// One object.
pub(crate) fn get(call: &Call) -> Result<Reply, Refusal> {
    let object = find(call)?;
    Ok(shaped(call, StatusCode::OK, object))
}

/// The `scale` of one object.
pub(crate) fn get_scale(call: &Call) -> Result<Reply, Refusal> {
    let object = find(call)?;
    let paths = call.kind.scale.as_ref().ok_or_else(Refusal::no_such_path)?;
    Ok(answer::json(StatusCode::OK, &scale::of(paths, &object)))
}

fn find(call: &Call) -> Result<Value, Refusal> {
    let key = call.kind.key(&call.resource.namespace, call.name());
    let object = call.api.store.view()?.get(&key)?.ok_or_else(|| call.not_found())?;
    Ok(convert::from_stored(&call.kind, object))
}

/// One object in the form that the client wants.
pub(crate) fn shaped(call: &Call, code: StatusCode, object: Value) -> Reply {
    let value = match call.form {
        Form::Whole => object,
        Form::Metadata => metadata_only(object),
        Form::Table => table::of(&call.kind, &[object], &json!({}), true),
    };
    answer::json(code, &value)
}

/// The metadata alone.
pub(crate) fn metadata_only(mut object: Value) -> Value {
    let metadata = object["metadata"].take();
    json!({"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": metadata})
}

/// A page of objects.
struct Page {
    texts: Vec<String>,
    /// The last key of this page, where there is more.
    more: Option<String>,
    remaining: u64,
}

/// Objects of a kind, as many as the page may hold.
pub(crate) async fn list(call: Call) -> Result<Reply, Refusal> {
    // A large list is work for the processor: it must not hold up the others.
    let work = tokio::task::spawn_blocking(move || list_now(&call));
    work.await.map_err(|it| Refusal::internal("a list was broken off", &it))?
}

fn list_now(call: &Call) -> Result<Reply, Refusal> {
    let selector = Selector::of(&call.options)?;
    let limit = call.options.number("limit")?.filter(|it| *it > 0);
    let after = call.options.text("continue").map(read_token).transpose()?;
    let view = call.api.store.view()?;
    if let Some(wanted) = call.options.number("resourceVersion")?
        && wanted > view.version
    {
        return Err(Refusal::bad_request(format!(
            "resourceVersion {wanted} is larger than the current one, {}",
            view.version
        )));
    }
    let page = page(&view, &call.kind, &call.resource.namespace, &selector, limit, after.as_ref())?;
    let mut metadata = json!({"resourceVersion": view.version.to_string()});
    if let Some(last) = &page.more {
        metadata["continue"] = json!(URL_SAFE_NO_PAD.encode(last));
        // With a selector, Kubernetes does not count what it has not looked at either.
        if selector.takes_all() {
            metadata["remainingItemCount"] = json!(page.remaining);
        }
    }
    let text = body(call, &metadata, page.texts)?;
    Ok(answer::json_text(StatusCode::OK, text))
}

fn body(call: &Call, metadata: &Value, texts: Vec<String>) -> Result<String, Refusal> {
    let kind = &call.kind;
    if call.form == Form::Whole && !kind.converts() {
        // The stored texts are the answer: nothing is parsed and printed again.
        let head = json!({"kind": format!("{}List", kind.kind), "apiVersion": kind.api_version(), "metadata": metadata});
        let mut text = head.to_string();
        text.pop();
        text.push_str(",\"items\":[");
        text.push_str(&texts.join(","));
        text.push_str("]}");
        return Ok(text);
    }
    let mut items = Vec::with_capacity(texts.len());
    for text in texts {
        items.push(parse(kind, &text)?);
    }
    let value = match call.form {
        Form::Table => table::of(kind, &items, metadata, true),
        Form::Metadata => json!({
            "apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadataList",
            "metadata": metadata,
            "items": items.into_iter().map(metadata_only).collect::<Vec<_>>(),
        }),
        Form::Whole => json!({
            "kind": format!("{}List", kind.kind), "apiVersion": kind.api_version(),
            "metadata": metadata, "items": items,
        }),
    };
    Ok(value.to_string())
}

/// A stored text as an object of the kind that is asked for.
pub(crate) fn parse(kind: &Kind, text: &str) -> Result<Value, Refusal> {
    let object = serde_json::from_str(text)
        .map_err(|it| Refusal::internal("a stored object is not JSON", &it))?;
    Ok(convert::from_stored(kind, object))
}

/// The texts of everything that a selector takes, with the version that they show.
pub(crate) fn all(
    view: &View,
    kind: &Arc<Kind>,
    namespace: &str,
    selector: &Selector,
) -> Result<Vec<String>, Refusal> {
    Ok(page(view, kind, namespace, selector, None, None)?.texts)
}

fn page(
    view: &View,
    kind: &Kind,
    namespace: &str,
    selector: &Selector,
    limit: Option<u64>,
    after: Option<&Key>,
) -> Result<Page, Refusal> {
    let mut page = Page { texts: Vec::new(), more: None, remaining: 0 };
    let mut last = String::new();
    view.scan(&kind.store, namespace, after, |key, text| {
        if !selector.takes_all() {
            let sketch = Sketch::of(text)
                .map_err(|it| Refusal::internal("a stored object is unreadable", &it))?;
            if !selector.takes(&sketch) {
                return Ok(true);
            }
        }
        if limit.is_some_and(|it| page.texts.len() as u64 >= it) {
            page.more.get_or_insert_with(|| last.clone());
            page.remaining += 1;
            return Ok(selector.takes_all());
        }
        key.clone_into(&mut last);
        page.texts.push(text.to_owned());
        Ok(true)
    })?;
    Ok(page)
}

fn read_token(token: &str) -> Result<Key, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let text = bytes.and_then(|it| String::from_utf8(it).ok());
    text.and_then(|it| Key::parse(&it))
        .ok_or_else(|| Refusal::bad_request("continue key is not valid"))
}
