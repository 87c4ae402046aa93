//! Blue-green: two stacks side by side, one switch. `docs/blue-green.md` is the picture of it.
//!
//! What stands is read from the cluster at every step. Memory only holds the times at which an operation got
//! somewhere, so that a step may be lost at any point.

mod colour;
mod memory;
mod options;
mod parts;
mod pod;
mod preview;
mod promotion;
mod stack;
mod standing;

use slipway_sdk::control::title;
use slipway_sdk::prelude::*;

use colour::{CONTENT, Colour};
use memory::Memory;
pub use options::Options;
use parts::Parts;
use preview::Preview;
use promotion::Promotion;
use stack::{Size, Stack};
use standing::Standing;

/// The cluster's changes wake us; this is for what comes without one, such as a deadline.
const RECHECK_MILLISECONDS: u64 = 5_000;

/// The control plugin.
#[derive(Debug)]
pub struct BlueGreen;

impl Control for BlueGreen {
    type Options = Options;

    const OPERATIONS: &'static [&'static str] = &[
        "create", "update", "rollback", "promote", "abort", "pause", "resume", "restart", "heal",
        "restore", "archive", "cleanup",
    ];

    fn about() -> About {
        let summary =
            "Brings a new revision up beside the old one, and switches all traffic at once.";
        About::new("Blue-green", summary).docs(include_str!("../README.md"))
    }

    fn step(step: &Step<Options>) -> Result<Decision, Failure> {
        Ok(match step.operation.as_str() {
            "archive" => Decision::done().note("Everything but volumes is removed."),
            "cleanup" => Decision::done().removing(step.claims()),
            _ => Course::of(step).decide(),
        })
    }
}

/// Where an operation stands: what is wanted, what is there, and which stack it is about.
struct Course<'a> {
    step: &'a Step<Options>,
    parts: Parts<'a>,
    /// The last revision that was good, and the digest of what it runs.
    good: Parts<'a>,
    good_content: String,
    standing: Standing<'a>,
    /// The stack that is to answer.
    stack: Stack,
    memory: Memory,
}

impl<'a> Course<'a> {
    fn of(step: &'a Step<Options>) -> Self {
        let parts = Parts::of(&step.desired);
        let good = Parts::of(&step.previous);
        let good_content = good.content();
        let standing = Standing::of(step, &parts, &good_content);
        let content = parts.content();
        let stack = Stack { colour: standing.target(&content), content };
        let memory = Memory::of(&step.memory);
        Self { step, parts, good, good_content, standing, stack, memory }
    }

    fn decide(mut self) -> Decision {
        let decision = if self.memory.gave_up.is_some() {
            self.go_on_without()
        } else if self.is_switched() {
            self.settle()
        } else {
            self.replace()
        };
        decision.remembering(self.memory.json())
    }

    /// Whether the wanted stack gets the requests, or is to get them because nothing does.
    fn is_switched(&self) -> bool {
        let standing = &self.standing;
        // What has no Service any more is switched when its promotion is over.
        let is_over = self.memory.promoted.is_some() && !standing.has_wanted_switch();
        standing.is_empty() || standing.answers(self.stack.colour) || is_over
    }

    /// The wanted stack is the one that answers: keep it so, and put the former one away when its time is over.
    fn settle(&mut self) -> Decision {
        let mut wanted = self.marked(self.stack.objects(&self.parts, Size::Full, |_| None));
        wanted.extend(self.shared());
        wanted.extend(self.parts.entrances_to(self.stack.colour));
        let links = self.step.links(&wanted);
        if let Some(trouble) = self.step.trouble(&wanted) {
            let since = self.memory.promoted.unwrap_or(self.step.started_unix_milliseconds);
            return self.waiting(since, &trouble).applying(wanted).linking(links);
        }
        let former = self.standing.former(&wanted, self.stack.colour);
        let decision = Decision::done().applying(wanted).linking(links);
        if former.is_empty() {
            return decision;
        }
        let since = *self.memory.promoted.get_or_insert(self.step.now_unix_milliseconds);
        match self.left(since, self.step.options.stands_on_for(&self.step.operation)) {
            0 => decision,
            left => decision.keeping(former).recheck_after(left),
        }
    }

    /// Another stack answers: make the wanted one beside it, and switch when it is ready and may.
    fn replace(&mut self) -> Decision {
        let preview = Preview::of(self.step, &self.parts, self.stack.colour);
        let links = preview.links.clone();
        let decision = match self.memory.going {
            Some(since) => self.promote(since, &preview),
            None => self.prepare(&preview),
        };
        decision.linking(links)
    }

    /// The new stack beside the other one, until it is ready and somebody or something says go.
    fn prepare(&mut self, preview: &Preview) -> Decision {
        let size = self.step.options.preview_replica_count.map_or(Size::Full, Size::AtMost);
        let stack = self.stack_of(size);
        let shared = self.shared().into_iter().filter(|it| self.is_new(it));
        let beside: Vec<Value> = shared.chain(preview.objects.clone()).collect();
        let now = self.step.now_unix_milliseconds;
        let decision = if let Some(trouble) = self.stack.trouble(self.step, &stack) {
            self.memory.lose(now);
            let since = self.memory.lost.unwrap_or(self.step.started_unix_milliseconds);
            self.waiting(since, &trouble)
        } else {
            let ready = *self.memory.ready.get_or_insert(now);
            match promotion::when(self.step, &self.standing, &self.stack, preview, ready) {
                Promotion::Now => {
                    self.memory.going = Some(now);
                    return self.promote(now, preview);
                }
                Promotion::Later { reason, recheck_after_milliseconds: None } => {
                    Decision::wait(reason)
                }
                Promotion::Later { reason, recheck_after_milliseconds: Some(after) } => {
                    Decision::wait(reason).recheck_after(after)
                }
            }
        };
        decision.applying(beside).applying(stack).applying(self.missing())
    }

