"""Reads who does a human step."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tasks.domain import shares
from tasks.domain.errors import InvalidInput
from workflows.engine.steps import Assign, To

from .known import Known
from .node import Node, text

MAX_USERS = 100
_FORMS = tuple(To)


def read_assign(node: Node, known: Known) -> Assign | None:
    """The assignment under `assign`; None where nobody is named."""
    if "assign" not in node:
        return None
    inner = node.node("assign")
    given = [form for form in _FORMS if form in inner]
    if len(given) != 1:
        if inner.is_mapping:
            node.fault("assign", f"must name exactly one of {', '.join(_FORMS)}")
        return None
    assign = _users(inner, known) if given[0] == To.USERS else _one(inner, given[0], known)
    inner.close()
    return assign


def _one(node: Node, form: To, known: Known) -> Assign:
    if form == To.STARTER:
        if not node.flag("starter"):
            node.fault("starter", "must be true, or left out")
        return Assign(form)
    name = node.text(form, most=150, required=True)
    if form != To.VARIABLE:
        known.check(form, name, node, form)
    return Assign(form, (name,))


def _users(node: Node, known: Known) -> Assign | None:
    names = []
    for path, value in node.items("users", most=MAX_USERS, required=True):
        names.append(text(value, path, node.faults, most=150))
        place = path[path.rindex("[") :]
        known.check("user", names[-1], node, f"users{place}")
        if names[-1] and names[-1] in names[:-1]:
            node.fault(f"users{place}", f"'{names[-1]}' stands twice")
    weights = [_decimal(value, path, node) for path, value in node.items("weights", most=MAX_USERS)]
    required = _decimal(node.take("required"), node.at("required"), node) if "required" in node else None
    if not names:
        return None
    if weights and len(weights) != len(names):
        node.fault("weights", "must be as many as the users")
        return None
    return _allotted(node, names, weights, required)


def _allotted(node: Node, names: Sequence[str], weights: Sequence[Decimal], required: Decimal | None) -> Assign | None:
    """All shares are needed unless `required` says less."""
    enough = required if required is not None else sum(weights, Decimal(0)) or Decimal(1)
    try:
        shares.allot(enough, list(weights) or [None] * len(names))
    except InvalidInput as error:
        node.fault("weights" if weights else "required", error.message)
        return None
    return Assign(To.USERS, tuple(names), tuple(weights), enough)


def _decimal(value: Any, path: str, node: Node) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        node.faults.add(path, "must be a number")
        return Decimal(1)
    return Decimal(str(value))
