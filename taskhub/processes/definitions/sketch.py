"""The picture of a draft, however faulty it is: a way to a missing step leads to a stub. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from workflows.diagram.graph import Graph
from workflows.drawing import definition_graph
from workflows.engine.definition import Definition, glimpse
from workflows.engine.routes import END, Branch, Route
from workflows.engine.steps import End, Step
from workflows.ways import START

_OTHERS = (START, END)
"""What the picture has beside steps; no step is called that, unless by mistake."""


def sketch(document: Any, *, links: Mapping[str, str] | None = None) -> Graph | None:
    """The diagram of what `document` says so far; None while it has no step with a key."""
    definition = _drawable(glimpse(document))
    return definition_graph(definition, links=links) if definition.steps else None


def _drawable(definition: Definition) -> Definition:
    """Each key once, and stubs for the steps that ways lead to and that are not there."""
    steps = {step.key: step for step in reversed(definition.steps) if step.key and step.key not in _OTHERS}
    known = [step for step in definition.steps if steps.get(step.key) is step]
    mended = [_with_routes(step, _whole) for step in known]
    targets = dict.fromkeys(target for step in mended for route in step.routes if route for target in route.targets)
    missing = [target for target in targets if target not in steps and target not in _OTHERS]
    stubs = [Step(key, f"No step ‘{key}’", End()) for key in missing]
    return replace(definition, steps=(*mended, *stubs))


def _with_routes(step: Step, mend: Callable[[Route | None], Route | None]) -> Step:
    results = tuple(replace(result, next=mend(result.next)) for result in step.results)
    return replace(step, results=results, next=mend(step.next))


def _whole(route: Route | None) -> Route | None:
    """Without ways that lead to no name."""
    if route is None:
        return None
    branches: tuple[Branch, ...] = tuple(each for each in route.branches if each.step and each.step != START)
    otherwise = "" if route.otherwise == START else route.otherwise
    return replace(route, branches=branches, otherwise=otherwise) if branches or otherwise else None
