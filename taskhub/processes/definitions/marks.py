"""The summary of faults: each in words, with the way to the input that mends it. Pure."""

from dataclasses import dataclass

from workflows.engine.faults import Fault

from . import editing, placing
from .form.shown import Control, Rows, walk
from .panel import Panel
from .working import Working

MOST_MARKS = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A fault. With `anchor` its input is on the page; else the step that it `opens` is shown first."""

    where: str
    text: str
    anchor: str = ""
    opens: str = ""


def mark(fault: Fault, working: Working, panel: Panel | None) -> Mark:
    """`panel` is what is open; None where the whole is written as YAML."""
    place = placing.step_of(fault.path)
    where, text = "" if place is None else _name(working, place), placing.told(fault)
    if panel is None:
        return Mark(where, text, anchor="f-text")
    if place != working.opened:
        return Mark(where, text, opens="head" if place is None else str(place))
    return Mark(where, text, anchor=_anchor(fault.path, panel) if panel.text is None else "f-panel-text")


def _name(working: Working, place: int) -> str:
    return (editing.name_of(working.steps[place]) if place < len(working.steps) else "") or f"Step {place + 1}"


def _anchor(path: str, panel: Panel) -> str:
    """The id of the input that shows the fault; the panel's, if none does."""
    shown = [part for part in walk(panel.parts) if isinstance(part, Control | Rows) and part.path]
    # Of several at one path an input goes before the rows it stands in, and the first before others.
    ids = {part.path: part.id for part in shown if isinstance(part, Rows)}
    ids |= {part.path: part.id for part in reversed(shown) if isinstance(part, Control)}
    return ids.get(placing.nearest(path, ids), "panel")
