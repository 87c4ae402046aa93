//! Registries on paper: what a golden file says that they answer.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Map;
use slipway_model::digest::Digest;
use slipway_model::image::ImageRef;
use slipway_model::update::{NoAnswer, Registries};

/// Repositories with their tags.
#[derive(Debug, Default)]
pub struct Paper(BTreeMap<(String, String), Tags>);

/// Tags of one repository, in the order of the file.
type Tags = Vec<(String, Tag)>;

/// What is said of a tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Tag {
    /// One made from the reference where none is given.
    digest: Option<String>,
    created_unix_milliseconds: Option<u64>,
}

impl Paper {
    /// By repository and tag: `{"registry.example/team/app": {"1.4.2": {}}}`, in the order of the file.
    pub fn read(given: Map<String, serde_json::Value>) -> Result<Self, String> {
        let mut all = BTreeMap::new();
        for (repository, tags) in given {
            let place: ImageRef =
                repository.parse().map_err(|error| format!("registry: {error}"))?;
            let tags: Map<String, serde_json::Value> = serde_json::from_value(tags)
                .map_err(|error| format!("registry.{repository}: {error}"))?;
            let mut known = Tags::new();
            for (name, tag) in tags {
                let tag: Option<Tag> = serde_json::from_value(tag)
                    .map_err(|error| format!("registry.{repository}.{name}: {error}"))?;
                known.push((name, tag.unwrap_or_default()));
            }
            all.insert((place.registry, place.repository), known);
        }
        Ok(Self(all))
    }

    fn repository(&self, reference: &str) -> Result<(ImageRef, &Tags), NoAnswer> {
        let place: ImageRef =
            reference.parse().map_err(|error| no("invalid-reference", format!("{error}.")))?;
        let key = (place.registry.clone(), place.repository.clone());
        let tags = self
            .0
            .get(&key)
            .ok_or_else(|| no("not-found", format!("There is no repository {reference}.")))?;
        Ok((place, tags))
    }

    fn tag(&self, reference: &str) -> Result<&Tag, NoAnswer> {
        let (place, tags) = self.repository(reference)?;
        let name = place.tag.as_deref().unwrap_or("latest");
        let tag = tags.iter().find(|(known, _)| known == name).map(|(_, tag)| tag);
        tag.ok_or_else(|| no("not-found", format!("There is nothing at {reference}.")))
    }
}

fn no(code: &str, message: String) -> NoAnswer {
    NoAnswer { code: code.into(), message }
}

#[async_trait]
impl Registries for Paper {
    async fn tags(&self, repository: &str) -> Result<Vec<String>, NoAnswer> {
        let (_, tags) = self.repository(repository)?;
        Ok(tags.iter().map(|(name, _)| name.clone()).collect())
    }

    async fn resolve(&self, reference: &str) -> Result<String, NoAnswer> {
        let made = || Digest::of(reference.as_bytes()).to_string();
        Ok(self.tag(reference)?.digest.clone().unwrap_or_else(made))
    }

    async fn created_unix_milliseconds(&self, reference: &str) -> Result<Option<u64>, NoAnswer> {
        Ok(self.tag(reference)?.created_unix_milliseconds)
    }
}
