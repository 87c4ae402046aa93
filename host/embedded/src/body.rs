//! The body of a request as a value, from JSON or YAML.

use serde_json::Value;

use crate::refusal::Refusal;

/// The media type without its parameters.
fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// The object in a body.
pub(crate) fn object(content_type: &str, bytes: &[u8]) -> Result<Value, Refusal> {
    let value = match media_type(content_type) {
        "" | "*/*" | "application/json" => json(bytes)?,
        "application/yaml" | "text/yaml" => yaml(bytes)?,
        other => {
            let known = "application/json, application/yaml";
            return Err(Refusal::unsupported_media_type(other, known));
        }
    };
    if value.is_object() {
        Ok(value)
    } else {
        Err(Refusal::bad_request("the body of the request must be an object"))
    }
}

/// A JSON body.
pub(crate) fn json(bytes: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes)
        .map_err(|it| Refusal::bad_request(format!("the body of the request is not JSON: {it}")))
}

/// A YAML body; JSON is YAML too.
pub(crate) fn yaml(bytes: &[u8]) -> Result<Value, Refusal> {
    serde_yaml_ng::from_slice(bytes)
        .map_err(|it| Refusal::bad_request(format!("error decoding YAML: {it}")))
}
