//! Reading a source: a namespace of a registry, or an index. Nothing is kept here.

use futures::StreamExt as _;
use futures::stream;
use slipway_registry::index::{self, Entry};
use slipway_registry::remote::Error as RemoteError;
use slipway_registry::source::Source;
use slipway_registry::words::Words;
use slipway_store::record::{Offer, PluginKind, Proof, Release};

use super::{newest_first, or, version};
use crate::{Error, Platform};

/// Repositories that are asked about at once.
const AT_ONCE: usize = 4;
/// A namespace with more is read by an index.
const MOST_REPOSITORIES: usize = 500;
/// Of each repository of a registry, which is asked about each of them.
const MOST_RELEASES: usize = 20;
/// Longest texts that are kept of what somebody else wrote, in characters.
const TITLE: usize = 120;
const WORDS: usize = 1000;
const CHANGELOG: usize = 4000;
const ICON_BYTES: usize = 64 << 10;

impl Platform {
    /// What a source offers now. `before` is what it offered last, so that only what is new is asked for.
    pub(super) async fn read_source(
        &self,
        name: &str,
        place: &Source,
        before: &[Offer],
    ) -> Result<Vec<Offer>, Error> {
        let entries = match (self.remote.index(place).await?, place) {
            (Some(index), _) => index.offers,
            (None, Source::Registry(place)) => self.repositories_in(place).await?,
            (None, Source::Index(_) | Source::Git { .. }) => Vec::new(),
        };
        let offers = stream::iter(entries).map(|entry| async move {
            let known = before.iter().find(|it| it.repository == entry.repository);
            if entry.releases.is_empty() {
                self.read_repository(name, entry, known).await
            } else {
                Ok(told(name, entry))
            }
        });
        let offers: Vec<Result<Option<Offer>, Error>> = offers.buffered(AT_ONCE).collect().await;
        offers.into_iter().filter_map(Result::transpose).collect()
    }

