//! The API server refuses much of what it is asked, for a while.

use std::collections::HashMap;
use std::time::Duration;

use http::{Method, StatusCode};
use slipway_tests::{Asked, Fault, Proxy, RETRY_AFTER, Stage, Traffic, eventually};

use super::PATIENCE;

const APPS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Changes all apps as a storm begins, and again in the middle of it; answers what came while it lasted.
async fn storm(stage: &Stage, proxy: &Proxy, percent: usize, with: &'static [u16]) -> Traffic {
    proxy.traffic();
    for app in APPS {
        stage.update(app, "storm");
    }
    proxy.show(Fault::Storm { percent, with });
    tokio::time::sleep(Duration::from_secs(10)).await;
    for app in APPS {
        stage.update(app, "calm again");
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    proxy.show(Fault::None);
    let traffic = proxy.traffic();
    for app in APPS {
        stage.comes(app, "calm again").await;
    }
    traffic
}

/// The status of one rollout is written by one worker, so its requests come one after the other.
fn status_writes(traffic: &Traffic) -> HashMap<&str, Vec<&Asked>> {
    let mut writes: HashMap<&str, Vec<&Asked>> = HashMap::new();
    let of_status = |it: &&Asked| it.method == Method::PUT && it.path.ends_with("/status");
    for asked in traffic.asked.iter().filter(of_status) {
        writes.entry(&asked.path).or_default().push(asked);
    }
    writes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_refusals_is_waited_out_and_fails_nothing() {
    let Some((stage, proxy)) = Stage::behind_a_proxy("storms").await else { return };
    for app in APPS {
        stage.deploy(app, "calm");
    }
    for app in APPS {
        stage.comes(app, "calm").await;
    }

    let traffic = storm(&stage, &proxy, 60, &[429, 500, 503, 409]).await;
    let refused = traffic.asked.iter().filter(|it| !it.status.is_success()).count();
    println!("60 % refused: {} requests, {refused} refused", traffic.asked.len());
    assert!(refused > 30, "there was no storm: {refused}");
    assert!(traffic.asked.len() < 600, "{} requests: that is hammering", traffic.asked.len());

    // Whoever is told to come back later does not come earlier.
    let mut told = 0;
    for (path, writes) in status_writes(&traffic) {
        for pair in writes.windows(2).filter(|it| it[0].status == StatusCode::TOO_MANY_REQUESTS) {
            let waited = pair[1].at - pair[0].at;
            assert!(waited >= Duration::from_secs(RETRY_AFTER), "{path} after {waited:?}");
            told += 1;
        }
    }
    println!("429 with Retry-After was heeded {told} times");
    assert!(told > 0, "nobody was told to come back later");

    let traffic = storm(&stage, &proxy, 100, &[409]).await;
    let tries = status_writes(&traffic).into_values().map(|it| it.len()).max().unwrap_or_default();
    println!("nothing but conflicts: {} requests, {tries} for one status", traffic.asked.len());
    assert!(tries > 3, "no status met a conflict");
    assert!(tries < 40, "one status was tried {tries} times");
    assert!(traffic.asked.len() < 600, "{} requests: that is hammering", traffic.asked.len());
    for app in APPS {
        let outcomes = stage.outcomes(app);
        assert_eq!(outcomes[0], "succeeded", "{app}: {outcomes:?}");
        // An update that the next one overtook is superseded.
        assert!(!outcomes.contains(&"failed".to_owned()), "{app}: {outcomes:?}");
    }
    eventually("the cluster counts as reached", PATIENCE, async || {
        stage
            .ask(&["cluster", "list", "-o", "json"])
            .contains("\"isConnected\": true")
            .then_some(())
    })
    .await;
    stage.close(&APPS);
}

/// Seen with a real one: an API server that is not ready answers, and refuses with 403 what it will allow a moment later.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_that_is_not_ready_forbids_is_asked_again() {
    let Some((stage, proxy)) = Stage::behind_a_proxy("waking").await else { return };
    stage.deploy("web", "before");
    stage.comes("web", "before").await;
    proxy.traffic();
    proxy.show(Fault::Waking);
    stage.update("web", "after");
    tokio::time::sleep(Duration::from_secs(5)).await;
    proxy.show(Fault::None);
    let traffic = proxy.traffic();
    let forbidden = |it: &&&Asked| it.status == StatusCode::FORBIDDEN;
    let refused = traffic.writes().iter().filter(forbidden).count();
    println!("not ready for 5 s: {refused} writes forbidden");
    assert!(refused > 1, "nothing was forbidden");
    stage.comes("web", "after").await;
    let outcomes = stage.outcomes("web");
    assert!(!outcomes.contains(&"failed".to_owned()), "{outcomes:?}");
    stage.close(&["web"]);
}
