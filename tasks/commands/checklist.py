"""The points of a task: written down, ticked off, taken back. Its version stays, as with comments."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max

from accounts.actor import Actor
from tasks.domain.content import MAX_ITEMS, check_text
from tasks.domain.errors import InvalidInput, NotFound
from tasks.models import ChecklistItem

from .change import Change, changing


def add_item(
    *, actor: Actor, task: UUID | int, text: str, within: int | None = None, now: datetime | None = None
) -> ChecklistItem:
    """Put one more point at the end of the list. Raises InvalidInput for one too many."""
    check_text("item", text)
    with changing("check", actor=actor, task=task, within=within, now=now) as change:
        items = change.task.checklist
        if items.count() >= MAX_ITEMS:
            raise InvalidInput(f"A checklist has at most {MAX_ITEMS} items.", field="text")
        last = items.aggregate(last=Max("position"))["last"]
        row = ChecklistItem.objects.create(
            organization_id=change.task.organization_id,
            task=change.task,
            text=text,
            position=0 if last is None else last + 1,
            created_at=change.now,
        )
        change.record("checklist.added", item=row.pk, text=text)
    return row


def change_item(
    *,
    actor: Actor,
    task: UUID | int,
    item: UUID,
    text: str | None = None,
    done: bool | None = None,
    within: int | None = None,
    now: datetime | None = None,
) -> ChecklistItem:
    """Tick a point off (`done`) or take that back, or word it otherwise. What already is so is no event."""
    with changing("check", actor=actor, task=task, within=within, now=now) as change:
        row = _item(change, item)
        if text is not None and text != row.text:
            row.text = check_text("item", text)
            change.record("checklist.changed", item=row.pk, text=text)
        if done is not None and done != bool(row.done_at):
            row.done_at, row.done_by_id = (change.now, actor.user_id) if done else (None, None)
            change.record("checklist.ticked" if done else "checklist.unticked", item=row.pk, text=row.text)
        row.save(update_fields=["text", "done_at", "done_by"])
    return row


def remove_item(
    *, actor: Actor, task: UUID | int, item: UUID, within: int | None = None, now: datetime | None = None
) -> None:
    """Take a point off the list; the history remembers it."""
    with changing("check", actor=actor, task=task, within=within, now=now) as change:
        row = _item(change, item)
        change.record("checklist.removed", item=row.pk, text=row.text)
        row.delete()


def _item(change: Change, item: UUID) -> ChecklistItem:
    row = change.task.checklist.filter(uuid=item).first()
    if row is None:
        raise NotFound("There is no such item.", code="item_not_found")
    return row
