"""Work of processors, as workers outside of TaskHub take it."""

from collections.abc import Iterable
from typing import Any

from workflows.models import Document
from workflows.processing.leases import Work


def works(found: Iterable[Work]) -> list[dict[str, Any]]:
    return [work(one) for one in found]


def work(one: Work) -> dict[str, Any]:
    return {
        "id": one.id,
        "token": one.token,
        "lease_until": one.lease_until,
        "processor": one.processor,
        "attempt": one.attempt,
        "instance": one.instance,
        "step": one.step,
        "task": one.task,
        "options": one.options,
        "variables": one.variables,
        "fields": one.fields,
        "document": _document(one.document),
    }


def _document(row: Document | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"id": row.uuid, "name": row.name, "content_type": row.content_type, "size": row.size}
