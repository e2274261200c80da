"""Reads where a step leads. What the forms mean stands in `workflows.engine.routes`."""

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.engine.faults import Faults
from workflows.engine.routes import Branch, Mode, Route

from .node import Node, elements, text

MAX_BRANCHES = 100


def read_route(node: Node, key: str = "next") -> Route | None:
    """The route under `key`; None where there is none."""
    if key not in node:
        node.take(key)
        return None
    value, path = node.take(key), node.at(key)
    if isinstance(value, str):
        return Route(Mode.TO, _named([(path, value)], node.faults))
    if isinstance(value, list | tuple):
        entries = list(elements(value, path, node.faults, most=MAX_BRANCHES))
        return _list(entries, path, node.faults)
    if isinstance(value, Mapping):
        return _every(Node(value, path, node.faults))
    node.fault(key, "must be a step key, a list, or a mapping with 'all'")
    return None


def _list(entries: list[tuple[str, Any]], path: str, faults: Faults) -> Route | None:
    """Keys alone go in parallel; mappings alone are tried in order. A mixture could mean either."""
    if not entries:
        faults.add(path, "must not be empty; leave it out where the path just ends")
        return None
    words = [isinstance(value, str) for _, value in entries]
    if all(words):
        return Route(Mode.TO, _once(_named(entries, faults), path, faults))
    if any(words):
        faults.add(path, "mixes step keys (all in parallel) with conditions (the first that holds)")
        return None
    branches = tuple(_conditional(entries, faults))
    for place, branch in enumerate(branches[:-1]):
        if branch.when is None:
            faults.add(f"{path}[{place}]", "has no condition, so what stands behind it is never tried")
    return Route(Mode.FIRST, branches)


def _every(node: Node) -> Route | None:
    entries = list(node.items("all", most=MAX_BRANCHES, required=True))
    otherwise = node.text("otherwise", most=80)
    node.close()
    if not entries:
        return None
    branches = tuple(_conditional(entries, node.faults))
    if otherwise and any(branch.when is None for branch in branches):
        node.fault("otherwise", "is never taken: one of the branches has no condition")
    return Route(Mode.EVERY, _once(branches, node.at("all"), node.faults), otherwise)


def _conditional(entries: list[tuple[str, Any]], faults: Faults) -> Iterator[Branch]:
    for path, value in entries:
        node = Node(value, path, faults)
        yield Branch(node.text("step", most=80, required=node.is_mapping), node.expression("when"))
        node.close()


def _named(entries: list[tuple[str, Any]], faults: Faults) -> tuple[Branch, ...]:
    return tuple(Branch(text(value, path, faults, most=80)) for path, value in entries)


def _once(branches: tuple[Branch, ...], path: str, faults: Faults) -> tuple[Branch, ...]:
    """Parallel branches lead to different steps, and an end is no branch beside others."""
    seen: set[str] = set()
    for place, branch in enumerate(branches):
        if branch.step and branch.step in seen:
            faults.add(f"{path}[{place}]", f"'{branch.step}' stands twice")
        seen.add(branch.step)
    return branches
