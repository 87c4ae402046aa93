//! The Kubernetes semantics that Slipway relies on, held against the embedded cluster and a real API server.
//!
//! The same list runs against both. Set `SLIPWAY_CONTRACT_KUBECONFIG` to a kubeconfig for the real one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

#[path = "contract/apply.rs"]
mod apply;
#[path = "contract/collection.rs"]
mod collection;
#[path = "contract/custom.rs"]
mod custom;
#[path = "contract/deletion.rs"]
mod deletion;
#[path = "contract/nulls.rs"]
mod nulls;
#[path = "contract/objects.rs"]
mod objects;
#[path = "contract/patches.rs"]
mod patches;
#[path = "contract/restart.rs"]
mod restart;
#[path = "contract/room.rs"]
mod room;
#[path = "contract/watching.rs"]
mod watching;

use anyhow::Result;
use futures::StreamExt;
use slipway_embedded::{Config, EmbeddedApi};

use crate::room::{Room, Semantic};

/// Each semantic has a namespace of its own, so that they can run side by side.
const AT_ONCE: usize = 8;

fn semantics() -> Vec<Semantic> {
    [
        objects::SEMANTICS,
        patches::SEMANTICS,
        apply::SEMANTICS,
        collection::SEMANTICS,
        watching::SEMANTICS,
        deletion::SEMANTICS,
        custom::SEMANTICS,
        nulls::SEMANTICS,
    ]
    .concat()
}

/// Runs every semantic; answers the names of those that do not hold.
async fn run(cluster: &str, client: &kube::Client) -> Result<Vec<String>> {
    let outcomes = futures::stream::iter(semantics()).map(|semantic| async move {
        let outcome = match Room::open(client.clone()).await {
            Ok(room) => {
                let outcome = (semantic.hold)(room.clone()).await;
                room.close().await.and(outcome)
            }
            Err(cause) => Err(cause),
        };
        (semantic.name, outcome)
    });
    let outcomes: Vec<_> = outcomes.buffer_unordered(AT_ONCE).collect().await;
    let mut broken = Vec::new();
    for (name, outcome) in outcomes {
        match outcome {
            Ok(()) => println!("{cluster}: ok      {name}"),
            Err(cause) => {
                println!("{cluster}: BROKEN  {name}: {cause:#}");
                broken.push(name.to_owned());
            }
        }
    }
    Ok(broken)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_cluster_keeps_the_contract() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let cluster = EmbeddedApi::open(Config { dir: dir.path().into() }).await?;
    let broken = run("embedded", &cluster.client()).await?;
    assert_eq!(broken, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn cluster_a_real_api_server_keeps_the_contract() -> Result<()> {
    let Ok(path) = std::env::var("SLIPWAY_CONTRACT_KUBECONFIG") else {
        println!("SKIPPED: SLIPWAY_CONTRACT_KUBECONFIG names no kubeconfig of a real cluster");
        return Ok(());
    };
    let broken = run("real", &slipway_tests::client(&path).await).await?;
    assert_eq!(broken, Vec::<String>::new());
    Ok(())
}
