"""The diagram on a page: the picture in a region that scrolls, its legend, its zoom, and its twin in words.

A page links `css/diagram.css`, loads this library and says `{% diagram graph title="Onboarding" %}`. What refreshes
the picture alone uses `{% diagram_svg %}`, so that zoom and scrolling stay as they are.
"""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from workflows.diagram.axes import Direction
from workflows.diagram.graph import Graph, State
from workflows.diagram.layout import TooLarge
from workflows.diagram.legend import legend
from workflows.diagram.svg import Look, svg
from workflows.diagram.twin import steps, summary

register = template.Library()
ZOOMS = (("fit", "Fit"), ("50", "50 %"), ("100", "100 %"), ("150", "150 %"))


@register.inclusion_tag("workflows/_diagram.html")
def diagram(
    graph: Graph, title: str, ident: str = "diagram", direction: str = Direction.RIGHT, in_words: str = "closed"
) -> dict[str, Any]:
    """The whole thing. `in_words`: whether the twin is "open", "closed", or "absent" because the page says it all."""
    picture = diagram_svg(graph, title, ident, direction)
    return {
        "title": title,
        "ident": ident,
        "picture": picture,
        "summary": summary(graph),
        "legend": [(entry.state, entry.word, mark_safe(entry.drawn)) for entry in legend(graph)],
        "has_ways": any(edge.taken for edge in graph.edges),
        "has_current": bool(picture) and any(node.state is State.CURRENT for node in graph.nodes),
        "steps": steps(graph) if in_words != "absent" or not picture else (),
        "opened": in_words == "open" or not picture,
        "zooms": ZOOMS,
    }


@register.simple_tag
def diagram_svg(graph: Graph, title: str, ident: str = "diagram", direction: str = Direction.RIGHT) -> SafeString:
    """The picture alone; nothing if the graph is too large for one."""
    try:
        return mark_safe(svg(graph, Look(title, ident, Direction(direction))))
    except TooLarge:
        return mark_safe("")
