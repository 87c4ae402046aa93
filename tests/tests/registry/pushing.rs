//! Pushing: in parts through a kill, within the quota, and what a browser makes of it.

use reqwest::Method;
use serde_json::{Value, json};

use super::shop::{MANIFEST, Shop, digest, header, status};

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_after_the_host_was_killed() {
    let mut shop = Shop::open().await;
    let token = shop.token("deploy").await;
    let content: Vec<u8> = (0..200_000u32).flat_map(u32::to_le_bytes).collect();
    let (first, second) = content.split_at(300_000);
    let begun =
        shop.ask(Method::POST, "shop/web/blobs/uploads/", Some(&token)).send().await.unwrap();
    let place = header(&begun, "location");
    let part = shop.ask(Method::PATCH, &place, Some(&token));
    let part = part.header("content-range", "0-299999").body(first.to_vec()).send().await.unwrap();
    assert_eq!((status(&part), header(&part, "range")), (202, "0-299999".into()));

    shop.host.kill();
    shop.host.begin();
    let here = shop.ask(Method::GET, &place, Some(&token)).send().await.unwrap();
    assert_eq!((status(&here), header(&here, "range")), (204, "0-299999".into()));
    let early =
        shop.ask(Method::PATCH, &place, Some(&token)).header("content-range", "5-6").body("xx");
    assert_eq!(status(&early.send().await.unwrap()), 416);
    let end = format!("{place}?digest={}", digest(&content));
    let end = shop.ask(Method::PUT, &end, Some(&token)).header("content-range", "300000-799999");
    let done = end.body(second.to_vec()).send().await.unwrap();
    assert_eq!(status(&done), 201);

    // The whole, and a part of it as a client asks that goes on with a download.
    let blob = header(&done, "location");
    let whole = shop.ask(Method::GET, &blob, Some(&token)).send().await.unwrap();
    assert_eq!(whole.bytes().await.unwrap(), content);
    let rest = shop.ask(Method::GET, &blob, Some(&token)).header("range", "bytes=799990-").send();
    let rest = rest.await.unwrap();
    assert_eq!(
        (status(&rest), header(&rest, "content-range")),
        (206, "bytes 799990-799999/800000".into())
    );
    assert_eq!(rest.bytes().await.unwrap(), content[799_990..]);

    // Content that is not what it is said to be is never there.
    let wrong = format!("shop/web/blobs/uploads/?digest={}", digest(b"other"));
    let wrong = shop.ask(Method::POST, &wrong, Some(&token)).body("content").send().await.unwrap();
    assert_eq!(status(&wrong), 400);
    let missing = format!("shop/web/blobs/{}", digest(b"other"));
    let missing = shop.ask(Method::HEAD, &missing, Some(&token)).send().await.unwrap();
    assert_eq!(status(&missing), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_pushes_within_its_quota_and_sees_what_it_keeps() {
    let shop = Shop::open().await;
    let token = shop.token("deploy").await;
    let quota = json!({"pods": 500, "volumeClaims": 100, "registryMebibytes": 1});
    let quota = quota.to_string().into_bytes();
    shop.admin.call(Method::PUT, "/api/v1/projects/shop/quota", Some(quota)).await.expect(200);
    shop.push_image(("shop/web", "1.0"), &token, &vec![7; 600_000]).await;
    let over = shop.push_blob("shop/copy", &token, &vec![8; 600_000]).await;
    assert_eq!(status(&over), 403);
    let over: Value = over.json().await.unwrap();
    let message = over["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("project shop may keep 1048576 bytes"), "{message}");

    let kept = shop.admin.get("/api/v1/projects/shop/repositories").await.expect(200);
    assert_eq!(kept["items"], json!([{"name": "shop/web", "isPublic": false}]));
    assert_eq!(kept["quotaBytes"], 1 << 20);
    let used = kept["usedBytes"].as_u64().unwrap();
    assert!((600_002..601_000).contains(&used), "{used}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_shows_and_runs_nothing_that_was_pushed() {
    let shop = Shop::open().await;
    let token = shop.token("deploy").await;
    let page = "<script>alert(1)</script>";
    let path = "shop/page/manifests/1";
    let put = shop
        .ask(Method::PUT, path, Some(&token))
        .header("content-type", "text/html; charset=utf-8");
    assert_eq!(status(&put.body(page).send().await.unwrap()), 201);
    let got = shop.ask(Method::GET, path, Some(&token)).send().await.unwrap();
    assert_eq!(header(&got, "content-type"), "text/html");
    assert_eq!(header(&got, "content-disposition"), "attachment");
    assert!(header(&got, "content-security-policy").starts_with("sandbox"));
    assert_eq!(got.text().await.unwrap(), page);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_sizes_that_cannot_be_are_refused() {
    let shop = Shop::open().await;
    let token = shop.token("admin").await;
    for (method, path) in [
        (Method::GET, "shop/..%2f..%2fetc/manifests/1"),
        (Method::GET, "shop/web/manifests/..%2f..%2f1"),
        (Method::GET, "Shop/web/manifests/1"),
        (Method::GET, "shop/web/blobs/sha256:..%2f..%2fstore.redb"),
        (Method::GET, "shop/web/blobs/md5:d41d8cd98f00b204e9800998ecf8427e"),
        (Method::GET, "shop/_blobs/manifests/1"),
        (Method::PUT, "shop/web/blobs/uploads/..%2f..%2fx?digest=sha256:0"),
        (Method::POST, "shop/web/blobs/uploads/?digest-algorithm=md5"),
    ] {
        let answer = shop.ask(method, path, Some(&token)).send().await.unwrap();
        assert!(matches!(status(&answer), 400 | 404), "{path}: {}", answer.status());
    }
    let large = vec![b' '; (4 << 20) + 1];
    let put = shop
        .ask(Method::PUT, "shop/web/manifests/1", Some(&token))
        .header("content-type", MANIFEST);
    assert_eq!(status(&put.body(large).send().await.unwrap()), 413);
}
