"""All that the page of one instance shows, gathered in a handful of queries and put into words. Reads only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.actor import Actor
from taskhub.inbox.answers import Files, Told, files_of, told
from taskhub.inbox.process import entity_of, questions, result_of
from taskhub.inbox.words import Sign
from taskhub.processes.instances.words import KINDS, VISITS, status_sign
from tasks.models import Task
from tasks.parts import parts
from tasks.queries import visible_to
from workflows import compiled, drawing, policy, queries
from workflows.diagram import twin
from workflows.diagram.graph import Graph
from workflows.engine.definition import Definition
from workflows.engine.progress import Progress, progress
from workflows.engine.state import State
from workflows.models import StepRun, WorkflowInstance
from workflows.policy import Standing
from workflows.wording import span

SHOWN_VISITS = 200


@dataclass(frozen=True)
class Visit:
    """One visit of a step, as the table prints it."""

    run: StepRun
    sign: Sign
    icon: str
    who: str
    result: str
    url: str
    answers: list[Told]


@dataclass(frozen=True)
class Variable:
    """A variable: in a line, or as JSON where it has parts."""

    name: str
    text: str
    is_structured: bool


@dataclass(frozen=True)
class Case:
    """One instance for one person."""

    actor: Actor
    instance: WorkflowInstance
    standing: Standing
    definition: Definition
    state: State
    runs: list[StepRun]
    files: Files

    @property
    def title(self) -> str:
        name = self.instance.definition.name
        return f"{name}: {self.about}" if self.about else name

    @property
    def about(self) -> str:
        return entity_of(self.instance)

    @property
    def sign(self) -> Sign:
        return status_sign(self.instance.status, is_stuck=self.instance.has_incident)

    @property
    def url(self) -> str:
        return reverse("instance", args=[self.instance.uuid])

    @cached_property
    def progress(self) -> Progress:
        return progress(self.definition, self.state)

    @property
    def remaining(self) -> str:
        """How much longer it takes, as far as its definition says."""
        left = self.progress.remaining
        return span(left) if left > timedelta(0) and self.is_running else ""

    @property
    def is_running(self) -> bool:
        return self.instance.status == WorkflowInstance.Status.RUNNING

    @property
    def incidents(self) -> list[StepRun]:
        """The visits that stand still."""
        return [run for run in self.runs if run.state == StepRun.State.FAILED] if self.is_running else []

    @property
    def waiting(self) -> list[StepRun]:
        """The visits that wait for a message."""
        return [run for run in self.runs if run.state == StepRun.State.OPEN and run.message]

    def why_not(self, verb: str) -> str:
        """Why this person may not do `verb` now; empty where they may."""
        refusal = policy.refusal(self.standing, verb)
        return refusal.message if refusal else ""

    @cached_property
    def links(self) -> dict[int, str]:
        """Run id -> the page of its task or of the instance it started, where this person may see it."""
        tasks = {run.task_id: run.task for run in self.runs if run.task is not None and not run.task.deleted_at}
        seen = tasks.keys() & _visible(self.actor, self.standing, self.instance, tasks.values())
        found = {run.pk: reverse("task", args=[run.task.uuid]) for run in self.runs if run.task and run.task_id in seen}
        return found | {run.pk: reverse("instance", args=[run.child.uuid]) for run in self.runs if run.child}

    @cached_property
    def graph(self) -> Graph:
        """The diagram; each step leads to its latest visit."""
        latest = {run.step: self.links[run.pk] for run in self.runs if run.pk in self.links}
        return drawing.instance_graph(self.definition, self.state, self.runs, links=latest)

    @cached_property
    def in_words(self) -> tuple[twin.Step, ...]:
        """The diagram's twin."""
        return twin.steps(self.graph)

    @property
    def summary(self) -> str:
        return twin.summary(self.graph)

    @property
    def visits(self) -> list[Visit]:
        """The latest visits, the newest first."""
        shown = self.runs[::-1][:SHOWN_VISITS]
        holders = _holders([run for run in shown if run.state == StepRun.State.OPEN])
        return [self._visit(run, holders) for run in shown]

    @property
    def hidden_visits(self) -> int:
        return max(len(self.runs) - SHOWN_VISITS, 0)

    def _visit(self, run: StepRun, holders: Mapping[int | None, str]) -> Visit:
        person = run.completed_by.get_full_name() if run.completed_by else ""
        return Visit(
            run=run,
            sign=VISITS[run.state],
            icon=KINDS[run.kind],
            who=person or holders.get(run.task_id, ""),
            result=result_of(self.definition, run),
            url=self.links.get(run.pk, ""),
            answers=self.answers(run),
        )

    def answers(self, run: StepRun) -> list[Told]:
        """What was captured in a visit."""
        return told(questions(self.definition, run.step), run.form_data, self.files) if run.form_data else []

    @property
    def variables(self) -> list[Variable]:
        return [_variable(name, value) for name, value in self.state.variables.items()]

    @property
    def raw(self) -> str:
        return json.dumps(dict(self.state.variables), indent=2, ensure_ascii=False)


def load(actor: Actor, key: UUID) -> Case:
    """The instance as `actor` sees it. Raises NotFound where they may not."""
    instance, standing = queries.instance(actor, key)
    definition = compiled.definition_of(instance.definition_id)
    runs = queries.runs(instance)
    files = files_of([(questions(definition, run.step), run.form_data) for run in runs], instance_id=instance.pk)
    return Case(actor, instance, standing, definition, State.from_json(instance.state), runs, files)


def _visible(
    actor: Actor, standing: Standing, instance: WorkflowInstance, tasks: Sequence[Task] | Any
) -> set[int | None]:
    """Which of the tasks have a page for this person: all of them for who may view the project."""
    if standing.access is not None and standing.access.view:
        return {task.pk for task in tasks}
    return set(visible_to(actor).filter(instance_id=instance.pk).values_list("pk", flat=True))


def _holders(runs: Sequence[StepRun]) -> dict[int | None, str]:
    """Task -> who has it, for visits that wait for somebody. One query, none for no tasks."""
    ids = [run.task_id for run in runs if run.task_id is not None]
    found = parts(ids, events=())
    return {key: ", ".join(share.name for share in found[key].current_shares) for key in ids}


def _variable(name: str, value: Any) -> Variable:
    if isinstance(value, dict | list):
        return Variable(name, json.dumps(value, indent=2, ensure_ascii=False), is_structured=True)
    words = {True: "true", False: "false", None: "null"}
    text = words[value] if value is None or isinstance(value, bool) else str(value)
    return Variable(name, text, is_structured=False)
