"""For a plugin's own tests: the inputs that the host would give, with nothing special about them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from slipway import host
from slipway.app import App, Health
from slipway.control import Control
from slipway.document import Json, Object
from slipway.facts import Facts
from slipway.failure import Failure
from slipway.plugin import form_of
from slipway.secret import SecretRef
from slipway.step import Observed, Step

V = TypeVar("V")
O = TypeVar("O")


def app() -> App:
    """An app named `web` of the project `shop`, answering at `web.shop.localhost`."""
    return App("shop", "web", "shop", ["web.shop.localhost"], 1)


def facts() -> Facts:
    """What the embedded cluster tells."""
    return Facts({"runtime": "wasm", "ingressPort": 8080})


def secret(field: str) -> SecretRef:
    """A secret of the form of that app, as its first revision set it."""
    return SecretRef("web.secrets.slipway.dev", f"{field}.1")


def values(form: type[V], filled_in: Object | None = None) -> V:
    """Values as the plugin sees them, read from JSON as the host would send it; what is left out starts as in the form."""
    read: V = form_of(form).read(_sent(filled_in or {}), "")
    return read


def step(plugin: Control[O], operation: str, desired: Sequence[Object] = ()) -> Step[O]:
    """The first step of an operation, with nothing in the cluster yet."""
    return Step(
        operation=operation,
        operation_id="op-1",
        arguments={},
        options=values(plugin.options),
        app=app(),
        desired=desired,
        previous=[],
        observed=[],
        facts=facts(),
        memory=None,
        now_unix_milliseconds=1_000_000,
        started_unix_milliseconds=1_000_000,
        attempt=0,
    )


def observed(object: Object, health: Health, reason: str) -> Observed:
    """The object as the cluster would show it."""
    return Observed(object, health, reason, f"It is {reason}.")


def _missing(what: str) -> Json:
    raise Failure("not-found", f"There is no {what}.")


@contextmanager
def with_registry(
    tags: Callable[[str], list[str]] = _missing,
    resolve: Callable[[str], str] = _missing,
    created: Callable[[str], int | None] = _missing,
) -> Iterator[None]:
    """A registry that answers like this one, in a `with` statement; what is left out is not there."""
    before = host.connect(host.Host(host.host().write, tags, resolve, created))
    try:
        yield
    finally:
        host.connect(before)


def _sent(value: Json) -> Json:
    if isinstance(value, SecretRef):
        return value.source()
    if isinstance(value, dict):
        return {name: _sent(it) for name, it in value.items()}
    if isinstance(value, list):
        return [_sent(it) for it in value]
    return value
