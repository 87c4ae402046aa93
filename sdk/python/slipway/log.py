"""Lines for the author and the operator; the host bounds them and keeps them with the operation."""

from slipway.host import host


def debug(message: str) -> None:
    """A line for the plugin's author. What is printed becomes one, too."""
    host().write("debug", message)


def info(message: str) -> None:
    """A line for the operator."""
    host().write("info", message)


def warn(message: str) -> None:
    """Something that should be looked at."""
    host().write("warn", message)


def error(message: str) -> None:
    """Something that went wrong."""
    host().write("error", message)
