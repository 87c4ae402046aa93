"""What people read of a plugin."""

from dataclasses import dataclass, field, replace

from slipway.document import Json, Object, written


@dataclass(frozen=True)
class About:
    """A title, and one or two sentences; each call returns a copy with more."""

    title: str
    summary: str
    _docs: str = field(default="", kw_only=True)
    _icon: str | None = field(default=None, kw_only=True)
    _extra: Object = field(default_factory=dict, kw_only=True)

    def docs(self, markdown: str) -> "About":
        """Markdown for the catalogue's page."""
        return replace(self, _docs=markdown)

    def icon(self, svg: str) -> "About":
        """A picture, as SVG text."""
        return replace(self, _icon=svg)

    def health_rules(self, *rules: Object) -> "About":
        """By what objects are judged whose kinds the host does not know: rules as `slipway health --rules` takes them, in
        the order in which they are asked."""
        return self.extra("healthRules", list(rules))

    def extra(self, name: str, value: Json) -> "About":
        """A word of the open side field: categories, links, own kinds."""
        return replace(self, _extra={**self._extra, name: value})

    def fields(self) -> dict[str, str]:
        """What the contract wants of every plugin."""
        words = {"title": self.title, "summary": self.summary, "docs": self._docs}
        return {**words, "extra": written(self._extra)}

    def picture(self) -> str | None:
        """The icon, where there is one."""
        return self._icon
