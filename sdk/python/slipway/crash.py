"""What is told of an exception that is no failure: its words, and the lines of the author's source."""

import importlib
import re
import traceback
from pathlib import Path

_STACK_LINES = 20
# The SDK, and what imports the main module.
_NOT_THE_AUTHORS = (str(Path(__file__).parent) + "/", "<frozen importlib", importlib.__file__)


def told(thrown: BaseException) -> str:
    """Words first, then where, the innermost place first; the same of what it came from."""
    lines = [_words(thrown), *_places(thrown)]
    cause = thrown.__cause__ or (None if thrown.__suppress_context__ else thrown.__context__)
    while cause is not None and len(lines) <= _STACK_LINES:
        lines += [f"    because of {_words(cause)}", *_places(cause)]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(lines)


def _words(thrown: BaseException) -> str:
    # What an author's own __str__ does is not to hide what happened.
    return " ".join("".join(traceback.format_exception_only(thrown)).split("\n")).strip()


def _places(thrown: BaseException) -> list[str]:
    frames = traceback.extract_tb(thrown.__traceback__)
    own = [it for it in frames if not it.filename.startswith(_NOT_THE_AUTHORS)] or frames
    places = [f"    at {it.name} ({_file(it.filename)}:{it.lineno})" for it in reversed(own)]
    left = len(places) - _STACK_LINES
    return places if left <= 0 else [*places[:_STACK_LINES], f"    ... {left} more"]


def _file(name: str) -> str:
    """In a component the folders of the search path are called /0, /1 and so on."""
    return re.sub(r"^/\d+/", "", name)
