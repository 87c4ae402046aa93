//! `slipway delete NAME`: deletes a deployment, after asking.

use slipway_wire::deployment::{Accepted, DeploymentDetail};

use super::client;
use super::operate::Removal;
use crate::ask::confirm;
use crate::error::Error;
use crate::wait;

pub async fn delete(delete: Removal) -> Result<(), Error> {
    let client = client(&delete.on.reach)?;
    let path = client.deployment(&delete.on.name)?;
    let detail: DeploymentDetail = client.get(&path).await?;
    if !delete.yes {
        let name = format!("{}/{}", detail.deployment.project, detail.deployment.name);
        confirm(&format!("Delete {name} and all its objects (volumes stay)?"))?;
    }
    let accepted: Accepted = client.delete_with_answer(&path).await?;
    wait::accepted(&client, &accepted, &delete.on.wait).await
}
