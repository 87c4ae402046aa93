//! Who asks, and whether they may.

use slipway_model::access::{Action, InstanceAction, Role, Scope};
use slipway_model::name::{ProjectName, UserName};
use slipway_store::record::{MEMBERS, PROJECTS, Project};
use slipway_store::{Actor, Reads};

use crate::{Error, Platform};

/// Somebody who has proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub user: UserName,
    pub is_admin: bool,
    /// Of an API token; none: all that the user may do.
    pub scope: Option<Scope>,
    /// `web`, `jwt` or `token:<name>`, for the audit.
    pub via: String,
}

/// What somebody shows to prove who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The session cookie of a browser.
    Cookie(String),
    /// `Authorization: Bearer`: a JWT or an API token.
    Bearer(String),
}

impl Caller {
    /// The host itself, where it heals. Nobody else is called so.
    pub(crate) fn healing() -> Self {
        Self { user: UserName::healing(), is_admin: true, scope: None, via: "healing".into() }
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor { name: self.user.to_string(), via: self.via.clone() }
    }
}

impl Platform {
    /// The project, if the caller may do this in it. A stranger hears that there is none.
    pub(crate) fn permit(
        &self,
        caller: &Caller,
        action: Action,
        project: &ProjectName,
    ) -> Result<(Project, Role), Error> {
        let reader = self.store.read()?;
        let unknown = || Error::no("project", project);
        let found = reader.get(&PROJECTS, project.as_str())?.ok_or_else(unknown)?;
        let role = if caller.is_admin {
            Role::Owner
        } else {
            let key = format!("{project}/{}", caller.user);
            reader.get(&MEMBERS, &key)?.ok_or_else(unknown)?.role
        };
        if !role.permits(action) {
            let (needed, role) = (word(action), role_word(role));
            return Err(Error::Forbidden(format!(
                "you are {role} of project {project} and this takes {needed}; ask an owner of the project"
            )));
        }
        if caller.scope.is_some_and(|scope| !scope.permits(action)) {
            return Err(too_narrow());
        }
        Ok((found, role))
    }

    /// Whether the caller may do this to the instance.
    pub(crate) fn permit_instance(caller: &Caller, action: InstanceAction) -> Result<(), Error> {
        if caller.scope.is_some_and(|scope| !scope.permits_instance(action)) {
            return Err(too_narrow());
        }
        match action {
            InstanceAction::Use => Ok(()),
            InstanceAction::Administer if caller.is_admin => Ok(()),
            InstanceAction::Administer => {
                Err(Error::Forbidden("this takes an admin of the instance".into()))
            }
        }
    }

    /// Whether the caller may administer the instance, for what the platform itself does not serve.
    pub fn may_administer(&self, caller: &Caller) -> Result<(), Error> {
        Self::permit_instance(caller, InstanceAction::Administer)
    }

    /// For what changes the caller's own things (projects, tokens): a read-only token may not.
    pub(crate) fn permit_writing(caller: &Caller) -> Result<(), Error> {
        match caller.scope {
            Some(Scope::Read) => Err(too_narrow()),
            Some(Scope::Deploy | Scope::Admin) | None => Ok(()),
        }
    }
}

fn too_narrow() -> Error {
    Error::Forbidden("the token's scope does not cover this; use one with a wider scope".into())
}

fn word(action: Action) -> &'static str {
    match action {
        Action::View => "a viewer",
        Action::Deploy => "a deployer",
        Action::Own => "an owner",
    }
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Viewer => "a viewer",
        Role::Deployer => "a deployer",
        Role::Owner => "an owner",
    }
}
