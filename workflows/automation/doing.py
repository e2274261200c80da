"""The actions of a rule, one function each. All is done by the commands that people use, with the rule's actor.

Runs of one rule act side by side: an action that changes tasks is done to all of theirs by one command.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts import queries as people
from accounts.access import ProjectAccess, default_project, project_access
from accounts.actor import Actor
from accounts.models import Project, Team
from tasks import commands as tasks
from tasks.commands import Answers, NewShare
from tasks.domain.content import MAX_LENGTH
from tasks.domain.errors import DomainError, InvalidInput, NotFound, WrongState
from tasks.domain.placeholders import render
from tasks.models import Priority, Task
from tasks.templates import template
from workflows import commands
from workflows.models import AutomationRule, RuleRun
from workflows.rules.actions import (
    Action,
    AddComment,
    AddTags,
    Assign,
    CreateTask,
    Escalate,
    Notify,
    Recipients,
    SetDueDate,
    SetPriority,
    StartWorkflow,
)

from . import balance
from .facts import Facts

SOURCE = "rule"
Made = dict[str, str]
MAX_VARIABLE = 10_000


class Act:
    """One run at work: the task that it is about now, and what it has done so far."""

    def __init__(self, run: RuleRun, actor: Actor, facts: Facts, now: datetime) -> None:
        self.run = run
        self.actor = actor
        self.facts = facts
        self.now = now
        self.task_id = run.task_id
        self.made: list[Made] = []
        self.refusal: DomainError | None = None
        """Why it was over before anything was done."""

    def note(self, action: Action, kind: str, key: object, label: str) -> None:
        self.made.append({"action": action.kind, "kind": kind, "id": str(key), "label": label[:200]})

    def words(self, text: str, most: int) -> str:
        return render(text, self.facts, most=most)

    def task(self, action: Action) -> int:
        """The task to do this to."""
        if self.task_id is None:
            raise WrongState("There is no task to do this to.", verb=action.kind, state="missing")
        return self.task_id

    def answered(self, action: Action, answer: Task | DomainError, label: str) -> None:
        """Note what a command has made of the task. Where it refused and nothing was done before, there it ends."""
        if isinstance(answer, Task):
            self.note(action, "task", answer.uuid, label or answer.title)
        elif self.made:
            raise answer
        else:
            self.refusal = answer

    # --- Who and where ---

    def shares(self, to: Recipients, *, team: Team | None = None) -> list[NewShare]:
        """Who gets the work, as commands want it. `team` is the template's, for work that is to be spread."""
        organization_id = self.actor.organization_id
        if to.auto:
            chosen = balance.choose(organization_id, self.team(to.team) if to.team else team)
            return [NewShare(user=member.uuid) for member in people.members(organization_id, ids=[chosen])]
        if to.team:
            return [NewShare(team=self.team(to.team).uuid)]
        return [NewShare(user=uuid) for uuid in self.people(to.users)]

    def people(self, usernames: Sequence[str]) -> list[UUID]:
        found = {m.username: m.uuid for m in people.members(self.actor.organization_id, usernames=usernames)}
        missing = [name for name in usernames if name not in found]
        if missing:
            raise NotFound(f"There is nobody called '{missing[0]}' here.", code="assignees_not_found")
        return [found[name] for name in usernames]

    def team(self, slug: str) -> Team:
        found = Team.objects.filter(organization_id=self.actor.organization_id, slug=slug).first()
        if found is None:
            raise NotFound(f"There is no team '{slug}'.", code="assignees_not_found")
        return found

    def project(self, slug: str = "") -> ProjectAccess:
        """Where new work goes: the action's project, the rule's, that of the task it is about, the default one."""
        key: int | None = self.run.rule.project_id
        if slug:
            rows = Project.objects.filter(organization_id=self.actor.organization_id, slug=slug)
            key = rows.values_list("pk", flat=True).first() or 0
        elif key is None and self.task_id is not None:
            key = Task.objects.filter(pk=self.task_id).values_list("project_id", flat=True).first()
        place = default_project(self.actor) if key is None else project_access(self.actor, id=key)
        if place is None:
            raise InvalidInput("There is no project for new tasks.", field="project")
        return place


def act_on_all(acts: Sequence[Act], actions: Sequence[Action]) -> None:
    """Do all of it, in order, an action for every run before the next one. The runs are of one rule and one depth, and
    no two are about the same task.

    Raises the errors of commands, and then the caller undoes all of it. Where one is refused before anything was done
    for it, its `refusal` says so.
    """
    for action in actions:
        going = [act for act in acts if act.refusal is None]
        if going and type(action) in TOGETHER:
            TOGETHER[type(action)](going, action)
            continue
        for act in going:
            ALONE[type(action)](act, action)


def _on_all(
    acts: Sequence[Act],
    action: Action,
    change: Callable[..., Answers],
    label: str = "",
    texts: Mapping[int, str] | None = None,
    **values: Any,
) -> None:
    """Do `change` to the tasks of all runs, with the text for each where there are texts, and note it."""
    said = {} if texts is None else {"texts": texts}
    tasks = [act.task(action) for act in acts]
    answers = change(actor=acts[0].actor, tasks=tasks, now=acts[0].now, **said, **values)
    for act, task_id in zip(acts, tasks, strict=True):
        act.answered(action, answers[task_id], label if texts is None else texts[task_id])


