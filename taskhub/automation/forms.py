"""The builder's forms: one for the rule, one for each of its actions with the fields that its kind has.

Documents of rules become forms and forms become documents; what the form does not show of an action is kept.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.access import visible_projects
from accounts.actor import Actor, Role
from accounts.models import Membership, Team
from taskhub.inbox.forms.widgets import ProseField, TagsField
from taskhub.inbox.renderer import PageForm
from tasks.models import Priority
from tasks.templates import templates
from workflows import catalog
from workflows.rules.actions import PRIORITIES
from workflows.rules.triggers import SCHEDULE, TASK_EVENTS

from .words import ACTIONS, duration_words, recipients

NAMED = "named"
EVERY_DURATION = ("PT1H", "PT4H", "PT8H", "P1D", "P2D", "P3D", "P7D", "P14D", "P30D")
MOST_PEOPLE = 500
Document = dict[str, Any]
Choices = list[tuple[str, str]]


class RuleForm(PageForm):
    """Everything of a rule but its actions."""

    full = frozenset({"condition"})

    name = forms.CharField(label="Name", max_length=200)
    when = forms.ChoiceField(label="When")
    trigger_name = forms.CharField(
        label="Its name", max_length=63, required=False, help_text="As the bot or script fires it: conversation_tag."
    )
    trigger_value = forms.CharField(
        label="Its value", max_length=200, required=False, help_text="Empty: whatever the value is."
    )
    cron = forms.CharField(
        label="Schedule",
        max_length=100,
        required=False,
        help_text="Minute, hour, day, month, weekday: 0 8 * * 1-5 is 08:00 from Monday to Friday.",
    )
    project = forms.ChoiceField(label="In the project", required=False)
    condition = ProseField(
        label="And if",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "code"}),
        help_text="A condition like task.priority == 'high' && 'vip' in task.tags. Empty: always.",
    )
    enabled = forms.BooleanField(label="The rule is on", required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = [(kind, f"{words[0].upper()}{words[1:]}") for kind, words in TASK_EVENTS.items()]
        others = [(NAMED, "A trigger is fired by its name"), (SCHEDULE, "The time has come (a schedule)")]
        self.offer("when", [("Something happens to a task", events), ("Something else", others)])
        own = visible_projects(actor).order_by("name").values_list("uuid", "name")
        self.offer("project", [("", "Any project"), *((str(uuid), name) for uuid, name in own)])

    @property
    def kind(self) -> str:
        """What is chosen under "when"."""
        value = self.data.get("when") if self.is_bound else self.initial.get("when")
        return str(value or "task.created")

    def shown(self) -> list[forms.BoundField]:
        """The fields that the chosen trigger has."""
        others = {NAMED: {"trigger_name", "trigger_value"}, SCHEDULE: {"cron"}}
        wanted = others.get(self.kind, {"project"} if self.kind in TASK_EVENTS else set()) | {"project"}
        return [self[name] for name in ("trigger_name", "trigger_value", "cron", "project") if name in wanted]

    def document(self) -> Document:
        """The trigger, name and condition as they were typed."""
        said = self.data
        kind = self.kind
        values = {NAMED: said.get("trigger_value", ""), SCHEDULE: said.get("cron", "")}
        name = said.get("trigger_name", "").strip() if kind == NAMED else kind
        trigger = {"type": name, "value": values.get(kind, "").strip()}
        condition = said.get("condition", "").replace("\r\n", "\n")
        return {"name": said.get("name", "").strip(), "trigger": trigger, "condition": condition}


def initial(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a document."""
    trigger = document["trigger"]
    kind = trigger["type"]
    when = kind if kind in TASK_EVENTS or kind == SCHEDULE else NAMED
    return {
        "name": document["name"],
        "when": when,
        "trigger_name": kind if when == NAMED else "",
        "trigger_value": trigger["value"] if when == NAMED else "",
        "cron": trigger["value"] if when == SCHEDULE else "",
        "condition": document["condition"],
    }


FIELDS: Mapping[str, tuple[str, ...]] = {
    "create_task": ("template", "title", "description", "to", "priority", "due_in", "tags", "project", "variables"),
    "start_workflow": ("workflow", "variables"),
    "assign": ("to",),
    "set_priority": ("priority",),
    "set_due_date": ("due_in",),
    "add_comment": ("text",),
    "add_tag": ("tags",),
    "notify": ("to", "text"),
    "escalate": (),
}
"""Action -> the fields that it has."""
PLACES = {"assign": "to", "team": "to", "auto_assign": "to", "tag": "tags", "type": "type"}
"""Part of a document -> the field that shows it, where they have different names."""


