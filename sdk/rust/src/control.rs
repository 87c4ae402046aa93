//! Control plugins: one step at a time from observed to desired, until it is done or has failed.

mod objects;
mod restart;
mod trouble;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::objects::{preview_host, reference};
pub use self::trouble::title;
pub use crate::bindings::control::exports::slipway::control::control::{Link, Outcome};

use crate::bindings::control::exports::slipway::control::control as contract;
use crate::blueprint::{json, parse};
use crate::facts::Facts;
use crate::plugin::Plugin;
use crate::{About, App, Failure, Health, ObjectRef, schema};

/// What a control plugin is.
pub trait Control {
    /// What can be set per cluster or deployment; its JSON Schema is derived from the type.
    type Options: Default + Serialize + DeserializeOwned + JsonSchema;

    /// The operations that it knows.
    const OPERATIONS: &'static [&'static str];

    /// What people read of it.
    fn about() -> About;

    /// What to do now. Called for each of [`Control::OPERATIONS`] only.
    fn step(step: &Step<Self::Options>) -> Result<Decision, Failure>;
}

/// All that a step may look at.
#[derive(Clone, Debug)]
pub struct Step<O> {
    pub operation: String,
    pub operation_id: String,
    /// The operation's own arguments.
    pub arguments: Value,
    pub options: O,
    pub app: App,
    /// All objects of the wanted revision.
    pub desired: Vec<Value>,
    /// All objects of the last revision that was good.
    pub previous: Vec<Value>,
    /// Objects of this deployment that exist.
    pub observed: Vec<Observed>,
    pub facts: Facts,
    /// What the last step of this operation returned; null at first.
    pub memory: Value,
    pub now_unix_milliseconds: u64,
    /// When the operation began.
    pub started_unix_milliseconds: u64,
    /// Steps of this operation before this one.
    pub attempt: u32,
}

/// An object as it is in the cluster now.
#[derive(Clone, Debug)]
pub struct Observed {
    pub object: Value,
    pub health: Health,
    /// `CamelCase` word for the rule that decided.
    pub reason: String,
    /// The same for a person.
    pub message: String,
}

impl<O> Step<O> {
    /// The object in the cluster that has the names of this one.
    pub fn observed_of(&self, object: &Value) -> Option<&Observed> {
        let wanted = reference(object);
        self.observed.iter().find(|it| reference(&it.object) == wanted)
    }

    /// For how long the operation has been under way.
    pub fn elapsed_milliseconds(&self) -> u64 {
        self.now_unix_milliseconds.saturating_sub(self.started_unix_milliseconds)
    }
}

/// What a step decided.
#[derive(Clone, Debug)]
pub struct Decision {
    pub apply: Vec<Value>,
    pub keep: Vec<ObjectRef>,
    pub remove: Vec<ObjectRef>,
    pub memory: Value,
    pub outcome: Outcome,
    pub recheck_after_milliseconds: Option<u32>,
    pub notes: Vec<String>,
    pub links: Vec<Link>,
}

impl Decision {
    /// All is as wanted, once what is applied here is there.
    pub fn done() -> Self {
        Self::with(Outcome::Done)
    }

    /// Something is not yet as it should be: for a person, what.
    pub fn wait(reason: impl Into<String>) -> Self {
        Self::with(Outcome::Wait(reason.into()))
    }

    /// The operation has failed.
    pub fn failed(failure: Failure) -> Self {
        Self::with(Outcome::Failed(failure))
    }

    fn with(outcome: Outcome) -> Self {
        Self {
            apply: Vec::new(),
            keep: Vec::new(),
            remove: Vec::new(),
            memory: Value::Null,
            outcome,
            recheck_after_milliseconds: None,
            notes: Vec::new(),
            links: Vec::new(),
        }
    }

    /// Objects to apply, whole.
    #[must_use]
    pub fn applying(mut self, objects: impl IntoIterator<Item = Value>) -> Self {
        self.apply.extend(objects);
        self
    }

    /// Objects that stay as they are.
    #[must_use]
    pub fn keeping(mut self, objects: impl IntoIterator<Item = ObjectRef>) -> Self {
        self.keep.extend(objects);
        self
    }

    /// Ask again after this time at the latest; changes in the cluster are a reason without it.
    #[must_use]
    pub fn recheck_after(mut self, milliseconds: u64) -> Self {
        self.recheck_after_milliseconds = Some(u32::try_from(milliseconds).unwrap_or(u32::MAX));
        self
    }

    /// Objects to remove.
    #[must_use]
    pub fn removing(mut self, objects: impl IntoIterator<Item = ObjectRef>) -> Self {
        self.remove.extend(objects);
        self
    }

    /// What the next step is to know.
    #[must_use]
    pub fn remembering(mut self, memory: Value) -> Self {
        self.memory = memory;
        self
    }

    /// A line for the operation's log.
    #[must_use]
    pub fn note(mut self, line: impl Into<String>) -> Self {
        self.notes.push(line.into());
        self
    }

    /// Addresses that people open.
    #[must_use]
    pub fn linking(mut self, links: impl IntoIterator<Item = Link>) -> Self {
        self.links.extend(links);
        self
    }
}

impl<T: Control + Plugin> contract::Guest for T {
    fn describe() -> contract::Description {
        let About { title, summary, docs, icon: _, extra } = T::about();
        contract::Description {
            name: T::NAME.to_owned(),
            title,
            summary,
            version: T::VERSION.to_owned(),
            operations: T::OPERATIONS.iter().map(ToString::to_string).collect(),
            options_schema: schema::of::<T::Options>(),
            default_options: schema::defaults::<T::Options>(),
            docs,
            extra: extra.to_string(),
        }
    }

    fn step(input: contract::StepInput) -> Result<contract::StepOutput, Failure> {
        if !T::OPERATIONS.contains(&input.operation.as_str()) {
            return Err(Failure::unsupported_operation(&input.operation, T::OPERATIONS));
        }
        T::step(&step(input)?).map(output)
    }
}

fn step<O: DeserializeOwned>(input: contract::StepInput) -> Result<Step<O>, Failure> {
    let contract::StepInput {
        operation,
        operation_id,
        arguments,
        options,
        app,
        desired,
        previous,
        observed,
        facts,
        memory,
        now,
        started,
        attempt,
    } = input;
    Ok(Step {
        operation,
        operation_id,
        arguments: json(&arguments),
        options: parse(&options)?,
        app,
        desired: desired.iter().map(|it| json(it)).collect(),
        previous: previous.iter().map(|it| json(it)).collect(),
        observed: observed.into_iter().map(seen).collect(),
        facts: Facts::new(json(&facts)),
        memory: json(&memory),
        now_unix_milliseconds: now,
        started_unix_milliseconds: started,
        attempt,
    })
}

fn seen(observed: contract::Observed) -> Observed {
    let contract::Observed { object, health, reason, message } = observed;
    Observed { object: json(&object), health, reason, message }
}

fn output(decision: Decision) -> contract::StepOutput {
    let Decision { apply, keep, remove, memory, outcome, recheck_after_milliseconds, notes, links } =
        decision;
    contract::StepOutput {
        apply: apply.iter().map(ToString::to_string).collect(),
        keep,
        remove,
        memory: memory.to_string(),
        outcome,
        recheck_after_milliseconds,
        notes,
        links,
    }
}
