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
    content(client, place, reference, (&resolved.component, resolved.size)).await
}

/// Any content, of which digest and size are known.
pub(super) async fn content(
    client: &Client,
    place: &Reference,
    reference: &str,
    (digest, length): (&Digest, u64),
) -> Result<Vec<u8>, Error> {
    let layer = LayerDescriptor { digest: digest.as_str(), urls: &None };
    let stream = client.pull_blob_stream(place, &layer).await;
    let mut stream = stream.map_err(|it| failure::told(reference, it))?;
    let size = usize::try_from(length).unwrap_or(usize::MAX);
    let mut content = Vec::new();
    while let Some(bytes) = stream.next().await {
        let bytes =
            bytes.map_err(|source| Error::BrokeOff { reference: reference.into(), source })?;
        content.extend_from_slice(&bytes);
        // The manifest said how long it is; whatever goes on longer is not it.
        if content.len() > size {
            return Err(Error::TooLarge { reference: reference.into(), limit_bytes: length });
        }
    }
    let actual = Digest::of(&content);
    if actual == *digest {
        Ok(content)
    } else {
        Err(Error::Altered { reference: reference.into(), actual })
    }
}