class ActionForm(PageForm):
    """One action. `document` is what it was: its kind decides which fields there are."""

    full = frozenset({"description", "text", "variables", "title"})

    type = forms.ChoiceField(label="Then", choices=list(ACTIONS.items()))
    template = forms.ChoiceField(label="From the template", required=False)
    title = forms.CharField(
        label="Title",
        required=False,
        max_length=500,
        help_text="{{task.title}} is filled in. A template brings its own.",
    )
    description = ProseField(label="Description", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    workflow = forms.ChoiceField(label="Workflow", required=False)
    to = forms.ChoiceField(label="For", required=False)
    priority = forms.ChoiceField(label="Priority", required=False)
    due_in = forms.ChoiceField(label="Due in", required=False)
    tags = TagsField(label="Tags", required=False, help_text="Separated by commas.")
    project = forms.ChoiceField(label="In the project", required=False)
    text = ProseField(label="Text", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    variables = ProseField(
        label="Variables",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "code"}),
        help_text="One on each line: customer = {{context.customer}}",
    )

    def __init__(self, data: Any, *, place: int, document: Document, offers: "Offers") -> None:
        kind = str(document.get("type") or "create_task")
        super().__init__(data, prefix=f"a{place}", initial={"type": kind, **_shown(document)})
        self.kind = kind if kind in FIELDS else "create_task"
        self.place = place
        for name in list(self.fields):
            if name != "type" and name not in FIELDS[self.kind]:
                del self.fields[name]
        for name in self.fields.keys() & offers.choices.keys():
            self.offer(name, offers.of(name, self.initial.get(name, ""), document, kind=self.kind))

    def document(self) -> Document:
        """The action as it was typed."""
        document: Document = {"type": self.kind}
        for name in FIELDS[self.kind]:
            value = self.data.get(self.add_prefix(name), "")
            document |= _READ[name](value) if name in _READ else ({name: value} if value.strip() else {})
        return document


class Offers:
    """What can be chosen in actions: people, teams, templates, workflows, projects. One query each."""

    def __init__(self, actor: Actor) -> None:
        people = Membership.objects.filter(
            organization_id=actor.organization_id, role__gte=Role.MEMBER, user__is_active=True
        ).select_related("user")
        self.people = [
            (f"user:{row.user.username}", row.user.get_full_name())
            for row in people.order_by("user__name", "user__username")[:MOST_PEOPLE]
        ]
        teams = Team.objects.filter(organization_id=actor.organization_id).order_by("title")
        self.teams = [(team.slug, team.title) for team in teams.only("slug", "title")]
        own = visible_projects(actor).order_by("name").values_list("slug", "name")
        self.choices: dict[str, Choices] = {
            "template": [("", "No template"), *((str(row.uuid), row.name) for row in templates(actor)[:MOST_PEOPLE])],
            "workflow": [("", "Choose one"), *((row.key, row.name) for row in catalog.startable(actor))],
            "project": [("", "Where the rule looks"), *own],
            "priority": [
                ("", "As usual"),
                *((word, Priority(number).label) for word, number in PRIORITIES.items()),
            ],
            "due_in": [("", "No due date"), *((text, duration_words(text)) for text in EVERY_DURATION)],
            "to": [],
        }

    def of(self, name: str, value: str, document: Document, *, kind: str) -> Any:
        """The choices of a field, with what stands there already among them."""
        if name == "to":
            return self._people(value, document, spread=kind != "notify")
        known = self.choices[name]
        is_known = not value or any(value == key for key, _ in known)
        return known if is_known else [*known, (value, duration_words(value) if name == "due_in" else value)]

    def _people(self, value: str, document: Document, *, spread: bool) -> Any:
        auto = [("auto:", "Whoever has least to do")]
        auto += [(f"auto:{slug}", f"Least to do in {name}") for slug, name in self.teams]
        teams = [(f"team:{slug}", name) for slug, name in self.teams]
        groups = [("Spread", auto)] if spread else []
        found: list[Any] = [("", "Nobody in particular"), *groups, ("Teams", teams), ("People", self.people)]
        known = {key for _, group in found[1:] for key, _ in group} | {""}
        return found if value in known else [*found, (value, recipients(document))]


def _shown(document: Document) -> dict[str, Any]:
    """What the fields show of an action."""
    shown = {name: value for name, value in document.items() if isinstance(value, str)}
    tags = [document["tag"]] if document.get("tag") else document.get("tags", [])
    return shown | {
        "to": _recipient(document),
        "tags": tags,
        "variables": "\n".join(f"{name} = {_variable(value)}" for name, value in document.get("variables", {}).items()),
    }


def _recipient(document: Document) -> str:
    if document.get("auto_assign"):
        return f"auto:{document.get('team') or ''}"
    to = document.get("assign") or {}
    if to.get("users"):
        return "users:" + ",".join(to["users"])
    return next((f"{kind}:{to[kind]}" for kind in ("user", "team") if to.get(kind)), "")


def _read_recipient(value: str) -> Document:
    kind, _, name = value.partition(":")
    if kind == "auto":
        return {"auto_assign": True, **({"team": name} if name else {})}
    if kind == "users":
        return {"assign": {"users": name.split(",")}}
    return {"assign": {kind: name}} if name else {}


def _variable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read_variables(value: str) -> Document:
    found: Document = {}
    for line in value.splitlines():
        name, _, text = line.partition("=")
        if line.strip():
            found[name.strip()] = _value(text.strip())
    return {"variables": found} if found else {}


def _value(text: str) -> Any:
    """A number, a truth value or JSON as such; everything else is a text."""
    try:
        value = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, str) else value


def _read_tags(value: str) -> Document:
    tags = [part.strip() for part in value.split(",") if part.strip()]
    return {"tags": tags} if tags else {}


_READ = {
    "to": _read_recipient,
    "tags": _read_tags,
    "variables": _read_variables,
}
