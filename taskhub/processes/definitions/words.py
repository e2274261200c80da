"""A definition in words: what each step does, asks for and leads to. Engine values in, plain values out. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tasks.domain.form import Field
from workflows.engine.definition import Definition
from workflows.engine.routes import END, Mode, Route
from workflows.engine.steps import Decision, Expressions, Human, JoinMode, Process, SetVariables, Step, Work
from workflows.wording import assignees, span, step_line

from . import source
from .form.schema import KINDS, TYPES
from .form.step import kind_of

MODES = {Mode.TO: "", Mode.FIRST: "the first that applies", Mode.EVERY: "all that apply"}


@dataclass(frozen=True, slots=True)
class Exit:
    """One way on: where, and on which condition."""

    to: str
    when: str = ""
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result and its ways; without a label, the step's own."""

    label: str
    mode: str
    exits: tuple[Exit, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """What an automatic step computes: a name and an expression, or on which condition what comes of it.

    `label` says what kind of condition it is, where it is no "if".
    """

    what: str
    how: str
    is_condition: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table of steps."""

    number: int
    key: str
    name: str
    kind: str
    icon: str
    does: str
    description: str
    due: str
    escalates: str
    asks: tuple[str, ...]
    rules: tuple["Rule", ...]
    outcomes: tuple[Outcome, ...]
    waits: tuple[str, ...]
    join: str


def lines(definition: Definition, first: int, count: int) -> list[Line]:
    """The rows of the steps from `first` on."""
    names = {step.key: step.name for step in definition.steps} | {END: "End"}
    shown = definition.steps[first : first + count]
    return [_line(number, step, names) for number, step in enumerate(shown, start=first + 1)]


ICONS = {"human": "user", "automatic": "zap", "wait": "clock", "workflow": "workflow", "end": "circle-dot"}


def _line(number: int, step: Step, names: Mapping[str, str]) -> Line:
    work = step.work if isinstance(step.work, Human | Process) else Human()
    return Line(
        number=number,
        key=step.key,
        name=step.name,
        kind=KINDS[kind_of(_typed(step))].label,
        icon=ICONS[step.type],
        does=assignees(work.assign) if isinstance(step.work, Human) else step_line(step),
        description=step.description,
        due=span(work.due_in) if work.due_in else "",
        escalates=span(work.escalate_in) if work.escalate_in else "",
        asks=tuple(map(_asked, work.fields)),
        rules=tuple(_rules(step)),
        outcomes=tuple(_outcomes(step, names)),
        waits=tuple(names.get(key, key) for key in step.depends_on),
        join=_join(step),
    )


def _typed(step: Step) -> Mapping[str, object]:
    """Enough of the step's document to tell its kind."""
    marker = _MARKERS.get(type(step.work).__name__, "")
    return {"type": step.type.value, marker: ""} if marker else {"type": step.type.value}


_MARKERS = {"SetVariables": "set", "Decision": "decision", "Action": "action", "Pause": "for", "Moment": "until"}
_MARKERS |= {"Message": "message", "Process": "processor"}


def _asked(field: Field) -> str:
    """ "E-mail address (text, required)"."""
    about = [dict(TYPES)[field.type].lower(), *(["required"] if field.required else [])]
    return f"{field.label or field.name} ({', '.join(about)})"


def _rules(step: Step) -> Iterator[Rule]:
    work = step.work
    if isinstance(work, Decision):
        labels = {result.code: result.label for result in step.results}
        for row in work.rows:
            said = [labels.get(row.outcome, row.outcome)] if row.outcome else []
            said += [f"{name} = {source.write(value).strip()}" for name, value in row.then]
            yield Rule(", ".join(said), row.when.source if row.when else "", is_condition=True)
    if isinstance(work, Process):
        yield from (Rule(each.reason, each.when.source, True, "Taken out if") for each in work.filters)
        yield from (Rule(rule.message, rule.must.source, True, "Must hold") for rule in work.rules)
    for name, expression in _computed(work):
        yield Rule(name, expression.source)


def _computed(work: Work) -> Expressions:
    """What it hands over, and what it keeps."""
    if isinstance(work, SetVariables):
        return work.variables
    return (*getattr(work, "inputs", ()), *getattr(work, "outputs", ()))


def _outcomes(step: Step, names: Mapping[str, str]) -> list[Outcome]:
    said = [_outcome(result.label, result.next or step.next, names) for result in step.results]
    return said or ([_outcome("", step.next, names)] if step.next else [])


def _outcome(label: str, route: Route | None, names: Mapping[str, str]) -> Outcome:
    if route is None:
        return Outcome(label, "", ())
    exits = [Exit(names.get(each.step, each.step), each.when.source if each.when else "") for each in route.branches]
    if route.mode == Mode.FIRST and len(exits) > 1 and not exits[-1].when:
        exits[-1] = Exit(exits[-1].to, is_rest=True)
    if route.otherwise:
        exits.append(Exit(names.get(route.otherwise, route.otherwise), is_rest=True))
    return Outcome(label, MODES[route.mode] if len(exits) > 1 else "", tuple(exits))


def _join(step: Step) -> str:
    if step.join.mode == JoinMode.COUNT:
        return f"opens once {step.join.count} ways in are there"
    if step.join.mode == JoinMode.ALL and not step.depends_on:
        return "opens once all ways in are there"
    return "opens with each way in" if step.join.mode == JoinMode.ANY and step.depends_on else ""
