"""The root of all that can go wrong, and what goes wrong with people, rights and credentials.

None of these knows HTTP, and none ever holds a secret. `tasks.domain.errors` adds what goes wrong with work.

`code` is stable and machine-readable, `message` is for a person, `facts` are plain values that may be shown.
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

    code = "not_found"


class NotAllowed(DomainError):
    """The actor may not do this. Codes: `forbidden`, `not_assignee`, `scope_missing`."""

    code = "forbidden"


class NoMembership(NotAllowed):
    """The person does not belong to the organization, or to none at all, or is disabled."""

    code = "no_membership"


class InvalidInput(DomainError):
    """A value cannot be accepted. `field` is its name in the domain's words, dotted for what is nested."""

    code = "invalid_input"

    def __init__(self, message: str, *, field: str, code: str = "", **facts: object) -> None:
        super().__init__(message, code=code, **facts)
        self.field = field


class Conflict(DomainError):
    """It contradicts something that exists, such as a name that is taken."""

    code = "already_exists"


class InvalidCredential(DomainError):
    """A key, token or password that opens nothing. One text for all reasons, so that it tells nothing to a guesser."""

    code = "unauthorized"

    def __init__(self) -> None:
        super().__init__("The credential is not valid.")


class TooManyAttempts(DomainError):
    """Something is tried too often, such as signing in. Facts: `retry_after`, in seconds."""

    code = "too_many_attempts"
