"""Secrets of a form: people fill in text, and a blueprint sees only where the cluster keeps it."""

from dataclasses import dataclass

from slipway.document import Json, Object, text_at


@dataclass(frozen=True)
class SecretRef:
    """A value that nobody reads back. In a form a `SecretRef` must be filled in and a `SecretRef | None` may be; both work as
    entries of a list or a dict.

    It is a reference into the Secret that the host keeps for the deployment, with another key for each text: a pod template
    that names it changes, and its pods are replaced, when somebody changes the text."""

    # Two empty texts before somebody filled it in, which `render` never sees of a field that must be.
    name: str = ""
    key: str = ""

    @staticmethod
    def read(json: Json) -> "SecretRef":
        """A source, as the host sends it."""
        return SecretRef(text_at(json, "/secretKeyRef/name"), text_at(json, "/secretKeyRef/key"))

    def source(self) -> Object | None:
        """What belongs behind `valueFrom`; None before somebody filled it in."""
        return {"secretKeyRef": {"name": self.name, "key": self.key}} if self.name else None
