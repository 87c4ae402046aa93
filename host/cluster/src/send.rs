//! Requests whose body is made and whose answer is read here: the library's own ways take objects apart and put them
//! together again, both ways, and write an answer that they cannot read into the log, secrets and all.

use kube::core::{ApiResource, Request};
use kube::{Client, Resource};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::as_sent::AsSent;

/// What kube builds requests by.
pub type Built = Result<http::Request<Vec<u8>>, kube::core::request::Error>;

/// Builds requests about objects of a kind in a namespace.
pub fn about(resource: &ApiResource, namespace: &str) -> Request {
    Request::new(AsSent::url_path(resource, Some(namespace)))
}

/// Sends a request, and reads of the answer what `T` asks for.
pub async fn send<T: DeserializeOwned>(client: &Client, request: Built) -> kube::Result<T> {
    let answer = client.request_text(request.map_err(kube::Error::BuildRequest)?).await?;
    serde_json::from_str(&answer).map_err(kube::Error::SerdeError)
}

/// Of an object that was written, its new version.
#[derive(Deserialize)]
pub struct Written {
    pub metadata: Version,
}

/// `metadata`, of which the rest is passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    #[serde(default)]
    pub resource_version: String,
}
