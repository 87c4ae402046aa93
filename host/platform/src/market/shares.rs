//! Links that share: whoever is signed in and has one may see a repository of a project, and subscribe to it.

use slipway_identity::secret::{self, Purpose, Secret};
use slipway_model::access::{Action, InstanceAction};
use slipway_model::image::is_host;
use slipway_model::name::ProjectName;
use slipway_registry::name::OWN_REGISTRY;
use slipway_registry::owner::Owner;
use slipway_store::Reads;
use slipway_store::record::{SHARES, SUBSCRIPTIONS, Share};

use super::offers::{OfferView, own};
use crate::error::found;
use crate::{Caller, Error, Platform};

/// A link that is to be made.
#[derive(Clone, Debug)]
pub struct NewShare {
    /// Of the project, with the registry in front or without.
    pub repository: String,
    pub expires_in_days: Option<u32>,
}

/// A link that was just made, with its text: it is told once.
#[derive(Debug)]
pub struct MadeShare {
    pub share: Share,
    pub text: Secret,
}

impl Platform {
    /// Makes a link to a repository of the project.
    pub async fn share_create(
        &self,
        caller: &Caller,
        project: &str,
        new: NewShare,
    ) -> Result<MadeShare, Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::Deploy, &project)?;
        let repository = whole(&new.repository);
        let own = own(&repository).transpose()?;
        if own.is_none_or(|it| Owner::of(&it) != Owner::Project(project.clone())) {
            return Err(Error::Invalid {
                field: "repository",
                message: format!("{} is not of the project; write {project}/NAME", new.repository),
            });
        }
        let offer = self.offer_of(&repository)?;
        offer.ok_or_else(|| Error::no("offer", &repository))?;
        let day = 24 * 3600 * 1000;
        let expires = new.expires_in_days.map(|it| self.now() + u64::from(it) * day);
        self.make_share(caller, project, repository, expires).await
    }

    pub(super) async fn make_share(
        &self,
        caller: &Caller,
        project: ProjectName,
        repository: String,
        expires_unix_milliseconds: Option<u64>,
    ) -> Result<MadeShare, Error> {
        let text = Secret::new(Purpose::Share).map_err(|it| Error::Internal(Box::new(it)))?;
        let hash = text.hash();
        let share = Share {
            id: hash[..12].to_owned(),
            project,
            repository,
            made_by: caller.user.to_string(),
            made_unix_milliseconds: self.now(),
            expires_unix_milliseconds,
        };
        let (kept, subject) = (share.clone(), format!("{} {}", share.repository, share.id));
        self.store
            .change(caller.actor(), "share.create", subject, move |changes| {
                changes.put(&SHARES, &hash, &kept).map_err(Error::from)
            })
            .await?;
        Ok(MadeShare { share, text })
    }

    /// The project's links, the newest first.
    pub fn share_list(&self, caller: &Caller, project: &str) -> Result<Vec<Share>, Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::View, &project)?;
        let shares = self.store.read()?.all(&SHARES, "")?.into_iter().map(|(_, it)| it);
        let mut shares: Vec<Share> = shares.filter(|it| it.project == project).collect();
        shares.sort_by_key(|it| std::cmp::Reverse(it.made_unix_milliseconds));
        Ok(shares)
    }

    /// Takes a link back: nobody comes in by it any more, and subscriptions that came by it end.
    pub async fn share_delete(
        &self,
        caller: &Caller,
        project: &str,
        id: &str,
    ) -> Result<(), Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::Deploy, &project)?;
        let (id, subject) = (id.to_owned(), format!("{project} {id}"));
        self.store
            .change(caller.actor(), "share.delete", subject, move |changes| {
                let mut shares = changes.all(&SHARES, "")?.into_iter();
                let known = shares.find(|(_, it)| it.id == id && it.project == project);
                let (hash, _) = known.ok_or_else(|| Error::no("link", &id))?;
                changes.remove(&SHARES, &hash)?;
                for (key, it) in changes.all(&SUBSCRIPTIONS, "")? {
                    if it.share.as_ref() == Some(&hash) {
                        changes.remove(&SUBSCRIPTIONS, &key)?;
                    }
                }
                Ok(())
            })
            .await
    }

    /// What a link shares.
    pub fn share_open(&self, caller: &Caller, text: &str) -> Result<OfferView, Error> {
        Self::permit_instance(caller, InstanceAction::Use)?;
        let (_, share) = self.share_of(text)?;
        let offer = self.offer_of(&share.repository)?;
        self.view_of(offer.ok_or_else(|| Error::no("offer", &share.repository))?)
    }

    /// A link that is still good, with its hash.
    pub(super) fn share_of(&self, text: &str) -> Result<(String, Share), Error> {
        // The whole address is pasted as readily as what stands behind its #.
        let text = text.rsplit('#').next().unwrap_or(text).trim();
        let hash = secret::hash(text);
        let share = self.store.read()?.get(&SHARES, &hash)?;
        let is_good = |it: &Share| it.expires_unix_milliseconds.is_none_or(|it| it > self.now());
        let share = share.filter(is_good).ok_or_else(|| {
            Error::Conflict(
                "this link is not good (any more): it was taken back, or its time is over; ask whoever gave it for a new one"
                    .into(),
            )
        })?;
        Ok((hash, share))
    }
}

/// With the registry in front, as offers are kept.
pub(crate) fn whole(repository: &str) -> String {
    match repository.split_once('/') {
        Some((first, _)) if first == OWN_REGISTRY || is_host(first) => repository.to_owned(),
        _ => format!("{OWN_REGISTRY}/{repository}"),
    }
}
