//! `cargo xtask bench hostile`: what others on a server notice while a hostile blueprint computes without end, hoards memory and answers too much.
//!
//! Its callers are as many as the turns that it can take, and what would put it to rest after five failures is kept off by calls that
//! it answers well: worse than a plugin alone can be.

#![allow(clippy::panic, reason = "a wrong answer ends a measurement")]

#[path = "figures.rs"]
mod figures;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};
use slipway_tests::{Api, Host, guest, use_release_binary};

use crate::figures::{Table, Times};

const ATTACKERS: usize = 8;
const ATTACKS: &[&str] = &["loop", "memory", "million-objects", "huge-answer"];
const ROUNDS: usize = 300;
const PAUSE: Duration = Duration::from_millis(10);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    use_release_binary();
    let host = Host::start();
    let cli = host.cli();
    cli.say(&["plugin", "install", "--yes", &guest("hostile").display().to_string()]).ok();
    for project in ["ours", "theirs"] {
        cli.say(&["project", "create", project]).ok();
    }
    cli.say(&["deploy", "web", "-b", "hello-web", "-p", "ours", "--wait"]).ok();
    let api = host.nobody().sign_in("ada", "correct horse battery").await;

    let quiet = measure(&host, &api).await;
    let (attacked, calls) = under_attack(&host, &api).await;
    let again = measure(&host, &api).await;

    let mut table =
        Table::headed(["what others ask", "beside a hostile plugin", "before", "after"]);
    let rows = quiet.into_iter().zip(attacked).zip(again);
    for (((what, before), (_, during)), (_, after)) in rows {
        table.row(what, during.to_string(), before.to_string(), &after.to_string());
    }
    println!(
        "{table}\n{calls} hostile calls were answered meanwhile, by {ATTACKERS} callers at once."
    );
    Ok(())
}

type Figures = Vec<(&'static str, Times)>;

/// What three neighbours wait for: a page, a preview (two calls of a plugin), and an app.
async fn measure(host: &Host, api: &Api) -> Figures {
    let page = "/api/v1/projects/ours/deployments/web";
    let preview = "/api/v1/projects/ours/deployments/web/revisions?dryRun=true";
    let change = json!({"values": {"greeting": "Other"}});
    let (mut pages, mut previews, mut apps) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        pages.push(timed(async { api.get(page).await.expect(200) }).await);
        previews.push(timed(async { api.post(preview, &change).await.expect(200) }).await);
        apps.push(timed(async { assert_eq!(host.app("web", "ours").await.0, 200) }).await);
        tokio::time::sleep(PAUSE).await;
    }
    vec![
        ("a deployment, read", Times::new(pages)),
        ("a preview of a change (its blueprint is called)", Times::new(previews)),
        ("a page of an app that runs", Times::new(apps)),
    ]
}

async fn timed<T>(asked: impl Future<Output = T>) -> Duration {
    let begun = Instant::now();
    asked.await;
    begun.elapsed()
}

async fn under_attack(host: &Host, api: &Api) -> (Figures, u64) {
    let (over, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut attackers = Vec::new();
    for number in 0..ATTACKERS {
        let (api, over, calls) = (api.clone(), over.clone(), calls.clone());
        attackers.push(tokio::spawn(async move {
            for round in number.. {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                // What it answers well lets it go on.
                let behaviour =
                    if round % 2 == 0 { "random" } else { ATTACKS[(round / 2) % ATTACKS.len()] };
                attack(&api, behaviour).await;
                calls.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let figures = measure(host, api).await;
    over.store(true, Ordering::Relaxed);
    for attacker in attackers {
        attacker.await.expect("it ends");
    }
    (figures, calls.load(Ordering::Relaxed))
}

async fn attack(api: &Api, behaviour: &str) -> Value {
    let values = json!({"behaviour": behaviour});
    let body = json!({"name": "bad", "blueprint": "hostile", "values": values});
    api.post("/api/v1/projects/theirs/deployments?dryRun=true", &body).await.body
}
