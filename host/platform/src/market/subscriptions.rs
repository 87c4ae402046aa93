//! Subscriptions: a project follows an offer. One of another project's blueprint makes it one of the project's own.

use slipway_identity::secret::Purpose;
use slipway_model::access::Action;
use slipway_model::name::ProjectName;
use slipway_registry::owner::Owner;
use slipway_store::Reads;
use slipway_store::record::{PROJECTS, Plugin, REPOSITORIES, SHARES, SUBSCRIPTIONS, Subscription};

use super::blueprints::made_by;
use super::offers::{OfferView, own};
use super::shares::whole;
use super::{at_home, repository_of, version};
use crate::error::found;
use crate::{Caller, Error, Platform};

/// A subscription, and what there is of it now.
#[derive(Clone, Debug, PartialEq)]
pub struct SubscriptionView {
    pub subscription: Subscription,
    /// None: it is not offered any more.
    pub offer: Option<OfferView>,
    /// By which name the project deploys it; none: an admin would have to install it.
    pub deploys_as: Option<String>,
    /// Whether its newest release is newer than what the project can deploy.
    pub is_behind: bool,
}

impl Platform {
    /// What the project follows, by repository.
    pub fn subscription_list(
        &self,
        caller: &Caller,
        project: &str,
    ) -> Result<Vec<SubscriptionView>, Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::View, &project)?;
        let kept = self.store.read()?.all(&SUBSCRIPTIONS, &format!("{project}/"))?;
        kept.into_iter().map(|(_, it)| self.seen(it)).collect()
    }

    /// Has the project follow an offer, by its repository or by a link.
    pub async fn subscription_put(
        &self,
        caller: &Caller,
        project: &str,
        what: &str,
    ) -> Result<SubscriptionView, Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::Deploy, &project)?;
        let (repository, share) = if is_link(what) {
            let (hash, share) = self.share_of(what)?;
            (share.repository, Some(hash))
        } else {
            let repository = whole(what);
            self.offer_get(caller, &repository)?;
            let share = self.share_by_member(caller, &project, &repository).await?;
            (repository, share)
        };
        if at_home(&repository).is_some_and(|(owner, _)| owner == project) {
            let words =
                format!("{repository} is the project's own; it has it without a subscription");
            return Err(Error::Conflict(words));
        }
        let subscription = Subscription {
            project: project.clone(),
            repository,
            share,
            by: caller.user.to_string(),
            since_unix_milliseconds: self.now(),
        };
        let kept = subscription.clone();
        let subject = format!("{project} {}", kept.repository);
        self.store
            .change(caller.actor(), "subscription.put", subject, move |changes| {
                changes
                    .get(&PROJECTS, project.as_str())?
                    .ok_or_else(|| Error::no("project", &project))?;
                if let Some(hash) = &kept.share {
                    // It may have been taken back meanwhile.
                    changes
                        .get(&SHARES, hash)?
                        .ok_or_else(|| Error::no("link", &kept.repository))?;
                }
                changes.put(&SUBSCRIPTIONS, &key(&kept), &kept).map_err(Error::from)
            })
            .await?;
        self.seen(subscription)
    }

    /// Has the project not follow an offer any more. What was deployed goes on.
    pub async fn subscription_delete(
        &self,
        caller: &Caller,
        project: &str,
        repository: &str,
    ) -> Result<(), Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::Deploy, &project)?;
        let key = format!("{project}/{}", whole(repository));
        let subject = format!("{project} {repository}");
        let repository = repository.to_owned();
        self.store
            .change(caller.actor(), "subscription.delete", subject, move |changes| {
                if changes.get(&SUBSCRIPTIONS, &key)?.is_none() {
                    return Err(Error::no("subscription", &repository));
                }
                changes.remove(&SUBSCRIPTIONS, &key).map_err(Error::from)
            })
            .await
    }

    /// Who is in both projects hands a private blueprint on by a link that its owners see and can take back.
    async fn share_by_member(
        &self,
        caller: &Caller,
        project: &ProjectName,
        repository: &str,
    ) -> Result<Option<String>, Error> {
        let Some(own) = own(repository).transpose()? else { return Ok(None) };
        let Owner::Project(owner) = Owner::of(&own) else { return Ok(None) };
        let public = self.store.read()?.get(&REPOSITORIES, own.as_str())?;
        if owner == *project || public.is_some_and(|it| it.is_public) {
            return Ok(None);
        }
        self.permit(caller, Action::Deploy, &owner)?;
        let made = self.make_share(caller, owner, repository.to_owned(), None).await?;
        Ok(Some(made.text.hash()))
    }

    fn seen(&self, subscription: Subscription) -> Result<SubscriptionView, Error> {
        let repository = &subscription.repository;
        let offer = self.offer_of(repository)?.map(|it| self.view_of(it)).transpose()?;
        let reader = self.store.read()?;
        let (deploys_as, has) = match at_home(repository) {
            Some((owner, name)) if follows(&reader, &subscription.project, repository)? => {
                let made = made_by(&reader, &owner, &name)?;
                (made.as_ref().map(|_| format!("{owner}/{name}")), made.map(|it| it.version))
            }
            Some(_) => (None, None),
            None => {
                let installed = offer.as_ref().and_then(|it| it.installed.clone());
                let name = offer.as_ref().map(|it| it.offer.name.clone());
                (name.filter(|_| installed.is_some()), installed)
            }
        };
        let newest = offer.as_ref().map(|it| version(&it.offer.releases[0].version));
        let is_behind = newest.is_some_and(|newest| newest > has.and_then(|it| version(&it)));
        Ok(SubscriptionView { subscription, offer, deploys_as, is_behind })
    }

    /// The newest version that a source has of an installed plugin, where that is newer and not among `installed`.
    pub(crate) fn newer_at_source(
        &self,
        plugin: &Plugin,
        installed: &[(String, Plugin)],
    ) -> Result<Option<String>, Error> {
        let Some(offer) = self.offer_of(&repository_of(plugin))? else { return Ok(None) };
        let Some(newest) = offer.releases.into_iter().next().map(|it| it.version) else {
            return Ok(None);
        };
        let is_newer = version(&newest) > version(&plugin.version);
        let is_here = installed.iter().any(|(_, it)| {
            it.kind == plugin.kind && it.name == plugin.name && it.version == newest
        });
        Ok((is_newer && !is_here).then_some(newest))
    }
}

/// Whether a project may use what lies in another project's repository, by a subscription that still holds.
pub(crate) fn follows(
    reader: &impl Reads,
    project: &ProjectName,
    repository: &str,
) -> Result<bool, Error> {
    let Some(kept) = reader.get(&SUBSCRIPTIONS, &format!("{project}/{repository}"))? else {
        return Ok(false);
    };
    match &kept.share {
        Some(hash) => Ok(reader.get(&SHARES, hash)?.is_some()),
        None => {
            let Some(own) = own(repository).transpose()? else { return Ok(false) };
            let public = reader.get(&REPOSITORIES, own.as_str())?;
            Ok(public.is_some_and(|it| it.is_public))
        }
    }
}

fn key(subscription: &Subscription) -> String {
    format!("{}/{}", subscription.project, subscription.repository)
}

fn is_link(what: &str) -> bool {
    what.rsplit('#').next().is_some_and(|it| it.trim().starts_with(Purpose::Share.prefix()))
}
