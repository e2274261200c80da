"""From whatever was raised to a Problem in the contract's words. The only place that knows all exceptions.

Nothing of an unexpected exception reaches the client: it is logged under the request's id.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions as drf

from accounts.errors import DomainError, InvalidCredential, InvalidInput, TooManyAttempts

from .contract import Contract, ErrorKey, Fault, Kind, Problem

logger = logging.getLogger(__name__)

RETRY_SECONDS = "2"
_STEP = re.compile(r"\[(\d{1,9})\]|([^.\[]+)")


class Refused(Exception):
    """The request is refused before any command runs. `faults` say where, `headers` go with the answer.

    `code` tells it apart from others of its kind, for a contract that does.
    """

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        faults: tuple[Fault, ...] = (),
        headers: Mapping[str, str] | None = None,
        code: str = "",
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.faults = faults
        self.headers = dict(headers or {})
        self.code = code


@dataclass(frozen=True, slots=True)
class _Failure:
    """What was raised, before the contract's table is asked: the first of `keys` that it knows decides."""

    keys: tuple[ErrorKey, ...]
    message: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


DJANGO: tuple[tuple[tuple[type[Exception], ...], Kind, str], ...] = (
    ((Http404, drf.NotFound), Kind.NO_ROUTE, "There is nothing at this address."),
    ((RequestDataTooBig,), Kind.TOO_LARGE, "The request body is too large."),
    ((TooManyFilesSent,), Kind.MALFORMED, "A form has at most 100 files."),
    ((drf.ParseError, BadRequest, SuspiciousOperation), Kind.MALFORMED, "The request cannot be understood."),
    ((UnreadablePostError,), Kind.MALFORMED, "The request body ended early."),
    ((drf.NotAuthenticated, drf.AuthenticationFailed), Kind.UNAUTHENTICATED, "The credential is not valid."),
    ((drf.PermissionDenied, PermissionDenied), Kind.FORBIDDEN, "This is not allowed."),
    ((drf.MethodNotAllowed,), Kind.NO_METHOD, "This address does not take this method."),
    ((drf.NotAcceptable,), Kind.NOT_ACCEPTABLE, "Answers are JSON (application/json)."),
    ((drf.UnsupportedMediaType,), Kind.UNSUPPORTED, "The body must be JSON (Content-Type: application/json)."),
    ((drf.Throttled,), Kind.THROTTLED, "Too many requests."),
)
"""Exceptions of the frameworks, each with the one sentence that the client reads."""

CREDENTIALS: dict[type[DomainError], Kind] = {
    InvalidCredential: Kind.UNAUTHENTICATED,
    TooManyAttempts: Kind.THROTTLED,
}
"""Errors of the domain that say what is wrong with the request itself."""


def problem_of(error: Exception, contract: Contract, operation: str = "") -> Problem:
    """`error` in the words of `contract`. What nobody foresaw is logged and becomes its plain 500."""
    failure = _failure(error, contract)
    wire = contract.wire(*failure.keys)
    code = wire.code.format(operation=operation or contract.operation, code=failure.keys[0], field=_field(failure))
    return Problem(wire.status, code, failure.message, failure.faults, failure.headers)


def _field(failure: _Failure) -> str:
    """The name of what the first fault is in: a field or a parameter, or `request` for none."""
    path = failure.faults[0].path[1:2] if failure.faults else ()
    return str(path[0]) if path and isinstance(path[0], str) else "request"


def _failure(error: Exception, contract: Contract) -> _Failure:
    if isinstance(error, DomainError):
        return _of_domain(error, contract)
    if isinstance(error, Refused):
        return _Failure((error.code, error.kind), error.message, error.faults, error.headers)
    if isinstance(error, drf.ValidationError):
        faults = tuple(faults_in(error.detail, ("body",)))
        return _Failure((*_field_keys(faults), InvalidInput), in_words(faults), faults)
    for types, kind, message in DJANGO:
        if isinstance(error, types):
            return _Failure((kind,), message)
    return _of_accident(error)


def _of_domain(error: DomainError, contract: Contract) -> _Failure:
    kind = CREDENTIALS.get(type(error))
    classes = tuple(cls for cls in type(error).__mro__ if issubclass(cls, DomainError))
    faults: tuple[Fault, ...] = ()
    if isinstance(error, InvalidInput):
        faults = tuple(_named_faults(error, contract))
    wait = error.facts.get("retry_after")
    headers = {"Retry-After": str(wait)} if wait else {}
    return _Failure((kind,) if kind else (error.code, *classes), error.message, faults, headers)


def _named_faults(error: InvalidInput, contract: Contract) -> Iterator[Fault]:
    """One fault for each value that cannot be accepted: those of a form or a document are in the fact `faults`."""
    first, *rest = steps_of(error.field) or ("",)
    named = contract.fields.get(str(first), first)
    faults = error.facts.get("faults")
    if isinstance(faults, list):
        yield from (Fault(("body", *steps_of(fault["path"])), fault["message"], "value_error") for fault in faults)
        return
    if isinstance(faults, Mapping):
        for name, words in faults.items():
            path = ("body", named, name) if name else ("body", named)
            yield from (
                Fault(path, str(line), "value_error") for line in (words if isinstance(words, list) else [words])
            )
        return
    steps = (int(step) if isinstance(step, str) and step.isdigit() else step for step in rest)
    yield Fault(("body", named, *steps), error.message, "value_error")


def steps_of(path: str) -> tuple[str | int, ...]:
    """The steps of a path as documents are told of it: `steps[2].results[0].next`."""
    return tuple(int(place) if place else name for place, name in _STEP.findall(path))


def _of_accident(error: Exception) -> _Failure:
    if is_lock_timeout(error):
        return _Failure((Kind.BUSY,), "Somebody else is changing this right now. Please try again.")
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("The database did not answer: %s", type(error).__name__, exc_info=error)
        message = "The service is not available right now. Please try again."
        return _Failure((Kind.UNAVAILABLE,), message, headers={"Retry-After": RETRY_SECONDS})
    logger.error("Unexpected %s", type(error).__name__, exc_info=error)
    return _Failure((Kind.UNEXPECTED,), "Something went wrong here. It has been noted under the request's id.")


def is_lock_timeout(error: Exception) -> bool:
    """Whether PostgreSQL gave up waiting for a lock (SQLSTATE 55P03)."""
    return getattr(error.__cause__, "sqlstate", None) == "55P03"


def faults_in(detail: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """Each single fault in the tree of a serializer's ValidationError, with its path."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from faults_in(inner, path if name == "non_field_errors" else (*path, name))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            is_leaf = isinstance(inner, str)
            yield from faults_in(inner, path if is_leaf else (*path, index))
    else:
        yield Fault(path, str(detail), getattr(detail, "code", "invalid"))


MOST_IN_WORDS = 5


def in_words(faults: tuple[Fault, ...]) -> str:
    """The faults as one line for a person: "title: This field is required."."""
    lines = [f"{'.'.join(str(step) for step in fault.path[1:]) or 'body'}: {fault.message}" for fault in faults]
    more = f" (and {len(lines) - MOST_IN_WORDS} more)" if len(lines) > MOST_IN_WORDS else ""
    return " ".join(lines[:MOST_IN_WORDS]) + more


def _field_keys(faults: tuple[Fault, ...]) -> tuple[str, ...]:
    """`invalid_<field>` for contracts that have a code per field."""
    return tuple(f"invalid_{fault.path[1]}" for fault in faults[:1] if len(fault.path) > 1)
