"""A diagram as a file of its own (`image/svg+xml`), for those who fetch it through an API.

It carries its style with it: the rules of `static/css/diagram.css`, with the light theme's colours in place of tokens,
because not every program that draws SVG knows custom properties. It has a ground, a legend, and no links.
"""

import re
from functools import cache
from pathlib import Path

from . import text
from .graph import Graph
from .layout import layout
from .legend import Entry, legend
from .marks import mark
from .nodes import text as text_line
from .paths import number
from .svg import MARGIN, Look, body, opening

SHEET = Path(__file__).parents[2] / "static" / "css" / "diagram.css"
TOKENS = {
    "font": "-apple-system, 'Segoe UI', Roboto, Ubuntu, Cantarell, 'Noto Sans', 'Liberation Sans', sans-serif",
    "surface": "#ffffff",
    "raised": "#ffffff",
    "edge": "#868c97",
    "ink": "#191f2b",
    "ink-2": "#4a505c",
    "ink-3": "#5d636f",
    "accent": "#2751b8",
    "accent-soft": "#e7f0ff",
    "gray-soft": "#ebedf1",
    "green-soft": "#d6f6e0",
    "green-ink": "#005730",
    "red-soft": "#ffe7e5",
    "red-ink": "#a2111d",
}
"""The light values of the tokens of `static/css/taskhub.css`."""

_DRAWING = re.compile(r"/\* drawing \*/(.*?)/\* end of drawing \*/", re.DOTALL)
_TOKEN = re.compile(r"var\(--([\w-]+)\)")
LEGEND_HEIGHT, ENTRY_GAP = 44, 48


def standalone(graph: Graph, look: Look) -> str:
    """The whole file. Raises TooLarge."""
    drawing = layout(graph, look.direction)
    entries = legend(graph)
    width = max(drawing.width, sum(map(_width, entries)))
    height = drawing.height + (LEGEND_HEIGHT if entries else 0)
    head = opening(graph, look, (width, height), role="img")
    ground = (
        f'<rect fill="{TOKENS["surface"]}" x="{-MARGIN}" y="{-MARGIN}"'
        f' width="{number(width + 2 * MARGIN)}" height="{number(height + 2 * MARGIN)}"/>'
    )
    signs = _legend(entries, drawing.height + LEGEND_HEIGHT - 10)
    drawn = body(drawing, in_group=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<style>{style()}</style>{ground}{drawn}{signs}</svg>\n'


@cache
def style() -> str:
    """The rules of a drawing, with fixed colours."""
    found = _DRAWING.search(SHEET.read_text(encoding="utf-8"))
    assert found is not None, f"{SHEET} has lost its marks."
    return " ".join(_TOKEN.sub(lambda token: TOKENS[token[1]], found[1]).split())


def _legend(entries: tuple[Entry, ...], y: float) -> str:
    x, drawn = 10.0, []
    for entry in entries:
        word = text_line("dg-note", entry.word, x + 16, y + 4)
        drawn.append(f'<g class="is-{entry.state}">{mark(entry.drawn, x, y)}{word}</g>')
        x += _width(entry)
    return f'<g class="dg-legend">{"".join(drawn)}</g>' if drawn else ""


def _width(entry: Entry) -> float:
    return round(text.width(entry.word, 12)) + ENTRY_GAP
