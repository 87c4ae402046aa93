//! Streams end with the right to read them.

use std::time::Duration;

use futures::StreamExt;
use reqwest::Method;
use serde_json::json;
use slipway_tests::{Api, Host};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const SOON: Duration = Duration::from_secs(15);
const PASSWORD: &str = "correct horse battery";

async fn let_in(admin: &Api) {
    let body = json!({"role": "viewer"}).to_string().into_bytes();
    admin.call(Method::PUT, "/api/v1/projects/shop/members/eve", Some(body)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_and_events_end_with_the_right_to_read_them() {
    let host = Host::start();
    let cli = host.cli();
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["deploy", "web", "-b", "hello-web", "-p", "shop", "--wait"]).ok();
    let admin = host.nobody().sign_in("ada", PASSWORD).await;
    admin.post("/api/v1/users", &json!({"name": "eve", "password": PASSWORD})).await.expect(201);
    let_in(&admin).await;
    let eve = host.nobody().sign_in("eve", PASSWORD).await;

    let path = "/api/v1/projects/shop/deployments/web/logs/stream";
    let url = format!("{}{path}", host.url().replacen("http", "ws", 1));
    let mut request = url.into_client_request().unwrap();
    let bearer = format!("Bearer {}", eve.bearer()).parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let open = tokio::time::timeout(Duration::from_secs(3), closed(&mut socket)).await;
    assert!(open.is_err(), "it stays open for a member");
    admin.delete("/api/v1/projects/shop/members/eve").await;
    let shut = tokio::time::timeout(SOON, closed(&mut socket)).await;
    assert!(shut.is_ok(), "it is shut for who is no member any more");

    // Her token is taken back, and not her membership.
    let_in(&admin).await;
    let made = eve.post("/api/v1/tokens", &json!({"name": "read", "scope": "read"})).await;
    let token = made.expect(201)["text"].as_str().unwrap().to_owned();
    let answer = eve.with_token(&token).stream("/api/v1/live?project=shop").await.unwrap();
    let mut events = answer.bytes_stream();
    eve.delete("/api/v1/tokens/read").await;
    let ended = async { while events.next().await.is_some_and(|it| it.is_ok()) {} };
    let stirred = async {
        for number in 0.. {
            let greeting = format!("greeting=Hello {number}");
            cli.say(&["update", "web", "-p", "shop", "--set", &greeting]).ok();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    let ended = async {
        tokio::select! {
            () = ended => {}
            () = stirred => {}
        }
    };
    assert!(tokio::time::timeout(SOON, ended).await.is_ok(), "events end with the token");
}

async fn closed<S>(socket: &mut S)
where
    S: futures::Stream<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin,
{
    while let Some(Ok(message)) = socket.next().await {
        if matches!(message, Message::Close(_)) {
            return;
        }
    }
}
