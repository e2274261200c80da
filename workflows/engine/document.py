"""A definition written down again: the shortest document that says the same. `parse(to_document(d)) == d`."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

from .conditions import Expression
from .definition import Definition
from .durations import format_duration
from .routes import Mode, Route
from .steps import (
    Action,
    Assign,
    Child,
    Decision,
    End,
    Expressions,
    Human,
    Join,
    JoinMode,
    Message,
    Moment,
    Pause,
    Process,
    Result,
    Retry,
    Review,
    SetVariables,
    Step,
    To,
)

Document = dict[str, Any]


def to_document(definition: Definition) -> Document:
    """The document of `definition`, of plain values."""
    return _said(
        key=definition.key,
        name=definition.name,
        description=definition.description,
        entity_type=definition.entity_type,
        variables=definition.variables,
        steps=[step_document(step) for step in definition.steps],
    )


def step_document(step: Step) -> Document:
    """The document of one step."""
    document = _said(
        key=step.key,
        name=step.name,
        type=step.type.value,
        description=step.description,
        depends_on=list(step.depends_on),
        join=_join(step),
        **_WORK[type(step.work)](step.work),
        results=[_result(result) for result in step.results],
        next=_route(step.next),
        duration_hours=_plain(step.duration.total_seconds() / 3_600) if step.duration else None,
    )
    return document | {"depends_on": []} if step.begins else document


def _said(**entries: Any) -> Document:
    """Without what says nothing; 0 says something."""
    return {
        key: value for key, value in entries.items() if not (value is None or value is False or value in ("", [], {}))
    }


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, Expression):
        return value.source
    if isinstance(value, Decimal | float):
        return int(value) if value == int(value) else float(value)
    return value


def _join(step: Step) -> Any:
    if step.join == Join(JoinMode.ALL if step.depends_on else JoinMode.ANY):
        return None
    return {"count": step.join.count} if step.join.mode == JoinMode.COUNT else step.join.mode.value


def _result(result: Result) -> Document:
    return _said(code=result.code, label=result.label, next=_route(result.next))


def _route(route: Route | None) -> Any:
    if route is None:
        return None
    if route.mode == Mode.TO:
        steps = [branch.step for branch in route.branches]
        return steps[0] if len(steps) == 1 else steps
    branches = [_said(step=branch.step, when=_plain(branch.when)) for branch in route.branches]
    return branches if route.mode == Mode.FIRST else _said(all=branches, otherwise=route.otherwise)


def _expressions(expressions: Expressions) -> dict[str, str]:
    return {name: expression.source for name, expression in expressions}


def _human(work: Human) -> Document:
    return _said(
        title=work.title,
        assign=_assign(work.assign) if work.assign else None,
        due_in=_plain(work.due_in),
        escalate_in=_plain(work.escalate_in),
        fields=[field.to_json() for field in work.fields],
    )


def _assign(assign: Assign) -> Document:
    if assign.to == To.STARTER:
        return {"starter": True}
    if assign.to != To.USERS:
        return {assign.to.value: assign.names[0]}
    weights = [_plain(weight) for weight in assign.weights]
    usual = sum(assign.weights, Decimal(0)) or Decimal(1)
    required = None if assign.required == usual else _plain(assign.required)
    return _said(users=list(assign.names), weights=weights, required=required)


def _decision(work: Decision) -> Document:
    return {
        "decision": [
            _said(when=_plain(row.when), outcome=row.outcome) | ({"then": dict(row.then)} if row.then else {})
            for row in work.rows
        ]
    }


def _action(work: Action) -> Document:
    inputs, outputs = _expressions(work.inputs), _expressions(work.outputs)
    return _said(action=work.name, inputs=inputs, outputs=outputs, retry=_retry(work.retry))


def _retry(retry: Retry) -> Document:
    usual, names = Retry(), [each.name for each in fields(retry)]
    return {name: _plain(getattr(retry, name)) for name in names if getattr(retry, name) != getattr(usual, name)}


def _process(work: Process) -> Document:
    return _said(
        processor=work.processor,
        options=dict(work.options),
        title=work.title,
        assign=_assign(work.assign) if work.assign else None,
        fields=[field.to_json() for field in work.fields],
        rules=[_said(must=rule.must.source, field=rule.field, message=rule.message) for rule in work.rules],
        filters=[_said(when=each.when.source, reason=each.reason) for each in work.filters],
        review=None if work.review == Review.ALWAYS else work.review.value,
        due_in=_plain(work.due_in),
        escalate_in=_plain(work.escalate_in),
        retry=_retry(work.retry),
    )


def _message(work: Message) -> Document:
    return _said(
        message=work.name,
        correlation=_plain(work.correlation),
        timeout=_plain(work.timeout),
        outputs=_expressions(work.outputs),
    )


def _child(work: Child) -> Document:
    return _said(
        workflow=work.workflow,
        version=work.version,
        inputs=_expressions(work.inputs),
        outputs=_expressions(work.outputs),
    )


_WORK: dict[type, Callable[[Any], Document]] = {
    Human: _human,
    SetVariables: lambda work: {"set": _expressions(work.variables)},
    Decision: _decision,
    Action: _action,
    Process: _process,
    Pause: lambda work: {"for": _plain(work.duration)},
    Moment: lambda work: {"until": _plain(work.until)},
    Message: _message,
    Child: _child,
    End: lambda work: _said(terminate=work.terminate),
}
