"""The builders, held to the objects that the other languages' builders make."""

import json
import unittest
from pathlib import Path

from slipway import (
    ConfigMap,
    Container,
    Deployment,
    Facts,
    Ingress,
    Objects,
    Pod,
    Secret,
    SecretRef,
    Service,
    VolumeClaim,
    at,
    merged,
    testing,
)
from slipway.document import parsed, written

GOLDEN = Path(__file__).parents[2] / "golden"


class TheObjects(unittest.TestCase):
    def test_the_blueprint_hello_web_comes_out_as_in_rust(self) -> None:
        app = testing.app()
        container = (
            Container("web", "slipway.local/hello-app:1.0.0")
            .env("GREETING", "Ahoy")
            .env("PORT", "8080")
            .env_from_field("POD_NAME", "metadata.name")
            .env_secret("ACCESS_CODE", testing.secret("accessCode"))
            .env("MODE", "quiet")
            .port("http", 8080)
            .ready_at("/healthz", "http")
            .linger_seconds(5)
            .memory(2048, 16)
            .cpu(10)
        )
        objects = (
            Objects()
            .with_(Deployment(app.name, Pod(container)).replicas(3))
            .with_(Service(app.name).port(80, "http"))
            .with_some(Ingress.new(app.name, app.hosts, app.name, 80))
        )
        golden = json.loads((GOLDEN / "hello-web.json").read_text())
        self.assertEqual(golden["objects"], list(objects))

    def test_a_builder_is_not_changed_by_what_is_built_on_it(self) -> None:
        base = Container("a", "b").env("X", "1")
        one, two = base.env("Y", "2"), base.live_at("/", "http").env_from_secret("Z", "s", "k")
        base.json()["env"].append({"name": "W"})
        names = [[it["name"] for it in container.json()["env"]] for container in (base, one, two)]
        self.assertEqual([["X"], ["X", "Y"], ["X", "Z"]], names)
        self.assertIsNone(at(base.json(), "/livenessProbe"))

    def test_settings_and_volumes_are_what_kubernetes_reads(self) -> None:
        for object, pointer, text in (
            (ConfigMap("a").entry("x/y", "1"), "/data/x~1y", "1"),
            (Secret("a").entry("k", "v"), "/stringData/k", "v"),
            (Secret("a"), "/type", "Opaque"),
            (VolumeClaim("a", 2048), "/spec/resources/requests/storage", "2Gi"),
            (VolumeClaim("a", 100), "/spec/resources/requests/storage", "100Mi"),
            (Container("a", "b").cpu(2000), "/resources/requests/cpu", "2"),
            (Container("a", "b").cpu(1500), "/resources/requests/cpu", "1500m"),
            (Container("a", "b").env_from_config("X", "c", "k"), "/env/0/valueFrom/configMapKeyRef/key", "k"),
            (Pod(Container("a", "b").json()).grace_seconds(7), "/terminationGracePeriodSeconds", 7),
        ):
            with self.subTest(pointer):
                self.assertEqual(text, at(object.json(), pointer))

    def test_where_nothing_is_filled_in_or_asked_for_nothing_is_made(self) -> None:
        self.assertEqual([], list(Objects().with_some(Ingress.new("a", [], "a", 80))))
        bare = Container("a", "b")
        for secret in (None, SecretRef()):
            self.assertEqual(bare.json(), bare.env_secret("X", secret).json())

    def test_objects_are_found_by_kind_and_name(self) -> None:
        objects = Objects().with_(ConfigMap("a")).with_({"kind": "Other", "metadata": {"name": "a"}})
        self.assertEqual("Other", (objects.find("Other", "a") or {})["kind"])
        self.assertIsNone(objects.find("Other", "b"))

    def test_parts_are_merged_and_neither_is_changed(self) -> None:
        json = {"a": {"b": 1}, "c": [1]}
        self.assertEqual({"a": {"b": 1, "d": 2}, "c": [2]}, merged(json, {"a": {"d": 2}, "c": [2]}))
        self.assertEqual({"a": {"b": 1}, "c": [1]}, json)

    def test_text_and_numbers_stay_as_they_are_meant(self) -> None:
        self.assertEqual('{"a":"x < y & ü"}', written({"a": "x < y & ü"}))
        self.assertEqual('{"a":9007199254740993}', written(parsed('{"a": 9007199254740993}')))
        self.assertIsNone(parsed("no JSON"))

    def test_facts_tell_what_they_are_asked_for_if_it_is_of_that_kind(self) -> None:
        facts = Facts({"runtime": "wasm", "ingressPort": 443, "ingressScheme": "https"})
        self.assertEqual(("wasm", None), (facts.text("runtime"), facts.text("ingressPort")))
        self.assertEqual("https://a.example/", facts.url("a.example"))
        self.assertEqual("http://a.example:8080/", Facts({"ingressPort": 8080}).url("a.example"))
        self.assertEqual("http://a.example/", Facts({}).url("a.example"))


if __name__ == "__main__":
    unittest.main()
