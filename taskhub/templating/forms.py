"""What is asked for when a template is written, and when a task is made from one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms

from accounts.access import visible_projects
from accounts.actor import Actor
from taskhub.inbox.forms.content import PRIORITIES, AssigneesForm, Categories, assignees_field
from taskhub.inbox.forms.widgets import LocalDateTimeField, ProseField, TagsField
from taskhub.inbox.renderer import PageForm
from taskhub.inbox.roster import assignable_people, assignable_teams
from taskhub.templating.words import hours_in_words, label_of, lines_of, nested
from tasks.commands import NewShare
from tasks.commands.templates import LONGEST_DUE, MAX_NAME
from tasks.domain import placeholders
from tasks.domain.content import MAX_ITEMS, MAX_LENGTH
from tasks.models import Priority, TaskTemplate

PREFIX = "variable-"
MOST_PROJECTS = 500
VARIABLES = "What stands in double braces, such as {{customer}}, is asked for when a task is made."


class TemplateForm(PageForm):
    """What a template says."""

    name = forms.CharField(
        label="Name", max_length=MAX_NAME, error_messages={"required": "Say what the template is called."}
    )
    title_template = forms.CharField(
        label="Title of the tasks",
        required=False,
        max_length=MAX_LENGTH["title"],
        help_text="Without one, tasks bear the template’s name.",
    )
    description_template = ProseField(
        label="Description", required=False, max_length=MAX_LENGTH["description"], help_text=VARIABLES
    )
    checklist = ProseField(label="Checklist", required=False, help_text=f"One point on each line, at most {MAX_ITEMS}.")
    assign = forms.ChoiceField(label="Usually for", required=False)
    default_priority = forms.TypedChoiceField(label="Priority", choices=PRIORITIES, coerce=int, initial=Priority.MEDIUM)
    due_days = forms.IntegerField(label="Due after days", required=False, min_value=0, max_value=LONGEST_DUE.days)
    due_hours = forms.IntegerField(label="Due after hours", required=False, min_value=0, max_value=23)
    category = forms.ChoiceField(label="Category", required=False)
    default_tags = TagsField(label="Tags", required=False, help_text="Separate them with commas.")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    full = frozenset({"name", "title_template", "description_template", "checklist"})

    def __init__(self, *args: Any, actor: Actor, categories: Categories, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            ("Teams", assignable_teams(actor.organization_id)),
            ("People", assignable_people(actor.organization_id)),
        ]
        self.offer("assign", [("", [("", "Nobody yet")]), *(group for group in groups if group[1])])
        current = str(self.initial.get("category") or "")
        kept = [] if not current or current in categories else [(current, current)]
        known = [(slug, title) for slug, (title, _) in categories.items()]
        self.offer("category", [("", "None"), *known, *kept])
        for name in ("due_days", "due_hours"):
            self.fields[name].widget.attrs["class"] = "input--number"

    @property
    def values(self) -> dict[str, Any]:
        """What the command takes."""
        said = {name: value for name, value in self.cleaned_data.items() if name in PLAIN}
        days, hours = (self.cleaned_data.get(name) or 0 for name in ("due_days", "due_hours"))
        length = timedelta(days=days, hours=hours)
        return said | {
            "checklist": lines_of(self.cleaned_data["checklist"]),
            "default_due": length or None,
            "assignee": _share(self.cleaned_data["assign"]),
        }

    @staticmethod
    def initial_of(row: TaskTemplate) -> dict[str, Any]:
        due = row.default_due or timedelta(0)
        holder = f"user:{row.assign_user.uuid}" if row.assign_user else ""
        return {
            **{name: getattr(row, name) for name in PLAIN},
            "checklist": "\n".join(row.checklist),
            "due_days": due.days or None,
            "due_hours": due.seconds // 3_600 or None,
            "assign": f"team:{row.assign_team.uuid}" if row.assign_team else holder,
            "version": row.version,
        }


PLAIN = ("name", "title_template", "description_template", "default_priority", "category", "default_tags")


class UseForm(AssigneesForm):
    """A task from a template: its variables first, each as a field of its own."""

    assignees = assignees_field(
        "Assign to",
        required=False,
        hint="The work is divided equally. What is given to a team can be claimed by any of its members.",
    )
    project = forms.ChoiceField(label="Project")
    due_at = LocalDateTimeField(label="Due", required=False)
    priority = forms.TypedChoiceField(label="Priority", choices=PRIORITIES, coerce=int)
    watch = forms.BooleanField(label="Tell me what happens to it", required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, row: TaskTemplate, given: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        short = set(placeholders.names(row.title, *row.checklist))
        asked = {PREFIX + name: _asked(name, given.get(name, ""), is_long=name not in short) for name in row.variables}
        self.fields = {**asked, **self.fields}
        self.full = frozenset({*asked, "assignees", "watch"})
        self.offer_everyone(actor)
        rows = visible_projects(actor).order_by("-is_default", "name").values_list("uuid", "name")
        self.offer("project", [(str(uuid), name) for uuid, name in rows[:MOST_PROJECTS]])
        if row.default_due:
            self.fields["due_at"].label = f"Due (else {hours_in_words(row.default_due)} from now)"

    @property
    def variables(self) -> Mapping[str, Any]:
        """What was filled in, by the variables' names."""
        said = ((name, self.cleaned_data.get(PREFIX + name, "")) for name in self.row.variables)
        return nested((name, value) for name, value in said if value != "")


def _asked(name: str, value: str, *, is_long: bool) -> forms.CharField:
    kind = ProseField if is_long else forms.CharField
    widget = forms.Textarea({"rows": 2}) if is_long else forms.TextInput({"autocomplete": "off"})
    return kind(
        label=label_of(name),
        initial=value,
        max_length=MAX_LENGTH["description"],
        widget=widget,
        error_messages={"required": f"Fill in “{label_of(name)}”."},
    )


def _share(value: str) -> NewShare | None:
    kind, _, uuid = value.partition(":")
    if not uuid:
        return None
    return NewShare(team=UUID(uuid)) if kind == "team" else NewShare(user=UUID(uuid))
