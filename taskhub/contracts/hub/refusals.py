"""Errors as problems (RFC 9457). `code` is for programs, `detail` for people, `errors` says what to mend and where."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from taskhub.contracts.contract import Fault, Problem

PROBLEM = "application/problem+json"
TYPE = "urn:taskhub:problem:"


def shape(problem: Problem) -> object:
    """The body of an error."""
    return {
        "type": TYPE + problem.code,
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.message,
        "instance": problem.address,
        "code": problem.code,
        "errors": [_entry(fault) for fault in problem.faults],
    }


def _entry(fault: Fault) -> dict[str, Any]:
    place, *steps = fault.path
    entry = {"in": str(place), "path": _path(steps), "message": fault.message}
    return entry | {"pointer": _pointer(steps)} if place == "body" else entry


def _path(steps: list[str | int]) -> str:
    """As definitions are told of their faults: `steps[2].results[0].next`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _pointer(steps: list[str | int]) -> str:
    """RFC 6901, as the fragment of a URI."""
    return "#" + "".join(f"/{_escaped(str(step))}" for step in steps)


def _escaped(step: str) -> str:
    return quote(step.replace("~", "~0").replace("/", "~1"), safe="~")
