"""How wide a text is and how it is broken into lines, without a browser.

The table is of the narrow sans-serif fonts that the pages ask for (Segoe UI, Roboto, Liberation Sans and the like are
within a few per cent of each other); `MARGIN` covers the difference. Wide scripts and emoji count a full square.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MARGIN = 1.06
BOLD = 1.05
ELLIPSIS = "…"

_CLASSES = {
    252: "ijl'|",
    278: " !,./:;I[]\\ft",
    334: '()-`"r{}°',
    500: "ckJsvxyz^*",
    556: "0123456789abdeghnopqu?#$_L–…",
    584: "+<>=~×",
    667: "ABEKPSVXYF&TZ",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    944: "W@%—",
}
_WIDTHS = {character: width for width, characters in _CLASSES.items() for character in characters}
_OTHER = 640
_WIDE = 1000
_EMOJI = 1250

_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CLUSTER = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # a flag is two letters
    "|(?:.[\u0300-\u036f\ufe00-\ufe0f\u20d0-\u20ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*\u200d)*"
    ".[\u0300-\u036f\ufe00-\ufe0f\u20d0-\u20ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A text in lines, and how wide the widest is."""

    lines: tuple[str, ...]
    width: float


def clean(text: str) -> str:
    """`text` on one line, without what XML cannot hold and without marks that turn the direction of what follows."""
    return " ".join(_TURNING.sub("", _UNSPEAKABLE.sub(" ", text)).split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide `text` stands in a font of that size; rather too wide than too narrow."""
    return sum(map(_cluster_width, _CLUSTER.findall(text))) * size / 1000 * MARGIN * (BOLD if bold else 1)


def wrap(text: str, room: float, size: float, *, most: int, bold: bool = False) -> Wrapped:
    """`text` in at most `most` lines of at most `room`; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    rest = clean(text)
    while rest and len(lines) < most:
        line, left = _first_line(rest, room, size, bold)
        if left and len(lines) == most - 1:
            line, left = shorten(rest, room, size, bold=bold), ""
        lines.append(line)
        rest = left
    return Wrapped(tuple(lines), max((width(line, size, bold=bold) for line in lines), default=0.0))


def shorten(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """`text`, cleaned, as far as it goes into `room`, with an ellipsis if that is not all of it."""
    text = clean(text)
    if _fitting(text, room, size, bold) == len(text):
        return text
    kept = text[: _fitting(text, room - width(ELLIPSIS, size, bold=bold), size, bold)]
    return kept.rstrip(" ,.;:-") + ELLIPSIS


def _first_line(text: str, room: float, size: float, bold: bool) -> tuple[str, str]:
    """What goes into the first line, broken at a space or, in a word too long for a line, anywhere; and the rest."""
    end = _fitting(text, room, size, bold)
    if end == len(text):
        return text, ""
    space = text.rfind(" ", 0, end + 1)
    if space > 0:
        return text[:space], text[space + 1 :]
    end = max(end, len(_CLUSTER.match(text)[0]))  # type: ignore[index]
    return text[:end], text[end:].lstrip()


def _fitting(text: str, room: float, size: float, bold: bool) -> int:
    """How many characters of `text` go into `room`; never half a sign of several code points."""
    left = room / (size / 1000 * MARGIN * (BOLD if bold else 1)) + 0.001
    for match in _CLUSTER.finditer(text):
        left -= _cluster_width(match[0])
        if left < 0:
            return match.start()
    return len(text)


@lru_cache(maxsize=4096)
def _cluster_width(cluster: str) -> int:
    known = _WIDTHS.get(cluster)
    if known is not None:
        return known
    if len(cluster) > 1 and ("\u200d" in cluster or "\ufe0f" in cluster or cluster[0] >= "\U0001f1e6"):
        return _EMOJI
    base = unicodedata.normalize("NFD", cluster)[0]
    if unicodedata.category(base) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(base) in "WF":
        return _EMOJI if base >= "\U0001f000" else _WIDE
    return _WIDTHS.get(base, _OTHER)
