"""Random processes, as documents: every step can be reached, and something always leads on to an end.

Edges lead forward in the definition, except those of results that go back. `steps` hang together by `next` (one, in
parallel, the first that holds, every one that holds), by results and by depends_on; joins wait for all, some or one.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

FLAGS = ["p", "q", "r"]
"""Variables that conditions look at."""


@dataclass
class Plan:
    """What a graph may have in it."""

    most: int = 30
    routes: bool = True
    loops: bool = False
    ends: bool = False
    merges: bool = False
    """Whether steps reached by several ways may open with each of them."""
    counts: bool = False
    automatic: bool = True
    processors: bool = False


@dataclass
class Sketch:
    """One step while it is drawn: whom it leads to, and on whom it depends."""

    key: str
    onward: list[str] = field(default_factory=list)
    depends_on: list[str] = field(default_factory=list)


@st.composite
def documents(draw: st.DrawFn, plan: Plan) -> dict[str, Any]:
    """A document of a process after this plan."""
    size = draw(st.integers(2, plan.most))
    sketches = [Sketch(f"s{place}") for place in range(size)]
    for place in range(1, size):
        for parent in sorted(
            draw(st.sets(st.integers(max(0, place - 6), place - 1), min_size=int(plan.routes), max_size=3))
        ):
            by_route = plan.routes and draw(st.booleans())
            if by_route:
                sketches[parent].onward.append(sketches[place].key)
            else:
                sketches[place].depends_on.append(sketches[parent].key)
    steps = [_step(draw, plan, sketches, place) for place in range(size)]
    return {"key": "random", "name": "Random", "steps": steps}


def _step(draw: st.DrawFn, plan: Plan, sketches: list[Sketch], place: int) -> dict[str, Any]:
    sketch = sketches[place]
    step: dict[str, Any] = {"key": sketch.key}
    if sketch.depends_on or not plan.routes:
        step["depends_on"] = sketch.depends_on
    ways = len(sketch.depends_on) + sum(sketch.key in other.onward for other in sketches)
    if ways > 1:
        step["join"] = _join(draw, plan, ways)
    if plan.routes:
        step |= _way_on(draw, plan, sketches, place)
    if plan.processors and not {"results", "type"} & step.keys() and draw(st.integers(0, 2)) == 0:
        step |= _processor(draw)
    return step


def _processor(draw: st.DrawFn) -> dict[str, Any]:
    """What is found is a number that is at most 5 where all is well, and takes the path out where it is 10."""
    return {
        "type": "automatic",
        "processor": "text",
        "review": draw(st.sampled_from(["always", "invalid", "never"])),
        "fields": [{"name": "n", "type": "number", "required": True}],
        "rules": [{"must": "n <= 5", "field": "n"}],
        "filters": [{"when": "n == 10"}],
        "retry": {"attempts": 2},
    }


def _join(draw: st.DrawFn, plan: Plan, ways: int) -> Any:
    forms: list[Any] = ["all"] * 4
    if plan.merges:
        forms.append("any")
    if plan.counts:
        forms += [{"count": count} for count in range(1, ways + 1)]
    return draw(st.sampled_from(forms))


def _way_on(draw: st.DrawFn, plan: Plan, sketches: list[Sketch], place: int) -> dict[str, Any]:
    onward = sketches[place].onward
    back = []
    if plan.loops and draw(st.integers(0, 3)) == 0:
        back = [sketches[draw(st.integers(max(0, place - 5), place))].key]
    end = plan.ends and draw(st.integers(0, 3)) == 0
    if back or end or (onward and draw(st.booleans())):
        return {"results": _results(draw, onward, back, end)}
    if not onward:
        return {}
    automatic = plan.automatic and draw(st.integers(0, 4)) == 0
    return {"next": draw(_routes(onward))} | ({"type": "automatic", "set": {"x": "1"}} if automatic else {})


def _results(draw: st.DrawFn, onward: list[str], back: list[str], end: bool) -> list[dict[str, Any]]:
    """Codes begin with what they do: f leads forward, b back, e to the end."""
    results: list[dict[str, Any]] = [{"code": "f"} | ({"next": draw(_routes(onward))} if onward else {})]
    if len(onward) > 1:
        results += [{"code": f"f{place}", "next": key} for place, key in enumerate(onward)]
    results += [{"code": f"b{key}", "next": key} for key in back]
    if end:
        results.append({"code": "e", "next": "end"})
    return results


def _routes(onward: list[str]) -> st.SearchStrategy[Any]:
    """A route that always has a way open."""
    if len(onward) == 1:
        return st.just(onward[0])
    condition = st.sampled_from(FLAGS)
    conditional = st.tuples(*[condition] * (len(onward) - 1)).map(
        lambda flags: [{"step": key, "when": flag} for key, flag in zip(onward, flags, strict=False)]
    )
    return st.one_of(
        st.just(onward),
        conditional.map(lambda branches: [*branches, {"step": onward[-1]}]),
        conditional.map(lambda branches: {"all": [*branches, {"step": onward[-1]}]}),
        conditional.map(lambda branches: {"all": branches, "otherwise": onward[-1]}),
    )
