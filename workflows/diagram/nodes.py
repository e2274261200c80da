"""One box of a diagram as SVG: its shape, its signs, its words.

The kind shows in the shape (start and end are pills, a wait is rounder, a workflow has double sides) and in a sign, the
state in a sign, in a word and in how the border is drawn.
"""

from html import escape

from .cards import NOTE_LINE, PILL_LEFT, TEXT_LEFT, TITLE_LINE, name, note_text
from .drawing import Box
from .graph import Kind, State
from .marks import KIND_MARKS, STATE_MARKS, mark
from .paths import number
from .text import clean
from .words import KINDS

PILLS = frozenset({Kind.START, Kind.END})
ROUND = {Kind.START: 20, Kind.END: 20, Kind.WAIT: 20}
MARK_X, PILL_MARK_X = 24, 20
TITLE_BASE, NOTE_BASE = 13.5, 12.5
"""From the top of a line of text to its baseline."""


def node(box: Box, *, in_group: bool, ident: str = "") -> str:
    """The box; with a name of its own, and as a link if it is one, where the picture is a group and not one image."""
    one = box.node
    words = safe(said(box))
    inner = f"<title>{words}</title>{_shape(box)}{_marks(box)}{_texts(box)}"
    classes = f'class="dg-node dg-node--{one.kind} is-{one.state}"' + (f' id="{safe(ident)}"' if ident else "")
    if not in_group:
        return f"<g {classes}>{inner}</g>"
    named = f'{classes} aria-label="{words}"' + (' aria-current="step"' if one.state is State.CURRENT else "")
    return f'<a {named} href="{safe(one.href)}">{inner}</a>' if one.href else f'<g {named} role="img">{inner}</g>'


def said(box: Box) -> str:
    """The box in words: "Review, Human step, Current · 2 h late"."""
    called, kind = name(box.node), KINDS[box.node.kind]
    return ", ".join(part for part in (called, "" if kind == called else kind, clean(note_text(box.node))) if part)


def safe(text: str) -> str:
    """Text that may stand anywhere in XML."""
    return escape(clean(text))


def text(kind: str, words: str, x: float, y: float) -> str:
    """One line of text on its baseline."""
    return f'<text class="{kind}" x="{number(x)}" y="{number(y)}">{safe(words)}</text>'


def _shape(box: Box) -> str:
    kind = box.node.kind
    outer = _rect("dg-box", box, 0, ROUND.get(kind, 9))
    if kind is Kind.END:
        return outer + _rect("dg-inner", box, 3.5, ROUND[kind] - 3.5)
    if kind is Kind.WORKFLOW:
        left, right, top, bottom = box.x + 6, box.x + box.width - 6, box.y, box.y + box.height
        return f'{outer}<path class="dg-inner" d="{_upright(left, top, bottom)}{_upright(right, top, bottom)}"/>'
    return outer


def _upright(x: float, top: float, bottom: float) -> str:
    return f"M{number(x)} {number(top)}V{number(bottom)}"


def _rect(kind: str, box: Box, inset: float, radius: float) -> str:
    x, y = number(box.x + inset), number(box.y + inset)
    width, height = number(box.width - 2 * inset), number(box.height - 2 * inset)
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{number(radius)}"/>'


def _corner(box: Box) -> tuple[float, float]:
    """The upper left corner of the card: in a box that is larger, in its middle but not away from its left side."""
    x = box.x + (box.width - box.card.width) / 2 if box.node.kind in PILLS else box.x
    return x, box.y + (box.height - box.card.height) / 2


def _marks(box: Box) -> str:
    """The sign of the state before the title, that of the kind before the note; without a state, the kind's first."""
    x, y = _corner(box)
    pill, state, kind = box.node.kind in PILLS, box.node.state, KIND_MARKS[box.node.kind]
    left, line = x + (PILL_MARK_X if pill else MARK_X), y + box.card.text_top + TITLE_LINE / 2
    if state not in STATE_MARKS:
        return _mark("dg-kind", kind, left, line, 0.9)
    state_mark = _mark("dg-state", STATE_MARKS[state], left, line)
    if pill or not box.card.note:
        return state_mark
    below = y + box.card.text_top + len(box.card.title) * TITLE_LINE + NOTE_LINE / 2
    return state_mark + _mark("dg-kind", kind, left, below, 0.68)


def _mark(kind: str, drawn: str, x: float, y: float, scale: float = 1.0) -> str:
    return f'<g class="{kind}" aria-hidden="true">{mark(drawn, round(x, 1), round(y, 1), scale)}</g>'


def _texts(box: Box) -> str:
    x, y = _corner(box)
    x += PILL_LEFT if box.node.kind in PILLS else TEXT_LEFT
    y += box.card.text_top
    lines = [
        text("dg-title", line, x, y + TITLE_BASE + place * TITLE_LINE) for place, line in enumerate(box.card.title)
    ]
    y += len(box.card.title) * TITLE_LINE + NOTE_BASE
    lines += [text("dg-note", line, x, y + place * NOTE_LINE) for place, line in enumerate(box.card.note)]
    return "".join(lines)
