"""Reads what a step does, by its type."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from workflows.engine.steps import (
    Action,
    Child,
    Decision,
    End,
    Expressions,
    Filter,
    Human,
    Kind,
    Message,
    Moment,
    Pause,
    Process,
    Retry,
    Review,
    Row,
    Rule,
    SetVariables,
    Work,
)

from .assign import read_assign
from .fields import read_fields
from .known import Known
from .node import Node

MAX_ROWS = 200
MAX_RULES = 100
MAX_OPTIONS = 100
MAX_TITLE = 500

Reader = Callable[[Node, Known], Work | None]


def read_work(node: Node, known: Known) -> Work:
    """The work of the step in `node`; without a type it is human."""
    kind = node.one_of("type", {each.value: each for each in Kind}) or Kind.HUMAN
    # A fault has been noted where there is no work: reading goes on with a step that does nothing.
    return _READERS[kind](node, known) or SetVariables(())


def _human(node: Node, known: Known) -> Human:
    return Human(
        title=node.text("title", most=MAX_TITLE),
        assign=read_assign(node, known),
        fields=read_fields(node),
        due_in=node.duration("due_in"),
        escalate_in=node.duration("escalate_in"),
    )


def _set(node: Node, known: Known) -> SetVariables:
    variables = node.expressions("set")
    if not variables:
        node.fault("set", "sets nothing")
    return SetVariables(variables)


def _decision(node: Node, known: Known) -> Decision:
    rows = tuple(_row(row) for row in node.nodes("decision", most=MAX_ROWS, required=True))
    for place, row in enumerate(rows[:-1]):
        if row.when is None:
            node.fault(f"decision[{place}]", "has no condition, so the rows behind it are never tried")
    return Decision(rows)


def _row(node: Node) -> Row:
    row = Row(node.expression("when"), _values(node, "then", most=100), node.text("outcome", most=80))
    node.close()
    return row


def _values(node: Node, key: str, *, most: int) -> tuple[tuple[str, object], ...]:
    if key not in node:
        return ()
    values = node.node(key)
    found = tuple((name, values.plain(name)) for name in values.names(most=most))
    values.close()
    return found


def _action(node: Node, known: Known) -> Action:
    name = node.text("action", most=200, required=True)
    known.check("action", name, node, "action")
    return Action(name, _inputs(node), node.expressions("outputs"), _retry(node))


def _process(node: Node, known: Known) -> Process:
    name, fields = node.key("processor"), read_fields(node)
    options = _values(node, "options", most=MAX_OPTIONS)
    for words in known.options(name, dict(options), fields) if name and known.options else ():
        node.fault("options", words)
    return Process(
        processor=name,
        options=options,
        title=node.text("title", most=MAX_TITLE),
        assign=read_assign(node, known),
        fields=fields,
        rules=tuple(_rules(node, {field.name for field in fields})),
        filters=tuple(_filters(node)),
        review=node.one_of("review", {each.value: each for each in Review}) or Review.ALWAYS,
        due_in=node.duration("due_in"),
        escalate_in=node.duration("escalate_in"),
        retry=_retry(node),
    )


def _rules(node: Node, names: Collection[str]) -> Iterator[Rule]:
    seen: set[str] = set()
    for each in node.nodes("rules", most=MAX_RULES):
        must = each.own_expression("must", seen)
        rule = Rule(must, each.text("message", most=500), each.text("field", most=63)) if must else None
        if rule and rule.field and rule.field not in names:
            each.fault("field", f"there is no field '{rule.field}'")
        each.close()
        if rule:
            yield rule


def _filters(node: Node) -> Iterator[Filter]:
    seen: set[str] = set()
    for each in node.nodes("filters", most=MAX_RULES):
        when = each.own_expression("when", seen)
        filter_ = Filter(when, each.text("reason", most=200)) if when else None
        each.close()
        if filter_:
            yield filter_


def _retry(node: Node) -> Retry:
    usual = Retry()
    if "retry" not in node:
        return usual
    node = node.node("retry")
    retry = Retry(
        node.whole("attempts", least=1, most=100) or usual.attempts,
        node.duration("wait") or usual.wait,
        node.number("factor", most=10) or usual.factor,
    )
    node.close()
    return retry


def _inputs(node: Node) -> Expressions:
    return node.expressions("inputs")


def _pause(node: Node, known: Known) -> Pause | None:
    duration = node.duration("for")
    return Pause(duration) if duration else None


def _moment(node: Node, known: Known) -> Moment | None:
    until = node.expression("until")
    return Moment(until) if until else None


def _message(node: Node, known: Known) -> Message:
    return Message(
        name=node.text("message", most=80, required=True),
        correlation=node.expression("correlation"),
        timeout=node.duration("timeout"),
        outputs=node.expressions("outputs"),
    )


def _child(node: Node, known: Known) -> Child:
    workflow = node.key("workflow")
    known.check("workflow", workflow, node, "workflow")
    version = node.whole("version", least=1, most=1_000_000)
    return Child(workflow, version, _inputs(node), node.expressions("outputs"))


def _end(node: Node, known: Known) -> End:
    return End(node.flag("terminate"))


@dataclass(frozen=True, slots=True)
class _OneOf:
    """The reader of the one key that is there."""

    readers: Mapping[str, Reader]

    def __call__(self, node: Node, known: Known) -> Work | None:
        given = [key for key in self.readers if key in node]
        if len(given) == 1:
            return self.readers[given[0]](node, known)
        for key in given:
            node.take(key)
        node.faults.add(node.path, f"must have exactly one of {', '.join(self.readers)}")
        return None


_READERS: dict[Kind, Reader] = {
    Kind.HUMAN: _human,
    Kind.AUTOMATIC: _OneOf({"set": _set, "decision": _decision, "action": _action, "processor": _process}),
    Kind.WAIT: _OneOf({"for": _pause, "until": _moment, "message": _message}),
    Kind.WORKFLOW: _child,
    Kind.END: _end,
}
