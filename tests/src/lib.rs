//! What tests that cross rooms share: a host started from outside, and verbs to use it with.

mod api;
mod cli;
mod host;

pub use api::{Answer, Api};
pub use cli::{Cli, Said};
pub use host::{Host, Options, binary, bundle, root};

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
