//! Nobody waits for an answer of an API server for ever.

use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::Request;
use tower::{BoxError, Service};

/// Until an answer begins; how long it goes on is not limited, since watches and logs do. An API server itself gives up
/// what takes longer than a minute (`--request-timeout`): where it has not answered by then, the connection was lost.
const PATIENCE: Duration = Duration::from_secs(65);

/// A client's way to an API server that gives each request its time.
#[derive(Clone, Debug)]
pub struct InTime<S>(pub S);

impl<S, B> Service<Request<B>> for InTime<S>
where
    S: Service<Request<B>, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // A kubelet answers who follows a log with its first line, which may be hours away.
        let is_log = request.uri().path().ends_with("/log");
        let answer = self.0.call(request);
        Box::pin(async move {
            if is_log {
                return answer.await;
            }
            let words = || format!("the API server has not answered for {PATIENCE:?}").into();
            tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(words()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn asked(path: &str) -> Result<(), BoxError> {
        let silent = tower::service_fn(|_: Request<()>| std::future::pending());
        InTime(silent).call(Request::get(path).body(()).unwrap()).await
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_not_answered_is_told_and_a_log_may_be_silent() {
        let refused = asked("/api/v1/namespaces/shop/pods/web").await.unwrap_err();
        assert_eq!(refused.to_string(), "the API server has not answered for 65s");
        let log = asked("/api/v1/namespaces/shop/pods/web/log");
        assert!(tokio::time::timeout(Duration::from_secs(3600), log).await.is_err());
    }
}
