"""Pods, and what runs them."""

from typing import Self

from slipway.document import Object
from slipway.objects.built import SELECTOR, Built, json_of, named


class Pod(Built):
    """What runs together: a pod's specification under Pod Security `restricted`, without a token of the cluster."""

    def __init__(self, container: Built | Object) -> None:
        """A pod of one container: a Container, or one that was `merged` with what Container has no word for."""
        super().__init__(
            {
                "automountServiceAccountToken": False,
                "enableServiceLinks": False,
                "securityContext": {
                    "runAsNonRoot": True,
                    "runAsUser": 65532,
                    "runAsGroup": 65532,
                    "fsGroup": 65532,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containers": [json_of(container)],
            }
        )

    def grace_seconds(self, seconds: int) -> Self:
        """What it has to finish what it is doing."""
        return self._but({"terminationGracePeriodSeconds": seconds})


class Deployment(Built):
    """A number of equal pods, replaced one by one and never fewer than wanted."""

    def __init__(self, name: str, pod: Built | Object) -> None:
        """One replica of a pod."""
        labels = {SELECTOR: name}
        strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
        spec = {
            "replicas": 1,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": labels},
            "strategy": strategy,
            "template": {"metadata": {"labels": labels}, "spec": json_of(pod)},
        }
        super().__init__({**named("apps/v1", "Deployment", name), "spec": spec})

    def replicas(self, replicas: int) -> Self:
        """That many pods."""
        return self._but({"spec": {"replicas": replicas}})
