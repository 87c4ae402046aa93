//! Hashing of passwords, which anybody can ask for: two at a time, each 19 MiB and a core, and few who wait.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::internal;
use crate::Error;

const AT_ONCE: usize = 2;
/// Who is hashed for or waits for it; further ones are refused, so that what they sent is not kept.
const MOST: usize = 64;

#[derive(Debug)]
pub(crate) struct Hashing {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

/// One of the two, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _place: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

impl Default for Hashing {
    fn default() -> Self {
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self { places: semaphore(MOST), turns: semaphore(AT_ONCE) }
    }
}

impl Hashing {
    pub(super) async fn turn(&self) -> Result<Turn, Error> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Error::TooMany { seconds: 1 })?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(internal)?;
        Ok(Turn { _place: place, _turn: turn })
    }
}

impl Turn {
    /// Runs `work` off the async threads. The turn is taken up to its end, also where nobody waits for that any more.
    pub(super) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(T, Self), Error> {
        tokio::task::spawn_blocking(move || (work(), self)).await.map_err(internal)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn who_goes_away_leaves_no_turn_before_the_work_has_ended() {
        let hashing = Hashing::default();
        let mut ends = Vec::new();
        for _ in 0..AT_ONCE {
            let (end, told) = mpsc::channel::<()>();
            let turn = hashing.turn().await.unwrap();
            let run = turn.run(move || told.recv());
            assert!(tokio::time::timeout(Duration::from_millis(20), run).await.is_err());
            ends.push(end);
        }
        let next = tokio::time::timeout(Duration::from_millis(50), hashing.turn()).await;
        assert!(next.is_err(), "both are at work, though nobody waits for them");
        drop(ends);
        hashing.turn().await.unwrap();
    }

    #[tokio::test]
    async fn who_comes_when_many_wait_is_refused() {
        let hashing = Hashing::default();
        let held = [hashing.turn().await.unwrap(), hashing.turn().await.unwrap()];
        let mut waiting: Vec<_> = (AT_ONCE..MOST).map(|_| Box::pin(hashing.turn())).collect();
        for one in &mut waiting {
            assert!(futures::poll!(one.as_mut()).is_pending());
        }
        assert!(matches!(hashing.turn().await, Err(Error::TooMany { seconds: 1 })));
        drop((held, waiting));
        hashing.turn().await.unwrap();
    }
}
