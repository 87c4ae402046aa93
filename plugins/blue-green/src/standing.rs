//! What stands in the cluster: which stack answers, which ones there are, what is left of an earlier way.

use slipway_sdk::ObjectRef;
use slipway_sdk::control::reference;
use slipway_sdk::prelude::*;

use crate::Options;
use crate::colour::{CONTENT, Colour};
use crate::parts::Parts;

pub struct Standing<'a> {
    /// Everything that the app itself made: no pods, no replica sets.
    objects: Vec<&'a Value>,
    /// The wanted Services that are there, as they are now; where none is, those that point to a stack all the same.
    switches: Vec<&'a Value>,
    /// Whether one of them is wanted.
    has_wanted_switch: bool,
    /// The stack that has what the last good revision runs.
    good: Option<Colour>,
}

impl<'a> Standing<'a> {
    pub fn of(step: &'a Step<Options>, parts: &Parts<'a>, good_content: &str) -> Self {
        let objects = step.observed.iter().map(|it| &it.object).filter(|it| !is_child(it));
        let objects: Vec<&Value> = objects.collect();
        let seen = |it: &&'a Value| step.observed_of(it).map(|it| &it.object);
        let mut switches: Vec<&Value> = parts.switches.iter().filter_map(seen).collect();
        let has_wanted_switch = !switches.is_empty();
        if !has_wanted_switch {
            switches = objects.iter().copied().filter(|it| is_switch(it)).collect();
        }
        let mut standing = Self { objects, switches, has_wanted_switch, good: None };
        standing.good = standing.holder_of(good_content);
        standing
    }

    /// Whether nothing answers yet, so that there is nothing to be careful with.
    pub fn is_empty(&self) -> bool {
        self.switches.is_empty() && self.good.is_none()
    }

    /// Whether a wanted Service is there.
    pub fn has_wanted_switch(&self) -> bool {
        self.has_wanted_switch
    }

    /// Whether every switch points to the stack. One that somebody deleted is no reason to begin anew.
    pub fn answers(&self, colour: Colour) -> bool {
        if self.switches.is_empty() {
            return self.good.is_none_or(|it| it == colour);
        }
        self.switches.iter().all(|it| Colour::selected_by(it) == Some(colour))
    }

    /// The stack that gets the requests; of an app without Services, or whose Services somebody deleted, the one that
    /// was good.
    pub fn answering(&self) -> Option<Colour> {
        if self.switches.is_empty() {
            return self.good;
        }
        self.switches.iter().find_map(|it| Colour::selected_by(it))
    }

    /// Whether some switch points to no stack: another control plugin has brought up what answers.
    pub fn is_anothers(&self) -> bool {
        self.switches.iter().any(|it| Colour::selected_by(it).is_none())
    }

    /// The stack for this content: the one that has it, best if it answers; otherwise the one that does not answer.
    pub fn target(&self, content: &str) -> Colour {
        self.holder_of(content).unwrap_or_else(|| self.free())
    }

    fn holder_of(&self, content: &str) -> Option<Colour> {
        let holds = |it: &&Colour| self.workloads_of(**it).any(|it| has(it, content));
        let holders: Vec<Colour> = Colour::BOTH.iter().filter(holds).copied().collect();
        let answering = holders.iter().copied().find(|it| self.answers(*it));
        answering.or(holders.first().copied())
    }

    /// Whether nothing of a stack runs anything else.
    pub fn is_all_of(&self, colour: Colour, content: &str) -> bool {
        self.workloads_of(colour).all(|it| has(it, content))
    }

    fn free(&self) -> Colour {
        let answering = self.answering();
        let standing =
            || Colour::BOTH.into_iter().find(|it| self.workloads_of(*it).next().is_some());
        answering.or_else(standing).map_or(Colour::Blue, Colour::other)
    }

    fn workloads_of(&self, colour: Colour) -> impl Iterator<Item = &&'a Value> {
        let of_stack = move |it: &&&Value| Colour::of(it) == Some(colour);
        self.objects.iter().filter(|it| it["kind"] == "Deployment").filter(of_stack)
    }

    /// How many replicas the workload of this plain name has where it answers now.
    pub fn replicas_of(&self, name: &str) -> Option<u64> {
        let full = self.answering().map_or_else(|| name.to_owned(), |it| format!("{name}-{it}"));
        let mut workloads = self.objects.iter().filter(|it| it["kind"] == "Deployment");
        workloads.find(|it| it["metadata"]["name"] == full)?["spec"]["replicas"].as_u64()
    }

    /// What is there beside the wanted objects and is not of the stack that answers: the former stack, and what
    /// a former revision had. Claims are nobody's business here.
    pub fn former(&self, wanted: &[Value], answering: Colour) -> Vec<ObjectRef> {
        let wanted: Vec<ObjectRef> = wanted.iter().map(reference).collect();
        let others = self.objects.iter().filter(|it| Colour::of(it) != Some(answering));
        let others =
            others.filter(|it| it["kind"] != "PersistentVolumeClaim").map(|it| reference(it));
        others.filter(|it| !wanted.contains(it)).collect()
    }

    /// Everything of one stack, its preview too.
    pub fn of_colour(&self, colour: Colour) -> Vec<ObjectRef> {
        let own = self.objects.iter().filter(|it| Colour::of(it) == Some(colour));
        own.map(|it| reference(it)).collect()
    }
}

fn has(workload: &Value, content: &str) -> bool {
    workload["metadata"]["annotations"][CONTENT] == content
}

/// A Service that points to a stack, and is no preview of one.
fn is_switch(object: &Value) -> bool {
    object["kind"] == "Service"
        && Colour::of(object).is_none()
        && Colour::selected_by(object).is_some()
}

/// What a controller of the cluster made.
fn is_child(object: &Value) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    owners.is_some_and(|it| it.iter().any(|it| it["controller"] == true))
}
