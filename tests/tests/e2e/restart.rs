//! Restarts: nothing that was acknowledged is lost, and what runs goes on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use slipway_tests::{Host, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn apps_answer_while_the_host_is_dead_and_everything_is_there_after() {
    let mut host = Host::start();
    let cli = host.shop();
    cli.say(&["deploy", "web", "-b", "hello-web", "--wait"]).ok();
    host.kill();
    for _ in 0..20 {
        let (status, page) = host.app("web", "shop").await;
        assert_eq!(status, 200, "the node goes on without the host: {page}");
    }
    host.begin();
    assert!(cli.say(&["get", "deployments"]).ok().contains("web"));
    cli.say(&["update", "web", "--set", "greeting=Back again", "--wait"]).ok();
    let (status, page) = host.app("web", "shop").await;
    assert_eq!((status, page.contains("Back again")), (200, true), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_when_the_host_is_killed() {
    let mut host = Host::start();
    let mut admin = host.admin().await;
    // Kept outside the writer: the call that is under way at the kill ends the writer, not what it knew.
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
    for round in 0..5 {
        let (writer, made) = (admin.clone(), Arc::clone(&acknowledged));
        let writing = tokio::spawn(async move {
            for number in 0..200 {
                let name = format!("p{round}-{number}");
                writer.post("/api/v1/projects", &json!({"name": name})).await.expect(201);
                made.lock().unwrap().push(name);
            }
        });
        let before = acknowledged.lock().unwrap().len();
        eventually("some projects are made", Duration::from_secs(20), async || {
            (acknowledged.lock().unwrap().len() >= before + 5).then_some(())
        })
        .await;
        host.kill();
        // It ends by the call that found nobody.
        let _ = writing.await;
        host.begin();
        admin = host.nobody().sign_in("ada", "correct horse battery").await;
        let names = acknowledged.lock().unwrap().clone();
        for name in names {
            admin.get(&format!("/api/v1/projects/{name}")).await.expect(200);
        }
    }
    let acknowledged = acknowledged.lock().unwrap().len();
    assert!(acknowledged >= 25, "only {acknowledged} were acknowledged: nothing was tried");
}

/// Processes whose command line names this host's directory.
fn processes(host: &Host) -> Vec<String> {
    let data = host.data().display().to_string();
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|it| {
        let line = std::fs::read_to_string(it.ok()?.path().join("cmdline")).ok()?;
        line.contains(&data).then(|| line.replace('\0', " "))
    });
    all.collect()
}

/// The node is started right after the host is ready: whoever ends the host in that moment must not leave a node behind.
#[test]
fn a_host_that_is_killed_while_it_starts_its_node_leaves_none_behind() {
    for milliseconds in [0, 2, 5, 10, 20, 40, 80, 160] {
        let mut host = Host::start();
        std::thread::sleep(Duration::from_millis(milliseconds));
        host.kill();
        let down = host.command("down").output().unwrap();
        assert!(down.status.success(), "{}", String::from_utf8_lossy(&down.stderr));
        assert_eq!(processes(&host), Vec::<String>::new(), "after {milliseconds} ms");
    }
}

/// A host that is ending must not take the end of its node for an accident, and start another one.
#[test]
fn many_hosts_that_end_at_once_leave_no_node_behind() {
    let ended = |_| {
        std::thread::spawn(|| {
            let host = Host::start();
            // The node is up, and its keeper waits for its end.
            std::thread::sleep(Duration::from_millis(1_500));
            assert!(host.command("down").output().unwrap().status.success());
            std::thread::sleep(Duration::from_millis(1_500));
            processes(&host)
        })
    };
    let hosts: Vec<_> = (0..8).map(ended).collect();
    for host in hosts {
        assert_eq!(host.join().unwrap(), Vec::<String>::new());
    }
}