    /// What is missing of the stack that answers and of the way to it, because somebody has deleted it. The rest of it is
    /// not touched.
    fn missing(&self) -> Vec<Value> {
        let colour = self.standing.answering().filter(|it| *it != self.stack.colour);
        let is_good = |it: &Colour| self.standing.is_all_of(*it, &self.good_content);
        let Some(colour) = colour.filter(is_good) else { return Vec::new() };
        let stack = Stack { colour, content: self.good_content.clone() };
        let stack = stack.objects(&self.good, Size::Full, |_| None);
        let all = stack.into_iter().chain(self.good.entrances_to(colour));
        all.filter(|it| self.is_new(it)).collect()
    }

    /// The stack at its full size, then all that is shared, then every selector in one step.
    fn promote(&mut self, since: u64, preview: &Preview) -> Decision {
        let stack = self.stack_of(Size::Full);
        if let Some(trouble) = self.stack.trouble(self.step, &stack) {
            let shared: Vec<Value> =
                self.shared().into_iter().filter(|it| self.is_new(it)).collect();
            let decision = self.waiting(since, &trouble);
            return decision.applying(stack).applying(shared).applying(preview.objects.clone());
        }
        let shared = self.shared();
        let changing = shared.iter().find(|it| !self.is_taken_up(it)).map(title);
        let changing = changing.map(|it| format!("{it} is being changed."));
        if let Some(trouble) = changing.or_else(|| self.step.trouble(&shared)) {
            let decision = self.waiting(since, &trouble);
            return decision.applying(stack).applying(shared).applying(preview.objects.clone());
        }
        self.memory.promoted = Some(self.step.now_unix_milliseconds);
        let (colour, revision) = (self.stack.colour, self.step.app.revision);
        Decision::wait(format!("The {colour} stack gets all requests from now on."))
            .note(format!("Revision {revision}: every Service points to the {colour} stack."))
            .applying(stack)
            .applying(shared)
            .applying(preview.objects.clone())
            .applying(self.parts.entrances_to(self.stack.colour))
            .recheck_after(100)
    }

    /// The operation has failed: what answers goes on, the new stack goes after a while.
    fn go_on_without(&self) -> Decision {
        let since = self.memory.gave_up.unwrap_or_default();
        let left = self.left(since, self.step.options.abort_scale_down_delay_seconds);
        let seconds = self.step.options.progress_deadline_seconds;
        let trouble = "What ran before still answers.";
        let ended = self.step.ended_badly(&self.step.desired);
        let failure = ended.unwrap_or_else(|| self.step.too_late(seconds, trouble));
        let decision = Decision::failed(failure).applying(self.missing());
        let given_up = self.standing.of_colour(self.stack.colour);
        match left {
            0 => decision.removing(given_up),
            left => decision.keeping(given_up).recheck_after(left),
        }
    }

    /// Waits until the deadline, and fails then, or when there is nothing more to wait for.
    fn waiting(&mut self, since: u64, trouble: &str) -> Decision {
        let seconds = self.step.options.progress_deadline_seconds;
        let left = self.left(since, seconds);
        let ended = self.step.ended_badly(&self.step.desired);
        let Some(failure) =
            ended.or_else(|| (left == 0).then(|| self.step.too_late(seconds, trouble)))
        else {
            return Decision::wait(trouble).recheck_after(left.min(RECHECK_MILLISECONDS));
        };
        if self.is_switched() {
            return Decision::failed(failure);
        }
        self.memory.gave_up = Some(self.step.now_unix_milliseconds);
        Decision::failed(failure).recheck_after(100)
    }

    fn stack_of(&self, size: Size) -> Vec<Value> {
        let floor = |name: &str| self.standing.replicas_of(name);
        self.marked(self.stack.objects(&self.parts, size, floor))
    }

    fn shared(&self) -> Vec<Value> {
        self.marked(self.parts.shared())
    }

    /// Whether the cluster does not have it yet.
    fn is_new(&self, wanted: &Value) -> bool {
        self.step.observed_of(wanted).is_none()
    }

    fn marked(&self, objects: Vec<Value>) -> Vec<Value> {
        objects.into_iter().map(|it| self.step.marked(it)).collect()
    }

    /// Whether the cluster has a shared object as it is wanted now.
    fn is_taken_up(&self, wanted: &Value) -> bool {
        let digest = |it: &Value| it["metadata"]["annotations"][CONTENT].clone();
        self.step.observed_of(wanted).is_some_and(|it| digest(&it.object) == digest(wanted))
    }

    /// Milliseconds until the time is over.
    fn left(&self, since_unix_milliseconds: u64, seconds: u32) -> u64 {
        let end = since_unix_milliseconds.saturating_add(u64::from(seconds) * 1000);
        end.saturating_sub(self.step.now_unix_milliseconds)
    }
}

slipway_sdk::control! { BlueGreen }

#[cfg(test)]
mod tests;
