"""An update checker as the contract has it."""

from typing import Any

from wit_world.exports import update_checker as contract

from slipway.component.answer import answered, described, guarded
from slipway.document import parsed
from slipway.plugin import Identity
from slipway.update import Subject, UpdateChecker


class Answers:
    """The update checker."""

    def __init__(self, plugin: UpdateChecker[Any], identity: Identity) -> None:
        self.plugin = plugin
        self.identity = identity

    @guarded
    def describe(self) -> contract.Description:
        return contract.Description(
            **described(self.plugin, self.identity),
            policy_schema=self.plugin.schema(),
            default_policy=self.plugin.defaults(),
        )

    @answered
    def check(self, input: contract.CheckInput) -> contract.Candidate | None:
        subject = Subject(input.subject, input.current, input.current_digest, input.skipped, input.now)
        found = self.plugin.check(subject, self.plugin.read(parsed(input.policy)))
        if found is None:
            return None
        return contract.Candidate(found.reference, found.digest, found.reason, found.changelog)
