//! Words: which reports can wait, because what is to run goes before what is to be read.

use std::time::Duration;

use slipway_model::operation::OperationState;

use super::{Context, LOOK_AGAIN};
use crate::resource::{Rollout, Status};

/// Between two reports that say the same but for the words of a wait there is at least this time: while many objects
/// come up, each of them changes the words, and nobody reads so fast.
const BETWEEN_WORDS: Duration = Duration::from_secs(1);
/// The same while other rollouts wait for their turn: what is to run goes before what is to be read.
const BETWEEN_WORDS_WHEN_BEHIND: Duration = LOOK_AGAIN;

/// For how long the report can wait: something was reported just now, and only words have changed since; or these are
/// the first words of an operation, and others have not even been begun with.
pub fn can_wait(ctx: &Context, rollout: &Rollout, now: &Status) -> Option<Duration> {
    let before = &rollout.status;
    if before == now {
        return None;
    }
    if !are_said(rollout) {
        return first_can_wait(ctx, rollout, now);
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
    let since = (ctx.clock)().abs_diff(last.at_unix_milliseconds);
    let between = if ctx.queue.is_behind() { BETWEEN_WORDS_WHEN_BEHIND } else { BETWEEN_WORDS };
    between.checked_sub(Duration::from_millis(since)).filter(|it| !it.is_zero())
}

/// What has begun is found by its marks without a word, and so is how far it is; only what a plugin remembers is not.
fn first_can_wait(ctx: &Context, rollout: &Rollout, now: &Status) -> Option<Duration> {
    let new = now.progress.as_ref()?;
    let only_words = new.state == OperationState::Running && now.memory == rollout.status.memory;
    let asked = rollout.order().started_unix_milliseconds;
    if !only_words || asked == 0 || !ctx.queue.is_behind() {
        return None;
    }
    // Somebody who asked waits to read of it: not for ever.
    let since = Duration::from_millis((ctx.clock)().abs_diff(asked));
    BETWEEN_WORDS_WHEN_BEHIND.checked_sub(since).filter(|it| !it.is_zero())
}

/// Whether anything was said of the rollout's own operation.
pub fn are_said(rollout: &Rollout) -> bool {
    let progress = rollout.status.progress.as_ref();
    progress.is_some_and(|it| it.operation == rollout.order().id)
}
