"""A blueprint as the contract has it, and its optional pieces."""

from collections.abc import Callable
from functools import partial
from typing import Any

from wit_world.exports import blueprint as contract
from wit_world.imports import types

from slipway.app import App
from slipway.blueprint import Blueprint
from slipway.component.answer import answered, described, failure, guarded, texts, whom
from slipway.document import Json, parsed, parsed_object, written
from slipway.facts import Facts
from slipway.failure import Failure
from slipway.plugin import Identity


class Answers:
    """The blueprint."""

    def __init__(self, plugin: Blueprint[Any], identity: Identity) -> None:
        self.plugin = plugin
        self.identity = identity

    @guarded
    def describe(self) -> contract.Description:
        return contract.Description(
            **described(self.plugin, self.identity),
            icon=self.plugin.about.picture(),
            values_schema=self.plugin.schema(),
            default_values=self.plugin.defaults(),
        )

    @answered
    def render(self, input: contract.RenderInput) -> list[str]:
        values = self.plugin.read(parsed(input.values))
        return texts(list(self.plugin.render(whom(input.app), values, Facts(parsed_object(input.facts)))))


class Check:
    """What is wrong and a schema cannot say."""

    def __init__(self, plugin: Blueprint[Any], check: Callable[[App, Any, Facts], list[Failure]]) -> None:
        self.plugin = plugin
        self.found = check

    @guarded
    def check(self, app: types.App, values: str, facts: str) -> list[types.Failure]:
        try:
            read = self.plugin.read(parsed(values))
            found = self.found(whom(app), read, Facts(parsed_object(facts)))
        except Failure as no:
            found = [no]
        return [failure(it) for it in found]


class Migrate:
    """Values of an older version."""

    def __init__(self, migrate: Callable[[str, Json], Json]) -> None:
        self.migrated = migrate

    @answered
    def migrate(self, from_version: str, values: str) -> str:
        return written(self.migrated(from_version, parsed(values)))


class Suggest:
    """What a field may be."""

    def __init__(self, suggest: Callable[[str, Json], list[str]]) -> None:
        self.suggested = suggest

    @guarded
    def suggest(self, field: str, values: str) -> list[str]:
        return self.suggested(field, parsed(values))


def exported(plugin: Blueprint[Any], identity: Identity) -> dict[str, Callable[[], object]]:
    """What makes its interfaces; of the optional ones those that it has."""
    made: dict[str, Callable[[], object]] = {"Blueprint": lambda: Answers(plugin, identity)}
    if (check := plugin.check) is not None:
        made["ConfigCheck"] = partial(Check, plugin, check)
    if (migrate := plugin.migrate) is not None:
        made["Migrate"] = partial(Migrate, migrate)
    if (suggest := plugin.suggest) is not None:
        made["Suggest"] = partial(Suggest, suggest)
    return made
