//! Looking through what is offered: search, one offer whole, and the index that other instances read.

use std::collections::BTreeMap;

use slipway_model::access::InstanceAction;
use slipway_model::digest::Digest;
use slipway_model::page::PageRequest;
use slipway_model::search::{self, Text};
use slipway_registry::index::{self, Entry, Index};
use slipway_registry::name::{OWN_REGISTRY, Repository};
use slipway_registry::signature::PublicKey;
use slipway_store::Reads;
use slipway_store::record::{CATALOGUE, OFFERS, Offer, PLUGINS, PluginKind, Release, USES};

use super::{HERE, version};
use crate::error::named;
use crate::install::key;
use crate::registry::Visitor;
use crate::trust::{Keys, signature};
use crate::{Caller, Error, Platform};

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct OfferQuery {
    /// Words that must all be somewhere in it.
    pub text: String,
    pub category: Option<String>,
    pub kind: Option<String>,
    pub source: Option<String>,
}

/// Offers that fit, the best first; of each only its newest release.
#[derive(Clone, Debug, PartialEq)]
pub struct Offers {
    pub items: Vec<OfferView>,
    /// Where the next page begins.
    pub next: Option<String>,
    pub total: usize,
    /// Categories of all that fit but for the category, with how many are of each.
    pub categories: BTreeMap<String, usize>,
}

/// An offer, and what this instance has to do with it.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferView {
    pub offer: Offer,
    /// Deployments of this instance that were ever made from it.
    pub used_here: u64,
    /// Of each release, in their order, whose signature it bears.
    pub signers: Vec<Vec<Signer>>,
    /// The version that its name stands for here, if that came from this repository.
    pub installed: Option<String>,
}

/// A key that signed, and that some rule of ours names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The beginning of the SHA-256 of the public key.
    pub key: String,
    /// The sources whose rules name it.
    pub trusted_for: Vec<String>,
}

