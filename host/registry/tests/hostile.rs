//! Registries that mean no good, and those that want to know who asks.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use slipway_model::digest::Digest;
use slipway_registry::layout;
use slipway_registry::remote::{Error, Remote, Settings};

const PART: usize = 64 << 10;
static BLANK: [u8; PART] = [b' '; PART];
/// What is read at most of any answer here, and what waits in the sockets of both sides.
const READ_AT_MOST: usize = (4 << 20) + (16 << 20);

/// A registry, and where it is.
async fn serve(router: axum::Router) -> SocketAddr {
    drop(rustls::crypto::ring::default_provider().install_default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Sends as long as somebody reads, and counts it.
fn without_end(sent: &Arc<AtomicUsize>) -> Body {
    let sent = Arc::clone(sent);
    Body::from_stream(futures::stream::repeat_with(move || {
        sent.fetch_add(PART, Ordering::Relaxed);
        Ok::<_, std::convert::Infallible>(Bytes::from_static(&BLANK))
    }))
}

/// A registry whose every answer has this status and no end. A token is never issued: its issuer goes on and on as well.
async fn endless(status: StatusCode) -> (SocketAddr, Arc<AtomicUsize>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let answer = move |State(sent): State<Arc<AtomicUsize>>, request: Request| async move {
        let host = request.headers()[header::HOST].to_str().unwrap().to_owned();
        let challenge = format!("Bearer realm=\"http://{host}/token\"");
        let is_token = request.uri().path() == "/token";
        let status = if is_token { StatusCode::OK } else { status };
        (status, [(header::WWW_AUTHENTICATE, challenge)], without_end(&sent)).into_response()
    };
    let router = axum::Router::new().fallback(answer).with_state(Arc::clone(&sent));
    (serve(router).await, sent)
}

#[tokio::test]
async fn an_answer_without_end_is_read_to_a_bound() {
    for status in [StatusCode::OK, StatusCode::BAD_GATEWAY, StatusCode::UNAUTHORIZED] {
        let (address, sent) = endless(status).await;
        let remote = Remote::new(Settings::default());
        let (place, registry) = (format!("{address}/a:1"), address.to_string());
        let told = [
            remote.pull(&place).await.map(drop).unwrap_err(),
            remote.tags(&place).await.map(drop).unwrap_err(),
            remote.repositories(&registry).await.map(drop).unwrap_err(),
            remote.attached(&place).await.map(drop).unwrap_err(),
            remote.signed(&place).await.map(drop).unwrap_err(),
        ];
        for error in &told {
            let is_said = match status {
                StatusCode::OK => matches!(error, Error::TooLarge { .. }),
                _ => matches!(error, Error::Registry { .. } | Error::NoCatalog { .. }),
            };
            assert!(is_said, "{status}: {error:?}");
            assert!(error.to_string().len() < 500, "{status}: {error}");
        }
        let sent = sent.load(Ordering::Relaxed);
        assert!(sent < told.len() * READ_AT_MOST, "{status}: {sent} bytes were sent");
    }
}

#[tokio::test]
async fn content_is_read_no_further_than_its_manifest_says() {
    let sent = Arc::new(AtomicUsize::new(0));
    let manifest = layout::pack(b"component", &BTreeMap::new()).manifest;
    let answer = move |State(sent): State<Arc<AtomicUsize>>, request: Request| async move {
        if request.uri().path().contains("/manifests/") {
            manifest.into_response()
        } else {
            without_end(&sent).into_response()
        }
    };
    let address = serve(axum::Router::new().fallback(answer).with_state(Arc::clone(&sent))).await;
    let remote = Remote::new(Settings::default());
    let refused = remote.pull(&format!("{address}/a:1")).await.map(drop).unwrap_err();
    assert!(matches!(refused, Error::TooLarge { limit_bytes: 9, .. }), "{refused:?}");
    assert!(sent.load(Ordering::Relaxed) < READ_AT_MOST);
}

/// A registry with one private component, for whoever has a token that is still good.
#[derive(Default)]
struct Private {
    /// How many tokens were issued; only the last is good.
    issued: AtomicUsize,
    /// Where content lies, when not here.
    elsewhere: Option<SocketAddr>,
    /// Who showed what to whom.
    shown: Mutex<Vec<(String, String)>>,
}

async fn private(State(it): State<Arc<Private>>, headers: HeaderMap, request: Request) -> Response {
    let host = headers[header::HOST].to_str().unwrap();
    let shown = headers.get(header::AUTHORIZATION).map(|it| it.to_str().unwrap().to_owned());
    let shown = shown.unwrap_or_default();
    let path = request.uri().path().to_owned();
    it.shown.lock().unwrap().push((path.clone(), shown.clone()));
    if path == "/token" {
        let query = request.uri().query().unwrap_or_default();
        assert_eq!(query, "scope=repository%3Ateam%2Fa%3Apull&service=here");
        // "ann:secret"
        if shown != "Basic YW5uOnNlY3JldA==" {
            return (StatusCode::FORBIDDEN, "who are you?").into_response();
        }
        let token = it.issued.fetch_add(1, Ordering::SeqCst) + 1;
        let token = token.to_string();
        return serde_json::json!({"token": token, "access_token": token})
            .to_string()
            .into_response();
    }
    let good = it.issued.load(Ordering::SeqCst);
    if good == 0 || shown != format!("Bearer {good}") {
        let challenge = format!("Bearer realm=\"http://{host}/token\",service=\"here\"");
        let challenge = [(header::WWW_AUTHENTICATE, challenge)];
        // Whoever is not known is told that there is nothing, but at the door.
        return match path.as_str() {
            "/v2/" => (StatusCode::UNAUTHORIZED, challenge).into_response(),
            _ if shown.is_empty() => StatusCode::NOT_FOUND.into_response(),
            _ => (StatusCode::UNAUTHORIZED, challenge).into_response(),
        };
    }
    if path.contains("/manifests/") {
        return layout::pack(b"component", &BTreeMap::new()).manifest.into_response();
    }
    match it.elsewhere {
        Some(address) => {
            let to = format!("http://{address}{path}");
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
        }
        None => b"component".into_response(),
    }
}

async fn kept_by(it: Private) -> (SocketAddr, Arc<Private>) {
    let it = Arc::new(it);
    let router = axum::Router::new().fallback(private).with_state(Arc::clone(&it));
    (serve(router).await, it)
}

fn known_as(address: SocketAddr, password: &str) -> Remote {
    let credentials = (address.to_string(), ("ann".to_owned(), password.to_owned()));
    Remote::new(Settings { credentials: [credentials].into(), ..Settings::default() })
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_again_when_it_is_no_longer_good() {
    let (address, registry) = kept_by(Private::default()).await;
    let remote = known_as(address, "secret");
    let place = format!("{address}/team/a:1");
    let pull = async || remote.pull(&place).await.unwrap().resolved.component;
    assert_eq!(pull().await, Digest::of(b"component"));
    pull().await;
    assert_eq!(registry.issued.load(Ordering::SeqCst), 1);
    // Somebody else has asked for a token, which ends ours.
    registry.issued.store(2, Ordering::SeqCst);
    pull().await;
    assert_eq!(registry.issued.load(Ordering::SeqCst), 3);
    let strange = Remote::new(Settings::default()).pull(&place).await.map(drop).unwrap_err();
    assert!(matches!(strange, Error::NotFound { .. }), "{strange:?}");
    let refused = known_as(address, "wrong").pull(&place).await.map(drop).unwrap_err();
    assert!(matches!(refused, Error::Unauthorized { .. }), "{refused:?}");
    let said = refused.to_string();
    assert!(said.contains("who are you?") && !said.contains("wrong"), "{said}");
}

#[tokio::test]
async fn where_content_lies_elsewhere_nothing_is_shown_of_who_asks() {
    let (elsewhere, other) = kept_by(Private::default()).await;
    let (address, _) = kept_by(Private { elsewhere: Some(elsewhere), ..Private::default() }).await;
    let refused = known_as(address, "secret").pull(&format!("{address}/team/a:1")).await;
    // The other one knows nobody; what matters is what it got to see.
    assert!(refused.is_err());
    let shown = other.shown.lock().unwrap();
    assert!(!shown.is_empty() && shown.iter().all(|(_, shown)| shown.is_empty()), "{shown:?}");
}
