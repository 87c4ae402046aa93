//! The download of a component, held to its size and its digest.

use futures::StreamExt as _;
use oci_client::Reference;
use oci_client::client::{Client, LayerDescriptor};
use slipway_model::digest::Digest;

use super::{Error, Resolved, failure};

pub(super) async fn download(
    client: &Client,
    place: &Reference,
    reference: &str,
    resolved: &Resolved,
) -> Result<Vec<u8>, Error> {
    let layer = LayerDescriptor { digest: resolved.component.as_str(), urls: &None };
    let stream = client.pull_blob_stream(place, &layer).await;
    let mut stream = stream.map_err(|it| failure::told(reference, it))?;
    let size = usize::try_from(resolved.size).unwrap_or(usize::MAX);
    let mut content = Vec::new();
    while let Some(bytes) = stream.next().await {
        let bytes =
            bytes.map_err(|source| Error::BrokeOff { reference: reference.into(), source })?;
        content.extend_from_slice(&bytes);
        // The manifest said how long it is; whatever goes on longer is not it.
        if content.len() > size {
            let limit_bytes = resolved.size;
            return Err(Error::TooLarge { reference: reference.into(), limit_bytes });
        }
    }
    let actual = Digest::of(&content);
    if actual == resolved.component {
        Ok(content)
    } else {
        Err(Error::Altered { reference: reference.into(), actual })
    }
}
