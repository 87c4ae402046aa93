"""JSON as Python knows it, and finding one's way in it."""

import json
from typing import Any, TypeAlias

# A type checker cannot follow JSON further down without a cast at each step.
Json: TypeAlias = Any
Object: TypeAlias = dict[str, Any]


def at(json: Json, pointer: str) -> Json:
    """What a JSON Pointer (RFC 6901) points at; None where there is nothing."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(json, dict):
            json = json.get(name)
        elif isinstance(json, list) and name.isdecimal() and int(name) < len(json):
            json = json[int(name)]
        else:
            return None
    return json


def text_at(json: Json, pointer: str) -> str:
    """The text there; empty where there is none."""
    text = at(json, pointer)
    return text if isinstance(text, str) else ""


def pointer(*names: str) -> str:
    """A JSON Pointer to these names, one inside the other."""
    return "".join("/" + it.replace("~", "~0").replace("/", "~1") for it in names)


def merged(json: Object, parts: Object) -> Object:
    """The same with these parts in it: objects are merged, everything else is replaced. Neither is changed."""
    both = dict(json)
    for name, part in parts.items():
        old = both.get(name)
        both[name] = merged(old, part) if isinstance(old, dict) and isinstance(part, dict) else part
    return both


def parsed(text: str) -> Json:
    """What the host sends is JSON; anything else counts as nothing said."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def parsed_object(text: str) -> Object:
    """The same where only an object makes sense."""
    value = parsed(text)
    return value if isinstance(value, dict) else {}


def written(value: Json) -> str:
    """As the contract has it. What cannot be written is a mistake of the plugin's, such as a set in an object."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
