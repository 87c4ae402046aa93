//! A load on an app: asks without a pause until it is stopped, and counts what is not answered with 200.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// Longer than any answer of a test's app may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two requests of one client: enough to see every gap, and not so much that the machine is busy with the load alone.
const PAUSE: Duration = Duration::from_millis(2);
/// From one request of a client to its next at least. Each takes a port that then rests for 60 s: three clients take at most 45,000
/// in that time, and the testbed has 54,536. Without a bound, a faster machine runs out of them and calls that a failure of the app.
const PACE: Duration = Duration::from_millis(4);

/// What a load has seen.
#[derive(Debug, Default)]
struct Count {
    asked: u64,
    failures: Vec<String>,
}

/// Some clients that ask one request after the other.
pub struct Load {
    stop: Arc<AtomicBool>,
    clients: JoinSet<Count>,
}

impl Load {
    /// Asks a URL under a host name. Each request has a connection of its own, as from ever new visitors: on a kept
    /// connection, HTTP lets a server hang up between two requests, and a client has to ask again.
    pub fn on(url: &str, host: &str, clients: usize) -> Self {
        let stop: Arc<AtomicBool> = Arc::default();
        let one = |_| ask(url.to_owned(), host.to_owned(), Arc::clone(&stop));
        let clients = (0..clients).map(one).collect();
        Self { stop, clients }
    }

    /// Stops; how many were asked. Fails where one of them failed.
    pub async fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        let counts = self.clients.join_all().await;
        let asked: u64 = counts.iter().map(|it| it.asked).sum();
        let failures: Vec<&String> = counts.iter().flat_map(|it| &it.failures).collect();
        let failed = failures.len();
        let first = failures.first();
        assert!(failed == 0, "of {asked} requests {failed} failed, the first: {first:?}");
        asked
    }
}

async fn ask(url: String, host: String, stop: Arc<AtomicBool>) -> Count {
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).timeout(PATIENCE).build();
    let client = client.expect("a client can be made");
    let mut count = Count::default();
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        count.asked += 1;
        match client.get(&url).header("host", &host).send().await {
            Ok(answer) if answer.status() == 200 => {}
            Ok(answer) => {
                count.failures.push(format!("{}: {:?}", answer.status(), answer.text().await));
            }
            Err(error) => count.failures.push(format!("{error:?}")),
        }
        tokio::time::sleep(PAUSE.max(PACE.saturating_sub(begun.elapsed()))).await;
    }
    count
}
