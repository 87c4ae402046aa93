"""What every plugin says of itself, whichever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slipway.about import About
from slipway.document import Json, Object, written
from slipway.kind import Kind

CONTRACT = "1.0.0"


@dataclass(frozen=True)
class Identity:
    """Name and version, from the folder's own `pyproject.toml`."""

    name: str
    version: str


class Plugin:
    """What is the same of a Blueprint, a Control and an UpdateChecker."""

    about: About
    # The name of its world in the contract.
    world: str

    def form(self) -> Kind:
        """What can be filled in."""
        raise NotImplementedError

    def wanted(self) -> Sequence[str]:
        """Kinds of objects that it wants to be granted."""
        return ()

    def pieces(self) -> list[str]:
        """Optional pieces of the contract that it has."""
        return []

    def schema(self) -> str:
        """The form's JSON Schema, as the host gets it."""
        return written(self.form().schema)

    def defaults(self) -> str:
        """What the form starts from, as the host gets it."""
        return written(self.form().start)

    def read(self, json: Json) -> Any:
        """The form's values as the plugin sees them; what is left out starts as in the form."""
        return self.form().read(json, "")

    def manifest(self, identity: Identity) -> Object:
        """Read by the host from the component before any of its code is compiled."""
        return {
            "manifest": 1,
            "world": f"slipway:plugin/{self.world}@{CONTRACT}",
            "id": identity.name,
            "version": identity.version,
            "wants": {"kinds": list(self.wanted())},
        }


def form_of(form: type) -> Kind:
    """Of a class that `form` was put on."""
    kind = getattr(form, "__slipway_form__", None)
    if not isinstance(kind, Kind):
        raise TypeError(f"{form.__name__} is no form: put @form on it")
    return kind
