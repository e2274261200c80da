"""The registry of processors: Python that works on a document before people see it, called by name.

An app registers its own in a module `workflow_processors`, which is imported at the start:

    @processor("barcode")
    def barcode(work, call):
        with work.opened() as file:
            return Output({"code": scan(file)})

A processor runs in a worker, outside any transaction, and may run again: after a failure, and after a worker that
died. `Unreadable` says that nobody can read this content: a person looks at it. Whatever else it raises is a failure;
the text of the exception is shown to people, so it must hold no secret.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any

from tasks.domain.errors import NotFound
from tasks.domain.form import Field
from workflows.actions import Call
from workflows.engine.issues import Issue

__all__ = ["Call", "Input", "Issue", "OpenFile", "Output", "Unreadable", "faults", "names", "processor", "run"]


class Unreadable(Exception):
    """Nobody can read this content; the words say why, for a person."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A document's file. `open` gives it from its beginning each time; whoever opens it closes it."""

    name: str
    content_type: str
    size: int
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Input:
    """What a processor works on. `fields` are those of its step, `variables` those of the instance."""

    document: OpenFile | None
    options: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()

    def opened(self) -> AbstractContextManager[IO[bytes]]:
        """The document's file. Raises Unreadable where there is none."""
        if self.document is None:
            raise Unreadable("There is no document here.")
        return self.document.open()


@dataclass(frozen=True, slots=True)
class Output:
    """What a processor answers: plain values by field name, what it is unsure of, and facts about the file."""

    data: Mapping[str, Any] = field(default_factory=dict)
    issues: Sequence[Issue] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


Processor = Callable[[Input, Call], Output]
Check = Callable[[Mapping[str, Any], Sequence[Field]], None]
"""Raises ValueError, with words for a person, for options that the processor cannot work with."""


@dataclass(frozen=True, slots=True)
class _Known:
    run: Processor
    check: Check | None


_registry: dict[str, _Known] = {}


def processor(name: str, check: Check | None = None) -> Callable[[Processor], Processor]:
    """Registers a function under the name that definitions use. Raises ValueError if the name is taken."""

    def register(function: Processor) -> Processor:
        if _registry.setdefault(name, _Known(function, check)).run is not function:
            raise ValueError(f"There are two processors called '{name}'.")
        return function

    return register


def names() -> frozenset[str]:
    """Every processor that runs inside TaskHub."""
    return frozenset(_registry)


def run(name: str, work: Input, call: Call) -> Output:
    """Call the processor. Raises what it raises, and NotFound (`processor_not_found`)."""
    known = _registry.get(name)
    if known is None:
        raise NotFound(f"There is no processor called '{name}'.", code="processor_not_found")
    return known.run(work, call)


def faults(name: str, options: Mapping[str, Any], fields: Sequence[Field]) -> tuple[str, ...]:
    """Why the processor could not work with these options; empty if it could, and for one that is not known here."""
    known = _registry.get(name)
    if known is None or known.check is None:
        return ()
    try:
        known.check(options, fields)
    except ValueError as error:
        return (str(error),)
    return ()
