"""The icon sprite: every icon the pages use, in one cacheable SVG that `<use href="...#i-name">` points into.

One sprite instead of an SVG per row keeps a list of 25 rows small, and needs no inline style under the strict CSP.
The drawings are Lucide's (ISC), taken from the `lucide` package at the first request.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

from lucide.templatetags.lucide import lucide

ICONS = (
    "alarm-clock",
    "archive",
    "arrow-down",
    "arrow-right",
    "arrow-right-left",
    "arrow-up",
    "ban",
    "bell",
    "bell-off",
    "braces",
    "calendar",
    "check",
    "check-check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle",
    "circle-alert",
    "circle-arrow-up",
    "circle-check",
    "circle-dot",
    "circle-x",
    "clock",
    "code",
    "copy",
    "copy-plus",
    "eye",
    "eye-off",
    "file-text",
    "flag",
    "folder",
    "git-compare",
    "hand",
    "hash",
    "history",
    "inbox",
    "info",
    "keyboard",
    "layers",
    "link",
    "list",
    "list-filter",
    "loader",
    "lock",
    "lock-open",
    "log-out",
    "mail",
    "menu",
    "message-square",
    "minus",
    "monitor",
    "octagon-alert",
    "paperclip",
    "pencil",
    "phone",
    "play",
    "plus",
    "printer",
    "rocket",
    "rotate-ccw",
    "route",
    "scale",
    "scan-text",
    "search",
    "send",
    "settings",
    "shield",
    "signal-high",
    "signal-low",
    "signal-medium",
    "signature",
    "square-pen",
    "tag",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "upload",
    "user",
    "user-plus",
    "users",
    "workflow",
    "x",
    "zap",
)


@dataclass(frozen=True)
class Sprite:
    svg: bytes
    digest: str
    """Part of the sprite's address, so that a browser may keep it for ever."""


@lru_cache(maxsize=1)
def sprite() -> Sprite:
    symbols = "".join(_symbol(name) for name in ICONS)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'.encode()
    return Sprite(svg=svg, digest=hashlib.sha256(svg).hexdigest()[:12])


def _symbol(name: str) -> str:
    drawing = ElementTree.fromstring(lucide(name, size=None))  # noqa: S314  from an installed package
    shapes = "".join(ElementTree.tostring(shape, encoding="unicode").strip() for shape in drawing)
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{shapes}</symbol>'
