//! What the parent module promises, held to it.

use std::collections::BTreeMap;

use futures::stream;

use super::*;
use crate::layout;
use crate::name::Target;
use crate::range::Part;

fn store() -> (tempfile::TempDir, Local) {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    (dir, local)
}

fn repository(text: &str) -> Repository {
    text.parse().unwrap()
}

fn target(text: &str) -> Target {
    text.parse().unwrap()
}

fn range(first: u64, last: u64) -> Part {
    Part { first, last }
}

fn part(
    content: &'static [u8],
) -> impl futures::Stream<Item = std::io::Result<bytes::Bytes>> + Unpin {
    stream::iter([Ok(bytes::Bytes::from_static(content))])
}

#[tokio::test]
async fn a_component_is_read_back_by_tag_and_by_digest() {
    let (_dir, local) = store();
    let name = repository("slipway/hello");
    let words = BTreeMap::from([("org.opencontainers.image.title".into(), "Hello".into())]);
    let tag = "1.0.0".parse().unwrap();
    let digest = local.put_component(&name, &tag, b"wasm", &words).await.unwrap();
    let again = local.put_component(&name, &tag, b"wasm", &words).await.unwrap();
    assert_eq!(digest, again);
    for by in ["1.0.0", digest.as_str()] {
        let read = local.component(&name, &target(by)).await.unwrap();
        assert_eq!((read.content.as_slice(), &read.annotations), (&b"wasm"[..], &words));
        assert_eq!(read.manifest, digest);
    }
    assert_eq!(local.list_repositories(None).await.unwrap(), vec![name.clone()]);
    assert_eq!(local.list_tags(&name, None, 10).await.unwrap(), [tag]);
}

#[tokio::test]
async fn an_upload_goes_on_where_it_broke_off() {
    let (_dir, local) = store();
    let name = repository("a");
    let id = local.start_upload(&name).await.unwrap();
    assert_eq!(local.append(&name, id, Some(range(0, 3)), None, part(b"one ")).await.unwrap(), 4);
    let error = local.append(&name, id, Some(range(9, 11)), None, part(b"two")).await.unwrap_err();
    assert!(matches!(error, Error::OffsetMismatch { expected: 4, asked: 9 }));
    assert_eq!(local.append(&name, id, Some(range(4, 6)), None, part(b"two")).await.unwrap(), 7);
    let digest = Digest::of(b"one two");
    local.finish_upload(&name, id, &digest).await.unwrap();
    assert_eq!(local.blob_size(&name, &digest).await.unwrap(), 7);
    assert!(matches!(local.upload_size(&name, id).await, Err(Error::UploadUnknown(_))));
}

#[tokio::test]
async fn content_that_is_not_its_digest_is_refused() {
    let (_dir, local) = store();
    let name = repository("a");
    let id = local.start_upload(&name).await.unwrap();
    local.append(&name, id, None, None, part(b"other")).await.unwrap();
    let digest = Digest::of(b"said");
    let error = local.finish_upload(&name, id, &digest).await.unwrap_err();
    assert!(matches!(error, Error::DigestMismatch { .. }));
    assert!(local.blob_size(&name, &digest).await.is_err());
}

#[tokio::test]
async fn a_repository_does_not_show_what_only_another_holds() {
    let (_dir, local) = store();
    let (mine, yours) = (repository("mine"), repository("yours"));
    let digest = local.put_blob(&mine, b"secret").await.unwrap();
    assert!(local.blob(&yours, &digest).await.is_err());
    assert!(local.mount_blob(&yours, &mine, &digest, None).await.unwrap());
    local.delete_blob(&mine, &digest).await.unwrap();
    assert_eq!(local.blob_size(&yours, &digest).await.unwrap(), 6);
    local.delete_blob(&yours, &digest).await.unwrap();
    assert!(local.blob_size(&yours, &digest).await.is_err());
}

#[tokio::test]
async fn a_manifest_needs_its_content() {
    let (_dir, local) = store();
    let packed = layout::pack(b"never pushed", &BTreeMap::new());
    let (name, tag) = (repository("a"), target("1"));
    let put = local.put_manifest(&name, &tag, layout::MANIFEST, &packed.manifest).await;
    assert!(matches!(put, Err(Error::ManifestBlobUnknown { .. })));
}

#[tokio::test]
async fn referrers_are_listed_until_they_are_deleted() {
    let (_dir, local) = store();
    let name = repository("a");
    let tag = "1".parse().unwrap();
    let subject = local.put_component(&name, &tag, b"wasm", &BTreeMap::new()).await.unwrap();
    let subject = Digest::from(&subject);
    let config = local.put_blob(&name, b"{}").await.unwrap();
    let signature = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": layout::MANIFEST,
        "artifactType": "application/x-signature",
        "config": { "mediaType": "application/vnd.oci.empty.v1+json", "digest": config.as_str(), "size": 2 },
        "subject": { "mediaType": layout::MANIFEST, "digest": subject.as_str(), "size": 1 },
    });
    let content = signature.to_string().into_bytes();
    let by_digest = Target::Digest(Digest::of(&content));
    let stored = local.put_manifest(&name, &by_digest, layout::MANIFEST, &content).await.unwrap();
    assert_eq!(stored.subject, Some(subject.clone()));

    let listed = local.referrers(&name, &subject, Some("application/x-signature")).await.unwrap();
    assert_eq!(listed["manifests"][0]["digest"], stored.digest.as_str());
    let other = local.referrers(&name, &subject, Some("application/x-other")).await.unwrap();
    assert_eq!(other["manifests"], serde_json::json!([]));
    local.delete_manifest(&name, &by_digest).await.unwrap();
    let none = local.referrers(&name, &subject, None).await.unwrap();
    assert_eq!(none["manifests"], serde_json::json!([]));
}

#[tokio::test]
async fn deleting_a_manifest_takes_its_tags_along() {
    let (_dir, local) = store();
    let name = repository("a");
    let tag = "1".parse().unwrap();
    let digest = local.put_component(&name, &tag, b"wasm", &BTreeMap::new()).await.unwrap();
    local.delete_manifest(&name, &Target::Digest(Digest::from(&digest))).await.unwrap();
    assert!(local.list_tags(&name, None, 10).await.unwrap().is_empty());
    let gone = local.manifest(&name, &target("1")).await;
    assert!(matches!(gone, Err(Error::ManifestUnknown { .. })));
}
