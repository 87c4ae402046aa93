//! `cargo xtask bench reconcile`: many apps brought to a real API server, beside a bare client that makes the same
//! objects; then a restart with nothing to do; then one change in each app.
//!
//! Runs where `SLIPWAY_TESTBED_KUBECONFIG` names a cluster; `tests/testbed/bench.sh` starts one and sets it.

#![allow(clippy::panic, reason = "a wrong answer ends a measurement")]
#![allow(clippy::cast_precision_loss, reason = "figures are far below 2^53")]

#[path = "reconcile/arrived.rs"]
mod arrived;
#[path = "reconcile/bare.rs"]
mod bare;
#[path = "figures.rs"]
mod figures;
#[path = "reconcile/kinds.rs"]
mod kinds;
#[path = "reconcile/least.rs"]
mod least;
#[path = "reconcile/ours.rs"]
mod ours;
#[path = "reconcile/pace.rs"]
mod pace;
#[path = "reconcile/server.rs"]
mod server;
#[path = "reconcile/taken.rs"]
mod taken;

use std::time::Duration;

use anyhow::{Context, Result};

use crate::figures::{Table, short};
use crate::pace::Pace;
use crate::taken::Taken;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let size = std::env::args().skip(1).find_map(|it| it.parse().ok());
    let size: usize =
        size.context("how many apps? For example: `cargo xtask bench reconcile 100`")?;
    let kubeconfig = std::env::var("SLIPWAY_TESTBED_KUBECONFIG").context(
        "SLIPWAY_TESTBED_KUBECONFIG names no cluster; run `cargo xtask bench reconcile`",
    )?;
    slipway_tests::use_release_binary();
    let client = slipway_tests::client(&kubeconfig).await;
    let mut table = Table::headed(["what", "measured", "floor or peer, same run", "bar"]);
    // The first writes of an API server are slow; nobody is to pay for that.
    bare::create(&client, &format!("warm-{size}"), 20).await?;
    // Before Slipway and after it, the other way round: an API server that holds more works more.
    let (mut creates, mut applies, mut least) =
        (Taken::default(), Taken::default(), Taken::default());
    let mut pace = Pace::default();
    pace.take("creates");
    creates.also(bring(&client, Way::Create, "before", size).await?);
    pace.take("applies");
    applies.also(bring(&client, Way::Apply, "before", size).await?);
    pace.take("Slipway");
    let ours = ours::measure(&client, &kubeconfig, size).await?;
    bare::delete_services(&client, &format!("bench-{size}")).await?;
    let space = format!("least-{size}");
    pace.take("the least");
    least.also(server::beside(&client, least::bring(&client, &space, size)).await?);
    bare::delete_services(&client, &space).await?;
    pace.take("applies");
    applies.also(bring(&client, Way::Apply, "after", size).await?);
    pace.take("creates");
    creates.also(bring(&client, Way::Create, "after", size).await?);
    let times = |peer: &Taken| ours.brought.as_secs_f64() / peer.seconds();
    table.row(
        &format!("{size} apps of 7 objects until all are there"),
        short(ours.brought),
        format!(
            "bare client, before and after: creates {} ({:.2}x of the mean), applies {} ({:.2}x)",
            creates.times(),
            times(&creates),
            applies.times(),
            times(&applies)
        ),
        "1.2x, 1.1x",
    );
    table.row(
        &format!(
            "{size} apps, the least that an operator does: a Rollout each besides, and watches"
        ),
        least.times(),
        format!("Slipway takes {:.2}x of it", times(&least)),
        "",
    );
    table.row(
        &format!("{size} apps, what the API server computes for it"),
        format!("{:.1} s", ours.server_cpu_seconds),
        format!(
            "creates {}, applies {}, the least {}",
            creates.computed(),
            applies.computed(),
            least.computed()
        ),
        "",
    );
    table.row(
        "the machine: one and the same computation before each of the six",
        pace.times(),
        "creates, applies, Slipway, the least, applies, creates".to_owned(),
        "",
    );
    table.row(
        &format!("{size} apps, what that took"),
        format!("{}, {:.1} s of CPU", ours.work.requests, ours.work.cpu_seconds),
        format!("{} MB resident", ours.work.memory_kibibytes / 1000),
        "",
    );
    table.row(
        &format!("{size} apps, a restart with nothing to do, 20 s"),
        format!("{}, {:.1} s of CPU", ours.restart.requests, ours.restart.cpu_seconds),
        format!("{} MB resident", ours.restart.memory_kibibytes / 1000),
        "no write; at most one list per kind",
    );
    table.row(
        &format!("{size} apps, one change in each, from the request to the object"),
        ours.changes.to_string(),
        format!(
            "bare client: patches one {}",
            bare::patches(&client, &space_of(Way::Create, "before", size), size).await?
        ),
        "",
    );
    println!("{table}");
    Ok(())
}

/// The two ways of the bare client.
#[derive(Clone, Copy)]
enum Way {
    Create,
    Apply,
}

fn space_of(way: Way, when: &str, size: usize) -> String {
    match way {
        Way::Create => format!("create-{when}-{size}"),
        Way::Apply => format!("apply-{when}-{size}"),
    }
}

/// The time that it took, and the core-seconds that the API server computed.
async fn bring(
    client: &kube::Client,
    way: Way,
    when: &str,
    size: usize,
) -> Result<(Duration, f64)> {
    let space = space_of(way, when, size);
    let taken = match way {
        Way::Create => server::beside(client, bare::create(client, &space, size)).await?,
        Way::Apply => server::beside(client, bare::apply(client, &space, size)).await?,
    };
    bare::delete_services(client, &space).await?;
    Ok(taken)
}
