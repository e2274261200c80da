"""A task comes in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import queries as people
from accounts.access import ProjectAccess
from accounts.actor import Actor
from accounts.written import insert, insert_with
from tasks import events
from tasks.domain import content, deadlines, results, shares
from tasks.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tasks.domain.form import Field
from tasks.domain.lifecycle import State
from tasks.domain.results import Result
from tasks.models import Assignment, ChecklistItem, Priority, Reference, Task, Watcher

from .assign import NewShare, Recipient, new_shares, recipients
from .change import add_deadlines

_INITIAL = {State.PROCESSING, State.PENDING, State.IN_PROGRESS, State.COMPLETED}


@dataclass(frozen=True, slots=True)
class NewReference:
    """A thing the task is about. Tasks are found by `kind` and `key`; `content` is kept as it was given."""

    kind: str
    key: str
    label: str = ""
    content: Any = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """What a caller says of a task. Only the title has no default.

    `form_data` is what its form shows at first, `instance_id` the workflow instance whose step it is.
    """

    title: str
    description: str = ""
    category: str = ""
    priority: int = Priority.MEDIUM
    weight: Decimal = Decimal(1)
    due_at: datetime | None = None
    tags: Sequence[str] = ()
    checklist: Sequence[str] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    references: Sequence[NewReference] = ()
    outcomes: Sequence[Result] = ()
    form_fields: Sequence[Field] = ()
    form_data: Mapping[str, Any] = field(default_factory=dict)
    escalate_at: datetime | None = None
    instance_id: int | None = None


def create(
    *,
    actor: Actor,
    project: ProjectAccess,
    source: str,
    title: str,
    assignees: Sequence[NewShare] = (),
    watchers: Collection[UUID] = (),
    creator: UUID | None = None,
    state: State = State.PENDING,
    uuid: UUID | None = None,
    now: datetime | None = None,
    **content_fields: Any,
) -> Task:
    """Make a task in `project`; `content_fields` are those of NewTask.

    `creator` is the member on whose behalf the actor makes it, `uuid` an id the client chose. Raises NotAllowed,
    NotFound (`assignees_not_found`, `user_not_found`), InvalidInput, Conflict (`already_exists`).
    """
    _check_right(actor, project)
    now = now or timezone.now()
    new = checked(NewTask(title=title, **content_fields))
    if state not in _INITIAL:
        raise InvalidInput(f"A task cannot begin as {state}.", field="state")
    with transaction.atomic():
        given = recipients(actor.organization_id, assignees)
        others = _members(actor, [*watchers, *([creator] if creator else [])])
        created_by = others[creator] if creator else actor.user_id
        task = new_row(actor, project.id, source, new, now=now, state=state, created_by=created_by, uuid=uuid)
        _insert(task, new_shares(task, given, task.weight, now) if given else [], has_own_id=uuid is not None)
        _add_parts(task, new, [others[watcher] for watcher in watchers], now)
        events.record(task=task, actor=actor, now=now, events=[created(task, given)], is_new=True)
    return task


def created(task: Task, given: Sequence[Recipient]) -> events.NewEvent:
    """The event that says that the task is there, and whom it was given to."""
    users = [recipient.user_id for recipient in given if recipient.user_id]
    teams = [recipient.team_id for recipient in given if recipient.team_id]
    return events.NewEvent("task.created", {"state": task.state, "users": users, "teams": teams})


def _check_right(actor: Actor, project: ProjectAccess) -> None:
    if not actor.may("task.edit"):
        raise NotAllowed("This credential lacks the scope task.edit.", code="scope_missing", scope="task.edit")
    if not project.work:
        raise NotAllowed("You may look at this project's tasks and not create any.")


def checked(new: NewTask) -> NewTask:
    """`new` if it is within every bound; else raises InvalidInput."""
    for name in ("title", "description", "category"):
        content.check_text(name, getattr(new, name))
    content.check_tags(new.tags)
    content.check_count("checklist", new.checklist, content.MAX_ITEMS)
    for item in new.checklist:
        content.check_text("item", item)
    content.check_due(new.due_at)
    content.check_count("references", new.references, content.MAX_REFERENCES)
    content.check_count("outcomes", new.outcomes, results.MAX_RESULTS)
    content.check_count("metadata", new.metadata, content.MAX_METADATA_KEYS)
    shares.check(new.weight)
    if new.priority not in Priority.values:
        raise InvalidInput("There is no such priority.", field="priority")
    return new


def _members(actor: Actor, uuids: Collection[UUID]) -> dict[UUID, int]:
    """Uuid -> id of other members meant; the actor is known without a query."""
    known = {actor.user_uuid: actor.user_id} if actor.user_uuid and actor.user_id else {}
    wanted = set(uuids) - known.keys()
    found = {member.uuid: member.id for member in people.members(actor.organization_id, uuids=wanted)}
    if wanted - found.keys():
        unknown = sorted(str(uuid) for uuid in wanted - found.keys())
        raise NotFound("Some people are not known here.", code="user_not_found", users=unknown)
    return known | found


def new_row(
    actor: Actor,
    project_id: int,
    source: str,
    new: NewTask,
    *,
    now: datetime,
    state: State = State.PENDING,
    created_by: int | None = None,
    uuid: UUID | None = None,
) -> Task:
    """The row that `new` says, not yet written."""
    is_open = state != State.COMPLETED
    return Task(
        **({"uuid": uuid} if uuid else {}),
        organization_id=actor.organization_id,
        project_id=project_id,
        source=source,
        title=new.title,
        description=new.description,
        category=new.category,
        priority=new.priority,
        tags=content.check_tags(new.tags),
        metadata=dict(new.metadata),
        state=state,
        is_open=is_open,
        weight=new.weight,
        due_at=new.due_at,
        due_sort=deadlines.due_sort(new.due_at),
        escalate_at=new.escalate_at,
        outcomes=results.to_json(new.outcomes),
        form_fields=[field.to_json() for field in new.form_fields],
        form_data=dict(new.form_data),
        instance_id=new.instance_id,
        created_by_id=created_by,
        created_at=now,
        updated_at=now,
        started_at=now if state == State.IN_PROGRESS else None,
        closed_at=None if is_open else now,
        closed_by_id=None if is_open else actor.user_id,
    )


def _insert(task: Task, shares: Sequence[Assignment], *, has_own_id: bool) -> None:
    if not has_own_id:
        insert_with([task], shares, by="task")
        return
    try:
        with transaction.atomic():  # so that the refusal leaves the transaction usable
            insert_with([task], shares, by="task")
    except IntegrityError as error:
        if "uuid" not in str(error):
            raise
        raise Conflict("A task with this id exists already.", code="already_exists", id=str(task.uuid)) from None


def add_checklists(tasks: Mapping[Task, NewTask]) -> None:
    """Write the points of new tasks."""
    insert(
        [
            ChecklistItem(
                organization_id=task.organization_id, task=task, text=text, position=place, created_at=task.created_at
            )
            for task, new in tasks.items()
            for place, text in enumerate(new.checklist)
        ]
    )


def _add_parts(task: Task, new: NewTask, watchers: list[int], now: datetime) -> None:
    of_task = {"organization_id": task.organization_id, "task": task}
    insert(
        [
            Reference(**of_task, kind=ref.kind[:63], key=ref.key[:255], label=ref.label[:255], content=ref.content)
            for ref in new.references
        ]
    )
    add_checklists({task: new})
    insert([Watcher(**of_task, user_id=user_id, created_at=now) for user_id in set(watchers)])
    if task.is_open:
        add_deadlines(task)
