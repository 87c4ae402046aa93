//! The feed: what happens, numbered, so that whoever was away for a moment misses nothing.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use slipway_model::name::{AppName, ProjectName};
use slipway_store::record::{Deployment, Operation};
use tokio::sync::broadcast;

/// Events that are kept for whoever comes back.
const KEPT: usize = 512;

/// Something that happened, in one project.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    Deployment(Box<(Deployment, Operation)>),
    Gone { project: ProjectName, name: AppName },
    Touched { project: ProjectName, name: AppName },
}

/// One event with its number.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedEvent {
    pub id: u64,
    pub news: News,
}

/// The newest events, and a line to those who listen.
#[derive(Debug)]
pub struct Feed {
    recent: Mutex<Recent>,
    line: broadcast::Sender<FeedEvent>,
}

#[derive(Debug)]
struct Recent {
    next: u64,
    events: VecDeque<FeedEvent>,
}

impl News {
    /// The project that it is about.
    pub fn project(&self) -> &ProjectName {
        match self {
            Self::Deployment(both) => &both.0.project,
            Self::Gone { project, .. } | Self::Touched { project, .. } => project,
        }
    }
}

impl Feed {
    /// Numbers begin at the time of the start, so that those of an earlier run are all older.
    pub(crate) fn new(start_unix_milliseconds: u64) -> Self {
        let recent = Recent { next: start_unix_milliseconds * 1000, events: VecDeque::new() };
        Self { recent: Mutex::new(recent), line: broadcast::Sender::new(KEPT) }
    }

    pub(crate) fn tell(&self, news: News) {
        let mut recent = self.lock();
        let event = FeedEvent { id: recent.next, news };
        recent.next += 1;
        if recent.events.len() == KEPT {
            recent.events.pop_front();
        }
        recent.events.push_back(event.clone());
        // Nobody may be listening.
        let _ = self.line.send(event);
    }

    /// What came after the event `last` (none: only what comes now) and the line to what comes next.
    /// `Err` in the first place: some of it is not kept any more, so read everything again.
    pub fn since(
        &self,
        last: Option<u64>,
    ) -> (Result<Vec<FeedEvent>, Forgotten>, broadcast::Receiver<FeedEvent>) {
        let recent = self.lock();
        let receiver = self.line.subscribe();
        let Some(last) = last else { return (Ok(Vec::new()), receiver) };
        let oldest = recent.events.front().map_or(recent.next, |it| it.id);
        if last + 1 < oldest || last >= recent.next {
            return (Err(Forgotten), receiver);
        }
        let missed = recent.events.iter().filter(|it| it.id > last).cloned().collect();
        (Ok(missed), receiver)
    }

    fn lock(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Some events are not kept any more.
#[derive(Debug, PartialEq, Eq)]
pub struct Forgotten;

#[cfg(test)]
mod tests {
    use super::*;

    fn touched(name: &str) -> News {
        News::Touched { project: "p".parse().unwrap(), name: name.parse().unwrap() }
    }

    #[test]
    fn who_comes_back_gets_what_was_missed() {
        let feed = Feed::new(1);
        feed.tell(touched("a"));
        feed.tell(touched("b"));
        let (missed, _) = feed.since(Some(1000));
        assert_eq!(missed, Ok(vec![FeedEvent { id: 1001, news: touched("b") }]));
    }

    #[test]
    fn who_was_away_too_long_is_told_so() {
        let feed = Feed::new(1);
        (0..=KEPT).for_each(|_| feed.tell(touched("a")));
        assert_eq!(feed.since(Some(900)).0, Err(Forgotten));
        assert_eq!(feed.since(Some(999_999)).0, Err(Forgotten));
    }
}
