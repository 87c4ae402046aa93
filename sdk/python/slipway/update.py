"""Update checkers: pick the newer version of an image or of a blueprint."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from slipway.about import About
from slipway.kind import Kind
from slipway.plugin import Plugin, form_of

P = TypeVar("P")


@dataclass(frozen=True)
class Subject:
    """What may be updated."""

    # `image` or `blueprint`.
    kind: str
    # The reference in use.
    current: str
    # Its digest, where known.
    current_digest: str | None = None
    # Versions that a person said to skip.
    skipped: Sequence[str] = ()
    now_unix_milliseconds: int = 0


@dataclass(frozen=True)
class Candidate:
    """The version to go to."""

    reference: str
    digest: str
    # Why this one, for a person.
    reason: str
    # Markdown, where the source has one.
    changelog: str | None = None


@dataclass(frozen=True, kw_only=True)
class UpdateChecker(Plugin, Generic[P]):
    """What an update checker is. The main module has it under the name `plugin`."""

    world = "update-checker"

    about: About
    # What can be set per deployment, a class with `@form`.
    policy: type[P]
    # The version to go to; None where the current one is the best.
    check: Callable[[Subject, P], Candidate | None]

    def form(self) -> Kind:
        return form_of(self.policy)
