"""From a step's task to the contract's JSON, in the document's order. Plain dicts: lists pass here.

Times are told in the organization's zone, in whole seconds and without an offset, as the document has them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from taskhub.contracts.rows import Row
from tasks.domain.form import Field
from workflows.models import StepRun

from .holders import Holders, holders_of
from .mapping import DONE, STATES

RUN, INSTANCE = "step_run__", "step_run__instance__"
LISTED = (
    "id", "instance_id", "state", "due_at", "escalated_at", "created_at", f"{RUN}name",
    f"{INSTANCE}entity_type", f"{INSTANCE}entity_id", f"{INSTANCE}entity_label", f"{INSTANCE}definition__name",
)  # fmt: skip
DETAILED = (*LISTED, "description", "outcomes", "form_fields", "form_data")
IN_LIST = (
    "id", "instance_id", "workflow_name", "step_name", "status", "assigned_to_user", "assigned_to_group", "entity",
    "due_date", "escalated", "created_at",
)  # fmt: skip
IN_DETAIL = (
    "id", "instance_id", "workflow_name", "step_name", "step_description", "status", "assigned_to_user",
    "assigned_to_group", "due_date", "escalated", "entity", "available_results", "fields", "previous_steps_data",
    "created_at",
)  # fmt: skip


def enveloped(data: Any, **meta: Any) -> dict[str, Any]:
    """An answer as the document wraps it."""
    return {"success": True, "data": data, "meta": meta}


def local(moment: datetime | None, zone: str) -> str | None:
    """The moment as a clock in that zone shows it."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="seconds")


def tasks(rows: Iterable[Row], reader: int | None, zone: str) -> list[dict[str, Any]]:
    """Tasks of a list; one query for all their holders."""
    rows = list(rows)
    holders = holders_of([row["id"] for row in rows], reader)
    return [_in_order(_common(row, holders[row["id"]], zone), IN_LIST) for row in rows]


def task(row: Row, previous: Iterable[StepRun], reader: int | None, zone: str) -> dict[str, Any]:
    """One task with all that its form needs."""
    common = _common(row, holders_of([row["id"]], reader)[row["id"]], zone)
    more = {
        "step_description": row["description"] or None,
        "available_results": available_results(row["outcomes"]),
        "fields": [field(Field.from_json(said), row["form_data"]) for said in row["form_fields"]],
        "previous_steps_data": [_previous(run, zone) for run in previous],
    }
    return _in_order(common | more, IN_DETAIL)


def available_results(outcomes: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The results of a step; where its definition names none there is still one, for a client has to send one."""
    named = [{"code": outcome["code"], "label": outcome["label"]} for outcome in outcomes]
    return named or [{"code": DONE[0], "label": DONE[1]}]


def field(asked: Field, answers: Mapping[str, Any]) -> dict[str, Any]:
    """A field as documented; after that what a client needs to show it and to check an answer, where there is any."""
    shown = {
        "id": asked.id,
        "name": asked.name,
        "type": asked.type.value,
        "required": asked.required,
        "value": answers.get(asked.name),
    }
    options = [{"value": option.value, "label": option.label} for option in asked.options]
    more = {"label": asked.label, "help": asked.help, "options": options, "min": asked.min, "max": asked.max}
    return shown | {name: value for name, value in more.items() if value is not None and value not in ("", [])}


def _common(row: Row, holders: Holders, zone: str) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "instance_id": str(row["instance_id"]),
        "workflow_name": row[f"{INSTANCE}definition__name"],
        "step_name": row[f"{RUN}name"],
        "status": STATES[row["state"]],
        "assigned_to_user": holders.user,
        "assigned_to_group": holders.group,
        "entity": {name: row[f"{INSTANCE}entity_{name}"] for name in ("type", "id", "label")},
        "due_date": local(row["due_at"], zone),
        "escalated": row["escalated_at"] is not None,
        "created_at": local(row["created_at"], zone),
    }


def _previous(run: StepRun, zone: str) -> dict[str, Any]:
    return {
        "step_name": run.name,
        "completed_by": run.completed_by.username if run.completed_by else "TaskHub",
        "completed_at": local(run.left_at, zone),
        "result": run.outcome or DONE[0],
        "captured_data": run.form_data,
    }


def _in_order(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: values[name] for name in names}
