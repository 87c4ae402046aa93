//! Archive, restore, cleanup, and the volumes that outlive deployments (docs/volumes.md).

use std::collections::BTreeSet;

use slipway_model::access::Action;
use slipway_model::cluster::Volume;
use slipway_model::name::ProjectName;
use slipway_model::operation::OperationKind;
use slipway_model::transition;
use slipway_store::Reads;
use slipway_store::record::DEPLOYMENTS;

use crate::deployments::Accepted;
use crate::error::found;
use crate::operate::may_begin;
use crate::{Caller, Error, Platform};

/// A volume, and what has become of the deployment that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptVolume {
    pub volume: Volume,
    pub owner: VolumeOwner,
}

/// What has become of the deployment that made a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VolumeOwner {
    Deployed,
    Archived,
    Deleted,
}

impl Platform {
    /// Removes everything of a deployment but its volumes, settings and history.
    pub async fn archive(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Accepted, Error> {
        self.operate_named(caller, project, name, OperationKind::Archive).await
    }

    /// Brings an archived deployment live again.
    pub async fn restore(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<Accepted, Error> {
        self.operate_named(caller, project, name, OperationKind::Restore).await
    }

    /// Deletes an archived deployment with its volumes, if these are the ones that the caller has seen.
    pub async fn cleanup(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        seen: &[String],
    ) -> Result<Accepted, Error> {
        let (project, deployment) = self.deployment(caller, Action::Deploy, project, name)?;
        // Before anybody waits for the cluster; the change asks once more.
        may_begin(&deployment, OperationKind::Cleanup)?;
        let volumes = self.clusters.get(&project.cluster)?.volumes(&project.name).await?;
        let here =
            volumes.into_iter().filter(|it| it.app == deployment.name).map(|it| it.name).collect();
        agree(&here, &seen.iter().cloned().collect())?;
        self.operate(caller, &project, &deployment, OperationKind::Cleanup).await
    }

    /// The volumes of a project, by name.
    pub async fn volume_list(
        &self,
        caller: &Caller,
        project: &str,
    ) -> Result<Vec<KeptVolume>, Error> {
        let (project, _) = self.permit(caller, Action::View, &found("project", project)?)?;
        let volumes = self.clusters.get(&project.cluster)?.volumes(&project.name).await?;
        let reader = self.store.read()?;
        let kept =
            |volume| Ok(KeptVolume { owner: owner(&reader, &project.name, &volume)?, volume });
        volumes.into_iter().map(kept).collect()
    }

    /// Deletes a volume that nothing is to run on.
    pub async fn volume_delete(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<(), Error> {
        let (project, _) = self.permit(caller, Action::Deploy, &found("project", project)?)?;
        let cluster = self.clusters.get(&project.cluster)?;
        let volumes = cluster.volumes(&project.name).await?;
        let volume = volumes
            .into_iter()
            .find(|it| it.name == name)
            .ok_or_else(|| Error::no("volume", name))?;
        if owner(&self.store.read()?, &project.name, &volume)? == VolumeOwner::Deployed {
            let app = &volume.app;
            return Err(Error::Conflict(format!(
                "the deployment {app} runs on the volume {name}; archive or delete it first"
            )));
        }
        // Who deleted what stands in the audit before it is gone.
        let subject = format!("{}/{name}", project.name);
        self.write_down(caller.actor(), "volume.delete", subject).await?;
        Ok(cluster.volume_delete(&project.name, name).await?)
    }
}

fn owner(
    reader: &impl Reads,
    project: &ProjectName,
    volume: &Volume,
) -> Result<VolumeOwner, Error> {
    let deployment = reader.get(&DEPLOYMENTS, &format!("{project}/{}", volume.app))?;
    Ok(match deployment.map(|it| it.last()) {
        None => VolumeOwner::Deleted,
        Some(last) if transition::is_archived(last) => VolumeOwner::Archived,
        Some(_) => VolumeOwner::Deployed,
    })
}

/// Whether what is to be deleted is what was shown.
fn agree(here: &BTreeSet<String>, seen: &BTreeSet<String>) -> Result<(), Error> {
    let list =
        |names: Vec<&String>| names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let unseen = list(here.difference(seen).collect());
    let absent = list(seen.difference(here).collect());
    let words = match (unseen.is_empty(), absent.is_empty()) {
        (true, true) => return Ok(()),
        (false, _) => {
            format!("the deployment has volumes that the request does not name: {unseen}")
        }
        (true, false) => format!("the deployment has no such volumes: {absent}"),
    };
    Err(Error::Conflict(format!(
        "{words}; nothing was deleted. List its volumes, and name all that are to go"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(here: &[&str], seen: &[&str], expected: &str) {
        let set = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        let said = agree(&set(here), &set(seen)).err().map(|it| it.to_string()).unwrap_or_default();
        assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{said:?}");
    }

    #[test]
    fn only_what_was_shown_is_deleted() {
        check(&[], &[], "");
        check(&["a", "b"], &["b", "a"], "");
        check(&["a", "b"], &["a"], "does not name: b");
        check(&["a"], &["a", "c"], "no such volumes: c");
        check(&["a", "b"], &["c"], "does not name: a, b");
    }
}
