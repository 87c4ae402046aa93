"""Settled: the highest version that has been out for some days."""

from pathlib import Path
from typing import Literal

from slipway import About, Candidate, Failure, Subject, UpdateChecker, field, form, log, registry
from version import Version, parts, version

DAY_MILLISECONDS = 24 * 60 * 60 * 1000
# The host answers fifty questions of one check.
MOST_LOOKED_AT = 40


@form
class Policy:
    """What can be set per deployment."""

    days: int = field(
        default=7,
        title="Days",
        doc="How long a version has to be out before it is taken.",
        minimum=0,
        maximum=365,
    )
    range: Literal["same-major", "any"] = field(
        default="same-major",
        title="Range",
        doc="How far an update may go: within the first number of the version, or anywhere.",
    )
    undated: bool = field(
        default=False,
        title="Undated",
        doc="Takes images as well that do not say when they were made.",
        advanced=True,
    )


def check(subject: Subject, policy: Policy) -> Candidate | None:
    repository, tag = parts(subject.current)
    current = version(tag)
    if current is None:
        no = Failure("not-a-version", f"The tag of {subject.current} is no version.")
        raise no.hint("Use a tag such as 1.4.2.")
    for _, newer in candidates(registry.tags(repository), current, subject, policy)[:MOST_LOOKED_AT]:
        reference = f"{repository}:{newer}"
        age = registry.created(reference)
        days = None if age is None else (subject.now_unix_milliseconds - age) // DAY_MILLISECONDS
        if is_settled(newer, days, policy):
            return Candidate(reference, registry.resolve(reference), reason(newer, days, tag))
    return None


def candidates(
    tags: list[str], current: Version, subject: Subject, policy: Policy
) -> list[tuple[Version, str]]:
    """What is newer and within the policy, the highest first."""
    versions = ((version(it), it) for it in tags if it not in subject.skipped)
    newer = [(found, it) for found, it in versions if found is not None and found > current]
    if policy.range == "same-major":
        newer = [(found, it) for found, it in newer if found[0] == current[0]]
    return sorted(newer, reverse=True)


def is_settled(tag: str, days: int | None, policy: Policy) -> bool:
    if days is None:
        if not policy.undated:
            log.info(f"{tag} is newer, and does not say when it was made")
        return policy.undated
    if days < policy.days:
        log.info(f"{tag} is newer, and out for {days} of {policy.days} days")
    return days >= policy.days


def reason(tag: str, days: int | None, current: str) -> str:
    since = "" if days is None else f" and has been out for {days} days"
    return f"{tag} is newer than {current}{since}."


plugin = UpdateChecker(
    about=About("Settled", "The highest version that has been out for some days.").docs(
        Path(__file__).with_name("README.md").read_text()
    ),
    policy=Policy,
    check=check,
)
