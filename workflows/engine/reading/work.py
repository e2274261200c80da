"""Reads what a step does, by its type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workflows.engine.steps import (
    Action,
    Child,
    Decision,
    End,
    Expressions,
    Human,
    Kind,
    Message,
    Moment,
    Pause,
    Retry,
    Row,
    SetVariables,
    Work,
)

from .assign import read_assign
from .fields import read_fields
from .known import Known
from .node import Node

MAX_ROWS = 200
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
    when = node.expression("when")
    then: tuple[tuple[str, object], ...] = ()
    if "then" in node:
        values = node.node("then")
        then = tuple((name, values.plain(name)) for name in values.names(most=100))
        values.close()
    row = Row(when, then, node.text("outcome", most=80))
    node.close()
    return row


def _action(node: Node, known: Known) -> Action:
    name = node.text("action", most=200, required=True)
    known.check("action", name, node, "action")
    retry = _retry(node.node("retry")) if "retry" in node else Retry()
    return Action(name, _inputs(node), node.expressions("outputs"), retry)


def _retry(node: Node) -> Retry:
    usual = Retry()
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
    Kind.AUTOMATIC: _OneOf({"set": _set, "decision": _decision, "action": _action}),
    Kind.WAIT: _OneOf({"for": _pause, "until": _moment, "message": _message}),
    Kind.WORKFLOW: _child,
    Kind.END: _end,
}
