"""What the component exports: the plugin of a main module, as the contract has it."""

import importlib
import sys
from collections.abc import Callable

from slipway.blueprint import Blueprint
from slipway.component.answer import PRINTED
from slipway.component.host import connected
from slipway.control import Control
from slipway.host import connect
from slipway.plugin import Identity
from slipway.update import UpdateChecker


def exported(module: str, name: str, version: str) -> dict[str, Callable[[], object]]:
    """What makes the interfaces of the contract that a plugin has, by the names that componentize-py looks for."""
    plugin = importlib.import_module(module).plugin
    identity = Identity(name, version)
    connect(connected(plugin))
    # Until here it is the build that runs, and what is printed is for whoever builds.
    sys.stdout = sys.stderr = PRINTED
    # Only the bindings of the plugin's own world are there.
    match plugin:
        case Blueprint():
            from slipway.component import blueprint

            return blueprint.exported(plugin, identity)
        case Control():
            from slipway.component import control

            return {"Control": lambda: control.Answers(plugin, identity)}
        case UpdateChecker():
            from slipway.component import update

            return {"UpdateChecker": lambda: update.Answers(plugin, identity)}
        case _:
            raise TypeError(f"{module}.plugin is no plugin")
