"""From a step's document to its content, and what every processor tells of it."""

from typing import Any

from workflows.processing.registry import Input, Issue, Unreadable

from . import reader
from .reading.content import Content


def read(work: Input) -> Content:
    """The content of the document. Raises Unreadable."""
    if work.document is None:
        raise Unreadable("There is no document here.")
    with work.opened() as stream:
        return reader.read(stream, work.document.content_type)


def facts(content: Content) -> dict[str, Any]:
    """What the file says of itself, for the task's metadata."""
    return {"kind": content.kind, **content.facts}


def notes(content: Content) -> list[Issue]:
    """What of the document nobody has read."""
    issues = []
    if content.is_cut:
        issues.append(Issue("unreadable", "The document is so long that only its beginning was read."))
    if broken := content.facts.get("broken_pages"):
        issues.append(Issue("unreadable", f"Pages that are damaged and could not be read: {broken}."))
    return issues
