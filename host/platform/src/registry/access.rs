//! Who may pull from a repository, and who may push to it.

use slipway_model::access::{Action, InstanceAction};
use slipway_registry::name::Repository;
use slipway_registry::owner::Owner;
use slipway_store::record::REPOSITORIES;
use slipway_store::{Actor, Reads};

use crate::{Caller, Error, Platform};

/// Somebody at the registry's door.
#[derive(Clone, Debug)]
pub enum Visitor {
    /// Nobody has proved who they are.
    Anonymous,
    /// The node of the embedded cluster, which pulls what comes with the instance and what is public.
    Node,
    /// Somebody with a token.
    Known(Caller),
}

/// Who pushes, and how much the repository's project may keep.
#[derive(Clone, Debug)]
pub(super) struct Pusher {
    pub actor: Actor,
    pub quota_bytes: Option<u64>,
}

impl Platform {
    /// Whether the visitor may pull from the repository, for whoever must answer before reading more.
    pub fn may_pull(&self, visitor: &Visitor, repository: &Repository) -> Result<(), Error> {
        self.permit_pull(visitor, repository)
    }

    /// The same for pushing and deleting.
    pub fn may_push(&self, visitor: &Visitor, repository: &Repository) -> Result<(), Error> {
        self.permit_push(visitor, repository).map(drop)
    }

    /// How much the repository's project may keep, for whoever may push to it.
    pub(crate) fn push_quota(
        &self,
        visitor: &Visitor,
        repository: &Repository,
    ) -> Result<Option<u64>, Error> {
        self.permit_push(visitor, repository).map(|it| it.quota_bytes)
    }

    /// Whether the visitor may pull from the repository, be it there or not.
    pub(super) fn permit_pull(
        &self,
        visitor: &Visitor,
        repository: &Repository,
    ) -> Result<(), Error> {
        let refused = match (visitor, Owner::of(repository)) {
            (Visitor::Node, Owner::Instance) => return Ok(()),
            (Visitor::Known(caller), Owner::Instance) => {
                return Self::permit_instance(caller, InstanceAction::Use);
            }
            (Visitor::Known(caller), Owner::Project(project)) => {
                match self.permit(caller, Action::View, &project) {
                    Ok(_) => return Ok(()),
                    Err(Error::NotFound { .. }) => unknown(repository),
                    Err(error) => return Err(error),
                }
            }
            (Visitor::Node | Visitor::Known(_), _) => unknown(repository),
            (Visitor::Anonymous, _) => sign_in(),
        };
        if self.is_public(repository)? { Ok(()) } else { Err(refused) }
    }

    /// Whether the visitor may push to the repository and delete from it, be it there or not.
    pub(super) fn permit_push(
        &self,
        visitor: &Visitor,
        repository: &Repository,
    ) -> Result<Pusher, Error> {
        let caller = match visitor {
            Visitor::Anonymous => return Err(sign_in()),
            Visitor::Node => return Err(Error::Forbidden("a node only pulls".into())),
            Visitor::Known(caller) => caller,
        };
        let quota_bytes = match Owner::of(repository) {
            Owner::Instance => {
                Self::permit_instance(caller, InstanceAction::Administer)?;
                None
            }
            Owner::Project(project) => match self.permit(caller, Action::Deploy, &project) {
                Ok((project, _)) => project.registry_mebibytes.map(|it| u64::from(it) << 20),
                Err(Error::NotFound { .. }) if self.is_public(repository)? => {
                    let words = format!("only members of project {project} push to it");
                    return Err(Error::Forbidden(words));
                }
                Err(Error::NotFound { .. }) => return Err(unknown(repository)),
                Err(error) => return Err(error),
            },
            Owner::Nobody => {
                return Err(Error::Forbidden(format!(
                    "{repository} is nobody's to push to: names here are PROJECT/NAME, and \
                     a project's name holds lower-case letters, digits and '-'"
                )));
            }
        };
        Ok(Pusher { actor: caller.actor(), quota_bytes })
    }

    pub(super) fn is_public(&self, repository: &Repository) -> Result<bool, Error> {
        let known = self.store.read()?.get(&REPOSITORIES, repository.as_str())?;
        Ok(known.is_some_and(|it| it.is_public))
    }
}

fn unknown(repository: &Repository) -> Error {
    Error::no("repository", repository)
}

fn sign_in() -> Error {
    Error::Unauthenticated(
        "this takes an API token: use it as the password, with any user name (docker login, skopeo login, oras login)",
    )
}
