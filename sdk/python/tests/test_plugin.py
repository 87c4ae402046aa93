"""What a plugin says of itself before it is built, what it may ask for, and what is told when it crashes."""

import contextlib
import io
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from slipway import About, Blueprint, Failure, Objects, UpdateChecker, form, log, registry, testing
from slipway.crash import told
from slipway.introduction import Mistake, introduced
from slipway.plugin import CONTRACT

PROJECT = {"name": "page", "version": "0.1.0"}


@form
class Nothing:
    pass


def blueprint(**pieces: Any) -> Blueprint[Nothing]:
    about = About("Page", "A page.").docs("# Page").icon("<svg/>").extra("categories", ["a"]).health_rules()
    return Blueprint(about=about, values=Nothing, kinds=["Service"], render=lambda *_: Objects(), **pieces)


class ThePlugin(unittest.TestCase):
    def test_the_manifest_names_the_version_of_the_contract(self) -> None:
        about = introduced(SimpleNamespace(plugin=blueprint(suggest=lambda field, values: [])), PROJECT)
        self.assertEqual(["suggest"], about["pieces"])
        manifest = {
            "manifest": 1,
            "world": "slipway:plugin/blueprint@1.0.0",
            "id": "page",
            "version": "0.1.0",
            "wants": {"kinds": ["Service"]},
        }
        self.assertEqual(manifest, about["manifest"])
        worlds = Path(__file__).parents[3] / "wit/v1/worlds.wit"
        self.assertIn(f"package slipway:plugin@{CONTRACT};\n", worlds.read_text())

    def test_what_an_author_got_wrong_is_told_in_words(self) -> None:
        no_form = UpdateChecker(about=About("A", "B."), policy=dict, check=lambda subject, policy: None)
        for plugin, project, kind, words in (
            (None, PROJECT, Mistake, "main.py has no plugin"),
            (blueprint(), {"name": "page"}, Mistake, "no version"),
            (no_form, PROJECT, TypeError, "dict is no form"),
        ):
            with self.subTest(words), self.assertRaises(kind) as wrong:
                introduced(SimpleNamespace(plugin=plugin), project)
            self.assertIn(words, str(wrong.exception))

    def test_what_people_read_is_what_the_contract_wants(self) -> None:
        about = blueprint().about
        self.assertEqual(("# Page", "<svg/>"), (about.fields()["docs"], about.picture()))
        self.assertEqual('{"categories":["a"],"healthRules":[]}', about.fields()["extra"])

    def test_outside_of_a_component_there_is_no_registry_and_one_of_the_test_is_gone_after_it(self) -> None:
        with testing.with_registry(created=lambda reference: 5):
            self.assertEqual(5, registry.created("a"))
            with self.assertRaises(Failure) as no:
                registry.tags("a")
            self.assertEqual("not-found", no.exception.code)
        with self.assertRaises(Failure) as no:
            registry.created("a")
        self.assertEqual("unreachable", no.exception.code)

    def test_outside_of_a_component_the_log_goes_to_standard_error(self) -> None:
        with contextlib.redirect_stderr(io.StringIO()) as said:
            log.warn("Look.")
        self.assertEqual("warn: Look.\n", said.getvalue())

    def test_a_failure_knows_its_field_and_what_to_do(self) -> None:
        no = Failure.invalid("No.").at("/a").hint("Yes.")
        self.assertEqual(("No.", "/a", "Yes."), (str(no), no.field, no.advice))

    def test_a_crash_is_told_with_its_words_its_places_and_what_it_came_from(self) -> None:
        def thrower() -> None:
            try:
                {"b": 1}["a"]
            except KeyError as cause:
                raise ValueError("it was\ntold to") from cause

        try:
            thrower()
        except ValueError as thrown:
            lines = told(thrown).splitlines()
        self.assertEqual("ValueError: it was told to", lines[0])
        self.assertRegex(lines[1], r"^    at thrower \(.*test_plugin\.py:\d+\)$")
        self.assertEqual("    because of KeyError: 'a'", lines[3])


if __name__ == "__main__":
    unittest.main()
