"""Who answers a plugin's questions: the host in a component; outside of one nobody, or a test."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from slipway.failure import Failure


def _nobody(what: str) -> Failure:
    return Failure("unreachable", f"There is no host here that could ask for {what}.")


def _tags(repository: str) -> list[str]:
    raise _nobody(repository)


def _resolve(reference: str) -> str:
    raise _nobody(reference)


def _created(reference: str) -> int | None:
    raise _nobody(reference)


def _print(level: str, message: str) -> None:
    """To standard error, so that tests show it."""
    print(f"{level}: {message}", file=sys.stderr)


@dataclass(frozen=True)
class Host:
    """What a plugin may ask for."""

    write: Callable[[str, str], None] = _print
    tags: Callable[[str], list[str]] = _tags
    resolve: Callable[[str], str] = _resolve
    created: Callable[[str], int | None] = _created


_connected = Host()


def host() -> Host:
    """Who answers now."""
    return _connected


def connect(to: Host) -> Host:
    """Has it answer from now on; returns who answered before."""
    global _connected
    before, _connected = _connected, to
    return before
