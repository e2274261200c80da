"""The diagram on a page: the picture in a region that scrolls, its legend, its zoom, and its twin in words.

A page links `css/diagram.css`, loads this library and says `{% diagram graph title="Onboarding" %}`. What refreshes
the picture alone uses `{% diagram_svg %}`, so that zoom and scrolling stay as they are.
"""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from workflows.diagram.axes import Direction
from workflows.diagram.drawing import Drawing
from workflows.diagram.graph import Graph, State
from workflows.diagram.layout import TooLarge, layout
from workflows.diagram.legend import legend
from workflows.diagram.svg import Look, drawn
from workflows.diagram.twin import steps, summary

register = template.Library()
ZOOMS = (("auto", "Auto"), ("fit", "Fit"), ("100", "100 %"), ("150", "150 %"))
"""Auto: the picture's own size, but a little smaller where that makes it fit."""
MODEST = 1500
"""What is no wider still can be read when it is made to fit a wide page."""


@register.inclusion_tag("workflows/_diagram.html")
def diagram(
    graph: Graph, title: str, ident: str = "diagram", direction: str = Direction.RIGHT, in_words: str = "closed"
) -> dict[str, Any]:
    """The whole thing. `in_words`: whether the twin is "open", "closed", or "absent" because the page says it all."""
    drawing = _drawing(graph, direction)
    return {
        "title": title,
        "ident": ident,
        "picture": drawing and _picture(graph, drawing, title, ident, direction),
        "is_modest": drawing and drawing.width <= MODEST,
        "summary": summary(graph),
        "legend": [(entry.state, entry.word, SafeString(entry.drawn)) for entry in legend(graph)],
        "has_ways": any(edge.taken for edge in graph.edges),
        "has_current": any(node.state is State.CURRENT for node in graph.nodes),
        "steps": () if in_words == "absent" and drawing else steps(graph),
        "is_open": in_words == "open" or not drawing,
        "zooms": ZOOMS,
    }


@register.simple_tag
def diagram_svg(graph: Graph, title: str, ident: str = "diagram", direction: str = Direction.RIGHT) -> SafeString:
    """The picture alone; nothing if the graph is too large for one."""
    drawing = _drawing(graph, direction)
    return _picture(graph, drawing, title, ident, direction) if drawing else SafeString("")


def _drawing(graph: Graph, direction: str) -> Drawing | None:
    try:
        return layout(graph, Direction(direction))
    except TooLarge:
        return None


def _picture(graph: Graph, drawing: Drawing, title: str, ident: str, direction: str) -> SafeString:
    """Safe: every text in it is escaped where it is drawn."""
    return SafeString(drawn(graph, drawing, Look(title, ident, Direction(direction))))
