"""Blueprints: a form's values in, Kubernetes objects out. Pure: same input, same output."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from slipway.about import About
from slipway.app import App
from slipway.document import Json
from slipway.facts import Facts
from slipway.failure import Failure
from slipway.kind import Kind
from slipway.objects import Objects
from slipway.plugin import Plugin, form_of

V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class Blueprint(Plugin, Generic[V]):
    """What a blueprint is. The main module has it under the name `plugin`."""

    world = "blueprint"

    about: About
    # The form, a class with `@form`. What nobody may read back is a SecretRef.
    values: type[V]
    # What it wants to be granted: `group/Kind`, or `Kind` in the core group.
    kinds: Sequence[str] = ()
    # The objects of one deployment. Raises a Failure where there can be none.
    render: Callable[[App, V, Facts], Objects]
    # Optional: all that is wrong and that a schema cannot say, checked before anything is stored.
    check: Callable[[App, V, Facts], list[Failure]] | None = None
    # Optional: values of an older version as this version wants them.
    migrate: Callable[[str, Json], Json] | None = None
    # Optional: what a field of the form may be, given what is filled in so far.
    suggest: Callable[[str, Json], list[str]] | None = None

    def form(self) -> Kind:
        return form_of(self.values)

    def wanted(self) -> Sequence[str]:
        return self.kinds

    def pieces(self) -> list[str]:
        optional = {"config-check": self.check, "migrate": self.migrate, "suggest": self.suggest}
        return [piece for piece, it in optional.items() if it is not None]
