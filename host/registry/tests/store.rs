//! The store on disk: crashes between steps, pushes at once, sweeping against pushes, quotas.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::{Stream, stream};
use slipway_registry::digest::{Algorithm, Digest};
use slipway_registry::layout;
use slipway_registry::local::{Ages, Error, Local, Swept, UploadId};
use slipway_registry::name::{Repository, Target};
use slipway_registry::range::Part;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn name(text: &str) -> Repository {
    text.parse().unwrap()
}

fn pieces(content: &[u8]) -> impl Stream<Item = std::io::Result<Bytes>> + Send + Unpin + 'static {
    let pieces: Vec<_> = content.chunks(7).map(|it| Ok(Bytes::copy_from_slice(it))).collect();
    stream::iter(pieces)
}

/// As if a day had gone by.
fn tomorrow() -> Ages {
    let now = SystemTime::now() + DAY + Duration::from_secs(60);
    Ages { now, unnamed: DAY, upload: DAY }
}

async fn push(
    local: &Local,
    to: &Repository,
    content: &[u8],
    quota: Option<u64>,
) -> Result<Digest, Error> {
    let id = local.start_upload(to).await?;
    local.append(to, id, None, quota, pieces(content)).await?;
    let digest = Digest::of(content);
    local.finish_upload(to, id, &digest).await?;
    Ok(digest)
}

/// An image of one layer, under a tag.
async fn image(local: &Local, to: &Repository, tag: &str, layer: &[u8]) -> Digest {
    let layer_digest = push(local, to, layer, None).await.unwrap();
    let config = push(local, to, b"{}", None).await.unwrap();
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": layout::MANIFEST,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": config.as_str(), "size": 2},
        "layers": [{"mediaType": "application/x", "digest": layer_digest.as_str(), "size": layer.len()}],
    });
    let target: Target = tag.parse().unwrap();
    let content = manifest.to_string();
    local.put_manifest(to, &target, layout::MANIFEST, content.as_bytes()).await.unwrap().digest
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn what_a_crash_left_is_no_content_and_is_swept() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let repository = name("shop/web");
    let whole = Digest::of(b"whole content");
    // Between writing and renaming; between renaming and the repository's own file; in the middle of an upload.
    std::fs::write(dir.path().join("blobs/.0198-half"), b"whole con").unwrap();
    std::fs::write(dir.path().join("blobs").join(whole.hex()), b"whole content").unwrap();
    let id = local.start_upload(&repository).await.unwrap();
    local.append(&repository, id, None, None, pieces(b"whole con")).await.unwrap();
    drop(local);

    let again = Local::open(dir.path()).unwrap();
    assert!(matches!(again.blob(&repository, &whole).await, Err(Error::BlobUnknown { .. })));
    assert_eq!(again.upload_size(&repository, id).await.unwrap(), 9);
    again
        .append(&repository, id, Some(Part { first: 9, last: 12 }), None, pieces(b"tent"))
        .await
        .unwrap();
    again.finish_upload(&repository, id, &whole).await.unwrap();
    assert_eq!(again.blob_size(&repository, &whole).await.unwrap(), 13);

    let today = Ages { now: SystemTime::now(), ..tomorrow() };
    assert_eq!(again.sweep(today).await.unwrap(), Swept::default());
    assert_eq!(again.sweep(tomorrow()).await.unwrap().blobs, 2, "the half, and what nothing names");
    assert_eq!(files(&dir.path().join("blobs")), 0);
}

