"""Creating a task, changing what it says, and giving it to others."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from accounts.access import visible_projects
from accounts.actor import Actor
from taskhub.inbox.forms.widgets import LocalDateTimeField, Picks, ProseField, TagsField
from taskhub.inbox.renderer import PageForm
from taskhub.inbox.roster import assignable_people, assignable_teams
from tasks.commands import NewShare
from tasks.domain.content import MAX_LENGTH
from tasks.models import Priority, Task

Categories = dict[str, tuple[str, str]]
PRIORITIES = [(priority.value, priority.label) for priority in reversed(Priority)]


class ContentForm(PageForm):
    """What a task says and when it is due."""

    title = forms.CharField(
        label="Title", max_length=MAX_LENGTH["title"], error_messages={"required": "Say what is to be done."}
    )
    description = ProseField(label="Description", required=False, max_length=MAX_LENGTH["description"])
    priority = forms.TypedChoiceField(label="Priority", choices=PRIORITIES, coerce=int, initial=Priority.MEDIUM)
    category = forms.ChoiceField(label="Category", required=False)
    due_at = LocalDateTimeField(label="Due", required=False)
    tags = TagsField(label="Tags", required=False, help_text="Separate them with commas.")

    def __init__(self, *args: Any, categories: Categories, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(slug, title) for slug, (title, _) in categories.items()]
        current = str(self.initial.get("category") or "")
        kept = [] if not current or current in categories else [(current, current)]
        self.offer("category", [("", "None"), *known, *kept])

    @staticmethod
    def initial_of(task: Task) -> dict[str, Any]:
        names = ("title", "description", "priority", "category", "due_at", "tags")
        return {name: getattr(task, name) for name in names}


class AssigneesForm(PageForm):
    """Who gets the work: people and teams of the organization."""

    def offer_everyone(self, actor: Actor) -> None:
        groups = [
            ("Teams", assignable_teams(actor.organization_id)),
            ("People", assignable_people(actor.organization_id)),
        ]
        self.offer("assignees", [group for group in groups if group[1]])

    @property
    def shares(self) -> list[NewShare]:
        return [_share(value) for value in self.cleaned_data["assignees"]]


def _share(value: str) -> NewShare:
    kind, _, uuid = value.partition(":")
    return NewShare(team=UUID(uuid)) if kind == "team" else NewShare(user=UUID(uuid))


def assignees_field(label: str, *, required: bool, hint: str) -> forms.MultipleChoiceField:
    """The field of an AssigneesForm."""
    return forms.MultipleChoiceField(
        label=label,
        required=required,
        widget=Picks,
        help_text=hint,
        error_messages={"required": "Choose at least one person or team."},
    )


class CreateForm(AssigneesForm, ContentForm):
    """A new task."""

    assignees = assignees_field(
        "Assign to",
        required=False,
        hint="The work is divided equally. What is given to a team can be claimed by any of its members.",
    )
    project = forms.ChoiceField(label="Project")
    watch = forms.BooleanField(label="Tell me what happens to it", required=False, initial=True)
    field_order = ("title", "description", "assignees", "project", "due_at", "priority", "category", "tags", "watch")
    full = frozenset({"title", "description", "assignees", "tags", "watch"})

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_everyone(actor)
        projects = list(visible_projects(actor).order_by("-is_default", "name").values_list("uuid", "name"))
        self.offer("project", [(str(uuid), name) for uuid, name in projects])


class EditForm(ContentForm):
    """Other words, another date."""

    full = frozenset({"title", "description"})


class ReassignForm(AssigneesForm):
    """Others get what is still to be done."""

    assignees = assignees_field(
        "Give it to", required=True, hint="They divide what is still to be done; what was done stays."
    )
    reason = ProseField(label="Why?", required=False, max_length=MAX_LENGTH["reason"])

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_everyone(actor)


def holders(values: Iterable[tuple[UUID | None, UUID | None]]) -> list[str]:
    """The choices that stand for who holds the shares now, given as (person, team)."""
    return [f"team:{team}" if team else f"user:{user}" for user, team in values]
