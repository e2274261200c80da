"""Which inputs a step has, by what it does, and the head of a definition. Tables, in the words of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .lists import Block, Lines, Pairs, Waits
from .parts import NOTHING, Choice, Flag, Group, ListOf, Number, Part, Place, Prose, Text, number, spell
from .people import Assignment
from .posted import Posted
from .shown import Control, Options, Set, Shown, Widget, World, offered
from .ways import Route

DURATION = "Such as P2D for two days, PT4H for four hours, PT30M for half an hour."
CONDITION = "Such as amount > 1000 && region == 'EU'."
TYPES: Options = (
    ("text", "Text"),
    ("number", "Number"),
    ("date", "Date"),
    ("boolean", "Yes or no"),
    ("select", "Choice"),
    ("file", "File"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question(Group):
    """A field of a form. Its type decides how default, min and max are written."""

    def show_all(self, value: Any, place: Place, world: World) -> tuple[Shown, ...]:
        spelled = value
        if isinstance(value, Mapping):
            spelled = {**value, **{key: spell(value[key]) for key in ("default", "min", "max") if key in value}}
        shown = Group.show_all(self, spelled, place, world)
        given = value if isinstance(value, Mapping) else {}
        # Only a choice has options; an input for them elsewhere would be a riddle.
        asks = given.get("type") == "select" or given.get("options") is not None
        return shown if asks else tuple(part for part in shown if part.path != place.at("options").path)

    def read(self, posted: Posted, place: Place) -> Any:
        said = Group.read(self, posted, place)
        if said is NOTHING:
            return said
        kind = said.get("type", "text")
        for key in ("default", "min", "max"):
            if key in said:
                said[key] = _typed(said[key], kind, is_bound=key != "default")
        return said


def _typed(text: str, kind: str, *, is_bound: bool) -> Any:
    if kind == "number" or (is_bound and kind == "text"):
        return number(text)
    if kind == "boolean":
        return {"true": True, "false": False, "yes": True, "no": False}.get(text.lower(), text)
    return text


@dataclass(frozen=True, kw_only=True, slots=True)
class Join(Part):
    """`join`: any, all, or a count."""

    OPTIONS: ClassVar[Options] = (
        ("", "As usual: with each way in; with “Waits for”, once all are there"),
        ("any", "With each way in"),
        ("all", "Once all ways in are there"),
        ("count", "Once so many are there:"),
    )

    def show(self, value: Any, place: Place, world: World) -> Set:
        is_count = isinstance(value, Mapping)
        mode = "count" if is_count else value if isinstance(value, str) else ""
        parts = [
            Control(
                f"{place.name}.mode", place.path, self.label, Widget.SELECT, (mode,), offered(self.OPTIONS, mode),
                self.hint,
                faults=world.of(place.path), redraws=True,
            )
        ]  # fmt: skip
        if is_count:
            at = f"{place.path}.count"
            parts.append(
                Control(f"{place.name}.count", at, "How many", values=(spell(value.get("count")),), faults=world.of(at))
            )
        return Set("", "", tuple(parts))

    def read(self, posted: Posted, place: Place) -> Any:
        mode = posted.text(f"{place.name}.mode")
        if mode != "count":
            return mode or NOTHING
        count = number(posted.text(f"{place.name}.count"))
        return {} if count == "" else {"count": count}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a step does: its type, the key that marks it, and its own inputs."""

    label: str
    type: str
    marker: str
    parts: tuple[Part, ...]
    has_results: bool = True
    has_next: bool = True


