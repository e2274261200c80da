"""What can be done with the steps of a draft: put one in, take one out, move, rename. Pure.

Documents may be faulty; what is no step is left alone. References follow where that is certain, and where it is not,
the engine's faults say what to mend.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workflows.engine.routes import END

Document = dict[str, Any]
EXAMPLE: Document = {
    "key": "",
    "name": "",
    "steps": [
        {
            "key": "prepare",
            "name": "Prepare",
            "assign": {"starter": True},
            "due_in": "P2D",
            "next": "approve",
        },
        {
            "key": "approve",
            "name": "Approve",
            "results": [
                {"code": "approved", "label": "Approve", "next": END},
                {"code": "back", "label": "Send back", "next": "prepare"},
            ],
        },
    ],
}
"""Something to begin with: two steps, a deadline, and a way back."""


def steps_of(document: Any) -> list[Any] | None:
    """The steps of a document; None if it has no list of them."""
    steps = document.get("steps") if isinstance(document, Mapping) else None
    return steps if isinstance(steps, list) else None


def key_of(step: Any) -> str:
    key = step.get("key") if isinstance(step, Mapping) else None
    return key if isinstance(key, str) else ""


def name_of(step: Any) -> str:
    """What a person calls the step."""
    name = step.get("name") if isinstance(step, Mapping) else None
    return (name if isinstance(name, str) else "") or key_of(step)


def with_steps(document: Document, steps: list[Any]) -> Document:
    return {**document, "steps": steps}


def inserted(document: Document, place: int) -> Document:
    """A new step at `place`. Where the one before it simply goes on, it leads to the new one, and that to the rest."""
    steps = list(steps_of(document) or [])
    place = min(max(place, 0), len(steps))
    new = {"key": _free_key(steps), "name": ""}
    if place:
        before = steps[place - 1]
        onward = before.get("next") if isinstance(before, Mapping) else []
        if (onward is None or isinstance(onward, str)) and before.get("type") != "end":
            steps[place - 1] = {**before, "next": new["key"]}
            new |= {"next": onward} if onward else {}
    return with_steps(document, [*steps[:place], new, *steps[place:]])


def _free_key(steps: list[Any]) -> str:
    taken = {key_of(step) for step in steps}
    return next(key for key in (f"step-{number}" for number in range(len(steps) + 1, 10_000)) if key not in taken)


def removed(document: Document, place: int) -> Document:
    """Without the step at `place`. What simply led to it leads to where it simply led, and nothing waits for it."""
    steps = steps_of(document) or []
    gone, left = steps[place], steps[:place] + steps[place + 1 :]
    onward, key = gone.get("next") if isinstance(gone, Mapping) else None, key_of(gone)
    if not key or any(key_of(step) == key for step in left):
        return with_steps(document, left)
    after = onward if isinstance(onward, str) and onward != key else None
    led = [_led(step, _past(key, None if after == key_of(step) else after)) for step in left]
    return with_steps(document, [_waiting(step, lambda word: None if word == key else word) for step in led])


def _past(gone: str, after: str | None) -> Callable[[Any], Any]:
    return lambda route: after if route == gone else route


def moved(document: Document, place: int, by: int) -> Document:
    """With the step at `place` one further up or down."""
    steps = list(steps_of(document) or [])
    if 0 <= place < len(steps) and 0 <= place + by < len(steps):
        steps[place], steps[place + by] = steps[place + by], steps[place]
    return with_steps(document, steps)


def renamed(document: Document, old: str, new: str) -> Document:
    """With every mention of the step `old` in ways and dependencies saying `new`. Conditions stay as they are."""

    def route(value: Any) -> Any:
        if isinstance(value, str):
            return new if value == old else value
        if isinstance(value, list):
            return [route(each) for each in value]
        if isinstance(value, Mapping):
            return {key: route(each) if key in ("step", "all", "otherwise") else each for key, each in value.items()}
        return value

    led = [_led(step, route) for step in steps_of(document) or []]
    return with_steps(document, [_waiting(step, lambda word: new if word == old else word) for step in led])


def _led(step: Any, route: Callable[[Any], Any]) -> Any:
    """The step with each of its ways on through `route`; None leaves a way out."""
    if not isinstance(step, Mapping):
        return step
    changed = _routed(step, route)
    results = changed.get("results")
    if isinstance(results, list):
        changed["results"] = [_routed(each, route) if isinstance(each, Mapping) else each for each in results]
    return changed


def _routed(holder: Mapping[str, Any], route: Callable[[Any], Any]) -> Document:
    if "next" not in holder:
        return dict(holder)
    onward = route(holder["next"])
    return {key: onward if key == "next" else each for key, each in holder.items() if key != "next" or onward}


def _waiting(step: Any, word: Callable[[Any], Any]) -> Any:
    """The step with each of its dependencies through `word`; None takes one out."""
    waits = step.get("depends_on") if isinstance(step, Mapping) else None
    if not isinstance(waits, list) or not waits:
        return step
    return {**step, "depends_on": list(_kept(waits, word))}


def _kept(waits: list[Any], word: Callable[[Any], Any]) -> Iterator[Any]:
    for each in waits:
        kept = word(each)
        if kept is not None:
            yield kept
