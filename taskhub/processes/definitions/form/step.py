"""A step as a form: shown by what it does, read back, and turned into a step of another kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .parts import NOTHING, Group, Part, Place, same
from .posted import Posted
from .schema import DESCRIPTION, HEAD, KIND_OPTIONS, KINDS, NAME, NEXT, ORDER, RESULTS
from .shown import Control, Set, Shown, Widget, World, sent

KIND, SHOWN_KIND = "kind", "kind.shown"
MAX_INPUTS = 800
"""What a browser may send at once; a step with more is shown as YAML."""
_EMPTY: Mapping[str, Any] = {"set": {}, "decision": []}
"""How a marker stands in the document before anything is typed."""


@dataclass(frozen=True, slots=True)
class StepShown:
    """The inputs of a step, in the sections of the page."""

    kind: str
    name: tuple[Shown, ...]
    work: tuple[Shown, ...]
    ways: tuple[Shown, ...]
    order: Set

    @property
    def parts(self) -> tuple[Shown, ...]:
        return (*self.name, *self.work, *self.ways, self.order)


def kind_of(step: Mapping[str, Any]) -> str:
    """The word of KINDS for what the step does; the first of its type where that is not said."""
    type_ = step.get("type") or "human"
    words = [word for word, kind in KINDS.items() if kind.type == type_]
    return next((word for word in words if step.get(KINDS[word].marker) is not None), words[0] if words else "human")


def show(step: Mapping[str, Any], world: World, path: str) -> StepShown:
    """The inputs of `step`, which stands at `path` of the document."""
    kind = kind_of(step)
    place = Place("", path)
    name, key = (part.show(step.get(part.key), place.at(part.key), world) for part in NAME)
    type_ = Control(KIND, f"{path}.type", "What it does", Widget.SELECT, (kind,), KIND_OPTIONS, redraws=True)
    description = DESCRIPTION.show(step.get("description"), place.at("description"), world)
    order = Group(key="", label="Order", parts=ORDER, is_rare=True).show(step, place, world)
    assert isinstance(order, Set)
    return StepShown(
        kind=kind,
        name=(name, key, type_, description),
        work=tuple(part.show(step.get(part.key), place.at(part.key), world) for part in KINDS[kind].parts),
        ways=tuple(part.show(step.get(part.key), place.at(part.key), world) for part in _ways(kind)),
        order=order,
    )


def read(posted: Posted, path: str = "") -> dict[str, Any]:
    """The step that was sent; turned into another kind if that was chosen."""
    shown, wanted = posted.text(SHOWN_KIND), posted.text(KIND)
    kind = shown if shown in KINDS else "human"
    said = _group(kind).read(posted, Place("", path))
    step = _typed({} if said is NOTHING else said, kind)
    return turned(step, wanted) if wanted in KINDS and wanted != kind else step


def turned(step: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The same step doing something else: what both kinds know stays."""
    known = {part.key for part in (*NAME, DESCRIPTION, *_ways(kind), *ORDER)}
    marker = KINDS[kind].marker
    kept = {key: value for key, value in step.items() if key in known}
    return _typed(kept | ({marker: _EMPTY.get(marker, "")} if marker else {}), kind)


def fits(step: Any) -> bool:
    """Whether the inputs say all that the step says."""
    types = [kind.type for kind in KINDS.values()]
    if not isinstance(step, Mapping) or (step.get("type") or "human") not in types:
        return False
    kind = kind_of(step)
    group = _group(kind)
    values = sent(show(step, World(), "").parts) | {SHOWN_KIND: [kind]}
    if len(values) > MAX_INPUTS:
        return False
    back = group.normal(read(Posted(values)))
    return same(_without_type(group.normal(step)), _without_type(back))


def head_fits(document: Any) -> bool:
    """Whether the inputs of the head say all that the document says besides its steps."""
    if not isinstance(document, Mapping):
        return False
    head = {key: value for key, value in document.items() if key != "steps"}
    back = HEAD.read(Posted(sent(HEAD.show_all(head, Place(), World()))), Place())
    return same(HEAD.normal(head), HEAD.normal({} if back is NOTHING else back))


def _group(kind: str) -> Group:
    return Group(key="", label="", parts=(*NAME, DESCRIPTION, *KINDS[kind].parts, *_ways(kind), *ORDER))


def _ways(kind: str) -> tuple[Part, ...]:
    each = KINDS[kind]
    return (*([RESULTS] if each.has_results else []), *([NEXT] if each.has_next else []))


def _typed(step: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """With its type behind the name; a human step needs none."""
    head = {key: step[key] for key in ("key", "name") if key in step}
    rest = {key: value for key, value in step.items() if key not in ("key", "name", "type")}
    return head | ({} if kind == "human" else {"type": KINDS[kind].type}) | rest


def _without_type(step: Any) -> Any:
    return {key: value for key, value in step.items() if key != "type"} if isinstance(step, Mapping) else step
