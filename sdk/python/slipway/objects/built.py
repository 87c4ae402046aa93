"""What all builders share."""

import copy
from typing import Self

from slipway.document import Json, Object, at, merged

# The label by which a Service finds its pods: the name of what runs them.
SELECTOR = "app.kubernetes.io/name"


class Built:
    """A builder: each call returns a copy, so that somebody may build on it twice."""

    def __init__(self, json: Object) -> None:
        self._json = json

    def json(self) -> Object:
        """The object, to be changed at will."""
        return copy.deepcopy(self._json)

    def _but(self, parts: Object) -> Self:
        it = copy.copy(self)
        it._json = merged(self._json, parts)
        return it

    def _longer(self, pointer: str, entry: Json) -> list[Json]:
        return [*(at(self._json, pointer) or []), entry]


def json_of(object: Built | Object) -> Object:
    """A builder's object, or what is one already."""
    return object.json() if isinstance(object, Built) else object


def named(api_version: str, kind: str, name: str) -> Object:
    """The beginning of every object."""
    metadata = {"name": name, "labels": {SELECTOR: name}}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def mebibytes(amount: int) -> str:
    """Memory as Kubernetes writes it back, so that what is applied and what is observed are the same text."""
    return f"{amount // 1024}Gi" if amount > 0 and amount % 1024 == 0 else f"{amount}Mi"


def millicores(amount: int) -> str:
    """Processor time as Kubernetes writes it back."""
    return str(amount // 1000) if amount % 1000 == 0 else f"{amount}m"
