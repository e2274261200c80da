"""What an instance can be told in a form: its variables as questions, each of the type that its value has. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tasks.domain.form import Field, FieldType
from workflows.engine.definition import Definition
from workflows.engine.steps import Action, Child, Decision, Human, Message, Process, SetVariables, Step, To

MOST = 40
"""More variables are said as YAML: a form of hundreds of inputs helps nobody."""


def of_values(values: Mapping[str, Any]) -> tuple[Field, ...]:
    """A question for each value that fits an input."""
    asked = (Field(name, name, kind, default=value) for name, value in values.items() if (kind := _type_of(value)))
    return tuple(asked)[:MOST]


def of_start(definition: Definition) -> tuple[Field, ...]:
    """What can be said when an instance starts: the variables it declares, then what its steps only read."""
    declared = of_values(definition.variables)
    wanted = {field.name: field for step in definition.steps for field in _read_by(step)}
    known = {*definition.variables, *definition.graph.steps, *_written(definition), "entity"}
    return (*declared, *(field for name, field in wanted.items() if name not in known))[:MOST]


def rest(values: Mapping[str, Any], asked: tuple[Field, ...]) -> dict[str, Any]:
    """The values that no question asks for."""
    names = {field.name for field in asked}
    return {name: value for name, value in values.items() if name not in names}


def _type_of(value: Any) -> FieldType | None:
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    if isinstance(value, int | float):
        return FieldType.NUMBER
    return FieldType.TEXT if value is None or isinstance(value, str) else None


def _read_by(step: Step) -> Iterator[Field]:
    """The variables that a step with a task reads by name: who does it, and what its form shows at first."""
    if not isinstance(step.work, Human | Process):
        return
    if step.work.assign and step.work.assign.to == To.VARIABLE and "." not in step.work.assign.names[0]:
        name = step.work.assign.names[0]
        yield Field(name, name, FieldType.TEXT, help=f"Who does “{step.name}”: a sign-in name.")
    for field in step.work.fields:
        if field.prefill and "." not in field.prefill:
            shown = f"What “{step.name}” shows at first."
            kind = FieldType.TEXT if field.type == FieldType.FILE else field.type
            asked = replace(field, id=field.prefill, name=field.prefill, type=kind, help=shown)
            yield replace(asked, required=False, default=None, prefill="")


def _written(definition: Definition) -> Iterator[str]:
    """The variables that steps write, but for a field that changes the variable that it shows."""
    for step in definition.steps:
        work = step.work
        if isinstance(work, Human | Process):
            yield from (field.name for field in work.fields if field.prefill != field.name)
        elif isinstance(work, SetVariables):
            yield from (name for name, _ in work.variables)
        elif isinstance(work, Decision):
            yield from (name for row in work.rows for name, _ in row.then)
        elif isinstance(work, Action | Message | Child):
            yield from (name for name, _ in work.outputs)
