//! The API server and etcd are killed, and hang.

use std::time::Duration;

use slipway_tests::Stage;

use super::testbed;

#[tokio::test(flavor = "multi_thread")]
async fn an_api_server_that_ends_or_hangs_and_an_etcd_that_hangs_are_outlived() {
    let Some(stage) = Stage::open("programs").await else { return };
    stage.deploy("web", "nought");
    stage.comes("web", "nought").await;
    let before = stage.memory_kibibytes();

    stage.update("web", "one");
    testbed("restart", "apiserver");
    stage.comes("web", "one").await;
    println!("API server killed in the middle of an update and started again: converged");

    testbed("freeze", "etcd");
    stage.update("web", "two");
    stage.deploy("other", "other");
    tokio::time::sleep(Duration::from_secs(8)).await;
    testbed("thaw", "etcd");
    stage.comes("web", "two").await;
    stage.comes("other", "other").await;
    println!("etcd stopped for 8 s: converged");

    testbed("freeze", "apiserver");
    stage.update("web", "three");
    tokio::time::sleep(Duration::from_secs(25)).await;
    let deployments = stage.ask(&["get", "deployments"]);
    assert!(deployments.contains(" ago"), "what is known is old, and says so: {deployments}");
    // What only the cluster could tell is not waited for.
    stage.ask(&["describe", "web"]);
    testbed("thaw", "apiserver");
    stage.comes("web", "three").await;
    println!("API server silent for 25 s: converged");

    let grown = stage.memory_kibibytes().saturating_sub(before);
    println!("memory of the host: {before} KiB before, {grown} KiB more after");
    assert!(grown < 32 * 1024, "the faults have left {grown} KiB behind");
    stage.close(&["web", "other"]);
}