def _create_task(act: Act, action: CreateTask) -> None:
    said: dict[str, Any] = {
        "actor": act.actor,
        "project": act.project(action.project),
        "source": SOURCE,
        "tags": action.tags,
        "due_at": act.now + action.due_in if action.due_in else None,
        "now": act.now,
    }
    if action.title:
        said["title"] = act.words(action.title, MAX_LENGTH["title"])
    if action.description:
        said["description"] = act.words(action.description, MAX_LENGTH["description"])
    if action.priority:
        said["priority"] = action.priority
    task = _from_template(act, action, said) if action.template else _from_words(act, action, said)
    act.task_id = task.pk
    act.note(action, "task", task.uuid, task.title)


def _from_words(act: Act, action: CreateTask, said: dict[str, Any]) -> Task:
    return tasks.create(assignees=act.shares(action.to), **said)


def _from_template(act: Act, action: CreateTask, said: dict[str, Any]) -> Task:
    """Its variables are what the action says, what came with the trigger, and the names that texts know."""
    assert action.template is not None, "asked for only where there is one"
    row = template(act.actor, action.template)
    variables = {**act.facts, **act.facts["context"], **_filled(act, action.variables)}
    assignees = act.shares(action.to, team=row.assign_team) if action.to else None
    return tasks.create_from_template(template=row.pk, variables=variables, assignees=assignees, **said)


def _start_workflow(act: Act, action: StartWorkflow) -> None:
    entity = commands.Entity()
    if act.task_id is not None:
        uuid, title = Task.objects.values_list("uuid", "title").get(pk=act.task_id)
        entity = commands.Entity(type="task", id=str(uuid), label=title[:255])
    begun = commands.start(
        actor=act.actor,
        definition=action.workflow,
        project=act.project(),
        entity=entity,
        variables=_filled(act, action.variables),
        now=act.now,
    )
    act.note(action, "instance", begun.instance.uuid, action.workflow)


def _filled(act: Act, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables, texts among them with their placeholders filled."""
    return {
        name: act.words(value, MAX_VARIABLE) if isinstance(value, str) else value for name, value in variables.items()
    }


def _assign(act: Act, action: Assign) -> None:
    done = tasks.reassign(actor=act.actor, task=act.task(action), assignees=act.shares(action.to), now=act.now)
    act.answered(action, done, "")


def _add_comment(acts: Sequence[Act], action: AddComment) -> None:
    texts = {act.task(action): act.words(action.text, MAX_LENGTH["text"]) for act in acts}
    _on_all(acts, action, tasks.comment_each, texts=texts)


def _notify(acts: Sequence[Act], action: Notify) -> None:
    organization_id, to = acts[0].actor.organization_id, action.to
    users = [member.id for member in people.members(organization_id, usernames=to.users)]
    teams = [acts[0].team(to.team).pk] if to.team else []
    texts = {act.task(action): act.words(action.text, 1_000) for act in acts}
    _on_all(acts, action, tasks.tell_each, texts=texts, users=users, teams=teams)


def _set_priority(acts: Sequence[Act], action: SetPriority) -> None:
    label = Priority(action.priority).label
    _on_all(acts, action, tasks.update_each, label, values={"priority": action.priority})


def _set_due_date(acts: Sequence[Act], action: SetDueDate) -> None:
    _on_all(acts, action, tasks.update_each, "", values={"due_at": acts[0].now + action.due_in})


def _add_tags(acts: Sequence[Act], action: AddTags) -> None:
    _on_all(acts, action, tasks.tag_each, ", ".join(action.tags), tags=action.tags)


def _escalate(acts: Sequence[Act], action: Escalate) -> None:
    _on_all(acts, action, tasks.escalate_each, "")


ALONE: Mapping[type[Action], Callable[[Act, Any], None]] = {
    CreateTask: _create_task,
    StartWorkflow: _start_workflow,
    Assign: _assign,
}
TOGETHER: Mapping[type[Action], Callable[[Sequence[Act], Any], None]] = {
    SetPriority: _set_priority,
    SetDueDate: _set_due_date,
    AddComment: _add_comment,
    AddTags: _add_tags,
    Notify: _notify,
    Escalate: _escalate,
}
"""Action -> how it is done, for one run or for many. Each action of `workflows.rules.actions` stands in one of them."""
_TOGETHER = frozenset(action.kind for action in TOGETHER)
_WORDY = frozenset(action.kind for action in (*ALONE, *TOGETHER) if action.has_words)


def side_by_side(rule: AutomationRule) -> bool:
    """Whether all that the rule does is done to many tasks at once."""
    return all(action.get("type") in _TOGETHER for action in rule.actions)


def has_words(rule: AutomationRule) -> bool:
    """Whether the rule says something that names what happened."""
    return any(action.get("type") in _WORDY for action in rule.actions)
