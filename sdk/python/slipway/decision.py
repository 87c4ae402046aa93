"""What a step of a control plugin decided."""

from dataclasses import dataclass, replace
from typing import Literal

from slipway.app import ObjectRef
from slipway.document import Json, Object
from slipway.failure import Failure

_MOST = 2**32 - 1


@dataclass(frozen=True)
class Link:
    """A name and an address that people open."""

    name: str
    url: str


@dataclass(frozen=True)
class Decision:
    """Make one with `done`, `wait` or `failed`; each further call returns a copy."""

    outcome: Literal["done", "wait", "failed"]
    # What is waited for.
    reason: str = ""
    # Why the operation has failed.
    failure: Failure | None = None
    apply: tuple[Object, ...] = ()
    keep: tuple[ObjectRef, ...] = ()
    remove: tuple[ObjectRef, ...] = ()
    memory: Json = None
    recheck_after_milliseconds: int | None = None
    notes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    @staticmethod
    def done() -> "Decision":
        """All is as wanted, once what is applied here is there."""
        return Decision("done")

    @staticmethod
    def wait(reason: str) -> "Decision":
        """Something is not yet as it should be: for a person, what."""
        return Decision("wait", reason=reason)

    @staticmethod
    def failed(failure: Failure) -> "Decision":
        """The operation has failed."""
        return Decision("failed", failure=failure)

    def applying(self, *objects: Object) -> "Decision":
        """Objects to apply, whole."""
        return replace(self, apply=(*self.apply, *objects))

    def keeping(self, *objects: ObjectRef) -> "Decision":
        """Objects that stay as they are."""
        return replace(self, keep=(*self.keep, *objects))

    def removing(self, *objects: ObjectRef) -> "Decision":
        """Objects to remove."""
        return replace(self, remove=(*self.remove, *objects))

    def remembering(self, memory: Json) -> "Decision":
        """What the next step is to know."""
        return replace(self, memory=memory)

    def recheck_after(self, milliseconds: int) -> "Decision":
        """To be asked again after this time at the latest; changes in the cluster are a reason without it."""
        return replace(self, recheck_after_milliseconds=min(milliseconds, _MOST))

    def note(self, line: str) -> "Decision":
        """A line for the operation's log."""
        return replace(self, notes=(*self.notes, line))

    def linking(self, *links: Link) -> "Decision":
        """Addresses that people open."""
        return replace(self, links=(*self.links, *links))
