//! How long to wait before trying again: Kubernetes' ten seconds, doubled up to five minutes.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(10);
const LAST: Duration = Duration::from_mins(5);
/// A container that ran this long starts with a clean slate.
const FORGIVEN_AFTER: Duration = Duration::from_mins(10);

#[derive(Default)]
pub(super) struct Backoff {
    failures: u32,
    restarted: bool,
}

impl Backoff {
    /// The wait after one more failure.
    pub fn failed(&mut self) -> Duration {
        let wait = FIRST.saturating_mul(1 << self.failures.min(8)).min(LAST);
        self.failures += 1;
        wait
    }

    /// The wait before a restart: none the first time.
    pub fn restart(&mut self, ran: Duration) -> Duration {
        if ran >= FORGIVEN_AFTER {
            *self = Self::default();
        }
        if std::mem::replace(&mut self.restarted, true) { self.failed() } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restarts_come_later_each_time_until_a_long_run() {
        let mut backoff = Backoff::default();
        let short = Duration::from_secs(1);
        let waits: Vec<_> = (0..8).map(|_| backoff.restart(short).as_secs()).collect();
        assert_eq!(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(backoff.restart(FORGIVEN_AFTER).as_secs(), 0);
    }
}
