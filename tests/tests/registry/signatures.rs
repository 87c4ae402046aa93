//! What is listed as signatures over a manifest is anybody's who may push.

use reqwest::Method;
use serde_json::json;
use slipway_tests::memory_kibibytes;

use super::shop::{MANIFEST, Shop, digest, status};

const STATEMENT: &str = "application/vnd.dev.cosign.simplesigning.v1+json";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_too_much_to_be_signatures_is_not_read() {
    let shop = Shop::open().await;
    let token = shop.token("deploy").await;
    let signed = shop.push_image(("shop/web", "1.0.0"), &token, b"no component").await;
    let large = vec![b'a'; 8 << 20];
    assert_eq!(status(&shop.push_blob("shop/web", &token, &large).await), 201);
    let layer = |number: usize| {
        let media_type = if number.is_multiple_of(2) { STATEMENT } else { "text/plain" };
        json!({
            "mediaType": media_type, "digest": digest(&large), "size": large.len(),
            "annotations": {"dev.cosignproject.cosign/signature": "x"},
        })
    };
    let list = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": digest(b"{}"), "size": 2},
        "layers": (0..100).map(layer).collect::<Vec<_>>(),
    });
    let peak = || memory_kibibytes(shop.host.pid(), "VmHWM");
    let before = peak();
    let path = format!("shop/web/manifests/{}.sig", signed.replace(':', "-"));
    let put = shop.ask(Method::PUT, &path, Some(&token)).header("content-type", MANIFEST);
    assert_eq!(status(&put.body(list.to_string()).send().await.unwrap()), 201);
    // What is offered is read anew, with its signatures.
    shop.push_image(("shop/web", "1.0.1"), &token, b"no component").await;
    shop.push_image(("shop/web", "1.0.0"), &token, b"no component").await;
    let grown = peak() - before;
    assert!(grown < 128 << 10, "a list of signatures took {grown} KiB");
}
