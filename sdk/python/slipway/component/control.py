"""A control plugin as the contract has it."""

from collections.abc import Sequence
from typing import Any

from wit_world.exports import control as contract
from wit_world.imports import types

from slipway.app import Health, ObjectRef
from slipway.component.answer import answered, described, failure, guarded, texts, whom
from slipway.control import Control
from slipway.decision import Decision
from slipway.document import parsed, parsed_object, written
from slipway.facts import Facts
from slipway.plugin import Identity
from slipway.step import Observed, Step


class Answers:
    """The control plugin."""

    def __init__(self, plugin: Control[Any], identity: Identity) -> None:
        self.plugin = plugin
        self.identity = identity

    @guarded
    def describe(self) -> contract.Description:
        return contract.Description(
            **described(self.plugin, self.identity),
            operations=list(self.plugin.operations),
            options_schema=self.plugin.schema(),
            default_options=self.plugin.defaults(),
        )

    @answered
    def step(self, input: contract.StepInput) -> contract.StepOutput:
        return _output(self.plugin.decided(self._step(input)))

    def _step(self, input: contract.StepInput) -> Step[Any]:
        return Step(
            operation=input.operation,
            operation_id=input.operation_id,
            arguments=parsed(input.arguments),
            options=self.plugin.read(parsed(input.options)),
            app=whom(input.app),
            desired=[parsed_object(it) for it in input.desired],
            previous=[parsed_object(it) for it in input.previous],
            observed=[_seen(it) for it in input.observed],
            facts=Facts(parsed_object(input.facts)),
            memory=parsed(input.memory),
            now_unix_milliseconds=input.now,
            started_unix_milliseconds=input.started,
            attempt=input.attempt,
        )


def _seen(it: contract.Observed) -> Observed:
    return Observed(parsed_object(it.object), Health[it.health.name], it.reason, it.message)


def _output(decision: Decision) -> contract.StepOutput:
    return contract.StepOutput(
        apply=texts(decision.apply),
        keep=_references(decision.keep),
        remove=_references(decision.remove),
        memory=written(decision.memory),
        outcome=_outcome(decision),
        recheck_after_milliseconds=decision.recheck_after_milliseconds,
        notes=list(decision.notes),
        links=[contract.Link(it.name, it.url) for it in decision.links],
    )


def _outcome(decision: Decision) -> contract.Outcome:
    if decision.failure is not None:
        return contract.Outcome_Failed(failure(decision.failure))
    return contract.Outcome_Wait(decision.reason) if decision.outcome == "wait" else contract.Outcome_Done()


def _references(all: Sequence[ObjectRef]) -> list[types.ObjectRef]:
    return [types.ObjectRef(it.api_version, it.kind, it.name) for it in all]
