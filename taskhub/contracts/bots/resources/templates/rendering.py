"""Templates in the words of the bots contract."""

from typing import Any

from taskhub.contracts.bots.ids import public
from taskhub.contracts.bots.mapping import PRIORITY_WORDS
from tasks.models import TaskTemplate
from workflows.engine.durations import format_duration


def shown(row: TaskTemplate) -> dict[str, Any]:
    return {
        "template_id": public("tpl", row.uuid),
        "name": row.name,
        "title_template": row.title_template,
        "description_template": row.description_template,
        "default_priority": PRIORITY_WORDS[row.default_priority],
        "default_tags": row.default_tags,
        "checklist": row.checklist,
        "default_due_in": format_duration(row.default_due) if row.default_due else None,
        "category": row.category,
        "assignee": row.assign_user.username if row.assign_user else None,
        "team": row.assign_team.slug if row.assign_team else None,
        "variables": row.variables,
        "version": row.version,
        "created_at": row.created_at,
        "created_by": row.created_by.username if row.created_by else None,
        "updated_at": row.updated_at,
    }
