//! Outgoing requests of guests: none, unless the pod names the hosts.
//!
//! `slipway.dev/allow-outgoing: "https://api.example.com, https://*.example.org:8443"`: schemes, hosts and ports, no
//! paths. Addresses that are not public (loopback, private, link-local) are refused after the name was resolved, so
//! that an app cannot reach the host, its neighbours or a cloud's metadata by giving them a name.

mod allowed;
mod resolve;

use std::sync::Arc;

use http_body_util::BodyExt as _;
use wasmtime_wasi_http::{Error, RequestOptions, Result, WasiBody, WasiHttpHooks};

pub(super) use allowed::Allowed;

/// The annotation of a pod that names the hosts.
pub(super) const ANNOTATION: &str = "slipway.dev/allow-outgoing";

type Transferred = Box<dyn Future<Output = Result<()>> + Send>;

/// What a guest may reach.
#[derive(Clone, Default)]
pub(super) struct Outgoing {
    allowed: Option<Arc<(Allowed, reqwest::Client)>>,
}

impl Outgoing {
    /// Reaches what is allowed; nothing if that is nothing.
    pub fn to(allowed: Allowed) -> std::result::Result<Self, reqwest::Error> {
        if allowed.is_empty() {
            return Ok(Self::default());
        }
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(resolve::PublicOnly))
            .build()?;
        Ok(Self { allowed: Some(Arc::new((allowed, client))) })
    }
}

impl WasiHttpHooks for Outgoing {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Transferred,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Transferred)>> + Send> {
        let granted = self.allowed.clone().filter(|it| it.0.permit(request.uri()));
        Box::new(async move {
            let Some(granted) = granted else { return Err(Error::HttpRequestDenied) };
            let response = send(&granted.1, request, options).await?;
            Ok((response, Box::new(async { Ok(()) }) as Transferred))
        })
    }
}

async fn send(
    client: &reqwest::Client,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Result<http::Response<WasiBody>> {
    if resolve::is_forbidden_literal(request.uri()) {
        return Err(Error::DestinationIpProhibited);
    }
    let (parts, body) = request.into_parts();
    let body = reqwest::Body::wrap_stream(body.into_data_stream());
    let mut sent = client.request(parts.method, parts.uri.to_string()).body(body);
    for (name, value) in &parts.headers {
        if name != http::header::HOST {
            sent = sent.header(name, value);
        }
    }
    let first_byte = options.and_then(|it| it.first_byte_timeout);
    let answered = match first_byte {
        Some(most) => tokio::time::timeout(most, sent.send())
            .await
            .map_err(|_| Error::ConnectionReadTimeout)?,
        None => sent.send().await,
    };
    let answer = http::Response::<reqwest::Body>::from(answered.map_err(|it| told(&it))?);
    Ok(answer.map(|body| body.map_err(|error| told(&error)).boxed_unsync()))
}

fn told(error: &reqwest::Error) -> Error {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(it) = cause {
        if it.is::<resolve::NotPublic>() {
            return Error::DestinationIpProhibited;
        }
        cause = it.source();
    }
    if error.is_timeout() {
        Error::ConnectionTimeout
    } else if error.is_connect() {
        Error::ConnectionRefused
    } else {
        Error::HttpProtocolError
    }
}
