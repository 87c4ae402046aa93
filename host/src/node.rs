//! The node's process: started by the host, outliving it.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use slipway_database::once;
use slipway_embedded::node::{NodeConfig, run as run_node};
use slipway_registry::name::OWN_REGISTRY;
use tokio_util::sync::CancellationToken;

use crate::options::{Node, Up};
use crate::{guard, join, serve, telling};

/// Runs the node until it is asked to end.
pub async fn run(node: Node) -> Result<()> {
    let data = node.directory.data;
    telling::begin(Some("json"));
    guard::name_inherited()?;
    let cancel = CancellationToken::new();
    tokio::spawn(join::cancel_on_signal(cancel.clone()));
    let secret = secret(&data)?;
    let registry = node.registry.trim_start_matches("http://").to_owned();
    let config = NodeConfig {
        kubeconfig: data.join("node.kubeconfig"),
        dir: data.join("embedded"),
        ingress: node.ingress,
        mirrors: BTreeMap::from([(OWN_REGISTRY.to_owned(), node.registry)]),
        credentials: BTreeMap::from([(registry, ("node".to_owned(), secret))]),
        name: "embedded".to_owned(),
    };
    let mut running = std::pin::pin!(run_node(config, cancel.clone()));
    tokio::select! {
        ended = &mut running => ended?,
        // Requests that are under way end first; what cannot end without the API server is left.
        () = serve::last_requests_are_late(&cancel) => {}
    }
    Ok(())
}

/// What the node shows to the instance's registry: host and node read it from the same file, whichever makes it.
pub fn secret(data: &Path) -> Result<String> {
    let path = data.join("node.secret");
    once::secret(&path).with_context(|| format!("{} cannot be read or made", path.display()))
}

/// Keeps a node running as long as the host runs, on a thread of its own that nearly always sleeps. A node
/// that runs already, from before the host was restarted, stays as it is with its apps.
pub fn keep(up: &Up) -> Result<()> {
    let up = up.clone();
    let lock = up.directory.data.join("node.lock");
    let watch = move || {
        loop {
            if let Err(error) = guard::wait_for(&lock).and_then(|lock| spawn(&up, lock)) {
                tracing::error!(error = format!("{error:#}"), "the node cannot be started");
            }
            // Between a node that ended and the next one, so that one that cannot start is no storm.
            std::thread::sleep(Duration::from_secs(1));
        }
    };
    std::thread::Builder::new().name("node-keeper".into()).stack_size(128 << 10).spawn(watch)?;
    Ok(())
}

/// Starts a node that holds the lock from its first moment: the open lock file is its standard input.
fn spawn(up: &Up, lock: guard::Guard) -> Result<()> {
    let data = &up.directory.data;
    let log = log_file(&data.join("node.log"))?;
    let mut command = Command::new(join::own_binary()?);
    command
        // What lists of processes show, whichever way the binary was found.
        .arg0("slipway")
        .arg("node")
        .arg("--data")
        .arg(data)
        .arg("--ingress")
        .arg(up.ingress.to_string())
        .arg("--registry")
        .arg(format!("http://{}", up.listen))
        .stdin(Stdio::from(lock.into_file()))
        .stdout(log.try_clone()?)
        .stderr(log)
        // A terminal's ctrl-c is for the host; its apps go on.
        .process_group(0);
    let mut child = command.spawn().context("the node's process cannot be started")?;
    // Waits for it, so that it leaves no zombie; the lock tells everything else.
    std::thread::Builder::new()
        .name("node-waiter".into())
        .stack_size(128 << 10)
        .spawn(move || child.wait())?;
    Ok(())
}

fn log_file(path: &Path) -> Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("{} cannot be opened", path.display()))
}
