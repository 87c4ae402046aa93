"""The form of a plugin: a class, whose JSON Schema (2020-12), defaults and reading follow from its annotations."""

import dataclasses
import inspect
import re
from dataclasses import MISSING, dataclass
from typing import Any, TypeVar, dataclass_transform, get_type_hints

from slipway.kind import Asked, Kind, entry, kind_of

T = TypeVar("T")


def field(
    *,
    default: Any = MISSING,
    name: str | None = None,
    title: str | None = None,
    doc: str | None = None,
    role: str | None = None,
    advanced: bool | None = None,
    unit: str | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    pattern: str | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    max_items: int | None = None,
) -> Any:
    """A field of a form: what it starts from, what people read of it, and its limits; those on a list or a dict are those of its
    entries. `role` is what it is for, where Slipway knows it (`image`, `replicas`, `host`), `advanced` hides it at first, `unit`
    stands behind its number. `name` is what it is called in JSON; without it `max_size` is called `maxSize`."""
    words = {"title": title, "description": doc}
    ours = {"role": role, "advanced": advanced, "unit": unit}
    limits = {
        "minLength": min_length,
        "maxLength": max_length,
        "pattern": pattern,
        "minimum": minimum,
        "maximum": maximum,
    }
    asked = Asked(name, *(_said(it) for it in (words, ours, limits, {"maxItems": max_items})))
    metadata = {"slipway": asked}
    if isinstance(default, (list, dict)):
        return dataclasses.field(default_factory=default.copy, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclass_transform(field_specifiers=(field,), frozen_default=True, kw_only_default=True)
def form(cls: type[T]) -> type[T]:
    """Makes a form of a class. Each annotation is a field: `str`, `int`, `float`, `bool`, a `Literal` of a few texts, a
    `SecretRef`, another form, a `list` or a `dict` by name of one of these, or one of these `| None`, which may be left empty.

    A field that is no secret has a default; a list or a dict starts empty, what may be left empty starts so."""
    hints = get_type_hints(cls)
    kinds: dict[str, tuple[str, Kind]] = {}
    for attribute in inspect.get_annotations(cls):
        place = f"{cls.__name__}.{attribute}"
        said = getattr(cls, attribute, MISSING)
        if not isinstance(said, dataclasses.Field):
            said = field(default=said)
        asked: Asked = said.metadata["slipway"]
        start = said.default if said.default_factory is MISSING else said.default_factory()
        kind = kind_of(hints[attribute], asked, start, place)
        kinds[attribute] = (asked.name or _camel(attribute), _described(kind, asked, len(kinds) + 1))
        if said.default is MISSING and said.default_factory is MISSING and kind.start is not MISSING:
            said.default_factory = _beginning(kind)
        setattr(cls, attribute, said)
    made = dataclass(frozen=True, kw_only=True)(cls)
    setattr(made, "__slipway_form__", entry(made, kinds))
    return made


def _beginning(kind: Kind) -> Any:
    return lambda: kind.read(kind.start, "")


def _described(kind: Kind, asked: Asked, order: int) -> Kind:
    """Words of ours go into `x-slipway`; order, because many readers of JSON lose that of properties."""
    schema = {**kind.schema, **asked.words, "x-slipway": {**asked.ours, "order": order}}
    return dataclasses.replace(kind, schema=schema)


def _said(words: dict[str, Any]) -> dict[str, Any]:
    return {name: it for name, it in words.items() if it is not None}


def _camel(attribute: str) -> str:
    return re.sub("_(.)", lambda it: it.group(1).upper(), attribute)
