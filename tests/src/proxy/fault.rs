//! The faults that the proxy can show.

use std::time::Duration;

use futures::stream::{self, Stream};
use http::{HeaderValue, Method, StatusCode, header};
use hyper::body::Bytes;
use serde_json::json;
use tokio::sync::watch;

use super::{Answer, whole};

/// How the proxy misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Of a hundred requests so many are refused, with these answers in turn.
    Storm {
        percent: usize,
        with: &'static [u16],
    },
    /// As an API server that has begun just now: it is not ready, and does not know yet who may change something. What is
    /// wanted of Slipway got through before.
    Waking,
    /// Each answer comes so much later.
    Slow(Duration),
    /// Each watch is cut in the middle after so long.
    CutWatches(Duration),
    /// Each connection ends at once, those that are open too.
    Down,
}

/// Seconds that a refusal of 429 asks for.
pub const RETRY_AFTER: u64 = 2;

impl Fault {
    /// What a request is refused with, if it is. The same number is always treated the same way.
    pub fn refusal(self, number: usize, method: &Method, path: &str) -> Option<Answer> {
        match self {
            Self::Storm { percent, with } => {
                // A step that shares no factor with 100: each hundred requests in a row meets each number once.
                let is_hit = number.wrapping_mul(37) % 100 < percent;
                let code = with[number % with.len()];
                is_hit.then(|| refused(StatusCode::from_u16(code).expect("the test gave a status")))
            }
            Self::Waking if path == "/readyz" => Some(refused(StatusCode::INTERNAL_SERVER_ERROR)),
            Self::Waking => {
                let is_change = method != Method::GET && !path.starts_with("/apis/slipway.dev/");
                is_change.then(|| refused(StatusCode::FORBIDDEN))
            }
            Self::None | Self::Slow(_) | Self::CutWatches(_) | Self::Down => None,
        }
    }
}

fn refused(status: StatusCode) -> Answer {
    let reason = match status.as_u16() {
        403 => "Forbidden",
        409 => "Conflict",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        _ => "InternalError",
    };
    let words = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "metadata": {},
        "code": status.as_u16(), "reason": reason, "message": "the test wants it so"});
    let mut answer = whole(status, words.to_string());
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::TOO_MANY_REQUESTS {
        answer.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER.into());
    }
    answer
}

/// What a proxy says whose API server does not answer.
pub fn bad_gateway(reason: &str) -> Answer {
    whole(StatusCode::BAD_GATEWAY, reason.to_owned())
}

/// Ends when a watch is to be cut.
pub async fn cut(mut fault: watch::Receiver<Fault>) {
    loop {
        let now = *fault.borrow_and_update();
        match now {
            Fault::CutWatches(after) => return tokio::time::sleep(after).await,
            _ if fault.changed().await.is_err() => std::future::pending().await,
            _ => {}
        }
    }
}

/// How a stream ends that did not come to its end.
pub fn reset() -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    stream::iter([Err(std::io::ErrorKind::ConnectionReset.into())])
}
