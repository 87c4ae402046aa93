//! Serving HTTP: each connection by itself, until the process is asked to end.

use std::io::ErrorKind;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long requests that are under way may take when a process is asked to end: less than `down` waits before it ends
/// the process itself.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// How long a client may take to say what it wants, and keep a connection on which it wants nothing. Longer than
/// proxies keep theirs, most of them for a minute: one that asks just when we close cannot tell whether it was heard.
const HEAD_WITHIN: Duration = Duration::from_secs(120);
/// Before the next try, where the system gives no connection.
const OUT_OF_CONNECTIONS: Duration = Duration::from_millis(200);

/// Serves until the process is asked to end, and then as long as requests that are under way may take.
pub async fn serve(listener: TcpListener, router: axum::Router, cancel: &CancellationToken) {
    let open = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = cancel.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => drop(open.spawn(client(stream, router.clone(), cancel.clone()))),
            Err(error) if is_of_one_client(error.kind()) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken; others must end first");
                tokio::time::sleep(OUT_OF_CONNECTIONS).await;
            }
        }
    }
    drop(listener);
    open.close();
    tokio::select! {
        () = open.wait() => {}
        () = last_requests_are_late(cancel) => {
            tracing::warn!("requests that were under way are broken off");
        }
    }
}

/// Waits until the process has been asked to end, and requests that were under way have had their time.
pub async fn last_requests_are_late(cancel: &CancellationToken) {
    cancel.cancelled().await;
    tokio::time::sleep(LAST_REQUESTS).await;
}

async fn client(stream: TcpStream, router: axum::Router, cancel: CancellationToken) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = cancel.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// It left before it was taken.
fn is_of_one_client(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::Notify;
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, timeout};

    use super::*;

    async fn serving(router: axum::Router) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, cancel) = (listener.local_addr().unwrap(), CancellationToken::new());
        let stop = cancel.clone();
        (address, cancel, tokio::spawn(async move { serve(listener, router, &stop).await }))
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_stalls_holds_up_the_end_for_ten_seconds_only() {
        let entered = Arc::new(Notify::new());
        let told = Arc::clone(&entered);
        let stalled = move || async move {
            told.notify_one();
            std::future::pending::<()>().await;
        };
        let router = axum::Router::new().route("/", axum::routing::get(stalled));
        let (address, cancel, serving) = serving(router).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
        entered.notified().await;
        cancel.cancel();
        let asked = Instant::now();
        timeout(2 * LAST_REQUESTS, serving).await.unwrap().unwrap();
        assert!(asked.elapsed() >= LAST_REQUESTS, "a request had no time to end");
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_says_what_it_wants_is_let_go() {
        for said in [&b""[..], b"GET / HTTP/1.1\r\nhost: he"] {
            let (address, _cancel, _serving) = serving(axum::Router::new()).await;
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(said).await.unwrap();
            let (begun, mut answer) = (Instant::now(), Vec::new());
            let ended = timeout(2 * HEAD_WITHIN, client.read_to_end(&mut answer)).await;
            ended.expect("it is kept for ever").unwrap();
            assert!(begun.elapsed() >= HEAD_WITHIN, "{said:?}: it had no time");
        }
    }
}
