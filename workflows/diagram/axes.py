"""The two directions of a picture: how *along* and *across* become x and y. The only place that knows."""

from dataclasses import dataclass
from enum import StrEnum

from .cards import Caption, Card

CLEAR = 6
"""What stays free on either side of a line that bears no caption."""


class Direction(StrEnum):
    """Where the picture flows to."""

    RIGHT = "right"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Axes:
    """One direction's way of measuring."""

    direction: Direction

    @property
    def _down(self) -> bool:
        return self.direction is Direction.DOWN

    def point(self, along: float, across: float) -> tuple[float, float]:
        """The same point as x and y."""
        return (across, along) if self._down else (along, across)

    def along(self, card: Card) -> float:
        """A box's extent along the flow."""
        return card.height if self._down else card.width

    def across(self, card: Card) -> float:
        """A box's extent across the flow."""
        return card.width if self._down else card.height

    def caption_along(self, caption: Caption) -> float:
        return caption.height if self._down else caption.width

    def around(self, caption: Caption | None) -> tuple[float, float]:
        """What a line needs on either side of it, across: its caption stands above it, or to its right."""
        if caption is None:
            return CLEAR, CLEAR
        return (CLEAR, caption.width + 12) if self._down else (caption.height + 5, CLEAR)

    def caption_at(self, caption: Caption, along: float, across: float) -> tuple[float, float]:
        """The caption's upper left corner, if it begins there along the line that runs at `across`."""
        return (across + 8, along) if self._down else (along, across - 4 - caption.height)
