//! What the parent module promises, held to it.

use super::*;

fn manifest(layers: &[&str], config: &str) -> Manifest {
    Manifest {
        schema_version: 2,
        media_type: Some(MANIFEST.into()),
        artifact_type: None,
        config: Some(Descriptor::of(config, b"{}")),
        layers: layers.iter().map(|it| Descriptor::of(it, b"x")).collect(),
        manifests: Vec::new(),
        subject: None,
        annotations: BTreeMap::new(),
    }
}

#[test]
fn what_was_packed_is_found_again() {
    let packed = pack(b"component", &BTreeMap::new());
    let read: Manifest = serde_json::from_slice(&packed.manifest).unwrap();
    assert_eq!(component(&read).unwrap().digest, Digest::of(b"component").as_str());
    assert_eq!(read.config.unwrap().digest, Digest::of(&packed.config).as_str());
}

#[test]
fn components_of_older_tools_are_read() {
    assert!(component(&manifest(&[LEGACY_LAYER], CONFIG)).is_ok());
}

#[test]
fn container_images_are_told_apart() {
    let image = manifest(
        &["application/vnd.oci.image.layer.v1.tar+gzip"],
        "application/vnd.oci.image.config.v1+json",
    );
    assert_eq!(component(&image), Err(Refusal::NotWasm("a container image".into())));
    let docker = manifest(
        &["application/vnd.docker.image.rootfs.diff.tar.gzip"],
        "application/vnd.docker.container.image.v1+json",
    );
    assert_eq!(component(&docker), Err(Refusal::NotWasm("a container image".into())));
}

#[test]
fn more_than_one_layer_is_refused() {
    assert_eq!(component(&manifest(&[LAYER, LAYER], CONFIG)), Err(Refusal::Layers(2)));
}
