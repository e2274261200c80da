"""Where a task stands in its workflow: how far that is, the steps around it, what was captured before. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.actor import Actor
from taskhub.inbox.answers import Asked, Files, Told, told
from taskhub.inbox.words import Sign
from tasks.domain.errors import NotFound
from tasks.domain.form import Field
from tasks.models import Task
from workflows import compiled, drawing, policy, queries
from workflows.diagram import twin
from workflows.diagram.graph import Kind
from workflows.diagram.graph import State as Look
from workflows.engine.definition import Definition
from workflows.engine.progress import progress
from workflows.engine.state import State, Status
from workflows.models import StepRun, WorkflowInstance

MOST_STEPS = 80
"""A longer definition is shown on the instance's own page only: here nobody would read it."""
AROUND = 4
LOOKS = {
    Look.DONE: Sign("Done", "circle-check", "green"),
    Look.CURRENT: Sign("Open now", "circle-dot", "blue"),
    Look.WAITING: Sign("To come", "circle", "gray"),
    Look.SKIPPED: Sign("Not needed", "minus", "gray"),
    Look.FAILED: Sign("Stands still", "triangle-alert", "red"),
    Look.CANCELED: Sign("Canceled", "ban", "gray"),
}


@dataclass(frozen=True)
class Stop:
    """A step on the way, as the page shows it."""

    label: str
    sign: Sign
    is_here: bool
    note: str = ""


@dataclass(frozen=True)
class Before:
    """A step that was done before this one."""

    run: StepRun
    who: str
    result: str
    answers: list[Told]


@dataclass(frozen=True)
class Process:
    """A task's workflow. `url` is empty for who may not see the instance."""

    instance: WorkflowInstance
    url: str
    progress: str
    percent: int
    stops: Sequence[Stop]
    hidden: int
    before: list[Before]

    @property
    def name(self) -> str:
        return self.instance.definition.name

    @property
    def about(self) -> str:
        """What the instance is about, in as few words as there are."""
        return entity_of(self.instance)


@dataclass(frozen=True)
class Found:
    """The rows behind a Process."""

    run: StepRun
    definition: Definition
    previous: list[StepRun]

    @property
    def asked(self) -> list[Asked]:
        """What was asked and answered before."""
        return [(questions(self.definition, run.step), run.form_data) for run in self.previous]


def find(task: Task) -> Found | None:
    """The rows of a step's workflow; None for other tasks. Two queries, and the definition once in a process."""
    run = queries.run_of(task)
    if run is None:
        return None
    return Found(run, compiled.definition_of(run.instance.definition_id), queries.previous_steps(task))


def process(actor: Actor, task: Task, found: Found, files: Files) -> Process:
    """The same in words."""
    instance, state = found.run.instance, State.from_json(found.run.instance.state)
    stops = _stops(found, state)
    shown = _around(stops)
    done = progress(found.definition, state)
    return Process(
        instance=instance,
        url=_url(actor, instance),
        progress=_progress(task, state, done.completed, done.total),
        percent=done.percent,
        stops=shown,
        hidden=len(stops) - len(shown),
        before=[_before(found.definition, run, files) for run in found.previous],
    )


def entity_of(instance: WorkflowInstance) -> str:
    """What an instance is about: its label, else its type and id."""
    return instance.entity_label or " ".join(part for part in (instance.entity_type, instance.entity_id) if part)


def questions(definition: Definition, step: str) -> tuple[Field, ...]:
    """What a step asks for."""
    known = definition.graph.steps.get(step)
    return getattr(known.work, "fields", ()) if known else ()


def result_of(definition: Definition, run: StepRun) -> str:
    """The outcome of a visit in words."""
    step = definition.graph.steps.get(run.step)
    result = step.result(run.outcome) if step else None
    return result.label if result else run.outcome


def _url(actor: Actor, instance: WorkflowInstance) -> str:
    try:
        policy.standing_of(actor, instance)
    except NotFound:
        return ""
    return reverse("instance", args=[instance.uuid])


def _progress(task: Task, state: State, completed: int, total: int) -> str:
    if state.status == Status.COMPLETED:
        return "Finished"
    if state.status == Status.CANCELED:
        return "Canceled"
    if task.is_open:
        return f"Step {completed + 1} of about {max(total, completed + 1)}"
    return f"{completed} of about {total} steps done"


def _stops(found: Found, state: State) -> list[Stop]:
    """The steps in reading order, without start and end."""
    if len(found.definition.steps) > MOST_STEPS:
        return []
    graph = drawing.instance_graph(found.definition, state, found.previous)
    ends = {node.key for node in graph.nodes if node.kind in (Kind.START, Kind.END)}
    steps = [step for step in twin.steps(graph) if step.key not in ends]
    return [Stop(step.label, LOOKS[step.state], step.key == found.run.step) for step in steps if step.state in LOOKS]


def _around(stops: Sequence[Stop]) -> Sequence[Stop]:
    """Those near this step."""
    here = next((place for place, stop in enumerate(stops) if stop.is_here), 0)
    first = max(0, min(here - AROUND, len(stops) - 2 * AROUND - 1))
    return stops[first : first + 2 * AROUND + 1]


def _before(definition: Definition, run: StepRun, files: Files) -> Before:
    who = run.completed_by.get_full_name() if run.completed_by else ""
    answers = told(questions(definition, run.step), run.form_data, files)
    return Before(run, who, result_of(definition, run), answers)
