"""PLUGIN: applies what is wanted and waits until it is healthy, as a first control plugin."""

from slipway import About, Control, Decision, Step, field, form


@form
class Options:
    """What can be set per cluster or deployment."""

    deadline_seconds: int = field(
        default=600,
        title="Deadline",
        doc="An operation has failed when the app is not healthy after this many seconds.",
        unit="s",
        minimum=10,
        maximum=86400,
    )


def step(step: Step[Options]) -> Decision:
    """Asked again after each change in the cluster, until it says that it is done or has failed."""
    if step.operation == "archive":
        return Decision.done()
    if step.operation == "cleanup":
        return Decision.done().removing(*step.claims())
    objects = [step.marked(it) for it in step.desired]
    return decided(step).applying(*objects).linking(*step.links(objects))


def decided(step: Step[Options]) -> Decision:
    trouble, seconds = step.trouble(step.desired), step.options.deadline_seconds
    if trouble is None:
        return Decision.done()
    if step.elapsed_milliseconds() >= seconds * 1000:
        return Decision.failed(step.too_late(seconds, trouble))
    return Decision.wait(trouble).recheck_after(5_000)


plugin = Control(
    about=About("PLUGIN", "Applies what is wanted and waits until it is healthy."),
    options=Options,
    operations=["create", "update", "rollback", "restart", "heal", "archive", "restore", "cleanup"],
    step=step,
)
