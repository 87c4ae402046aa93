//! A disk of the host that is full while its cluster goes on.

use std::path::Path;
use std::time::Duration;

use slipway_tests::{Stage, can_mount, eventually, fill};

use super::PATIENCE;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cluster_reports_while_the_disk_is_full_is_kept_when_there_is_room() {
    if !can_mount() {
        println!("SKIPPED: a small disk to fill cannot be mounted here; it takes root");
        return;
    }
    let Some(stage) = Stage::on_a_small_disk("disk", 96).await else { return };
    stage.deploy("web", "before");
    stage.comes("web", "before").await;
    let filler = stage.host.data().join("filler");
    // Where the store had room in its file, or the cluster was quicker than the filling, nothing was lost to be kept later.
    for number in 1.. {
        assert!(number <= 5, "the disk is full in time, once in five times");
        let after = format!("after {number}");
        let is_untold = is_left_untold(&stage, &after, &filler).await;
        std::fs::remove_file(&filler).unwrap();
        stage.comes("web", &after).await;
        if is_untold {
            break;
        }
    }
    eventually("the operation is over", PATIENCE, async || {
        (stage.outcomes("web")[0] == "succeeded").then_some(())
    })
    .await;
    stage.close(&["web"]);
}

/// Updates, and fills the disk meanwhile; whether the host has not kept what its cluster said of it then.
async fn is_left_untold(stage: &Stage, after: &str, filler: &Path) -> bool {
    stage.update("web", after);
    fill(filler);
    eventually("the cluster is through, and the host cannot say so", PATIENCE, async || {
        let live = stage.deployments().get_opt("web").await.ok()??;
        let status = live.status?;
        let says = live.spec?.template.spec?.containers.remove(0).env?;
        let is_new = says.iter().any(|it| it.value.as_deref() == Some(after));
        let is_up = status.available_replicas == Some(1) && status.updated_replicas == Some(1);
        (is_new && is_up && status.unavailable_replicas.is_none()).then_some(())
    })
    .await;
    // Past the last word of the operation, after which nothing more is reported.
    tokio::time::sleep(Duration::from_secs(10)).await;
    // Pending where the disk was full before the cluster's first word.
    let outcome = stage.outcomes("web").remove(0);
    outcome == "pending" || outcome == "running"
}
