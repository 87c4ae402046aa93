"""Versions of three numbers, and where they stand in a reference."""

import re

Version = tuple[int, int, int]


def version(tag: str) -> Version | None:
    """The version that a tag is; None where it is none, or one before a release."""
    found = re.fullmatch(r"v?(\d+)\.(\d+)\.(\d+)", tag, re.ASCII)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def parts(reference: str) -> tuple[str, str]:
    """Repository and tag; a colon before a slash belongs to a port."""
    named, _, _ = reference.partition("@")
    repository, colon, tag = named.rpartition(":")
    return (repository, tag) if colon and "/" not in tag else (named, "latest")
