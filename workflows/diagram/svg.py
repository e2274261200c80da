"""A diagram as SVG: classes and presentation attributes only, no `style`, so that it stands under a strict CSP.

Colours come from `static/css/diagram.css`. If nodes are links the picture is a group of them, else it is one image;
either way it has a title and a description, and lines and captions are silent: the text twin says where steps lead.
"""

from dataclasses import dataclass

from . import paths
from .axes import Direction
from .cards import CAPTION_LINE
from .drawing import Drawing, Placed
from .graph import Graph, State
from .layout import layout
from .nodes import node, safe, text
from .paths import number
from .twin import summary

MARGIN = 16
CAPTION_BASE = 11.5


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw. `ident` is the picture's id on its page."""

    title: str
    ident: str = "diagram"
    direction: Direction = Direction.RIGHT


def svg(graph: Graph, look: Look) -> str:
    """The picture, to stand within a page that has the style sheet. Raises TooLarge."""
    return drawn(graph, layout(graph, look.direction), look)


def drawn(graph: Graph, drawing: Drawing, look: Look) -> str:
    """The same from a graph that is laid out already."""
    in_group = any(one.href for one in graph.nodes)
    head = opening(graph, look, (drawing.width, drawing.height), role="group" if in_group else "img")
    return f"{head}{body(drawing, in_group=in_group, ident=look.ident)}</svg>"


def opening(graph: Graph, look: Look, size: tuple[float, float], *, role: str) -> str:
    """The root's start tag, title and description."""
    width, height = (number(extent + 2 * MARGIN) for extent in size)
    ident = safe(look.ident)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dg" id="{ident}" role="{role}"'
        f' aria-labelledby="{ident}-title" aria-describedby="{ident}-desc"'
        f' width="{width}" height="{height}" viewBox="{-MARGIN} {-MARGIN} {width} {height}">'
        f'<title id="{ident}-title">{safe(look.title)}</title><desc id="{ident}-desc">{safe(summary(graph))}</desc>'
    )


def body(drawing: Drawing, *, in_group: bool, ident: str = "") -> str:
    """Lines, over them those that were taken, then captions, then boxes. With `ident` the current box has an id."""
    wires = _wires(drawing, "", taken=False) + _wires(drawing, " is-taken", taken=True)
    captions = "".join(map(_caption, drawing.captions))
    current = next((box for box in drawing.boxes if box.node.state is State.CURRENT), None) if ident else None
    boxes = "".join(
        node(box, in_group=in_group, ident=f"{ident}-current" if box is current else "") for box in drawing.boxes
    )
    return f'<g aria-hidden="true">{wires}{captions}</g>{boxes}'


def _wires(drawing: Drawing, kind: str, *, taken: bool) -> str:
    lines, heads = paths.lines(drawing, taken=taken), paths.heads(drawing, taken=taken)
    if not lines:
        return ""
    return f'<path class="dg-wire{kind}" d="{lines}"/><path class="dg-head{kind}" d="{heads}"/>'


def _caption(placed: Placed) -> str:
    lines = "".join(
        text(
            "dg-caption is-taken" if line.taken else "dg-caption",
            line.text,
            placed.x,
            placed.y + place * CAPTION_LINE + CAPTION_BASE,
        )
        for place, line in enumerate(placed.caption.lines)
    )
    return f"<g><title>{safe(placed.caption.full)}</title>{lines}</g>"
