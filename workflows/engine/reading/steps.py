"""Reads the steps of a definition, each by itself; how they stand together is judged by `soundness`."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from workflows.engine.steps import (
    Child,
    Decision,
    End,
    Join,
    JoinMode,
    Message,
    Moment,
    Pause,
    Process,
    Result,
    SetVariables,
    Step,
    Work,
)
from workflows.engine.values import RESERVED

from .known import Known
from .node import Node, text
from .routes import read_route
from .work import read_work

MAX_STEPS = 2_000
MAX_DEPENDENCIES = 500
MAX_RESULTS = 50
MAX_DESCRIPTION = 20_000
MAX_HOURS = 87_600


def read_steps(node: Node, known: Known) -> tuple[Step, ...]:
    """The steps under `steps`. Past MAX_STEPS none is looked at."""
    return tuple(_step(each, known) for each in node.nodes("steps", most=MAX_STEPS, required=True))


def _step(node: Node, known: Known) -> Step:
    key = node.key("key")
    if key in RESERVED:
        node.fault("key", f"'{key}' means something else")
    work = read_work(node, known)
    depends_on = tuple(_dependencies(node))
    step = Step(
        key=key,
        name=node.text("name") or key,
        work=work,
        description=node.text("description", most=MAX_DESCRIPTION),
        results=tuple(_results(node)),
        next=read_route(node),
        depends_on=depends_on,
        begins="depends_on" in node and not depends_on,
        join=_join(node, depends_on),
        duration=_duration(node),
    )
    node.close()
    _check_outcomes(node, step)
    return step


def _dependencies(node: Node) -> Iterator[str]:
    seen = set()
    for path, value in node.items("depends_on", most=MAX_DEPENDENCIES):
        word = text(value, path, node.faults, most=80)
        if word and word in seen:
            node.faults.add(path, f"'{word}' stands twice")
        elif word:
            yield word
        seen.add(word)


def _results(node: Node) -> Iterator[Result]:
    seen = set()
    for each in node.nodes("results", most=MAX_RESULTS):
        code = each.text("code", most=80, required=each.is_mapping)
        if code and code in seen:
            each.fault("code", f"'{code}' stands twice")
        seen.add(code)
        yield Result(code, each.text("label") or code, read_route(each))
        each.close()


def _join(node: Node, depends_on: tuple[str, ...]) -> Join:
    usual = Join(JoinMode.ALL if depends_on else JoinMode.ANY)
    if "join" not in node:
        return usual
    value = node.take("join")
    if isinstance(value, str) and value in {JoinMode.ANY, JoinMode.ALL}:
        return Join(JoinMode(value))
    if isinstance(value, Mapping):
        inner = Node(value, node.at("join"), node.faults)
        count = inner.whole("count", least=1, most=MAX_STEPS)
        if "count" not in inner:
            inner.fault("count", "is missing")
        inner.close()
        return Join(JoinMode.COUNT, count) if count else usual
    node.fault("join", "must be 'any', 'all' or {count: n}")
    return usual


def _duration(node: Node) -> timedelta | None:
    hours = node.number("duration_hours", most=MAX_HOURS)
    return timedelta(hours=hours) if hours else None


_OUTCOMES: dict[type[Work], frozenset[str]] = {
    Message: frozenset({"received", "timeout"}),
    Child: frozenset({"completed", "canceled", "failed"}),
}


def _check_outcomes(node: Node, step: Step) -> None:
    """Results that the work can have; an end has no way on."""
    work = step.work
    codes = [result.code for result in step.results]
    if isinstance(work, End) and (step.next or step.results):
        node.faults.add(node.path, "is an end and leads nowhere: it has no next and no results")
    elif type(work) in _OUTCOMES:
        for place, code in enumerate(codes):
            if code and code not in _OUTCOMES[type(work)]:
                node.fault(f"results[{place}].code", f"must be one of {', '.join(sorted(_OUTCOMES[type(work)]))}")
    elif isinstance(work, Decision):
        for place, row in enumerate(work.rows):
            if row.outcome not in codes and (row.outcome or codes):
                known = ", ".join(codes) or "there are none"
                node.fault(f"decision[{place}].outcome", f"must be one of the results: {known}")
    elif isinstance(work, SetVariables | Process | Pause | Moment) and codes:
        node.fault("results", "belong to a step that can end in several ways")
