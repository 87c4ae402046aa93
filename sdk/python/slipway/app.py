"""The words that every contract shares."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class App:
    """Whom and where a plugin works for."""

    project: str
    name: str
    namespace: str
    # Names at which the app is to answer, the main one first; there may be none.
    hosts: list[str]
    # The one that is being brought live, counted from 1.
    revision: int


class Health(Enum):
    """How an object is, in Argo CD's words."""

    HEALTHY = "healthy"
    PROGRESSING = "progressing"
    DEGRADED = "degraded"
    SUSPENDED = "suspended"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ObjectRef:
    """Names one object of the deployment's namespace."""

    api_version: str
    kind: str
    name: str