_INPUTS = Pairs(
    key="inputs", label="Inputs", add="Add an input", hint="What is handed over: a name and an expression.",
    named="Input",
)  # fmt: skip
_OUTPUTS = Pairs(
    key="outputs", label="Outputs", add="Add an output", hint="Variables computed from what comes back, called result."
)
_FIELDS = ListOf(
    key="fields",
    label="Form",
    add="Add a field",
    hint="What the person is asked for beside the result.",
    row=Question(
        key="",
        label="Field",
        parts=(
            Text(key="name", label="Name", widget=Widget.CODE, hint="Conditions use it."),
            Text(key="label", label="Label"),
            Choice(key="type", label="Type", options=TYPES, usual="text", redraws=True),
            Flag(key="required", label="Required"),
            Group(
                key="",
                label="More of this field",
                is_rare=True,
                parts=(
                    Text(key="help", label="Help"),
                    Text(key="prefill", label="Filled in from", widget=Widget.CODE, hint="A variable."),
                    Text(key="default", label="Filled in with", widget=Widget.CODE),
                    Text(key="min", label="Least", widget=Widget.CODE, hint="Number, date, or length of a text."),
                    Text(key="max", label="Most", widget=Widget.CODE),
                    Text(key="id", label="Id", widget=Widget.CODE, hint="For other systems; usually the name."),
                ),
            ),
            Lines(key="options", label="Options", hint="Of a choice: one a line, as value or value | label."),
        ),
    ),
)
_RESULTS = ListOf(
    key="results",
    label="Results",
    add="Add a result",
    look="results",
    hint="A button for each. Without any there is one: done.",
    row=Group(
        key="",
        label="Result",
        parts=(
            Text(key="code", label="Code", widget=Widget.CODE),
            Text(key="label", label="Label"),
            Route(key="next", label="Leads to", nowhere="Where the step leads"),
        ),
    ),
)
_ROWS = ListOf(
    key="decision",
    label="Decision",
    add="Add a row",
    look="decision",
    marks=True,
    hint="The first row whose condition holds counts. A row without a condition always does.",
    row=Group(
        key="",
        label="Row",
        parts=(
            Text(key="when", label="If", widget=Widget.CODE),
            Block(key="then", label="Then set", hint="Variable and value, as level: board"),
            Text(key="outcome", label="Result", widget=Widget.CODE, hint="Its code, if there are any."),
        ),
    ),
)
_RETRY = Group(
    key="retry",
    label="When it fails",
    is_rare=True,
    parts=(
        Number(key="attempts", label="Attempts", hint="In all; usually 3."),
        Text(key="wait", label="Wait", widget=Widget.CODE, hint="Before the second attempt; usually PT10S."),
        Number(key="factor", label="Factor", hint="How much longer it waits each time; usually 2."),
    ),
)

_REVIEWS: Options = (
    ("always", "Always"),
    ("invalid", "Where something is wrong or in doubt"),
    ("never", "Never"),
)
_RULES = ListOf(
    key="rules",
    label="Rules",
    add="Add a rule",
    hint="What must hold beside what each field asks for. People are told what does not.",
    row=Group(
        key="",
        label="Rule",
        parts=(
            Text(key="must", label="Must hold", widget=Widget.CODE, hint="Such as total >= net."),
            Text(key="field", label="Field to mend", widget=Widget.CODE),
            Text(key="message", label="What people read"),
        ),
    ),
)
_FILTERS = ListOf(
    key="filters",
    label="Filters",
    add="Add a filter",
    hint="The first that holds takes it out of the process, before anybody looks at it.",
    row=Group(
        key="",
        label="Filter",
        parts=(
            Text(key="when", label="If", widget=Widget.CODE, hint="Such as metadata.pages == 0."),
            Text(key="reason", label="Reason"),
        ),
    ),
)


def _marker(key: str, label: str, hint: str = "", suggests: str = "") -> Text:
    return Text(key=key, label=label, hint=hint, marks=True, widget=Widget.CODE, suggests=suggests)


