//! Who may do what: three roles per project, one for the instance, and the actions they permit.

use serde::{Deserialize, Serialize};

/// A member's role in one project. Each includes what the ones before it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Viewer,
    Deployer,
    Owner,
}

/// What can be asked within a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See the project, its deployments, revisions, operations, objects, events and logs.
    View,
    /// Create, change, roll back and delete deployments.
    Deploy,
    /// Members, and the project itself.
    Own,
}

/// What can be asked of the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstanceAction {
    /// Anybody who is signed in: look at the catalogue, make a project.
    Use,
    /// Users, clusters, plugins, every project.
    Administer,
}

/// What an API token may do at most, whatever its user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    Read,
    Deploy,
    Admin,
}

impl Role {
    /// Whether the role permits the action.
    pub fn permits(self, action: Action) -> bool {
        match action {
            Action::View => true,
            Action::Deploy => self >= Self::Deployer,
            Action::Own => self >= Self::Owner,
        }
    }
}

impl Scope {
    /// Whether a token of this scope may be used for the action.
    pub fn permits(self, action: Action) -> bool {
        match action {
            Action::View => true,
            Action::Deploy => self >= Self::Deploy,
            Action::Own => self >= Self::Admin,
        }
    }

    /// The same for the instance.
    pub fn permits_instance(self, action: InstanceAction) -> bool {
        match action {
            InstanceAction::Use => true,
            InstanceAction::Administer => self >= Self::Admin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_includes_the_ones_below() {
        let permits = |role: Role| {
            [Action::View, Action::Deploy, Action::Own].map(|action| role.permits(action))
        };
        assert_eq!(permits(Role::Viewer), [true, false, false]);
        assert_eq!(permits(Role::Deployer), [true, true, false]);
        assert_eq!(permits(Role::Owner), [true, true, true]);
    }

    #[test]
    fn a_read_token_of_an_owner_only_reads() {
        assert!(!Scope::Read.permits(Action::Deploy));
        assert!(!Scope::Deploy.permits_instance(InstanceAction::Administer));
    }
}
