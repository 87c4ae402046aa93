//! What a registry lists: the tags of a repository, and its repositories.

use oci_client::Reference;

use super::{Error, Remote, failure, in_time, reference};

/// How many are asked for at once.
const PAGE: usize = 1000;
/// Beyond this many a list is not read on: a registry can answer pages without end.
const MOST: usize = 50_000;

impl Remote {
    /// The tags of the repository that a reference is in.
    pub async fn tags(&self, reference: &str) -> Result<Vec<String>, Error> {
        let place = reference::place(reference, &self.settings)?;
        let client = self.client(place.plain_http);
        let auth = self.auth(&place.reference).await?;
        let mut tags: Vec<String> = Vec::new();
        // A registry may answer in pages; one that answers the same page again has no more.
        loop {
            let last = tags.last().cloned();
            let page = client.list_tags(&place.reference, &auth, Some(PAGE), last.as_deref());
            let page = in_time(reference, page).await?.tags;
            let full = page.len() == PAGE && tags.len() < MOST;
            tags.extend(page.into_iter().filter(|it| Some(it) > last.as_ref()));
            if !full || tags.last() == last.as_ref() {
                return Ok(tags);
            }
        }
    }

    /// The repositories of a registry, where it tells them.
    pub async fn repositories(&self, registry: &str) -> Result<Vec<String>, Error> {
        // The client takes a reference, of which only the registry is read.
        let place = reference::place(&format!("{registry}/any"), &self.settings)?;
        let client = self.client(place.plain_http);
        let any: &Reference = &place.reference;
        let auth = self.auth(any).await?;
        let mut found: Vec<String> = Vec::new();
        loop {
            let last = found.last().cloned();
            let page = client.catalog(any, &auth, Some(PAGE), last.as_deref());
            let told = async { Ok(page.await) };
            let page = in_time(registry, told).await?.map_err(|error| Error::NoCatalog {
                registry: registry.to_owned(),
                answered: failure::answered(&error),
            })?;
            let full = page.repositories.len() == PAGE && found.len() < MOST;
            found.extend(page.repositories.into_iter().filter(|it| Some(it) > last.as_ref()));
            if !full || found.last() == last.as_ref() {
                return Ok(found);
            }
        }
    }
}
