"""Settings, and volumes."""

from typing import Self

from slipway.objects.built import Built, mebibytes, named


class ConfigMap(Built):
    """Settings that anybody may see."""

    def __init__(self, name: str) -> None:
        """It is empty."""
        super().__init__({**named("v1", "ConfigMap", name), "data": {}})

    def entry(self, key: str, value: str) -> Self:
        """One more."""
        return self._but({"data": {key: value}})


class Secret(Built):
    """Settings that nobody may see."""

    def __init__(self, name: str) -> None:
        """It is empty."""
        super().__init__({**named("v1", "Secret", name), "type": "Opaque", "stringData": {}})

    def entry(self, key: str, value: str) -> Self:
        """One more, in clear text."""
        return self._but({"stringData": {key: value}})


class VolumeClaim(Built):
    """A volume that outlives its pods."""

    def __init__(self, name: str, size_mebibytes: int) -> None:
        """A claim that one node at a time mounts."""
        resources = {"requests": {"storage": mebibytes(size_mebibytes)}}
        spec = {"accessModes": ["ReadWriteOnce"], "resources": resources}
        super().__init__({**named("v1", "PersistentVolumeClaim", name), "spec": spec})
