//! What a registry lists: the tags of a repository, and its repositories.

use serde::Deserialize;

use super::ask::{Page, What};
use super::{Error, Remote, parsed, reference};

/// How many are asked for at once.
const PAGE: usize = 1000;
/// Beyond this many a list is not read on: a registry can answer pages without end.
const MOST: usize = 50_000;

/// Some registries say `null` of a repository without tags.
#[derive(Deserialize)]
struct Tags {
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Catalog {
    repositories: Option<Vec<String>>,
}

impl Remote {
    /// The tags of the repository that a reference is in.
    pub async fn tags(&self, reference: &str) -> Result<Vec<String>, Error> {
        let place = reference::place(reference, &self.settings)?;
        let mut found = Found::default();
        while let Some(page) = found.next() {
            let answer = self.document(&place, What::Tags(page)).await?;
            found.add(parsed::<Tags>(&place, &answer)?.tags);
        }
        Ok(found.names)
    }

    /// The repositories of a registry, where it tells them.
    pub async fn repositories(&self, registry: &str) -> Result<Vec<String>, Error> {
        // Of the reference only the registry is read.
        let mut place = reference::place(&format!("{registry}/any"), &self.settings)?;
        registry.clone_into(&mut place.asked);
        let untold = |error: Error| match error {
            Error::NotFound { .. } => no_catalog(registry, String::new()),
            Error::Unauthorized { answered, .. } | Error::Registry { answered, .. } => {
                no_catalog(registry, answered)
            }
            other => other,
        };
        let mut found = Found::default();
        while let Some(page) = found.next() {
            let answer = self.document(&place, What::Repositories(page)).await.map_err(untold)?;
            let page = parsed::<Catalog>(&place, &answer);
            let page = page.map_err(|it| no_catalog(registry, it.to_string()))?;
            found.add(page.repositories);
        }
        Ok(found.names)
    }
}

fn no_catalog(registry: &str, answered: String) -> Error {
    Error::NoCatalog { registry: registry.to_owned(), answered }
}

/// What was found of a list that comes in pages.
#[derive(Default)]
struct Found {
    names: Vec<String>,
    is_whole: bool,
}

impl Found {
    fn next(&self) -> Option<Page<'_>> {
        let after = self.names.last().map(String::as_str);
        (!self.is_whole).then_some(Page { size: PAGE, after })
    }

    /// A registry that answers the same page again has no more.
    fn add(&mut self, page: Option<Vec<String>>) {
        let page = page.unwrap_or_default();
        let last = self.names.last().cloned();
        let is_full = page.len() == PAGE && self.names.len() < MOST;
        self.names.extend(page.into_iter().filter(|it| Some(it) > last.as_ref()));
        self.is_whole = !is_full || self.names.last() == last.as_ref();
    }
}