#[tokio::test]
async fn only_what_a_manifest_names_outlives_a_sweep() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let (web, copy) = (name("shop/web"), name("shop/copy"));
    let manifest = image(&local, &web, "1.0", b"layer").await;
    let layer = Digest::of(b"layer");
    let loose = push(&local, &web, b"nobody names it", None).await.unwrap();
    assert!(local.mount_blob(&copy, &web, &layer, None).await.unwrap());
    let left = local.start_upload(&web).await.unwrap();

    let swept = local.sweep(tomorrow()).await.unwrap();
    assert_eq!((swept.uploads, swept.links, swept.blobs), (1, 2, 1));
    assert!(local.upload_size(&web, left).await.is_err());
    assert!(local.blob(&web, &loose).await.is_err());
    assert!(local.blob(&copy, &layer).await.is_err());
    assert_eq!(local.blob_size(&web, &layer).await.unwrap(), 5);

    // Its tag is gone, and it stays: somebody may have pinned it.
    local.delete_manifest(&web, &"1.0".parse().unwrap()).await.unwrap();
    assert_eq!(local.sweep(tomorrow()).await.unwrap(), Swept::default());
    let by_digest = Target::Digest(manifest.clone());
    assert!(local.manifest(&web, &by_digest).await.is_ok());
    local.delete_manifest(&web, &by_digest).await.unwrap();
    local.sweep(tomorrow()).await.unwrap();
    assert_eq!(files(&dir.path().join("blobs")), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pushes_go_on_while_everything_old_is_swept() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let sweeper = local.clone();
    // As hostile as can be: whatever is not named at the moment of the sweep is too old.
    let sweeping = tokio::spawn(async move {
        let now = SystemTime::now() + DAY;
        let ages = Ages { now, unnamed: Duration::ZERO, upload: DAY * 2 };
        for _ in 0..30 {
            sweeper.sweep(ages).await.unwrap();
        }
    });
    let pushes = (0..4).map(|number| {
        let local = local.clone();
        tokio::spawn(async move {
            let to = name(&format!("shop/web{}", number % 2));
            for round in 0..12 {
                let layer = format!("layer of {number} in {round}");
                // What was swept between two requests is pushed again, as clients do; nothing is ever half there.
                for _ in 0..50 {
                    let digest = push(&local, &to, layer.as_bytes(), None).await.unwrap();
                    push(&local, &to, b"{}", None).await.unwrap();
                    let manifest = serde_json::json!({
                        "config": {"digest": Digest::of(b"{}").as_str()},
                        "layers": [{"digest": digest.as_str()}],
                    });
                    let target = Target::Tag(format!("t{number}-{round}").parse().unwrap());
                    let content = manifest.to_string();
                    let put =
                        local.put_manifest(&to, &target, layout::MANIFEST, content.as_bytes());
                    match put.await {
                        Ok(_) => break,
                        Err(Error::ManifestBlobUnknown { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            to
        })
    });
    for pushed in futures::future::join_all(pushes).await {
        let to = pushed.unwrap();
        for tag in local.list_tags(&to, None, 100).await.unwrap() {
            let found = local.manifest(&to, &Target::Tag(tag)).await.unwrap();
            let manifest: serde_json::Value = serde_json::from_slice(&found.content).unwrap();
            let layer: Digest = manifest["layers"][0]["digest"].as_str().unwrap().parse().unwrap();
            assert!(
                local.blob_size(&to, &layer).await.is_ok(),
                "a manifest stands without its content"
            );
        }
    }
    sweeping.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_content_pushed_by_many_at_once_is_there_once() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let content: Vec<u8> = (0..2_000u32).flat_map(u32::to_le_bytes).collect();
    let pushes = (0..8).map(|number| {
        let (local, content) = (local.clone(), content.clone());
        tokio::spawn(async move {
            push(&local, &name(&format!("shop/n{number}")), &content, None).await
        })
    });
    for pushed in futures::future::join_all(pushes).await {
        assert_eq!(pushed.unwrap().unwrap(), Digest::of(&content));
    }
    assert_eq!(files(&dir.path().join("blobs")), 1);
    let project = "shop".parse().unwrap();
    assert_eq!(local.used_bytes(&project).await.unwrap(), content.len() as u64);
}

#[tokio::test]
async fn a_project_keeps_what_its_quota_lets_it() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let (web, copy, other) = (name("shop/web"), name("shop/copy"), name("lab/web"));
    let project = "shop".parse().unwrap();
    let digest = push(&local, &web, &[1; 60], Some(100)).await.unwrap();
    // What the project holds already costs nothing more.
    assert!(local.mount_blob(&copy, &web, &digest, Some(60)).await.unwrap());
    let over = push(&local, &copy, &[2; 41], Some(100)).await;
    assert!(matches!(over, Err(Error::QuotaExceeded { limit_bytes: 100, .. })));
    assert_eq!(
        local.used_bytes(&project).await.unwrap(),
        60,
        "what was refused counts for nothing"
    );
    push(&local, &other, &[3; 80], Some(100)).await.unwrap();
    push(&local, &copy, &[4; 40], Some(100)).await.unwrap();

    // Counted anew from the disk it is the same.
    let again = Local::open(dir.path()).unwrap();
    assert_eq!(again.used_bytes(&project).await.unwrap(), 100);
    again.delete_blob(&web, &digest).await.unwrap();
    assert_eq!(again.used_bytes(&project).await.unwrap(), 100);
    again.delete_blob(&copy, &digest).await.unwrap();
    assert_eq!(again.used_bytes(&project).await.unwrap(), 40);
    let mounted = again.mount_blob(&web, &other, &Digest::of(&[3; 80]), Some(100)).await;
    assert!(matches!(mounted, Err(Error::QuotaExceeded { .. })));
}

#[tokio::test]
async fn a_part_that_is_refused_leaves_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap().with_largest_blob(10);
    let repository = name("shop/web");
    let id = local.start_upload(&repository).await.unwrap();
    local.append(&repository, id, None, None, pieces(b"12345")).await.unwrap();
    let long = local.append(&repository, id, None, None, pieces(b"678901")).await;
    assert!(matches!(long, Err(Error::TooLarge { limit_bytes: 10 })));
    for said in [Part { first: 5, last: 6 }, Part { first: 5, last: 9 }] {
        let lied = local.append(&repository, id, Some(said), None, pieces(b"678")).await;
        assert!(matches!(lied, Err(Error::LengthMismatch { .. })), "{lied:?}");
    }
    assert_eq!(local.upload_size(&repository, id).await.unwrap(), 5);

    // A connection that is lost keeps what came.
    let lost: Vec<std::io::Result<Bytes>> =
        vec![Ok(Bytes::from_static(b"67")), Err(std::io::Error::other("lost"))];
    let broke = local.append(&repository, id, None, None, stream::iter(lost)).await;
    assert!(matches!(broke, Err(Error::BrokeOff(_))));
    assert_eq!(local.upload_size(&repository, id).await.unwrap(), 7);
}

#[tokio::test]
async fn an_upload_is_of_its_repository_and_of_one_request_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let (mine, yours) = (name("shop/web"), name("lab/web"));
    let id: UploadId = local.start_upload(&mine).await.unwrap();
    let digest = Digest::of(b"");
    assert!(matches!(local.upload_size(&yours, id).await, Err(Error::UploadUnknown(_))));
    assert!(matches!(local.finish_upload(&yours, id, &digest).await, Err(Error::UploadUnknown(_))));

    let (sender, receiver) = futures::channel::mpsc::unbounded::<std::io::Result<Bytes>>();
    let (writer, to) = (local.clone(), mine.clone());
    let writing = tokio::spawn(async move { writer.append(&to, id, None, None, receiver).await });
    // Its first byte is here, so it has its turn.
    sender.unbounded_send(Ok(Bytes::from_static(b"1"))).unwrap();
    while local.upload_size(&mine, id).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    let second = local.append(&mine, id, None, None, pieces(b"x")).await;
    assert!(matches!(second, Err(Error::UploadBusy(_))), "{second:?}");
    assert!(matches!(local.cancel_upload(&mine, id).await, Err(Error::UploadBusy(_))));
    drop(sender);
    assert_eq!(writing.await.unwrap().unwrap(), 1);
    local.cancel_upload(&mine, id).await.unwrap();
}

#[tokio::test]
async fn content_of_both_algorithms_lies_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let repository = name("shop/web");
    for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
        let digest = algorithm.digest(b"content");
        let id = local.start_upload(&repository).await.unwrap();
        local.append(&repository, id, None, None, pieces(b"content")).await.unwrap();
        local.finish_upload(&repository, id, &digest).await.unwrap();
        assert_eq!(local.read_blob(&repository, &digest, 7).await.unwrap().unwrap(), b"content");
        let larger = local.read_blob(&repository, &digest, 6).await;
        assert!(matches!(larger, Err(Error::TooLarge { limit_bytes: 6 })));
    }
    assert_eq!(files(&dir.path().join("blobs")), 2);
}