impl Platform {
    /// Offers that fit, as far as the caller may see them.
    pub fn offer_list(
        &self,
        caller: &Caller,
        query: &OfferQuery,
        request: &PageRequest,
    ) -> Result<Offers, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let kind = query.kind.as_deref().map(kind_of).transpose()?;
        let visitor = Visitor::Known(caller.clone());
        let reader = self.store.read()?;
        let mut found = Vec::new();
        let mut categories = BTreeMap::new();
        for (key, offer) in reader.all(&OFFERS, "")? {
            let is_of = query.source.as_ref().is_none_or(|it| *it == offer.source)
                && kind.is_none_or(|it| it == offer.kind);
            let Some(score) = is_of.then(|| fit(&query.text, &offer)).flatten() else { continue };
            if !self.may_see(&visitor, &offer)? {
                continue;
            }
            for category in &offer.categories {
                *categories.entry(category.clone()).or_insert(0) += 1;
            }
            if query.category.as_ref().is_none_or(|it| offer.categories.contains(it)) {
                let used = reader.get(&USES, &offer.repository)?.unwrap_or_default();
                let used = used + offer.used_there.unwrap_or_default();
                found.push((score, used, key, offer));
            }
        }
        found.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.cmp(&b.2)));
        let total = found.len();
        let begin = match &request.after {
            Some(after) => found.iter().position(|it| it.2 == *after).map_or(total, |it| it + 1),
            None => 0,
        };
        let page: Vec<_> = found.drain(begin..).collect();
        let is_more = page.len() > request.limit;
        let next = if is_more { page.get(request.limit - 1).map(|it| it.2.clone()) } else { None };
        let keys = Keys::read(&reader)?;
        let items = page.into_iter().take(request.limit).map(|(_, _, _, mut offer)| {
            // Of each only the newest release, so that no other's signatures are checked: they are on its own page.
            offer.releases.truncate(1);
            view(&reader, &keys, offer)
        });
        Ok(Offers { items: items.collect::<Result<_, _>>()?, next, total, categories })
    }

    /// One offer by its repository; where several sources have it, the one that was named first.
    pub fn offer_get(&self, caller: &Caller, repository: &str) -> Result<OfferView, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let offer = self.offer_of(repository)?;
        let offer = offer.ok_or_else(|| Error::no("offer", repository))?;
        if !self.may_see(&Visitor::Known(caller.clone()), &offer)? {
            return Err(Error::no("offer", repository));
        }
        self.view_of(offer)
    }

    pub(super) fn view_of(&self, offer: Offer) -> Result<OfferView, Error> {
        let reader = self.store.read()?;
        view(&reader, &Keys::read(&reader)?, offer)
    }

    /// What is offered under a repository, whoever asks. Our own registry is believed before others about itself.
    pub(crate) fn offer_of(&self, repository: &str) -> Result<Option<Offer>, Error> {
        let reader = self.store.read()?;
        if let Some(own) = reader.get(&OFFERS, &format!("{HERE}/{repository}"))? {
            return Ok(Some(own));
        }
        for (name, _) in reader.all(&slipway_store::record::SOURCES, "")? {
            if let Some(offer) = reader.get(&OFFERS, &format!("{name}/{repository}"))? {
                return Ok(Some(offer));
            }
        }
        Ok(None)
    }

    /// What this instance offers to whoever asks, as an index.
    pub fn offer_index(&self, visitor: &Visitor) -> Result<Index, Error> {
        let reader = self.store.read()?;
        let mut entries = Vec::new();
        for (_, offer) in reader.all(&OFFERS, &format!("{HERE}/"))? {
            if self.may_see(visitor, &offer)? {
                let used = reader.get(&USES, &offer.repository)?.unwrap_or_default();
                entries.push(entry(offer, used));
            }
        }
        Ok(Index::of(String::new(), entries))
    }

    /// What other sources offer is no secret of anybody here.
    fn may_see(&self, visitor: &Visitor, offer: &Offer) -> Result<bool, Error> {
        let Some(own) = own(&offer.repository).filter(|_| offer.source == HERE) else {
            return Ok(true);
        };
        match self.may_pull(visitor, &own?) {
            Ok(()) => Ok(true),
            Err(Error::NotFound { .. } | Error::Forbidden(_) | Error::Unauthenticated(_)) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

fn view(reader: &impl Reads, keys: &Keys, offer: Offer) -> Result<OfferView, Error> {
    let used_here = reader.get(&USES, &offer.repository)?.unwrap_or_default();
    let name = offer.name.parse().ok();
    let current = name.map(|it| reader.get(&CATALOGUE, &key(offer.kind, &it))).transpose()?;
    let current = match current.flatten() {
        Some(current) => reader.get(&PLUGINS, current.digest.as_str())?,
        None => None,
    };
    let installed = current.filter(|it| super::repository_of(it) == offer.repository);
    Ok(OfferView {
        used_here,
        signers: offer.releases.iter().map(|it| signers(keys, it)).collect(),
        installed: installed.map(|it| it.version),
        offer,
    })
}

/// The repository within our own registry, of one that is there.
pub(super) fn own(repository: &str) -> Option<Result<Repository, Error>> {
    let name = repository.strip_prefix(OWN_REGISTRY)?.strip_prefix('/')?;
    Some(named("repository", name))
}

fn kind_of(word: &str) -> Result<PluginKind, Error> {
    PluginKind::named(word).ok_or_else(|| Error::Invalid {
        field: "kind",
        message: format!("{word:?} is no kind; it is blueprint, control or update-checker"),
    })
}

fn fit(asked: &str, offer: &Offer) -> Option<u32> {
    let text = |text, weight| Text { text, weight };
    let mut texts = vec![
        text(&offer.name, 10),
        text(&offer.title, 8),
        text(&offer.summary, 2),
        text(&offer.shared_by, 2),
        text(&offer.repository, 1),
    ];
    texts.extend(offer.categories.iter().map(|it| text(it.as_str(), 4)));
    search::score(asked, &texts)
}

/// Keys that are known here; a signature does not say itself by whom it is.
fn signers(keys: &Keys, release: &Release) -> Vec<Signer> {
    let signed = |key: &PublicKey, over: &Digest| {
        release.proofs.iter().any(|it| key.signed(&signature(it), over))
    };
    let signed = keys.0.iter().filter(|it| signed(&it.key, &release.manifest));
    signed
        .map(|it| Signer { key: it.fingerprint.clone(), trusted_for: it.sources.clone() })
        .collect()
}

fn entry(offer: Offer, used: u64) -> Entry {
    let Offer {
        source: _,
        repository,
        kind,
        name,
        title,
        summary,
        icon,
        categories,
        shared_by,
        license,
        code,
        used_there: _,
        releases,
    } = offer;
    let time = |milliseconds: u64| {
        let read = i64::try_from(milliseconds).ok().map(jiff::Timestamp::from_millisecond);
        read.and_then(Result::ok).map(|it| it.to_string()).unwrap_or_default()
    };
    let releases = releases.into_iter().filter(|it| version(&it.version).is_some());
    let releases = releases.map(|it| index::Release {
        version: it.version,
        manifest: it.manifest,
        published_at: it.published_unix_milliseconds.map(time).unwrap_or_default(),
        changelog: it.changelog,
        signatures: it
            .proofs
            .into_iter()
            .map(|it| index::Signature { statement: it.statement, signature: it.signature })
            .collect(),
    });
    Entry {
        // Whoever reads it knows where they read it; we may not know what they call us.
        repository: repository.strip_prefix(OWN_REGISTRY).unwrap_or(&repository).to_owned(),
        kind: kind.as_str().to_owned(),
        name,
        title,
        summary,
        icon,
        categories,
        shared_by,
        license,
        source: code,
        used: Some(used),
        releases: releases.collect(),
    }
}
