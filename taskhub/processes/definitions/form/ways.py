"""The part for `next`: where a step leads. A row for each way, and how several are to be taken."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .parts import NOTHING, Part, Place
from .posted import Posted
from .shown import Control, Options, Row, Rows, Widget, World, offered

TO, FIRST, EVERY = "to", "first", "every"
MODES: Options = (
    (TO, "All of these, at the same time"),
    (FIRST, "The first whose condition holds"),
    (EVERY, "Each whose condition holds"),
)
MOST_OFFERED = 60
"""How many steps a list offers; beyond that their keys are typed."""


@dataclass(frozen=True, slots=True)
class Way:
    step: str = ""
    when: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """A route as rows."""

    mode: str = TO
    ways: tuple[Way, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route(Part):
    """`next` of a step or of a result. Without any way it is left out."""

    nowhere: str = "Nowhere: the path runs out"

    def show(self, value: Any, place: Place, world: World) -> Rows:
        given = ways_of(value, place.path) or Ways()
        ways = [*given.ways] or [Way(path=place.path)]
        if world.adds == place.name:
            ways.append(Way())
        rows = tuple(self._row(way, given.mode, place, number, world) for number, way in enumerate(ways))
        if world.adds == place.name:
            rows = (*rows[:-1], replace(rows[-1], is_new=True))
        several = len(ways) > 1 or given.mode != TO
        mode = Control(f"{place.name}.mode", "", "Take", Widget.SELECT, (given.mode,), MODES, redraws=True)
        otherwise = self._target(f"{place.name}.otherwise", f"{place.path}.otherwise", given.otherwise, world)
        return Rows(
            place.name,
            place.path,
            self.label,
            rows,
            "Another way",
            self.hint,
            "ways" if several else "way",
            before=(mode,) if several else (),
            after=(replace(otherwise, label="If none holds, go to"),) if given.mode == EVERY else (),
            faults=() if not given.ways else world.of(place.path) if several else (),
        )

    def _row(self, way: Way, mode: str, place: Place, number: int, world: World) -> Row:
        name = f"{place.name}[{number}]"
        end = ".step" if mode != TO else ""
        parts = [self._target(f"{name}.step", f"{way.path}{end}" if way.path else "", way.step, world)]
        if mode != TO:
            at = f"{way.path}.when" if way.path else ""
            parts.append(Control(f"{name}.when", at, "If", Widget.CODE, (way.when,), faults=world.of(at)))
        faults = world.of(way.path) if end and way.path else ()
        return Row(name, way.path if end else "", number + 1, tuple(parts), faults=faults)

    def _target(self, name: str, path: str, step: str, world: World) -> Control:
        faults = world.of(path) if path else ()
        if len(world.steps) > MOST_OFFERED:
            return Control(name, path, "Go to", Widget.CODE, (step,), suggests="known-steps", faults=faults)
        options = (("", self.nowhere), *world.steps, ("end", "End of this path"))
        return Control(name, path, "Go to", Widget.SELECT, (step,), offered(options, step), faults=faults)

    def read(self, posted: Posted, place: Place) -> Any:
        rows = [Way(posted.text(f"{row}.step"), posted.text(f"{row}.when")) for row in posted.rows(place.name)]
        said = [row for row in rows if row.step or row.when]
        otherwise = posted.text(f"{place.name}.otherwise")
        mode = posted.text(f"{place.name}.mode")
        if mode not in (FIRST, EVERY):
            steps = [row.step for row in said if row.step]
            return (steps[0] if len(steps) == 1 else steps) if steps else NOTHING
        branches = [_branch(row) for row in said]
        if mode == FIRST:
            return branches or NOTHING
        return (
            {"all": branches, **({"otherwise": otherwise} if otherwise else {})} if branches or otherwise else NOTHING
        )

    def normal(self, value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            return value[0]
        return NOTHING if value is None or value == "" or value == [] else _stripped(value)


def _branch(way: Way) -> dict[str, str]:
    said = {"step": way.step, "when": way.when}
    return {key: value for key, value in said.items() if value}


def _stripped(value: Any) -> Any:
    """Conditions without blanks around them."""
    if isinstance(value, Mapping):
        return {key: _stripped(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_stripped(each) for each in value]
    return value.strip() if isinstance(value, str) else value


def ways_of(value: Any, path: str) -> Ways | None:
    """The route that `value` says, with the path of each way; None where it says none that is known."""
    if isinstance(value, str) and value:
        return Ways(TO, (Way(value, path=path),))
    if isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            alone = len(value) == 1
            return Ways(TO, tuple(Way(each, path=path if alone else f"{path}[{n}]") for n, each in enumerate(value)))
        return _conditional(FIRST, value, path)
    if isinstance(value, Mapping) and isinstance(value.get("all"), list):
        found = _conditional(EVERY, value["all"], f"{path}.all")
        otherwise = value.get("otherwise") or ""
        return replace(found, otherwise=otherwise) if found and isinstance(otherwise, str) else None
    return None


def _conditional(mode: str, value: list[Any], path: str) -> Ways | None:
    if not all(isinstance(each, Mapping) for each in value):
        return None
    said = [(each.get("step") or "", each.get("when") or "") for each in value]
    if not all(isinstance(step, str) and isinstance(when, str) for step, when in said):
        return None
    return Ways(mode, tuple(Way(step, when, f"{path}[{n}]") for n, (step, when) in enumerate(said)))
