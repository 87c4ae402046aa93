//! The marketplace, between the platform's words and the wire's.

use slipway_platform::record::{Release, Share, Source, Subscription};
use slipway_platform::{
    OfferQuery, OfferView, Offers, ProjectBlueprint, Signer, SourceView, SubscriptionView, Update,
    Whence,
};
use slipway_wire::market as wire;

use super::time;

pub fn offer_query(query: &wire::OfferQuery) -> OfferQuery {
    let wire::OfferQuery { q, category, kind, source, cursor: _, limit: _ } = query.clone();
    OfferQuery { text: q.unwrap_or_default(), category, kind, source }
}

pub fn offers(found: Offers) -> wire::Offers {
    let Offers { items, next, total, categories } = found;
    let items = items.into_iter().map(offer).collect();
    wire::Offers { items, next, total, categories }
}

pub fn offer(view: OfferView) -> wire::Offer {
    let OfferView { offer, used_here, signers, installed } = view;
    let repository = offer.repository;
    let releases = offer.releases.into_iter().zip(signers);
    let releases = releases.map(|(it, signers)| release(&repository, it, signers)).collect();
    wire::Offer {
        repository,
        source: offer.source,
        kind: offer.kind.as_str().to_owned(),
        name: offer.name,
        title: offer.title,
        summary: offer.summary,
        icon: offer.icon,
        categories: offer.categories,
        shared_by: offer.shared_by,
        license: offer.license,
        code: offer.code,
        used_here,
        used_there: offer.used_there,
        installed,
        releases,
    }
}

fn release(repository: &str, release: Release, signers: Vec<Signer>) -> wire::Release {
    let Release { version, manifest, component: _, published_unix_milliseconds, changelog, proofs } =
        release;
    let signer = |it: Signer| wire::Signer { key: it.key, trusted_for: it.trusted_for };
    wire::Release {
        reference: format!("{repository}:{version}@{manifest}"),
        version,
        published_at: published_unix_milliseconds.map(time),
        changelog,
        signatures: proofs.len(),
        signed_by: signers.into_iter().map(signer).collect(),
    }
}

pub fn source(view: SourceView) -> wire::Source {
    let SourceView { source, kind, offers } = view;
    let Source {
        name,
        place,
        added_by,
        added_unix_milliseconds: _,
        read_unix_milliseconds,
        trouble,
    } = source;
    wire::Source {
        name,
        place,
        kind: kind.to_owned(),
        offers,
        added_by,
        read_at: time(read_unix_milliseconds),
        trouble,
    }
}

pub fn share(share: Share, path: Option<String>) -> wire::Share {
    let Share {
        id,
        project: _,
        repository,
        made_by,
        made_unix_milliseconds,
        expires_unix_milliseconds,
    } = share;
    wire::Share {
        id,
        repository,
        made_by,
        made_at: time(made_unix_milliseconds),
        expires_at: expires_unix_milliseconds.map(time),
        path,
    }
}

pub fn subscription(view: SubscriptionView) -> wire::Subscription {
    let SubscriptionView { subscription, offer: offered, deploys_as, is_behind } = view;
    let Subscription { project: _, repository, share: _, by, since_unix_milliseconds } =
        subscription;
    wire::Subscription {
        repository,
        by,
        since: time(since_unix_milliseconds),
        offer: offered.map(offer),
        deploys_as,
        is_behind,
    }
}

pub fn project_blueprint(it: ProjectBlueprint) -> wire::ProjectBlueprint {
    let ProjectBlueprint { name, whence, plugin } = it;
    let from = match whence {
        Whence::Instance => "instance",
        Whence::Project => "project",
        Whence::Subscription => "subscription",
    };
    wire::ProjectBlueprint {
        name,
        from: from.to_owned(),
        title: plugin.title,
        summary: plugin.summary,
        version: plugin.version,
        icon: plugin.icon,
    }
}

pub fn update(update: Update) -> wire::UpdateNotice {
    let Update { version, changelog } = update;
    wire::UpdateNotice { version, changelog }
}
