"""An instance's history in words: what happened to it as a whole, and in its steps, in one order. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from taskhub.inbox.process import result_of
from taskhub.inbox.story import AUTOMATIC, Entry
from workflows.engine.definition import Definition
from workflows.engine.steps import Kind
from workflows.models import InstanceEvent, StepRun

TASKHUB = "TaskHub"


@dataclass(frozen=True)
class Sentence:
    icon: str
    say: Callable[[InstanceEvent, str], str]


def _plain(text: str) -> Callable[[InstanceEvent, str], str]:
    return lambda event, step: text


_SENTENCES: dict[str, Sentence] = {
    "instance.started": Sentence("play", _plain("started the workflow")),
    "instance.completed": Sentence("circle-check", _plain("brought the workflow to its end")),
    "instance.canceled": Sentence("ban", _plain("canceled the workflow")),
    "instance.reopened": Sentence("rotate-ccw", lambda event, step: f"opened the workflow again at {step}"),
    "incident.raised": Sentence("triangle-alert", lambda event, step: f"could not go on at {step}"),
    "incident.retried": Sentence("rotate-ccw", lambda event, step: f"tried {step} again"),
    "message.received": Sentence("mail", lambda event, step: f"sent the message {event.text}"),
    "condition.failed": Sentence("info", lambda event, step: f"could not judge a condition at {step}: it counts as no"),
    "step.skipped": Sentence("minus", lambda event, step: f"left {step} out"),
}
"""Event type -> how it is told. A type that is missing is told by its own name."""
_SAYS_ITSELF = frozenset({"message.received"})


def entries(definition: Definition, events: Sequence[InstanceEvent], runs: Sequence[StepRun]) -> list[Entry]:
    """Everything that is known, oldest first."""
    told = [_of_event(definition, event) for event in events]
    told += [entry for run in runs for entry in _of_run(definition, run)]
    return sorted(told, key=lambda entry: entry.at)


def _of_event(definition: Definition, event: InstanceEvent) -> Entry:
    sentence = _SENTENCES.get(event.type) or Sentence("info", _plain(event.type))
    step = definition.graph.steps.get(event.step)
    is_person = event.actor_kind not in AUTOMATIC and event.type != InstanceEvent.Type.INCIDENT_RAISED
    return Entry(
        type=event.type,
        icon=sentence.icon,
        who=event.actor.get_full_name() if event.actor and is_person else TASKHUB,
        what=sentence.say(event, step.name if step else event.step),
        at=event.created_at,
        why="" if event.type in _SAYS_ITSELF else event.text,
        is_person=is_person,
    )


def _of_run(definition: Definition, run: StepRun) -> Iterator[Entry]:
    if run.kind == Kind.HUMAN or run.task_id is not None:
        again = f", visit {run.visit}" if run.visit > 1 else ""
        yield Entry("step.opened", "circle-dot", TASKHUB, f"opened {run.name}{again}", run.entered_at, is_person=False)
    if run.left_at is None:
        return
    if run.state == StepRun.State.DONE:
        yield _done(definition, run)
    elif run.state == StepRun.State.CANCELED:
        yield Entry("step.canceled", "ban", TASKHUB, f"took {run.name} back", run.left_at, is_person=False)


def _done(definition: Definition, run: StepRun) -> Entry:
    result = result_of(definition, run)
    who = run.completed_by.get_full_name() if run.completed_by else TASKHUB
    what = f"completed {run.name}{f': {result}' if result else ''}"
    assert run.left_at is not None, "only visits that were left are told here"
    return Entry("step.done", "check", who, what, run.left_at, is_person=run.completed_by is not None)
