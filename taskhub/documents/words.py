"""How uploads say where they stand: word, icon and tint. A task keeps the signs that it has everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from taskhub.inbox.words import Sign
from workflows.uploads import Progress, Status

SIGNS: dict[Status, Sign] = {
    Status.PROCESSING: Sign("Processing", "loader", "violet"),
    Status.REVIEWING: Sign("To review", "eye", "blue"),
    Status.FAILED: Sign("Failed", "triangle-alert", "red"),
    Status.COMPLETED: Sign("Done", "circle-check", "green"),
    Status.EXPORTED: Sign("Exported", "check-check", "green"),
    Status.DISCARDED: Sign("Discarded", "trash-2", "gray"),
    Status.FILTERED: Sign("Filtered", "list-filter", "gray"),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an upload's bar, in percent of its length."""

    sign: Sign
    count: int
    x: str
    width: str


def stretches(progress: Progress) -> list[Stretch]:
    """The bar of an upload: what is done first, what is still to come last."""
    return list(_stretches(progress)) if progress.tasks else []


def _stretches(progress: Progress) -> Iterator[Stretch]:
    start = 0.0
    for status in _DRAWN:
        count = progress.counts.get(status, 0)
        if count:
            width = count / progress.tasks * 100
            yield Stretch(SIGNS[status], count, f"{start:.3f}", f"{width:.3f}")
            start += width


_DRAWN = (Status.COMPLETED, Status.DISCARDED, Status.FILTERED, Status.FAILED, Status.REVIEWING, Status.PROCESSING)
