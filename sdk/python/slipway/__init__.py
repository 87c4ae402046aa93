"""What a plugin in Python is written against: functions, and a `Blueprint`, `Control` or `UpdateChecker` of them that the main
module calls `plugin`.

Names and order of arguments are those of the other languages' SDKs; README.md has a complete plugin."""

from slipway import log, registry
from slipway.about import About
from slipway.app import App, Health, ObjectRef
from slipway.blueprint import Blueprint
from slipway.control import Control
from slipway.decision import Decision, Link
from slipway.document import Json, Object, at, merged, pointer, text_at
from slipway.facts import Facts
from slipway.failure import Failure
from slipway.form import field, form
from slipway.objects import (
    Built,
    ConfigMap,
    Container,
    Deployment,
    Ingress,
    Objects,
    Pod,
    Secret,
    Service,
    VolumeClaim,
)
from slipway.secret import SecretRef
from slipway.step import Observed, Step, preview_host, reference, title
from slipway.update import Candidate, Subject, UpdateChecker

__all__ = [
    "About", "App", "Blueprint", "Built", "Candidate", "ConfigMap", "Container", "Control", "Decision", "Deployment",
    "Facts", "Failure", "Health", "Ingress", "Json", "Link", "Object", "ObjectRef", "Objects", "Observed", "Pod", "Secret",
    "SecretRef", "Service", "Step", "Subject", "UpdateChecker", "VolumeClaim", "at", "field", "form", "log", "merged",
    "pointer", "preview_host", "reference", "registry", "text_at", "title",
]  # fmt: skip
