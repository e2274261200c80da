"""Definitions as the engine reads them, each parsed once in a process.

A published version never changes, so what was parsed of it is kept, within a bound of steps. A draft may change and is
parsed each time. What a transaction publishes that may still be rolled back is not kept either: the row's id could
come back with another document.
"""

import threading

from cachetools import LRUCache
from django.db import transaction

from workflows.engine.definition import Definition, parse
from workflows.models import WorkflowDefinition

MAX_STEPS = 50_000
"""Steps of all definitions kept together: some 150 MB."""
LEAST = 20
"""What the smallest definition counts for, so that there are at most 2,500."""

_kept: LRUCache[int, Definition] = LRUCache(MAX_STEPS, getsizeof=lambda definition: max(LEAST, len(definition.steps)))
_unsure: set[int] = set()
_lock = threading.Lock()
_parsing = threading.Lock()


def definition_of(row_id: int) -> Definition:
    """The definition of that row. Asks the database once a process for each; raises WorkflowDefinition.DoesNotExist."""
    kept = _get(row_id)
    return kept if kept is not None else of(WorkflowDefinition.objects.only("status", "document").get(pk=row_id))


def of(row: WorkflowDefinition) -> Definition:
    """The same for a row that is at hand; its document may be deferred."""
    if row.status == WorkflowDefinition.Status.DRAFT:
        return parse(row.document)
    kept = _get(row.pk)
    if kept is not None:
        return kept
    document = row.document
    with _parsing:  # a long one is not parsed by many threads at once
        kept = _get(row.pk)
        if kept is None:
            kept = parse(document)
            _keep(row.pk, kept)
    return kept


def published(row_id: int) -> None:
    """The row has been published in the transaction at hand; it is kept once that is committed."""
    with _lock:
        _unsure.add(row_id)
        _kept.pop(row_id, None)
    transaction.on_commit(lambda: settled(row_id))


def forget() -> None:
    """Keep nothing: for tests, whose rows come back with other documents."""
    with _lock:
        _kept.clear()
        _unsure.clear()


def settled(row_id: int) -> None:
    """What has been published is committed."""
    with _lock:
        _unsure.discard(row_id)


def _get(row_id: int) -> Definition | None:
    with _lock:
        return _kept.get(row_id)


def _keep(row_id: int, definition: Definition) -> None:
    with _lock:
        if row_id not in _unsure:
            _kept[row_id] = definition
