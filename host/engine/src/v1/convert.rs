//! Between the contract's records and the model's: every field is named, so that none is forgotten.

use slipway_model::health::{Health, Verdict};
use slipway_model::object::ObjectRef;
use slipway_model::plan::{
    App, BlueprintDescription, ControlDescription, Error, Failure, Link, Observed, Outcome,
    RenderInput, StepInput, Stepped, Trace,
};

use super::blueprint::exports::slipway::blueprint::blueprint;
use super::blueprint::slipway::types::types;
use super::control::exports::slipway::control::control;
use crate::output::{self, Reader};
use crate::trace::Sum;

pub fn failure(failure: types::Failure) -> Failure {
    let types::Failure { code, message, field, hint } = failure;
    output::failure(code, message, field, hint)
}

fn app(app: App) -> types::App {
    let App { project, name, namespace, hosts, revision } = app;
    types::App { project: project.into(), name: name.into(), namespace, hosts, revision }
}

fn sum_of_app(sum: &mut Sum, app: &types::App) {
    let types::App { project, name, namespace, hosts, revision } = app;
    sum.text(project).text(name).text(namespace).texts(hosts.iter()).number(*revision);
}

/// The input of `render`, and its sum.
pub fn render_input(input: RenderInput) -> (blueprint::RenderInput, Sum) {
    let RenderInput { app: whom, values, facts } = input;
    let input = blueprint::RenderInput {
        app: app(whom),
        values: values.to_string(),
        facts: facts.to_string(),
    };
    let mut sum = Sum::default();
    sum_of_app(&mut sum, &input.app);
    sum.text(&input.values).text(&input.facts);
    (input, sum)
}

pub fn step_input(input: &StepInput) -> control::StepInput {
    let StepInput {
        operation,
        operation_id,
        arguments,
        options,
        app: whom,
        desired,
        previous,
        observed,
        facts,
        memory,
        now_unix_milliseconds,
        started_unix_milliseconds,
        attempt,
    } = input;
    control::StepInput {
        operation: operation.as_str().to_owned(),
        operation_id: operation_id.clone(),
        arguments: arguments.to_string(),
        options: options.to_string(),
        app: app(whom.clone()),
        desired: desired.iter().map(|it| it.json().to_string()).collect(),
        previous: previous.iter().map(|it| it.json().to_string()).collect(),
        observed: observed.iter().map(seen).collect(),
        facts: facts.to_string(),
        memory: memory.to_string(),
        now: *now_unix_milliseconds,
        started: *started_unix_milliseconds,
        attempt: *attempt,
    }
}

fn seen(observed: &Observed) -> control::Observed {
    let Observed { object, verdict } = observed;
    let Verdict { health, reason, message } = verdict;
    let health = match health {
        Health::Healthy => types::Health::Healthy,
        Health::Suspended => types::Health::Suspended,
        Health::Progressing => types::Health::Progressing,
        Health::Missing => types::Health::Missing,
        Health::Degraded => types::Health::Degraded,
        Health::Unknown => types::Health::Unknown,
    };
    control::Observed {
        object: object.json().to_string(),
        health,
        reason: reason.clone(),
        message: message.clone(),
    }
}

pub fn sum_of_step(input: &control::StepInput) -> Sum {
    let control::StepInput {
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
    let mut sum = Sum::default();
    sum.text(operation).text(operation_id).text(arguments).text(options);
    sum_of_app(&mut sum, app);
    sum.texts(desired.iter()).texts(previous.iter()).number(observed.len() as u64);
    for control::Observed { object, health, reason, message } in observed {
        sum.text(object).number(*health as u64).text(reason).text(message);
    }
    sum.text(facts).text(memory).number(*now).number(*started).number((*attempt).into());
    sum
}

/// What `step` returned.
pub fn stepped(
    reader: &Reader<'_>,
    output: control::StepOutput,
    trace: Trace,
) -> Result<Stepped, Error> {
    let control::StepOutput {
        apply,
        keep,
        remove,
        memory,
        outcome: decided,
        recheck_after_milliseconds,
        notes,
        links,
    } = output;
    Ok(Stepped {
        apply: reader.objects(&apply)?,
        keep: reader.references(keep.into_iter().map(reference).collect())?,
        remove: reader.references(remove.into_iter().map(reference).collect())?,
        memory: reader.memory(&memory)?,
        outcome: outcome(decided),
        recheck_after_milliseconds,
        notes: reader.lines(notes)?,
        links: reader.links(links.into_iter().map(link).collect())?,
        trace,
    })
}

pub fn sum_of_output(output: &control::StepOutput) -> Sum {
    let control::StepOutput {
        apply,
        keep,
        remove,
        memory,
        outcome,
        recheck_after_milliseconds,
        notes,
        links,
    } = output;
    let mut sum = Sum::default();
    sum.texts(apply.iter());
    for references in [keep, remove] {
        sum.number(references.len() as u64);
        for types::ObjectRef { api_version, kind, name } in references {
            sum.text(api_version).text(kind).text(name);
        }
    }
    sum.text(memory);
    match outcome {
        control::Outcome::Done => sum.text("done"),
        control::Outcome::Wait(reason) => sum.text("wait").text(reason),
        control::Outcome::Failed(types::Failure { code, message, field, hint }) => {
            let (field, hint) = (field.as_deref(), hint.as_deref());
            let sum = sum.text("failed").text(code).text(message);
            sum.text(field.unwrap_or_default()).text(hint.unwrap_or_default())
        }
    };
    sum.number(recheck_after_milliseconds.map_or(0, |it| u64::from(it) + 1));
    sum.texts(notes.iter()).number(links.len() as u64);
    for control::Link { name, url } in links {
        sum.text(name).text(url);
    }
    sum
}

fn outcome(outcome: control::Outcome) -> Outcome {
    match outcome {
        control::Outcome::Done => Outcome::Done,
        control::Outcome::Wait(reason) => Outcome::Wait { reason },
        control::Outcome::Failed(why) => Outcome::Failed(failure(why)),
    }
}

fn reference(reference: types::ObjectRef) -> ObjectRef {
    let types::ObjectRef { api_version, kind, name } = reference;
    ObjectRef { api_version, kind, name }
}

fn link(link: control::Link) -> Link {
    let control::Link { name, url } = link;
    Link { name, url }
}

pub fn about_blueprint(
    reader: &Reader<'_>,
    description: blueprint::Description,
) -> Result<BlueprintDescription, Error> {
    let blueprint::Description {
        name,
        title,
        summary,
        version,
        icon,
        docs,
        values_schema,
        default_values,
        extra,
    } = description;
    let extra = reader.json(&extra, "its extra")?;
    Ok(BlueprintDescription {
        health_rules: reader.health_rules(&extra)?,
        name,
        title,
        summary,
        version,
        icon,
        docs,
        values_schema: reader.json(&values_schema, "its values-schema")?,
        default_values: reader.json(&default_values, "its default-values")?,
        extra,
    })
}

pub fn about_control(
    reader: &Reader<'_>,
    description: control::Description,
) -> Result<ControlDescription, Error> {
    let control::Description {
        name,
        title,
        summary,
        version,
        operations,
        options_schema,
        default_options,
        docs,
        extra,
    } = description;
    Ok(ControlDescription {
        name,
        title,
        summary,
        version,
        operations,
        options_schema: reader.json(&options_schema, "its options-schema")?,
        default_options: reader.json(&default_options, "its default-options")?,
        docs,
        extra: reader.json(&extra, "its extra")?,
    })
}
