"""A blueprint that raises, loops, hoards, and has all optional pieces, as its one value says. Tests install it."""

import random
import sys
import time
from typing import NoReturn

from slipway import About, App, Blueprint, ConfigMap, Facts, Failure, Json, Objects, field, form, log


@form
class Values:
    """How."""

    behaviour: str = field(default="", title="Behaviour")
    padding: str = ""


def render(app: App, values: Values, facts: Facts) -> Objects:
    match values.behaviour:
        case "raise":
            thrower()
        case "cause":
            because()
        case "exit":
            sys.exit("it was told to go")
        case "refuse":
            no = Failure.invalid("It was told to say no.").at("/behaviour")
            raise no.hint("Tell it something else.")
        case "print":
            print("printed", 1)
            print("to standard\nerror", file=sys.stderr)
            print("no end", end="")
        case "print-and-raise":
            print("printed before", end="")
            thrower()
        case "clock":
            log.info(str(time.time()))
        case "chance":
            log.info(str(random.random()))
        case "order":
            log.info("".join({"a", "b", "c", "d", values.padding}))
        case "files":
            open("/etc/passwd")
        case "stack":
            log.info(str(endless(1)))
        case "loop":
            while True:
                pass
        case "memory":
            hoard()
        case "object":
            return Objects().with_(ConfigMap(app.name).entry("behaviour", values.behaviour))
        case "no-json":
            return Objects().with_({"kind": {"a set"}})
    return Objects()


def thrower() -> NoReturn:
    raise ValueError("it was told to raise")


def because() -> NoReturn:
    try:
        thrower()
    except ValueError as cause:
        raise RuntimeError("and so it did") from cause


def endless(depth: int) -> int:
    return endless(depth + 1) + 1


def hoard() -> NoReturn:
    kept = []
    while True:
        kept.append(bytearray(b"x" * (1 << 20)))


def check(app: App, values: Values, facts: Facts) -> list[Failure]:
    if values.behaviour == "crash in check":
        thrower()
    wrong = Failure.invalid("That is wrong.").at("/behaviour")
    return [wrong] if values.behaviour == "wrong" else []


def migrate(from_version: str, values: Json) -> Json:
    return {**values, "behaviour": from_version}


plugin = Blueprint(
    about=About("Hostile", "Raises, loops and hoards."),
    values=Values,
    kinds=["ConfigMap"],
    render=render,
    check=check,
    migrate=migrate,
    suggest=lambda field, values: [field],
)
print("printed while it is built")
