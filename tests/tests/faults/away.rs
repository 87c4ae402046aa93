//! A cluster that cannot be reached for more than a minute.

use std::time::Duration;

use slipway_tests::{Fault, Stage};

const APPS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_was_away_gets_what_was_asked_meanwhile() {
    let Some((stage, proxy)) = Stage::behind_a_proxy("away").await else { return };
    for app in APPS {
        stage.deploy(app, "here");
    }
    for app in APPS {
        stage.comes(app, "here").await;
    }
    let before = stage.memory_kibibytes();
    for app in APPS {
        stage.update(app, "begun");
    }
    proxy.traffic();
    proxy.show(Fault::Down);
    for round in 0..7 {
        for app in APPS {
            stage.update(app, &format!("round {round}"));
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
    let tries = proxy.traffic().connections;
    println!("away for 70 s: {tries} tries to reach it");
    assert!(tries < 600, "{tries} tries: that is hammering");
    proxy.show(Fault::None);
    for app in APPS {
        stage.comes(app, "round 6").await;
        assert_eq!(stage.outcomes(app)[0], "succeeded");
        assert!(!stage.outcomes(app).contains(&"failed".to_owned()), "{app}");
    }
    let grown = stage.memory_kibibytes().saturating_sub(before);
    println!("memory of the host: {before} KiB before, {grown} KiB more after");
    assert!(grown < 24 * 1024, "the outage has left {grown} KiB behind");
    stage.close(&APPS);
}
