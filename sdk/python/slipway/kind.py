"""What a field of a form can be: its JSON Schema, what it starts from, and how its value is read."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, replace
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from slipway.document import Json, Object, pointer
from slipway.failure import Failure
from slipway.secret import SecretRef

# The value as the plugin sees it. The text is a JSON Pointer to it.
Read = Callable[[Json, str], Any]


@dataclass(frozen=True)
class Asked:
    """What an author says of a field beside its type."""

    name: str | None
    words: Object
    ours: Object
    limits: Object
    of_list: Object


@dataclass(frozen=True)
class Kind:
    """A kind of field."""

    schema: Object
    # What the form starts from; MISSING only where somebody must fill it in.
    start: Json
    read: Read


def kind_of(type: Any, asked: Asked, default: Any, place: str) -> Kind:
    """What a type in a form means. Anything that cannot be in a form is a mistake of the author's, told when the plugin is
    built."""
    kind = _of_type(type, asked, default, place)
    if default is not MISSING:
        _fitting(kind, default, place)
    return kind


def _of_type(type: Any, asked: Asked, default: Any, place: str) -> Kind:
    origin, parts = get_origin(type), get_args(type)
    if type is SecretRef:
        words = {"type": "string", "format": "password", "writeOnly": True, "minLength": 1}
        return Kind({**words, **asked.limits}, MISSING, lambda json, where: SecretRef.read(json))
    inner = getattr(type, "__slipway_form__", None)
    if isinstance(inner, Kind):
        if default is not MISSING:
            raise TypeError(f"{place} starts from what {type.__name__} says: give the default there")
        return inner
    if origin in (Union, UnionType) and len(parts) == 2 and NoneType in parts:
        filled_in = next(it for it in parts if it is not NoneType)
        return _optional(_of_type(filled_in, asked, MISSING, place), default)
    if origin is list:
        return _list(_without_default(_of_type(parts[0], asked, MISSING, place)), asked, default)
    if origin is dict and parts[0] is str:
        return _dict(_without_default(_of_type(parts[1], asked, MISSING, place)), default)
    if origin is Literal and all(isinstance(it, str) for it in parts):
        return _plain("string", {**asked.limits, "enum": list(parts)}, default, lambda it: it in parts)
    for word, of, fits in _PLAIN:
        if type is of:
            return _plain(word, asked.limits, default, fits)
    raise TypeError(f"{place} cannot be in a form: {type}")


def _is_whole(json: Json) -> bool:
    # A schema takes 3.0 for an integer.
    return not isinstance(json, bool) and (isinstance(json, int) or isinstance(json, float) and json.is_integer())


_PLAIN: tuple[tuple[str, type, Callable[[Json], bool]], ...] = (
    ("string", str, lambda json: isinstance(json, str)),
    ("boolean", bool, lambda json: isinstance(json, bool)),
    ("integer", int, _is_whole),
    ("number", float, lambda json: isinstance(json, int | float) and not isinstance(json, bool)),
)


def _plain(word: str, limits: Object, default: Json, fits: Callable[[Json], bool]) -> Kind:
    def read(json: Json, where: str) -> Any:
        if not fits(json):
            raise misfit(where)
        return int(json) if word == "integer" else json

    return Kind({"type": word, "default": default, **limits}, default, read)


def _optional(of: Kind, default: Json) -> Kind:
    """A field that may be left empty: None, then."""
    start = None if default is MISSING else default
    schema = {**of.schema, "type": [of.schema["type"], "null"], "default": start}
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return Kind(schema, start, lambda json, where: None if json is None else of.read(json, where))


def _list(items: Kind, asked: Asked, default: Json) -> Kind:
    start = [] if default is MISSING else default

    def read(json: Json, where: str) -> list[Any]:
        if not isinstance(json, list):
            raise misfit(where)
        return [items.read(it, where + pointer(str(index))) for index, it in enumerate(json)]

    return Kind({"type": "array", "items": items.schema, "default": start, **asked.of_list}, start, read)


def _dict(entries: Kind, default: Json) -> Kind:
    start = {} if default is MISSING else default

    def read(json: Json, where: str) -> dict[str, Any]:
        if not isinstance(json, dict):
            raise misfit(where)
        return {name: entries.read(it, where + pointer(name)) for name, it in json.items()}

    return Kind({"type": "object", "additionalProperties": entries.schema, "default": start}, start, read)


def _without_default(kind: Kind) -> Kind:
    """An entry of a list or a dict has no default of its own: there is none at first."""
    return replace(kind, schema={name: it for name, it in kind.schema.items() if name != "default"})


def entry(form: type, fields: dict[str, tuple[str, Kind]]) -> Kind:
    """Fields together, by attribute with their names in JSON, in the order of the form. The whole form is one of these."""
    for attribute, (_, kind) in fields.items():
        if kind.schema.get("default", None) is MISSING:
            raise TypeError(f"{form.__name__}.{attribute} has no default: give it one, or let it be left empty with `| None`")
    required = [name for name, kind in fields.values() if kind.start is MISSING]
    schema: Object = {
        "type": "object",
        "properties": {name: kind.schema for name, kind in fields.values()},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required

    def read(json: Json, where: str) -> Any:
        if not isinstance(json, dict):
            raise misfit(where)
        values = {}
        for attribute, (name, kind) in fields.items():
            value = json.get(name)
            if value is None:
                value = None if kind.start is MISSING else kind.start
            values[attribute] = kind.read(value, where + pointer(name))
        return form(**values)

    start = {name: None if kind.start is MISSING else kind.start for name, kind in fields.values()}
    return Kind(schema, start, read)


def _fitting(kind: Kind, default: Any, place: str) -> None:
    try:
        kind.read(default, "")
    except Failure:
        raise TypeError(f"{place} cannot start from {default!r}: it is no {kind.schema['type']}") from None


def misfit(where: str) -> Failure:
    """The host checks values by the schema first, so a mismatch means that somebody called without it."""
    return Failure.invalid("The value does not fit the form.").at(where)
