"""Why a plugin cannot do what it was asked, in words for the person who asked."""

from collections.abc import Sequence


class Failure(Exception):
    """Raise it from any function of a plugin: it becomes the plugin's answer. Every other exception is a crash of the plugin."""

    def __init__(
        self, code: str, message: str, field: str | None = None, advice: str | None = None
    ) -> None:
        """A stable word in kebab-case and one sentence; the value that it is about as a JSON Pointer, what to do next."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.advice = advice

    @staticmethod
    def invalid(message: str) -> "Failure":
        """The values do not go together."""
        return Failure("invalid-values", message)

    @staticmethod
    def unsupported_operation(operation: str, known: Sequence[str]) -> "Failure":
        """The plugin does not know the operation."""
        message = f'This plugin knows no operation "{operation}".'
        return Failure("unsupported-operation", message).hint(f"It knows: {', '.join(known)}.")

    def at(self, field: str) -> "Failure":
        """Names the value that it is about, as a JSON Pointer, so that the form shows it there."""
        return Failure(self.code, self.message, field, self.advice)

    def hint(self, hint: str) -> "Failure":
        """What to do next, as one sentence."""
        return Failure(self.code, self.message, self.field, hint)
