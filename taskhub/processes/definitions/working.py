"""A draft as it is being written: what one sending of the editor's form says, and what its button asks for. Pure.

The whole document travels with the form, as JSON that nobody sees; of its steps one is open as inputs. Each sending
puts these inputs back into the document, does what the button says, and shows the next state. Nothing is kept between.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import editing, source
from .form import step as steps
from .form.parts import NOTHING, Place
from .form.posted import Posted
from .form.schema import HEAD

FORM, YAML = "form", "yaml"
PANEL = "panel.text"
"""The name of the input that holds a step, or the head, as YAML."""
PAGE = 50
"""How many steps the outline lists at once."""


class Broken(ValueError):
    """The document that travelled with the form is damaged: no browser sent it so."""


@dataclass(frozen=True, slots=True)
class Working:
    """`opened` is the place of the open step, None for the head. `panel` is its YAML, where that is what was typed."""

    document: Any
    view: str = FORM
    opened: int | None = None
    text: str = ""
    panel: str | None = None
    adds: str = ""
    unreadable: dict[str, str] = field(default_factory=dict)
    page: int | None = None

    @property
    def steps(self) -> list[Any]:
        return editing.steps_of(self.document) or []

    @property
    def has_form(self) -> bool:
        """Whether there are steps that an outline can list."""
        return editing.steps_of(self.document) is not None

    @property
    def step(self) -> Any:
        """The open step; the document's head where none is."""
        if self.opened is None:
            return head_of(self.document)
        return self.steps[self.opened]

    @property
    def path(self) -> str:
        return "" if self.opened is None else f"steps[{self.opened}]"

    @property
    def json(self) -> str:
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":"))


def head_of(document: Any) -> Any:
    """All that a document says besides its steps."""
    if not isinstance(document, Mapping):
        return document
    return {key: value for key, value in document.items() if key != "steps"}


def begun(document: Any, opened: int | None = None, view: str = FORM) -> Working:
    """The document, before anything has been typed."""
    working = Working(document, opened=opened)
    if opened is not None and opened >= len(working.steps):
        working = replace(working, opened=None)
    return _as_yaml(working) if view == YAML or not working.has_form else working


def received(values: Mapping[str, Sequence[str]]) -> tuple[Working, str]:
    """What was sent, with its button done; and the button's word, for those that ask for more: save, publish.

    Raises Broken.
    """
    verb, _, about = Posted(values).text("do").partition(":")
    about = Posted(values).text("find") if verb == "find" else about
    posted = Posted(values, dropped=about if verb == "drop" else "", raised=about if verb == "up" else "")
    if posted.text("view") == YAML:
        return _of_yaml(posted, verb), verb
    working = _of_form(posted)
    # What cannot be read would be lost by going elsewhere: it is mended first.
    if working.panel is not None and working.unreadable:
        return working, verb
    return VERBS[verb](working, about) if verb in VERBS else working, verb


def _of_yaml(posted: Posted, verb: str) -> Working:
    text = posted.typed("text")
    try:
        working = Working(source.read(text), YAML, text=text)
    except source.Unreadable as error:
        return Working(None, YAML, text=text, unreadable={"": str(error)})
    return begun(working.document) if verb == "form" and working.has_form else working


def _of_form(posted: Posted) -> Working:
    try:
        document = json.loads(posted.typed("source"))
    except (ValueError, RecursionError):
        raise Broken("The document was damaged on its way.") from None
    steps_ = editing.steps_of(document)
    opened = _place(posted.text("opened"), len(steps_ or []))
    if steps_ is None or not source.can_be_kept(document):
        raise Broken("The document has no steps, or texts that cannot be kept.")
    working = Working(document, opened=opened)
    return _with_panel(working, posted) if posted.has(PANEL) else _with_inputs(working, posted)


def _place(text: str, count: int) -> int | None:
    place = int(text) if text.isdecimal() and len(text) < 7 else None
    return place if place is not None and place < count else None


def _with_inputs(working: Working, posted: Posted) -> Working:
    """With what was typed in the inputs of the open step or head in its place."""
    if not posted.has("opened"):
        return working
    if working.opened is None:
        said = HEAD.read(posted, Place())
        document = {**({} if said is NOTHING else said), "steps": working.steps}
    else:
        document = _replaced(working, steps.read(posted, working.path))
    return replace(working, document=document, unreadable=posted.unreadable)


def _with_panel(working: Working, posted: Posted) -> Working:
    text = posted.typed(PANEL)
    try:
        value = source.read(text)
    except source.Unreadable as error:
        return replace(working, panel=text, unreadable={working.path: str(error)})
    if working.opened is not None:
        return replace(working, document=_replaced(working, value))
    if isinstance(value, Mapping):
        return replace(working, document={**head_of(value), "steps": working.steps})
    return replace(working, panel=text, unreadable={"": "Here stand names and values, such as name: Onboarding."})


def _replaced(working: Working, step: Any) -> dict[str, Any]:
    """The document with another step in the open place; where its key has changed, ways follow."""
    assert working.opened is not None
    old, new = editing.key_of(working.step), editing.key_of(step)
    keys = [editing.key_of(each) for each in working.steps]
    whole = [*working.steps[: working.opened], step, *working.steps[working.opened + 1 :]]
    document = editing.with_steps(working.document, whole)
    follows = old and new and old != new and keys.count(old) == 1 and new not in keys
    return editing.renamed(document, old, new) if follows else document


def _as_yaml(working: Working) -> Working:
    text = source.write(working.document) if working.document is not None else ""
    return Working(working.document, YAML, text=text)


def _open(working: Working, about: str) -> Working:
    return replace(working, opened=_place(about, len(working.steps)))


def _add(working: Working, about: str) -> Working:
    if about:
        return replace(working, adds=about)
    place = len(working.steps) if working.opened is None else working.opened + 1
    return replace(working, document=editing.inserted(working.document, place), opened=place)


def _remove(working: Working, about: str) -> Working:
    if working.opened is None:
        return working
    left = editing.removed(working.document, working.opened)
    return replace(working, document=left, opened=max(working.opened - 1, 0) if editing.steps_of(left) else None)


def _move(by: int) -> Callable[[Working, str], Working]:
    def move(working: Working, about: str) -> Working:
        if working.opened is None or not 0 <= working.opened + by < len(working.steps):
            return working
        moved = editing.moved(working.document, working.opened, by)
        return replace(working, document=moved, opened=working.opened + by)

    return move


def _find(working: Working, about: str) -> Working:
    wanted = about.strip().casefold()
    for place, step in enumerate(working.steps):
        if wanted and (wanted in editing.name_of(step).casefold() or wanted in editing.key_of(step).casefold()):
            return replace(working, opened=place)
    return working


def _turn(working: Working, about: str) -> Working:
    return replace(working, page=int(about) if about.isdecimal() and len(about) < 5 else 0)


VERBS: Mapping[str, Callable[[Working, str], Working]] = {
    "open": _open,
    "add": _add,
    "remove": _remove,
    "earlier": _move(-1),
    "later": _move(1),
    "page": _turn,
    "find": _find,
    "yaml": lambda working, about: _as_yaml(working),
}
"""What the editor's buttons do, by the word before the colon. Rows are dropped and moved while the form is read."""
