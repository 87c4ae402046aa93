"""One container of a pod."""

from typing import Self

from slipway.document import Json, Object
from slipway.objects.built import Built, mebibytes, millicores
from slipway.secret import SecretRef


class Container(Built):
    """A container that may do nothing special: no capabilities, no way to gain any."""

    def __init__(self, name: str, image: str) -> None:
        """A container of an image."""
        security = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        super().__init__({"name": name, "image": image, "securityContext": security})

    def env(self, name: str, value: str) -> Self:
        """A variable of the environment."""
        return self._push("env", {"name": name, "value": value})

    def env_from_field(self, name: str, field: str) -> Self:
        """A variable with what a field of the pod says, e.g. `metadata.name`."""
        return self._from(name, {"fieldRef": {"apiVersion": "v1", "fieldPath": field}})

    def env_from_config(self, name: str, config: str, key: str) -> Self:
        """A variable with an entry of a ConfigMap."""
        return self._from(name, {"configMapKeyRef": {"name": config, "key": key}})

    def env_from_secret(self, name: str, secret: str, key: str) -> Self:
        """A variable with an entry of a secret."""
        return self._from(name, {"secretKeyRef": {"name": secret, "key": key}})

    def env_secret(self, name: str, secret: SecretRef | None) -> Self:
        """A variable with a secret of the form, where it is filled in."""
        source = secret and secret.source()
        return self._from(name, source) if source else self

    def port(self, name: str, number: int) -> Self:
        """A port that it listens on."""
        return self._push("ports", {"name": name, "containerPort": number, "protocol": "TCP"})

    def ready_at(self, path: str, port: str) -> Self:
        """Gets traffic while `GET path` on the named port answers with success."""
        often = {"periodSeconds": 2, "timeoutSeconds": 2}
        return self._but({"readinessProbe": {"httpGet": {"path": path, "port": port}, **often}})

    def live_at(self, path: str, port: str) -> Self:
        """Is restarted when `GET path` on the named port fails for half a minute."""
        often = {"periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 3}
        return self._but({"livenessProbe": {"httpGet": {"path": path, "port": port}, **often}})

    def linger_seconds(self, seconds: int) -> Self:
        """Goes on answering for so long after its end was decided, while nodes still hear one after another that it is no
        address any more. Needs Kubernetes 1.30."""
        return self._but({"lifecycle": {"preStop": {"sleep": {"seconds": seconds}}}})

    def memory(self, limit_mebibytes: int, request_mebibytes: int) -> Self:
        """What it may use at most, and what is set aside for it."""
        limits, requests = mebibytes(limit_mebibytes), mebibytes(request_mebibytes)
        return self._but({"resources": {"limits": {"memory": limits}, "requests": {"memory": requests}}})

    def cpu(self, request_millicores: int) -> Self:
        """Processor time that is set aside for it."""
        return self._but({"resources": {"requests": {"cpu": millicores(request_millicores)}}})

    def _from(self, name: str, source: Object) -> Self:
        return self._push("env", {"name": name, "valueFrom": source})

    def _push(self, list: str, entry: Json) -> Self:
        return self._but({list: self._longer(f"/{list}", entry)})
