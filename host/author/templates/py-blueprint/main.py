"""PLUGIN: one page with a message, as a first blueprint."""

from slipway import About, App, Blueprint, ConfigMap, Facts, Objects, field, form


@form
class Values:
    """The form: each field is one that people fill in."""

    message: str = field(
        default="Hello", title="Message", doc="What the page says.", min_length=1, max_length=200
    )


def render(app: App, values: Values, facts: Facts) -> Objects:
    """The same input gives the same objects: there is no clock, no network and no chance in here."""
    return Objects().with_(ConfigMap(app.name).entry("message", values.message))


plugin = Blueprint(
    about=About("PLUGIN", "One page with a message."),
    values=Values,
    kinds=["ConfigMap"],
    render=render,
)