KINDS: Mapping[str, Kind] = {
    "human": Kind(
        "A person does it", "human", "",
        (
            Assignment(key="assign", label="Who does it"),
            Text(key="due_in", label="Due within", widget=Widget.CODE, hint=DURATION),
            Text(key="escalate_in", label="Escalated after", widget=Widget.CODE, hint="Such as P3D, from the opening."),
            Text(key="title", label="Title of the task", hint="Usually the name. {{variable}} is filled in."),
            _FIELDS,
        ),
    ),
    "set": Kind(
        "Compute variables", "automatic", "set",
        (Pairs(key="set", label="Computes", add="Add a variable", marks=True, hint="In order; each sees the others."),),
        has_results=False,
    ),
    "decision": Kind("Decide by a table", "automatic", "decision", (_ROWS,)),
    "action": Kind(
        "Run an action", "automatic", "action",
        (_marker("action", "Action", suggests="known-actions"), _INPUTS, _OUTPUTS, _RETRY),
    ),
    "processor": Kind(
        "Have something read, then reviewed", "automatic", "processor",
        (
            _marker("processor", "Processor", suggests="known-processors"),
            Block(key="options", label="Options", hint="For the processor alone, each on a line, as pattern: Total"),
            Choice(key="review", label="People look at it", options=_REVIEWS, usual="always"),
            Assignment(key="assign", label="Who does it"),
            Text(key="due_in", label="Due within", widget=Widget.CODE, hint=DURATION),
            Text(key="escalate_in", label="Escalated after", widget=Widget.CODE, hint="From when people are asked."),
            Text(key="title", label="Title of the task", hint="Usually the name. {{variable}} is filled in."),
            _FIELDS, _RULES, _FILTERS, _RETRY,
        ),
        has_results=False,
    ),
    "for": Kind("Wait for some time", "wait", "for", (_marker("for", "How long", DURATION),), has_results=False),
    "until": Kind(
        "Wait until a moment", "wait", "until",
        (_marker("until", "Until", "A moment or a day, such as order.deliver_on."),), has_results=False,
    ),
    "message": Kind(
        "Wait for a message", "wait", "message",
        (
            _marker("message", "Message", "Its name, such as payment."),
            Text(
                key="correlation", label="That bears", widget=Widget.CODE, hint="A value, such as order.id."
            ),
            Text(key="timeout", label="Not longer than", widget=Widget.CODE, hint=DURATION),
            _OUTPUTS,
        ),
    ),
    "workflow": Kind(
        "Run another workflow", "workflow", "workflow",
        (
            _marker("workflow", "Workflow", "Its key.", "known-workflows"),
            Number(key="version", label="Version", hint="Usually the latest one."),
            _INPUTS,
            _OUTPUTS,
        ),
    ),
    "end": Kind(
        "End", "end", "", (Flag(key="terminate", label="Ends the whole instance, not only this path"),),
        has_results=False, has_next=False,
    ),
}  # fmt: skip
KIND_OPTIONS: Options = tuple((word, kind.label) for word, kind in KINDS.items())

NAME = (
    Text(key="name", label="Name"),
    Text(key="key", label="Key", widget=Widget.CODE, hint="Letters, digits, - and _. Conditions use it."),
)
DESCRIPTION = Prose(key="description", label="Description", hint="{{variable}} is filled in.")
NEXT = Route(key="next", label="Leads to")
ORDER: tuple[Part, ...] = (
    Waits(key="depends_on", label="Waits for", hint="These steps must be left before."),
    Join(key="join", label="Opens"),
    Number(key="duration_hours", label="Usual hours", hint="How long it usually takes, for the estimate."),
)
RESULTS = _RESULTS

HEAD = Group(
    key="",
    label="About the workflow",
    parts=(
        Text(key="name", label="Name"),
        Text(
            key="key", label="Key", widget=Widget.CODE, hint="Letters, digits, - and _. It stays as it is once saved."
        ),
        Prose(key="description", label="Description"),
        Text(key="entity_type", label="What an instance is about", hint="Such as CUSTOMER or invoice."),
        Block(key="variables", label="Variables", hint="Initial values, each on a line, as region: EU"),
    ),
)
