"""What a step of a control plugin can be asked, and what its decision becomes."""

import unittest
from dataclasses import replace
from typing import Any

from slipway import (
    About,
    Container,
    Control,
    Decision,
    Deployment,
    Failure,
    Health,
    Ingress,
    Link,
    Object,
    ObjectRef,
    Pod,
    Step,
    VolumeClaim,
    at,
    field,
    form,
    preview_host,
    reference,
    testing,
)

MARK = "/spec/template/metadata/annotations/slipway.dev~1restarted-at"
WORKLOAD = Deployment("web", Pod(Container("web", "a.example/web:1"))).json()


@form
class Options:
    seconds: int = field(default=600)


PLUGIN = Control(
    about=About("Plain", "Does nothing."), options=Options, operations=["create"], step=lambda _: Decision.done()
)


def asked(**parts: Any) -> Step[Options]:
    return replace(testing.step(PLUGIN, "create", [WORKLOAD]), **parts)


def seen(object: Object, health: Health, reason: str = "So") -> Any:
    return testing.observed(object, health, reason)


class TheStep(unittest.TestCase):
    def test_an_object_is_found_in_whatever_version_of_its_group(self) -> None:
        old = seen({**WORKLOAD, "apiVersion": "apps/v1beta1"}, Health.HEALTHY)
        self.assertEqual(old, asked(observed=[old]).observed_of(WORKLOAD))
        other = seen({**WORKLOAD, "apiVersion": "other/v1"}, Health.HEALTHY)
        self.assertIsNone(asked(observed=[other]).observed_of(WORKLOAD))

    def test_trouble_is_told_in_the_words_of_the_pod_that_cannot_start(self) -> None:
        self.assertEqual("Deployment web is being made.", asked().trouble([WORKLOAD]))
        pod = seen({"kind": "Pod", "metadata": {"name": "web-1"}}, Health.DEGRADED, "CrashLoop")
        trouble = asked(observed=[pod, seen(WORKLOAD, Health.PROGRESSING, "Updating")]).trouble([WORKLOAD])
        self.assertEqual("Deployment web: It is Updating. Pod web-1: It is CrashLoop.", trouble)
        self.assertIsNone(asked(observed=[seen(WORKLOAD, Health.SUSPENDED)]).trouble([WORKLOAD]))

    def test_an_address_is_not_waited_for_without_end(self) -> None:
        ingress = Ingress.new("web", ["a.example"], "web", 80)
        assert ingress is not None
        objects, observed = [ingress.json(), WORKLOAD], [seen(ingress.json(), Health.PROGRESSING, "NoAddress")]
        self.assertEqual("Ingress web: It is NoAddress.", asked(observed=observed).trouble(objects[:1]))
        late = asked(observed=observed, now_unix_milliseconds=1_010_000)
        self.assertIsNone(late.trouble(objects[:1]))
        self.assertEqual([Link("a.example", "http://a.example:8080/")], late.links(objects))

    def test_a_restart_marks_the_pods_anew_and_everything_else_keeps_the_mark_that_is_there(self) -> None:
        self.assertIsNone(at(asked().marked(WORKLOAD), MARK))
        marked = asked(operation="restart").marked(WORKLOAD)
        self.assertEqual("1000000", at(marked, MARK))
        later = asked(observed=[seen(marked, Health.HEALTHY)], started_unix_milliseconds=5)
        self.assertEqual("1000000", at(later.marked(WORKLOAD), MARK))
        job = {**WORKLOAD, "kind": "Job"}
        self.assertEqual(job, asked(operation="heal").marked(job))

    def test_only_volume_claims_are_claims(self) -> None:
        claim = VolumeClaim("files", 64).json()
        step = asked(observed=[seen(WORKLOAD, Health.HEALTHY), seen(claim, Health.HEALTHY)])
        self.assertEqual([ObjectRef("v1", "PersistentVolumeClaim", "files")], step.claims())

    def test_a_deadline_that_has_passed_says_what_to_do_next(self) -> None:
        self.assertIn("try again", asked().too_late(600, "Why.").advice or "")
        self.assertIn("Roll back", asked(previous=[WORKLOAD]).too_late(600, "Why.").advice or "")

    def test_a_task_that_has_failed_is_not_waited_for(self) -> None:
        job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "import"}, "spec": {"template": {}}}
        self.assertIsNone(asked(observed=[seen(job, Health.PROGRESSING)]).ended_badly([WORKLOAD, job]))
        failure = asked(observed=[seen(job, Health.DEGRADED, "Error")]).ended_badly([WORKLOAD, job])
        assert failure is not None
        self.assertEqual("job-failed", failure.code)
        self.assertTrue(failure.message.startswith("Job import: It is Error."), failure.message)
        self.assertIsNone(asked(observed=[seen(WORKLOAD, Health.DEGRADED)]).ended_badly([WORKLOAD, job]))

    def test_an_operation_that_it_does_not_know_is_refused(self) -> None:
        with self.assertRaises(Failure) as no:
            PLUGIN.decided(asked(operation="promote"))
        self.assertEqual("unsupported-operation", no.exception.code)
        self.assertEqual("It knows: create.", no.exception.advice)

    def test_a_decision_grows_by_copies(self) -> None:
        pod = reference({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}})
        base = Decision.failed(Failure.invalid("No.").at("/a"))
        decision = base.applying(WORKLOAD).keeping(pod).removing(pod).remembering({"seen": 1}).note("One.")
        decision = decision.recheck_after(10**12).linking(Link("a", "http://a/"))
        self.assertEqual(((WORKLOAD,), (pod,), (pod,)), (decision.apply, decision.keep, decision.remove))
        self.assertEqual(4_294_967_295, decision.recheck_after_milliseconds)
        self.assertEqual(((), None), (base.apply, base.memory))

    def test_the_host_of_a_preview_stands_beside_the_host(self) -> None:
        self.assertEqual("web--preview.shop.example", preview_host("web.shop.example"))
        self.assertEqual("web--preview", preview_host("web"))


if __name__ == "__main__":
    unittest.main()
