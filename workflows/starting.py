"""Rows of instances that begin: by somebody, or as a step of another one."""

from dataclasses import dataclass
from datetime import datetime

from workflows.engine.intents import StartChild
from workflows.engine.state import State
from workflows.models import WorkflowDefinition, WorkflowInstance

MAX_DEPTH = 10
"""Instances that may be nested in each other: definitions may start each other, and none must do so without end."""


class Unstartable(Exception):
    """The sub-workflow cannot be started; the message says why to a person."""


@dataclass(frozen=True, slots=True)
class Entity:
    """What an instance is about, in the words of who starts it: its type, their id of it, and how people call it."""

    type: str = ""
    id: str = ""
    label: str = ""

    def __bool__(self) -> bool:
        return bool(self.type or self.id or self.label)


def published(organization_id: int, key: str, version: int | None) -> WorkflowDefinition | None:
    """The published definition of that key: this version, or the latest one. Without its document, which is cached."""
    rows = WorkflowDefinition.objects.filter(
        organization_id=organization_id, key=key, status=WorkflowDefinition.Status.PUBLISHED
    )
    if version is not None:
        rows = rows.filter(version=version)
    return rows.defer("document").order_by("-version").first()


def new_child(parent: WorkflowInstance, wanted: StartChild, now: datetime) -> WorkflowInstance:
    """The row of the instance that a step starts, written so that others can refer to it. Raises Unstartable."""
    if parent.depth + 1 >= MAX_DEPTH:
        raise Unstartable(f"workflows are nested at most {MAX_DEPTH} deep")
    definition = published(parent.organization_id, wanted.workflow, wanted.version)
    if definition is None:
        version = f" in version {wanted.version}" if wanted.version else ""
        raise Unstartable(f"there is no published workflow '{wanted.workflow}'{version}")
    child = new_row(definition, parent.project_id, parent.started_by_id, now)
    child.entity_type, child.entity_id, child.entity_label = parent.entity_type, parent.entity_id, parent.entity_label
    child.parent, child.parent_run, child.depth = parent, wanted.run, parent.depth + 1
    child.root_id = parent.root_id or parent.pk
    child.save(force_insert=True)
    return child


def new_row(definition: WorkflowDefinition, project_id: int, started_by: int | None, now: datetime) -> WorkflowInstance:
    """The row of an instance before its first event, not yet written."""
    return WorkflowInstance(
        organization_id=definition.organization_id,
        project_id=project_id,
        definition=definition,
        key=definition.key,
        state=State().to_json(),
        started_by_id=started_by,
        started_at=now,
        updated_at=now,
    )
