"""Which workflow the documents of a project go through: the one that the project names, or the built-in one.

The built-in pipeline is a definition like any other, written for an organization when it first needs it and listed
nowhere. An organization that publishes one of the same key has chosen another.
"""

from datetime import datetime
from typing import Any

from accounts.access import ProjectAccess
from accounts.actor import Actor
from accounts.models import Project
from tasks.domain.errors import Conflict
from workflows import reading
from workflows.models import WorkflowDefinition
from workflows.starting import published

from .definitions import next_version

KEY = "document-review"
BUILT_IN: dict[str, Any] = {
    "key": KEY,
    "name": "Document review",
    "entity_type": "document",
    "steps": [
        {
            "key": "extraction",
            "name": "Extraction",
            "type": "automatic",
            "title": "Check {{document.name}}",
            "processor": "text",
            "review": "always",
            "assign": {"starter": True},
            "fields": [
                {"name": "title", "type": "text", "label": "Title"},
                {"name": "date", "type": "date", "label": "Date"},
                {"name": "reference", "type": "text", "label": "Reference"},
                {"name": "total", "type": "number", "label": "Total"},
                {"name": "notes", "type": "text", "label": "Notes"},
            ],
        }
    ],
}


def pipeline_of(project: ProjectAccess, organization_id: int, now: datetime) -> WorkflowDefinition:
    """The definition that new uploads of the project go through. Raises Conflict (`no_pipeline`).

    Call it inside a transaction: the built-in one may have to be written.
    """
    key = Project.objects.values_list("pipeline", flat=True).get(pk=project.id)
    found = published(organization_id, key or KEY, None)
    if found is not None:
        return found
    if key:
        raise Conflict(f"The project's pipeline '{key}' is not published.", code="no_pipeline")
    return _built_in(organization_id, now)


def _built_in(organization_id: int, now: datetime) -> WorkflowDefinition:
    read = reading.read(organization_id, BUILT_IN, is_for_good=True)
    try:
        return next_version(Actor.system(organization_id), read, BUILT_IN, now, is_listed=False)[0]
    except Conflict:  # somebody else has written it a moment ago
        found = published(organization_id, KEY, None)
        if found is None:
            raise
        return found
