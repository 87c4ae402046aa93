//! Request bodies: JSON, with errors that say what is wrong and where.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use slipway_model::nesting;

use crate::problem::Refusal;

/// A JSON body. No header is needed to say that it is JSON.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = bytes::Bytes::from_request(request, state).await.map_err(|error| {
            let status = error.status();
            Refusal::new(status, "body", "The body cannot be read", error.body_text())
        })?;
        let levels = nesting::levels(&bytes);
        if levels > nesting::MOST {
            let most = nesting::MOST;
            let detail = format!("The body is nested {levels} levels deep; {most} are the most.");
            return Err(wrong(StatusCode::UNPROCESSABLE_ENTITY, detail));
        }
        serde_json::from_slice(&bytes).map(Body).map_err(|error| {
            let status = if error.is_data() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::BAD_REQUEST
            };
            wrong(status, error.to_string()).hint("GET /openapi.json says what is expected.")
        })
    }
}

fn wrong(status: StatusCode, detail: String) -> Refusal {
    Refusal::new(status, "invalid", "Something in the request is wrong", detail)
}
