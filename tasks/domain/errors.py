"""The closed tree of what can go wrong with work. Its root and the common classes are `accounts.errors`.

None knows HTTP: each contract maps them to its own codes and statuses. `code` is stable and machine-readable, `message`
is for a person, `facts` are plain values a mapping may show.
"""

from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound

__all__ = [
    "Conflict",
    "DomainError",
    "InvalidInput",
    "NotAllowed",
    "NotFound",
    "StaleVersion",
    "UpstreamFailed",
    "WrongState",
    "no_such_attachment",
    "no_such_task",
    "no_such_template",
]


def no_such_task() -> NotFound:
    """There is none, or none that the actor may see: the same answer."""
    return NotFound("There is no such task.", code="task_not_found")


def no_such_attachment() -> NotFound:
    """There is no such file, or none that the actor may see."""
    return NotFound("There is no such file.", code="attachment_not_found")


def no_such_template() -> NotFound:
    """There is no such template, or none in the actor's organization."""
    return NotFound("There is no such template.", code="template_not_found")


class WrongState(DomainError):
    """The verb does not fit the state of the task or share. Facts: `verb`, `state`."""

    code = "wrong_state"


class StaleVersion(DomainError):
    """Someone changed it since the caller looked. Facts: `version`, the current one."""

    code = "stale_version"


class UpstreamFailed(DomainError):
    """A system outside TaskHub did not do its part."""

    code = "upstream_failed"
