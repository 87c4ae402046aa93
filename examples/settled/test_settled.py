"""The update checker without WebAssembly, against a registry of a few tags: PYTHONPATH=../../sdk/python python3 -m unittest."""

import unittest
from typing import Any

from main import DAY_MILLISECONDS, Policy, check
from slipway import Candidate, Failure, Object, Subject, testing
from version import parts

NOW = 1_700_000_000_000
# How many days each version has been out; of one it is not known.
AGES = {"1.4.2": 90, "1.9.3": 30, "1.10.0": 8, "1.11.0": 2, "1.12.0": None, "2.0.0": 60, "latest": 0, "1.13.0-rc.1": 50}


def created(reference: str) -> int | None:
    days = AGES[reference.rpartition(":")[2]]
    return None if days is None else NOW - days * DAY_MILLISECONDS


def checked(policy: Object, current: str = "1.4.2", **subject: Any) -> Candidate | None:
    asked = Subject("image", f"r.example:5000/app:{current}", now_unix_milliseconds=NOW, **subject)
    with testing.with_registry(lambda repository: list(AGES), lambda reference: "sha256:0", created):
        return check(asked, testing.values(Policy, policy))


class Settled(unittest.TestCase):
    def test_the_highest_version_that_is_old_enough_is_taken(self) -> None:
        for policy, newest in (
            ({}, "1.10.0"),
            ({"days": 30}, "1.9.3"),
            ({"days": 1}, "1.11.0"),
            ({"undated": True}, "1.12.0"),
            ({"range": "any"}, "2.0.0"),
        ):
            with self.subTest(policy):
                found = checked(policy)
                self.assertEqual(f"r.example:5000/app:{newest}", found and found.reference)

    def test_what_somebody_said_to_skip_is_skipped(self) -> None:
        found = checked({}, skipped=["1.10.0"])
        self.assertEqual("1.9.3 is newer than 1.4.2 and has been out for 30 days.", found and found.reason)

    def test_where_nothing_is_old_enough_nothing_is_taken(self) -> None:
        self.assertIsNone(checked({"days": 90}))
        self.assertIsNone(checked({}, current="2.0.0"))

    def test_what_is_no_version_has_no_newer_one(self) -> None:
        with self.assertRaises(Failure) as no:
            checked({}, current="latest")
        self.assertEqual("not-a-version", no.exception.code)

    def test_a_port_is_no_tag(self) -> None:
        self.assertEqual(("r.example:5000/app", "latest"), parts("r.example:5000/app"))
        self.assertEqual(("r.example/app", "1.0.0"), parts("r.example/app:1.0.0@sha256:0"))


if __name__ == "__main__":
    unittest.main()
