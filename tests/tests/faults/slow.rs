//! An API server whose every answer takes longer than a person waits.

use std::time::Duration;

use slipway_tests::{Fault, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn people_do_not_wait_for_a_slow_cluster() {
    let Some((stage, proxy)) = Stage::behind_a_proxy("slow").await else { return };
    stage.deploy("web", "nought");
    stage.comes("web", "nought").await;
    // Longer than `ask` lets an answer take: what waits for the cluster even once is found out.
    proxy.show(Fault::Slow(Duration::from_secs(6)));
    stage.update("web", "one");
    stage.deploy("other", "other");
    stage.ask(&["get", "deployments"]);
    stage.ask(&["get", "objects", "web"]);
    stage.ask(&["get", "operations", "web"]);
    stage.ask(&["get", "revisions", "web"]);
    stage.ask(&["describe", "web", "-o", "json"]);
    stage.ask(&["cluster", "list"]);
    proxy.show(Fault::Slow(Duration::from_millis(1500)));
    stage.comes("web", "one").await;
    stage.comes("other", "other").await;
    stage.update("other", "again");
    stage.comes("other", "again").await;
    assert_eq!(stage.outcomes("other"), ["succeeded"; 2]);
    proxy.show(Fault::None);
    stage.close(&["web", "other"]);
}
