//! Words: which reports can wait, because what is to run goes before what is to be read.

use std::time::Duration;

use slipway_model::operation::OperationState;

use super::LOOK_AGAIN;
use crate::resource::{Rollout, Status};

/// Between two reports that say the same but for the words of a wait there is at least this time: while many objects
/// come up, each of them changes the words, and nobody reads so fast.
const BETWEEN_WORDS: Duration = Duration::from_secs(1);
/// The same while other rollouts wait for their turn: what is to run goes before what is to be read.
const BETWEEN_WORDS_WHEN_BEHIND: Duration = LOOK_AGAIN;

/// When a report would be written.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub unix_milliseconds: u64,
    /// Whether other rollouts wait for their turn.
    pub others_wait: bool,
}

/// For how long the report can wait: something was reported just now, and only words have changed since; or these are
/// the first words of an operation, and others have not even been begun with.
pub fn can_wait(rollout: &Rollout, now: &Status, moment: Moment) -> Option<Duration> {
    let before = &rollout.status;
    if before == now {
        return None;
    }
    if !are_said(rollout) {
        return first_can_wait(rollout, now, moment);
    }
    let (known, new) = (before.progress.as_ref()?, now.progress.as_ref()?);
    let is_going_on = known.operation == new.operation
        && known.state == OperationState::Running
        && new.state == OperationState::Running;
    let is_the_same = before.health == now.health
        && before.inventory == now.inventory
        && before.memory == now.memory
        && before.links == now.links
        && before.observed_generation == now.observed_generation;
    let last = known.steps.last().filter(|_| is_going_on && is_the_same)?;
    // Either way: a clock that was set back must not keep the words back until it has caught up.
    let since = moment.unix_milliseconds.abs_diff(last.at_unix_milliseconds);
    let between = if moment.others_wait { BETWEEN_WORDS_WHEN_BEHIND } else { BETWEEN_WORDS };
    between.checked_sub(Duration::from_millis(since)).filter(|it| !it.is_zero())
}

/// What has begun is found by its marks without a word, and so is how far it is; only what a plugin remembers is not.
fn first_can_wait(rollout: &Rollout, now: &Status, moment: Moment) -> Option<Duration> {
    let new = now.progress.as_ref()?;
    let only_words = new.state == OperationState::Running && now.memory == rollout.status.memory;
    let asked = rollout.order().started_unix_milliseconds;
    if !only_words || asked == 0 || !moment.others_wait {
        return None;
    }
    // Somebody who asked waits to read of it: not for ever.
    let since = Duration::from_millis(moment.unix_milliseconds.abs_diff(asked));
    BETWEEN_WORDS_WHEN_BEHIND.checked_sub(since).filter(|it| !it.is_zero())
}

/// Whether anything was said of the rollout's own operation.
pub fn are_said(rollout: &Rollout) -> bool {
    let progress = rollout.status.progress.as_ref();
    progress.is_some_and(|it| it.operation == rollout.order().id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Asked for at 1,000,000; one operation, of which this was said.
    fn rollout(said: &serde_json::Value) -> Rollout {
        let order = json!({"id": "one", "kind": "create", "startedUnixMilliseconds": 1_000_000});
        Rollout::example(|it| {
            it["spec"]["operation"] = order;
            it["status"] = json!({"progress": said});
        })
    }

    /// Running, with its last step at that time.
    fn running(message: &str, at: u64) -> serde_json::Value {
        let digest = format!("sha256:{}", "2".repeat(64));
        let step = json!({
            "atUnixMilliseconds": at, "plugin": digest, "input": digest, "output": digest, "microseconds": 1,
            "outcome": "wait", "notes": [],
        });
        json!({
            "operation": "one", "kind": "create", "state": "running", "message": message, "failure": null,
            "startedUnixMilliseconds": 1_000_000, "finishedUnixMilliseconds": null, "steps": [step], "attempt": 0,
        })
    }

    fn status(progress: serde_json::Value) -> Status {
        Status { progress: serde_json::from_value(progress).unwrap(), ..Status::default() }
    }

    fn at(unix_milliseconds: u64, others_wait: bool) -> Moment {
        Moment { unix_milliseconds, others_wait }
    }

    #[test]
    fn first_words_wait_only_while_others_do_and_not_for_ever() {
        let silent = rollout(&serde_json::Value::Null);
        let first = status(running("Waiting.", 1_000_000));
        assert_eq!(can_wait(&silent, &first, at(1_000_000, false)), None);
        assert_eq!(can_wait(&silent, &first, at(1_000_000, true)), Some(LOOK_AGAIN));
        assert_eq!(can_wait(&silent, &first, at(1_030_000, true)), None);
    }

    #[test]
    fn what_is_more_than_words_never_waits() {
        let silent = rollout(&serde_json::Value::Null);
        let mut over = running("Done.", 1_000_000);
        over["state"] = json!("succeeded");
        assert_eq!(can_wait(&silent, &status(over), at(1_000_000, true)), None);
        let first = status(running("Waiting.", 1_000_000));
        let remembered = Status { memory: json!({"step": 2}), ..first };
        assert_eq!(can_wait(&silent, &remembered, at(1_000_000, true)), None);
        let said = rollout(&running("Waiting for 2 objects.", 1_000_000));
        let other = Status { memory: json!({"step": 2}), ..status(running("Waiting.", 1_000_000)) };
        assert_eq!(can_wait(&said, &other, at(1_000_000, true)), None);
    }

    #[test]
    fn words_after_words_come_at_most_each_second_and_whatever_the_clock_does() {
        let said = rollout(&running("Waiting for 2 objects.", 1_000_000));
        let now = status(running("Waiting for 1 object.", 1_000_000));
        assert_eq!(can_wait(&said, &now, at(1_000_400, false)), Some(Duration::from_millis(600)));
        assert_eq!(can_wait(&said, &now, at(1_000_400, true)), Some(Duration::from_millis(29_600)));
        assert_eq!(can_wait(&said, &now, at(1_001_000, false)), None);
        assert_eq!(can_wait(&said, &now, at(900_000, false)), None, "the clock was set back");
        let same = status(running("Waiting for 2 objects.", 1_000_000));
        assert_eq!(can_wait(&said, &same, at(1_002_000, false)), None);
    }
}
