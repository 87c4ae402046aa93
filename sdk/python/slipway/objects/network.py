"""How pods are reached."""

from collections.abc import Sequence
from typing import Self

from slipway.objects.built import SELECTOR, Built, named


class Service(Built):
    """A stable address for the pods of the same name."""

    def __init__(self, name: str) -> None:
        """Reaches the pods of the Deployment of that name."""
        spec = {"type": "ClusterIP", "selector": {SELECTOR: name}, "ports": []}
        super().__init__({**named("v1", "Service", name), "spec": spec})

    def port(self, port: int, target: str) -> Self:
        """A port of it, and the name of the containers' port behind it."""
        entry = {"name": target, "port": port, "protocol": "TCP", "targetPort": target}
        return self._but({"spec": {"ports": self._longer("/spec/ports", entry)}})


class Ingress(Built):
    """Host names from outside."""

    @staticmethod
    def new(name: str, hosts: Sequence[str], service: str, port: int) -> "Ingress | None":
        """All paths of each host go to one port of a Service; None without hosts, for `Objects.with_some`."""
        if not hosts:
            return None
        backend = {"service": {"name": service, "port": {"number": port}}}
        path = {"path": "/", "pathType": "Prefix", "backend": backend}
        rules = [{"host": host, "http": {"paths": [path]}} for host in hosts]
        return Ingress({**named("networking.k8s.io/v1", "Ingress", name), "spec": {"rules": rules}})
