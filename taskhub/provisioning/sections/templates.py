"""Templates of tasks, known by their names among those in use. `{{variables}}` stand in texts and in the checklist."""

from typing import Any

from accounts import queries as people
from taskhub.provisioning import values
from tasks.commands import NewShare
from tasks.commands.templates import MAX_NAME, create_template, update_template
from tasks.domain.content import MAX_ITEMS, MAX_LENGTH, MAX_TAG_LENGTH, MAX_TAGS
from tasks.domain.errors import InvalidInput
from tasks.models import Priority, TaskTemplate
from workflows.engine.durations import parse_duration

from .section import Answer, Context, Entry, Section, given

PRIORITIES = {priority.name.lower(): priority for priority in Priority}
PLAIN = ("name", "title_template", "description_template", "default_tags", "checklist", "category")


def apply(context: Context, entry: Entry) -> Answer:
    rows = TaskTemplate.objects.filter(organization=context.organization, archived_at__isnull=True)
    row = rows.filter(name=entry["name"]).first()
    said = _values(context, entry)
    if row is None:
        row = create_template(actor=context.actor, now=context.now, **said)
    else:
        row = update_template(actor=context.actor, template=row.pk, values=said, now=context.now)
    return {"id": str(row.uuid), "number": str(row.pk), "version": row.version}


def _values(context: Context, entry: Entry) -> dict[str, Any]:
    """What the entry says, in the command's words."""
    said = given(entry, *PLAIN)
    if "default_priority" in entry:
        said["default_priority"] = PRIORITIES[entry["default_priority"]]
    if "default_due" in entry:
        said["default_due"] = _duration(entry["default_due"])
    if "assign" in entry:
        said["assignee"] = _share(context, entry["assign"])
    return said


def _duration(text: str) -> Any:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise InvalidInput(f"This {error}.", field="default_due") from error


def _share(context: Context, assign: Entry) -> NewShare | None:
    """A person or a team; nobody where neither is named."""
    if not assign:
        return None
    organization = context.organization.pk
    if "user" in assign and people.members(organization, usernames=[assign["user"]]):
        return NewShare(username=assign["user"])
    teams = people.teams(organization, slugs=[assign["team"]]) if "team" in assign else ()
    if not teams:
        raise InvalidInput("There is nobody of that name here.", field="assign")
    return NewShare(team=teams[0].uuid)


ASSIGN: values.Schema = {
    "type": "object",
    "properties": {"user": values.USERNAME, "team": values.SLUG},
    "additionalProperties": False,
    "maxProperties": 1,
}
SECTION = Section(
    name="templates",
    key="name",
    properties={
        "name": values.name(MAX_NAME),
        "title_template": values.text(MAX_LENGTH["title"]),
        "description_template": values.text(MAX_LENGTH["description"]),
        "category": values.text(MAX_LENGTH["category"]),
        "default_priority": values.one_of(*PRIORITIES),
        "default_tags": {**values.several(values.name(MAX_TAG_LENGTH)), "maxItems": MAX_TAGS},
        "checklist": {**values.several(values.name(MAX_LENGTH["item"])), "maxItems": MAX_ITEMS},
        "default_due": values.text(40),
        "assign": ASSIGN,
    },
    required=("name",),
    apply=apply,
)
