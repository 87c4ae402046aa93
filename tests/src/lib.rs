//! What tests that cross rooms share: a host started from outside, and verbs to use it with.

mod api;
mod cli;
mod disk;
mod host;
mod load;
mod proxy;
mod stage;

pub use api::{Answer, Api};
pub use cli::{Cli, Said};
pub use disk::{can_mount, fill};
pub use host::{Host, Options, binary, bundle, free_port, guest, root, use_release_binary};
pub use load::Load;
pub use proxy::{Asked, Fault, Proxy, RETRY_AFTER, Traffic};
pub use stage::{IMAGE, Stage};

use std::time::{Duration, Instant};

/// Asks again and again until there is an answer; fails after `longest` with the words.
pub async fn eventually<T>(
    what: &str,
    longest: Duration,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < longest, "{what}: not within {longest:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A line of `/proc/PID/status` in KiB: `VmRSS`, `RssAnon`.
pub fn memory_kibibytes(pid: u32, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let found = status.lines().find_map(|it| it.strip_prefix(line)?.strip_prefix(':'));
    let number = found.and_then(|it| it.split_whitespace().next()?.parse().ok());
    number.expect("the kernel tells it")
}

/// Every HTTP client of a test needs it, whichever test of the process comes first.
pub(crate) fn provide_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A client for the cluster that a kubeconfig names.
pub async fn client(kubeconfig: &str) -> kube::Client {
    provide_tls();
    let text = std::fs::read_to_string(kubeconfig).expect("the kubeconfig can be read");
    slipway_cluster::client_from_kubeconfig(&text).await.expect("the kubeconfig can be used")
}
