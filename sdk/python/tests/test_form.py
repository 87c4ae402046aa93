"""The form: what its JSON Schema says, what it starts from, and what a plugin reads of it."""

import json
import unittest
from pathlib import Path
from typing import Literal

from slipway import Failure, SecretRef, field, form, testing
from slipway.plugin import form_of

GOLDEN = Path(__file__).parents[2] / "golden"


@form
class Inner:
    second: int = field(default=2)
    first: bool = True


@form
class Outer:
    zebra: str = field(
        default="z", title="Zebra", doc="What it says.", min_length=1, max_length=9, pattern="^[a-z]+$"
    )
    ape: str = field(default="a", role="image")
    password: SecretRef
    token: SecretRef | None = field(min_length=8)
    more: dict[str, SecretRef] = field(advanced=True)
    colour: Literal["red", "green"] = "red"
    shade: Literal["light", "dark"] | None
    amounts: list[float] = field(minimum=0, max_items=3)
    size: int = field(default=5, minimum=1, maximum=10, unit="MiB")
    inner: Inner = field(title="Inner")


@form
class Lists:
    words: dict[str, str] = field(default={"a": "1"})
    names: list[str] = field(default=["x"])
    max_size: int = 1
    odd: int = field(default=2, name="Odd-One")


class TheForm(unittest.TestCase):
    def test_every_kind_of_field_comes_out_as_in_the_other_languages(self) -> None:
        golden = json.loads((GOLDEN / "form.json").read_text())
        made = form_of(Outer)
        self.assertEqual(golden, {"schema": made.schema, "start": made.start})
        self.assertEqual(list(golden["schema"]["properties"]), list(made.schema["properties"]))

    def test_what_is_left_out_is_read_as_its_default_and_secrets_as_references(self) -> None:
        sent = {"password": testing.secret("password"), "inner": {"second": 3}, "shade": "dark", "zebra": None}
        values = testing.values(Outer, sent)
        self.assertEqual(("z", "dark", None), (values.zebra, values.shade, values.token))
        self.assertEqual(Inner(second=3, first=True), values.inner)
        self.assertEqual("password.1", values.password.key)
        self.assertIsNone(testing.values(Outer).password.source())

    def test_values_can_be_made_by_hand(self) -> None:
        self.assertEqual(testing.values(Lists, {"maxSize": 4}), Lists(max_size=4))

    def test_names_in_json_are_those_of_json(self) -> None:
        values = testing.values(Lists, {"maxSize": 3, "Odd-One": 4.0})
        self.assertEqual((3, 4), (values.max_size, values.odd))

    def test_defaults_are_not_changed_by_what_is_read(self) -> None:
        values = testing.values(Lists, {"words": {"b": "2"}})
        values.names.append("y")
        values.words["c"] = "3"
        self.assertEqual(Lists(words={"a": "1"}, names=["x"]), testing.values(Lists))

    def test_a_value_of_another_kind_is_told_at_its_place(self) -> None:
        for sent, place in (
            ({"zebra": 1}, "/zebra"),
            ({"inner": {"first": "yes"}}, "/inner/first"),
            ({"amounts": [1, "two"]}, "/amounts/1"),
            ({"colour": "blue"}, "/colour"),
            ({"more": []}, "/more"),
            ({"size": True}, "/size"),
            ({"size": 1.5}, "/size"),
        ):
            with self.subTest(sent), self.assertRaises(Failure) as no:
                testing.values(Outer, sent)
            self.assertEqual(("invalid-values", place), (no.exception.code, no.exception.field))

    def test_what_cannot_be_a_form_is_named(self) -> None:
        for of, said, words in (
            (str, field(), "Values.word has no default"),
            (str, field(default=1), "Values.word cannot start from 1"),
            (str, field(default=None), "Values.word cannot start from None"),
            (set[str], field(), "Values.word cannot be in a form"),
            (Inner, field(default=Inner()), "Values.word starts from what Inner says"),
        ):
            with self.subTest(words), self.assertRaises(TypeError) as wrong:
                form(type("Values", (), {"__annotations__": {"word": of}, "word": said}))
            self.assertIn(words, str(wrong.exception))
        with self.assertRaises(TypeError):
            testing.values(dict)


if __name__ == "__main__":
    unittest.main()
