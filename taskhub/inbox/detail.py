"""All that one task's page shows, gathered in a handful of queries and put into words. Reads only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from accounts.actor import Actor
from taskhub.inbox import story, verbs, words
from taskhub.inbox.answers import Files, Told, files_of, told
from taskhub.inbox.document import ONLY_ELSEWHERE, Pane, pane
from taskhub.inbox.process import Process, find, process
from taskhub.inbox.roster import names
from taskhub.inbox.shell import Meter, Part
from tasks import queries
from tasks.domain import results
from tasks.domain.form import Field
from tasks.domain.lifecycle import ShareState
from tasks.domain.results import Result
from tasks.models import Report, Task
from tasks.parts import Parts, SharePart, parts
from tasks.policy import Standing, refusal

HISTORY, DATA = "history", "data"
TABS = ("", HISTORY, DATA)
MOST_REPORTS = 20


@dataclass(frozen=True)
class Detail:
    """One task for one person."""

    task: Task
    standing: Standing
    category: str
    parts: Parts
    shares: tuple[SharePart, ...]
    meter: Meter | None
    situation: str
    work: list[verbs.Button]
    manage: list[verbs.Button]
    entries: list[story.Entry]
    watchers: list[str]
    is_watching: bool
    questions: tuple[Field, ...] = ()
    results: tuple[Result, ...] = ()
    answers: tuple[Told, ...] = ()
    """What was answered, or will be shown to who answers."""
    files: Files = field(default_factory=dict)
    process: Process | None = None
    document: Pane | None = None
    reports: tuple[Report, ...] = ()

    @property
    def refused_work(self) -> list[verbs.Refusal]:
        return verbs.refusals(self.work)

    @property
    def refused_manage(self) -> list[verbs.Refusal]:
        return verbs.refusals(self.manage)

    @property
    def enabled_work(self) -> list[verbs.Button]:
        return [button for button in self.work if button.enabled]

    @property
    def enabled_manage(self) -> list[verbs.Button]:
        return [button for button in self.manage if button.enabled]

    @property
    def may_complete(self) -> bool:
        return any(button.code == "complete" for button in self.enabled_work)

    @property
    def is_form(self) -> bool:
        """Whether it ends with more than one press of one button: results to choose of, or questions."""
        return bool(self.questions or self.results)

    @property
    def doubts(self) -> Mapping[str, Sequence[str]] | None:
        """Why answers that are there already should be looked at, by the fields' names; None without a document."""
        return self.document.doubts if self.document else None

    @property
    def has_answers(self) -> bool:
        """Whether there is something to read for who is not asked."""
        return not self.may_complete and (not self.task.is_open or any(answer.text for answer in self.answers))

    @property
    def preparing(self) -> list[verbs.Button]:
        """What comes before the work: claiming, starting, giving back."""
        return [button for button in self.enabled_work if not button.look.asks and button.code != "complete"]

    @property
    def refusing(self) -> list[verbs.Button]:
        """What ends it in another way."""
        return [button for button in self.enabled_work if button.look.asks]

    @property
    def complete_button(self) -> verbs.Button | None:
        return next((button for button in self.enabled_work if button.code == "complete"), None)

    @property
    def for_everyone(self) -> str:
        """A word to who closes what others were to do."""
        button = self.complete_button
        others = self.standing.workable_share is None and self.standing.facts.pending
        return "Nobody else has to act then: you close it for everyone." if button and others else ""

    @property
    def outcome(self) -> str:
        """The task's outcome in words."""
        return next((result.label for result in self.results if result.code == self.task.outcome), self.task.outcome)

    @property
    def may_comment(self) -> bool:
        return refusal(self.standing, "comment") is None

    @property
    def comments(self) -> int:
        return sum(event.type == "comment.added" for event in self.parts.events)


