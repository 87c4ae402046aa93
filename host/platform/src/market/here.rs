//! What this instance's own registry offers, written down at each push.

use std::sync::Arc;

use slipway_registry::layout;
use slipway_registry::local;
use slipway_registry::name::{OWN_REGISTRY, Repository, Tag, Target};
use slipway_registry::owner::Owner;
use slipway_registry::words::Words;
use slipway_store::record::{OFFERS, Offer, Origin, PLUGINS, Plugin, PluginKind, Release};
use slipway_store::{Actor, Reads};

use super::{HERE, newest_first, or};
use crate::install::source;
use crate::{Error, Platform};

/// Older releases are history; the registry still has them.
const MOST_RELEASES: usize = 50;

impl Platform {
    /// Brings what is offered up to date with the registry once, for what a crash has left between the two.
    pub fn catch_up_with_registry(self: &Arc<Self>) {
        let platform = Arc::clone(self);
        tokio::spawn(async move {
            let cancel = platform.cancel.clone();
            let caught_up = cancel.run_until_cancelled(platform.offer_all_here()).await;
            if let Some(Err(error)) = caught_up {
                tracing::error!(error = %error, "what the registry offers could not be read");
            }
        });
    }

    async fn offer_all_here(&self) -> Result<(), Error> {
        let repositories = self.registry.list_repositories(None).await?;
        for repository in &repositories {
            self.offer_here(repository, &Actor::host()).await?;
        }
        let is_there = |offer: &Offer| repositories.iter().any(|it| place(it) == offer.repository);
        let offered = self.store.read()?.all(&OFFERS, &format!("{HERE}/"))?;
        for (key, _) in offered.into_iter().filter(|(_, it)| !is_there(it)) {
            self.keep_offer(key, None).await?;
        }
        Ok(())
    }

    /// Writes down what a repository of the own registry offers now.
    pub(crate) async fn offer_here(
        &self,
        repository: &Repository,
        actor: &Actor,
    ) -> Result<(), Error> {
        if Owner::of(repository) == Owner::Nobody {
            return Ok(());
        }
        let key = format!("{HERE}/{}", place(repository));
        let before = self.store.read()?.get(&OFFERS, &key)?;
        let now = self.read_here(repository, before.as_ref(), actor).await?;
        if now == before { Ok(()) } else { self.keep_offer(key, now).await }
    }

    async fn keep_offer(&self, key: String, offer: Option<Offer>) -> Result<(), Error> {
        let subject = key.clone();
        let kept =
            self.store.change(Actor::host(), "offer.keep", subject, move |changes| match offer {
                Some(offer) => changes.put(&OFFERS, &key, &offer).map_err(Error::from),
                None => changes.remove(&OFFERS, &key).map_err(Error::from),
            });
        kept.await
    }

    async fn read_here(
        &self,
        repository: &Repository,
        before: Option<&Offer>,
        actor: &Actor,
    ) -> Result<Option<Offer>, Error> {
        let tags = match self.registry.list_tags(repository, None, usize::MAX).await {
            Ok(tags) => newest_first(tags, MOST_RELEASES),
            Err(local::Error::RepositoryUnknown(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut newest = None;
        let mut releases = Vec::new();
        for tag in tags {
            let Some((release, words)) = self.release_here(repository, &tag, before).await? else {
                continue;
            };
            newest.get_or_insert((words, release.component.clone()));
            releases.push(release);
        }
        let Some((words, Some(component))) = newest else { return Ok(None) };
        let installed = self.store.read()?.get(&PLUGINS, component.as_str())?;
        let Some((kind, words)) =
            self.complete(repository, words, installed.as_ref(), &component).await
        else {
            return Ok(None);
        };
        let sharer = before.map(|it| it.shared_by.clone()).filter(|it| !it.is_empty());
        let shared_by = if words.shared_by.is_empty() {
            sharer.unwrap_or_else(|| actor.name.clone())
        } else {
            words.shared_by
        };
        Ok(Some(Offer {
            source: HERE.to_owned(),
            repository: place(repository),
            kind,
            name: words.name,
            title: words.title,
            summary: words.summary,
            icon: installed.and_then(|it| it.icon),
            categories: words.categories,
            shared_by,
            license: words.license,
            code: words.source,
            used_there: None,
            releases,
        }))
    }

    /// A tag as a release; none where it names no component, or one that only lies here because it was installed from elsewhere.
    async fn release_here(
        &self,
        repository: &Repository,
        tag: &Tag,
        before: Option<&Offer>,
    ) -> Result<Option<(Release, Words)>, Error> {
        let Ok(stored) = self.registry.manifest(repository, &Target::Tag(tag.clone())).await else {
            return Ok(None);
        };
        let Ok(manifest) = serde_json::from_slice::<layout::Manifest>(&stored.content) else {
            return Ok(None);
        };
        let Some(component) =
            layout::component(&manifest).ok().and_then(|it| it.digest.parse().ok())
        else {
            return Ok(None);
        };
        let Ok(digest) = stored.digest.as_str().parse() else { return Ok(None) };
        let installed: Option<Plugin> =
            self.store.read()?.get(&PLUGINS, &format!("{component}"))?;
        let from = installed.as_ref().map(|it| &it.origin);
        if let Some(Origin::Registry { reference, .. }) = from
            && Owner::of(repository) == Owner::Instance
            && source::repository(reference) != place(repository)
        {
            return Ok(None);
        }
        let words = Words::read(&manifest.annotations);
        let known = before.and_then(|it| it.releases.iter().find(|it| it.manifest == digest));
        let proofs = self.proofs_here(repository, &digest).await?;
        let release = Release {
            version: tag.to_string(),
            component: Some(component),
            published_unix_milliseconds: known
                .map_or_else(|| Some(self.now()), |it| it.published_unix_milliseconds),
            changelog: words.changelog.clone(),
            manifest: digest,
            proofs,
        };
        Ok(Some((release, words)))
    }

    /// What annotations leave open is said by the installed plugin, or by the component itself.
    async fn complete(
        &self,
        repository: &Repository,
        mut words: Words,
        installed: Option<&Plugin>,
        component: &slipway_model::digest::Digest,
    ) -> Option<(PluginKind, Words)> {
        if let Some(plugin) = installed {
            words.name = plugin.name.to_string();
            words.title = or(words.title, &plugin.title);
            words.summary = or(words.summary, &plugin.summary);
            return Some((plugin.kind, words));
        }
        if let Some(kind) = PluginKind::named(&words.kind).filter(|_| !words.name.is_empty()) {
            return Some((kind, words));
        }
        let most = layout::LARGEST_COMPONENT_BYTES;
        let content = self.registry.read_blob(repository, &component.into(), most).await.ok()??;
        let looked = self.workshop.look(&content).ok()?;
        words.name = looked.name.to_string();
        words.title = or(words.title, looked.name.as_str());
        Some((looked.kind, words))
    }
}

fn place(repository: &Repository) -> String {
    format!("{OWN_REGISTRY}/{repository}")
}
