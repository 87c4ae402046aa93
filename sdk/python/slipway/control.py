"""Control plugins: one step at a time from observed to desired, until it is done or has failed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from slipway.about import About
from slipway.decision import Decision
from slipway.failure import Failure
from slipway.kind import Kind
from slipway.plugin import Plugin, form_of
from slipway.step import Step

O = TypeVar("O")


@dataclass(frozen=True, kw_only=True)
class Control(Plugin, Generic[O]):
    """What a control plugin is. The main module has it under the name `plugin`."""

    world = "control"

    about: About
    # What can be set per cluster or deployment, a class with `@form`.
    options: type[O]
    # The operations that it knows.
    operations: Sequence[str]
    # What it wants to be granted beyond the blueprint's own kinds.
    kinds: Sequence[str] = ()
    # What to do now. Called for each of `operations` only.
    step: Callable[[Step[O]], Decision]

    def form(self) -> Kind:
        return form_of(self.options)

    def wanted(self) -> Sequence[str]:
        return self.kinds

    def decided(self, step: Step[O]) -> Decision:
        """The step's decision, of an operation that it knows."""
        if step.operation not in self.operations:
            raise Failure.unsupported_operation(step.operation, self.operations)
        return self.step(step)
