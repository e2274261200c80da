"""A task before it is made: the template's texts with what has been filled in so far, the rest marked. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tasks.domain import placeholders
from tasks.models import TaskTemplate

MOST = 4_000
"""Of a text that is shown while somebody types."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `is_open` where it waits for somebody to fill it in."""

    text: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What the task will say."""

    title: tuple[Piece, ...]
    description: tuple[Piece, ...]
    checklist: tuple[tuple[Piece, ...], ...]


def preview_of(row: TaskTemplate, variables: Mapping[str, Any]) -> Preview:
    """The task as far as it is known."""
    return Preview(
        _pieces(row.title, variables),
        _pieces(row.description_template, variables),
        tuple(_pieces(item, variables) for item in row.checklist),
    )


def _pieces(template: str, variables: Mapping[str, Any]) -> tuple[Piece, ...]:
    return tuple(_bounded(placeholders.pieces(template, variables)))


def _bounded(pieces: Iterator[tuple[str, bool]]) -> Iterator[Piece]:
    size = 0
    for text, is_open in pieces:
        if not text:
            continue
        yield Piece(text[: MOST - size], is_open)
        size += len(text)
        if size >= MOST:
            return
