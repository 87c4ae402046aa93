"""The host, as the component reaches it."""

from collections.abc import Callable
from typing import TypeVar

from componentize_py_types import Err
from wit_world.imports import log

from slipway.failure import Failure
from slipway.host import Host
from slipway.plugin import Plugin
from slipway.update import UpdateChecker

R = TypeVar("R")


def connected(plugin: Plugin) -> Host:
    """What its world offers."""
    if not isinstance(plugin, UpdateChecker):
        return Host(write=_write)
    from wit_world.imports import registry

    return Host(_write, _asked(registry.tags), _asked(registry.resolve), _asked(registry.created))


def _write(level: str, message: str) -> None:
    log.write(log.Level[level.upper()], message)


def _asked(ask: Callable[[str], R]) -> Callable[[str], R]:
    def answered(what: str) -> R:
        try:
            return ask(what)
        except Err as no:
            raise Failure(no.value.code, no.value.message) from None

    return answered
