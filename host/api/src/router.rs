//! All routes, and what lies around each of them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::{Router, extract::Request};
use metrics_exporter_prometheus::PrometheusHandle;
use slipway_platform::Platform;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::problem::Refusal;
use crate::{assets, metrics, openapi, registry, routes};

/// Largest JSON body, in bytes.
const LARGEST_BODY: usize = 1 << 20;
/// How often an idle stream says that it is still there.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// What handlers work with.
#[derive(Clone, Debug)]
pub struct Api {
    pub platform: Arc<Platform>,
    /// Ends streams and sockets when the host stops.
    pub cancel: CancellationToken,
    /// Whether people reach us by HTTPS: the cookie is marked so.
    pub is_https: bool,
    pub figures: PrometheusHandle,
    /// What the node shows to pull images.
    pub node_secret: Arc<str>,
}

/// The routes with their document.
pub fn documented() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(openapi::frame())
        .merge(routes::sign_in())
        .merge(routes::projects())
        .merge(routes::catalogue())
        .merge(routes::marketplace())
        .merge(routes::deployments())
        .merge(routes::instance())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .merge(routes::uploads())
}

/// Everything that the host answers.
pub fn router(api: Api) -> Router {
    let (routes, _) = documented().split_for_parts();
    routes
        .merge(registry::routes())
        .with_state(api)
        .fallback(assets::serve)
        .layer(middleware::from_fn(to_its_end))
        .layer(middleware::from_fn(metrics::measure))
        .layer(middleware::from_fn(secure))
        .layer(CatchPanicLayer::custom(panicked))
}

/// Does what changes something to its end, also where the caller goes away meanwhile: what follows the change in the store is a part of it.
async fn to_its_end(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match tokio::spawn(next.run(request)).await.map_err(JoinError::try_into_panic) {
        Ok(response) => response,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The runtime ends, and with it whoever would have read this.
        Err(Err(_)) => std::future::pending().await,
    }
}

/// Headers that make a browser careful with what we send.
async fn secure(request: Request, next: Next) -> Response {
    const HEADERS: &[(&str, &str)] = &[
        (
            "content-security-policy",
            "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        // A route may be stricter.
        let entry = response.headers_mut().entry(HeaderName::from_static(name));
        entry.or_insert(HeaderValue::from_static(value));
    }
    response
}

#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    use axum::response::IntoResponse;
    let text = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(panic = text, "a handler panicked");
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong here",
        "the server could not do this; its log says why",
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use axum::body::Body;
    use axum::routing::{get, post};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn what_changes_something_comes_to_its_end_without_its_caller() {
        for (method, is_done) in [("POST", true), ("GET", false)] {
            let done = Arc::new(AtomicBool::new(false));
            let told = Arc::clone(&done);
            let slow = async move || {
                tokio::time::sleep(Duration::from_millis(50)).await;
                told.store(true, Ordering::SeqCst);
            };
            let router: Router = Router::new()
                .route("/", if method == "GET" { get(slow) } else { post(slow) })
                .layer(middleware::from_fn(to_its_end));
            let request = Request::builder().method(method).uri("/").body(Body::empty()).unwrap();
            let asked = tokio::time::timeout(Duration::from_millis(10), router.oneshot(request));
            assert!(asked.await.is_err(), "the caller went away");
            tokio::time::sleep(Duration::from_millis(200)).await;
            assert_eq!(done.load(Ordering::SeqCst), is_done, "{method}");
        }
    }
}
