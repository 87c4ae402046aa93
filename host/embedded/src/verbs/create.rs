//! Creating an object.

use http::StatusCode;
use serde_json::{Value, json};

use super::read::shaped;
use crate::admission;
use crate::answer::Reply;
use crate::body;
use crate::convert;
use crate::kinds::Kind;
use crate::managers::{self, Operation, Writer};
use crate::meta;
use crate::refusal::{Cause, Refusal};
use crate::service::Call;
use crate::store::{Key, Txn};

/// Creates the object in the body.
pub(crate) async fn create(call: Call) -> Result<Reply, Refusal> {
    let sent = body::object(&call.content_type, &call.body)?;
    let object = fresh(&call, sent, Operation::Update)?;
    let dry = call.options.dry_run()?;
    let kind = call.kind.clone();
    let manager = call.manager.clone();
    let made = call.api.store.change(move |txn| {
        let writer = Writer { manager, operation: Operation::Update, subresource: None };
        let mut object = object;
        managers::updated(&kind, None, &mut object, &writer);
        insert(txn, &kind, object, dry)
    });
    let made = made.await?;
    Ok(shaped(&call, StatusCode::CREATED, made))
}

/// An object that is ready to be stored for the first time, but for what needs the transaction.
pub(crate) fn fresh(
    call: &Call,
    mut object: Value,
    operation: Operation,
) -> Result<Value, Refusal> {
    let kind = &call.kind;
    place(call, &mut object)?;
    if meta::name(&object).is_empty() {
        let base = meta::text(&object, "generateName").to_owned();
        if base.is_empty() {
            let message = "Required value: name or generateName is required".to_owned();
            let field = "metadata.name".to_owned();
            let cause = Cause { reason: "FieldValueRequired", field, message };
            return Err(Refusal::invalid(&kind.group, &kind.kind, "", vec![cause]));
        }
        meta::set(&mut object, "name", json!(meta::generated(&base)));
    }
    if !meta::text(&object, "resourceVersion").is_empty() {
        let message = "resourceVersion should not be set on objects to be created";
        return Err(Refusal::bad_request(message));
    }
    meta::stamp(&mut object);
    let mut object = admission::incoming(kind, object, &call.options, operation)?;
    admission::first(kind, &mut object);
    admission::check(kind, &object, None)?;
    Ok(object)
}

/// The object must say the same kind and place as the path.
pub(crate) fn place(call: &Call, object: &mut Value) -> Result<(), Refusal> {
    let kind = &call.kind;
    let said = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
    let (version, name) = (said("apiVersion"), said("kind"));
    if (version, name) != (kind.api_version(), kind.kind.clone()) {
        return Err(Refusal::bad_request(format!(
            "the API version or kind in the data ({} {}) does not match the expected one ({} {})",
            said("apiVersion"),
            said("kind"),
            kind.api_version(),
            kind.kind
        )));
    }
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    if !kind.namespaced {
        meta::set(object, "namespace", Value::Null);
        return Ok(());
    }
    let asked = call.resource.namespace.as_str();
    let said = meta::namespace(object);
    if asked.is_empty() {
        return Err(Refusal::bad_request("an empty namespace may not be set during creation"));
    }
    if !said.is_empty() && said != asked {
        let message = "the namespace of the provided object does not match the namespace sent on \
                       the request";
        return Err(Refusal::bad_request(message));
    }
    meta::set(object, "namespace", json!(asked));
    Ok(())
}

/// Stores a new object, unless this is a dry run.
pub(crate) fn insert(
    txn: &mut Txn<'_>,
    kind: &Kind,
    mut object: Value,
    dry: bool,
) -> Result<Value, Refusal> {
    let name = meta::name(&object).to_owned();
    let key = kind.key(meta::namespace(&object), &name);
    if kind.namespaced {
        namespace_takes(txn, kind, &key)?;
    }
    if txn.get(&key)?.is_some() {
        return Err(Refusal::already_exists(&kind.group, &kind.plural, &name));
    }
    admission::allocate(txn, kind, &mut object, None)?;
    if dry {
        return Ok(object);
    }
    let mut stored = convert::to_stored(kind, object);
    txn.put(key, &mut stored);
    Ok(convert::from_stored(kind, stored))
}

/// A namespace must be there, and must not be on its way out.
fn namespace_takes(txn: &Txn<'_>, kind: &Kind, key: &Key) -> Result<(), Refusal> {
    let home = Key::new(&"namespaces".into(), "", &key.namespace);
    let Some(namespace) = txn.get(&home)? else {
        return Err(Refusal::not_found("", "namespaces", &key.namespace));
    };
    if meta::is_deleting(&namespace) {
        let why = format!(
            "unable to create new content in namespace {} because it is being terminated",
            key.namespace
        );
        return Err(Refusal::forbidden(&kind.group, &kind.plural, &key.name, &why));
    }
    Ok(())
}
