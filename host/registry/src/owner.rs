//! Whose a repository is, by its name.
//!
//! `blueprint/…`, `control/…`, `update-checker/…` and `slipway…/…`, and every name of one part, are the instance's own: its catalogue and
//! the images that come with it. Any other first part is the name of a project.

use slipway_model::name::ProjectName;

use crate::name::Repository;

/// What the host keeps for itself lies below this: nobody pulls from there, and nobody pushes.
pub const SHELF: &str = "slipway-host";

/// First parts that stand for kinds of plugins, and so for no project.
const KINDS: &[&str] = &["blueprint", "control", "update-checker"];

/// Whose a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Whoever runs the instance.
    Instance,
    /// A project, which may not be there.
    Project(ProjectName),
    /// Nobody can have it: its first part is no project's name, or the host's own.
    Nobody,
}

impl Owner {
    /// Whose this one is.
    pub fn of(repository: &Repository) -> Self {
        let Some((first, _)) = repository.as_str().split_once('/') else { return Self::Instance };
        if first == SHELF {
            return Self::Nobody;
        }
        if is_the_instances(first) {
            return Self::Instance;
        }
        first.parse().map_or(Self::Nobody, Self::Project)
    }
}

/// Whether repositories below this first part are the instance's, so that no project may be called so.
pub fn is_the_instances(first: &str) -> bool {
    KINDS.contains(&first) || first == "slipway" || first.starts_with("slipway-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_tells() {
        for (name, owner) in [
            ("hello-app", Owner::Instance),
            ("blueprint/hello-web", Owner::Instance),
            ("slipway/tools", Owner::Instance),
            ("shop/web", Owner::Project("shop".parse().unwrap())),
            ("shop/team/web", Owner::Project("shop".parse().unwrap())),
            ("kube-system/x", Owner::Nobody),
            ("slipway-host/blueprint", Owner::Nobody),
            ("a.b/x", Owner::Nobody),
        ] {
            assert_eq!(Owner::of(&name.parse().unwrap()), owner, "{name}");
        }
    }
}
