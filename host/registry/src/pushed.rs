//! A manifest that was pushed: what a registry must know of it, whatever else is in it.
//!
//! The bytes are kept as they came. Of the types that OCI and Docker define, the references are checked; a manifest of any other type is
//! taken as it is, and what looks like a reference in it is kept from being swept.

use serde_json::{Map, Value};

use crate::digest::Digest;
use crate::layout::{DOCKER_LIST, DOCKER_MANIFEST, INDEX, MANIFEST};

/// What a manifest says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pushed {
    /// Content that must have been pushed before.
    pub blobs: Vec<Digest>,
    /// Manifests that must have been pushed before.
    pub manifests: Vec<Digest>,
    /// What it is about; that may come later, or never.
    pub subject: Option<Digest>,
    /// Its `artifactType`; of an image without one, the type of its configuration.
    pub artifact_type: Option<String>,
    /// Words about it.
    pub annotations: Map<String, Value>,
}

/// Reads a manifest that was pushed as this media type; the error is for whoever pushed it.
pub fn read(media_type: &str, content: &[u8]) -> Result<Pushed, String> {
    let known = [MANIFEST, INDEX, DOCKER_MANIFEST, DOCKER_LIST].contains(&media_type);
    let document: Value = match serde_json::from_slice(content) {
        Ok(document) => document,
        Err(_) if !known => return Ok(Pushed::default()),
        Err(error) => return Err(format!("it is no JSON: {error}")),
    };
    let Some(fields) = document.as_object() else {
        return if known { Err("it is no JSON object".into()) } else { Ok(Pushed::default()) };
    };
    let said = text(fields, "mediaType");
    if let Some(said) = said.filter(|it| *it != media_type) {
        return Err(format!("it was pushed as {media_type} and says that it is {said}"));
    }
    let subject = fields.get("subject").filter(|it| !it.is_null()).map(address).transpose()?;
    let mut pushed = Pushed {
        subject,
        artifact_type: text(fields, "artifactType").filter(|it| !it.is_empty()).map(str::to_owned),
        annotations: fields
            .get("annotations")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default(),
        ..Pushed::default()
    };
    match media_type {
        MANIFEST | DOCKER_MANIFEST => image(fields, &mut pushed)?,
        INDEX | DOCKER_LIST => pushed.manifests = addresses(fields, "manifests")?,
        _ => {}
    }
    Ok(pushed)
}

fn image(fields: &Map<String, Value>, pushed: &mut Pushed) -> Result<(), String> {
    let config = fields.get("config").ok_or("it has no config")?;
    pushed.blobs = vec![address(config)?];
    let layers = list(fields, "layers")?.iter().filter(|it| !is_elsewhere(it));
    for layer in layers {
        pushed.blobs.push(address(layer)?);
    }
    if pushed.artifact_type.is_none() {
        pushed.artifact_type = config.get("mediaType").and_then(Value::as_str).map(str::to_owned);
    }
    Ok(())
}

/// Layers that may not be handed on lie where their `urls` say (image-spec, layer.md#non-distributable-layers).
fn is_elsewhere(layer: &Value) -> bool {
    let media_type = layer.get("mediaType").and_then(Value::as_str).unwrap_or_default();
    media_type.contains(".nondistributable.") || media_type.contains(".rootfs.foreign.")
}

/// Every digest that stands anywhere in a manifest: what sweeping must leave.
pub fn named(content: &[u8]) -> Vec<Digest> {
    let mut found = Vec::new();
    if let Ok(document) = serde_json::from_slice::<Value>(content) {
        collect(&document, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<Digest>) {
    match value {
        Value::Object(fields) => {
            found.extend(text(fields, "digest").and_then(|it| it.parse().ok()));
            fields.values().for_each(|it| collect(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| collect(it, found)),
        _ => {}
    }
}

fn addresses(fields: &Map<String, Value>, name: &str) -> Result<Vec<Digest>, String> {
    list(fields, name)?.iter().map(address).collect()
}

fn list<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a [Value], String> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("{name} in it is no list")),
    }
}

fn address(descriptor: &Value) -> Result<Digest, String> {
    let digest = descriptor.get("digest").and_then(Value::as_str);
    let digest = digest.ok_or("a descriptor in it has no digest")?;
    digest.parse().map_err(|it: crate::digest::Malformed| format!("in it, {it}"))
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn descriptor(media_type: &str, content: &[u8]) -> Value {
        json!({"mediaType": media_type, "digest": Digest::of(content).as_str(), "size": content.len()})
    }

    fn check(media_type: &str, manifest: &Value) -> Result<Pushed, String> {
        read(media_type, manifest.to_string().as_bytes())
    }

    #[test]
    fn an_image_names_its_content_and_not_what_lies_elsewhere() {
        let foreign = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
        let manifest = json!({
            "schemaVersion": 2,
            "config": descriptor("application/x-config", b"c"),
            "layers": [descriptor("application/x-layer", b"l"), descriptor(foreign, b"f")],
            "annotations": null,
        });
        let pushed = check(MANIFEST, &manifest).unwrap();
        assert_eq!(pushed.blobs, [Digest::of(b"c"), Digest::of(b"l")]);
        assert_eq!(pushed.artifact_type.as_deref(), Some("application/x-config"));
        assert_eq!(named(manifest.to_string().as_bytes()).len(), 3);
    }

    #[test]
    fn an_index_without_a_type_has_none() {
        let manifest = json!({"manifests": [descriptor(MANIFEST, b"m")], "subject": descriptor(MANIFEST, b"s")});
        let pushed = check(INDEX, &manifest).unwrap();
        assert_eq!((pushed.artifact_type, pushed.subject), (None, Some(Digest::of(b"s"))));
        assert_eq!(pushed.manifests, [Digest::of(b"m")]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (manifest, words) in [
            (json!({"mediaType": INDEX, "config": descriptor("a", b"")}), "says that it is"),
            (json!({"layers": []}), "no config"),
            (json!({"config": {"digest": "sha256:short"}}), "no digest"),
            (json!({"config": descriptor("a", b""), "layers": 1}), "no list"),
            (json!([]), "no JSON object"),
        ] {
            let error = check(MANIFEST, &manifest).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn other_types_are_taken_as_they_are() {
        assert_eq!(read("text/plain", b"\xffany"), Ok(Pushed::default()));
        let manifest = json!({"digest": Digest::of(b"x").as_str()}).to_string();
        assert!(read("application/x-own", manifest.as_bytes()).unwrap().blobs.is_empty());
        assert_eq!(named(manifest.as_bytes()), [Digest::of(b"x")]);
    }
}
