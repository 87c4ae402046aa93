"""Between a plugin's functions and the host: a failure is an answer, any other exception is told to the log and ends the call."""

import functools
import io
import os
from collections.abc import Callable, Sequence
from typing import NoReturn, ParamSpec, TypeVar

from componentize_py_types import Err
from wit_world.imports import types

from slipway import log
from slipway.app import App
from slipway.crash import told
from slipway.document import Object, written
from slipway.failure import Failure
from slipway.plugin import Identity, Plugin

A = ParamSpec("A")
R = TypeVar("R")


class Printed(io.TextIOBase):
    """Standard output and error: what is printed becomes lines of the log, where its author finds it."""

    def __init__(self) -> None:
        self._begun = ""

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in filter(str.strip, lines):
            log.debug(line)
        return len(text)

    def flush(self) -> None:
        """Ends the line that was begun."""
        if self._begun:
            self.write("\n")


PRINTED = Printed()


def answered(ask: Callable[A, R]) -> Callable[A, R]:
    """For functions that may say no."""

    @functools.wraps(ask)
    def asked(*given: A.args, **named: A.kwargs) -> R:
        try:
            return ask(*given, **named)
        except Failure as no:
            raise Err(failure(no)) from None

    return guarded(asked)


def guarded(ask: Callable[A, R]) -> Callable[A, R]:
    """For all others."""

    @functools.wraps(ask)
    def asked(*given: A.args, **named: A.kwargs) -> R:
        try:
            return ask(*given, **named)
        except Err:
            raise
        except BaseException as thrown:
            _crash(thrown)
        finally:
            PRINTED.flush()

    return asked


def _crash(thrown: BaseException) -> NoReturn:
    PRINTED.flush()
    log.error(told(thrown))
    # What Python would print of it says less to a person.
    os._exit(2)


def failure(no: Failure) -> types.Failure:
    """As the contract has it."""
    return types.Failure(no.code, no.message, no.field, no.advice)


def described(plugin: Plugin, identity: Identity) -> dict[str, str]:
    """The fields of a description that are the same in all worlds."""
    return {"name": identity.name, "version": identity.version, **plugin.about.fields()}


def whom(app: types.App) -> App:
    """As plugins have it."""
    return App(app.project, app.name, app.namespace, app.hosts, app.revision)


def texts(objects: Sequence[Object]) -> list[str]:
    """Objects as the contract has them."""
    return [written(it) for it in objects]
