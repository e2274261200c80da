"""The summary of faults: each in words, with the way to the input that mends it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.engine.faults import Fault

from . import editing, placing, source
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


def marks(faults: Sequence[Fault], working: Working, panel: Panel | None) -> tuple[Mark, ...]:
    """The first of the faults. `panel` is what is open; None where the whole is written as YAML."""
    shown = faults[:MOST_MARKS]
    if panel is None:
        lines = source.lines(working.text) if working.document is not None and faults else {}
        return tuple(_in_text(fault, lines) for fault in shown)
    return tuple(_in_form(fault, working, panel) for fault in shown)


def _in_text(fault: Fault, lines: Mapping[str, int]) -> Mark:
    at = placing.nearest(fault.path, lines)
    said = f"{fault.path}: {fault.message}" if fault.path else fault.message
    return Mark(f"Line {lines[at]}" if at else "", said, anchor="f-text")


def _in_form(fault: Fault, working: Working, panel: Panel) -> Mark:
    place = placing.step_of(fault.path)
    where, text = "" if place is None else _name(working, place), placing.told(fault)
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
