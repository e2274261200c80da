"""Where the faults of a definition are shown: at the input whose path they name, or at the nearest around it. Pure."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from workflows.engine.faults import Fault

_STEP = re.compile(r"steps\[(\d{1,6})\](?:\.|$)", re.ASCII)
_INDEX = re.compile(r"\[(\d{1,6})\]", re.ASCII)
_SUBJECT = {
    "must",
    "is",
    "has",
    "are",
    "have",
    "can",
    "ends",
    "waits",
    "holds",
    "sets",
    "mixes",
    "belong",
    "belongs",
    "does",
}


def step_of(path: str) -> int | None:
    """The place of the step that a path leads into."""
    match = _STEP.match(path)
    return int(match[1]) if match else None


def within(path: str) -> str:
    """The path from its step on; of the whole definition, all of it."""
    return _STEP.sub("", path, count=1)


def sentence(message: str) -> str:
    """A fault as a sentence that stands alone: "must be a text" -> "This must be a text."."""
    first = message.partition(" ")[0]
    return _ended(f"This {message}" if first in _SUBJECT else message[:1].upper() + message[1:])


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def placed(faults: Iterable[Fault], paths: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Sentences by the path they are shown at; "" for what is nowhere near an input."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        found[nearest(fault.path, paths)].append(sentence(fault.message))
    return {path: tuple(dict.fromkeys(said)) for path, said in found.items()}


def nearest(path: str, paths: Collection[str]) -> str:
    """The longest beginning of `path` that is one of `paths`, else ""."""
    while path and path not in paths:
        path = path[: max(path.rfind("."), path.rfind("["))] if "." in path or "[" in path else ""
    return path


def merged(own: dict[str, str], faults: Sequence[Fault]) -> list[Fault]:
    """The faults, those that are our own first: where a text could not be read, what the engine says of it is noise."""
    mine = [Fault(path, message) for path, message in own.items()]
    return [*mine, *(fault for fault in faults if fault.path not in own)]


def told(fault: Fault) -> str:
    """A fault where its input is not in sight: "Results 1, next: there is no step 'x'."."""
    trail = ", ".join(_counted(word) for word in within(fault.path).split(".") if word)
    return f"{trail[:1].upper()}{trail[1:]}: {_ended(fault.message)}" if trail else sentence(fault.message)


def _counted(word: str) -> str:
    """ "results[0]" -> "results 1"; "due_in" -> "due in"."""
    return _INDEX.sub(lambda match: f" {int(match[1]) + 1}", word).replace("_", " ")
