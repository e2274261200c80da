"""How the pages say where an instance and its steps stand: word, icon and tint. Tables, no logic."""

from taskhub.inbox.words import Sign

STATUSES = {
    "running": Sign("Running", "circle-dot", "blue"),
    "completed": Sign("Completed", "circle-check", "green"),
    "canceled": Sign("Canceled", "ban", "gray"),
    "failed": Sign("Failed", "triangle-alert", "red"),
}
STUCK = Sign("Stands still", "triangle-alert", "red")
"""A step broke and waits for somebody to help the instance on."""

VISITS = {
    "open": Sign("Open", "circle-dot", "blue"),
    "done": Sign("Done", "circle-check", "green"),
    "failed": STUCK,
    "canceled": Sign("Canceled", "ban", "gray"),
}
KINDS = {
    "human": "user",
    "automatic": "zap",
    "wait": "clock",
    "workflow": "workflow",
    "end": "circle",
}
"""What a step is -> its icon."""


def status_sign(status: str, *, is_stuck: bool) -> Sign:
    """What is to be seen first: an instance that stands still is not just running."""
    return STUCK if is_stuck and status == "running" else STATUSES[status]
