//! What a refused request has still to send is taken in before it is answered.
//!
//! A server that answers and closes while its client still sends breaks the client's pipe, and the client never reads why
//! it was refused (RFC 9112, section 9.6). How much is taken in is bounded: who goes on for longer loses the answer, and
//! nobody else does.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use futures::StreamExt as _;
use tokio::sync::oneshot;

/// The largest manifest four times over, and the first chunk of most clients.
const MOST_BYTES: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// Lends a body: whoever drops it gives what was not read to the other half.
pub fn lend(body: Body) -> (Body, Rest) {
    let (back, rest) = oneshot::channel();
    (Body::new(Lent { body, back: Some(back) }), Rest(rest))
}

/// The other half.
pub struct Rest(oneshot::Receiver<Body>);

impl Rest {
    /// Takes in what was not read, once the body has been dropped.
    pub async fn take_in(self) {
        let taking = async {
            let Ok(body) = self.0.await else { return };
            let mut left = MOST_BYTES;
            let mut chunks = body.into_data_stream();
            while let Some(Ok(chunk)) = chunks.next().await {
                let Some(less) = left.checked_sub(chunk.len()) else { return };
                left = less;
            }
        };
        // Whoever sends so slowly is answered all the same.
        let _ = tokio::time::timeout(PATIENCE, taking).await;
    }
}

struct Lent {
    body: Body,
    back: Option<oneshot::Sender<Body>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(back) = self.back.take() {
            // Nobody waits for it where the request went well.
            let _ = back.send(mem::take(&mut self.body));
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn what_was_not_read_comes_back() {
        let chunks = ["one", "two", "three"].map(Ok::<_, std::io::Error>);
        let (body, rest) = lend(Body::from_stream(futures::stream::iter(chunks)));
        let mut chunks = body.into_data_stream();
        assert_eq!(chunks.next().await.unwrap().unwrap(), "one");
        drop(chunks);
        let rest = rest.0.await.unwrap();
        assert_eq!(to_bytes(rest, 100).await.unwrap(), "twothree");
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_ends_is_not_waited_for() {
        let (body, rest) =
            lend(Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>()));
        drop(body);
        rest.take_in().await;
        let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0; 1 << 20]));
        let (body, rest) = lend(Body::from_stream(endless));
        drop(body);
        rest.take_in().await;
    }
}
