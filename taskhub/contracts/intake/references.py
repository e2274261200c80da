"""What an intake task is about, and the messages that were sent for it: one query for many tasks."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from accounts.prepared import prepared
from tasks.commands import NewReference
from tasks.models import Delivery, Reference

from .mapping import REFERENCES

FIELD_OF = {kind: name for name, kind in REFERENCES.items()}


@dataclass(slots=True)
class Hung:
    """What hangs on one task: field -> id, and channel -> ids of messages."""

    ids: dict[str, str] = field(default_factory=dict)
    messages: dict[str, list[str]] = field(default_factory=dict)


def hung_on(task_ids: Collection[int]) -> Mapping[int, Hung]:
    """Task id -> what hangs on it, for every id asked for."""
    found: dict[int, Hung] = defaultdict(Hung)
    if not task_ids:
        return found
    for what, task_id, name, text, _ in sorted(_rows(list(task_ids)), key=lambda row: row[4]):
        if what == "reference":
            found[task_id].ids.setdefault(FIELD_OF[name], text)
        else:
            found[task_id].messages.setdefault(name, []).append(text)
    return found


@prepared
def _rows(task_ids: list[int]) -> QuerySet[Reference, tuple[str, int, str, str, int]]:
    references = Reference.objects.filter(task_id__in=task_ids, kind__in=FIELD_OF).order_by()
    sent = Delivery.objects.filter(task_id__in=task_ids).exclude(external_id="").order_by()
    return references.values_list(_word("reference"), "task_id", "kind", "key", "id").union(
        sent.values_list(_word("message"), "task_id", "channel", "external_id", "id"), all=True
    )


def given_in(fields: Mapping[str, Any]) -> list[NewReference]:
    """The references that a request names."""
    return [NewReference(kind=kind, key=fields[name]) for name, kind in REFERENCES.items() if fields.get(name)]


def _word(text: str) -> Cast:
    return Cast(Value(text), CharField(max_length=16))
