"""The size of things that bear text: the card of a node, the caption of a line. In pixels at 100 %.

A card's size depends on its text and on whether its state is told, not on which state that is: a picture that is drawn
again while an instance moves on keeps its shape as long as the notes keep their lines.
"""

from dataclasses import dataclass
from math import ceil

from . import text
from .graph import Kind, Node
from .words import state_word

TITLE_SIZE, NOTE_SIZE, CAPTION_SIZE = 14, 12, 12
TITLE_LINE, NOTE_LINE, CAPTION_LINE = 18, 17, 15
CARD_WIDTH = 216
TEXT_LEFT, TEXT_RIGHT = 44, 12
PAD = 11
LEAST_HEIGHT = 48
PILL_HEIGHT, PILL_LEFT, PILL_RIGHT, PILL_TEXT = 40, 36, 18, 120
CAPTION_ROOM = 116
TITLE_LINES, NOTE_LINES, CAPTION_LINES, MANY = 3, 2, 2, 3


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a node and how large that makes it."""

    width: float
    height: float
    title: tuple[str, ...]
    note: tuple[str, ...]

    @property
    def text_top(self) -> float:
        """Where the first line begins, from the card's top: the text stands in its middle."""
        return (self.height - len(self.title) * TITLE_LINE - len(self.note) * NOTE_LINE) / 2


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """One line of a caption: of a label that was taken, or not."""

    text: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands on a line."""

    lines: tuple[CaptionLine, ...]
    width: float
    full: str

    @property
    def height(self) -> float:
        return len(self.lines) * CAPTION_LINE


def card(node: Node) -> Card:
    """The card of a node: a pill for start and end, else a box of one width."""
    if node.kind in (Kind.START, Kind.END):
        return _pill(node)
    room = CARD_WIDTH - TEXT_LEFT - TEXT_RIGHT
    title = text.wrap(name(node), room, TITLE_SIZE, most=TITLE_LINES, bold=True).lines
    note = text.wrap(note_text(node), room, NOTE_SIZE, most=NOTE_LINES).lines
    height = 2 * PAD + len(title) * TITLE_LINE + len(note) * NOTE_LINE
    return Card(CARD_WIDTH, max(LEAST_HEIGHT, height), title, note)


def note_text(node: Node) -> str:
    """The second line: the state in its word, then what is noted."""
    return " · ".join(part for part in (state_word(node.state), node.note) if part)


def name(node: Node) -> str:
    """What people call the node."""
    return text.clean(node.label) or text.clean(node.key)


def _pill(node: Node) -> Card:
    title = text.wrap(name(node), PILL_TEXT, TITLE_SIZE, most=TITLE_LINES, bold=True)
    height = max(PILL_HEIGHT, 2 * PAD + len(title.lines) * TITLE_LINE)
    return Card(round(PILL_LEFT + title.width + PILL_RIGHT), height, title.lines, ())


def caption(labels: tuple[tuple[str, bool], ...]) -> Caption | None:
    """The caption of a line that bears these labels: a single one may take two lines, several take one each."""
    labels = tuple((cleaned, taken) for label, taken in labels if (cleaned := text.clean(label)))
    if not labels:
        return None
    lines = _lines_of_one(*labels[0]) if len(labels) == 1 else _lines_of_many(labels)
    return Caption(lines, _widest(lines), " / ".join(label for label, _ in labels))


def _lines_of_one(label: str, taken: bool) -> tuple[CaptionLine, ...]:
    wrapped = text.wrap(label, CAPTION_ROOM, CAPTION_SIZE, most=CAPTION_LINES, bold=True)
    return tuple(CaptionLine(line, taken) for line in wrapped.lines)


def _lines_of_many(labels: tuple[tuple[str, bool], ...]) -> tuple[CaptionLine, ...]:
    """The taken ones first if there are too many for all."""
    shown = labels if len(labels) <= MANY else sorted(labels, key=lambda label: not label[1])[: MANY - 1]
    lines = [CaptionLine(text.shorten(label, CAPTION_ROOM, CAPTION_SIZE, bold=True), taken) for label, taken in shown]
    rest = len(labels) - len(shown)
    return (*lines, CaptionLine(f"+ {rest} more", False)) if rest else tuple(lines)


def _widest(lines: tuple[CaptionLine, ...]) -> float:
    """Whole pixels: places computed from them in different ways are the same then."""
    return ceil(max(text.width(line.text, CAPTION_SIZE, bold=True) for line in lines))


def shortened(of: Caption, room: float) -> Caption:
    """The same caption where there is less room."""
    if of.width <= room:
        return of
    lines = tuple(CaptionLine(text.shorten(line.text, room, CAPTION_SIZE, bold=True), line.taken) for line in of.lines)
    return Caption(lines, _widest(lines), of.full)
