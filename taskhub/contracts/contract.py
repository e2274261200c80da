"""A wire contract as a value: its name, where it lives, and how it says what went wrong. Knows no view and no database.

Every contract fills the same two tables, `errors` and `states`; `checks.py` refuses to start with one that has a gap.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.http import HttpRequest

from accounts.actor import Actor
from tasks.domain.errors import DomainError
from tasks.domain.lifecycle import State


class Kind(StrEnum):
    """What can go wrong around the domain: in the transport, with the credential, or by accident."""

    MALFORMED = "malformed"
    BAD_QUERY = "bad_query"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported_media_type"
    NOT_ACCEPTABLE = "not_acceptable"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NO_ROUTE = "no_route"
    NO_METHOD = "method_not_allowed"
    THROTTLED = "throttled"
    BAD_KEY = "invalid_idempotency_key"
    KEY_REUSED = "idempotency_key_reused"
    BUSY = "busy"
    UNEXPECTED = "unexpected"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Wire:
    """How one kind of error looks on the wire.

    `code` may contain `{operation}`, the name of what was tried, `{field}`, the name of what is at fault, and of errors
    of the domain `{code}`, their own one.
    """

    status: int
    code: str


ErrorKey = Kind | type[DomainError] | str
"""A Kind, a class of the domain's tree, or one stable code, which wins over its class."""

STATUS: dict[Kind, int] = {
    Kind.MALFORMED: 400,
    Kind.BAD_QUERY: 400,
    Kind.TOO_LARGE: 413,
    Kind.UNSUPPORTED: 415,
    Kind.NOT_ACCEPTABLE: 406,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NO_ROUTE: 404,
    Kind.NO_METHOD: 405,
    Kind.THROTTLED: 429,
    Kind.BAD_KEY: 400,
    Kind.KEY_REUSED: 422,
    Kind.BUSY: 409,
    Kind.UNEXPECTED: 500,
    Kind.UNAVAILABLE: 503,
}
"""What HTTP itself says; a contract may differ."""


def wires(codes: Mapping[Kind, str]) -> dict[ErrorKey, Wire]:
    """The part of an error table that only needs codes, because the statuses are HTTP's own."""
    return {kind: Wire(STATUS[kind], code) for kind, code in codes.items()}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was sent. `path` leads to it (`body`, `assignees`, 0), `code` is the check's name."""

    path: tuple[str | int, ...]
    message: str
    code: str = "invalid"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in the contract's words, ready to be shaped. `address` is the path that was asked for, escaped."""

    status: int
    code: str
    message: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contract:
    """One public wire API.

    `prefixes` are the paths it answers for unless a contract named earlier does, `urlconf` its routes. `shape` turns a
    Problem into the body its clients know, sent as `error_type`; `states` says for each state of the core the
    contract's word, None where it has none, and `fields` names the domain's fields as the contract spells them.
    `operation` stands in for `{operation}` where no route was found. `needs_all` says that a request must bear every
    credential of `security`, not one of them.
    """

    name: str
    title: str
    description: str
    prefixes: tuple[str, ...]
    urlconf: str
    authenticate: Callable[[HttpRequest], Actor]
    errors: Mapping[ErrorKey, Wire]
    shape: Callable[[Problem], object]
    error_schema: type
    error_type: str = "application/json"
    security: Mapping[str, Mapping[str, str]]
    needs_all: bool = False
    states: Mapping[State, str | None] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    operation: str = ""

    def owns(self, path: str) -> bool:
        """Whether an address belongs to this contract, known or unknown."""
        return any(path == prefix or path.startswith(f"{prefix}/") for prefix in self.prefixes)

    def wire(self, *keys: ErrorKey) -> Wire:
        """The entry of the first of `keys` that the table has."""
        return next(self.errors[key] for key in keys if key in self.errors)


@dataclass(frozen=True, slots=True)
class Operation:
    """What a view method does: its name, the scope it needs, a limit of its own if it has one, its word in codes.

    `window` names what the limit counts, where several operations share one.
    """

    name: str
    scope: str = "task.read"
    rate: str = ""
    word: str = ""
    window: str = ""

    @property
    def in_codes(self) -> str:
        return self.word or self.name
