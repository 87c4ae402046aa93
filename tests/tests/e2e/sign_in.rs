//! Signing in, by whoever tries.

use serde_json::json;
use slipway_tests::{Host, Options};

#[tokio::test(flavor = "multi_thread")]
async fn of_many_tries_at_once_few_are_heard_and_what_is_no_name_is_not_kept() {
    let host = Host::start_with(Options { no_embedded: true, ..Options::default() });
    host.admin().await;
    let nobody = host.nobody();
    let wrong = json!({"name": "ada", "password": "wrong horse battery"});
    let tries = (0..40).map(|_| nobody.post("/api/v1/auth/token", &wrong));
    let answers = futures::future::join_all(tries).await;
    let count = |status| answers.iter().filter(|it| it.status == status).count();
    assert_eq!(count(401) + count(429), 40);
    // Eight are borne; of the two that are hashed at once, one may have been let in as the ninth.
    assert!((8..=9).contains(&count(401)), "{} tries were heard", count(401));

    // The allocator keeps what requests of this size need; names would add a megabyte each.
    let resident = || slipway_tests::memory_kibibytes(host.pid(), "VmRSS");
    let mut before = 0;
    for number in 0..160 {
        if number == 60 {
            before = resident();
        }
        let name = format!("{number}-{}", "x".repeat(1_000_000));
        let body = json!({"name": name, "password": "y"});
        assert_eq!(nobody.post("/api/v1/session", &body).await.status, 401);
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 40 << 10, "100 names of a megabyte have left {grown} KiB behind");
}
