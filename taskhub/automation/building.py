"""The builder at work: from a request or a rule to its forms, from the forms to a document, from faults to fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict

from accounts.actor import Actor
from accounts.ids import parse_uuid
from taskhub.contracts.problems import steps_of
from workflows.models import AutomationRule
from workflows.rules import InvalidRule
from workflows.rules.reading import MAX_ACTIONS

from .forms import FIELDS, PLACES, ActionForm, Document, Offers, RuleForm, initial

NEW: Document = {"name": "", "trigger": {"type": "task.created", "value": ""}, "condition": "", "actions": [{}]}


@dataclass(frozen=True, slots=True)
class Builder:
    """What the page shows: the rule's form, and one for each action."""

    form: RuleForm
    actions: Sequence[ActionForm]
    typed: Sequence[Document] = ()
    """The actions as they were typed."""
    faults: Sequence[tuple[str, str]] = ()
    """Where each fault leads to, and what it says."""

    @property
    def document(self) -> Document:
        return self.form.document() | {"actions": list(self.typed)}

    @property
    def project(self) -> UUID | None:
        return parse_uuid(self.form.data.get("project"))

    @property
    def enabled(self) -> bool:
        return bool(self.form.data.get("enabled"))


def of_rule(actor: Actor, row: AutomationRule | None) -> Builder:
    """The builder for a rule, or for a new one."""
    document = row.document if row else NEW
    given = initial(document) | {"enabled": row.enabled if row else True}
    given["project"] = str(row.project.uuid) if row and row.project else ""
    return Builder(RuleForm(actor=actor, initial=given), _forms(document["actions"], Offers(actor)))


def of_request(actor: Actor, request: HttpRequest, act: str = "") -> Builder:
    """The builder with what was typed. `act` adds an action (`add`) or takes one away (`remove-2`)."""
    data, offers = request.POST, Offers(actor)
    typed = _typed(data, offers)
    if act == "add" and len(typed) < MAX_ACTIONS:
        typed.append({"type": "create_task"})
    gone = act.removeprefix("remove-")
    if act.startswith("remove-") and gone.isdecimal() and len(gone) < 3 and int(gone) < len(typed) > 1:
        del typed[int(gone)]
    return Builder(RuleForm(data, actor=actor), _forms(typed, offers), typed)


def _typed(data: QueryDict, offers: Offers) -> list[Document]:
    """The actions as they were typed, by the kinds that are chosen now."""
    text = data.get("actions", "1")
    count = min(int(text), MAX_ACTIONS) if text.isdecimal() and len(text) < 4 else 1
    kinds = [data.get(f"a{place}-type", "create_task") for place in range(max(count, 1))]
    forms = [ActionForm(data, place=place, document={"type": kind}, offers=offers) for place, kind in enumerate(kinds)]
    return [form.document() for form in forms]


def _forms(documents: Sequence[Document], offers: Offers) -> list[ActionForm]:
    """Each action with the fields of its kind, which show what its document says."""
    return [ActionForm(None, place=place, document=document, offers=offers) for place, document in enumerate(documents)]


def with_faults(builder: Builder, error: InvalidRule) -> Builder:
    """The same with each fault at its field."""
    for fault in error.faults:
        form, field = _place(builder, steps_of(fault.path))
        label = "The condition" if field == "condition" else str(form.fields[field].label)
        _note(form, field, _words(label, fault.message))
    return Builder(builder.form, builder.actions, builder.typed, tuple(_faults(builder)))


def _words(label: str, message: str) -> str:
    """A fault as a sentence, which says at the top of the page as well what it is about."""
    return f"{label} {message}." if message.startswith(_SUBJECTLESS) else f"{message[:1].upper()}{message[1:]}."


_SUBJECTLESS = ("is ", "must ", "has ", "names ", "calls ", "means ", "needs ", "goes ", "stands ", "looks ")


def _place(builder: Builder, steps: Sequence[Any]) -> tuple[Any, str]:
    if steps[:1] == ("actions",) and len(steps) > 1 and isinstance(steps[1], int) and steps[1] < len(builder.actions):
        form = builder.actions[steps[1]]
        name = PLACES.get(str(steps[2]), str(steps[2])) if len(steps) > 2 else "type"
        return form, name if name in FIELDS[form.kind] else "type"
    named = {"trigger.type": "trigger_name", "trigger.value": "cron"}
    name = named.get(".".join(str(step) for step in steps[:2]), str(steps[0]) if steps else "name")
    if name == "cron" and builder.form.kind == "named":
        name = "trigger_value"
    return builder.form, name if name in builder.form.fields else "name"


def _note(form: Any, field: str, words: str) -> None:
    if form._errors is None:
        form._errors = {}
    form._errors.setdefault(field, form.error_class(renderer=form.renderer)).append(words)


def _faults(builder: Builder) -> Iterator[tuple[str, str]]:
    for form in (builder.form, *builder.actions):
        for field, errors in form.errors.items():
            yield from ((form[field].id_for_label, str(error)) for error in errors)
