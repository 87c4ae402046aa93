//! Operations, and what of them went wrong.

use slipway_model::operation::OperationState;
use slipway_model::plan::Failure;
use slipway_model::rollout::Step;
use slipway_platform::record;
use slipway_wire as wire;

use super::time;

fn state(state: OperationState) -> wire::operation::OperationState {
    match state {
        OperationState::Pending => wire::operation::OperationState::Pending,
        OperationState::Running => wire::operation::OperationState::Running,
        OperationState::Succeeded => wire::operation::OperationState::Succeeded,
        OperationState::Failed => wire::operation::OperationState::Failed,
        OperationState::Superseded => wire::operation::OperationState::Superseded,
    }
}

pub fn operation(it: record::Operation) -> wire::operation::Operation {
    let finished = it.finished_unix_milliseconds;
    wire::operation::Operation {
        id: it.id,
        kind: it.kind.to_string(),
        state: state(it.state),
        actor: it.actor,
        revision: it.revision,
        message: it.message,
        reason: it.reason,
        failure: it.failure.map(failure),
        started_at: time(it.started_unix_milliseconds),
        finished_at: finished.map(time),
        duration_milliseconds: finished.map(|end| end.saturating_sub(it.started_unix_milliseconds)),
        steps: it.steps.into_iter().map(step).collect(),
    }
}

fn failure(it: Failure) -> wire::operation::Failure {
    let field = it.field.map(|field| wire::problem::FieldError {
        field,
        message: it.message.clone(),
        hint: it.hint.clone(),
    });
    wire::operation::Failure { code: it.code, message: it.message, hint: it.hint, field }
}

fn step(it: Step) -> wire::operation::Step {
    wire::operation::Step {
        at: time(it.at_unix_milliseconds),
        plugin: it.plugin.to_string(),
        input: it.input.to_string(),
        output: it.output.to_string(),
        microseconds: it.microseconds,
        outcome: it.outcome,
        notes: it.notes,
    }
}
