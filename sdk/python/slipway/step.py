"""All that a step of a control plugin may look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from slipway.app import App, Health, ObjectRef
from slipway.decision import Link
from slipway.document import Json, Object, at, merged, pointer, text_at
from slipway.facts import Facts
from slipway.failure import Failure

O = TypeVar("O")

# The host lets plugins set this one of its annotations, on pod templates only.
_RESTARTED_AT = "slipway.dev/restarted-at"
_MARK = "/spec/template/metadata/annotations" + pointer(_RESTARTED_AT)

# For so long an Ingress is waited for: its address comes from a controller of the cluster's own, in its own time, and from
# some of them never.
_ADDRESS_MILLISECONDS = 10_000


@dataclass(frozen=True)
class Observed:
    """An object as it is in the cluster now."""

    object: Object
    health: Health
    # A CamelCase word for the rule that decided.
    reason: str
    # The same for a person.
    message: str


@dataclass(frozen=True, kw_only=True)
class Step(Generic[O]):
    """What a step is asked, and what it can ask of it."""

    operation: str
    operation_id: str
    # The operation's own.
    arguments: Json
    options: O
    app: App
    # All objects of the wanted revision.
    desired: Sequence[Object]
    # All objects of the last revision that was good.
    previous: Sequence[Object]
    # The objects of this deployment that exist.
    observed: Sequence[Observed]
    facts: Facts
    # What the last step of this operation returned; None at first.
    memory: Json
    now_unix_milliseconds: int
    # When the operation began.
    started_unix_milliseconds: int
    # Steps of this operation before this one.
    attempt: int

    def observed_of(self, object: Object) -> Observed | None:
        """The object in the cluster that has the names of this one, in whatever version of its group."""
        names = _names(object)
        return next((it for it in self.observed if _names(it.object) == names), None)

    def elapsed_milliseconds(self) -> int:
        """For how long the operation has been under way."""
        return max(self.now_unix_milliseconds - self.started_unix_milliseconds, 0)

    def claims(self) -> list[ObjectRef]:
        """The volume claims that are still there."""
        return [reference(it.object) for it in self.observed if it.object.get("kind") == "PersistentVolumeClaim"]

    def links(self, objects: Sequence[Object]) -> list[Link]:
        """An address for every host of every Ingress among these."""
        ingresses = (it for it in objects if it.get("kind") == "Ingress")
        hosts = (text_at(rule, "/host") for it in ingresses for rule in at(it, "/spec/rules") or [])
        return [Link(host, self.facts.url(host)) for host in hosts if host]

    def marked(self, object: Object) -> Object:
        """The object with the mark that it needs to be restarted: a new one for a restart, otherwise the one that it has,
        because taking it away would restart the pods as well."""
        if not at(object, "/spec/template/spec") or object.get("kind") == "Job":
            return object
        if self.operation in ("restart", "heal"):
            mark = str(self.started_unix_milliseconds)
        else:
            live = self.observed_of(object)
            mark = text_at(live.object, _MARK) if live else ""
        if not mark:
            return object
        return merged(object, {"spec": {"template": {"metadata": {"annotations": {_RESTARTED_AT: mark}}}}})

    def trouble(self, wanted: Sequence[Object]) -> str | None:
        """The first trouble of these objects, for a person; None where all are healthy."""
        return next((it for it in map(self._trouble_of, wanted) if it), None)

    def too_late(self, deadline_seconds: int, trouble: str) -> Failure:
        """The failure of an operation whose deadline has passed."""
        message = f"Not healthy after {deadline_seconds} s. {trouble}"
        return Failure("progress-deadline-exceeded", message).hint(self._what_next())

    def ended_badly(self, wanted: Sequence[Object]) -> Failure | None:
        """The failure of an operation of whose objects one has ended badly, so that nobody is helped by waiting: a Job that
        is not tried again. None where there is none."""
        jobs = (self.observed_of(it) for it in wanted if it.get("kind") == "Job")
        failed = next((it for it in jobs if it and it.health is Health.DEGRADED), None)
        return Failure("job-failed", self._explained(failed)).hint(self._what_next()) if failed else None

    def _what_next(self) -> str:
        if self.previous:
            return "Roll back to the last good revision, or change the values and try again."
        return "Look at the logs of the pods, change the values, and try again."

    def _trouble_of(self, wanted: Object) -> str | None:
        observed = self.observed_of(wanted)
        if observed is None:
            return f"{title(wanted)} is being made."
        if wanted.get("kind") == "Ingress" and self.elapsed_milliseconds() >= _ADDRESS_MILLISECONDS:
            return None
        # Suspended is what somebody asked for; waiting for it would never end.
        if observed.health in (Health.HEALTHY, Health.SUSPENDED):
            return None
        return self._explained(observed)

    def _explained(self, observed: Observed) -> str:
        """A pod that cannot start says more than the workload that waits for it."""
        workload = f"{title(observed.object)}: {observed.message}"
        if at(observed.object, "/spec/template") is None:
            return workload
        pods = (it for it in self.observed if it.object.get("kind") == "Pod" and it.health is Health.DEGRADED)
        pod = next(pods, None)
        return f"{workload} {title(pod.object)}: {pod.message}" if pod else workload


def reference(object: Object) -> ObjectRef:
    """Kind and name of an object."""
    return ObjectRef(text_at(object, "/apiVersion"), text_at(object, "/kind"), text_at(object, "/metadata/name"))


def title(object: Object) -> str:
    """`Deployment web`."""
    return f"{text_at(object, '/kind')} {text_at(object, '/metadata/name')}"


def preview_host(host: str) -> str:
    """The host name of a preview: web.shop.example becomes web--preview.shop.example. The host lets a deployment answer there
    as well as at its own names, and no other deployment can be called so."""
    first, dot, rest = host.partition(".")
    return f"{first}--preview{dot}{rest}"


def _names(object: Object) -> tuple[str, str, str]:
    """Group, kind and name: one object may be asked for in several versions of its group."""
    names = reference(object)
    group, slash, _ = names.api_version.rpartition("/")
    return (group if slash else "", names.kind, names.name)
