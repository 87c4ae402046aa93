//! Responses: JSON, plain text, `Status` objects and streams.

use bytes::Bytes;
use futures::{Stream, StreamExt};
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use serde_json::Value;

use crate::refusal::Refusal;

/// What goes wrong while a body is sent.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// The body of every response.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;
/// Every response.
pub type Reply = Response<Body>;

fn whole(code: StatusCode, kind: &'static str, bytes: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(bytes.into()).map_err(Into::into).boxed_unsync());
    *reply.status_mut() = code;
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

/// A JSON text.
pub(crate) fn json_text(code: StatusCode, text: String) -> Reply {
    whole(code, "application/json", text)
}

/// A JSON value.
pub(crate) fn json(code: StatusCode, value: &Value) -> Reply {
    json_text(code, value.to_string())
}

/// Plain text.
pub(crate) fn text(text: &'static str) -> Reply {
    whole(StatusCode::OK, "text/plain; charset=utf-8", text)
}

/// A refused request.
pub(crate) fn refusal(refusal: &Refusal) -> Reply {
    let code = StatusCode::from_u16(refusal.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json(code, &refusal.to_value())
}

/// A body that is sent as it comes.
pub(crate) fn stream(
    kind: HeaderValue,
    chunks: impl Stream<Item = Result<Bytes, BoxError>> + Send + 'static,
) -> Reply {
    let body = StreamBody::new(chunks.map(|it| it.map(Frame::data)));
    let mut reply = Response::new(body.boxed_unsync());
    reply.headers_mut().insert(header::CONTENT_TYPE, kind);
    reply
}