    /// The repositories below a namespace; the namespace itself, where the registry tells none.
    async fn repositories_in(&self, place: &str) -> Result<Vec<Entry>, Error> {
        let (registry, within) = place.split_once('/').unwrap_or((place, ""));
        let entry =
            |name: &str| Entry { repository: format!("{registry}/{name}"), ..Entry::default() };
        let listed = match self.remote.repositories(registry).await {
            Ok(listed) => listed,
            Err(RemoteError::NoCatalog { .. }) if !within.is_empty() => {
                return Ok(vec![entry(within)]);
            }
            Err(error) => return Err(error.into()),
        };
        let is_within = |it: &&String| {
            within.is_empty()
                || it
                    .strip_prefix(within)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Ok(listed.iter().filter(is_within).take(MOST_REPOSITORIES).map(|it| entry(it)).collect())
    }

    /// What one repository offers; none where it holds no plugin.
    async fn read_repository(
        &self,
        source: &str,
        entry: Entry,
        known: Option<&Offer>,
    ) -> Result<Option<Offer>, Error> {
        let repository = entry.repository.clone();
        let tags = match self.remote.tags(&repository).await {
            Ok(tags) => tags,
            Err(RemoteError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut newest = None;
        let mut releases = Vec::new();
        for (number, tag) in newest_first(tags, MOST_RELEASES).into_iter().enumerate() {
            let reference = format!("{repository}:{tag}");
            let resolved = match self.remote.resolve(&reference).await {
                Ok(resolved) => resolved,
                // A container image, or one that was deleted meanwhile, is no release.
                Err(
                    RemoteError::NotWasm { .. }
                    | RemoteError::NotFound { .. }
                    | RemoteError::TooLarge { .. },
                ) => continue,
                Err(error) => return Err(error.into()),
            };
            let words = Words::read(&resolved.annotations);
            let before =
                known.and_then(|it| it.releases.iter().find(|it| it.manifest == resolved.manifest));
            // A signature may come after its release; it is looked for again only where people look first.
            let proofs = match before {
                Some(before) if number > 0 => before.proofs.clone(),
                _ => self.proofs_afar(&reference).await?,
            };
            releases.push(Release {
                version: tag,
                manifest: resolved.manifest.clone(),
                component: Some(resolved.component.clone()),
                published_unix_milliseconds: before
                    .map_or_else(|| Some(self.now()), |it| it.published_unix_milliseconds),
                changelog: cut(&words.changelog, CHANGELOG),
                proofs,
            });
            newest.get_or_insert((words, resolved));
        }
        let Some((mut words, resolved)) = newest else { return Ok(None) };
        if PluginKind::named(&words.kind).is_none() || words.name.is_empty() {
            let pinned = format!("{repository}@{}", resolved.manifest);
            let component = self.remote.fetch(&pinned, &resolved).await?;
            let Ok(looked) = self.workshop.look(&component) else { return Ok(None) };
            looked.kind.as_str().clone_into(&mut words.kind);
            words.name = looked.name.to_string();
        }
        let entry = Entry {
            kind: words.kind,
            name: words.name,
            title: or(entry.title, &words.title),
            summary: or(entry.summary, &words.summary),
            categories: if entry.categories.is_empty() {
                words.categories
            } else {
                entry.categories
            },
            shared_by: or(entry.shared_by, &words.shared_by),
            license: or(entry.license, &words.license),
            source: or(entry.source, &words.source),
            ..entry
        };
        Ok(offer(source, entry, releases))
    }

    async fn proofs_afar(&self, reference: &str) -> Result<Vec<Proof>, Error> {
        let signed = self.remote.signed(reference).await?;
        Ok(signed.signatures.into_iter().filter_map(crate::install::source::proof).collect())
    }
}

/// An offer as an index tells it.
fn told(source: &str, mut entry: Entry) -> Option<Offer> {
    let mut releases = std::mem::take(&mut entry.releases);
    releases.sort_by_cached_key(|it| std::cmp::Reverse(version(&it.version)));
    let releases = releases.into_iter().map(release).collect();
    offer(source, entry, releases)
}

fn release(told: index::Release) -> Release {
    let index::Release { version, manifest, published_at, changelog, signatures } = told;
    let published = published_at.parse::<jiff::Timestamp>().ok();
    Release {
        version,
        manifest,
        component: None,
        published_unix_milliseconds: published
            .and_then(|it| u64::try_from(it.as_millisecond()).ok()),
        changelog: cut(&changelog, CHANGELOG),
        proofs: signatures
            .into_iter()
            .map(|it| Proof { statement: it.statement, signature: it.signature })
            .collect(),
    }
}

/// None where nothing is left that could be installed.
fn offer(source: &str, entry: Entry, releases: Vec<Release>) -> Option<Offer> {
    let Entry {
        repository,
        kind,
        name,
        title,
        summary,
        icon,
        categories,
        shared_by,
        license,
        source: code,
        used,
        releases: _,
    } = entry;
    if releases.is_empty() {
        return None;
    }
    let title = if title.trim().is_empty() { name.clone() } else { title };
    let is_web = code.starts_with("https://") || code.starts_with("http://");
    Some(Offer {
        source: source.to_owned(),
        kind: PluginKind::named(&kind)?,
        title: cut(&title, TITLE),
        summary: cut(&summary, WORDS),
        icon: icon.filter(|it| it.len() <= ICON_BYTES),
        categories,
        shared_by: cut(&shared_by, TITLE),
        license: cut(&license, TITLE),
        code: if is_web { cut(&code, WORDS) } else { String::new() },
        used_there: used,
        repository,
        name,
        releases,
    })
}

/// The beginning of a text, without what moves a terminal's cursor.
fn cut(text: &str, most: usize) -> String {
    let plain = text.chars().filter(|it| *it == '\n' || !it.is_control());
    plain.take(most).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_write_is_cut_and_plain() {
        assert_eq!(cut("a\u{1b}[31mb\nc", 100), "a[31mb\nc");
        assert_eq!(cut(&"x".repeat(200), TITLE).len(), TITLE);
    }

    #[test]
    fn an_index_may_tell_its_releases_in_any_order() {
        let release = |version: &str| index::Release {
            version: version.into(),
            manifest: slipway_model::digest::Digest::of(version.as_bytes()),
            published_at: "2026-11-01T00:00:00Z".into(),
            changelog: String::new(),
            signatures: Vec::new(),
        };
        let entry = Entry {
            repository: "a.example/b".into(),
            kind: "blueprint".into(),
            name: "b".into(),
            source: "javascript:alert(1)".into(),
            releases: vec![release("1.9.0"), release("1.10.0")],
            ..Entry::default()
        };
        let offer = told("x", entry).unwrap();
        assert_eq!(offer.releases[0].version, "1.10.0");
        assert_eq!(offer.releases[0].published_unix_milliseconds, Some(1_793_491_200_000));
        assert_eq!((offer.title.as_str(), offer.code.as_str()), ("b", ""));
    }
}
