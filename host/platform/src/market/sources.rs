//! Sources of offers: added by an admin, read when they are added, each hour, and when somebody asks for it.

use std::sync::Arc;
use std::time::Duration;

use slipway_model::access::InstanceAction;
use slipway_model::name::PluginName;
use slipway_registry::source::Source as Place;
use slipway_store::record::{OFFERS, Offer, SOURCES, Source};
use slipway_store::{Actor, Changes, Reads};

use super::HERE;
use crate::error::named;
use crate::{Caller, Error, Platform};

const EVERY: Duration = Duration::from_secs(3600);
/// After a start, so that it does not wait for others.
const FIRST: Duration = Duration::from_secs(20);

/// A source, and what there is of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceView {
    pub source: Source,
    /// `registry`, `index` or `git`.
    pub kind: &'static str,
    pub offers: u64,
}

impl SourceView {
    fn of(source: Source, offers: u64) -> Self {
        let kind = source.place.parse::<Place>().map_or("", |it| it.word());
        Self { source, kind, offers }
    }
}

impl Platform {
    /// Sources, by name, with how many offers each has.
    pub fn source_list(&self, caller: &Caller) -> Result<Vec<SourceView>, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let reader = self.store.read()?;
        let sources = reader.all(&SOURCES, "")?.into_iter().map(|(_, source)| {
            let offers = reader.count(&OFFERS, &format!("{}/", source.name))?;
            Ok(SourceView::of(source, offers))
        });
        sources.collect()
    }

    /// Adds a source, or gives one another place. One that cannot be read is not added.
    pub async fn source_put(
        &self,
        caller: &Caller,
        name: &str,
        place: &str,
    ) -> Result<SourceView, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let name: PluginName = named("name", name)?;
        if name.as_str() == HERE {
            let message = format!("{HERE} is this instance itself; choose another name");
            return Err(Error::Invalid { field: "name", message });
        }
        let place: Place = named("place", place)?;
        let offers = self.read_source(name.as_str(), &place, &[]).await?;
        let now = self.now();
        let source = Source {
            name: name.to_string(),
            place: place.to_string(),
            added_by: caller.user.to_string(),
            added_unix_milliseconds: now,
            read_unix_milliseconds: now,
            trouble: None,
        };
        let count = offers.len() as u64;
        let (kept, subject) = (source.clone(), format!("{name} {place}"));
        self.store
            .change(caller.actor(), "source.put", subject, move |changes| {
                changes.put(&SOURCES, &kept.name, &kept)?;
                replace(changes, &kept.name, &offers)
            })
            .await?;
        Ok(SourceView::of(source, count))
    }

    /// Removes a source with its offers; what was installed from it stays.
    pub async fn source_delete(&self, caller: &Caller, name: &str) -> Result<(), Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let key = name.to_owned();
        self.store
            .change(caller.actor(), "source.delete", name.to_owned(), move |changes| {
                if changes.get(&SOURCES, &key)?.is_none() {
                    return Err(Error::no("source", &key));
                }
                changes.remove(&SOURCES, &key)?;
                changes.remove_all(&OFFERS, &format!("{key}/")).map_err(Error::from)
            })
            .await
    }

    /// Reads a source again, now.
    pub async fn source_refresh(&self, caller: &Caller, name: &str) -> Result<SourceView, Error> {
        Self::permit_instance(caller, InstanceAction::Administer)?;
        let source = self.store.read()?.get(&SOURCES, name)?;
        let source = source.ok_or_else(|| Error::no("source", name))?;
        let read = self.read_again(source).await?;
        let count = self.store.read()?.count(&OFFERS, &format!("{name}/"))?;
        Ok(SourceView::of(read, count))
    }

    /// Reads all sources each hour until the host stops.
    pub fn keep_sources_read(self: &Arc<Self>) {
        let platform = Arc::clone(self);
        tokio::spawn(async move {
            let cancel = platform.cancel.clone();
            let mut wait = FIRST;
            while cancel.run_until_cancelled(tokio::time::sleep(wait)).await.is_some() {
                if let Err(error) = platform.read_all().await {
                    tracing::error!(error = %error, "the sources of offers cannot be read");
                }
                wait = EVERY;
            }
        });
    }

    async fn read_all(&self) -> Result<(), Error> {
        for (_, source) in self.store.read()?.all(&SOURCES, "")? {
            self.read_again(source).await?;
        }
        Ok(())
    }

    /// Reads a source; what it offered stays where it cannot be read, and the source says why.
    async fn read_again(&self, source: Source) -> Result<Source, Error> {
        let prefix = format!("{}/", source.name);
        let before = self.store.read()?.all(&OFFERS, &prefix)?;
        let before: Vec<Offer> = before.into_iter().map(|(_, it)| it).collect();
        let place: Place = named("place", &source.place)?;
        let read = self.read_source(&source.name, &place, &before).await;
        let (now, offers) = match read {
            Ok(offers) => {
                let read_unix_milliseconds = self.now();
                (Source { read_unix_milliseconds, trouble: None, ..source.clone() }, Some(offers))
            }
            Err(error) => {
                tracing::warn!(source = source.name, error = %error, "a source of offers cannot be read");
                (Source { trouble: Some(error.to_string()), ..source.clone() }, None)
            }
        };
        let kept = now.clone();
        self.store
            .change(Actor::host(), "source.read", source.name.clone(), move |changes| {
                // It may have been removed, or moved, meanwhile.
                let known = changes.get(&SOURCES, &kept.name)?;
                if known.is_none_or(|it| it.place != kept.place) {
                    return Ok(());
                }
                changes.put(&SOURCES, &kept.name, &kept)?;
                offers.map_or(Ok(()), |offers| replace(changes, &kept.name, &offers))
            })
            .await?;
        Ok(now)
    }
}

fn replace(changes: &Changes, source: &str, offers: &[Offer]) -> Result<(), Error> {
    changes.remove_all(&OFFERS, &format!("{source}/"))?;
    for offer in offers {
        changes.put(&OFFERS, &format!("{source}/{}", offer.repository), offer)?;
    }
    Ok(())
}
