//! Tables: how a client that prints, such as kubectl, gets its columns.

use serde_json::{Value, json};

use crate::kinds::Kind;
use crate::meta;
use crate::verbs::read::metadata_only;

/// Objects as a table.
pub(crate) fn of(kind: &Kind, objects: &[Value], metadata: &Value, with_columns: bool) -> Value {
    let _ = kind;
    let columns = json!([
        {"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0},
        {"name": "Created At", "type": "date", "format": "", "description": "", "priority": 0},
    ]);
    let row = |object: &Value| {
        json!({
            "cells": [meta::name(object), object["metadata"]["creationTimestamp"]],
            "object": metadata_only(object.clone()),
        })
    };
    json!({
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
        "columnDefinitions": if with_columns { columns } else { json!([]) },
        "rows": objects.iter().map(row).collect::<Vec<_>>(),
    })
}
