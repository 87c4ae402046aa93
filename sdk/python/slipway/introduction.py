"""What a plugin is, for `slipway plugin build`, told on the author's machine before anything is compiled."""

import contextlib
import importlib
import sys
from typing import Any

from slipway.crash import told
from slipway.document import Object, written
from slipway.plugin import Identity, Plugin


def introduce(project: Object, path: list[str]) -> None:
    """Prints manifest and optional pieces of the plugin in the module `main`, and where modules are looked for; or what is
    wrong with it, and ends so."""
    # What the author's code prints is for people.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            about = introduced(importlib.import_module("main"), project)
        except Mistake as mistake:
            sys.exit(f"error: {mistake}")
        except Exception as thrown:
            sys.exit(f"error: {told(thrown)}")
    print(written({**about, "path": path}))


class Mistake(Exception):
    """What an author got wrong, in words."""


def introduced(module: Any, project: Object) -> Object:
    """Of a main module and the table `project` of `pyproject.toml`."""
    identity = Identity(_word(project, "name"), _word(project, "version"))
    plugin = getattr(module, "plugin", None)
    if not isinstance(plugin, Plugin):
        raise Mistake("main.py has no plugin: give a Blueprint, a Control or an UpdateChecker the name `plugin`")
    plugin.schema()
    return {"manifest": plugin.manifest(identity), "pieces": plugin.pieces()}


def _word(project: Object, name: str) -> str:
    word = project.get(name)
    if not isinstance(word, str) or not word.strip():
        raise Mistake(f"pyproject.toml has no {name} in [project], and it is that of the plugin")
    return word
