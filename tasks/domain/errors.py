"""The closed tree of what can go wrong. None knows HTTP: each contract maps them to its own codes and statuses.

`code` is stable and machine-readable, `message` is for a person, `facts` are plain values a mapping may show.
"""


class DomainError(Exception):
    """Something that was asked for cannot be done; nothing has been changed."""

    code = "error"

    def __init__(self, message: str, *, code: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.facts = facts


class NotFound(DomainError):
    """It does not exist, or not for this actor: both answer alike. Code: `<what>_not_found`."""

    code = "task_not_found"


class NotAllowed(DomainError):
    """The actor may not do this. Codes: `forbidden`, `not_assignee`, `scope_missing`."""

    code = "forbidden"


class InvalidInput(DomainError):
    """A value cannot be accepted. `field` is its name in the domain's words, dotted for what is nested."""

    code = "invalid_input"

    def __init__(self, message: str, *, field: str, code: str = "", **facts: object) -> None:
        super().__init__(message, code=code, **facts)
        self.field = field


class WrongState(DomainError):
    """The verb does not fit the state of the task or share. Facts: `verb`, `state`."""

    code = "wrong_state"


class Conflict(DomainError):
    """It contradicts something that exists. Codes: `already_exists`, `idempotency_mismatch`, `in_progress`."""

    code = "conflict"


class StaleVersion(DomainError):
    """Someone changed it since the caller looked. Facts: `version`, the current one."""

    code = "stale_version"


class UpstreamFailed(DomainError):
    """A system outside TaskHub did not do its part."""

    code = "upstream_failed"
