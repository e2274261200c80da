"""How the steps of a definition hang together, computed once: neighbours, what can reach what, the way that remains.

Sets of steps are whole numbers with one bit for each step, so that "can one of these still reach that" is one `&`, in a
definition of ten steps as in one of a thousand. Tolerates definitions that are not sound, so that their faults can be
named.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_

from .components import components
from .routes import END
from .steps import End, Human, Pause, Process, Step

NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Neighbours are keys in the order of the definition; masks have the bit of each step at its place there."""

    steps: Mapping[str, Step]
    bits: Mapping[str, int]
    starts: tuple[str, ...]
    onward: Mapping[str, tuple[str, ...]]
    """Where tokens may go from a step."""
    sources: Mapping[str, tuple[str, ...]]
    """Whence tokens come to a step."""
    dependents: Mapping[str, tuple[str, ...]]
    """Which steps depend on a step."""
    before: Mapping[str, int]
    """Mask of the steps from which a step can be reached; itself only through a loop."""
    after: Mapping[str, int]
    """Mask of the steps that can be reached from a step."""
    loops: int
    """Mask of the steps that lie on a loop."""
    remaining: Mapping[str, timedelta]
    """Duration of the longest way from a step to the end, itself included, loops not."""

    def mask(self, keys: Iterable[str]) -> int:
        """The mask of these steps."""
        return reduce(or_, (self.bits[key] for key in keys), 0)

    def ends(self, target: str) -> bool:
        """Whether going there is an explicit end."""
        return target == END or isinstance(self.steps[target].work, End)

    def leads_back(self, source: str, target: str) -> bool:
        """Whether that is going back: to the step itself, or to one further up from which it comes again."""
        if source == target:
            return True
        return self.bits[target] < self.bits[source] and bool(self.after[target] & self.bits[source])

    def on_one_loop(self, one: str, other: str) -> bool:
        """Whether each of the two can be reached from the other."""
        return bool(self.after[one] & self.bits[other] and self.after[other] & self.bits[one])

    def reaching(self, keys: Iterable[str], *, via: Callable[[str, str], bool]) -> int:
        """Mask of the steps from which one of `keys` is reached over the edges (source, target) that `via` allows."""
        return self.mask(spread(keys, self.sources, lambda target, source: via(source, target)))

    def reached(self, keys: Iterable[str], *, via: Callable[[str, str], bool]) -> int:
        """Mask of the steps that one of `keys` reaches over the edges (source, target) that `via` allows."""
        return self.mask(spread(keys, self.onward, via))


def spread(
    keys: Iterable[str], neighbours: Mapping[str, Sequence[str]], via: Callable[[str, str], bool]
) -> dict[str, None]:
    """`keys` and all that is found from them over allowed edges."""
    seen = dict.fromkeys(keys)
    left = list(seen)
    while left:
        key = left.pop()
        new = [near for near in neighbours[key] if near not in seen and via(key, near)]
        seen.update(dict.fromkeys(new))
        left += new
    return seen


def build(steps: Sequence[Step]) -> Graph:
    """The graph of these steps. Of several with one key the first counts; edges to unknown keys are left out."""
    known: dict[str, Step] = {}
    for step in steps:
        known.setdefault(step.key, step)
    targets = {key: _targets(step, known) for key, step in known.items()}
    dependents = _dependents(known)
    onward = {key: tuple(dict.fromkeys((*targets[key], *dependents[key]))) for key in known}
    sources = _turned(onward)
    bits = {key: 1 << place for place, key in enumerate(known)}
    order = components(onward)
    after = _reach(order, onward, bits)
    return Graph(
        steps=known,
        bits=bits,
        starts=_starts(known, sources),
        onward=onward,
        sources=sources,
        dependents=dependents,
        before=_reach(reversed(order), sources, bits),
        after=after,
        loops=reduce(or_, (bits[key] for key in known if after[key] & bits[key]), 0),
        remaining=_longest(order, onward, {key: duration(step) for key, step in known.items()}),
    )


def longest(graph: Graph, durations: Mapping[str, timedelta]) -> dict[str, timedelta]:
    """`graph.remaining` if the steps took so long, each of which has an entry."""
    return _longest(components(graph.onward), graph.onward, durations)


def duration(step: Step) -> timedelta:
    """How long the step takes by what its definition says: nothing, if that says nothing."""
    if step.duration is not None:
        return step.duration
    if isinstance(step.work, Pause):
        return step.work.duration
    return (step.work.due_in if isinstance(step.work, Human | Process) else None) or NO_TIME


def always_ends(step: Step, known: Mapping[str, Step]) -> bool:
    """Whether every way on is an explicit end, so that nothing that depends on the step can come."""
    if isinstance(step.work, End):
        return True
    return all(
        route is not None
        and all(key == END or (key in known and isinstance(known[key].work, End)) for key in route.targets)
        for route in step.routes
    )


def _targets(step: Step, known: Mapping[str, Step]) -> tuple[str, ...]:
    named = [key for route in step.routes if route for key in route.targets]
    return tuple(dict.fromkeys(key for key in named if key in known))


def _dependents(known: Mapping[str, Step]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {key: [] for key in known}
    for key, step in known.items():
        for source in step.depends_on:
            if source in known and not always_ends(known[source], known):
                found[source].append(key)
    return {key: tuple(keys) for key, keys in found.items()}


def _turned(onward: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {key: [] for key in onward}
    for source, targets in onward.items():
        for target in targets:
            found[target].append(source)
    return {key: tuple(keys) for key, keys in found.items()}


def _starts(known: Mapping[str, Step], sources: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The first step, unless it depends on others; where some do, every step that nothing leads to as well."""
    first = next(iter(known), None)
    graphlike = any(step.depends_on or step.begins for step in known.values())
    return tuple(
        key for key, step in known.items() if not step.depends_on and (key == first or (graphlike and not sources[key]))
    )


def _reach(
    order: Iterable[Sequence[str]], neighbours: Mapping[str, Sequence[str]], bits: Mapping[str, int]
) -> dict[str, int]:
    """Mask of what each step reaches over `neighbours`. `order` gives the components so that neighbours come first."""
    reach: dict[str, int] = {}
    for component in order:
        own = set(component)
        outside = (near for key in component for near in neighbours[key] if near not in own)
        mask = reduce(or_, (reach[near] | bits[near] for near in outside), 0)
        if len(component) > 1 or component[0] in neighbours[component[0]]:
            mask |= reduce(or_, (bits[key] for key in component))
        reach.update(dict.fromkeys(component, mask))
    return reach


def _longest(
    order: Iterable[Sequence[str]], onward: Mapping[str, Sequence[str]], durations: Mapping[str, timedelta]
) -> dict[str, timedelta]:
    """Within a loop only the edges that lead forward in the definition count."""
    places = {key: place for place, key in enumerate(onward)}
    found: dict[str, timedelta] = {}
    for component in order:
        own = set(component)
        for key in sorted(component, key=places.__getitem__, reverse=True):
            ahead = (found[near] for near in onward[key] if near not in own or places[near] > places[key])
            found[key] = durations[key] + max(ahead, default=NO_TIME)
    return found
