//! Patches: which kind of patch a body is, and the object after it.

pub(crate) mod json_patch;
pub(crate) mod merge;
pub(crate) mod strategic;

use serde_json::Value;

use crate::body;
use crate::kinds::{Kind, Make};
use crate::refusal::Refusal;

/// A patch.
pub(crate) enum Patch {
    /// RFC 7386.
    Merge(Value),
    /// RFC 6902.
    Json(Vec<json_patch::Step>),
    /// A merge patch that knows which lists have keys.
    Strategic(Value),
    /// Server-side apply.
    Apply(Value),
}

const KNOWN: &str = "application/json-patch+json, application/merge-patch+json, \
    application/strategic-merge-patch+json, application/apply-patch+yaml";

impl Patch {
    /// The patch in a body.
    pub(crate) fn read(content_type: &str, bytes: &[u8]) -> Result<Self, Refusal> {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let patch = match media_type {
            "application/merge-patch+json" => Self::Merge(object(body::json(bytes)?)?),
            "application/json-patch+json" => Self::Json(json_patch::read(&body::json(bytes)?)?),
            "application/strategic-merge-patch+json" => {
                Self::Strategic(object(body::json(bytes)?)?)
            }
            "application/apply-patch+yaml" => Self::Apply(object(body::yaml(bytes)?)?),
            "application/apply-patch+json" => Self::Apply(object(body::json(bytes)?)?),
            other => return Err(Refusal::unsupported_media_type(other, KNOWN)),
        };
        Ok(patch)
    }
}

fn object(value: Value) -> Result<Value, Refusal> {
    if value.is_object() {
        Ok(value)
    } else {
        Err(Refusal::bad_request("the patch must be an object"))
    }
}

/// The object after a patch that is no apply.
pub(crate) fn patched(kind: &Kind, mut object: Value, patch: Patch) -> Result<Value, Refusal> {
    match patch {
        Patch::Merge(patch) | Patch::Apply(patch) => merge::merge(&mut object, &patch),
        Patch::Json(steps) => json_patch::run(&mut object, &steps)?,
        Patch::Strategic(patch) => match &kind.make {
            Make::BuiltIn(row) => strategic::merge(&mut object, patch, row.merge)?,
            Make::Custom(_) => {
                return Err(Refusal::unsupported_media_type(
                    "application/strategic-merge-patch+json",
                    "application/json-patch+json, application/merge-patch+json, \
                     application/apply-patch+yaml",
                ));
            }
        },
    }
    Ok(object)
}
