"""PLUGIN: takes the newest tag of a repository that begins with what the policy says, as a first update checker."""

from slipway import About, Candidate, Failure, Subject, UpdateChecker, field, form, registry


@form
class Policy:
    """What can be set per deployment."""

    prefix: str = field(
        default="", title="Prefix", doc="Only tags that begin with this are looked at.", max_length=100
    )


def check(subject: Subject, policy: Policy) -> Candidate | None:
    """The last tag in the order of the alphabet that nobody said to skip; None where it is the one in use."""
    repository, colon, tag = subject.current.rpartition(":")
    if not colon:
        raise Failure("no-tag", f"{subject.current} has no tag.")
    tags = [it for it in registry.tags(repository) if it.startswith(policy.prefix)]
    newest = max((it for it in tags if it not in subject.skipped), default=tag)
    if newest <= tag:
        return None
    reference = f"{repository}:{newest}"
    return Candidate(reference, registry.resolve(reference), f"{newest} comes after {tag}.")


plugin = UpdateChecker(
    about=About("PLUGIN", "The newest tag of a repository."),
    policy=Policy,
    check=check,
)