#[tokio::test]
async fn a_component_is_not_read_out_of_a_repository_that_does_not_hold_it() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let (theirs, ours) = (name("theirs/web"), name("ours/web"));
    let packed = layout::pack(b"component of others", &std::collections::BTreeMap::default());
    local.put_blob(&theirs, b"component of others").await.unwrap();
    // Of a media type that is not known here, what a manifest names is not looked for when it is pushed.
    let mut manifest: serde_json::Value = serde_json::from_slice(&packed.manifest).unwrap();
    manifest.as_object_mut().unwrap().remove("mediaType");
    let target: Target = "1.0.0".parse().unwrap();
    let of = "application/vnd.example+json";
    local.put_manifest(&ours, &target, of, manifest.to_string().as_bytes()).await.unwrap();
    let read = local.component(&ours, &target).await;
    assert!(matches!(read, Err(Error::BlobUnknown { .. })), "{read:?}");
}

#[tokio::test]
async fn nothing_is_left_of_a_project_that_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let local = Local::open(dir.path()).unwrap();
    let project = "shop".parse().unwrap();
    image(&local, &name("shop/web"), "1.0", b"layer").await;
    image(&local, &name("blueprint/web"), "1.0", b"other").await;
    assert_eq!(local.projects().await.unwrap(), std::slice::from_ref(&project));
    local.remove_project(&project).await.unwrap();
    assert_eq!(local.used_bytes(&project).await.unwrap(), 0);
    assert_eq!(local.list_repositories(None).await.unwrap(), [name("blueprint/web")]);
}
