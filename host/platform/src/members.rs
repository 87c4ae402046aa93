//! Members of a project and their roles.

use slipway_model::access::{Action, Role};
use slipway_model::name::{ProjectName, UserName};
use slipway_store::record::{MEMBERS, MEMBERSHIPS, Membership, USERS};
use slipway_store::{Changes, Reads};

use crate::error::{found, named};
use crate::{Caller, Error, Platform};

impl Platform {
    /// Who is in the project.
    pub fn member_list(&self, caller: &Caller, project: &str) -> Result<Vec<Membership>, Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::View, &project)?;
        let members = self.store.read()?.all(&MEMBERS, &format!("{project}/"))?;
        Ok(members.into_iter().map(|(_, it)| it).collect())
    }

    /// Takes a user in, or gives another role.
    pub async fn member_put(
        &self,
        caller: &Caller,
        project: &str,
        user: &str,
        role: Role,
    ) -> Result<Membership, Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::Own, &project)?;
        let user: UserName = named("user", user)?;
        let member = Membership { project: project.clone(), user: user.clone(), role };
        let kept = member.clone();
        let subject = format!("{project}/{user}");
        self.store
            .change(caller.actor(), "member.put", subject, move |changes| {
                if changes.get(&USERS, user.as_str())?.is_none() {
                    return Err(Error::no("user", user));
                }
                changes.put(&MEMBERS, &format!("{project}/{user}"), &kept)?;
                changes.put(&MEMBERSHIPS, &format!("{user}/{project}"), &kept)?;
                keep_an_owner(changes, &project)
            })
            .await?;
        Ok(member)
    }

    /// Lets a member go.
    pub async fn member_delete(
        &self,
        caller: &Caller,
        project: &str,
        user: &str,
    ) -> Result<(), Error> {
        let project: ProjectName = found("project", project)?;
        self.permit(caller, Action::Own, &project)?;
        let user: UserName = found("member", user)?;
        let subject = format!("{project}/{user}");
        self.store
            .change(caller.actor(), "member.delete", subject, move |changes| {
                let key = format!("{project}/{user}");
                changes.get(&MEMBERS, &key)?.ok_or_else(|| Error::no("member", &user))?;
                changes.remove(&MEMBERS, &key)?;
                changes.remove(&MEMBERSHIPS, &format!("{user}/{project}"))?;
                keep_an_owner(changes, &project)
            })
            .await
    }
}

fn keep_an_owner(changes: &Changes, project: &ProjectName) -> Result<(), Error> {
    let members = changes.all(&MEMBERS, &format!("{project}/"))?;
    if members.iter().any(|(_, it)| it.role == Role::Owner) {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "project {project} would be left without an owner; make somebody else an owner first"
    )))
}
