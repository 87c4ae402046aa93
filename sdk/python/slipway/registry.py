"""Looks at OCI registries, with the host's credentials and within the grant. Update checkers only."""

from slipway.host import host


def tags(repository: str) -> list[str]:
    """All tags of a repository, in the registry's order."""
    return host().tags(repository)


def resolve(reference: str) -> str:
    """The digest that a reference points at now."""
    return host().resolve(reference)


def created(reference: str) -> int | None:
    """When the image says that it was made, in milliseconds since 1970; None where it does not say."""
    return host().created(reference)