def load(actor: Actor, key: UUID, *, full_history: bool = False) -> Detail:
    """The task as `actor` sees it. Raises NotFound where they may not."""
    task, standing = queries.task(actor, key)
    found = parts([task.pk])[task.pk]
    watchers = list(task.watchers.select_related("user"))
    comments = dict(task.comments.values_list("pk", "text"))
    categories = queries.categories(actor.organization_id)
    shares = _mine_first(found.current_shares, actor)
    step = find(task)
    questions = tuple(Field.from_json(said) for said in task.form_fields)
    asked = [(questions, task.form_data), *(step.asked if step else ())]
    files = files_of(asked, task_id=task.pk, instance_id=task.instance_id)
    document = pane(task, standing, step.run.instance) if step else None
    work = verbs.buttons(standing, task.category, verbs.WORK)
    manage = verbs.buttons(standing, task.category, verbs.MANAGE)
    if document is not None:
        work = [*(button for button in work if button.code not in ONLY_ELSEWHERE), *document.work]
        manage = [*document.manage, *manage]
    return Detail(
        task=task,
        standing=standing,
        category=words.category_word(task.category, categories),
        parts=found,
        shares=shares,
        meter=meter(task, shares) if len(shares) > 1 or task.weight != 1 else None,
        situation=situation(task, standing, shares),
        work=work,
        manage=manage,
        entries=story.entries(
            found.events, names(actor.organization_id, *story.mentioned(found.events)), comments, full=full_history
        ),
        watchers=[watcher.user.get_full_name() for watcher in watchers],
        is_watching=any(watcher.user_id == actor.user_id for watcher in watchers),
        questions=questions,
        results=results.from_json(task.outcomes),
        answers=tuple(told(questions, task.form_data, files)),
        files=files,
        process=process(actor, task, step, files) if step else None,
        document=document,
        reports=tuple(task.reports.select_related("created_by").order_by("-id")[:MOST_REPORTS]) if document else (),
    )


def _mine_first(shares: Sequence[SharePart], actor: Actor) -> tuple[SharePart, ...]:
    return tuple(sorted(shares, key=lambda share: share.user_uuid != actor.user_uuid))


def meter(task: Task, shares: Sequence[SharePart]) -> Meter:
    """The weight bar: performed shares first, then declined, then what still waits."""
    whole = max(task.weight, sum((share.weight for share in shares), Decimal(0)))
    order = (ShareState.PERFORMED, ShareState.DECLINED, ShareState.PENDING)
    drawn, start = [], Decimal(0)
    for share in sorted(shares, key=lambda share: order.index(ShareState(share.state))):
        width = share.weight / whole * 100
        drawn.append(Part(share.state, f"{start:.3f}", f"{width:.3f}"))
        start += width
    waiting = sum((share.weight for share in shares if share.state == ShareState.PENDING), Decimal(0))
    note = f"{float(waiting):g} waiting" if waiting and task.is_open else ""
    goal = f"{task.weight / whole * 100:.3f}" if task.weight < whole else ""
    return Meter(float(task.performed_weight), float(task.weight), note, tuple(drawn), goal)


def situation(task: Task, standing: Standing, shares: Sequence[SharePart]) -> str:
    """One sentence: whose turn it is."""
    if not task.is_open:
        return ""
    own = standing.own_share
    if own and own.is_pending:
        return "Your share is waiting for you." if len(shares) > 1 else "This task is waiting for you."
    waiting = [share for share in shares if share.state == ShareState.PENDING]
    free = [share.name for share in waiting if share.team_uuid]
    if free and standing.workable_share:
        return f"Not claimed yet: {_any_of(free)} can claim it."
    if own:
        return f"You have acted. Waiting for {_any_of([share.name for share in waiting])}."
    return f"Waiting for {_any_of([share.name for share in waiting])}." if waiting else "Nobody is assigned."


def _any_of(names: list[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)


def raw(detail: Detail) -> str:
    """The task's own values, for those who want to see what is behind the words."""
    task = detail.task
    values: dict[str, Any] = {name: getattr(task, name) for name in _RAW}
    values["project"] = str(task.project.uuid)
    values["references"] = [
        {"kind": ref.kind, "key": ref.key, "label": ref.label, "content": ref.content}
        for ref in detail.parts.references
    ]
    values["shares"] = [
        {"id": share.uuid, "of": share.name, "weight": share.weight, "state": share.state}
        for share in detail.parts.shares
    ]
    return json.dumps(values, indent=2, cls=DjangoJSONEncoder, ensure_ascii=False)


_RAW = (
    "uuid", "id", "source", "title", "category", "priority", "state", "closed_reason", "weight", "performed_weight",
    "outcome", "resolution", "outcomes", "form_fields", "form_data", "instance_id", "due_at", "tags",
    "escalation_level", "escalated_at", "created_at", "updated_at", "started_at", "closed_at", "version", "metadata",
)  # fmt: skip
