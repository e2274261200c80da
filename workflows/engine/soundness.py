"""Whether steps that are right by themselves make a process that can be begun and ended."""

from collections.abc import Iterator, Sequence

from .faults import Faults
from .gates import ways
from .graph import Graph, always_ends
from .routes import END, Mode, Route
from .steps import Action, Child, Decision, End, JoinMode, Message, SetVariables, Step

MAX_EDGES = 20_000


def check(key: str, variables: Sequence[str], steps: Sequence[Step], graph: Graph, faults: Faults) -> None:
    """Note everything that is wrong between the steps of the definition `key`."""
    _check_keys(steps, faults)
    _check_names(variables, steps, graph, faults)
    for place, step in enumerate(steps):
        path = f"steps[{place}]"
        _check_routes(path, step, graph, faults)
        _check_dependencies(path, step, graph, faults)
        if isinstance(step.work, Child) and step.work.workflow == key:
            faults.add(f"{path}.workflow", "is this definition itself, which would never end")
    if sum(len(sources) for sources in graph.sources.values()) > MAX_EDGES:
        faults.add("steps", f"are connected by more than {MAX_EDGES:,} edges")
    elif graph.steps:
        _check_cycles(steps, faults)
        _check_ways(steps, graph, faults)
        _check_joins(steps, graph, faults)


def _check_keys(steps: Sequence[Step], faults: Faults) -> None:
    first: dict[str, int] = {}
    for place, step in enumerate(steps):
        if step.key and first.setdefault(step.key, place) != place:
            faults.add(f"steps[{place}].key", f"'{step.key}' is the key of steps[{first[step.key]}] already")


def _check_names(variables: Sequence[str], steps: Sequence[Step], graph: Graph, faults: Faults) -> None:
    """The data of a step lands under its key, so no variable may bear it."""
    for name in variables:
        if name in graph.steps:
            faults.add(f"variables.{name}", "is the key of a step, whose data is found there")
    for place, step in enumerate(steps):
        for where, name in _written(step):
            if name in graph.steps:
                faults.add(f"steps[{place}].{where}.{name}", "is the key of a step, whose data is found there")


def _written(step: Step) -> Iterator[tuple[str, str]]:
    work = step.work
    if isinstance(work, SetVariables):
        yield from (("set", name) for name, _ in work.variables)
    elif isinstance(work, Decision):
        for place, row in enumerate(work.rows):
            yield from ((f"decision[{place}].then", name) for name, _ in row.then)
    elif isinstance(work, Action | Message | Child):
        yield from (("outputs", name) for name, _ in work.outputs)


def _check_routes(path: str, step: Step, graph: Graph, faults: Faults) -> None:
    routes = [(f"{path}.next", step.next)]
    routes += [(f"{path}.results[{place}].next", result.next) for place, result in enumerate(step.results)]
    for where, route in routes:
        for at, target in _mentions(where, route):
            if target and target != END and target not in graph.steps:
                faults.add(at, f"there is no step '{target}'")
            elif route and _is_beside_others(route, at) and target and graph.ends(target):
                faults.add(at, "ends the path, which cannot stand beside other ways on")


def _mentions(path: str, route: Route | None) -> Iterator[tuple[str, str]]:
    """Each step key of a route under its path."""
    if route is None:
        return
    forms = {Mode.TO: "{path}[{place}]", Mode.FIRST: "{path}[{place}].step", Mode.EVERY: "{path}.all[{place}].step"}
    form = "{path}" if route.mode == Mode.TO and len(route.branches) == 1 else forms[route.mode]
    for place, branch in enumerate(route.branches):
        yield form.format(path=path, place=place), branch.step
    if route.otherwise:
        yield f"{path}.otherwise", route.otherwise


def _is_beside_others(route: Route, path: str) -> bool:
    return route.mode != Mode.FIRST and len(route.branches) > 1 and not path.endswith(".otherwise")


def _check_dependencies(path: str, step: Step, graph: Graph, faults: Faults) -> None:
    for place, source in enumerate(step.depends_on):
        at = f"{path}.depends_on[{place}]"
        if source == step.key:
            faults.add(at, "is the step itself")
        elif source not in graph.steps:
            faults.add(at, f"there is no step '{source}'")
        elif always_ends(graph.steps[source], graph.steps):
            faults.add(at, f"'{source}' always ends its path, so this step can never open")


def _check_cycles(steps: Sequence[Step], faults: Faults) -> None:
    """Steps that wait for each other through depends_on alone. Named once, at the first of them."""
    waits = {step.key: step.depends_on for step in steps}
    done: set[str] = set()
    for place, step in enumerate(steps):
        trail: dict[str, None] = {}
        cycle = _cycle(step.key, waits, trail, done)
        if cycle and len(cycle) > 2:
            faults.add(f"steps[{place}].depends_on", f"waits for itself: {' -> '.join(cycle[:20])}")


def _cycle(start: str, waits: dict[str, tuple[str, ...]], trail: dict[str, None], done: set[str]) -> list[str]:
    """The keys around a cycle met on the way from `start`, the first once more at its end. Marks what it has seen."""
    stack = [(start, iter(waits.get(start, ())))] if start not in done else []
    trail[start] = None
    found: list[str] = []
    while stack:
        key, ahead = stack[-1]
        following = next(ahead, None)
        if following is None:
            stack.pop()
            trail.pop(key, None)
            done.add(key)
        elif following in trail and not found:
            keys = list(trail)
            found = [*keys[keys.index(following) :], following]
        elif following not in done and following not in trail and following in waits:
            trail[following] = None
            stack.append((following, iter(waits[following])))
    return found


def _check_ways(steps: Sequence[Step], graph: Graph, faults: Faults) -> None:
    """A way from the start leads to each step, and from each to an end."""
    if not graph.starts:
        faults.add("steps", "have no start: the first step, or one that nothing leads to, must have no depends_on")
    reached = graph.mask(graph.starts)
    for key in graph.starts:
        reached |= graph.after[key]
    ends = graph.mask(key for key, step in graph.steps.items() if _may_end(step, graph))
    for place, step in enumerate(steps):
        if not step.key or graph.steps[step.key] is not step:
            continue
        if graph.starts and not reached & graph.bits[step.key]:
            faults.add(f"steps[{place}]", f"no way leads to '{step.key}'")
        if not ends & (graph.after[step.key] | graph.bits[step.key]):
            faults.add(f"steps[{place}]", f"no way leads from '{step.key}' to an end")


def _may_end(step: Step, graph: Graph) -> bool:
    if isinstance(step.work, End):
        return True
    return any(END in route.targets if route else not graph.dependents[step.key] for route in step.routes)


def _check_joins(steps: Sequence[Step], graph: Graph, faults: Faults) -> None:
    for place, step in enumerate(steps):
        if step.join.mode != JoinMode.COUNT or step.key not in graph.steps:
            continue
        edges = len(ways(graph, step.key))
        if step.join.count > edges:
            faults.add(f"steps[{place}].join.count", f"can never be met: {edges} ways lead to '{step.key}'")
