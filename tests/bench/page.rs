//! The first page of a project with ten thousand deployments.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use slipway_store::record::DEPLOYMENTS;
use slipway_store::{Actor, Reads, Store};
use slipway_tests::{Host, Options, memory_kibibytes};

use crate::figures::{Table, Times};

const DEPLOYMENTS_IN_ALL: u32 = 10_000;
const REQUESTS: usize = 300;

pub async fn measure(table: &mut Table) -> Result<()> {
    let mut host = Host::start();
    let cli = host.cli();
    cli.say(&["project", "create", "shop"]).ok();
    cli.say(&["deploy", "web", "-b", "hello-web", "-p", "shop", "--wait"]).ok();
    host.stop();
    seed(&host.data())?;
    // The cluster has no part in this figure, and would first be told of ten thousand wishes.
    host.restart_with(Options { no_embedded: true, ..Options::default() });
    let before = memory_kibibytes(host.pid(), "VmRSS");
    let api = host.nobody().sign_in("ada", "correct horse battery").await;
    let path = "/api/v1/projects/shop/deployments?limit=50";
    let mut times = Vec::new();
    for _ in 0..REQUESTS {
        let began = Instant::now();
        let page = api.get(path).await.expect(200);
        times.push(began.elapsed());
        let count = page["items"].as_array().map_or(0, Vec::len);
        ensure!(count == 50, "the page holds 50, not {count}");
    }
    let mut floor = Vec::new();
    for _ in 0..REQUESTS {
        let began = Instant::now();
        api.get("/livez").await.expect(200);
        floor.push(began.elapsed());
    }
    let grown = memory_kibibytes(host.pid(), "VmRSS").saturating_sub(before);
    table.row(
        "first page (50) of 10,000 deployments",
        Times::new(times).to_string(),
        format!("{} (`/livez`)", Times::new(floor)),
        "30 ms",
    );
    table.row(
        "memory that the pages have left behind",
        format!("{:.1} MB", grown as f64 / 1000.0),
        format!("{REQUESTS} pages"),
        "memory of the page only",
    );
    Ok(())
}

/// Copies the one deployment under ten thousand names, in the store itself.
fn seed(data: &std::path::Path) -> Result<()> {
    let store = Store::open(data, || 1_700_000_000_000).context("the host's store")?;
    let (_, one) = store.read()?.all(&DEPLOYMENTS, "shop/")?.pop().context("the deployment")?;
    store.change_now(Actor::host(), "seed", "shop", |changes| {
        for number in 1..DEPLOYMENTS_IN_ALL {
            let mut copy = one.clone();
            copy.id = format!("{}-{number}", one.id);
            copy.name = format!("web-{number}").parse().expect("a name");
            changes.put(&DEPLOYMENTS, &format!("shop/{}", copy.name), &copy)?;
        }
        Ok::<(), slipway_store::Error>(())
    })?;
    Ok(())
}
