//! Who may pull and push, and what the others hear.

use reqwest::Method;
use serde_json::{Value, json};

use super::shop::{Shop, digest, header, status};

/// Status and code of the refusal.
async fn refused(response: reqwest::Response) -> (u16, String) {
    let status = status(&response);
    let body: Value = response.json().await.unwrap_or_default();
    (status, body["errors"][0]["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn members_push_and_strangers_hear_of_nothing_until_it_is_public() {
    let shop = Shop::open().await;
    let deployer = shop.token_of("dora", Some("deployer")).await;
    let viewer = shop.token_of("vera", Some("viewer")).await;
    let stranger = shop.token_of("stan", None).await;
    shop.push_image(("shop/web", "1.0"), &deployer, b"layer").await;

    let manifest = "shop/web/manifests/1.0";
    let get = |path: &str, token: Option<&str>| shop.ask(Method::GET, path, token).send();
    assert_eq!(status(&get(manifest, Some(&viewer)).await.unwrap()), 200);
    let hidden = refused(get(manifest, Some(&stranger)).await.unwrap()).await;
    assert_eq!(hidden, (404, "NAME_UNKNOWN".into()));
    let missing = refused(get("shop/none/manifests/1.0", Some(&stranger)).await.unwrap()).await;
    assert_eq!(hidden, missing, "a stranger cannot tell what is there from what is not");
    let nobody = get(manifest, None).await.unwrap();
    assert!(header(&nobody, "www-authenticate").starts_with("Basic "));
    let (there, not_there) = (nobody, get("none/x/manifests/1", None).await.unwrap());
    assert_eq!(refused(there).await, refused(not_there).await);
    let upload = shop.ask(Method::POST, "shop/web/blobs/uploads/", Some(&viewer)).send();
    assert_eq!(refused(upload.await.unwrap()).await, (403, "DENIED".into()));
    // Mounting is no way to look either.
    let mount = format!("lab/copy/blobs/uploads/?mount={}&from=shop/web", digest(b"layer"));
    let body = json!({"role": "deployer"}).to_string().into_bytes();
    shop.admin.call(Method::PUT, "/api/v1/projects/lab/members/stan", Some(body)).await.expect(200);
    let mounted = shop.ask(Method::POST, &mount, Some(&stranger)).send().await.unwrap();
    assert_eq!(status(&mounted), 202);

    let publish = json!({"name": "shop/web", "isPublic": true}).to_string().into_bytes();
    shop.admin
        .call(Method::PUT, "/api/v1/projects/shop/repositories", Some(publish))
        .await
        .expect(200);
    for token in [None, Some(stranger.as_str())] {
        assert_eq!(status(&get(manifest, token).await.unwrap()), 200);
        assert_eq!(status(&get("shop/web/tags/list", token).await.unwrap()), 200);
    }
    let upload = shop.ask(Method::POST, "shop/web/blobs/uploads/", Some(&stranger)).send();
    assert_eq!(refused(upload.await.unwrap()).await, (403, "DENIED".into()));
    let bad = get(manifest, Some("slpt_not-a-token")).await.unwrap();
    assert_eq!(refused(bad).await, (401, "UNAUTHORIZED".into()));
    let read = shop.token("read").await;
    let upload = shop.ask(Method::POST, "shop/web/blobs/uploads/", Some(&read)).send();
    assert_eq!(refused(upload.await.unwrap()).await, (403, "DENIED".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_pulled_by_all_who_are_signed_in_and_pushed_by_admins() {
    let shop = Shop::open().await;
    let stranger = shop.token_of("stan", None).await;
    let admin = shop.token("admin").await;
    let get = |token: &str| shop.ask(Method::GET, "hello-app/tags/list", Some(token)).send();
    let tags: Value = get(&stranger).await.unwrap().json().await.unwrap();
    assert_eq!(tags["tags"], json!(["1.0.0"]));
    let denied = shop.push_blob("blueprint/own", &stranger, b"x").await;
    assert_eq!(refused(denied).await, (403, "DENIED".into()));
    shop.push_image(("blueprint/own", "1.0.0"), &admin, b"layer").await;
    // A project of that name would be in the way.
    let taken = shop.admin.post("/api/v1/projects", &json!({"name": "blueprint"})).await;
    assert_eq!(taken.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_that_is_made_again_holds_nothing_of_the_one_before() {
    let shop = Shop::open().await;
    let token = shop.token("admin").await;
    shop.push_image(("shop/web", "1.0"), &token, b"layer").await;
    shop.admin.delete("/api/v1/projects/shop").await.expect(204);
    let path = "shop/web/manifests/1.0";
    let gone = shop.ask(Method::GET, path, Some(&token)).send().await.unwrap();
    assert_eq!(refused(gone).await, (404, "NAME_UNKNOWN".into()));
    shop.admin.post("/api/v1/projects", &json!({"name": "shop"})).await.expect(201);
    let empty = shop.ask(Method::GET, path, Some(&token)).send().await.unwrap();
    assert_eq!(refused(empty).await, (404, "MANIFEST_UNKNOWN".into()));
}
