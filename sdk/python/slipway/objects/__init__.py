"""Builders of common Kubernetes objects: thin, typed, and safe by default (Pod Security `restricted`)."""

from collections.abc import Iterator, Sequence

from slipway.document import Object, text_at
from slipway.objects.built import Built, json_of
from slipway.objects.config import ConfigMap, Secret, VolumeClaim
from slipway.objects.container import Container
from slipway.objects.network import Ingress, Service
from slipway.objects.workload import Deployment, Pod

__all__ = [
    "Built", "ConfigMap", "Container", "Deployment", "Ingress", "Objects", "Pod", "Secret", "Service", "VolumeClaim",
]  # fmt: skip


class Objects:
    """What a blueprint renders."""

    def __init__(self, all: Sequence[Object] = ()) -> None:
        """None yet."""
        self._all = tuple(all)

    def with_(self, object: Built | Object) -> "Objects":
        """One more."""
        return Objects([*self._all, json_of(object)])

    def with_some(self, object: Built | Object | None) -> "Objects":
        """One more, where there is one."""
        return self if object is None else self.with_(object)

    def find(self, kind: str, name: str) -> Object | None:
        """The one of that kind and name."""
        found = (it for it in self if it.get("kind") == kind and text_at(it, "/metadata/name") == name)
        return next(found, None)

    def __iter__(self) -> Iterator[Object]:
        return iter(self._all)
